//! The kubeconfig file format, and the bytes kubectl gives it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};

use crate::kubernetes::yaml;

/// Whose bytes to write.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Style {
    /// kubectl up to 1.33, with its `preferences: {}` line.
    #[default]
    UpTo1_33,
    /// kubectl from 1.34 on.
    From1_34,
}

/// A kubeconfig with one cluster, one user and one context, which is the current one.
pub(crate) struct Kubeconfig {
    pub(crate) cluster_name: String,
    pub(crate) cluster: Cluster,
    pub(crate) user_name: String,
    pub(crate) user: User,
    pub(crate) context_name: String,
    pub(crate) namespace: Option<String>,
}

/// How to reach and trust an API server.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Cluster {
    pub(crate) server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_authority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_authority_data: Option<Data>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_server_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy_url: Option<String>,
}

/// What a client shows to the API server.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct User {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_certificate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_certificate_data: Option<Data>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_key_data: Option<Data>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exec: Option<Exec>,
}

/// A program that prints the credential.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exec {
    pub(crate) api_version: String,
    pub(crate) command: String,
    pub(crate) args: Option<Vec<String>>,
    pub(crate) env: Option<Vec<ExecVariable>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) install_hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interactive_mode: Option<String>,
    pub(crate) provide_cluster_info: bool,
}

/// An environment variable for that program.
#[derive(Serialize)]
pub(crate) struct ExecVariable {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Bytes of a file, embedded.
pub(crate) struct Data(pub(crate) Vec<u8>);

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl Kubeconfig {
    /// Writes the file.
    pub(crate) fn render(&self, style: Style) -> Result<String, yaml::Error> {
        let document = Document {
            api_version: "v1",
            kind: "Config",
            preferences: (style == Style::UpTo1_33).then_some(Preferences {}),
            clusters: [NamedCluster { name: &self.cluster_name, cluster: &self.cluster }],
            users: [NamedUser { name: &self.user_name, user: &self.user }],
            contexts: [NamedContext {
                name: &self.context_name,
                context: Context {
                    cluster: &self.cluster_name,
                    user: &self.user_name,
                    namespace: self.namespace.as_deref(),
                },
            }],
            current_context: &self.context_name,
        };
        yaml::to_string(&document)
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferences: Option<Preferences>,
    clusters: [NamedCluster<'a>; 1],
    users: [NamedUser<'a>; 1],
    contexts: [NamedContext<'a>; 1],
    #[serde(rename = "current-context")]
    current_context: &'a str,
}

#[derive(Serialize)]
struct Preferences {}

#[derive(Serialize)]
struct NamedCluster<'a> {
    name: &'a str,
    cluster: &'a Cluster,
}

#[derive(Serialize)]
struct NamedUser<'a> {
    name: &'a str,
    user: &'a User,
}

#[derive(Serialize)]
struct NamedContext<'a> {
    name: &'a str,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    cluster: &'a str,
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use sha2::{Digest as _, Sha256};

    use super::*;

    /// A file of the tutorial, from the inputs `ca\n`, `cert\n` and `key\n`.
    fn tutorial(user: &str, server: &str) -> Kubeconfig {
        Kubeconfig {
            cluster_name: "k8s-cluster-from-ground-up".to_owned(),
            cluster: Cluster {
                server: server.to_owned(),
                certificate_authority_data: Some(Data(b"ca\n".to_vec())),
                ..Cluster::default()
            },
            user_name: user.to_owned(),
            user: User {
                client_certificate_data: Some(Data(b"cert\n".to_vec())),
                client_key_data: Some(Data(b"key\n".to_vec())),
                ..User::default()
            },
            context_name: "default".to_owned(),
            namespace: None,
        }
    }

    fn sha256(text: &str) -> String {
        hex::encode(Sha256::digest(text))
    }

    const BALANCER: &str = "https://lb.example:6443";
    const LOCAL: &str = "https://127.0.0.1:6443";

    #[test]
    fn the_kubelets_file_reads_as_kubectl_writes_it() {
        let expected = "\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2EK
    server: https://lb.example:6443
  name: k8s-cluster-from-ground-up
contexts:
- context:
    cluster: k8s-cluster-from-ground-up
    user: system:node:ip-172-31-0-20
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: system:node:ip-172-31-0-20
  user:
    client-certificate-data: Y2VydAo=
    client-key-data: a2V5Cg==
";
        let content = tutorial("system:node:ip-172-31-0-20", BALANCER).render(Style::UpTo1_33).unwrap();
        assert_eq!(content, expected);
    }

    /// A promise to users: these bytes never change.
    #[test]
    fn the_tutorials_files_have_kubectls_hashes() {
        let kubelet = "system:node:ip-172-31-0-20";
        for (user, server, style, hash) in [
            (
                kubelet,
                BALANCER,
                Style::UpTo1_33,
                "4a2215b93d19d18209f3845f6b511ab41b48f24cd814a68e49279b9f553af928",
            ),
            (
                "system:kube-proxy",
                BALANCER,
                Style::UpTo1_33,
                "8266b46fbc81e66d9f9d974ae0a01d398dc0e45e548266a0968937c2f6bcddda",
            ),
            (
                "system:kube-controller-manager",
                LOCAL,
                Style::UpTo1_33,
                "d5895278e19e62c87fb526eaf92617812857a2d7232229f03b63cffe9a558b22",
            ),
            (
                "system:kube-scheduler",
                LOCAL,
                Style::UpTo1_33,
                "cfffed608ead7362ed0ac87683c741a8d2ced5e04d1dd9e8ce44bab248009e26",
            ),
            (
                "admin",
                BALANCER,
                Style::UpTo1_33,
                "4fd3ce2ba9a4775b98d00d5e045462b0466aac8d2176e2c96954774644831a30",
            ),
            (
                kubelet,
                BALANCER,
                Style::From1_34,
                "1d85e702ed41131213b263050acc205ac57f4672acd7d5523ab777fa7996f5d3",
            ),
        ] {
            assert_eq!(sha256(&tutorial(user, server).render(style).unwrap()), hash, "{user} {style:?}");
        }
    }

    /// Runs the commands a person would, on names chosen to be misread, and compares.
    #[test]
    fn kubectl_writes_the_same_bytes() {
        let names =
            ["y", "0x1F", "a: b", " padded ", "#1", "2024-01-01", "it's", "a\tb", "é \"q\"", "12:30", "a #b"];
        for (number, name) in names.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("kubeconfig");
            std::fs::write(folder.path().join("ca.pem"), "ca\n").unwrap();
            let authority = format!("--certificate-authority={}", folder.path().join("ca.pem").display());
            kubectl(
                &file,
                &[
                    "set-cluster",
                    name,
                    &authority,
                    "--embed-certs",
                    "--server=https://lb.example:6443",
                    "--tls-server-name=kubernetes",
                    "--proxy-url=socks5://127.0.0.1:1080",
                ],
            );
            kubectl(&file, &["set-credentials", name, &format!("--token={name}")]);
            kubectl(
                &file,
                &[
                    "set-context",
                    name,
                    &format!("--cluster={name}"),
                    &format!("--user={name}"),
                    "--namespace=123",
                ],
            );
            kubectl(&file, &["use-context", name]);

            let mut ours = tutorial(name, BALANCER);
            ours.cluster_name = name.to_owned();
            ours.cluster.tls_server_name = Some("kubernetes".to_owned());
            ours.cluster.proxy_url = Some("socks5://127.0.0.1:1080".to_owned());
            ours.user = User { token: Some(name.to_owned()), ..User::default() };
            ours.context_name = name.to_owned();
            ours.namespace = Some("123".to_owned());
            let theirs = std::fs::read_to_string(&file).unwrap();
            assert_eq!(ours.render(installed_style()).unwrap(), theirs, "name {number}");
        }
    }

    #[test]
    fn kubectl_writes_the_same_plugin() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubeconfig");
        kubectl(&file, &["set-cluster", "c", "--server=https://lb.example:6443"]);
        kubectl(
            &file,
            &[
                "set-credentials",
                "u",
                "--exec-api-version=client.authentication.k8s.io/v1",
                "--exec-command=sh",
                "--exec-arg=-c",
                "--exec-arg=echo 1",
                "--exec-env=NAME=y",
            ],
        );
        kubectl(&file, &["set-context", "x", "--cluster=c", "--user=u"]);
        kubectl(&file, &["use-context", "x"]);

        let exec = Exec {
            api_version: "client.authentication.k8s.io/v1".to_owned(),
            command: "sh".to_owned(),
            args: Some(vec!["-c".to_owned(), "echo 1".to_owned()]),
            env: Some(vec![ExecVariable { name: "NAME".to_owned(), value: "y".to_owned() }]),
            install_hint: None,
            interactive_mode: None,
            provide_cluster_info: false,
        };
        let ours = Kubeconfig {
            cluster_name: "c".to_owned(),
            cluster: Cluster { server: BALANCER.to_owned(), ..Cluster::default() },
            user_name: "u".to_owned(),
            user: User { exec: Some(exec), ..User::default() },
            context_name: "x".to_owned(),
            namespace: None,
        };
        assert_eq!(ours.render(installed_style()).unwrap(), std::fs::read_to_string(&file).unwrap());
    }

    fn kubectl(file: &Path, arguments: &[&str]) {
        let run =
            Command::new("kubectl").arg("config").args(arguments).arg("--kubeconfig").arg(file).output();
        let run = run.expect("install kubectl to run this test");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }

    fn installed_style() -> Style {
        let run = Command::new("kubectl").args(["version", "--client", "-o", "json"]).output();
        let run = run.expect("install kubectl to run this test");
        let version: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        let minor = version["clientVersion"]["minor"].as_str().unwrap().trim_end_matches('+');
        if minor.parse::<u32>().unwrap() < 34 { Style::UpTo1_33 } else { Style::From1_34 }
    }
}

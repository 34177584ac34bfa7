//! `groundup_kubeconfig`: the file with which a program finds, trusts and authenticates to an API server.
//!
//! Nothing exists outside of the state: the resource renders its arguments. What `groundup_file` writes from it has
//! the bytes that kubectl itself would have written.

mod document;
mod exec;
mod trust;
mod values;

use sha2::{Digest as _, Sha256};
use tfplugin::Presence;
use tfplugin::prelude::*;

use self::document::{Cluster, Data, Style, User};
use self::exec::ExecPlugin;
use self::values::{EntryName, Namespace, ProxyUrl, ServerName, ServerUrl};
use crate::provider::Client;

string_enum! {
    /// The kubectl whose bytes to write.
    pub(crate) enum KubectlCompat {
        V1_33 = "1.33",
        V1_34 = "1.34",
    }
}

/// A kubeconfig with one cluster, one user and one context, byte for byte as kubectl writes it.
///
/// What kubectl would refuse only when it uses the file is refused when it is planned: a key of another certificate,
/// a certificate that the authority did not sign, that is not for clients or has expired, a missing half of a pair.
///
/// Certificates and keys are embedded when given as `_pem`, and only named when given as `_path`. A program reads a
/// named file again when it changes, and never an embedded one: on nodes, prefer paths.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Kubeconfig {
    /// Same as `content_sha256`.
    #[attr(computed)]
    pub(crate) id: Attr<String>,
    /// Name of the cluster in the file.
    #[attr(required)]
    pub(crate) cluster_name: Attr<Parsed<EntryName>>,
    /// Address of the API server, such as `https://10.0.0.10:6443`.
    #[attr(required)]
    pub(crate) server: Attr<Parsed<ServerUrl>>,
    /// Certificates of the authorities that may have signed the API server's certificate, embedded. Without them, and
    /// without `certificate_authority_path`, the system's authorities are trusted.
    #[attr(optional)]
    pub(crate) certificate_authority_pem: Attr<String>,
    /// Path of those certificates where the file is used.
    #[attr(optional)]
    pub(crate) certificate_authority_path: Attr<String>,
    /// Certificates of the authorities that the API server trusts for clients, when they are not those of
    /// `certificate_authority_pem`. Not part of the file: the client's certificate is checked against them.
    #[attr(optional)]
    pub(crate) client_authority_pem: Attr<String>,
    /// Name that the API server's certificate must bear, when it is not the host in `server`: `kubernetes` lets one
    /// file go through any load balancer.
    #[attr(optional)]
    pub(crate) tls_server_name: Attr<Parsed<ServerName>>,
    /// Proxy to go through: an `http`, `https` or `socks5` URL.
    #[attr(optional)]
    pub(crate) proxy_url: Attr<Parsed<ProxyUrl>>,
    /// Name of the user in the file. A kubelet's is `system:node:` and the name of its node; its certificate must
    /// then bear that common name and the organization `system:nodes`.
    #[attr(required)]
    pub(crate) user: Attr<Parsed<EntryName>>,
    /// The client's certificate, with any intermediate ones after it, embedded.
    #[attr(optional)]
    pub(crate) client_certificate_pem: Attr<String>,
    /// Path of the client's certificate where the file is used.
    #[attr(optional)]
    pub(crate) client_certificate_path: Attr<String>,
    /// The client's private key, embedded.
    #[attr(optional)]
    pub(crate) client_key_pem: Attr<Secret>,
    /// Path of the client's private key where the file is used.
    #[attr(optional)]
    pub(crate) client_key_path: Attr<String>,
    /// A bearer token.
    #[attr(optional, check = token)]
    pub(crate) token: Attr<Secret>,
    /// A program that prints the credential.
    #[attr(optional)]
    pub(crate) exec: Attr<ExecPlugin>,
    /// Name of the context. By default user and cluster, joined by `@`, so that several files can be used together.
    #[attr(optional, computed)]
    pub(crate) context_name: Attr<Parsed<EntryName>>,
    /// Namespace of commands that name none.
    #[attr(optional)]
    pub(crate) namespace: Attr<Parsed<Namespace>>,
    /// The kubectl whose bytes to write: `1.33` for every version up to that one, `1.34` for that one and later,
    /// which leave out the line `preferences: {}`. All of them read both.
    #[attr(optional, default = "1.33")]
    pub(crate) kubectl_compat: Attr<KubectlCompat>,
    /// The file.
    #[attr(computed)]
    pub(crate) content: Attr<Secret>,
    /// SHA-256 of the file, in hexadecimal.
    #[attr(computed)]
    pub(crate) content_sha256: Attr<String>,
}

impl Resource for Kubeconfig {
    const TYPE: &'static str = "kubeconfig";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        self.check_combinations(check);
        check.extend(trust::problems(self));
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        // The default follows the names that it is made of.
        if plan.config.context_name.is_null() {
            plan.planned.context_name = Attr::Unknown;
        }
        plan.planned.fill()?;
        let changes = plan.prior.as_ref().is_none_or(|prior| prior.content != plan.planned.content);
        // Only a new file is refused for being too old: an unchanged one must not stand in the way of a destroy.
        plan.told.extend(trust::expired(&plan.planned, cx.client.now(), changes));
        Ok(())
    }

    async fn create(mut self, _: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.fill()?;
        Ok(self)
    }

    async fn read(self, _: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    async fn update(mut self, _: Self, _: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        self.fill()?;
        Ok(self)
    }

    async fn delete(self, _: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}

impl Kubeconfig {
    fn check_combinations(&self, check: &mut Check) {
        let authority = ("certificate_authority_pem", self.certificate_authority_pem.presence());
        check.at_most_one(&[
            authority,
            ("certificate_authority_path", self.certificate_authority_path.presence()),
        ]);
        let certificate = [
            ("client_certificate_pem", self.client_certificate_pem.presence()),
            ("client_certificate_path", self.client_certificate_path.presence()),
        ];
        let key = [
            ("client_key_pem", self.client_key_pem.presence()),
            ("client_key_path", self.client_key_path.presence()),
        ];
        check.at_most_one(&certificate);
        check.at_most_one(&key);

        let given = |pair: &[(&'static str, Presence); 2]| pair[0].1 | pair[1].1;
        let name = |pair: &[(&'static str, Presence); 2]| {
            pair.iter()
                .find(|(_, presence)| *presence == Presence::Present)
                .map_or(pair[0].0, |(name, _)| *name)
        };
        match (given(&certificate), given(&key)) {
            (Presence::Present, Presence::Absent) => {
                let detail = "A client certificate is of no use without its private key: set `client_key_pem` or \
                              `client_key_path`.";
                check.error(name(&certificate), "Missing Private Key", detail);
            }
            (Presence::Absent, Presence::Present) => {
                let detail = "A private key is of no use without its certificate: set `client_certificate_pem` or \
                              `client_certificate_path`.";
                check.error(name(&key), "Missing Client Certificate", detail);
            }
            (Presence::Absent, Presence::Absent) if self.token.is_null() && self.exec.is_null() => {
                let detail = "Without a credential kubectl asks for a user name. Set a client certificate and its \
                              key, `token` or `exec`.";
                check.error("user", "Missing Credential", detail);
            }
            _ => {}
        }
    }

    /// The file alone, for those who keep no state.
    pub(crate) fn into_content(mut self) -> Result<Secret> {
        self.fill()?;
        self.content.value().cloned()
    }

    /// Fills what follows from the arguments: all of it, or what is known by now.
    fn fill(&mut self) -> Result<()> {
        if self.context_name.known().is_none() {
            self.context_name = match (self.user.known(), self.cluster_name.known()) {
                (Some(user), Some(cluster)) => Parsed::<EntryName>::new(format!("{user}@{cluster}"))
                    .map_err(|problem| Error::at("context_name", "Invalid Context Name", problem))?
                    .into(),
                _ => Attr::Unknown,
            };
        }
        let inputs = Self { id: Attr::Null, content: Attr::Null, content_sha256: Attr::Null, ..self.clone() };
        if !inputs.encode_fields().is_wholly_known() {
            (self.id, self.content, self.content_sha256) = (Attr::Unknown, Attr::Unknown, Attr::Unknown);
            return Ok(());
        }
        let content = self.render()?;
        let hash = hex::encode(Sha256::digest(&content));
        (self.id, self.content_sha256) = (hash.clone().into(), hash.into());
        self.content = Secret::new(content).into();
        Ok(())
    }

    fn render(&self) -> Result<String> {
        let document = document::Kubeconfig {
            cluster_name: self.cluster_name.value()?.text().to_owned(),
            cluster: Cluster {
                server: self.server.value()?.text().to_owned(),
                certificate_authority: self.certificate_authority_path.known().cloned(),
                certificate_authority_data: embedded(self.certificate_authority_pem.as_str()),
                tls_server_name: text(&self.tls_server_name),
                proxy_url: text(&self.proxy_url),
            },
            user_name: self.user.value()?.text().to_owned(),
            user: User {
                client_certificate: self.client_certificate_path.known().cloned(),
                client_certificate_data: embedded(self.client_certificate_pem.as_str()),
                client_key: self.client_key_path.known().cloned(),
                client_key_data: embedded(self.client_key_pem.known().map(Secret::expose)),
                token: self.token.known().map(|token| token.expose().to_owned()),
                exec: self.exec.known().map(ExecPlugin::render).transpose()?,
            },
            context_name: self.context_name.value()?.text().to_owned(),
            namespace: text(&self.namespace),
        };
        let style = match self.kubectl_compat.or(KubectlCompat::V1_33) {
            KubectlCompat::V1_33 => Style::UpTo1_33,
            KubectlCompat::V1_34 => Style::From1_34,
        };
        document.render(style).during("Unable to Render Kubeconfig")
    }
}

fn embedded(text: Option<&str>) -> Option<Data> {
    text.map(|text| Data(text.as_bytes().to_vec()))
}

fn text<T>(value: &Attr<Parsed<T>>) -> Option<String> {
    value.known().map(|value| value.text().to_owned())
}

fn token(token: &Secret) -> std::result::Result<(), String> {
    // It becomes part of an HTTP header.
    if token.expose().is_empty() || !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        Err("A token is made of visible ASCII characters, without spaces and line breaks.".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> Kubeconfig {
        Kubeconfig {
            cluster_name: Parsed::<EntryName>::new("k8s").unwrap().into(),
            server: Parsed::<ServerUrl>::new("https://lb.example:6443").unwrap().into(),
            user: Parsed::<EntryName>::new("admin").unwrap().into(),
            token: Secret::new("t0ken").into(),
            ..Kubeconfig::default()
        }
    }

    fn filled(mut config: Kubeconfig) -> Kubeconfig {
        config.fill().unwrap();
        config
    }

    fn places(config: &Kubeconfig) -> Vec<String> {
        let mut check = Check::default();
        config.validate(&mut check);
        check.iter().map(|told| told.path.as_ref().map(ToString::to_string).unwrap_or_default()).collect()
    }

    #[test]
    fn the_file_is_known_as_soon_as_its_parts_are() {
        let known = filled(minimal());
        assert_eq!(known.context_name.known().unwrap().text(), "admin@k8s");
        let content = known.content.known().unwrap().expose();
        assert!(content.contains("current-context: admin@k8s\n"), "{content}");
        assert_eq!(known.content_sha256, known.id);

        let unknown = filled(Kubeconfig { server: Attr::Unknown, ..minimal() });
        assert_eq!(unknown.context_name, known.context_name);
        assert!(
            unknown.content.is_unknown() && unknown.content_sha256.is_unknown() && unknown.id.is_unknown()
        );
    }

    #[test]
    fn filling_again_changes_nothing() {
        let once = filled(minimal());
        assert_eq!(filled(once.clone()), once);
    }

    #[test]
    fn half_a_pair_is_refused_at_the_half_that_is_there() {
        assert!(places(&minimal()).is_empty());
        let none = Kubeconfig { token: Attr::Null, ..minimal() };
        assert_eq!(places(&none), ["user"]);
        let certificate = Kubeconfig { client_certificate_path: "/c".into(), ..none.clone() };
        assert_eq!(places(&certificate), ["client_certificate_path"]);
        let key = Kubeconfig { client_key_path: "/k".into(), ..none.clone() };
        assert_eq!(places(&key), ["client_key_path"]);
        let undecided = Kubeconfig { client_key_pem: Attr::Unknown, ..none };
        assert!(places(&undecided).is_empty());
    }

    #[test]
    fn embedded_and_named_exclude_each_other() {
        let both = Kubeconfig {
            certificate_authority_pem: "ca".into(),
            certificate_authority_path: "/ca".into(),
            client_certificate_pem: "certificate".into(),
            client_certificate_path: "/c".into(),
            client_key_pem: Secret::new("key").into(),
            client_key_path: "/k".into(),
            ..minimal()
        };
        let mut paths = places(&both);
        paths.retain(|place| place.ends_with("_path"));
        assert_eq!(paths, ["certificate_authority_path", "client_certificate_path", "client_key_path"]);
    }

    #[test]
    fn paths_and_the_newer_style_reach_the_file() {
        let exec = ExecPlugin {
            command: Parsed::<exec::Command>::new("aws").unwrap().into(),
            ..ExecPlugin::default()
        };
        let config = filled(Kubeconfig {
            certificate_authority_path: "/etc/ca.pem".into(),
            token: Attr::Null,
            exec: exec.into(),
            kubectl_compat: KubectlCompat::V1_34.into(),
            ..minimal()
        });
        let content = config.content.known().unwrap().expose();
        assert!(content.contains("    certificate-authority: /etc/ca.pem\n"), "{content}");
        assert!(content.contains("      args: null\n      command: aws\n      env: null\n"), "{content}");
        assert!(!content.contains("preferences"), "{content}");
    }

    #[test]
    fn tokens_fit_into_a_header() {
        assert!(token(&Secret::new("eyJhbGciOi.J9-_=")).is_ok());
        for text in ["", "a b", "a\n", "é"] {
            assert!(token(&Secret::new(text)).is_err(), "{text:?}");
        }
    }
}

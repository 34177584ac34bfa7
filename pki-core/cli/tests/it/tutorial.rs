//! Step 4 of the tutorial, with `groundup-pki … -bare X` in place of `cfssl … | cfssljson -bare X`.

use std::fmt::Write as _;

use pki_core::{ExtendedKeyUsage, KeyAlgorithm};

use crate::support::Folder;

const CONFIG: &str = r#"{
  "signing": {
    "default": {
      "expiry": "8760h"
    },
    "profiles": {
      "kubernetes": {
        "usages": ["signing", "key encipherment", "server auth", "client auth"],
        "expiry": "8760h"
      }
    }
  }
}
"#;

const HOSTS: [&str; 16] = [
    "127.0.0.1",
    "172.31.0.10",
    "172.31.0.11",
    "172.31.0.12",
    "ip-172-31-0-10",
    "ip-172-31-0-11",
    "ip-172-31-0-12",
    "ip-172-31-0-10.us-east-2.compute.internal",
    "ip-172-31-0-11.us-east-2.compute.internal",
    "ip-172-31-0-12.us-east-2.compute.internal",
    "k8s-0123456789abcdef.elb.us-east-2.amazonaws.com",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster",
    "kubernetes.default.svc.cluster.local",
];

/// Name of the files, common name and organization, in the tutorial's order.
const CERTIFICATES: [(&str, &str, &str); 9] = [
    ("master-kubernetes", "kubernetes", "Kubernetes"),
    ("kube-scheduler", "system:kube-scheduler", "system:kube-scheduler"),
    ("kube-proxy", "system:kube-proxy", "system:node-proxier"),
    ("kube-controller-manager", "system:kube-controller-manager", "system:kube-controller-manager"),
    ("k8s-worker-0", "system:node:ip-172-31-0-20", "system:nodes"),
    ("k8s-worker-1", "system:node:ip-172-31-0-21", "system:nodes"),
    ("k8s-worker-2", "system:node:ip-172-31-0-22", "system:nodes"),
    ("admin", "admin", "system:masters"),
    ("service-account", "service-accounts", "Kubernetes"),
];

fn request(common_name: &str, organization: &str, hosts: &[&str]) -> String {
    let hosts = if hosts.is_empty() { String::new() } else { format!("\"hosts\": {hosts:?},") };
    format!(
        r#"{{
  "CN": "{common_name}",
  {hosts}
  "key": {{
    "algo": "rsa",
    "size": 2048
  }},
  "names": [
    {{
      "C": "UK",
      "L": "England",
      "O": "{organization}",
      "OU": "DAREY.IO DEVOPS",
      "ST": "London"
    }}
  ]
}}
"#
    )
}

/// The commands of the tutorial, and what else it types.
fn step_4() -> String {
    let mut script = format!("cat > ca-config.json <<EOF\n{CONFIG}EOF\ncat > ca-csr.json <<EOF\n{}EOF\n", {
        request("Kubernetes", "Kubernetes", &[])
    });
    script.push_str("groundup-pki gencert -initca ca-csr.json -bare ca\n");
    for (name, common_name, organization) in CERTIFICATES {
        let hosts: &[&str] = if name == "master-kubernetes" { &HOSTS } else { &[] };
        let hostname = name.strip_prefix("k8s-worker-").map_or(String::new(), |number| {
            format!("    -hostname=ip-172-31-0-2{number},203.0.113.{number},172.31.0.2{number} \\\n")
        });
        let _ = write!(
            script,
            "cat > {name}-csr.json <<EOF\n{}EOF\n\
             groundup-pki gencert \\\n  -ca=ca.pem \\\n  -ca-key=ca-key.pem \\\n  -config=ca-config.json \\\n\
             {hostname}  -profile=kubernetes \\\n  {name}-csr.json -bare {name}\n",
            request(common_name, organization, hosts)
        );
    }
    script
}

/// Every fault of the tutorial's files that a single certificate shows, in order.
fn told() -> String {
    let country =
        "country `UK` is not a code of ISO 3166-1 (did you mean `GB`?) [country-not-iso-3166]".to_owned();
    let label = |name: &str| {
        format!(
            "`{name}` is a DNS name of a single label, which no public resolver knows [single-label-name]"
        )
    };
    let is_server = |user: &str| {
        format!(
            "`{user}` is a client, and this certificate makes it a server too: leave out `server auth` [kubernetes]"
        )
    };
    let mut text = format!("warning: {country}\nwrote ca.pem, ca-key.pem, ca.csr\n");
    for (name, user, _) in CERTIFICATES {
        let mut warnings = vec![country.clone()];
        match name {
            "master-kubernetes" => {
                warnings.extend(["ip-172-31-0-10", "ip-172-31-0-11", "ip-172-31-0-12"].map(label));
                warnings.push(
                    "nobody uses the name `kubernetes.default.svc.cluster` where the cluster's domain is \
                     `cluster.local` [kubernetes]"
                        .to_owned(),
                );
                warnings.push(
                    "no address looks like the first one of a service range, such as 10.32.0.1, by which pods call \
                     the API server: add it to `hosts` [kubernetes]"
                        .to_owned(),
                );
            }
            "admin" => {
                warnings.push(is_server(user));
                warnings.push(
                    "the group `system:masters` has every right, and no access rule can take one away before the \
                     certificate ends [kubernetes]"
                        .to_owned(),
                );
            }
            "service-account" => warnings.push(
                "a key that signs service account tokens needs no certificate, and with this one it is a user as \
                 well [kubernetes]"
                    .to_owned(),
            ),
            _ if name.starts_with("k8s-worker-") => {
                warnings.push(label(user.strip_prefix("system:node:").unwrap()));
            }
            _ => warnings.push(is_server(user)),
        }
        for warning in warnings {
            let _ = writeln!(text, "warning: {warning}");
        }
        let _ = writeln!(text, "wrote {name}.pem, {name}-key.pem, {name}.csr");
    }
    text
}

#[test]
fn step_4_makes_the_files_of_the_tutorial() {
    let folder = Folder::new();
    let done = folder.shell(&step_4());
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{}", done.stderr);
    assert_eq!(done.stderr, told());

    let mut expected = vec!["ca-config.json".to_owned()];
    for name in CERTIFICATES.map(|(name, ..)| name).into_iter().chain(["ca"]) {
        expected.extend(["-csr.json", "-key.pem", ".csr", ".pem"].map(|ending| format!("{name}{ending}")));
    }
    expected.sort();
    assert_eq!(folder.names(), expected);

    let ca = folder.certificate("ca.pem");
    assert!(ca.is_authority() && ca.is_self_signed());
    assert_eq!(ca.subject_text(), "CN=Kubernetes,OU=DAREY.IO DEVOPS,O=Kubernetes,L=England,ST=London,C=UK");
    for (name, common_name, organization) in CERTIFICATES {
        let certificate = folder.certificate(&format!("{name}.pem"));
        assert!(certificate.is_signed_by(&ca), "{name}");
        assert!(certificate.matches_key(&folder.key(&format!("{name}-key.pem"))), "{name}");
        assert_eq!(certificate.public_key().algorithm(), KeyAlgorithm::RSA_2048, "{name}");
        assert_eq!(
            certificate.subject_text(),
            format!("CN={common_name},OU=DAREY.IO DEVOPS,O={organization},L=England,ST=London,C=UK")
        );
        assert_eq!(
            certificate.extended_key_usages(),
            [ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth],
            "{name}"
        );
        let names: Vec<String> = certificate.subject_alt_names().iter().map(ToString::to_string).collect();
        match name.strip_prefix("k8s-worker-") {
            _ if name == "master-kubernetes" => assert_eq!(names, HOSTS),
            Some(number) => assert_eq!(
                names,
                [
                    format!("ip-172-31-0-2{number}"),
                    format!("203.0.113.{number}"),
                    format!("172.31.0.2{number}")
                ]
            ),
            None => assert_eq!(names, [""; 0], "{name}"),
        }
    }
    for name in CERTIFICATES.map(|(name, ..)| name).into_iter().chain(["ca"]) {
        assert_eq!(folder.mode(&format!("{name}-key.pem")), 0o600, "{name}");
        assert_eq!(folder.mode(&format!("{name}.pem")), 0o644, "{name}");
        assert_eq!(folder.mode(&format!("{name}.csr")), 0o644, "{name}");
    }
}

//! OpenSSL judges every certificate of the example.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::pki_only;
use crate::support::files;
use crate::support::tool;

const AUTHORITIES: [&str; 3] = ["ca", "etcd/ca", "front-proxy-ca"];

/// A folder of certificates, each `NAME.crt` with its `NAME.key`.
struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    fn openssl(&self, arguments: &str) -> Command {
        let mut command = Command::new(tool::find("openssl"));
        command.args(arguments.split_whitespace()).current_dir(&self.folder);
        command
    }

    /// Whether a certificate passes the strictest verification.
    fn verifies(&self, name: &str, authority: &str, options: &str) -> bool {
        let verify =
            format!("verify -x509_strict -check_ss_sig -CAfile {authority}.crt {options} {name}.crt");
        self.openssl(&verify).output().unwrap().status.success()
    }

    /// The authorities that a certificate can be traced to.
    fn authorities_of(&self, name: &str) -> Vec<&'static str> {
        AUTHORITIES.into_iter().filter(|authority| self.verifies(name, authority, "")).collect()
    }

    fn purposes_of(&self, name: &str, authority: &str) -> Vec<&'static str> {
        let is_for = |purpose: &&str| self.verifies(name, authority, &format!("-purpose {purpose}"));
        ["sslserver", "sslclient"].into_iter().filter(is_for).collect()
    }

    /// The options of `openssl verify` that ask for each name of a certificate.
    fn names_of(&self, name: &str) -> Vec<String> {
        let text = self.extensions("subjectAltName", name);
        let names = text.lines().skip(1).flat_map(|line| line.split(", "));
        names
            .map(|name| match name.trim().split_once(':').unwrap() {
                ("DNS", name) => format!("-verify_hostname {name}"),
                ("IP Address", address) => format!("-verify_ip {address}"),
                other => panic!("what is {other:?}?"),
            })
            .collect()
    }

    fn extensions(&self, extensions: &str, name: &str) -> String {
        self.say(&format!("x509 -noout -ext {extensions} -in {name}.crt"))
    }

    fn say(&self, arguments: &str) -> String {
        tool::succeed(&mut self.openssl(arguments))
    }
}

#[test]
fn openssl_accepts_every_certificate() {
    let terraform = pki_only();
    let certificates = Certificates { folder: terraform.path("kubernetes/pki") };
    let all = files::ending_in(&certificates.folder, ".crt");
    assert_eq!(all.len(), 20, "{all:?}");
    for name in all {
        let (authority, purposes) = expected(&name);
        assert_eq!(certificates.authorities_of(&name), [authority], "{name}");

        certificates.say(&format!("pkey -check -noout -in {name}.key"));
        let of_key = certificates.say(&format!("pkey -pubout -in {name}.key"));
        assert_eq!(certificates.say(&format!("x509 -noout -pubkey -in {name}.crt")), of_key, "{name}");

        if AUTHORITIES.contains(&name.as_str()) {
            let usages = certificates.extensions("basicConstraints,keyUsage", &name);
            assert!(usages.contains("CA:TRUE") && usages.contains("Certificate Sign, CRL Sign"), "{usages}");
            continue;
        }
        assert_eq!(certificates.purposes_of(&name, authority), purposes, "{name}");
        if purposes.contains(&"sslserver") {
            let names = certificates.names_of(&name);
            assert!(!names.is_empty(), "{name}");
            for option in names {
                assert!(certificates.verifies(&name, authority, &option), "{name}: {option}");
            }
            for stranger in ["-verify_hostname stranger.example", "-verify_ip 192.0.2.1"] {
                assert!(!certificates.verifies(&name, authority, stranger), "{name}: {stranger}");
            }
        }
    }
    names_of_the_api_server(&certificates);
}

/// Who vouches for a certificate of the example, and for what.
fn expected(name: &str) -> (&'static str, &'static [&'static str]) {
    let authority = match name {
        "front-proxy-ca" | "front-proxy-client" => "front-proxy-ca",
        name if name.contains("etcd") => "etcd/ca",
        _ => "ca",
    };
    let purposes: &[&str] = match name {
        "apiserver" => &["sslserver"],
        name if name.starts_with("kubelet-") => &["sslserver", "sslclient"],
        name if name.ends_with("-server") || name.ends_with("-peer") => &["sslserver", "sslclient"],
        _ => &["sslclient"],
    };
    (authority, purposes)
}

/// Every way in which a cluster calls its API server.
fn names_of_the_api_server(certificates: &Certificates) {
    let names = certificates.names_of("apiserver");
    for name in [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "api.k8s.example.com",
        "master-0.k8s.example.com",
        "localhost",
    ] {
        assert!(names.contains(&format!("-verify_hostname {name}")), "{name}: {names:?}");
    }
    for address in ["127.0.0.1", "10.32.0.1", "10.240.0.10", "10.240.0.11", "10.240.0.12"] {
        assert!(names.contains(&format!("-verify_ip {address}")), "{address}: {names:?}");
    }
}

/// OpenSSL reads every request, and its key is the certificate's.
#[test]
fn openssl_accepts_every_request() {
    let terraform = pki_only();
    let certificates = Certificates { folder: terraform.path("kubernetes/pki") };
    let state = terraform.state();
    for name in files::ending_in(&certificates.folder, ".crt") {
        let kind = if AUTHORITIES.contains(&name.as_str()) { "certificate_authority" } else { "certificate" };
        let attributes = state.attributes(&format!("groundup_{kind}.this[{name:?}]"));
        write(&certificates.folder, "request.csr", attributes["cert_request_pem"].as_str().unwrap());
        let of_request = certificates.say("req -verify -noout -pubkey -in request.csr");
        assert_eq!(certificates.say(&format!("x509 -noout -pubkey -in {name}.crt")), of_request, "{name}");
        let of_request = certificates.say("req -noout -subject -in request.csr");
        assert_eq!(certificates.say(&format!("x509 -noout -subject -in {name}.crt")), of_request, "{name}");
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

//! The same files through cfssl 1.2.0 and through this library.

use std::collections::BTreeSet;

use pki_core::cfssl::{Config, CsrFile};
use pki_core::{Certificate, CertificateAuthority, PrivateKey, SubjectAltName};

use crate::support::{Files, key, now, rng};

const CONFIG: &str = r#"{"signing": {"default": {"expiry": "8760h"}, "profiles": {"kubernetes": {
    "usages": ["signing", "key encipherment", "server auth", "client auth"], "expiry": "8760h"}}}}"#;

const AUTHORITY: &str = r#"{"CN": "Kubernetes", "key": {"algo": "rsa", "size": 2048}, "names": [
    {"C": "UK", "L": "England", "O": "Kubernetes", "OU": "DAREY.IO DEVOPS", "ST": "London"}]}"#;

const MASTER_HOSTS: &str = r#""127.0.0.1", "172.31.0.10", "172.31.0.11", "172.31.0.12",
    "ip-172-31-0-10", "ip-172-31-0-11", "ip-172-31-0-12",
    "ip-172-31-0-10.us-east-2.compute.internal", "ip-172-31-0-11.us-east-2.compute.internal",
    "ip-172-31-0-12.us-east-2.compute.internal", "k8s-0123456789abcdef.elb.us-east-2.amazonaws.com",
    "kubernetes", "kubernetes.default", "kubernetes.default.svc",
    "kubernetes.default.svc.cluster", "kubernetes.default.svc.cluster.local""#;

/// Name of the file, common name, organization, hosts in the file, and the option `-hostname`.
const REQUESTS: [(&str, &str, &str, &str, Option<&str>); 7] = [
    ("master-kubernetes", "kubernetes", "Kubernetes", MASTER_HOSTS, None),
    ("kube-scheduler", "system:kube-scheduler", "system:kube-scheduler", "", None),
    ("kube-proxy", "system:kube-proxy", "system:node-proxier", "", None),
    ("kube-controller-manager", "system:kube-controller-manager", "system:kube-controller-manager", "", None),
    (
        "worker-0",
        "system:node:ip-172-31-0-20",
        "system:nodes",
        "",
        Some("ip-172-31-0-20,203.0.113.7,172.31.0.20"),
    ),
    ("admin", "admin", "system:masters", "", None),
    ("service-account", "service-accounts", "Kubernetes", "", None),
];

#[test]
fn certificates_of_the_guide_are_equal() {
    let files = Files::new();
    files.write("ca-config.json", CONFIG);
    files.write("ca-csr.json", AUTHORITY);
    files.run("cfssl gencert -initca ca-csr.json 2>/dev/null | cfssljson -bare ca");

    let request: CsrFile = AUTHORITY.parse().unwrap();
    let (authority, _) = CertificateAuthority::self_signed(
        key(request.key),
        &request.identity,
        &request.root_profile(),
        now(),
        &mut rng(),
    )
    .unwrap();
    same(authority.certificate(), &Certificate::from_pem(&files.read("ca.pem")).unwrap());

    let profile = CONFIG.parse::<Config>().unwrap().profile("kubernetes").unwrap();
    for (name, common_name, organization, hosts, hostname) in REQUESTS {
        let json = format!(
            r#"{{"CN": "{common_name}", "hosts": [{hosts}], "key": {{"algo": "rsa", "size": 2048}}, "names": [
            {{"C": "UK", "L": "England", "O": "{organization}", "OU": "DAREY.IO DEVOPS", "ST": "London"}}]}}"#
        );
        files.write("csr.json", &json);
        let option = hostname.map(|names| format!("-hostname={names}")).unwrap_or_default();
        files.run(&format!(
            "cfssl gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=kubernetes {option} csr.json \
             2>/dev/null | cfssljson -bare {name}"
        ));
        let mut request: CsrFile = json.parse().unwrap();
        if let Some(names) = hostname {
            request = request.with_hosts(names.split(',')).unwrap();
        }
        let key = key(request.key);
        let (ours, _) =
            authority.issue(&request.identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
        same(&ours, &Certificate::from_pem(&files.read(&format!("{name}.pem"))).unwrap());
        let theirs = PrivateKey::from_pem(&files.read(&format!("{name}-key.pem"))).unwrap();
        assert_eq!(theirs.algorithm(), key.algorithm());
        assert_eq!(theirs.to_pem().as_str(), files.read(&format!("{name}-key.pem")));
    }
}

#[test]
fn authorities_of_cfssl_can_issue() {
    let files = Files::new();
    files.write("ca-csr.json", AUTHORITY);
    files.run("cfssl gencert -initca ca-csr.json 2>/dev/null | cfssljson -bare ca");
    let authority = CertificateAuthority::new(
        Certificate::from_pem(&files.read("ca.pem")).unwrap(),
        PrivateKey::from_pem(&files.read("ca-key.pem")).unwrap(),
    )
    .unwrap();
    let profile = CONFIG.parse::<Config>().unwrap().profile("kubernetes").unwrap();
    let request: CsrFile = r#"{"CN": "admin", "hosts": ["a.example"]}"#.parse().unwrap();
    let (leaf, findings) = authority
        .issue(&request.identity, key(request.key).public_key(), &profile, now(), &mut rng())
        .unwrap();
    assert_eq!(findings.len(), 1, "key encipherment does not fit the P-256 key that cfssl makes by default");
    files.write("leaf.pem", &leaf.to_pem());
    files.run(
        "openssl verify -x509_strict -purpose sslserver -verify_hostname a.example -CAfile ca.pem leaf.pem",
    );
}

/// Compares subject, names, usages, constraints and dates.
fn same(ours: &Certificate, theirs: &Certificate) {
    let names = |c: &Certificate| c.subject_alt_names().iter().cloned().collect::<BTreeSet<SubjectAltName>>();
    assert_eq!(ours.subject_text(), theirs.subject_text());
    assert_eq!(ours.issuer_text(), theirs.issuer_text());
    assert_eq!(names(ours), names(theirs));
    assert_eq!(ours.key_usages(), theirs.key_usages());
    assert_eq!(ours.extended_key_usages(), theirs.extended_key_usages());
    assert_eq!(ours.is_authority(), theirs.is_authority());
    // cfssl rounds to the minute and counts the period from the backdated start.
    let apart = |a: jiff::Timestamp, b: jiff::Timestamp| a.duration_since(b).abs().as_secs();
    assert!(apart(ours.not_before(), theirs.not_before()) <= 120);
    assert!(apart(ours.not_after(), theirs.not_after()) <= 420);
}

//! Whole clusters.

use std::fs;
use std::path::Path;

use pki_core::{Certificate, KeyAlgorithm};

use crate::support::Folder;

/// The files below a folder with their modes.
fn files(folder: &Path) -> Vec<String> {
    fn below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        use std::os::unix::fs::PermissionsExt;
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
            if entry.path().is_dir() {
                found.push(format!("{name}/ {mode:04o}"));
                below(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(format!("{name} {mode:04o}"));
            }
        }
    }
    let mut found = Vec::new();
    below(folder, "", &mut found);
    found.sort();
    found
}

const CLUSTER: &str = "--control-plane m0.example=10.240.0.10 --worker w0.example=10.240.0.20 \
     --service-cidr 10.32.0.0/24 --api-name api.example";

#[test]
fn three_authorities_have_the_files_of_kubeadm() {
    let folder = Folder::new();
    let summary = folder.run(&format!("bundle etc/pki {CLUSTER}")).succeeds("");
    let lines: Vec<&str> = summary.lines().collect();
    assert!(lines[0].starts_with("etc/pki: 16 keys and 15 certificates in 32 files, made in "), "{summary}");
    let issued: Vec<_> = lines[1..].iter().map(|line| line.split_once(", until ").unwrap()).collect();
    assert_eq!(
        issued.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["  ca              ECDSA-P256", "  etcd/ca         ECDSA-P256", "  front-proxy-ca  ECDSA-P256"]
    );
    assert_eq!(
        issued.iter().map(|(_, end)| end.split_once(", ").unwrap().1).collect::<Vec<_>>(),
        ["issued 7", "issued 4", "issued 1"]
    );
    let mut expected = Vec::new();
    for folder in ["etcd", "m0.example", "m0.example/etcd", "w0.example"] {
        expected.push(format!("{folder}/ 0700"));
    }
    for name in [
        "admin",
        "apiserver-etcd-client",
        "apiserver-kubelet-client",
        "ca",
        "controller-manager",
        "etcd/ca",
        "etcd/healthcheck-client",
        "front-proxy-ca",
        "front-proxy-client",
        "kube-proxy",
        "m0.example/apiserver",
        "m0.example/etcd/peer",
        "m0.example/etcd/server",
        "scheduler",
        "w0.example/kubelet",
    ] {
        expected.extend([format!("{name}.crt 0644"), format!("{name}.key 0600")]);
    }
    expected.extend(["sa.key 0600".to_owned(), "sa.pub 0644".to_owned()]);
    expected.sort();
    assert_eq!(files(&folder.path("etc/pki")), expected);

    let certificate = |name: &str| -> Certificate { folder.certificate(&format!("etc/pki/{name}.crt")) };
    assert!(certificate("m0.example/apiserver").is_signed_by(&certificate("ca")));
    assert!(certificate("m0.example/etcd/peer").is_signed_by(&certificate("etcd/ca")));
    let names = certificate("m0.example/apiserver").subject_alt_names().to_string_list();
    for name in ["kubernetes", "10.32.0.1", "api.example", "10.240.0.10", "m0.example"] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
}

/// Names as text.
trait ToStringList {
    fn to_string_list(&self) -> Vec<String>;
}

impl ToStringList for pki_core::SubjectAltNames {
    fn to_string_list(&self) -> Vec<String> {
        self.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_tutorial_is_a_preset() {
    let folder = Folder::new();
    let done = folder.run(
        "bundle pki -tutorial=us-east-2 --api-name lb.example --key-algorithm ECDSA-P384 --expiry 90d \
         --service-account-certificate",
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        done.stdout.starts_with("pki: 10 keys and 10 certificates in 30 files, made in "),
        "{}",
        done.stdout
    );
    // The same remark about several certificates is made once.
    let label = |host: u8| {
        format!(
            "warning: `ip-172-31-0-{host}` is a DNS name of a single label, which no public resolver knows [single-label-name]\n"
        )
    };
    assert_eq!(done.stderr, [10, 11, 12, 20, 21, 22].map(label).concat());
    let names = [
        "admin",
        "ca",
        "k8s-cluster-from-ground-up-worker-0",
        "k8s-cluster-from-ground-up-worker-1",
        "k8s-cluster-from-ground-up-worker-2",
        "kube-controller-manager",
        "kube-proxy",
        "kube-scheduler",
        "master-kubernetes",
        "service-account",
    ];
    let mut expected: Vec<String> = names
        .iter()
        .flat_map(|name| {
            [format!("{name}-key.pem 0600"), format!("{name}.csr 0644"), format!("{name}.pem 0644")]
        })
        .collect();
    expected.sort();
    assert_eq!(files(&folder.path("pki")), expected);
    let ca = folder.certificate("pki/ca.pem");
    for name in names {
        let certificate = folder.certificate(&format!("pki/{name}.pem"));
        assert!(certificate.is_signed_by(&ca), "{name}");
        assert_eq!(certificate.public_key().algorithm(), KeyAlgorithm::EcdsaP384, "{name}");
        assert!(certificate.matches_key(&folder.key(&format!("pki/{name}-key.pem"))), "{name}");
    }
    let admin = folder.certificate("pki/admin.pem");
    assert_eq!(admin.not_after().as_second() - admin.not_before().as_second(), 90 * 86400 + 299);
}

#[test]
fn keys_that_are_there_stay() {
    let folder = Folder::new();
    folder.run(&format!("bundle pki {CLUSTER}")).succeeds("");
    let before = (files(&folder.path("pki")), folder.read("pki/sa.key"), folder.read("pki/ca.crt"));
    folder.run(&format!("bundle pki {CLUSTER}")).fails(
        1,
        "error: pki/ca.key holds another secret, which would be lost\n\
         help: write elsewhere, or pass --force to replace it\n",
    );
    assert_eq!((files(&folder.path("pki")), folder.read("pki/sa.key"), folder.read("pki/ca.crt")), before);
    folder.run(&format!("bundle pki {CLUSTER} --force")).succeeds("");
    assert_eq!(files(&folder.path("pki")), before.0);
    assert_ne!(folder.read("pki/sa.key"), before.1);
}

/// Folders that were made for nothing are gone again.
#[test]
fn a_failure_leaves_no_folders() {
    let folder = Folder::new();
    let done = folder.shell(&format!("trap '' XFSZ; ulimit -f 1; groundup-pki bundle a/b/c {CLUSTER}"));
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    assert!(done.stderr.contains(": File too large (os error 27)\n"), "{}", done.stderr);
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn every_mistake_is_told_at_once() {
    let folder = Folder::new();
    folder
        .run("bundle pki --control-plane m_0=10.0.0.300 --worker *.k8s.example --service-cidr 10.32.0.1/32")
        .fails(
            1,
            "error: the service range 10.32.0.1/32 has no first address to give to the API server\n\
             error: node `m_0`: `10.0.0.300` is not an IP address\n\
             error: `*.k8s.example` is a wildcard, but a node has a name of its own\n",
        );
    folder.run("bundle pki --worker w0").fails(
        2,
        "error: no machine runs the API server\n\
         help: name one or more, such as `--control-plane master-0.example.com=10.240.0.10`\n",
    );
    folder.run("bundle pki --control-plane m0").fails(
        2,
        "error: there is no range of service addresses\n\
         help: name it, such as `--service-cidr 10.32.0.0/24`: pods call the API server by its first address\n",
    );
    let done = folder.run(&format!("bundle pki {CLUSTER} --key-algorithm rsa-1024"));
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.starts_with(
            "error: invalid value 'rsa-1024' for '--key-algorithm <ALGORITHM>': \
             RSA keys of 1024 bits are not supported; use 2048, 3072 or 4096\n"
        ),
        "{}",
        done.stderr
    );
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_seed_is_a_secret() {
    let folder = Folder::new();
    let printed = folder.run("seed").succeeds("");
    assert_eq!(printed.len(), 45);
    printed.parse::<pki_core::Seed>().unwrap();
    assert_ne!(folder.run("seed").succeeds(""), printed);

    folder.run("seed --out seed").succeeds("wrote seed\n");
    let seed = folder.read("seed");
    assert_eq!(folder.mode("seed"), 0o600);
    seed.parse::<pki_core::Seed>().unwrap();
    folder.run("seed -out=seed").fails(
        1,
        "error: seed holds another secret, which would be lost\n\
         help: write elsewhere, or pass --force to replace it\n",
    );
    assert_eq!(folder.read("seed"), seed);
    folder.run("seed --out seed --force").succeeds("wrote seed\n");
    assert_ne!(folder.read("seed"), seed);
}

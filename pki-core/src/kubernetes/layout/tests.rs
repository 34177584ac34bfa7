use super::*;
use crate::profile::AuthorityConstraint;
use crate::test_support::{now, rng};
use crate::usage::Usages;
use crate::{CertificateRequest, FindingCode, PublicKey, Severity, kubernetes::Role};

fn cluster() -> Layout {
    let mut layout = Layout::new(LayoutForm::ThreeAuthorities);
    layout.cluster.service_cidrs = vec!["10.96.0.0/12".parse().unwrap(), "fd00:96::/112".parse().unwrap()];
    layout.api_names = vec!["api.k8s.example".to_owned()];
    layout.control_plane = vec![Node::new("m0.k8s.example", ["10.0.0.10"])];
    layout.workers = vec![
        Node::new("m0.k8s.example", ["10.0.0.10"]),
        Node::new("w0.k8s.example", ["10.0.0.20", "fd00::20"]),
    ];
    layout
}

fn names(item: &LayoutItem) -> Vec<String> {
    item.identity().subject_alt_names.iter().map(ToString::to_string).collect()
}

fn messages(layout: &Layout) -> Vec<String> {
    layout.plan().unwrap_err().iter().map(ToString::to_string).collect()
}

fn paths(items: &[IssuedItem]) -> Vec<String> {
    items.iter().flat_map(|item| item.files().unwrap()).map(|file| file.path).collect()
}

#[test]
fn three_authorities_have_the_files_of_kubeadm() {
    let issued = cluster().issue(now(), &mut rng()).unwrap();
    assert_eq!(
        paths(&issued),
        [
            "ca.crt",
            "ca.key",
            "etcd/ca.crt",
            "etcd/ca.key",
            "front-proxy-ca.crt",
            "front-proxy-ca.key",
            "m0.k8s.example/apiserver.crt",
            "m0.k8s.example/apiserver.key",
            "m0.k8s.example/etcd/server.crt",
            "m0.k8s.example/etcd/server.key",
            "m0.k8s.example/etcd/peer.crt",
            "m0.k8s.example/etcd/peer.key",
            "m0.k8s.example/kubelet.crt",
            "m0.k8s.example/kubelet.key",
            "w0.k8s.example/kubelet.crt",
            "w0.k8s.example/kubelet.key",
            "apiserver-kubelet-client.crt",
            "apiserver-kubelet-client.key",
            "apiserver-etcd-client.crt",
            "apiserver-etcd-client.key",
            "etcd/healthcheck-client.crt",
            "etcd/healthcheck-client.key",
            "front-proxy-client.crt",
            "front-proxy-client.key",
            "controller-manager.crt",
            "controller-manager.key",
            "scheduler.crt",
            "scheduler.key",
            "kube-proxy.crt",
            "kube-proxy.key",
            "admin.crt",
            "admin.key",
            "sa.pub",
            "sa.key",
        ]
    );
    for file in issued.iter().flat_map(|item| item.files().unwrap()) {
        assert_eq!(file.private, file.path.rsplit('.').next() == Some("key"), "{}", file.path);
        assert_eq!(file.private, file.content.contains("PRIVATE KEY"), "{}", file.path);
        assert!(!format!("{file:?}").contains("BEGIN"));
    }
}

#[test]
fn every_certificate_is_its_authoritys_alone() {
    let issued = cluster().issue(now(), &mut rng()).unwrap();
    let authorities: Vec<&IssuedItem> = issued.iter().filter(|item| item.item().is_authority()).collect();
    assert_eq!(authorities.len(), 3);
    for item in &issued {
        let Some(certificate) = item.certificate() else { continue };
        let signers: Vec<&str> = authorities
            .iter()
            .filter(|authority| certificate.is_signed_by(authority.certificate().unwrap()))
            .map(|authority| authority.item().name())
            .collect();
        assert_eq!(signers, [item.item().authority().unwrap_or(item.item().name())]);
        assert!(certificate.matches_key(item.key()));
    }
    let by = |name: &str| issued.iter().find(|item| item.item().name() == name).unwrap().item();
    assert_eq!(by("apiserver-etcd-client").authority(), Some("etcd/ca"));
    assert_eq!(by("front-proxy-client").authority(), Some("front-proxy-ca"));
    assert_eq!(by("apiserver-kubelet-client").authority(), Some("ca"));
    assert_eq!(by("m0.k8s.example/etcd/peer").node(), Some("m0.k8s.example"));
    let root = issued[0].certificate().unwrap();
    assert_eq!(root.subject_text(), "CN=kubernetes-ca");
    assert_eq!(root.constraint(), Some(AuthorityConstraint { path_length: Some(0) }));
    assert_eq!(
        issued[1].certificate().unwrap().not_after().to_string(),
        "2036-11-19T11:59:59Z",
        "ten years of 365 days"
    );
}

#[test]
fn names_follow_from_role_machine_and_service_ranges() {
    let plan = cluster().plan().unwrap();
    let server = plan.find(&Role::ApiServer).unwrap();
    assert_eq!(
        names(server),
        [
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.96.0.1",
            "fd00:96::1",
            "localhost",
            "127.0.0.1",
            "m0.k8s.example",
            "10.0.0.10",
            "api.k8s.example",
        ]
    );
    assert_eq!(
        names(plan.find(&Role::EtcdPeer).unwrap()),
        ["localhost", "127.0.0.1", "::1", "m0.k8s.example", "10.0.0.10"]
    );
    let kubelet = plan.find(&Role::Kubelet { node: "w0.k8s.example".to_owned() }).unwrap();
    assert_eq!(names(kubelet), ["w0.k8s.example", "10.0.0.20", "fd00::20"]);
    assert_eq!(kubelet.identity().subject.to_string(), "CN=system:node:w0.k8s.example,O=system:nodes");
    assert_eq!(plan.findings(), Vec::<&crate::Finding>::new());
}

#[test]
fn the_tutorial_has_ten_pairs_under_its_names() {
    let mut layout = Layout::tutorial("us-east-2").unwrap();
    layout.api_names.push("lb.elb.us-east-2.amazonaws.com".to_owned());
    layout.service_account_certificate = true;
    let plan = layout.plan().unwrap();
    let subjects: Vec<(&str, String)> =
        plan.items().iter().map(|item| (item.name(), item.identity().subject.to_string())).collect();
    let subject = |name: &str, own: &str| {
        let common = "OU=DAREY.IO DEVOPS";
        let (cn, o) = own.split_once('/').unwrap();
        (name.to_owned(), format!("CN={cn},{common},O={o},L=London,ST=England,C=GB"))
    };
    let expected = [
        subject("ca", "Kubernetes/Kubernetes"),
        subject("master-kubernetes", "kubernetes/Kubernetes"),
        subject("kube-scheduler", "system:kube-scheduler/system:kube-scheduler"),
        subject("kube-proxy", "system:kube-proxy/system:node-proxier"),
        subject("kube-controller-manager", "system:kube-controller-manager/system:kube-controller-manager"),
        subject("k8s-cluster-from-ground-up-worker-0", "system:node:ip-172-31-0-20/system:nodes"),
        subject("k8s-cluster-from-ground-up-worker-1", "system:node:ip-172-31-0-21/system:nodes"),
        subject("k8s-cluster-from-ground-up-worker-2", "system:node:ip-172-31-0-22/system:nodes"),
        subject("admin", "admin/system:masters"),
        subject("service-account", "service-accounts/Kubernetes"),
    ];
    assert_eq!(subjects.iter().map(|(n, s)| ((*n).to_owned(), s.clone())).collect::<Vec<_>>(), expected);
    assert!(plan.items().iter().all(|item| item.algorithm() == KeyAlgorithm::RSA_2048));

    let master = &plan.items()[1];
    assert_eq!(master.profile().usages, Usages::server_and_client(KeyAlgorithm::RSA_2048));
    assert_eq!(
        names(master),
        [
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.32.0.1",
            "localhost",
            "127.0.0.1",
            "::1",
            "ip-172-31-0-10",
            "172.31.0.10",
            "ip-172-31-0-10.us-east-2.compute.internal",
            "ip-172-31-0-11",
            "172.31.0.11",
            "ip-172-31-0-11.us-east-2.compute.internal",
            "ip-172-31-0-12",
            "172.31.0.12",
            "ip-172-31-0-12.us-east-2.compute.internal",
            "lb.elb.us-east-2.amazonaws.com",
        ]
    );
    assert_eq!(plan.items()[2].profile().usages, Usages::client(KeyAlgorithm::RSA_2048));
}

#[test]
fn the_tutorial_has_the_files_of_cfssl() {
    let mut layout = Layout::tutorial("us-east-2").unwrap();
    layout.algorithm = KeyAlgorithm::EcdsaP256;
    layout.service_account_algorithm = KeyAlgorithm::EcdsaP384;
    let issued = layout.issue(now(), &mut rng()).unwrap();
    let files = paths(&issued);
    assert_eq!(files.len(), 29);
    assert_eq!(&files[..3], ["ca.pem", "ca-key.pem", "ca.csr"]);
    assert_eq!(&files[27..], ["service-account.pem", "service-account-key.pem"]);
    let account = issued[9].files().unwrap();
    assert_eq!(PublicKey::from_pem(&account[0].content).unwrap(), *issued[9].key().public_key());
    assert_eq!(issued[9].key().algorithm(), KeyAlgorithm::EcdsaP384);
    let request = CertificateRequest::from_pem(&issued[1].files().unwrap()[2].content).unwrap();
    assert_eq!(request.identity(), *issued[1].item().identity());
}

#[test]
fn all_mistakes_come_at_once_and_once() {
    let layout = Layout {
        api_names: vec!["https//lb".to_owned()],
        control_plane: Vec::new(),
        workers: vec![
            Node::new("node 1", ["10.0.0.1"]),
            Node::new("w0", ["10.0.0.1/24", "w0..example"]),
            Node::new("*.k8s.example", ["10.0.0.2"]),
            Node::new("w1", ["10.0.0.3"]),
            Node::new("W1", ["10.0.0.4"]),
        ],
        subject: DistinguishedName {
            country: Some("GBR".to_owned()),
            ..DistinguishedName::common("everybody")
        },
        service_account_algorithm: KeyAlgorithm::Ed25519,
        expiry: Period::ZERO,
        ..Layout::default()
    };
    assert_eq!(
        messages(&layout),
        [
            "the cluster has no control plane: name the machines that run the API server",
            "the common subject must not have a common name: that follows from each role",
            "Kubernetes cannot sign service account tokens with Ed25519; use RSA or ECDSA for that key",
            "the cluster has no service range; programs in the cluster call the API server by the range's first address",
            "the node name is invalid: `node 1` is not a DNS name: it contains ' '",
            "node `w0`: `10.0.0.1/24` is an address range, but a certificate names single addresses (did you mean \
             `10.0.0.1`?)",
            "node `w0`: `w0..example` is not a DNS name: it has an empty label",
            "`*.k8s.example` is a wildcard, but a node has a name of its own",
            "there are two nodes `w1`",
            "the name of the API server is invalid: `https//lb` is a path, not a DNS name",
            "country: `GBR` is not a two-letter country code of ISO 3166-1 (did you mean `GB`?)",
            "the certificate would be valid for no time at all",
        ]
    );
}

#[test]
fn every_file_has_a_path_of_its_own() {
    let mut layout = Layout::tutorial("us-east-2").unwrap();
    layout.workers[1].file_name = Some("admin".to_owned());
    layout.workers[2].file_name = Some("../ca".to_owned());
    assert_eq!(
        messages(&layout),
        [
            "the node name is invalid: `../ca` is a path, not a DNS name",
            "two certificates would be written to `admin`; give the node another file name",
        ]
    );
}

#[test]
fn service_ranges_are_one_of_each_family() {
    let mut layout = cluster();
    layout.cluster.service_cidrs = vec![
        "10.96.0.0/12".parse().unwrap(),
        "10.32.0.0/24".parse().unwrap(),
        "10.0.0.1/32".parse().unwrap(),
    ];
    assert_eq!(
        messages(&layout),
        [
            "a cluster has one service range, or one of IPv4 and one of IPv6",
            "the service range 10.0.0.1/32 has no first address to give to the API server",
        ]
    );
}

#[test]
fn strict_layouts_refuse_what_a_linter_dislikes() {
    let mut layout = cluster();
    layout.workers = vec![Node::new("w0", ["10.0.0.20"])];
    let plan = layout.plan().unwrap();
    let remark = "`w0` is a DNS name of a single label, which no public resolver knows";
    assert_eq!(plan.findings().iter().map(|finding| finding.message()).collect::<Vec<_>>(), [remark]);
    layout.strictness = Strictness::Strict;
    assert_eq!(messages(&layout), [remark]);
}

#[test]
fn what_exists_can_stay() {
    let plan = cluster().plan().unwrap();
    let mut issued = cluster().issue(now(), &mut rng()).unwrap();
    let (key, certificate) = issued.remove(0).into_parts();
    let (other, _) = issued.remove(0).into_parts();
    let (ca, admin) = (&plan.items()[0], plan.find(&Role::Admin).unwrap());
    let mismatch = "what exists of `ca` does not fit: key and certificate must belong together, and be those of an \
                    authority only where the plan has one";
    assert_eq!(ca.keep(other, certificate.clone()).unwrap_err().to_string(), mismatch);
    let kept = ca.keep(key, certificate.clone()).unwrap();
    assert_eq!(kept.certificate(), certificate.as_ref());

    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap();
    let admin = admin.issue(key, &[kept], now(), &mut rng()).unwrap();
    assert!(admin.certificate().unwrap().is_issued_by(certificate.as_ref().unwrap()));
    let (key, certificate) = admin.into_parts();
    assert!(ca.keep(key, certificate).is_err(), "not an authority");
}

#[test]
fn the_linter_has_no_objection() {
    let mut tutorial = Layout::tutorial("us-east-2").unwrap();
    tutorial.service_account_certificate = true;
    tutorial.algorithm = KeyAlgorithm::EcdsaP256;
    for layout in [cluster(), tutorial] {
        let issued = layout.issue(now(), &mut rng()).unwrap();
        for item in &issued {
            let Some(certificate) = item.certificate() else { continue };
            let authority = issued.iter().find(|other| Some(other.item().name()) == item.item().authority());
            let above = authority.and_then(IssuedItem::certificate).unwrap_or(certificate);
            let remarks = crate::lint::certificate(certificate.as_der(), Some(above));
            let grave = remarks.iter().filter(|remark| remark.code() != FindingCode::SingleLabelName);
            let grave: Vec<_> = grave.filter(|remark| remark.severity() != Severity::Notice).collect();
            assert_eq!(grave, Vec::<&crate::Finding>::new(), "{}", item.item().name());
        }
    }
}

#[test]
fn keys_must_be_those_of_the_plan() {
    let plan = cluster().plan().unwrap();
    let error = |algorithms: &[KeyAlgorithm]| {
        let keys = algorithms.iter().map(|algorithm| PrivateKey::generate(*algorithm, &mut rng()).unwrap());
        plan.issue(keys.collect(), now(), &mut rng()).unwrap_err()[0].to_string()
    };
    assert_eq!(error(&[KeyAlgorithm::EcdsaP256]), "the plan needs 17 keys, and there are 1");
    let mut algorithms = [KeyAlgorithm::EcdsaP256; 17];
    algorithms[3] = KeyAlgorithm::Ed25519;
    assert_eq!(error(&algorithms), "`m0.k8s.example/apiserver` needs a key of ECDSA-P256, not Ed25519");

    let alone = plan.find(&Role::Admin).unwrap();
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap();
    let errors = alone.issue(key, &[], now(), &mut rng()).unwrap_err();
    assert_eq!(errors[0].to_string(), "the authority `ca` is not among those that were issued");
}

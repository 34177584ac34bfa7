use std::sync::Arc;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use super::*;
use crate::cfssl::{Config, CsrFile};
use crate::kubernetes::{Layout, LayoutForm, Node, Role};
use crate::profile::{AuthorityConstraint, Identity, SigningProfile};
use crate::san::SubjectAltNames;
use crate::{Certificate, CertificateAuthority, DistinguishedName, KeyAlgorithm, PrivateKey};

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn names(names: &[&str]) -> Vec<SubjectAltName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn cluster() -> ClusterNames {
    ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() }
}

/// The files of the classic guide, with the names of its machines in place of its variables.
mod guide {
    pub(super) const CONFIG: &str = r#"{"signing": {"default": {"expiry": "8760h"}, "profiles": {"kubernetes": {
        "usages": ["signing", "key encipherment", "server auth", "client auth"], "expiry": "8760h"}}}}"#;
    pub(super) const LOAD_BALANCER: &str = "k8s-0123456789abcdef.elb.us-east-2.amazonaws.com";
    pub(super) const MASTERS: [&str; 3] = ["172.31.0.10", "172.31.0.11", "172.31.0.12"];

    /// A request file: common name, organization, and hosts.
    pub(super) fn request(common_name: &str, organization: &str, hosts: &[&str]) -> String {
        let hosts: Vec<_> = hosts.iter().map(|host| format!("{host:?}")).collect();
        format!(
            r#"{{"CN": "{common_name}", "hosts": [{}], "key": {{"algo": "rsa", "size": 2048}}, "names": [
            {{"C": "UK", "L": "England", "O": "{organization}", "OU": "DAREY.IO DEVOPS", "ST": "London"}}]}}"#,
            hosts.join(", ")
        )
    }

    pub(super) fn master() -> String {
        let domain = "us-east-2.compute.internal";
        let long = ["10", "11", "12"].map(|host| format!("ip-172-31-0-{host}.{domain}"));
        let mut hosts = vec!["127.0.0.1"];
        hosts.extend(MASTERS);
        hosts.extend(["ip-172-31-0-10", "ip-172-31-0-11", "ip-172-31-0-12"]);
        hosts.extend(long.iter().map(String::as_str));
        hosts.extend([LOAD_BALANCER, "kubernetes", "kubernetes.default", "kubernetes.default.svc"]);
        hosts.extend(["kubernetes.default.svc.cluster", "kubernetes.default.svc.cluster.local"]);
        request("kubernetes", "Kubernetes", &hosts)
    }
}

/// Makes what `cfssl gencert` makes of a request file.
fn gencert(authority: &CertificateAuthority, json: &str) -> (Certificate, Arc<PrivateKey>) {
    let profile = guide::CONFIG.parse::<Config>().unwrap().profile("kubernetes").unwrap();
    let request: CsrFile = json.parse().unwrap();
    let key = PrivateKey::generate(request.key, &mut rng()).unwrap();
    let issued = authority.issue(&request.identity, key.public_key(), &profile, now(), &mut rng());
    (issued.unwrap().0, Arc::new(key))
}

fn of_the_guide() -> Rehearsal {
    let request: CsrFile = guide::request("Kubernetes", "Kubernetes", &[]).parse().unwrap();
    let key = PrivateKey::generate(request.key, &mut rng()).unwrap();
    let (authority, _) =
        CertificateAuthority::self_signed(key, &request.identity, &request.root_profile(), now(), &mut rng())
            .unwrap();
    let mut rehearsal = Rehearsal::new(cluster(), now())
        .api_server_names(names(&[guide::LOAD_BALANCER]).into_iter().chain(names(&guide::MASTERS)))
        .authority(Domain::Cluster, Authority::Certificates(vec![authority.certificate().clone()]));
    let mut add = |roles: &[Role], reached_as: &[&str], json: &str| {
        let (certificate, key) = gencert(&authority, json);
        for role in roles {
            let member = Member::certificate(role.clone(), certificate.clone(), Vec::new());
            rehearsal.members.push(member.key(key.clone()).reached_as(names(reached_as)));
        }
    };
    let masters: Vec<_> = guide::MASTERS.into_iter().chain(["127.0.0.1"]).collect();
    let client = |name: &str| guide::request(name, name, &[]);
    add(&[Role::ApiServer, Role::ApiServerKubeletClient, Role::ApiServerEtcdClient], &[], &guide::master());
    // The pair of the masters is that of etcd, too: the same files.
    let shared = rehearsal.members[0].clone();
    for role in [Role::EtcdServer, Role::EtcdPeer] {
        let label = role.name().to_owned();
        rehearsal.members.push(Member { role, label, ..shared.clone() }.reached_as(names(&masters)));
    }
    let mut add = |roles: &[Role], reached_as: &[&str], json: &str| {
        let (certificate, key) = gencert(&authority, json);
        for role in roles {
            let member = Member::certificate(role.clone(), certificate.clone(), Vec::new());
            rehearsal.members.push(member.key(key.clone()).reached_as(names(reached_as)));
        }
    };
    add(&[Role::Scheduler], &[], &client("system:kube-scheduler"));
    add(&[Role::KubeProxy], &[], &guide::request("system:kube-proxy", "system:node-proxier", &[]));
    add(&[Role::ControllerManager], &[], &client("system:kube-controller-manager"));
    for worker in 0..3 {
        let (node, address) = (format!("ip-172-31-0-2{worker}"), format!("172.31.0.2{worker}"));
        let hosts = [node.as_str(), &format!("203.0.113.2{worker}"), &address];
        let json = guide::request(&format!("system:node:{node}"), "system:nodes", &hosts);
        add(&[Role::Kubelet { node: node.clone() }], &[&node, &address], &json);
    }
    add(&[Role::Admin], &[], &guide::request("admin", "system:masters", &[]));
    add(&[Role::ServiceAccount], &[], &guide::request("service-accounts", "Kubernetes", &[]));
    rehearsal
}

#[test]
fn the_classic_guide_shows_its_holes() {
    let matrix = of_the_guide().run(&mut rng()).unwrap();
    let golden = include_str!("../../tests/data/rehearsal-guide.txt");
    assert!(matrix.to_string() == golden, "the matrix is now\n{matrix}");
    assert_eq!(
        matrix.faults(),
        [&Fault {
            member: "apiserver".into(),
            aspect: Aspect::Names,
            message: "pod refuses apiserver: its certificate lacks the name `10.32.0.1`".into(),
        }]
    );
}

fn layout() -> Layout {
    let mut layout = Layout::new(LayoutForm::ThreeAuthorities);
    layout.cluster = cluster();
    layout.api_names = vec!["api.k8s.example".into()];
    layout.control_plane =
        ["0", "1"].map(|n| Node::new(format!("master-{n}.k8s.example"), [format!("10.240.0.1{n}")])).into();
    layout.workers = vec![Node::new("worker-0.k8s.example", ["10.240.0.20"])];
    layout
}

#[test]
fn layouts_pass() {
    let golden = include_str!("../../tests/data/rehearsal-layout.txt");
    let matrix = Rehearsal::of_layout(&layout(), now()).unwrap().run(&mut rng()).unwrap();
    assert!(matrix.passes() && matrix.to_string() == golden, "the matrix is now\n{matrix}");
    let mut layout = layout();
    layout.algorithm = KeyAlgorithm::EcdsaP384;
    layout.service_account_algorithm = KeyAlgorithm::EcdsaP256;
    let issued = layout.issue(now(), &mut rng()).unwrap();
    let matrix = Rehearsal::of_issued(&layout, &issued, now()).unwrap().run(&mut rng()).unwrap();
    assert_eq!(matrix.to_string(), golden);
}

/// A single authority is the same one for every question.
#[test]
fn a_layout_with_one_authority_passes() {
    let layout = Layout { form: LayoutForm::OneAuthority, ..layout() };
    let matrix = Rehearsal::of_layout(&layout, now()).unwrap().run(&mut rng()).unwrap();
    assert!(matrix.passes(), "{matrix}");
}

fn authority(name: &str) -> Authority {
    let profile = SigningProfile::authority(AuthorityConstraint::default());
    Authority::Planned { identity: identity(DistinguishedName::common(name), &[]), profile }
}

fn identity(subject: DistinguishedName, names: &[&str]) -> Identity {
    Identity { subject, subject_alt_names: SubjectAltNames::parse(names).unwrap() }
}

fn planned(role: Role, names: &[&str]) -> Member {
    let identity = role.identity(&cluster(), names).unwrap();
    let profile = role.profile(KeyAlgorithm::EcdsaP256);
    Member::planned(role, identity, profile, Domain::Cluster)
}

/// A cluster of an API server and others, in which what does not pass is given: client, server, and fault.
fn faults(members: impl IntoIterator<Item = Member>) -> Vec<(Aspect, String)> {
    let mut rehearsal = Rehearsal::new(cluster(), now())
        .authority(Domain::Cluster, authority("Kubernetes"))
        .member(planned(Role::ApiServer, &[]));
    rehearsal.members.extend(members);
    let matrix = rehearsal.run(&mut rng()).unwrap();
    matrix.faults().iter().map(|fault| (fault.aspect, fault.message.clone())).collect()
}

fn kubelet() -> Role {
    Role::Kubelet { node: "node-1".into() }
}

/// A kubelet with another subject.
fn kubelet_as(user: &str, groups: &[&str]) -> Member {
    let subject = DistinguishedName {
        organization: groups.iter().map(|&group| group.into()).collect(),
        ..DistinguishedName::common(user)
    };
    let profile = kubelet().profile(KeyAlgorithm::EcdsaP256);
    Member::planned(kubelet(), identity(subject, &["node-1"]), profile, Domain::Cluster)
}

#[test]
fn users_and_groups_are_those_that_kubernetes_knows() {
    assert_eq!(faults([kubelet_as("system:node:node-1", &["x", "system:nodes"])]), []);
    assert_eq!(
        faults([kubelet_as("system:node:node1", &["system:nodes"])]),
        [(
            Aspect::Subject,
            "kubelet node-1 comes as the user `system:node:node1`; only `system:node:node-1` has its rights: make that \
             the common name"
                .into()
        )]
    );
    assert_eq!(
        faults([kubelet_as("system:node:node-1", &["system:node"])]),
        [(
            Aspect::Subject,
            "kubelet node-1 does not come as one of the group `system:nodes`: make that an organization of its certificate"
                .into()
        )]
    );
    let nameless =
        DistinguishedName { organization: vec!["system:masters".into()], ..DistinguishedName::default() };
    let profile = Role::Admin.profile(KeyAlgorithm::EcdsaP256);
    assert_eq!(
        faults([Member::planned(Role::Admin, identity(nameless, &[]), profile, Domain::Cluster)]),
        [(
            Aspect::Subject,
            "the certificate of admin has no common name, which Kubernetes takes for the user".into()
        )]
    );
}

#[test]
fn usages_names_and_dates_count() {
    let server_only = SigningProfile::server(KeyAlgorithm::EcdsaP256);
    let scheduler = Role::Scheduler.identity(&cluster(), [""; 0]).unwrap();
    assert_eq!(
        faults([Member::planned(Role::Scheduler, scheduler.clone(), server_only, Domain::Cluster)]),
        [(
            Aspect::Usages,
            "apiserver refuses scheduler: the certificate `CN=system:kube-scheduler` is not for `client auth` but for \
             `server auth`: add the usage and issue it anew"
                .into()
        )]
    );
    assert_eq!(
        faults([
            planned(Role::ApiServerKubeletClient, &[]),
            planned(kubelet(), &["10.0.0.9"]).reached_as(names(&["10.0.0.9", "node-1.internal"])),
        ]),
        [(
            Aspect::Names,
            "apiserver-kubelet-client refuses kubelet node-1: its certificate lacks the name `node-1.internal`".into()
        )]
    );
    let over = SigningProfile {
        not_before: Some("2025-01-01T00:00:00Z".parse().unwrap()),
        not_after: Some("2026-01-01T00:00:00Z".parse().unwrap()),
        ..Role::Scheduler.profile(KeyAlgorithm::EcdsaP256)
    };
    let errors = Rehearsal::new(cluster(), now())
        .authority(Domain::Cluster, authority("Kubernetes"))
        .member(Member::planned(Role::Scheduler, scheduler, over, Domain::Cluster))
        .run(&mut rng())
        .unwrap_err();
    assert!(errors[0].to_string().starts_with("scheduler: "), "{errors:?}");
}

/// etcd dials its peers, and itself, with the certificate that it serves with.
#[test]
fn etcd_is_a_client_too() {
    let serving = |role: Role, label: &str| {
        let identity = role.identity(&cluster(), [""; 0]).unwrap();
        Member::planned(role, identity, SigningProfile::server(KeyAlgorithm::EcdsaP256), Domain::Etcd)
            .called(label)
    };
    let refusal = |by: &str, of: &str, subject: &str| {
        (
            Aspect::Usages,
            format!(
                "{by} refuses {of}: the certificate `CN={subject}` is not for `client auth` but for `server auth`: add \
                 the usage and issue it anew"
            ),
        )
    };
    assert_eq!(
        faults([
            serving(Role::EtcdServer, "etcd"),
            serving(Role::EtcdPeer, "peer-0"),
            serving(Role::EtcdPeer, "peer-1")
        ]),
        [
            refusal("etcd", "etcd", "kube-etcd"),
            refusal("peer-1", "peer-0", "kube-etcd-peer"),
            refusal("peer-0", "peer-1", "kube-etcd-peer"),
        ]
    );
    let strange = planned(Role::EtcdPeer, &[]).called("peer-0");
    let Member { credential: member::Credential::Planned { identity, .. }, .. } = &strange else {
        unreachable!()
    };
    let only_address =
        Identity { subject_alt_names: SubjectAltNames::parse(["10.0.0.1"]).unwrap(), ..identity.clone() };
    let profile = Role::EtcdPeer.profile(KeyAlgorithm::EcdsaP256);
    let moved = Member::planned(Role::EtcdPeer, only_address, profile, Domain::Cluster).called("peer-0");
    let faults = faults([
        moved.reached_as(names(&["10.0.0.7"])),
        planned(Role::EtcdPeer, &["10.0.0.2"]).called("peer-1").reached_as(names(&["10.0.0.2"])),
    ]);
    assert_eq!(
        faults,
        [
            (
                Aspect::Names,
                "peer-1 refuses peer-0: it comes from `10.0.0.7`, which its certificate does not name".into()
            ),
            (Aspect::Names, "peer-1 refuses peer-0: its certificate lacks the name `10.0.0.7`".into()),
        ]
    );
}

#[test]
fn real_members_and_planned_ones_meet() {
    let profile = SigningProfile::authority(AuthorityConstraint::default());
    let root = |name: &str| {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng()).unwrap();
        let identity = identity(DistinguishedName::common(name), &[]);
        CertificateAuthority::self_signed(key, &identity, &profile, now(), &mut rng()).unwrap().0
    };
    let (authority, stranger) = (root("Kubernetes"), root("Other"));
    let issue = |role: Role, algorithm: KeyAlgorithm| {
        let key = PrivateKey::generate(algorithm, &mut rng()).unwrap();
        let identity = role.identity(&cluster(), [""; 0]).unwrap();
        let issued =
            authority.issue(&identity, key.public_key(), &role.profile(algorithm), now(), &mut rng());
        (Member::certificate(role, issued.unwrap().0, Vec::new()), Arc::new(key))
    };
    let run = |members: Vec<Member>| {
        let mut rehearsal = Rehearsal::new(cluster(), now())
            .authority(Domain::Cluster, Authority::Certificates(vec![authority.certificate().clone()]));
        rehearsal.members = members;
        let matrix = rehearsal.run(&mut rng()).unwrap();
        matrix.faults().iter().map(|fault| (fault.aspect, fault.message.clone())).collect::<Vec<_>>()
    };
    // Every kind of key signs its handshakes, and a stand-in where there is none.
    let (server, server_key) = issue(Role::ApiServer, KeyAlgorithm::EcdsaP521);
    for algorithm in
        [KeyAlgorithm::EcdsaP256, KeyAlgorithm::EcdsaP384, KeyAlgorithm::EcdsaP521, KeyAlgorithm::Ed25519]
    {
        let (admin, key) = issue(Role::Admin, algorithm);
        assert_eq!(
            run(vec![server.clone().key(server_key.clone()), admin.clone().key(key)]),
            [],
            "{algorithm}"
        );
        assert_eq!(run(vec![server.clone(), admin]), [], "{algorithm}");
    }
    // A planned certificate below a real authority.
    assert_eq!(run(vec![server.clone(), planned(Role::Scheduler, &[])]), []);
    let (admin, _) = issue(Role::Admin, KeyAlgorithm::EcdsaP256);
    assert_eq!(
        run(vec![server.clone(), admin.clone().key(server_key)]),
        [(Aspect::Key, "the private key of admin is not that of its certificate".into())]
    );
    assert_eq!(
        run(vec![server, admin.trusting(vec![stranger.certificate().clone()])]),
        [(
            Aspect::Issuer,
            "admin refuses apiserver: the certificate `CN=kube-apiserver` was issued by `CN=Kubernetes`, which is \
             neither trusted nor among the intermediates; trusted is `CN=Other`"
                .into()
        )]
    );
}

#[test]
fn intermediates_are_sent_along() {
    let profile = |path_length| SigningProfile::authority(AuthorityConstraint { path_length });
    let key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap();
    let named = |name: &str| identity(DistinguishedName::common(name), &[]);
    let (root, _) =
        CertificateAuthority::self_signed(key(), &named("Root"), &profile(None), now(), &mut rng()).unwrap();
    let (middle, _) =
        root.intermediate(key(), &named("Middle"), &profile(Some(0)), now(), &mut rng()).unwrap();
    let server = Role::ApiServer.identity(&cluster(), [""; 0]).unwrap();
    let server_profile = Role::ApiServer.profile(KeyAlgorithm::EcdsaP256);
    let (certificate, _) =
        middle.issue(&server, key().public_key(), &server_profile, now(), &mut rng()).unwrap();
    let run = |intermediates: Vec<Certificate>| {
        let matrix = Rehearsal::new(cluster(), now())
            .authority(Domain::Cluster, Authority::Certificates(vec![root.certificate().clone()]))
            .member(Member::certificate(Role::ApiServer, certificate.clone(), intermediates))
            .run(&mut rng())
            .unwrap();
        matrix.faults().iter().map(|fault| fault.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(run(vec![middle.certificate().clone()]), Vec::<String>::new());
    assert_eq!(
        run(Vec::new()),
        [
            "pod refuses apiserver: the certificate `CN=kube-apiserver` was issued by `CN=Middle`, which is neither \
          trusted nor among the intermediates; trusted is `CN=Root`"
        ]
    );
}

#[test]
fn serializes_for_programs() {
    let matrix = Rehearsal::new(ClusterNames { service_cidrs: Vec::new(), ..cluster() }, now())
        .authority(Domain::Cluster, authority("Kubernetes"))
        .member(planned(Role::ApiServer, &[]))
        .member(planned(Role::Admin, &[]))
        .api_server_names(names(&["lb.example"]))
        .run(&mut rng())
        .unwrap();
    let json = serde_json::to_value(&matrix).unwrap();
    assert_eq!(
        json["rows"][0],
        serde_json::json!({
            "client": "admin", "server": "apiserver", "name": "lb.example", "result": "refused", "member": "apiserver",
            "aspect": "names", "message": "admin refuses apiserver: its certificate lacks the name `lb.example`",
        })
    );
    assert_eq!(
        json["rows"][1],
        serde_json::json!({"client": "admin", "server": "apiserver", "name": "127.0.0.1", "result": "passed"})
    );
    assert_eq!(json["warnings"], serde_json::json!([]));
    assert!(!matrix.passes());
}

#[test]
fn an_issuer_is_needed() {
    let errors =
        Rehearsal::new(cluster(), now()).member(planned(Role::Admin, &[])).run(&mut rng()).unwrap_err();
    assert_eq!(errors[0].to_string(), "admin: the cluster has no authority that could issue its certificate");
}

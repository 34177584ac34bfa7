//! Which keys and certificates each form of a cluster has.

use super::item::{LayoutItem, Naming};
use super::node::ParsedNode;
use super::{Layout, LayoutForm};
use crate::error::Error;
use crate::kubernetes::Role;
use crate::name::DistinguishedName;
use crate::profile::{AuthorityConstraint, Identity, SigningProfile};
use crate::san::{SubjectAltName, SubjectAltNames};
use crate::usage::Usages;

/// The names of the authorities, which are those of their files.
const CLUSTER: &str = "ca";
const ETCD: &str = "etcd/ca";
const FRONT_PROXY: &str = "front-proxy-ca";

/// One key, before its names are checked.
pub(super) struct Draft {
    name: String,
    subject: DistinguishedName,
    /// None for authorities.
    roles: Vec<Role>,
    node: Option<String>,
    /// Names of machines and load balancers.
    names: SubjectAltNames,
    /// None for authorities, and for keys without a certificate.
    authority: Option<&'static str>,
}

/// kubeadm's.
pub(super) fn three_authorities(
    layout: &Layout,
    api_names: &[SubjectAltName],
    control_plane: &[ParsedNode],
    workers: &[ParsedNode],
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> =
        [(CLUSTER, "kubernetes-ca"), (ETCD, "etcd-ca"), (FRONT_PROXY, "kubernetes-front-proxy-ca")]
            .map(|(name, common_name)| Draft::authority(name, common_name))
            .into();
    for node in control_plane {
        let folder = &node.file_name;
        let with_api = node.names.iter().chain(api_names).cloned().collect();
        let own = |name, authority| Draft::new(format!("{folder}/{name}"), Some(authority)).on(node);
        drafts.push(own("apiserver", CLUSTER).named(with_api).playing([Role::ApiServer]));
        drafts.push(own("etcd/server", ETCD).named(node.names.clone()).playing([Role::EtcdServer]));
        drafts.push(own("etcd/peer", ETCD).named(node.names.clone()).playing([Role::EtcdPeer]));
    }
    for node in workers {
        let kubelet = Draft::new(format!("{}/kubelet", node.file_name), Some(CLUSTER)).on(node);
        drafts
            .push(kubelet.named(node.names.clone()).playing([Role::Kubelet { node: node.name.to_string() }]));
    }
    let common = [
        ("apiserver-kubelet-client", CLUSTER, Role::ApiServerKubeletClient),
        ("apiserver-etcd-client", ETCD, Role::ApiServerEtcdClient),
        ("etcd/healthcheck-client", ETCD, Role::EtcdClient),
        ("front-proxy-client", FRONT_PROXY, Role::FrontProxyClient),
        ("controller-manager", CLUSTER, Role::ControllerManager),
        ("scheduler", CLUSTER, Role::Scheduler),
        ("kube-proxy", CLUSTER, Role::KubeProxy),
        ("admin", CLUSTER, Role::Admin),
    ];
    drafts.extend(
        common.map(|(name, authority, role)| Draft::new(name.to_owned(), Some(authority)).playing([role])),
    );
    drafts.push(service_account("sa", layout));
    drafts
}

/// The classic guides'.
pub(super) fn one_authority(
    layout: &Layout,
    api_names: &[SubjectAltName],
    control_plane: &[ParsedNode],
    workers: &[ParsedNode],
) -> Vec<Draft> {
    let machines = control_plane.iter().flat_map(|node| &node.names);
    let mut master = Draft::new("master-kubernetes".to_owned(), Some(CLUSTER))
        .named(machines.chain(api_names).cloned().collect())
        .playing([
            Role::ApiServer,
            Role::ApiServerKubeletClient,
            Role::ApiServerEtcdClient,
            Role::EtcdServer,
            Role::EtcdPeer,
            Role::EtcdClient,
        ]);
    master.subject = with_organization("kubernetes", &layout.subject.organization);

    let mut drafts = vec![Draft::authority(CLUSTER, "Kubernetes"), master];
    let clients = [
        ("kube-scheduler", Role::Scheduler, Some("system:kube-scheduler")),
        ("kube-proxy", Role::KubeProxy, None),
        ("kube-controller-manager", Role::ControllerManager, Some("system:kube-controller-manager")),
    ];
    for (name, role, group) in clients {
        let mut client = Draft::new(name.to_owned(), Some(CLUSTER)).playing([role]);
        client.subject.organization.extend(group.map(str::to_owned));
        drafts.push(client);
    }
    for node in workers {
        let role = Role::Kubelet { node: node.name.to_string() };
        let kubelet = Draft::new(node.file_name.clone(), Some(CLUSTER)).on(node);
        drafts.push(kubelet.named(node.names.clone()).playing([role]));
    }
    let mut admin = Draft::new("admin".to_owned(), Some(CLUSTER)).playing([Role::Admin]);
    admin.subject.common_name = Some("admin".to_owned());
    drafts.push(admin);
    let mut account = service_account("service-account", layout);
    account.subject.organization.clone_from(&layout.subject.organization);
    drafts.push(account);
    drafts
}

fn service_account(name: &str, layout: &Layout) -> Draft {
    let authority = layout.service_account_certificate.then_some(CLUSTER);
    Draft::new(name.to_owned(), authority).playing([Role::ServiceAccount])
}

fn with_organization(common_name: &str, organization: &[String]) -> DistinguishedName {
    DistinguishedName { organization: organization.to_vec(), ..DistinguishedName::common(common_name) }
}

impl Draft {
    fn authority(name: &'static str, common_name: &str) -> Self {
        Self { subject: DistinguishedName::common(common_name), ..Self::new(name.to_owned(), None) }
    }

    fn new(name: String, authority: Option<&'static str>) -> Self {
        Self {
            name,
            subject: DistinguishedName::default(),
            roles: Vec::new(),
            node: None,
            names: SubjectAltNames::default(),
            authority,
        }
    }

    fn on(mut self, node: &ParsedNode) -> Self {
        self.node = Some(node.name.to_string());
        self
    }

    fn named(mut self, names: SubjectAltNames) -> Self {
        self.names = names;
        self
    }

    /// The first role gives the subject.
    fn playing(mut self, roles: impl Into<Vec<Role>>) -> Self {
        self.roles = roles.into();
        self.subject = self.roles.first().map(Role::subject).unwrap_or_default();
        self
    }

    /// Adds what follows from roles and layout, and checks the whole.
    pub(super) fn complete(&self, layout: &Layout) -> Result<LayoutItem, Vec<Error>> {
        let algorithm = match self.roles.as_slice() {
            [Role::ServiceAccount] => layout.service_account_algorithm,
            _ => layout.algorithm,
        };
        let is_authority = self.roles.is_empty();
        let mut profile = if is_authority {
            let constraint = AuthorityConstraint { path_length: layout.path_length };
            SigningProfile { expiry: layout.authority_expiry, ..SigningProfile::authority(constraint) }
        } else {
            let mut usages = Usages::default();
            for role in &self.roles {
                let Usages { key, extended } = role.usages(algorithm);
                usages.key.extend(key);
                usages.extended.extend(extended);
            }
            SigningProfile { expiry: layout.expiry, ..SigningProfile::new(usages) }
        };
        profile.strictness = layout.strictness;
        let identity =
            Identity { subject: self.subject(layout), subject_alt_names: self.subject_alt_names(layout)? };
        let findings = if is_authority || self.authority.is_some() {
            profile.check(&identity, algorithm)?
        } else {
            Vec::new()
        };
        Ok(LayoutItem {
            name: self.name.clone(),
            roles: self.roles.clone(),
            node: self.node.clone(),
            authority: self.authority.map(str::to_owned),
            identity,
            profile,
            algorithm,
            findings,
            naming: match layout.form {
                LayoutForm::ThreeAuthorities => Naming::Kubeadm,
                LayoutForm::OneAuthority => Naming::Cfssl,
            },
        })
    }

    fn subject(&self, layout: &Layout) -> DistinguishedName {
        let organization = if self.roles.is_empty() {
            layout.subject.organization.clone()
        } else {
            self.subject.organization.clone()
        };
        DistinguishedName {
            common_name: self.subject.common_name.clone(),
            organization,
            ..layout.subject.clone()
        }
    }

    fn subject_alt_names(&self, layout: &Layout) -> Result<SubjectAltNames, Vec<Error>> {
        let mut names = SubjectAltNames::default();
        let none: [&str; 0] = [];
        for role in &self.roles {
            let of_role = role.subject_alt_names(&layout.cluster, none);
            names.extend(of_role.map_err(|error| vec![error.into()])?);
        }
        names.extend(self.names.clone());
        Ok(names)
    }
}

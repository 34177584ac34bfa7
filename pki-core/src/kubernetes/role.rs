//! Who is who in a cluster.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{ClusterNames, KubernetesError, apiserver_sans};
use crate::key::KeyAlgorithm;
use crate::name::DistinguishedName;
use crate::profile::{Identity, SigningProfile};
use crate::san::{DnsName, SubjectAltName, SubjectAltNames};
use crate::suggest::nearest;
use crate::usage::{ExtendedKeyUsage, KeyUsage, Usages};

/// A part that a certificate plays in a Kubernetes cluster. It gives subject, usages and, where they follow from the
/// role, alternative names.
///
/// Kubernetes takes the common name of a client as its user and each organization as a group.
///
/// ```
/// use pki_core::kubernetes::{ClusterNames, Role};
///
/// let role = Role::parse("kubelet", Some("ip-172-31-0-20"))?;
/// let identity = role.identity(&ClusterNames::default(), ["172.31.0.20"])?;
/// assert_eq!(identity.subject.to_string(), "CN=system:node:ip-172-31-0-20,O=system:nodes");
/// # Ok::<(), pki_core::kubernetes::KubernetesError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Role {
    /// The API server towards its clients.
    ApiServer,
    /// The API server as a client of kubelets. The user needs a binding to `system:kubelet-api-admin`.
    ApiServerKubeletClient,
    /// The API server as a client of etcd.
    ApiServerEtcdClient,
    /// The controller manager as a client of the API server.
    ControllerManager,
    /// The scheduler as a client of the API server.
    Scheduler,
    /// The proxy of every node as a client of the API server.
    KubeProxy,
    /// The kubelet of one node, both as a client of the API server and as a server.
    Kubelet {
        /// The name that the node registers with.
        node: String,
    },
    /// A person with every right, by the group `system:masters`, which no access rule can restrict or revoke.
    Admin,
    /// etcd towards its clients; also a client, because etcd is one of itself.
    EtcdServer,
    /// etcd towards its peers.
    EtcdPeer,
    /// Whoever asks etcd for its health.
    EtcdClient,
    /// The key pair that service account tokens are signed with. Its certificate is for signing tokens alone: one without
    /// any purpose would be accepted as a client's. A bare public key serves as well.
    ServiceAccount,
    /// The API server as a client of the extension API servers behind it. Its issuer must be an authority of its own.
    FrontProxyClient,
}

impl Role {
    /// The names of all roles.
    pub const NAMES: [&'static str; 13] = [
        "apiserver",
        "apiserver-kubelet-client",
        "apiserver-etcd-client",
        "controller-manager",
        "scheduler",
        "kube-proxy",
        "kubelet",
        "admin",
        "etcd-server",
        "etcd-peer",
        "etcd-client",
        "service-account",
        "front-proxy-client",
    ];

    /// Reads a role by its name, with the name of the node for a kubelet.
    ///
    /// # Errors
    ///
    /// Fails when the name is unknown, and when the node is missing, invalid, or given for a role that has none.
    pub fn parse(name: &str, node: Option<&str>) -> Result<Self, KubernetesError> {
        let role = match name {
            "apiserver" => Self::ApiServer,
            "apiserver-kubelet-client" => Self::ApiServerKubeletClient,
            "apiserver-etcd-client" => Self::ApiServerEtcdClient,
            "controller-manager" => Self::ControllerManager,
            "scheduler" => Self::Scheduler,
            "kube-proxy" => Self::KubeProxy,
            "kubelet" => {
                let node = node.ok_or(KubernetesError::NodeMissing { role: "kubelet" })?;
                let node = DnsName::new(node).map_err(KubernetesError::Node)?.to_string();
                return Ok(Self::Kubelet { node });
            }
            "admin" => Self::Admin,
            "etcd-server" => Self::EtcdServer,
            "etcd-peer" => Self::EtcdPeer,
            "etcd-client" => Self::EtcdClient,
            "service-account" => Self::ServiceAccount,
            "front-proxy-client" => Self::FrontProxyClient,
            _ => {
                let suggestion = nearest(name, Self::NAMES);
                return Err(KubernetesError::UnknownRole { name: name.to_owned(), suggestion });
            }
        };
        match node {
            Some(_) => Err(KubernetesError::NodeUnexpected { role: role.name() }),
            None => Ok(role),
        }
    }

    /// The name that [`parse`](Self::parse) reads.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ApiServer => "apiserver",
            Self::ApiServerKubeletClient => "apiserver-kubelet-client",
            Self::ApiServerEtcdClient => "apiserver-etcd-client",
            Self::ControllerManager => "controller-manager",
            Self::Scheduler => "scheduler",
            Self::KubeProxy => "kube-proxy",
            Self::Kubelet { .. } => "kubelet",
            Self::Admin => "admin",
            Self::EtcdServer => "etcd-server",
            Self::EtcdPeer => "etcd-peer",
            Self::EtcdClient => "etcd-client",
            Self::ServiceAccount => "service-account",
            Self::FrontProxyClient => "front-proxy-client",
        }
    }

    /// User name and groups.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        let (user, group): (&str, Option<&str>) = match self {
            Self::ApiServer => ("kube-apiserver", None),
            Self::ApiServerKubeletClient => ("kube-apiserver-kubelet-client", None),
            Self::ApiServerEtcdClient => ("kube-apiserver-etcd-client", None),
            Self::ControllerManager => ("system:kube-controller-manager", None),
            Self::Scheduler => ("system:kube-scheduler", None),
            Self::KubeProxy => ("system:kube-proxy", Some("system:node-proxier")),
            Self::Kubelet { node } => (&format!("system:node:{node}"), Some("system:nodes")),
            Self::Admin => ("kubernetes-admin", Some("system:masters")),
            Self::EtcdServer => ("kube-etcd", None),
            Self::EtcdPeer => ("kube-etcd-peer", None),
            Self::EtcdClient => ("kube-etcd-healthcheck-client", None),
            Self::ServiceAccount => ("service-accounts", None),
            Self::FrontProxyClient => ("front-proxy-client", None),
        };
        DistinguishedName {
            organization: group.map(str::to_owned).into_iter().collect(),
            ..DistinguishedName::common(user)
        }
    }

    /// What the key is used for.
    #[must_use]
    pub fn usages(&self, algorithm: KeyAlgorithm) -> Usages {
        match self {
            Self::ApiServer => Usages::server(algorithm),
            Self::Kubelet { .. } | Self::EtcdServer | Self::EtcdPeer => Usages::server_and_client(algorithm),
            Self::ServiceAccount => Usages {
                key: [KeyUsage::DigitalSignature].into(),
                extended: [ExtendedKeyUsage::JwtSigning].into(),
            },
            Self::ApiServerKubeletClient
            | Self::ApiServerEtcdClient
            | Self::ControllerManager
            | Self::Scheduler
            | Self::KubeProxy
            | Self::Admin
            | Self::EtcdClient
            | Self::FrontProxyClient => Usages::client(algorithm),
        }
    }

    /// The names that follow from the role itself, and then those in `extra`: names and addresses of the machines.
    ///
    /// # Errors
    ///
    /// Fails when a name is invalid, see [`apiserver_sans`].
    pub fn subject_alt_names<S: AsRef<str>>(
        &self,
        cluster: &ClusterNames,
        extra: impl IntoIterator<Item = S>,
    ) -> Result<SubjectAltNames, KubernetesError> {
        let mut names = match self {
            Self::ApiServer => return apiserver_sans(cluster, extra),
            Self::Kubelet { node } => std::iter::once(SubjectAltName::dns(node)?).collect(),
            Self::EtcdServer | Self::EtcdPeer => {
                let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                std::iter::once(SubjectAltName::dns("localhost")?)
                    .chain(loopback.map(SubjectAltName::Ip))
                    .collect()
            }
            _ => SubjectAltNames::default(),
        };
        for name in extra {
            names.push(name.as_ref().parse()?);
        }
        Ok(names)
    }

    /// Subject and alternative names together.
    ///
    /// # Errors
    ///
    /// Fails when a name is invalid, see [`apiserver_sans`].
    pub fn identity<S: AsRef<str>>(
        &self,
        cluster: &ClusterNames,
        extra: impl IntoIterator<Item = S>,
    ) -> Result<Identity, KubernetesError> {
        Ok(Identity { subject: self.subject(), subject_alt_names: self.subject_alt_names(cluster, extra)? })
    }

    /// A profile with the role's usages, valid for a year of 365 days.
    #[must_use]
    pub fn profile(&self, algorithm: KeyAlgorithm) -> SigningProfile {
        SigningProfile::new(self.usages(algorithm))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The names of all roles in a sentence.
pub(super) fn list() -> String {
    let [first @ .., last] = Role::NAMES;
    format!("{} and {last}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str) -> Role {
        Role::parse(name, (name == "kubelet").then_some("ip-172-31-0-20")).unwrap()
    }

    #[test]
    fn every_name_is_a_role() {
        for name in Role::NAMES {
            assert_eq!(role(name).name(), name);
        }
    }

    #[test]
    fn every_role_passes_the_strict_check() {
        let cluster =
            ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() };
        for name in Role::NAMES.into_iter().filter(|name| *name != "kubelet") {
            for algorithm in KeyAlgorithm::ALL {
                let mut profile = role(name).profile(algorithm);
                profile.strictness = crate::Strictness::Strict;
                let identity = role(name).identity(&cluster, ["10.0.0.1"]).unwrap();
                assert_eq!(profile.check(&identity, algorithm), Ok(vec![]), "{name} with {algorithm}");
            }
        }
    }

    #[test]
    fn subjects_are_the_users_that_kubernetes_knows() {
        let subject = |name| role(name).subject().to_string();
        assert_eq!(subject("kubelet"), "CN=system:node:ip-172-31-0-20,O=system:nodes");
        assert_eq!(subject("kube-proxy"), "CN=system:kube-proxy,O=system:node-proxier");
        assert_eq!(subject("scheduler"), "CN=system:kube-scheduler");
        assert_eq!(subject("controller-manager"), "CN=system:kube-controller-manager");
        assert_eq!(subject("admin"), "CN=kubernetes-admin,O=system:masters");
    }

    #[test]
    fn usages_follow_from_the_role() {
        let usages = |name| role(name).usages(KeyAlgorithm::RSA_2048).names().collect::<Vec<_>>();
        assert_eq!(usages("apiserver"), ["digital signature", "key encipherment", "server auth"]);
        assert_eq!(usages("scheduler"), ["digital signature", "key encipherment", "client auth"]);
        assert_eq!(
            usages("etcd-peer"),
            ["digital signature", "key encipherment", "server auth", "client auth"]
        );
        assert_eq!(usages("service-account"), ["digital signature", "jwt signing"]);
    }

    #[test]
    fn etcd_answers_on_loopback() {
        let names = role("etcd-server").subject_alt_names(&ClusterNames::default(), ["10.0.0.5"]).unwrap();
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["localhost", "127.0.0.1", "::1", "10.0.0.5"]);
    }

    #[test]
    fn refuses_in_plain_words() {
        let error = |name, node| Role::parse(name, node).unwrap_err().to_string();
        assert_eq!(
            error("kube-scheduler", None),
            "unknown role `kube-scheduler` (did you mean `scheduler`?); known are apiserver, apiserver-kubelet-client, \
             apiserver-etcd-client, controller-manager, scheduler, kube-proxy, kubelet, admin, etcd-server, etcd-peer, \
             etcd-client, service-account and front-proxy-client"
        );
        assert_eq!(error("kubelet", None), "the role `kubelet` needs the name of the node");
        assert_eq!(error("admin", Some("n")), "the role `admin` does not belong to a node");
        assert_eq!(
            error("kubelet", Some("node 1")),
            "the node name is invalid: `node 1` is not a DNS name: it contains ' '"
        );
    }
}

//! The certificates of a Kubernetes cluster.

mod names;
mod role;

use ipnet::IpNet;

use crate::san::SanError;
use crate::suggest::DidYouMean;

pub use names::{ClusterNames, apiserver_sans, cidr_host_name, first_service_ip, private_dns_domain};
pub use role::Role;

/// The description of a Kubernetes cluster is invalid.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KubernetesError {
    /// The role is unknown.
    #[error("unknown role `{name}`{}; known are {known}", DidYouMean(*.suggestion), known = role::list())]
    UnknownRole {
        /// The name as given.
        name: String,
        /// The known name that is nearest, if one is near.
        suggestion: Option<&'static str>,
    },
    /// A kubelet without a name.
    #[error("the role `{role}` needs the name of the node")]
    NodeMissing {
        /// The role.
        role: &'static str,
    },
    /// A name where there is none.
    #[error("the role `{role}` does not belong to a node")]
    NodeUnexpected {
        /// The role.
        role: &'static str,
    },
    /// The node's name is no name that a node can register with.
    #[error("the node name is invalid: {0}")]
    Node(SanError),
    /// The cluster's domain is invalid.
    #[error("the cluster domain is invalid: {0}")]
    Domain(SanError),
    /// A service range with a single address.
    #[error("the service range {range} has no first address to give to the API server")]
    NoServiceAddress {
        /// The range.
        range: IpNet,
    },
    /// An IPv6 address, for which AWS has another kind of host name.
    #[error("{ip} is not an IPv4 address, and only those have a host name of the form ip-10-0-0-1")]
    NoHostName {
        /// The address.
        ip: std::net::IpAddr,
    },
    /// Not the name of a region.
    #[error("`{region}` is not the name of an AWS region; write for example `eu-central-1`")]
    Region {
        /// The name as given.
        region: String,
    },
    /// An additional name is invalid.
    #[error(transparent)]
    SubjectAltName(#[from] SanError),
}

//! The certificates of a Kubernetes cluster.

mod layout;
mod names;
mod role;

use ipnet::IpNet;

use crate::key::KeyAlgorithm;
use crate::san::SanError;
use crate::suggest::DidYouMean;

pub use layout::{IssuedItem, Layout, LayoutFile, LayoutForm, LayoutItem, Node, Plan};
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
    /// Several machines under one name.
    #[error("`{node}` is a wildcard, but a node has a name of its own")]
    NodeWildcard {
        /// The name as given.
        node: String,
    },
    /// An address or a further name of a node is invalid.
    #[error("node `{node}`: {source}")]
    NodeName {
        /// The node.
        node: String,
        /// What is wrong.
        source: SanError,
    },
    /// The same node twice.
    #[error("there are two nodes `{node}`")]
    DuplicateNode {
        /// The node.
        node: String,
    },
    /// Two items of a layout would have the same files.
    #[error("two certificates would be written to `{name}`; give the node another file name")]
    DuplicateFile {
        /// The path without its ending.
        name: String,
    },
    /// A name or address of the API servers' load balancer is invalid.
    #[error("the name of the API server is invalid: {0}")]
    ApiName(SanError),
    /// A cluster without a control plane.
    #[error("the cluster has no control plane: name the machines that run the API server")]
    NoControlPlane,
    /// A cluster without service addresses.
    #[error(
        "the cluster has no service range; programs in the cluster call the API server by the range's first address"
    )]
    NoServiceRange,
    /// More service ranges than one of each family.
    #[error("a cluster has one service range, or one of IPv4 and one of IPv6")]
    ServiceRanges,
    /// A common name for every certificate.
    #[error("the common subject must not have a common name: that follows from each role")]
    CommonName,
    /// A key that Kubernetes cannot sign tokens with.
    #[error("Kubernetes cannot sign service account tokens with Ed25519; use RSA or ECDSA for that key")]
    ServiceAccountAlgorithm,
    /// A key of another kind than planned.
    #[error("`{name}` needs a key of {wanted}, not {found}")]
    KeyAlgorithm {
        /// The item of the plan.
        name: String,
        /// The kind that is planned.
        wanted: KeyAlgorithm,
        /// The kind of the key.
        found: KeyAlgorithm,
    },
    /// Something that exists already is not what the plan has.
    #[error(
        "what exists of `{name}` does not fit: key and certificate must belong together, and be those of an authority \
         only where the plan has one"
    )]
    NotThisItem {
        /// The item of the plan.
        name: String,
    },
    /// Fewer or more keys than planned.
    #[error("the plan needs {wanted} keys, and there are {found}")]
    KeyCount {
        /// How many are planned.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// The authority of an item is not there.
    #[error("the authority `{name}` is not among those that were issued")]
    NoAuthority {
        /// Its name in the plan.
        name: String,
    },
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

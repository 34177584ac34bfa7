//! A cluster on the command line.

use std::str::FromStr;

use clap::ValueEnum;
use ipnet::IpNet;
use pki_core::kubernetes::{Layout, LayoutForm, Node};
use pki_core::{KeyAlgorithm, Period};

use crate::error::Failure;

/// The machines and names of a cluster, and how its certificates are to be.
#[derive(Debug, clap::Args)]
pub(crate) struct ClusterOptions {
    /// How many authorities, and which names of files [default: three]
    #[arg(long, value_enum, conflicts_with = "tutorial")]
    layout: Option<Form>,
    /// The tutorial's cluster in a region of AWS: one authority, three masters, three workers, RSA-2048
    #[arg(long, value_name = "REGION", conflicts_with_all = ["control_plane", "worker"])]
    tutorial: Option<String>,
    /// A machine that runs the API server and etcd, with its addresses and further names
    #[arg(long, value_name = "NAME=IP[,IP…]")]
    control_plane: Vec<NodeArgument>,
    /// A machine that runs a kubelet, with its addresses and further names
    #[arg(long, value_name = "NAME=IP[,IP…]")]
    worker: Vec<NodeArgument>,
    /// Name or address of a load balancer in front of the API servers
    #[arg(long, value_name = "NAME")]
    pub(crate) api_name: Vec<String>,
    /// Range of service addresses: one, or one of each family
    #[arg(long, value_name = "CIDR")]
    pub(crate) service_cidr: Vec<IpNet>,
    /// DNS domain of the cluster [default: cluster.local]
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) cluster_domain: Option<String>,
    /// Kind of the keys: ECDSA-P256, ECDSA-P384, ECDSA-P521, Ed25519, RSA-2048, RSA-3072 or RSA-4096 [default: ECDSA-P256]
    #[arg(long, value_name = "ALGORITHM")]
    key_algorithm: Option<KeyAlgorithm>,
    /// How long the authorities are valid, such as 10y or 43800h [default: 10y]
    #[arg(long, value_name = "PERIOD")]
    ca_expiry: Option<Period>,
    /// How long everything else is valid, such as 90d or 8760h [default: 1y]
    #[arg(long, value_name = "PERIOD")]
    expiry: Option<Period>,
    /// Give the service account key a certificate too, as the tutorial does
    #[arg(long)]
    service_account_certificate: bool,
}

/// The forms of a layout.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// One authority and the classic guides' names: ca.pem, admin-key.pem
    One,
    /// kubeadm's three authorities and names: ca.crt, etcd/ca.crt, front-proxy-ca.crt
    Three,
}

/// `NAME=IP,IP`.
#[derive(Clone, Debug)]
struct NodeArgument(Node);

impl FromStr for NodeArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, addresses) = text.split_once('=').unwrap_or((text, ""));
        if name.is_empty() {
            return Err("the name of the machine is missing");
        }
        Ok(Self(Node::new(name, addresses.split(',').filter(|address| !address.is_empty()))))
    }
}

impl ClusterOptions {
    /// The machines of the control plane that were named.
    pub(crate) fn control_plane_nodes(&self) -> Vec<Node> {
        nodes(&self.control_plane)
    }

    /// The workers that were named.
    pub(crate) fn worker_nodes(&self) -> Vec<Node> {
        nodes(&self.worker)
    }

    /// Whether there is an option that says how certificates are to be made.
    pub(crate) fn is_for_new_certificates(&self) -> bool {
        self.layout.is_some()
            || self.tutorial.is_some()
            || self.key_algorithm.is_some()
            || self.ca_expiry.is_some()
            || self.expiry.is_some()
            || self.service_account_certificate
    }

    /// The cluster.
    ///
    /// # Errors
    ///
    /// Fails when no machine or service range is named, without which there is no cluster.
    pub(crate) fn layout(&self) -> Result<Layout, Failure> {
        let mut layout = match (&self.tutorial, self.layout) {
            (Some(region), _) => {
                Layout::tutorial(region).map_err(|error| Failure::about(&"-tutorial", error))?
            }
            (None, Some(Form::One)) => Layout::new(LayoutForm::OneAuthority),
            (None, Some(Form::Three) | None) => Layout::new(LayoutForm::ThreeAuthorities),
        };
        if self.tutorial.is_none() {
            for (is_missing, problem, help) in [
                (
                    self.control_plane.is_empty(),
                    "no machine runs the API server",
                    "name one or more, such as `--control-plane master-0.example.com=10.240.0.10`",
                ),
                (
                    self.service_cidr.is_empty(),
                    "there is no range of service addresses",
                    "name it, such as `--service-cidr 10.32.0.0/24`: pods call the API server by its first address",
                ),
            ] {
                if is_missing {
                    return Err(Failure::Usage { problem: problem.to_owned(), help });
                }
            }
            layout.control_plane = nodes(&self.control_plane);
            layout.workers = nodes(&self.worker);
        }
        layout.api_names.clone_from(&self.api_name);
        if !self.service_cidr.is_empty() {
            layout.cluster.service_cidrs.clone_from(&self.service_cidr);
        }
        if let Some(domain) = &self.cluster_domain {
            layout.cluster.domain.clone_from(domain);
        }
        if let Some(algorithm) = self.key_algorithm {
            layout.algorithm = algorithm;
            // Kubernetes cannot sign tokens with it.
            let signs_tokens = algorithm != KeyAlgorithm::Ed25519;
            layout.service_account_algorithm = if signs_tokens { algorithm } else { KeyAlgorithm::EcdsaP256 };
        }
        layout.authority_expiry = self.ca_expiry.unwrap_or(layout.authority_expiry);
        layout.expiry = self.expiry.unwrap_or(layout.expiry);
        layout.service_account_certificate |= self.service_account_certificate;
        Ok(layout)
    }
}

fn nodes(arguments: &[NodeArgument]) -> Vec<Node> {
    arguments.iter().map(|NodeArgument(node)| node.clone()).collect()
}

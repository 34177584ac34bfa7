//! All keys and certificates of a cluster in one call.

mod draft;
mod issued;
mod item;
mod node;
mod plan;
mod tutorial;

use ipnet::IpNet;
use jiff::Timestamp;
use rand_core::CryptoRng;

use super::{ClusterNames, KubernetesError, first_service_ip};
use crate::error::Error;
use crate::key::{KeyAlgorithm, PrivateKey};
use crate::name::DistinguishedName;
use crate::period::Period;
use crate::san::{DnsName, SubjectAltName};
use crate::strictness::Strictness;

use draft::Draft;
pub use issued::{IssuedItem, LayoutFile};
pub use item::LayoutItem;
pub use node::Node;
use node::ParsedNode;
pub use plan::Plan;

/// How many authorities a cluster has, and how its files are called.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum LayoutForm {
    /// kubeadm's names (`apiserver.crt`, `etcd/server.key`) and its three authorities: who asks the API server, who
    /// asks etcd, and who speaks for others are three questions. Files that belong to one machine are in a folder of
    /// its name, so that this folder and the common files together are that machine's `/etc/kubernetes/pki`.
    #[default]
    ThreeAuthorities,
    /// The names of the classic guides (`ca.pem`, `admin-key.pem`), one authority, and one pair for everything that the
    /// control plane does: API server, etcd, and client of both.
    OneAuthority,
}

/// A whole cluster: its machines and names, and how its certificates are to be.
///
/// ```
/// use pki_core::kubernetes::{Layout, LayoutForm, Node};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
///
/// let mut layout = Layout::new(LayoutForm::ThreeAuthorities);
/// layout.cluster.service_cidrs = vec!["10.32.0.0/24".parse().unwrap()];
/// layout.api_names = vec!["api.k8s.example".to_owned()];
/// layout.control_plane = vec![Node::new("master-0.k8s.example", ["10.240.0.10"])];
/// layout.workers = vec![Node::new("worker-0.k8s.example", ["10.240.0.20"])];
///
/// let cluster = layout.issue(now, &mut rng).unwrap();
/// let files: Vec<String> = cluster.iter().flat_map(|item| item.files().unwrap()).map(|file| file.path).collect();
/// assert_eq!(&files[..4], ["ca.crt", "ca.key", "etcd/ca.crt", "etcd/ca.key"]);
/// assert!(files.contains(&"master-0.k8s.example/etcd/peer.key".to_owned()));
/// ```
///
/// Keys take most of the time. To make them in parallel, make a [`plan`](Self::plan) first and then as many keys as it
/// has items; see [`Plan::issue`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// How many authorities, and which names of files.
    pub form: LayoutForm,
    /// The domain and the ranges of service addresses: one, or one of each family.
    pub cluster: ClusterNames,
    /// Names and addresses of load balancers in front of the API servers.
    pub api_names: Vec<String>,
    /// The machines that run API server and etcd. One that runs a kubelet as well is listed among the workers too.
    pub control_plane: Vec<Node>,
    /// The machines that run a kubelet.
    pub workers: Vec<Node>,
    /// What the subjects have in common: country, province, locality, units. The organization is that of authorities,
    /// and in [`LayoutForm::OneAuthority`] of what is neither client nor node: Kubernetes takes a client's organization
    /// for a group. It has no common name.
    pub subject: DistinguishedName,
    /// The kind of all keys but the service accounts'.
    pub algorithm: KeyAlgorithm,
    /// The kind of the key that service account tokens are signed with; Kubernetes cannot do that with Ed25519.
    pub service_account_algorithm: KeyAlgorithm,
    /// Whether that key gets a certificate, as in the classic guides. Kubernetes needs none, and without a certificate
    /// nobody can mistake the key for an identity.
    pub service_account_certificate: bool,
    /// How long authorities are valid.
    pub authority_expiry: Period,
    /// How long everything else is valid.
    pub expiry: Period,
    /// How many authorities may stand below the roots, see [`AuthorityConstraint`](crate::AuthorityConstraint).
    pub path_length: Option<u8>,
    /// How remarks of a linter are treated.
    pub strictness: Strictness,
}

impl Layout {
    /// A cluster without machines: ECDSA P-256, authorities for ten years of 365 days that issue no further
    /// authorities, everything else for one year.
    #[must_use]
    pub fn new(form: LayoutForm) -> Self {
        Self {
            form,
            cluster: ClusterNames::default(),
            api_names: Vec::new(),
            control_plane: Vec::new(),
            workers: Vec::new(),
            subject: DistinguishedName::default(),
            algorithm: KeyAlgorithm::EcdsaP256,
            service_account_algorithm: KeyAlgorithm::EcdsaP256,
            service_account_certificate: false,
            authority_expiry: Period::days(10 * 365),
            expiry: Period::days(365),
            path_length: Some(0),
            strictness: Strictness::default(),
        }
    }

    /// What there is to make, without making anything.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each mistake once however many certificates it is in.
    pub fn plan(&self) -> Result<Plan, Vec<Error>> {
        let mut errors = Mistakes::default();
        self.check(&mut errors);
        let control_plane = errors.each(&self.control_plane, ParsedNode::parse);
        let workers = errors.each(&self.workers, ParsedNode::parse);
        errors.duplicates(&control_plane);
        errors.duplicates(&workers);
        let api_names = errors.each(&self.api_names, |name| {
            name.parse::<SubjectAltName>().map_err(|source| vec![KubernetesError::ApiName(source).into()])
        });
        let drafts = match self.form {
            LayoutForm::ThreeAuthorities => {
                draft::three_authorities(self, &api_names, &control_plane, &workers)
            }
            LayoutForm::OneAuthority => draft::one_authority(self, &api_names, &control_plane, &workers),
        };
        let items = errors.each(&drafts, |draft: &Draft| draft.complete(self));
        errors.same_files(&items);
        errors.none().map(|()| Plan::new(items))
    }

    /// Makes all keys and certificates, one after the other, the authorities first.
    ///
    /// # Errors
    ///
    /// Everything that is wrong; see [`plan`](Self::plan).
    pub fn issue(&self, now: Timestamp, rng: &mut impl CryptoRng) -> Result<Vec<IssuedItem>, Vec<Error>> {
        let plan = self.plan()?;
        let keys = plan.items().iter().map(|item| PrivateKey::generate(item.algorithm(), rng));
        let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| vec![error.into()])?;
        plan.issue(keys, now, rng)
    }

    /// What concerns no single machine or certificate.
    fn check(&self, errors: &mut Mistakes) {
        if self.control_plane.is_empty() {
            errors.push(KubernetesError::NoControlPlane);
        }
        if self.subject.common_name.is_some() {
            errors.push(KubernetesError::CommonName);
        }
        if self.service_account_algorithm == KeyAlgorithm::Ed25519 {
            errors.push(KubernetesError::ServiceAccountAlgorithm);
        }
        if let Err(source) = DnsName::new(&self.cluster.domain) {
            errors.push(KubernetesError::Domain(source));
        }
        let ranges = &self.cluster.service_cidrs;
        match ranges.as_slice() {
            [] => errors.push(KubernetesError::NoServiceRange),
            [_] | [IpNet::V4(_), IpNet::V6(_)] | [IpNet::V6(_), IpNet::V4(_)] => {}
            _ => errors.push(KubernetesError::ServiceRanges),
        }
        errors.each(ranges, |range| first_service_ip(*range).map_err(|error| vec![error.into()]));
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self::new(LayoutForm::default())
    }
}

/// Errors in the order in which they were found, each once.
#[derive(Default)]
struct Mistakes(Vec<Error>);

impl Mistakes {
    fn push(&mut self, error: impl Into<Error>) {
        let error = error.into();
        if !self.0.contains(&error) {
            self.0.push(error);
        }
    }

    /// What comes of those inputs that are right.
    fn each<I, T>(&mut self, inputs: &[I], make: impl Fn(&I) -> Result<T, Vec<Error>>) -> Vec<T> {
        let mut right = Vec::with_capacity(inputs.len());
        for input in inputs {
            match make(input) {
                Ok(output) => right.push(output),
                Err(errors) => errors.into_iter().for_each(|error| self.push(error)),
            }
        }
        right
    }

    fn duplicates(&mut self, nodes: &[ParsedNode]) {
        for (index, node) in nodes.iter().enumerate() {
            if nodes[..index].iter().any(|earlier| earlier.name == node.name) {
                self.push(KubernetesError::DuplicateNode { node: node.name.to_string() });
            }
        }
    }

    fn same_files(&mut self, items: &[LayoutItem]) {
        for (index, item) in items.iter().enumerate() {
            if items[..index].iter().any(|earlier| earlier.name() == item.name()) {
                self.push(KubernetesError::DuplicateFile { name: item.name().to_owned() });
            }
        }
    }

    fn none(self) -> Result<(), Vec<Error>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests;

//! What there is to make for a cluster.

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::issued::IssuedItem;
use super::item::LayoutItem;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::PrivateKey;
use crate::kubernetes::{KubernetesError, Role};

/// Everything that there is to make for a cluster, checked.
///
/// ```
/// use pki_core::PrivateKey;
/// use pki_core::kubernetes::{Layout, Role};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
///
/// let mut layout = Layout::tutorial("us-east-2")?;
/// # layout.algorithm = pki_core::KeyAlgorithm::EcdsaP256;
/// # layout.service_account_algorithm = pki_core::KeyAlgorithm::EcdsaP256;
/// let plan = layout.plan().unwrap();
/// assert_eq!(plan.items().len(), 10);
/// assert_eq!(plan.find(&Role::EtcdPeer).unwrap().name(), "master-kubernetes");
///
/// // Each key is made for itself: in threads, if there are many.
/// let keys = plan.items().iter().map(|item| PrivateKey::generate(item.algorithm(), &mut rng).unwrap());
/// let cluster = plan.issue(keys.collect(), now, &mut rng).unwrap();
/// assert!(cluster[9].certificate().is_none());
/// # Ok::<(), pki_core::kubernetes::KubernetesError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    items: Vec<LayoutItem>,
}

impl Plan {
    pub(super) fn new(items: Vec<LayoutItem>) -> Self {
        Self { items }
    }

    /// What is to be made, the authorities first.
    #[must_use]
    pub fn items(&self) -> &[LayoutItem] {
        &self.items
    }

    /// The first item that plays a role: for a role of a machine, that of the first machine.
    #[must_use]
    pub fn find(&self, role: &Role) -> Option<&LayoutItem> {
        self.items.iter().find(|item| item.roles().contains(role))
    }

    /// What a careful reader of the certificates would object to, each remark once.
    #[must_use]
    pub fn findings(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = Vec::new();
        for finding in self.items.iter().flat_map(LayoutItem::findings) {
            if !findings.iter().any(|earlier| earlier.message() == finding.message()) {
                findings.push(finding);
            }
        }
        findings
    }

    /// Makes all certificates, with one key for each item, in order.
    ///
    /// # Errors
    ///
    /// Fails when there are fewer or more keys than items, when a key is of another kind than its item's, and when a
    /// certificate cannot be issued.
    pub fn issue(
        &self,
        keys: Vec<PrivateKey>,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<IssuedItem>, Vec<Error>> {
        if keys.len() != self.items.len() {
            let (wanted, found) = (self.items.len(), keys.len());
            return Err(vec![KubernetesError::KeyCount { wanted, found }.into()]);
        }
        let mut issued: Vec<IssuedItem> = Vec::with_capacity(keys.len());
        let mut errors = Vec::new();
        for (item, key) in self.items.iter().zip(keys) {
            // The authorities are among those that were issued before.
            match item.issue(key, &issued, now, rng) {
                Ok(item) => issued.push(item),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() { Ok(issued) } else { Err(errors) }
    }
}

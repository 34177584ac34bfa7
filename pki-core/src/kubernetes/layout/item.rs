//! One key of a cluster and what is to be made of it.

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::issued::IssuedItem;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::Finding;
use crate::issue::{self, Issuer};
use crate::key::{KeyAlgorithm, PrivateKey};
use crate::kubernetes::{KubernetesError, Role};
use crate::profile::{Identity, SigningProfile};

/// One key of a cluster, and the certificate for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LayoutItem {
    pub(super) name: String,
    pub(super) roles: Vec<Role>,
    pub(super) node: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) identity: Identity,
    pub(super) profile: SigningProfile,
    pub(super) algorithm: KeyAlgorithm,
    pub(super) findings: Vec<Finding>,
    pub(super) naming: Naming,
}

/// Whose habits the names of files follow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Naming {
    Kubeadm,
    Cfssl,
}

impl LayoutItem {
    /// The relative path of its files without their endings, such as `etcd/ca`. Unique in its plan.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles it plays; none for an authority.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The machine it belongs to, if it belongs to one alone.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }

    /// The name of the item that issues its certificate; none for an authority, which vouches for itself, and for a
    /// key without a certificate.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Whether it is an authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.roles.is_empty()
    }

    /// Whether there is a certificate beside the key.
    #[must_use]
    pub fn has_certificate(&self) -> bool {
        self.is_authority() || self.authority.is_some()
    }

    /// Subject and alternative names.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Usages and lifetime.
    #[must_use]
    pub fn profile(&self) -> &SigningProfile {
        &self.profile
    }

    /// The kind of its key.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// What a careful reader of the certificate would object to.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The relative path of the certificate.
    #[must_use]
    pub fn certificate_file(&self) -> Option<String> {
        let ending = match self.naming {
            Naming::Kubeadm => "crt",
            Naming::Cfssl => "pem",
        };
        self.has_certificate().then(|| format!("{}.{ending}", self.name))
    }

    /// The relative path of the private key.
    #[must_use]
    pub fn key_file(&self) -> String {
        match self.naming {
            Naming::Kubeadm => format!("{}.key", self.name),
            Naming::Cfssl => format!("{}-key.pem", self.name),
        }
    }

    /// The relative path of the public key, which is written where there is no certificate.
    #[must_use]
    pub fn public_key_file(&self) -> Option<String> {
        let ending = match self.naming {
            Naming::Kubeadm => "pub",
            Naming::Cfssl => "pem",
        };
        (!self.has_certificate()).then(|| format!("{}.{ending}", self.name))
    }

    /// The relative path of the certificate request, which cfssl writes and kubeadm does not.
    #[must_use]
    pub fn request_file(&self) -> Option<String> {
        (self.naming == Naming::Cfssl && self.has_certificate()).then(|| format!("{}.csr", self.name))
    }

    /// Takes a key and, where the item has one, a certificate that exist already: an authority that is to stay, or
    /// anything that another run has made.
    ///
    /// # Errors
    ///
    /// Fails when there is a certificate and the item has none, or the other way round, when it is of another key, and
    /// when that of an authority is none.
    pub fn keep(
        &self,
        key: PrivateKey,
        certificate: Option<Certificate>,
    ) -> Result<IssuedItem, KubernetesError> {
        let fits = match &certificate {
            Some(certificate) => {
                self.has_certificate()
                    && certificate.matches_key(&key)
                    && certificate.is_authority() == self.is_authority()
            }
            None => !self.has_certificate(),
        };
        if !fits {
            return Err(KubernetesError::NotThisItem { name: self.name.clone() });
        }
        Ok(IssuedItem::new(self.clone(), key, certificate, Vec::new()))
    }

    /// Makes the certificate, with a key of its [`algorithm`](Self::algorithm).
    ///
    /// The items that are authorities come first, with no `authorities` yet; then all others, in any order or in
    /// parallel. [`Plan::issue`](super::Plan::issue) does it in one call.
    ///
    /// # Errors
    ///
    /// Fails when its authority is not among `authorities`, and when that authority cannot issue the certificate.
    pub fn issue(
        &self,
        key: PrivateKey,
        authorities: &[IssuedItem],
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<IssuedItem, Vec<Error>> {
        if key.algorithm() != self.algorithm {
            let (name, wanted, found) = (self.name.clone(), self.algorithm, key.algorithm());
            return Err(vec![KubernetesError::KeyAlgorithm { name, wanted, found }.into()]);
        }
        let made = match &self.authority {
            Some(name) => {
                let authority = authorities.iter().find(|authority| authority.item().name == *name);
                let issuer = authority
                    .and_then(|authority| Some(Issuer::new(authority.certificate()?, authority.key())))
                    .ok_or_else(|| vec![KubernetesError::NoAuthority { name: name.clone() }.into()])?;
                let (public_key, profile) = (key.public_key(), &self.profile);
                Some(issue::under(issuer, None, &self.identity, public_key, profile, now, rng)?)
            }
            None if self.is_authority() => {
                Some(Certificate::self_signed(&key, &self.identity, &self.profile, now, rng)?)
            }
            None => None,
        };
        let (certificate, findings) = made.unzip();
        Ok(IssuedItem::new(self.clone(), key, certificate, findings.unwrap_or_default()))
    }
}

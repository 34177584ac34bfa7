//! Chains of certificates and bundles of roots.

mod bundle;
mod order;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::usage::KeyUsage;

pub use bundle::TrustBundle;

/// Certificates of which each was issued by the next, the leaf first.
///
/// ```
/// use pki_core::Chain;
/// # use pki_core::*;
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let mut key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// # let (root_key, middle_key, leaf_key) = (key(), key(), key());
/// # let name = |name| Identity { subject: DistinguishedName::common(name), ..Identity::default() };
/// # let profile = SigningProfile::authority(AuthorityConstraint::default());
/// # let (root, _) = CertificateAuthority::self_signed(root_key, &name("Root"), &profile, now, &mut rng).unwrap();
/// # let (middle, _) = root.intermediate(middle_key, &name("Middle"), &profile, now, &mut rng).unwrap();
/// # let profile = SigningProfile::client(KeyAlgorithm::EcdsaP256);
/// # let (leaf, _) = middle.issue(&name("admin"), leaf_key.public_key(), &profile, now, &mut rng).unwrap();
/// # let (root, middle) = (root.certificate().clone(), middle.certificate().clone());
///
/// let chain = Chain::order([root.clone(), leaf.clone(), middle.clone()]).unwrap();
/// assert_eq!(chain.certificates(), [leaf.clone(), middle.clone(), root.clone()]);
/// assert_eq!(chain.chain_pem(), leaf.to_pem() + &middle.to_pem());
///
/// let errors = Chain::order([root, leaf]).unwrap_err();
/// assert!(errors[0].to_string().ends_with("was issued by `CN=Middle`, which is missing"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chain {
    certificates: Vec<Certificate>,
}

impl Chain {
    /// Puts certificates into order, whatever order they come in: by signature and key identifier, not by name alone. A
    /// chain may end before the root, but it has no gaps.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, naming the certificates: duplicates, a missing link, certificates that do not belong
    /// to the chain, and several issuers to choose from.
    pub fn order(certificates: impl IntoIterator<Item = Certificate>) -> Result<Self, Vec<ChainError>> {
        order::order(certificates.into_iter().collect()).map(|certificates| Self { certificates })
    }

    /// Reads a PEM text of one certificate or more and puts them into order.
    ///
    /// # Errors
    ///
    /// Fails when the text or a certificate is malformed, and as [`order`](Self::order) does.
    pub fn from_pem(pem: &str) -> Result<Self, Vec<Error>> {
        let certificates = Certificate::bundle_from_pem(pem).map_err(|error| vec![error.into()])?;
        Self::order(certificates).map_err(|errors| errors.into_iter().map(Error::Chain).collect())
    }

    /// The certificate that the others vouch for.
    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        &self.certificates[0]
    }

    /// The root, if the chain goes so far: an authority that vouches for itself.
    #[must_use]
    pub fn root(&self) -> Option<&Certificate> {
        self.certificates.last().filter(|last| last.is_authority() && last.is_self_signed())
    }

    /// The authorities between leaf and root, the leaf's issuer first.
    #[must_use]
    pub fn intermediates(&self) -> &[Certificate] {
        let end = self.certificates.len() - usize::from(self.root().is_some());
        self.certificates.get(1..end).unwrap_or_default()
    }

    /// All certificates, the leaf first.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The last certificate: the root, or the one whose issuer a verifier has to know.
    #[must_use]
    pub fn last(&self) -> &Certificate {
        &self.certificates[self.certificates.len() - 1]
    }

    /// All certificates in PEM, the leaf first.
    #[must_use]
    pub fn full_chain_pem(&self) -> String {
        self.certificates.iter().map(Certificate::to_pem).collect()
    }

    /// What a server sends: all certificates but the root, which verifiers have to know anyway (RFC 8446 §4.4.2). A
    /// root alone stays.
    #[must_use]
    pub fn chain_pem(&self) -> String {
        std::iter::once(self.leaf()).chain(self.intermediates()).map(Certificate::to_pem).collect()
    }
}

impl Certificate {
    /// Whether `issuer` issued this certificate: it is an authority that may sign, its name and key identifier are those
    /// that this certificate gives for its issuer, and its key made the signature. Dates, path lengths and name
    /// constraints are not looked at.
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        let same_key = match (self.authority_key_identifier(), issuer.subject_key_identifier()) {
            (Some(wanted), Some(found)) => wanted == found,
            _ => true,
        };
        // Without the extension every usage is allowed (RFC 5280 §4.2.1.3).
        let may_sign = issuer.key_usages().is_empty() || issuer.key_usages().contains(&KeyUsage::CertSign);
        same_key && issuer.is_authority() && may_sign && self.is_signed_by(issuer)
    }
}

/// Certificates do not form a chain, or cannot be trusted as roots.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// Nothing there.
    #[error("there is no certificate to make a chain of")]
    Empty,
    /// More certificates than any chain has.
    #[error("a chain of {count} certificates is longer than the {limit} that this library puts into order")]
    TooLong {
        /// How many there are.
        count: usize,
        /// How many are accepted.
        limit: usize,
    },
    /// The same certificate twice.
    #[error("{certificate} is there twice")]
    Duplicate {
        /// Subject and serial number.
        certificate: String,
    },
    /// Several certificates that issued none of the others.
    #[error("there are several certificates that could be the leaf: {}", .certificates.join(", "))]
    SeveralLeaves {
        /// Subjects and serial numbers.
        certificates: Vec<String>,
    },
    /// Every certificate has issued another one.
    #[error("the certificates go round in a circle: {}", .certificates.join(", "))]
    Circle {
        /// Subjects and serial numbers.
        certificates: Vec<String>,
    },
    /// Several ways to go on.
    #[error("{certificate} has several issuers, of which a chain takes one: {}", .issuers.join(", "))]
    SeveralIssuers {
        /// Subject and serial number of the certificate.
        certificate: String,
        /// Subjects and serial numbers of its issuers.
        issuers: Vec<String>,
    },
    /// A link is missing.
    #[error("{certificate} was issued by `{issuer}`, which is missing")]
    Gap {
        /// Subject and serial number of the certificate before the gap.
        certificate: String,
        /// Subject of its issuer.
        issuer: String,
    },
    /// An authority has the right name, but did not issue the certificate.
    #[error(
        "{issuer} has the name of the issuer of {certificate}, but not its key or not the right to issue"
    )]
    WrongKey {
        /// Subject and serial number of the certificate.
        certificate: String,
        /// Subject and serial number of the authority.
        issuer: String,
    },
    /// A certificate that is in no chain with the leaf.
    #[error("{certificate} does not belong to the chain of {leaf}")]
    Foreign {
        /// Subject and serial number of the certificate.
        certificate: String,
        /// Subject and serial number of the leaf.
        leaf: String,
    },
    /// A root that is not the certificate of an authority.
    #[error("{certificate} is not the certificate of an authority, so it cannot vouch for others")]
    NotAnAuthority {
        /// Subject and serial number.
        certificate: String,
    },
}

/// How errors call a certificate: rotated authorities have the same subject.
pub(crate) fn label(certificate: &Certificate) -> String {
    format!("`{}` (serial {})", certificate.subject_text(), certificate.serial_hex())
}

#[cfg(test)]
mod tests;

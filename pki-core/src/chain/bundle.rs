//! Bundles of roots.

use super::{Chain, ChainError, label};
use crate::certificate::Certificate;
use crate::error::Error;

/// The authorities that a verifier trusts, each once, in the order in which they were added.
///
/// While an authority is replaced, every verifier needs a bundle of the old and the new one; see
/// [`Rotation`](crate::Rotation).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustBundle {
    anchors: Vec<Certificate>,
}

impl TrustBundle {
    /// A bundle of certificates, of which duplicates are left out.
    ///
    /// # Errors
    ///
    /// Fails, for each certificate that is not one of an authority.
    pub fn new(certificates: impl IntoIterator<Item = Certificate>) -> Result<Self, Vec<ChainError>> {
        let mut bundle = Self::default();
        let errors: Vec<ChainError> =
            certificates.into_iter().filter_map(|certificate| bundle.add(certificate).err()).collect();
        if errors.is_empty() { Ok(bundle) } else { Err(errors) }
    }

    /// Reads a PEM text of one certificate or more.
    ///
    /// # Errors
    ///
    /// Fails when the text or a certificate is malformed, and for each certificate that is not one of an authority.
    pub fn from_pem(pem: &str) -> Result<Self, Vec<Error>> {
        let certificates = Certificate::bundle_from_pem(pem).map_err(|error| vec![error.into()])?;
        Self::new(certificates).map_err(|errors| errors.into_iter().map(Error::Chain).collect())
    }

    /// Adds a certificate, unless it is there already.
    ///
    /// # Errors
    ///
    /// Fails when it is not one of an authority.
    pub fn add(&mut self, certificate: Certificate) -> Result<(), ChainError> {
        if !certificate.is_authority() {
            return Err(ChainError::NotAnAuthority { certificate: label(&certificate) });
        }
        if !self.contains(&certificate) {
            self.anchors.push(certificate);
        }
        Ok(())
    }

    /// The certificates.
    #[must_use]
    pub fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    /// Whether a certificate is in the bundle.
    #[must_use]
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.anchors.contains(certificate)
    }

    /// Whether a root of the bundle is in the chain or issued its last certificate: names, keys and signatures alone.
    #[must_use]
    pub fn vouches_for(&self, chain: &Chain) -> bool {
        let issued = |certificate: &Certificate| {
            self.contains(certificate) || self.anchors.iter().any(|anchor| certificate.is_issued_by(anchor))
        };
        chain.certificates().iter().any(issued)
    }

    /// The certificates in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.anchors.iter().map(Certificate::to_pem).collect()
    }
}

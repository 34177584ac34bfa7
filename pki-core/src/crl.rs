//! Certificate revocation lists.

mod entry;
mod error;
mod issue;
mod number;
mod reason;
mod scope;

use std::collections::BTreeSet;
use std::fmt;

use const_oid::AssociatedOid;
use der::Decode;
use jiff::Timestamp;
use x509_cert::Version;
use x509_cert::crl::CertificateList;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::ext::pkix::crl::CrlNumber as EncodedNumber;
use x509_cert::name::Name;

use crate::certificate::{Certificate, Signed};
use crate::pem::{self, Surroundings};
use crate::time;
use crate::usage::KeyUsage;

pub use entry::RevokedCertificate;
pub use error::CrlError;
pub use issue::CertificateRevocationListParams;
pub use number::CrlNumber;
pub use reason::RevocationReason;
pub use scope::CrlScope;

const LABEL: &str = "X509 CRL";

/// A list of the certificates that an authority has revoked (RFC 5280 §5), of version 2.
///
/// Reading a list does not check its signature, for which the issuer is needed: call [`verify`](Self::verify) before
/// believing what it says.
///
/// ```
/// use pki_core::{CertificateRevocationList, CertificateRevocationListParams, RevocationReason, RevokedCertificate};
/// # use pki_core::*;
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let mut key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// # let (root_key, leaf_key) = (key(), key());
/// # let name = |name| Identity { subject: DistinguishedName::common(name), ..Identity::default() };
/// # let profile = SigningProfile::authority(AuthorityConstraint::default());
/// # let (root, _) = CertificateAuthority::self_signed(root_key, &name("Root"), &profile, now, &mut rng).unwrap();
/// # let profile = SigningProfile::client(KeyAlgorithm::EcdsaP256);
/// # let (admin, _) = root.issue(&name("admin"), leaf_key.public_key(), &profile, now, &mut rng).unwrap();
///
/// let revoked = RevokedCertificate::of(&admin, now, Some(RevocationReason::KeyCompromise));
/// let params = CertificateRevocationListParams::new(1.into(), vec![revoked]);
/// let list = root.issue_revocation_list(&params, None, now).unwrap();
///
/// let list = CertificateRevocationList::from_pem(&list.to_pem())?;
/// list.verify(root.certificate())?;
/// assert!(list.is_revoked(&admin)?);
/// # Ok::<(), pki_core::CrlError>(())
/// ```
#[derive(Clone)]
pub struct CertificateRevocationList {
    der: Vec<u8>,
    signed: Signed,
    issuer: Name,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    revoked: Vec<RevokedCertificate>,
    authority_key_identifier: Option<Vec<u8>>,
    number: Option<CrlNumber>,
    scope: CrlScope,
    distribution_points: Vec<String>,
}

impl CertificateRevocationList {
    /// Reads the only list of a PEM text. Text around the block is ignored (RFC 7468 §5.2).
    ///
    /// # Errors
    ///
    /// Fails when there is not exactly one block, when it is no list, and as [`from_der`](Self::from_der) does.
    pub fn from_pem(pem: &str) -> Result<Self, CrlError> {
        Self::from_der(&pem::single(pem, LABEL, Surroundings::Ignored)?)
    }

    /// Reads a list from DER.
    ///
    /// # Errors
    ///
    /// Fails when the structure does not decode or has trailing data, when an extension occurs twice or is malformed,
    /// and when a critical extension says that the list is of a kind that is not supported: a delta list, an indirect
    /// list, or one for some reasons only.
    pub fn from_der(der: &[u8]) -> Result<Self, CrlError> {
        let malformed = |_| CrlError::Malformed;
        let signed = Signed::from_der(der).map_err(malformed)?;
        let list = CertificateList::<x509_cert::certificate::Rfc5280>::from_der(der).map_err(malformed)?;
        let content = &list.tbs_cert_list;
        if content.version != Version::V2 {
            return Err(CrlError::Malformed);
        }
        if content.signature != list.signature_algorithm {
            return Err(CrlError::AlgorithmMismatch);
        }
        let mut read = Self {
            der: der.to_vec(),
            signed,
            issuer: content.issuer.clone(),
            this_update: time::from_x509(content.this_update),
            next_update: content.next_update.map(time::from_x509),
            revoked: content
                .revoked_certificates
                .iter()
                .flatten()
                .map(RevokedCertificate::decode)
                .collect::<Result<_, _>>()?,
            authority_key_identifier: None,
            number: None,
            scope: CrlScope::All,
            distribution_points: Vec::new(),
        };
        read.read_extensions(content.crl_extensions.as_deref().unwrap_or_default())?;
        Ok(read)
    }

    fn read_extensions(&mut self, extensions: &[Extension]) -> Result<(), CrlError> {
        check_unique(extensions)?;
        for extension in extensions {
            let value = extension.extn_value.as_bytes();
            let malformed = |_| CrlError::MalformedExtension { oid: extension.extn_id.to_string() };
            match extension.extn_id {
                AuthorityKeyIdentifier::OID => {
                    let identifier = AuthorityKeyIdentifier::from_der(value).map_err(malformed)?;
                    self.authority_key_identifier =
                        identifier.key_identifier.map(|octets| octets.as_bytes().to_vec());
                }
                EncodedNumber::OID => {
                    let EncodedNumber(number) = EncodedNumber::from_der(value).map_err(malformed)?;
                    self.number = Some(CrlNumber::from_encoded(&number));
                }
                scope::OID => (self.scope, self.distribution_points) = scope::decode(value)?,
                oid if extension.critical => {
                    return Err(CrlError::UnknownCritical { oid: oid.to_string() });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The PEM form.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(LABEL, &self.der)
    }

    /// The DER encoding, which is what distribution points serve.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer in the form of RFC 4514.
    #[must_use]
    pub fn issuer_text(&self) -> String {
        self.issuer.to_string()
    }

    /// When the list was issued.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When the next list is there at the latest. Lists of this library always say so.
    #[must_use]
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// Whether the list is the newest one at a time, as far as its own dates go.
    #[must_use]
    pub fn is_current_at(&self, time: Timestamp) -> bool {
        self.this_update <= time && self.next_update.is_none_or(|next| time.as_second() <= next.as_second())
    }

    /// Its number. Lists of this library always have one.
    #[must_use]
    pub fn number(&self) -> Option<&CrlNumber> {
        self.number.as_ref()
    }

    /// The identifier of the key that signed it.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// Which certificates it covers.
    #[must_use]
    pub fn scope(&self) -> CrlScope {
        self.scope
    }

    /// The URLs of the issuing distribution point.
    #[must_use]
    pub fn distribution_points(&self) -> &[String] {
        &self.distribution_points
    }

    /// The signature algorithm in Go's words, such as `SHA256-RSA` or `ECDSA-SHA384`, or its object identifier.
    #[must_use]
    pub fn signature_algorithm(&self) -> String {
        self.signed.algorithm_name()
    }

    /// The certificates that are revoked, in the order of the list.
    #[must_use]
    pub fn revoked(&self) -> &[RevokedCertificate] {
        &self.revoked
    }

    /// Checks that `issuer` issued the list: its name, key identifier, right to sign lists, and the signature. Dates are
    /// not looked at, see [`is_current_at`](Self::is_current_at).
    ///
    /// # Errors
    ///
    /// Fails at the first of these that does not hold.
    pub fn verify(&self, issuer: &Certificate) -> Result<(), CrlError> {
        if self.issuer != *issuer.encoded_subject() {
            return Err(CrlError::OtherIssuer { list: self.issuer_text(), wanted: issuer.subject_text() });
        }
        let name = || issuer.subject_text();
        if let (Some(wanted), Some(found)) =
            (self.authority_key_identifier(), issuer.subject_key_identifier())
            && wanted != found
        {
            return Err(CrlError::OtherKey { issuer: name() });
        }
        check_may_sign(issuer)?;
        self.signed.verify(issuer.public_key()).map_err(|_| CrlError::BadSignature { issuer: name() })
    }

    /// The entry of a certificate, if it is revoked.
    ///
    /// # Errors
    ///
    /// Fails when the list says nothing about the certificate, because another authority issued it or the list does not
    /// cover certificates of its kind.
    pub fn entry_of(&self, certificate: &Certificate) -> Result<Option<&RevokedCertificate>, CrlError> {
        if self.issuer != *certificate.encoded_issuer() {
            return Err(CrlError::OtherIssuer {
                list: self.issuer_text(),
                wanted: certificate.issuer_text(),
            });
        }
        if !self.scope.covers(certificate) {
            return Err(CrlError::OutOfScope {
                covers: self.scope.name(),
                subject: certificate.subject_text(),
            });
        }
        let serial = certificate.serial_number();
        Ok(self.revoked.iter().find(|entry| entry.serial == serial))
    }

    /// Whether a certificate is revoked.
    ///
    /// # Errors
    ///
    /// Fails when the list says nothing about the certificate, see [`entry_of`](Self::entry_of).
    pub fn is_revoked(&self, certificate: &Certificate) -> Result<bool, CrlError> {
        Ok(self.entry_of(certificate)?.is_some())
    }
}

impl PartialEq for CertificateRevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CertificateRevocationList {}

impl fmt::Debug for CertificateRevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRevocationList")
            .field("issuer", &self.issuer_text())
            .field("number", &self.number.as_ref().map(ToString::to_string))
            .field("this_update", &self.this_update)
            .field("next_update", &self.next_update)
            .field("revoked", &self.revoked.len())
            .finish_non_exhaustive()
    }
}

/// Without the extension every usage is allowed (RFC 5280 §4.2.1.3).
fn check_may_sign(issuer: &Certificate) -> Result<(), CrlError> {
    if !issuer.key_usages().is_empty() && !issuer.key_usages().contains(&KeyUsage::CrlSign) {
        return Err(CrlError::CannotSign { issuer: issuer.subject_text() });
    }
    Ok(())
}

fn check_unique(extensions: &[Extension]) -> Result<(), CrlError> {
    let mut seen = BTreeSet::new();
    match extensions.iter().find(|extension| !seen.insert(extension.extn_id)) {
        Some(extension) => Err(CrlError::DuplicateExtension { oid: extension.extn_id.to_string() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;

//! Certificates.

mod extensions;
mod pointers;
mod signed;

use std::fmt;

use const_oid::AssociatedOid;
use der::{Decode, Encode};
use jiff::Timestamp;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, SubjectKeyIdentifier};

use crate::issue::Validity;
use crate::key::{KeyError, PrivateKey, PublicKey};
use crate::name::{self, DistinguishedName};
use crate::name_constraints::NameConstraints;
use crate::pem::{self, PemError, Surroundings};
use crate::profile::AuthorityConstraint;
use crate::san::{SanError, SubjectAltNames};
use crate::serial::SerialNumber;
use crate::text;
use crate::time;
use crate::usage::{ExtendedKeyUsage, KeyUsage};

use extensions::Parsed;
pub(crate) use pointers::{CA_ISSUERS, OCSP, OCSP_NO_CHECK};
pub(crate) use signed::Signed;

const LABEL: &str = "CERTIFICATE";

/// An X.509 certificate (RFC 5280).
///
/// Everything that the accessors give is decoded when the certificate is read, so that they cannot fail.
///
/// ```
/// use pki_core::Certificate;
/// # use pki_core::{CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
/// # let identity = Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() };
/// # let profile = SigningProfile::authority(Default::default());
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let (root, _) = CertificateAuthority::self_signed(key, &identity, &profile, now, &mut rng).unwrap();
/// # let pem = root.certificate().to_pem();
///
/// let certificate = Certificate::from_pem(&pem)?;
/// assert_eq!(certificate.subject_text(), "CN=Kubernetes");
/// assert!(certificate.is_authority());
/// assert!(certificate.is_signed_by(&certificate));
/// # Ok::<(), pki_core::CertificateError>(())
/// ```
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    inner: x509_cert::Certificate,
    signed: Signed,
    public_key: PublicKey,
    parsed: Parsed,
}

impl Certificate {
    /// Reads the only certificate of a PEM text. Text around the block is ignored (RFC 7468 §5.2).
    ///
    /// # Errors
    ///
    /// Fails when there is not exactly one block, when it is no certificate, and when the certificate is malformed.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        Self::from_der(&pem::single(pem, LABEL, Surroundings::Ignored)?)
    }

    /// Reads one certificate or more, in order.
    ///
    /// # Errors
    ///
    /// Fails when there is no certificate, when there is another kind of block, and when a certificate is malformed.
    pub fn bundle_from_pem(pem: &str) -> Result<Vec<Self>, CertificateError> {
        pem::labelled(pem, LABEL, Surroundings::Ignored)?.iter().map(|der| Self::from_der(der)).collect()
    }

    /// Reads a certificate from DER.
    ///
    /// # Errors
    ///
    /// Fails when the structure does not decode, has trailing data or a key of an unsupported kind, or when an
    /// extension occurs twice or is malformed.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let malformed = |_| CertificateError::Malformed;
        let signed = Signed::from_der(der).map_err(malformed)?;
        let inner = x509_cert::Certificate::from_der(der).map_err(malformed)?;
        let tbs = inner.tbs_certificate();
        if tbs.signature() != inner.signature_algorithm() {
            return Err(CertificateError::AlgorithmMismatch);
        }
        let spki = tbs.subject_public_key_info().to_der().map_err(malformed)?;
        let public_key = PublicKey::from_spki(&spki)?;
        let parsed = Parsed::new(tbs.extensions().map_or(&[], |list| list.as_slice()))?;
        Ok(Self { der: der.to_vec(), signed, public_key, parsed, inner })
    }

    /// The PEM form.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(LABEL, &self.der)
    }

    /// The DER encoding.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The subject, as far as [`DistinguishedName`] has fields for it.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        name::decode(self.inner.tbs_certificate().subject())
    }

    /// The whole subject in the form of RFC 4514.
    #[must_use]
    pub fn subject_text(&self) -> String {
        self.inner.tbs_certificate().subject().to_string()
    }

    /// The issuer, as far as [`DistinguishedName`] has fields for it.
    #[must_use]
    pub fn issuer(&self) -> DistinguishedName {
        name::decode(self.inner.tbs_certificate().issuer())
    }

    /// The whole issuer in the form of RFC 4514.
    #[must_use]
    pub fn issuer_text(&self) -> String {
        self.inner.tbs_certificate().issuer().to_string()
    }

    /// The serial number.
    #[must_use]
    pub fn serial_number(&self) -> SerialNumber {
        SerialNumber::from_encoded(self.inner.tbs_certificate().serial_number())
    }

    /// The serial number in decimal, as configuration languages show it.
    #[must_use]
    pub fn serial_decimal(&self) -> String {
        text::decimal(self.serial())
    }

    /// The serial number in hexadecimal with colons, as `openssl x509 -text` shows it.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        text::colon_hex(self.serial())
    }

    /// The first second in which the certificate is valid.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        time::from_x509(self.inner.tbs_certificate().validity().not_before)
    }

    /// The last second in which the certificate is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        time::from_x509(self.inner.tbs_certificate().validity().not_after)
    }

    /// Both ends of the validity.
    #[must_use]
    pub fn validity(&self) -> Validity {
        Validity { not_before: self.not_before(), not_after: self.not_after() }
    }

    /// Whether the certificate is valid at a time, as far as its own dates go.
    #[must_use]
    pub fn is_valid_at(&self, time: Timestamp) -> bool {
        // The end counts until its second is over.
        self.not_before() <= time && time.as_second() <= self.not_after().as_second()
    }

    /// The subject alternative names. Names that this library would not issue are in
    /// [`odd_subject_alt_names`](Self::odd_subject_alt_names).
    #[must_use]
    pub fn subject_alt_names(&self) -> &SubjectAltNames {
        &self.parsed.subject_alt_names
    }

    /// What is wrong with those subject alternative names that are invalid or of an unsupported kind.
    #[must_use]
    pub fn odd_subject_alt_names(&self) -> &[SanError] {
        &self.parsed.odd_subject_alt_names
    }

    /// The bits of the key usage extension; empty without the extension.
    #[must_use]
    pub fn key_usages(&self) -> &[KeyUsage] {
        &self.parsed.key_usages
    }

    /// The purposes of the extended key usage extension that this library knows; empty without the extension.
    #[must_use]
    pub fn extended_key_usages(&self) -> &[ExtendedKeyUsage] {
        &self.parsed.extended_key_usages
    }

    /// Whether there is an extended key usage extension, even one of purposes that this library does not know.
    pub(crate) fn has_extended_key_usage(&self) -> bool {
        self.parsed.has_extended_key_usage
    }

    /// The object identifiers of the purposes of the extended key usage extension that this library does not know.
    #[must_use]
    pub fn unknown_extended_key_usages(&self) -> &[String] {
        &self.parsed.unknown_extended_key_usages
    }

    /// The names that this authority may issue for; `None` where the certificate says nothing about them.
    #[must_use]
    pub fn name_constraints(&self) -> Option<&NameConstraints> {
        self.parsed.name_constraints.as_ref()
    }

    /// Whether the basic constraints make this the certificate of an authority.
    #[must_use]
    pub fn is_authority(&self) -> bool {
        self.constraint().is_some()
    }

    /// The constraint, if this is the certificate of an authority.
    #[must_use]
    pub fn constraint(&self) -> Option<AuthorityConstraint> {
        match &self.parsed.basic_constraints {
            Some(BasicConstraints { ca: true, path_len_constraint }) => {
                Some(AuthorityConstraint { path_length: *path_len_constraint })
            }
            _ => None,
        }
    }

    /// The identifier of its own key.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.parsed.subject_key_identifier.as_ref().map(|SubjectKeyIdentifier(id)| id.as_bytes())
    }

    /// The identifier of the key that signed it.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.parsed
            .authority_key_identifier
            .as_ref()?
            .key_identifier
            .as_ref()
            .map(der::asn1::OctetString::as_bytes)
    }

    /// The object identifiers of critical extensions that this library does not understand. RFC 5280 §4.2 forbids to
    /// rely on a certificate that has one.
    #[must_use]
    pub fn unknown_critical_extensions(&self) -> &[String] {
        &self.parsed.unknown_critical
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// SHA-256 of the DER encoding in hexadecimal.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> String {
        text::hex(&Sha256::digest(&self.der))
    }

    /// SHA-1 of the DER encoding in hexadecimal: an identifier of old, not a security measure.
    #[must_use]
    pub fn fingerprint_sha1(&self) -> String {
        text::hex(&Sha1::digest(&self.der))
    }

    /// The signature algorithm in Go's words, such as `SHA256-RSA` or `ECDSA-SHA384`, or its object identifier.
    #[must_use]
    pub fn signature_algorithm(&self) -> String {
        self.signed.algorithm_name()
    }

    /// The version of X.509: 3 for every certificate that has extensions.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.inner.tbs_certificate().version() as u8 + 1
    }

    /// Whether `issuer`'s name and key made the signature. Neither dates nor constraints are looked at.
    #[must_use]
    pub fn is_signed_by(&self, issuer: &Self) -> bool {
        self.inner.tbs_certificate().issuer() == issuer.inner.tbs_certificate().subject()
            && self.signed.verify(&issuer.public_key).is_ok()
    }

    /// Whether subject and issuer are the same and the key has signed itself.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.is_signed_by(self)
    }

    /// Whether this is the certificate of `key`.
    #[must_use]
    pub fn matches_key(&self, key: &PrivateKey) -> bool {
        self.public_key == *key.public_key()
    }

    /// The subject as it is encoded: names are compared byte by byte.
    pub(crate) fn encoded_subject(&self) -> &x509_cert::name::Name {
        self.inner.tbs_certificate().subject()
    }

    /// What certificates and lists signed by this key call it: the identifier that this certificate gives, which need
    /// not be the hash that this library would choose.
    pub(crate) fn own_key_identifier(&self) -> Vec<u8> {
        self.subject_key_identifier()
            .map_or_else(|| self.public_key.key_identifier().to_vec(), <[u8]>::to_vec)
    }

    /// The extensions as they are encoded.
    pub(crate) fn extensions(&self) -> &[Extension] {
        self.inner.tbs_certificate().extensions().map_or(&[], |list| list.as_slice())
    }

    /// The issuer's name as it is encoded.
    pub(crate) fn encoded_issuer(&self) -> &x509_cert::name::Name {
        self.inner.tbs_certificate().issuer()
    }

    /// Whether there is a name constraints extension.
    pub(crate) fn has_name_constraints(&self) -> bool {
        let mut extensions = self.inner.tbs_certificate().extensions().into_iter().flatten();
        extensions.any(|extension| extension.extn_id == x509_cert::ext::pkix::NameConstraints::OID)
    }

    fn serial(&self) -> &[u8] {
        self.inner.tbs_certificate().serial_number().as_bytes()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject_text())
            .field("issuer", &self.issuer_text())
            .field("serial", &self.serial_hex())
            .field("not_after", &self.not_after())
            .finish_non_exhaustive()
    }
}

/// A certificate is malformed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The structure does not decode.
    #[error("the certificate is malformed or has trailing data")]
    Malformed,
    /// The two places that name the signature algorithm differ.
    #[error("the certificate contradicts itself about its signature algorithm")]
    AlgorithmMismatch,
    /// The public key is malformed or of an unsupported kind.
    #[error("the public key of the certificate: {0}")]
    PublicKey(#[from] KeyError),
    /// An extension occurs twice.
    #[error("the certificate has the extension {oid} twice")]
    DuplicateExtension {
        /// The extension's object identifier.
        oid: String,
    },
    /// An extension does not decode.
    #[error("the extension {oid} of the certificate is malformed")]
    MalformedExtension {
        /// The extension's object identifier.
        oid: String,
    },
}

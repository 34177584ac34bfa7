//! Certificate signing requests.

mod requested;

use std::fmt;

use der::asn1::SetOfVec;
use der::{Decode, Encode};
use x509_cert::attr::Attributes;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};

use crate::certificate::Signed;
use crate::error::Error;
use crate::key::{KeyError, PrivateKey, PublicKey};
use crate::name::{self, DistinguishedName, NameError};
use crate::pem::{self, PemError, Surroundings};
use crate::profile::Identity;
use crate::san::{SanError, SubjectAltNames};

use requested::Found;
pub use requested::RequestedExtensions;

const LABEL: &str = "CERTIFICATE REQUEST";
/// What Microsoft's tools and old OpenSSL write.
const OLD_LABEL: &str = "NEW CERTIFICATE REQUEST";

/// A request for a certificate (PKCS#10, RFC 2986).
///
/// A value of this type has a valid signature: whoever made it has the private key.
///
/// ```
/// use pki_core::{CertificateRequest, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SubjectAltNames};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
/// let identity = Identity {
///     subject: DistinguishedName::common("kubernetes"),
///     subject_alt_names: SubjectAltNames::parse(["kubernetes", "10.32.0.1"]).unwrap(),
/// };
/// let request = CertificateRequest::create(&key, &identity).unwrap();
/// assert_eq!(CertificateRequest::from_pem(&request.to_pem()), Ok(request));
/// ```
#[derive(Clone)]
pub struct CertificateRequest {
    der: Vec<u8>,
    subject: Name,
    public_key: PublicKey,
    found: Found,
}

impl CertificateRequest {
    /// Makes a request. Without alternative names it carries no extensions, as an empty list of them is not allowed.
    ///
    /// # Errors
    ///
    /// Fails when an attribute of the subject is invalid.
    pub fn create(key: &PrivateKey, identity: &Identity) -> Result<Self, Error> {
        Self::create_with(key, identity, &RequestedExtensions::default())
    }

    /// Makes a request that also asks for usages, or to be an authority. Whoever signs it decides about that.
    ///
    /// # Errors
    ///
    /// Fails when an attribute of the subject is invalid.
    pub fn create_with(
        key: &PrivateKey,
        identity: &Identity,
        asked: &RequestedExtensions,
    ) -> Result<Self, Error> {
        let failed = |_| RequestError::Encoding;
        let subject = name::encode(&identity.subject)?;
        let extensions = asked.encode(&subject, &identity.subject_alt_names).map_err(failed)?;
        let mut attributes = Attributes::default();
        if !extensions.is_empty() {
            let attribute = ExtensionReq(extensions).try_into().map_err(failed)?;
            attributes = SetOfVec::try_from(vec![attribute]).map_err(failed)?;
        }
        let public_key = key.public_key().to_info().map_err(failed)?;
        let info = CertReqInfo { version: Version::V1, subject, public_key, attributes };
        let signed = Signed::sign(&info.to_der().map_err(failed)?, key)?;
        let found = Found {
            subject_alt_names: identity.subject_alt_names.clone(),
            known: asked.clone(),
            ..Found::default()
        };
        let der = signed.to_der().map_err(failed)?;
        Ok(Self { der, subject: info.subject, public_key: key.public_key().clone(), found })
    }

    /// Reads the only request of a PEM text and checks its signature.
    ///
    /// # Errors
    ///
    /// Fails when there is not exactly one block, when it is no request, when the request is malformed or has an invalid
    /// name, and when the signature is not of the key inside.
    pub fn from_pem(pem: &str) -> Result<Self, RequestError> {
        let der = match pem::single(pem, LABEL, Surroundings::Ignored) {
            Err(PemError::Label { found, .. }) if found == OLD_LABEL => {
                pem::single(pem, OLD_LABEL, Surroundings::Ignored)?
            }
            other => other?,
        };
        Self::from_der(&der)
    }

    /// Reads a request from DER and checks its signature.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem).
    pub fn from_der(der: &[u8]) -> Result<Self, RequestError> {
        let malformed = |_| RequestError::Malformed;
        let signed = Signed::from_der(der).map_err(malformed)?;
        let CertReq { info, .. } = CertReq::from_der(der).map_err(malformed)?;
        let public_key = PublicKey::from_spki(&info.public_key.to_der().map_err(malformed)?)?;
        signed.verify(&public_key).map_err(RequestError::Signature)?;
        let found = Found::new(&info)?;
        Ok(Self { der: der.to_vec(), subject: info.subject, public_key, found })
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

    /// Subject and alternative names, as far as [`DistinguishedName`] has fields for the former.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { subject: self.subject(), subject_alt_names: self.found.subject_alt_names.clone() }
    }

    /// The subject, as far as [`DistinguishedName`] has fields for it.
    #[must_use]
    pub fn subject(&self) -> DistinguishedName {
        name::decode(&self.subject)
    }

    /// The whole subject in the form of RFC 4514.
    #[must_use]
    pub fn subject_text(&self) -> String {
        self.subject.to_string()
    }

    /// The alternative names that are asked for.
    #[must_use]
    pub fn subject_alt_names(&self) -> &SubjectAltNames {
        &self.found.subject_alt_names
    }

    /// Whether it asks to be an authority. Only the signing profile decides that.
    #[must_use]
    pub fn asks_for_authority(&self) -> bool {
        self.found.known.authority.is_some()
    }

    /// The usages and the constraint that are asked for. Only the signing profile decides about them.
    #[must_use]
    pub fn requested(&self) -> &RequestedExtensions {
        &self.found.known
    }

    /// The object identifiers of purposes (extended key usages) that are asked for and that this library does not know.
    #[must_use]
    pub fn unknown_extended_key_usages(&self) -> &[String] {
        &self.found.unknown_purposes
    }

    /// The object identifiers of all other extensions that are asked for.
    #[must_use]
    pub fn other_extensions(&self) -> &[String] {
        &self.found.others
    }

    /// Those of the other extensions that are critical, and of a kind that this library does not know.
    #[must_use]
    pub fn unknown_critical_extensions(&self) -> &[String] {
        &self.found.unknown_critical
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The subject as it is encoded, with attributes that this library has no field for.
    pub(crate) fn encoded_subject(&self) -> &Name {
        &self.subject
    }
}

impl PartialEq for CertificateRequest {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CertificateRequest {}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRequest")
            .field("subject", &self.subject_text())
            .field("subject_alt_names", &self.found.subject_alt_names)
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

/// A certificate request is malformed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// The structure does not decode.
    #[error("the certificate request is malformed or has trailing data")]
    Malformed,
    /// The public key is malformed or of an unsupported kind.
    #[error("the public key of the certificate request: {0}")]
    PublicKey(#[from] KeyError),
    /// The signature is not of the key inside.
    #[error("the certificate request does not prove possession of its key: {0}")]
    Signature(KeyError),
    /// An extension is asked for twice.
    #[error("the certificate request asks for the extension {oid} twice")]
    DuplicateExtension {
        /// The extension's object identifier.
        oid: String,
    },
    /// An extension that is asked for does not decode.
    #[error("the extension {oid} that the certificate request asks for is malformed")]
    MalformedExtension {
        /// The extension's object identifier.
        oid: String,
    },
    /// A name that is asked for is invalid.
    #[error("the certificate request asks for an invalid name: {0}")]
    SubjectAltName(#[from] SanError),
    /// An attribute of the subject is invalid.
    #[error("the subject of the certificate request: {0}")]
    Subject(#[from] NameError),
    /// The request could not be encoded.
    #[error("the certificate request cannot be encoded")]
    Encoding,
}

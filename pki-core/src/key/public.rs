//! Public keys.

use std::fmt;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use const_oid::db::rfc8410::ID_ED_25519;
use der::Decode;
use md5::Md5;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::RsaPublicKey;
use rsa::pkcs1::RsaPublicKeyRef;
use rsa::traits::PublicKeyParts;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use spki::{EncodePublicKey, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};

use super::private::pkcs1v15;
use super::signature::SignatureAlgorithm;
use super::{KeyAlgorithm, KeyError, Signature, openssh, rsa_import};
use crate::certificate::{Certificate, CertificateError};
use crate::pem::{self, PemError, Surroundings};
use crate::text;

const LABEL: &str = "PUBLIC KEY";
const WHAT: &str = "public key";

/// A public key (`SubjectPublicKeyInfo`, RFC 5280 §4.1.2.7).
#[derive(Clone)]
pub struct PublicKey {
    point: Point,
    algorithm: KeyAlgorithm,
    spki: Vec<u8>,
}

/// The backends; none of their types is seen from outside.
#[derive(Clone, Eq, PartialEq)]
pub(super) enum Point {
    Rsa(RsaPublicKey),
    EcdsaP256(p256::PublicKey),
    EcdsaP384(p384::PublicKey),
    EcdsaP521(p521::PublicKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl PublicKey {
    /// Reads a key from PEM (`PUBLIC KEY`).
    ///
    /// # Errors
    ///
    /// Fails when the text holds anything but exactly one such key, or when the key is malformed, has trailing data or
    /// is of a kind that is not supported.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        Self::from_spki(&pem::single(pem, LABEL, Surroundings::Refused)?)
    }

    /// Reads every key of a PEM text, in order, as verifiers of service account tokens do: `PUBLIC KEY`, `RSA PUBLIC KEY`
    /// (PKCS#1) and the keys of certificates. While keys are rotated, such a file has the old and the new one.
    ///
    /// ```
    /// use pki_core::{KeyAlgorithm, PrivateKey, PublicKey};
    /// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let old = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng)?;
    /// let new = PrivateKey::generate(KeyAlgorithm::EcdsaP384, &mut rng)?;
    /// let file = old.public_key().to_pem() + &new.public_key().to_pem();
    /// assert_eq!(PublicKey::bundle_from_pem(&file)?, [old.public_key().clone(), new.public_key().clone()]);
    /// # Ok::<(), pki_core::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when there is no block, when there is a block of another kind (a private key is one), and when a key is
    /// malformed or of a kind that is not supported.
    pub fn bundle_from_pem(pem: &str) -> Result<Vec<Self>, KeyError> {
        let blocks = pem::blocks(pem, Surroundings::Ignored)?;
        if blocks.is_empty() {
            return Err(PemError::Missing { expected: LABEL }.into());
        }
        blocks.into_iter().map(|block| Self::from_block(block.label, &block.der)).collect()
    }

    /// Reads a key from a line of `authorized_keys` or of a `.pub` file of OpenSSH. The comment is dropped.
    ///
    /// # Errors
    ///
    /// Fails when the line is malformed, has options, or holds a key of a kind that is not supported.
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        openssh::read_public(line)
    }

    /// Reads a key from the DER encoding of a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    ///
    /// Fails when the key is malformed, has trailing data or is of a kind that is not supported, when a point is not on
    /// its curve, and for RSA keys that are weak.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed { what: WHAT };
        let inconsistent = || KeyError::Inconsistent { what: WHAT };
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(KeyError::decoding(WHAT))?;
        let key = match info.algorithm.oid {
            RSA_ENCRYPTION => Self::from_pkcs1(info.subject_public_key.as_bytes().ok_or_else(malformed)?)?,
            ID_EC_PUBLIC_KEY => {
                let explicit =
                    |_| KeyError::UnsupportedCurve { curve: "with explicit parameters".to_owned() };
                match info.algorithm.parameters_oid().map_err(explicit)? {
                    SECP_256_R_1 => {
                        Self::from_p256(p256::PublicKey::try_from(info).map_err(|_| inconsistent())?)?
                    }
                    SECP_384_R_1 => {
                        Self::from_p384(p384::PublicKey::try_from(info).map_err(|_| inconsistent())?)?
                    }
                    SECP_521_R_1 => {
                        Self::from_p521(p521::PublicKey::try_from(info).map_err(|_| inconsistent())?)?
                    }
                    curve => return Err(KeyError::UnsupportedCurve { curve: curve_name(curve) }),
                }
            }
            ID_ED_25519 => {
                Self::from_ed25519(ed25519_dalek::VerifyingKey::try_from(info).map_err(|_| inconsistent())?)?
            }
            oid => return Err(KeyError::UnsupportedOid { oid: algorithm_name(oid) }),
        };
        // The encoding is kept as it came: key identifiers are hashes of it.
        Ok(Self { spki: der.to_vec(), ..key })
    }

    /// The PEM form.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(LABEL, &self.spki)
    }

    /// The DER encoding of the `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn as_spki(&self) -> &[u8] {
        &self.spki
    }

    /// The line for an `authorized_keys` file, with a comment (which may be empty) and without a line end.
    #[must_use]
    pub fn to_openssh(&self, comment: &str) -> String {
        // Every key of a supported algorithm has an OpenSSH form.
        openssh::public_key(self, comment).unwrap_or_default()
    }

    /// OpenSSH's fingerprint: `SHA256:` and unpadded base64.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> String {
        openssh::fingerprint_sha256(self).unwrap_or_default()
    }

    /// OpenSSH's old fingerprint: 16 bytes of MD5 in hexadecimal, separated by colons.
    #[must_use]
    pub fn fingerprint_md5(&self) -> String {
        text::colon_hex(&Md5::digest(openssh::wire(self).unwrap_or_default()))
    }

    /// SHA-256 of the `SubjectPublicKeyInfo` in hexadecimal, as `kubeadm join --discovery-token-ca-cert-hash sha256:…`
    /// takes it of an authority's key.
    #[must_use]
    pub fn spki_sha256(&self) -> String {
        text::hex(&Sha256::digest(&self.spki))
    }

    /// SHA-1 of the DER encoding in hexadecimal: an identifier for the key, not a security measure.
    #[must_use]
    pub fn id(&self) -> String {
        text::hex(&Sha1::digest(&self.spki))
    }

    /// The key identifier of RFC 5280 §4.2.1.2 method 1: SHA-1 of the bits of the key.
    #[must_use]
    pub fn key_identifier(&self) -> [u8; 20] {
        let bits = SubjectPublicKeyInfoRef::from_der(&self.spki)
            .ok()
            .and_then(|info| info.subject_public_key.as_bytes().map(<[u8]>::to_vec))
            .unwrap_or_default();
        Sha1::digest(bits).into()
    }

    /// Algorithm and size.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    pub(super) fn point(&self) -> &Point {
        &self.point
    }

    pub(crate) fn to_info(&self) -> der::Result<SubjectPublicKeyInfoOwned> {
        SubjectPublicKeyInfoOwned::from_der(&self.spki)
    }

    /// Checks a signature.
    pub(crate) fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        let bytes = signature.bytes.as_slice();
        let verified = match (&self.point, signature.algorithm) {
            (Point::Rsa(key), SignatureAlgorithm::Rsa(hash)) => {
                key.verify(pkcs1v15(hash), &hash.digest(message), bytes).is_ok()
            }
            (Point::EcdsaP256(key), SignatureAlgorithm::Ecdsa(hash)) => {
                p256::ecdsa::Signature::from_der(bytes).is_ok_and(|s| {
                    p256::ecdsa::VerifyingKey::from(key).verify_prehash(&hash.digest(message), &s).is_ok()
                })
            }
            (Point::EcdsaP384(key), SignatureAlgorithm::Ecdsa(hash)) => {
                p384::ecdsa::Signature::from_der(bytes).is_ok_and(|s| {
                    p384::ecdsa::VerifyingKey::from(key).verify_prehash(&hash.digest(message), &s).is_ok()
                })
            }
            (Point::EcdsaP521(key), SignatureAlgorithm::Ecdsa(hash)) => {
                p521::ecdsa::Signature::from_der(bytes).is_ok_and(|s| {
                    p521::ecdsa::VerifyingKey::from(key).verify_prehash(&hash.digest(message), &s).is_ok()
                })
            }
            (Point::Ed25519(key), SignatureAlgorithm::Ed25519) => ed25519_dalek::Signature::from_slice(bytes)
                .is_ok_and(|s| key.verify_strict(message, &s).is_ok()),
            _ => false,
        };
        if verified { Ok(()) } else { Err(KeyError::BadSignature) }
    }

    pub(super) fn from_rsa(key: RsaPublicKey) -> Result<Self, KeyError> {
        let bits = key.n().bits_vartime();
        Self::new(KeyAlgorithm::Rsa { bits }, key.to_public_key_der(), Point::Rsa(key))
    }

    pub(super) fn from_p256(key: p256::PublicKey) -> Result<Self, KeyError> {
        Self::new(KeyAlgorithm::EcdsaP256, key.to_public_key_der(), Point::EcdsaP256(key))
    }

    pub(super) fn from_p384(key: p384::PublicKey) -> Result<Self, KeyError> {
        Self::new(KeyAlgorithm::EcdsaP384, key.to_public_key_der(), Point::EcdsaP384(key))
    }

    pub(super) fn from_p521(key: p521::PublicKey) -> Result<Self, KeyError> {
        Self::new(KeyAlgorithm::EcdsaP521, key.to_public_key_der(), Point::EcdsaP521(key))
    }

    pub(super) fn from_ed25519(key: ed25519_dalek::VerifyingKey) -> Result<Self, KeyError> {
        Self::new(KeyAlgorithm::Ed25519, key.to_public_key_der(), Point::Ed25519(key))
    }

    fn from_block(label: String, der: &[u8]) -> Result<Self, KeyError> {
        match label.as_str() {
            LABEL => Self::from_spki(der),
            "RSA PUBLIC KEY" => Self::from_pkcs1(der),
            "CERTIFICATE" => match Certificate::from_der(der) {
                Ok(certificate) => Ok(certificate.public_key().clone()),
                Err(CertificateError::PublicKey(error)) => Err(error),
                Err(_) => Err(KeyError::Malformed { what: "certificate" }),
            },
            _ => Err(KeyError::UnsupportedPem { label, wanted: WHAT }),
        }
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let numbers = RsaPublicKeyRef::from_der(der).map_err(KeyError::decoding(WHAT))?;
        let (modulus, exponent) = (numbers.modulus.as_bytes(), numbers.public_exponent.as_bytes());
        Self::from_rsa(rsa_import::public_key(modulus, exponent, WHAT)?)
    }

    fn new(
        algorithm: KeyAlgorithm,
        der: spki::Result<der::Document>,
        point: Point,
    ) -> Result<Self, KeyError> {
        let der = der.map_err(|_| KeyError::Backend { what: "encoding a public key" })?;
        Ok(Self { point, algorithm, spki: der.as_bytes().to_vec() })
    }
}

/// Two keys are equal when they verify the same signatures, however they were encoded.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm, self.fingerprint_sha256())
    }
}

/// The name of a key algorithm that is not supported, for messages.
pub(super) fn algorithm_name(oid: ObjectIdentifier) -> String {
    const_oid::db::DB.by_oid(&oid).map_or_else(|| oid.to_string(), |name| format!("{oid} ({name})"))
}

/// The usual name of a curve that is not supported, for messages.
pub(super) fn curve_name(oid: ObjectIdentifier) -> String {
    match oid.to_string().as_str() {
        "1.3.132.0.33" => "P-224".to_owned(),
        "1.3.132.0.10" => "secp256k1".to_owned(),
        other => other.to_owned(),
    }
}

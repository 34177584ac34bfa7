//! Reading private keys.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use const_oid::db::rfc8410::ID_ED_25519;
use der::asn1::AnyRef;
use der::{Decode, SliceReader, Tag};
use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::PrivateKeyInfoRef;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use rsa::pkcs1::{self, RsaPrivateKeyRef};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::private::Secret;
use super::public::{algorithm_name, curve_name};
use super::rsa_import::Numbers;
use super::{KeyError, PrivateKey, openssh, rsa_import};
use crate::encryption::{self, EncryptionError};
use crate::pem::{self, Block, PemError, Surroundings};

const PKCS1: &str = "RSA private key (PKCS#1)";
const SEC1: &str = "elliptic curve private key (SEC1)";
const PKCS8: &str = "private key (PKCS#8)";
const ENCRYPTED_PKCS8: &str = "encrypted private key (PKCS#8)";

/// The key of a PEM text, which must be encrypted if and only if there is a passphrase.
pub(super) fn from_pem(text: &str, passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        let scheme = "OpenSSL's traditional method (`Proc-Type: 4,ENCRYPTED`)".to_owned();
        return Err(
            passphrase.map_or(KeyError::Encrypted, |_| EncryptionError::UnsupportedScheme { scheme }.into())
        );
    }
    let mut blocks = pem::blocks(text, Surroundings::Refused)?;
    // OpenSSL writes the curve before the key.
    blocks.retain(|block| block.label != "EC PARAMETERS");
    let [Block { label, der }] = blocks.as_slice() else {
        return Err(match blocks.len() {
            0 => PemError::Missing { expected: "PRIVATE KEY" }.into(),
            count => PemError::Several { count }.into(),
        });
    };
    let form = match label.as_str() {
        "RSA PRIVATE KEY" => Form::Pkcs1,
        "EC PRIVATE KEY" => Form::Sec1,
        "PRIVATE KEY" => Form::Pkcs8,
        "ENCRYPTED PRIVATE KEY" => Form::EncryptedPkcs8,
        "OPENSSH PRIVATE KEY" => Form::OpenSsh,
        _ => return Err(KeyError::UnsupportedPem { label: label.clone(), wanted: "private key" }),
    };
    form.read(der, passphrase)
}

/// The key of a DER encoding, of whichever form it is.
pub(super) fn from_der(der: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
    Form::of(der)?.read(der, passphrase)
}

/// The structures that hold a private key.
enum Form {
    Pkcs1,
    Sec1,
    Pkcs8,
    EncryptedPkcs8,
    OpenSsh,
}

impl Form {
    /// The structures differ in their first two elements.
    fn of(der: &[u8]) -> Result<Self, KeyError> {
        if der.starts_with(openssh::MAGIC) {
            return Ok(Self::OpenSsh);
        }
        let malformed = KeyError::decoding("private key");
        let content = AnyRef::from_der(der).map_err(&malformed)?.value();
        let mut reader = SliceReader::new(content).map_err(&malformed)?;
        let mut tag = || AnyRef::decode(&mut reader).map(|element| der::Tagged::tag(&element));
        match (tag().map_err(&malformed)?, tag().map_err(&malformed)?) {
            (Tag::Integer, Tag::Integer) => Ok(Self::Pkcs1),
            (Tag::Integer, Tag::OctetString) => Ok(Self::Sec1),
            (Tag::Integer, Tag::Sequence) => Ok(Self::Pkcs8),
            (Tag::Sequence, Tag::OctetString) => Ok(Self::EncryptedPkcs8),
            _ => Err(KeyError::Malformed { what: "private key" }),
        }
    }

    fn read(&self, der: &[u8], passphrase: Option<&str>) -> Result<PrivateKey, KeyError> {
        let secret = match (self, passphrase) {
            (Self::OpenSsh, passphrase) => return openssh::read(der, passphrase),
            (Self::EncryptedPkcs8, Some(passphrase)) => encrypted_pkcs8(der, passphrase)?,
            (Self::EncryptedPkcs8, None) => return Err(KeyError::Encrypted),
            (_, Some(_)) => return Err(KeyError::NotEncrypted),
            (Self::Pkcs1, None) => pkcs1(der)?,
            (Self::Sec1, None) => sec1(der, None)?,
            (Self::Pkcs8, None) => pkcs8(der)?,
        };
        PrivateKey::from_secret(secret)
    }
}

fn encrypted_pkcs8(der: &[u8], passphrase: &str) -> Result<Secret, KeyError> {
    let info = EncryptedPrivateKeyInfo::from_der(der).map_err(KeyError::decoding(ENCRYPTED_PKCS8))?;
    pkcs8(&encryption::decrypt(&info.encryption_algorithm, info.encrypted_data.as_bytes(), passphrase)?)
}

fn pkcs1(der: &[u8]) -> Result<Secret, KeyError> {
    let numbers = RsaPrivateKeyRef::from_der(der).map_err(KeyError::decoding(PKCS1))?;
    if numbers.version() != pkcs1::Version::TwoPrime {
        return Err(KeyError::UnsupportedOid { oid: "RSA with more than two primes".to_owned() });
    }
    let key = rsa_import::private_key(
        &Numbers {
            modulus: numbers.modulus.as_bytes(),
            public_exponent: numbers.public_exponent.as_bytes(),
            private_exponent: numbers.private_exponent.as_bytes(),
            primes: [numbers.prime1.as_bytes(), numbers.prime2.as_bytes()],
        },
        PKCS1,
    )?;
    // The other three numbers follow from these, and programs that use them would sign wrongly.
    let same = pkcs1::EncodeRsaPrivateKey::to_pkcs1_der(&key).is_ok_and(|again| again.as_bytes() == der);
    if same { Ok(Secret::Rsa(key)) } else { Err(KeyError::Inconsistent { what: PKCS1 }) }
}

/// A SEC1 key names its curve itself, unless the PKCS#8 structure around it does.
fn sec1(der: &[u8], outer_curve: Option<ObjectIdentifier>) -> Result<Secret, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(KeyError::decoding(SEC1))?;
    let inconsistent = || KeyError::Inconsistent { what: SEC1 };
    let inner_curve = key.parameters.and_then(sec1::EcParameters::named_curve);
    let curve = match (outer_curve, inner_curve) {
        (Some(outer), Some(inner)) if outer != inner => return Err(inconsistent()),
        (outer, inner) => outer.or(inner).ok_or(KeyError::Malformed { what: SEC1 })?,
    };
    let padded = match curve {
        SECP_256_R_1 => padded(key.private_key, 32),
        SECP_384_R_1 => padded(key.private_key, 48),
        SECP_521_R_1 => padded(key.private_key, 66),
        other => return Err(KeyError::UnsupportedCurve { curve: curve_name(other) }),
    };
    let key = EcPrivateKey { private_key: &padded, ..key };
    // The conversions compare the public half, where there is one.
    match curve {
        SECP_256_R_1 => p256::SecretKey::try_from(key).map(Secret::EcdsaP256).map_err(|_| inconsistent()),
        SECP_384_R_1 => p384::SecretKey::try_from(key).map(Secret::EcdsaP384).map_err(|_| inconsistent()),
        _ => p521::SecretKey::try_from(key).map(Secret::EcdsaP521).map_err(|_| inconsistent()),
    }
}

/// The number as long as RFC 5915 wants it: `GnuTLS` 3.7 writes it like an INTEGER, with a zero before a high bit and
/// without zeros otherwise.
fn padded(number: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = &number[zeros..];
    let mut padded = Zeroizing::new(vec![0; length.saturating_sub(digits.len())]);
    padded.extend_from_slice(digits);
    padded
}

fn pkcs8(der: &[u8]) -> Result<Secret, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(KeyError::decoding(PKCS8))?;
    match info.algorithm.oid {
        RSA_ENCRYPTION => pkcs1(info.private_key.as_bytes()),
        ID_EC_PUBLIC_KEY => {
            let explicit = |_| KeyError::UnsupportedCurve { curve: "with explicit parameters".to_owned() };
            let curve = info.algorithm.parameters_oid().map_err(explicit)?;
            sec1(info.private_key.as_bytes(), Some(curve))
        }
        ID_ED_25519 => {
            let pair = KeypairBytes::try_from(info).map_err(|_| KeyError::Malformed { what: PKCS8 })?;
            ed25519_dalek::SigningKey::try_from(&pair)
                .map(Secret::Ed25519)
                .map_err(|_| KeyError::Inconsistent { what: PKCS8 })
        }
        oid => Err(KeyError::UnsupportedOid { oid: algorithm_name(oid) }),
    }
}

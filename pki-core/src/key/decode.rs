//! Reading private keys.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use const_oid::db::rfc8410::ID_ED_25519;
use der::Decode;
use ed25519_dalek::pkcs8::KeypairBytes;
use pkcs8::PrivateKeyInfoRef;
use rsa::RsaPrivateKey;
use rsa::pkcs1::RsaPrivateKeyRef;
use sec1::EcPrivateKey;

use super::private::Secret;
use super::public::curve_name;
use super::{KeyError, PrivateKey};
use crate::pem::{self, Block, PemError, Surroundings};

pub(super) fn private_key(text: &str) -> Result<PrivateKey, KeyError> {
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    let mut blocks = pem::blocks(text, Surroundings::Refused)?;
    blocks.retain(|block| block.label != "EC PARAMETERS");
    let [Block { label, der }] = blocks.as_slice() else {
        return Err(match blocks.len() {
            0 => PemError::Missing { expected: "PRIVATE KEY" }.into(),
            count => PemError::Several { count }.into(),
        });
    };
    let secret = match label.as_str() {
        "RSA PRIVATE KEY" => pkcs1(der)?,
        "EC PRIVATE KEY" => sec1(der, None)?,
        "PRIVATE KEY" => pkcs8(der)?,
        "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
        _ => return Err(KeyError::UnsupportedPem { label: label.clone(), wanted: "private key" }),
    };
    PrivateKey::from_secret(secret)
}

fn pkcs1(der: &[u8]) -> Result<Secret, KeyError> {
    let malformed = || KeyError::Malformed { what: "RSA private key (PKCS#1)" };
    let numbers = RsaPrivateKeyRef::from_der(der).map_err(|_| malformed())?;
    // Asked first, so that a key of a wrong size is not merely "malformed".
    let modulus = numbers.modulus.as_bytes();
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    if !(2048..=8192).contains(&bits) {
        return Err(KeyError::RsaSize { bits: u32::try_from(bits).unwrap_or(u32::MAX) });
    }
    RsaPrivateKey::try_from(numbers).map(Secret::Rsa).map_err(|_| malformed())
}

/// A SEC1 key names its curve itself, unless the PKCS#8 structure around it does.
fn sec1(der: &[u8], outer_curve: Option<ObjectIdentifier>) -> Result<Secret, KeyError> {
    let malformed = || KeyError::Malformed { what: "elliptic curve private key (SEC1)" };
    let key = EcPrivateKey::from_der(der).map_err(|_| malformed())?;
    let inner_curve = key.parameters.and_then(sec1::EcParameters::named_curve);
    let curve = match (outer_curve, inner_curve) {
        (Some(outer), Some(inner)) if outer != inner => return Err(malformed()),
        (outer, inner) => outer.or(inner).ok_or_else(malformed)?,
    };
    match curve {
        SECP_256_R_1 => p256::SecretKey::try_from(key).map(Secret::EcdsaP256).map_err(|_| malformed()),
        SECP_384_R_1 => p384::SecretKey::try_from(key).map(Secret::EcdsaP384).map_err(|_| malformed()),
        SECP_521_R_1 => p521::SecretKey::try_from(key).map(Secret::EcdsaP521).map_err(|_| malformed()),
        other => Err(KeyError::UnsupportedCurve { curve: curve_name(other) }),
    }
}

fn pkcs8(der: &[u8]) -> Result<Secret, KeyError> {
    let malformed = || KeyError::Malformed { what: "private key (PKCS#8)" };
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| malformed())?;
    match info.algorithm.oid {
        RSA_ENCRYPTION => pkcs1(info.private_key.as_bytes()),
        ID_EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters_oid().map_err(|_| malformed())?;
            sec1(info.private_key.as_bytes(), Some(curve))
        }
        ID_ED_25519 => {
            let pair = KeypairBytes::try_from(info).map_err(|_| malformed())?;
            ed25519_dalek::SigningKey::try_from(&pair).map(Secret::Ed25519).map_err(|_| malformed())
        }
        oid => Err(KeyError::UnsupportedOid { oid: oid.to_string() }),
    }
}

//! OpenSSH's forms of keys (RFC 4253 §6.6, RFC 5656, RFC 8709, and `PROTOCOL.key` of OpenSSH).

use der::Decode;
use rsa::pkcs1::{EncodeRsaPrivateKey, RsaPrivateKeyRef};
use rsa::traits::PublicKeyParts;
use ssh_key::private::{
    EcdsaKeypair, Ed25519Keypair, Ed25519PrivateKey, KeypairData, RsaKeypair, RsaPrivateKey,
};
use ssh_key::public::{EcdsaPublicKey, Ed25519PublicKey, KeyData, RsaPublicKey};
use ssh_key::{HashAlg, LineEnding, Mpint};
use zeroize::Zeroizing;

use super::PublicKey;
use super::private::Secret;
use super::public::Point;

/// The key as a line of `authorized_keys`.
pub(super) fn public_key(key: &PublicKey, comment: &str) -> Option<String> {
    ssh_key::PublicKey::new(key_data(key)?, one_line(comment)).to_openssh().ok()
}

/// The binary form that fingerprints are made of.
pub(super) fn wire(key: &PublicKey) -> Option<Vec<u8>> {
    ssh_key::PublicKey::from(key_data(key)?).to_bytes().ok()
}

pub(super) fn fingerprint_sha256(key: &PublicKey) -> Option<String> {
    Some(key_data(key)?.fingerprint(HashAlg::Sha256).to_string())
}

pub(super) fn private_key(secret: &Secret, public: &PublicKey, comment: &str) -> Option<Zeroizing<String>> {
    let pair = match (secret, key_data(public)?) {
        (Secret::Rsa(key), KeyData::Rsa(public)) => {
            // The numbers come from the standard encoding, which has them all.
            let der = key.to_pkcs1_der().ok()?;
            let numbers = RsaPrivateKeyRef::from_der(der.as_bytes()).ok()?;
            let private = RsaPrivateKey::new(
                positive(numbers.private_exponent.as_bytes()),
                positive(numbers.coefficient.as_bytes()),
                positive(numbers.prime1.as_bytes()),
                positive(numbers.prime2.as_bytes()),
            )
            .ok()?;
            KeypairData::Rsa(RsaKeypair::new(public, private).ok()?)
        }
        (Secret::EcdsaP256(key), KeyData::Ecdsa(EcdsaPublicKey::NistP256(public))) => {
            let private = <[u8; 32]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP256 { public, private })
        }
        (Secret::EcdsaP384(key), KeyData::Ecdsa(EcdsaPublicKey::NistP384(public))) => {
            let private = <[u8; 48]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP384 { public, private })
        }
        (Secret::EcdsaP521(key), KeyData::Ecdsa(EcdsaPublicKey::NistP521(public))) => {
            let private = <[u8; 66]>::from(key.to_bytes()).into();
            KeypairData::Ecdsa(EcdsaKeypair::NistP521 { public, private })
        }
        (Secret::Ed25519(key), KeyData::Ed25519(public)) => {
            let private = Ed25519PrivateKey::from_bytes(key.as_bytes());
            KeypairData::Ed25519(Ed25519Keypair { public, private })
        }
        _ => return None,
    };
    ssh_key::PrivateKey::new(pair, one_line(comment)).ok()?.to_openssh(LineEnding::LF).ok()
}

fn key_data(key: &PublicKey) -> Option<KeyData> {
    Some(match key.point() {
        Point::Rsa(key) => {
            KeyData::Rsa(RsaPublicKey::new(positive(&key.e_bytes()), positive(&key.n_bytes())).ok()?)
        }
        Point::EcdsaP256(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::EcdsaP384(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::EcdsaP521(key) => KeyData::Ecdsa(EcdsaPublicKey::from_sec1_bytes(&key.to_sec1_bytes()).ok()?),
        Point::Ed25519(key) => KeyData::Ed25519(Ed25519PublicKey(key.to_bytes())),
    })
}

/// A line end in a comment would begin another line of `authorized_keys`.
fn one_line(comment: &str) -> String {
    comment.chars().filter(|c| !c.is_control()).collect()
}

fn positive(bytes: &[u8]) -> Mpint {
    Mpint::from_positive_bytes(bytes)
}

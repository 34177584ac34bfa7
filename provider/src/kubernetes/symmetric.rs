//! Keys of encryption at rest: derived, made, and recognized.

use pki_core::{SymmetricAlgorithm, SymmetricKey};
use sha2::{Digest as _, Sha256};
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::encryption_config::LocalProvider;
use crate::Client;
use crate::common::derive::Derivation;

/// Length of the keys that are made: what secretbox requires and the strongest that AES knows.
const LENGTH: usize = 32;

/// Sets fingerprints apart from every other hash of the same bytes.
const DOMAIN: &[u8] = b"groundup encryption key fingerprint v1\0";

/// What a key is recognized by, without being told: SHA-256 of a fixed prefix and the key, in hexadecimal digits.
pub(super) fn fingerprint(key: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update(DOMAIN).chain_update(key).finalize())
}

/// Checks a fingerprint.
pub(super) fn check_fingerprint(text: &String) -> std::result::Result<(), String> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.as_bytes().iter().all(is_digit) {
        Ok(())
    } else {
        Err("a fingerprint is 64 hexadecimal digits, in lower case".to_owned())
    }
}

/// The key of a derivation; `None` while the seed is unknown. With the fingerprint of a key that is in use, the key is
/// that one, of whichever seed.
///
/// # Errors
/// Without a seed, or if no seed makes the key of that fingerprint.
pub(super) fn derive(
    client: &Client,
    provider: LocalProvider,
    derivation: &Derivation,
    known: Option<&str>,
) -> Result<Option<SymmetricKey>> {
    let algorithm = match provider {
        LocalProvider::Secretbox => SymmetricAlgorithm::SecretBox,
        LocalProvider::AesCbc | LocalProvider::AesGcm => SymmetricAlgorithm::Aes256,
    };
    let is_known = known.map(|known| move |key: &SymmetricKey| fingerprint(key.as_bytes()) == known);
    let is_known = is_known.as_ref().map(|is_known| is_known as &dyn Fn(&SymmetricKey) -> bool);
    client.seeds().symmetric_key(algorithm, derivation, is_known)
}

/// A new key.
pub(super) fn generate() -> Result<Zeroizing<[u8; LENGTH]>> {
    let mut key = Zeroizing::new([0; LENGTH]);
    getrandom::fill(key.as_mut()).during("Unable to Make Key")?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with sha256sum: it stands in states, so it never changes.
    #[test]
    fn fingerprints_stay_what_they_are() {
        let fingerprint = fingerprint(&[7; 32]);
        assert_eq!(fingerprint, "5008a6fb9f439364ef8469c49f6e86d3e18271b30bb21bfd9abf520e2ef0efd5");
        assert_eq!(check_fingerprint(&fingerprint), Ok(()));
        for wrong in [&fingerprint[1..], &fingerprint.to_uppercase(), &fingerprint.replace('0', "g")] {
            assert!(check_fingerprint(&wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn made_keys_differ() {
        assert_ne!(*generate().unwrap(), *generate().unwrap());
    }
}

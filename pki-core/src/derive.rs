//! Keys that follow from a seed, so that they need to be kept nowhere.
//!
//! HKDF-SHA-256 (RFC 5869) expands the seed for a name that holds the algorithm, the label and the generation. What
//! comes out for the same three is the same on every machine and in every version of this library.

mod label;
mod scalar;
mod seed;
mod symmetric;

use std::num::NonZeroU32;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::key::{KeyAlgorithm, KeyError, Secret};

pub use label::{KeyLabel, KeyLabelError};
pub use seed::{Seed, SeedError};
pub use symmetric::{SymmetricAlgorithm, SymmetricKey};

/// Sets these keys apart from everything else that might be derived from the same bytes.
const SALT: &[u8] = b"groundup pki seed v1";

/// The private half of a derived key.
pub(crate) fn secret(
    algorithm: KeyAlgorithm,
    seed: &Seed,
    label: &KeyLabel,
    generation: NonZeroU32,
) -> Result<Secret, KeyError> {
    let failed = || KeyError::Backend { what: "deriving a key" };
    match algorithm {
        KeyAlgorithm::EcdsaP256 => {
            let scalar = scalar::p256(&*expand(seed, "P-256", label, generation)?);
            p256::SecretKey::from_slice(scalar.as_ref()).map(Secret::EcdsaP256).map_err(|_| failed())
        }
        KeyAlgorithm::EcdsaP384 => {
            let scalar = scalar::p384(&*expand(seed, "P-384", label, generation)?);
            p384::SecretKey::from_slice(scalar.as_ref()).map(Secret::EcdsaP384).map_err(|_| failed())
        }
        KeyAlgorithm::Ed25519 => {
            let bytes = expand(seed, "Ed25519", label, generation)?;
            Ok(Secret::Ed25519(ed25519_dalek::SigningKey::from_bytes(&bytes)))
        }
        _ => Err(KeyError::NeverDerived { algorithm }),
    }
}

/// `SIZE` bytes for one algorithm, label and generation. Neither an algorithm's name nor a label holds a NUL, so that
/// no two of them run into each other.
fn expand<const SIZE: usize>(
    seed: &Seed,
    algorithm: &str,
    label: &KeyLabel,
    generation: NonZeroU32,
) -> Result<Zeroizing<[u8; SIZE]>, KeyError> {
    let info = format!("{algorithm}\0{label}\0{generation}");
    let mut bytes = Zeroizing::new([0; SIZE]);
    Hkdf::<Sha256>::new(Some(SALT), seed.as_bytes())
        .expand(info.as_bytes(), bytes.as_mut())
        .map_err(|_| KeyError::Backend { what: "deriving a key" })?;
    Ok(bytes)
}

//! Keys for the encryption of data at rest.

use std::fmt;
use std::num::NonZeroU32;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{KeyLabel, Seed, expand};
use crate::key::KeyError;

/// What a symmetric key is for: the providers of Kubernetes' `EncryptionConfiguration`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SymmetricAlgorithm {
    /// `XSalsa20` and Poly1305, as `secretbox`.
    SecretBox,
    /// AES with 256 bits, as `aesgcm` and `aescbc`.
    Aes256,
}

impl fmt::Display for SymmetricAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretBox => "secretbox",
            Self::Aes256 => "aes-256",
        })
    }
}

/// A symmetric key of 32 bytes.
///
/// It is wiped from memory when dropped, cannot be cloned, and its `Debug` form shows nothing.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use pki_core::{KeyLabel, Seed, SymmetricAlgorithm, SymmetricKey};
///
/// let seed: Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".parse()?;
/// let label: KeyLabel = "prod/encryption".parse()?;
/// let key = SymmetricKey::derive(SymmetricAlgorithm::SecretBox, &seed, &label, NonZeroU32::MIN)?;
/// assert_eq!(key.to_base64().len(), 44);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SymmetricKey(Zeroizing<[u8; 32]>);

impl SymmetricKey {
    /// The key of a label and a generation. Keys for different algorithms are different.
    ///
    /// # Errors
    ///
    /// Fails only if the backend does, which it has no reason to.
    pub fn derive(
        algorithm: SymmetricAlgorithm,
        seed: &Seed,
        label: &KeyLabel,
        generation: NonZeroU32,
    ) -> Result<Self, KeyError> {
        expand(seed, &algorithm.to_string(), label, generation).map(Self)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in base64, as an `EncryptionConfiguration` holds it.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64::encode_string(self.0.as_ref()))
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SymmetricKey(..)")
    }
}

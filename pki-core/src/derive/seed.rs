//! The secret that keys are derived from.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use zeroize::{Zeroize, Zeroizing};

const SIZE: usize = 32;
/// Padded base64 of 32 bytes, as `openssl rand -base64 32` prints it.
const BASE64_LENGTH: usize = 44;
const HEX_LENGTH: usize = 64;

/// 32 secret bytes from which keys are derived, see [`PrivateKey::derive`](crate::PrivateKey::derive).
///
/// Who has the seed has every key that was or ever will be derived from it. Make one with `openssl rand -base64 32`. It
/// is wiped from memory when dropped, cannot be cloned, and its `Debug` form shows nothing.
///
/// ```
/// use pki_core::Seed;
///
/// let seed: Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".parse()?;
/// let same: Seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".parse()?;
/// assert_eq!(seed.as_bytes(), same.as_bytes());
/// assert_eq!(format!("{seed:?}"), "Seed(..)");
/// # Ok::<(), pki_core::SeedError>(())
/// ```
pub struct Seed(Zeroizing<[u8; SIZE]>);

impl Seed {
    /// Takes the bytes as they are. They must come from a random number generator, not from a passphrase.
    #[must_use]
    pub fn from_bytes(mut bytes: [u8; SIZE]) -> Self {
        let seed = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        seed
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; SIZE] {
        &self.0
    }
}

/// Reads 32 bytes in base64 (RFC 4648 §4, padded) or as 64 hexadecimal digits. One line end after them is skipped, as
/// files have it.
impl FromStr for Seed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        let mut bytes = Zeroizing::new([0; SIZE]);
        let decoded = match text.len() {
            BASE64_LENGTH => Base64::decode(text, bytes.as_mut()).is_ok_and(|found| found.len() == SIZE),
            HEX_LENGTH => base16ct::mixed::decode(text, bytes.as_mut()).is_ok(),
            length => return Err(SeedError::Length { length }),
        };
        if decoded { Ok(Self(bytes)) } else { Err(SeedError::Malformed) }
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// A text is not a [`Seed`]. The messages never contain any part of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedError {
    /// Too short or too long.
    #[error(
        "a seed is 32 bytes, given as base64 (44 characters, `openssl rand -base64 32`) or as 64 hexadecimal digits; \
         this text has {length} bytes"
    )]
    Length {
        /// Bytes of the text, without the line end.
        length: usize,
    },
    /// As long as a seed, but not all of it is base64 or hexadecimal.
    #[error(
        "the seed is as long as 32 bytes in base64 (44 characters) or as hexadecimal digits (64), but is neither: \
         a character does not belong there"
    )]
    Malformed,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

    #[test]
    fn reads_both_forms() {
        let bytes: Vec<u8> = (0..32).collect();
        for text in [BASE64, HEX] {
            for end in ["", "\n", "\r\n"] {
                let seed: Seed = format!("{text}{end}").parse().unwrap();
                assert_eq!(seed.as_bytes().as_slice(), bytes);
            }
        }
    }

    #[test]
    fn refuses_everything_else_and_keeps_it_to_itself() {
        let error = |text: &str| text.parse::<Seed>().unwrap_err();
        for text in ["", "\n", &BASE64[..43], &format!("{BASE64}\n\n"), &format!(" {HEX}"), &HEX[..62]] {
            let length = text.strip_suffix('\n').unwrap_or(text).len();
            assert_eq!(error(text), SeedError::Length { length });
        }
        let url_safe = BASE64.replace('R', "_");
        let not_canonical = BASE64.replace("h8=", "h9=");
        let longer = format!("{}A", &BASE64[..43]);
        for text in [url_safe, not_canonical, longer, HEX.replace('0', "g"), HEX.replace("00", "é")] {
            assert_eq!(error(&text), SeedError::Malformed, "{text}");
        }
        assert_eq!(
            error("hunter2").to_string(),
            "a seed is 32 bytes, given as base64 (44 characters, `openssl rand -base64 32`) or as 64 hexadecimal \
             digits; this text has 7 bytes"
        );
    }
}

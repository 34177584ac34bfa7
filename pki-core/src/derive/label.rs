//! What a derived key is for.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

const LONGEST: usize = 255;

/// The name that a key is derived under, by convention `<cluster>/<role>`: 1 to 255 bytes of UTF-8 without NUL.
///
/// It is brought into Unicode's normalization form C: two labels that look alike are alike.
///
/// ```
/// use pki_core::KeyLabel;
///
/// let label: KeyLabel = "prod/apiserver".parse()?;
/// assert_eq!(label.as_str(), "prod/apiserver");
/// assert_eq!("e\u{301}t\u{e9}".parse::<KeyLabel>()?.as_str(), "\u{e9}t\u{e9}");
/// # Ok::<(), pki_core::KeyLabelError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyLabel(String);

impl KeyLabel {
    /// The label in normalization form C.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyLabel {
    type Err = KeyLabelError;

    fn from_str(text: &str) -> Result<Self, KeyLabelError> {
        let label: String = text.nfc().collect();
        match label.len() {
            0 => Err(KeyLabelError::Empty),
            1..=LONGEST if label.contains('\0') => Err(KeyLabelError::Nul),
            1..=LONGEST => Ok(Self(label)),
            length => Err(KeyLabelError::TooLong { length }),
        }
    }
}

impl fmt::Display for KeyLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text is not a [`KeyLabel`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyLabelError {
    /// Nothing.
    #[error("the label of a derived key is empty; use `<cluster>/<role>`, for example `prod/apiserver`")]
    Empty,
    /// Longer than 255 bytes.
    #[error("the label of a derived key has {length} bytes; at most 255 are allowed")]
    TooLong {
        /// Bytes in normalization form C.
        length: usize,
    },
    /// A NUL inside.
    #[error("the label of a derived key holds a NUL character")]
    Nul,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_normalized_form() {
        let error = |text: &str| text.parse::<KeyLabel>().unwrap_err();
        assert_eq!(error(""), KeyLabelError::Empty);
        assert_eq!(error("a\0b"), KeyLabelError::Nul);
        assert_eq!(error(&"a".repeat(256)), KeyLabelError::TooLong { length: 256 });
        assert_eq!(error(&"\u{e9}".repeat(128)), KeyLabelError::TooLong { length: 256 });
        assert_eq!("a".repeat(255).parse::<KeyLabel>().unwrap().as_str().len(), 255);
        // Three bytes each before, two after.
        assert_eq!("e\u{301}".repeat(127).parse::<KeyLabel>().unwrap().as_str().len(), 254);
    }

    #[test]
    fn tells_what_to_do() {
        assert_eq!(
            KeyLabelError::Empty.to_string(),
            "the label of a derived key is empty; use `<cluster>/<role>`, for example `prod/apiserver`"
        );
        assert_eq!(
            KeyLabelError::TooLong { length: 300 }.to_string(),
            "the label of a derived key has 300 bytes; at most 255 are allowed"
        );
    }
}

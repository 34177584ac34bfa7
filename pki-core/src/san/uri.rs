//! URIs.

use std::fmt;

use url::Url;

use super::SanError;

/// An absolute URI in ASCII (RFC 3986), kept as it was given.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Uri(String);

impl Uri {
    /// Checks a URI.
    ///
    /// # Errors
    ///
    /// Fails when `uri` is relative, malformed, or has characters that must be percent-encoded.
    pub fn new(uri: &str) -> Result<Self, SanError> {
        let error = |problem: String| SanError::Uri { value: uri.to_owned(), problem };
        if let Some(c) = uri.chars().find(|c| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(*c)) {
            return Err(error(format!("the character {c:?} must be percent-encoded")));
        }
        let parsed = Url::parse(uri).map_err(|problem| error(problem.to_string()))?;
        if parsed.password().is_some() {
            return Err(SanError::Uri {
                value: "(hidden)".to_owned(),
                problem: "it contains a password".to_owned(),
            });
        }
        Ok(Self(uri.to_owned()))
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

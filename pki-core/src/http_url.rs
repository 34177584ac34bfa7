//! Where certificates and revocation lists are fetched from.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::san::{SanError, Uri};

/// A URL that verifiers fetch from: a revocation list, an issuer's certificate or an OCSP responder.
///
/// The scheme is `http` alone. What is fetched is signed, and fetching it over `https` would need the very check that it
/// is fetched for (RFC 5280 §8).
///
/// ```
/// use pki_core::HttpUrl;
///
/// let url: HttpUrl = "http://pki.example.com/root.crl".parse()?;
/// assert_eq!(url.as_str(), "http://pki.example.com/root.crl");
/// assert_eq!(
///     "https://pki.example.com/root.crl".parse::<HttpUrl>().unwrap_err().to_string(),
///     "`https://pki.example.com/root.crl` cannot be fetched without checking another certificate first: write \
///      `http://pki.example.com/root.crl`",
/// );
/// # Ok::<(), pki_core::HttpUrlError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HttpUrl(Uri);

impl HttpUrl {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for HttpUrl {
    type Err = HttpUrlError;

    fn from_str(text: &str) -> Result<Self, HttpUrlError> {
        let value = || text.to_owned();
        let uri = Uri::new(text)?;
        let url = Url::parse(uri.as_str()).map_err(|_| HttpUrlError::Scheme { value: value() })?;
        match url.scheme() {
            "http" => {}
            "https" => {
                let suggestion = format!("http{}", &text["https".len()..]);
                return Err(HttpUrlError::Https { value: value(), suggestion });
            }
            _ => return Err(HttpUrlError::Scheme { value: value() }),
        }
        if !url.username().is_empty() {
            return Err(HttpUrlError::User { value: value() });
        }
        if url.fragment().is_some() {
            return Err(HttpUrlError::Fragment { value: value() });
        }
        Ok(Self(uri))
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text is not a URL that verifiers fetch from.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpUrlError {
    /// Not an absolute URI.
    #[error(transparent)]
    Uri(#[from] SanError),
    /// A scheme that leads in a circle.
    #[error("`{value}` cannot be fetched without checking another certificate first: write `{suggestion}`")]
    Https {
        /// The text as given.
        value: String,
        /// The same with `http`.
        suggestion: String,
    },
    /// Another scheme.
    #[error("`{value}` is not a URL of the scheme `http`, the only one that verifiers fetch from")]
    Scheme {
        /// The text as given.
        value: String,
    },
    /// A user name.
    #[error("`{value}` has a user name, but everybody has to be able to fetch from it")]
    User {
        /// The text as given.
        value: String,
    },
    /// A part after `#`.
    #[error("`{value}` has a part after `#`, which is never sent to a server")]
    Fragment {
        /// The text as given.
        value: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<HttpUrl>().unwrap_err().to_string()
    }

    #[test]
    fn accepts_http() {
        for text in ["http://pki.example.com/a.crl", "http://10.0.0.1:8080/ocsp", "http://[::1]/?x=%20"] {
            assert_eq!(text.parse::<HttpUrl>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_in_plain_words() {
        for (text, message) in [
            ("", "`` is not an absolute URI: relative URL without a base"),
            (
                "pki.example.com/a.crl",
                "`pki.example.com/a.crl` is not an absolute URI: relative URL without a base",
            ),
            (
                "HTTPS://a/b",
                "`HTTPS://a/b` cannot be fetched without checking another certificate first: write `http://a/b`",
            ),
            (
                "ldap://a/cn=x",
                "`ldap://a/cn=x` is not a URL of the scheme `http`, the only one that verifiers fetch from",
            ),
            ("http://u@a/", "`http://u@a/` has a user name, but everybody has to be able to fetch from it"),
            ("http://a/#b", "`http://a/#b` has a part after `#`, which is never sent to a server"),
        ] {
            assert_eq!(error(text), message);
        }
    }
}

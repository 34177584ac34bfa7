//! URIs.

use std::fmt;

use url::Url;

use super::SanError;

/// An absolute URI in ASCII (RFC 3986) with its scheme and host in lower case.
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
        if let Some(escape) = bad_escape(uri) {
            return Err(error(format!("`{escape}` is not a percent-encoded character")));
        }
        let parsed = Url::parse(uri).map_err(|problem| error(problem.to_string()))?;
        let (scheme, rest) = uri.split_once(':').ok_or_else(|| error("it has no scheme".to_owned()))?;
        // The parser forgives what browsers forgive.
        if parsed.has_host() && !rest.starts_with("//") {
            return Err(error("`//` is missing after the scheme".to_owned()));
        }
        if rest.is_empty() {
            return Err(error("nothing follows the scheme".to_owned()));
        }
        if parsed.password().is_some() {
            return Err(SanError::Uri {
                value: "(hidden)".to_owned(),
                problem: "it contains a password".to_owned(),
            });
        }
        let rest = lower_host(rest);
        Ok(Self(format!("{}:{rest}", scheme.to_ascii_lowercase())))
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

/// A percent sign without two hexadecimal digits.
fn bad_escape(uri: &str) -> Option<&str> {
    let mut escapes = uri.match_indices('%').map(|(at, _)| &uri[at..uri.len().min(at + 3)]);
    escapes.find(|escape| escape.len() < 3 || !escape.bytes().skip(1).all(|b| b.is_ascii_hexdigit()))
}

/// What follows the scheme, with the host in lower case; user and path keep theirs.
fn lower_host(rest: &str) -> String {
    let Some(hierarchy) = rest.strip_prefix("//") else { return rest.to_owned() };
    let (authority, path) = hierarchy.split_at(hierarchy.find(['/', '?', '#']).unwrap_or(hierarchy.len()));
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    format!("//{user}{}{path}", host.to_ascii_lowercase())
}

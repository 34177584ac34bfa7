//! E-mail addresses.

use std::fmt;

use super::{DnsName, SanError};

/// An e-mail address (the `addr-spec` of RFC 5321, unquoted) with its domain in lower case.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address. An internationalised domain becomes A-labels.
    ///
    /// # Errors
    ///
    /// Fails when `address` is not a plain address. A local part outside of ASCII would need another kind of name
    /// (RFC 9598) and is refused.
    pub fn new(address: &str) -> Result<Self, SanError> {
        let error = |problem| SanError::Email { value: address.to_owned(), problem };
        let (local, domain) = address.rsplit_once('@').ok_or_else(|| error("it has no `@`"))?;
        if local.is_empty() || local.len() > 64 {
            return Err(error("the part before the `@` must have 1 to 64 characters"));
        }
        if !local.is_ascii() {
            return Err(error("the part before the `@` is not ASCII"));
        }
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if dots || !local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b)) {
            return Err(error("the part before the `@` is malformed"));
        }
        let domain = DnsName::new(domain)
            .ok()
            .filter(|domain| !domain.is_wildcard())
            .ok_or_else(|| error("the part after the `@` is not a domain"))?;
        let whole = format!("{local}@{domain}");
        // RFC 5321 §4.5.3.1.3, without the angle brackets.
        if whole.len() > 254 {
            return Err(error("it has more than 254 characters"));
        }
        Ok(Self(whole))
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

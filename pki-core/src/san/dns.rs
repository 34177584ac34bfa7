//! DNS names.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::SanError;

/// A DNS name as certificates carry it: in ASCII and lower case, without a final dot; perhaps with a wildcard as its
/// first label.
///
/// ```
/// use pki_core::DnsName;
///
/// assert_eq!(DnsName::new("Bücher.example")?.as_str(), "xn--bcher-kva.example");
/// assert_eq!(DnsName::new("*.example.com")?.as_str(), "*.example.com");
/// assert!(DnsName::new("*.com").is_err());
/// # Ok::<(), pki_core::SanError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DnsName(String);

impl DnsName {
    /// Checks and normalises a name: internationalised labels become A-labels (UTS 46), capitals small letters.
    /// Underscores are allowed here and reported as a finding when a certificate is checked.
    ///
    /// # Errors
    ///
    /// Fails when `name` is not a DNS name (RFC 1123 §2.1), is an IP address or ends like one, or is a wildcard in another place than the first of at least
    /// three labels (RFC 9525 §6.3).
    pub fn new(name: &str) -> Result<Self, SanError> {
        let value = || name.to_owned();
        if name.trim().is_empty() {
            return Err(SanError::Empty);
        }
        if name.parse::<Ipv6Addr>().is_ok() {
            return Err(SanError::AddressAsName { value: value(), address: name.to_owned() });
        }
        if let Some(character) = name.chars().find(|c| c.is_whitespace() || c.is_control()) {
            return Err(SanError::Character { value: value(), character });
        }
        if name.contains('/') {
            return Err(SanError::Path { value: value() });
        }
        if let Some((host, port)) = name.rsplit_once(':')
            && !host.is_empty()
            && !host.contains(':')
            && port.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(SanError::Port { value: value(), host: host.to_owned() });
        }
        if let Some(rest) = name.strip_suffix('.').filter(|rest| !rest.is_empty() && !rest.ends_with('.')) {
            return Err(SanError::TrailingDot { value: value(), name: rest.to_owned() });
        }
        let (wildcard, host) = match name.strip_prefix("*.") {
            Some(host) => ("*.", host),
            None => ("", name),
        };
        if host.contains('*') || (!wildcard.is_empty() && !host.contains('.')) {
            return Err(SanError::Wildcard { value: value() });
        }
        let ascii = to_ascii(host).ok_or_else(|| SanError::Idna { value: value() })?;
        let whole = format!("{wildcard}{ascii}");
        check(&ascii, whole.len(), name)?;
        Ok(Self(whole))
    }

    /// The name in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the first label is a wildcard.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    pub(super) fn is_single_label(&self) -> bool {
        !self.0.contains('.')
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn to_ascii(host: &str) -> Option<String> {
    let lower = host.to_ascii_lowercase();
    // A plain name needs no Unicode processing, which would reject some plain names with a vague error.
    if lower.is_ascii() && !lower.split('.').any(|label| label.starts_with("xn--")) {
        return Some(lower);
    }
    Uts46::new()
        .to_ascii(host.as_bytes(), AsciiDenyList::EMPTY, Hyphens::CheckFirstLast, DnsLength::Ignore)
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// Checks a name without its wildcard; `length` is that of the whole.
fn check(ascii: &str, length: usize, name: &str) -> Result<(), SanError> {
    let value = || name.to_owned();
    for label in ascii.split('.') {
        if label.is_empty() {
            return Err(SanError::EmptyLabel { value: value() });
        }
        if let Some(character) =
            label.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
        {
            return Err(SanError::Character { value: value(), character });
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(SanError::Hyphen { value: value() });
        }
        if label.len() > 63 {
            return Err(SanError::TooLong {
                value: value(),
                part: "a label",
                length: label.len(),
                maximum: 63,
            });
        }
    }
    if length > 253 {
        return Err(SanError::TooLong { value: value(), part: "it", length, maximum: 253 });
    }
    // After normalisation: full-width digits become plain ones.
    if ascii.parse::<Ipv4Addr>().is_ok() {
        return Err(SanError::AddressAsName { value: value(), address: ascii.to_owned() });
    }
    let last = ascii.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SanError::NumericEnd { value: value(), label: last.to_owned() });
    }
    Ok(())
}

//! Subject alternative names (RFC 5280 §4.2.1.6).

mod dns;
mod email;
mod encode;
mod error;
mod uri;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};

pub use dns::DnsName;
pub use email::EmailAddress;
pub(crate) use encode::{decode, encode};
pub use error::SanError;
pub use uri::Uri;

/// One name that a certificate is valid for.
///
/// Every value is valid: the parser classifies a text as an IP address, a URI, an e-mail address or a DNS name and
/// refuses what is none of them, instead of calling it a DNS name.
///
/// ```
/// use pki_core::SubjectAltName;
///
/// assert_eq!("Kubernetes.Default".parse::<SubjectAltName>()?.to_string(), "kubernetes.default");
/// assert!(matches!("10.32.0.1".parse::<SubjectAltName>()?, SubjectAltName::Ip(_)));
/// assert_eq!(
///     "10.0.0.1/24".parse::<SubjectAltName>().unwrap_err().to_string(),
///     "`10.0.0.1/24` is an address range, but a certificate names single addresses (did you mean `10.0.0.1`?)",
/// );
/// # Ok::<(), pki_core::SanError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum SubjectAltName {
    /// `dNSName`
    Dns(DnsName),
    /// `iPAddress`
    Ip(IpAddr),
    /// `rfc822Name`
    Email(EmailAddress),
    /// `uniformResourceIdentifier`
    Uri(Uri),
}

impl SubjectAltName {
    /// A DNS name, where the kind is known.
    ///
    /// # Errors
    ///
    /// Fails when `name` is not a DNS name, see [`DnsName::new`].
    pub fn dns(name: &str) -> Result<Self, SanError> {
        DnsName::new(name).map(Self::Dns)
    }

    /// An IP address, where the kind is known.
    ///
    /// # Errors
    ///
    /// Fails when `address` is not a single IPv4 or IPv6 address.
    pub fn ip(address: &str) -> Result<Self, SanError> {
        match ip_literal(address)? {
            Some(ip) => Ok(Self::Ip(ip)),
            None => Err(SanError::NotAnAddress { value: address.to_owned() }),
        }
    }

    /// An e-mail address, where the kind is known.
    ///
    /// # Errors
    ///
    /// Fails when `address` is not an e-mail address, see [`EmailAddress::new`].
    pub fn email(address: &str) -> Result<Self, SanError> {
        EmailAddress::new(address).map(Self::Email)
    }

    /// A URI, where the kind is known.
    ///
    /// # Errors
    ///
    /// Fails when `uri` is not an absolute URI, see [`Uri::new`].
    pub fn uri(uri: &str) -> Result<Self, SanError> {
        Uri::new(uri).map(Self::Uri)
    }

    /// What a linter would say about this name, which has the place `index` in its list.
    pub(crate) fn findings(&self, index: usize) -> Vec<Finding> {
        let Self::Dns(name) = self else { return Vec::new() };
        let place = Place::SubjectAltName(index);
        let mut findings = Vec::new();
        if name.is_single_label() && !EXPECTED_SINGLE_LABELS.contains(&name.as_str()) {
            let message = format!("`{name}` is a DNS name of a single label, which no public resolver knows");
            findings.push(Finding::new(FindingCode::SingleLabelName, place, message));
        }
        if name.as_str().contains('_') {
            let message = format!("`{name}` has an underscore, which host names do not allow");
            findings.push(Finding::new(FindingCode::UnderscoreInName, place, message));
        }
        findings
    }
}

impl FromStr for SubjectAltName {
    type Err = SanError;

    fn from_str(text: &str) -> Result<Self, SanError> {
        if text.trim().is_empty() {
            return Err(SanError::Empty);
        }
        if let Some(ip) = ip_literal(text)? {
            return Ok(Self::Ip(ip));
        }
        let is_urn = text.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"));
        if text.contains("://") || is_urn {
            return Self::uri(text);
        }
        if text.contains('@') {
            return Self::email(text);
        }
        Self::dns(text)
    }
}

impl fmt::Display for SubjectAltName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => name.fmt(f),
            Self::Ip(ip) => ip.fmt(f),
            Self::Email(address) => address.fmt(f),
            Self::Uri(uri) => uri.fmt(f),
        }
    }
}

/// An IPv4 address in the form of IPv6 becomes a plain one.
impl From<IpAddr> for SubjectAltName {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip.to_canonical())
    }
}

/// Names without duplicates, in the order in which they were first given.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct SubjectAltNames(Vec<SubjectAltName>);

impl SubjectAltNames {
    /// Parses and classifies a list of texts.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each [`Error::SubjectAltName`] with the index of its text.
    pub fn parse<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<Self, Vec<Error>> {
        let mut names = Self::default();
        let mut errors = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            match text.as_ref().parse() {
                Ok(name) => names.push(name),
                Err(source) => errors.push(Error::SubjectAltName { index, source }),
            }
        }
        if errors.is_empty() { Ok(names) } else { Err(errors) }
    }

    /// Adds a name, unless it is there already.
    pub fn push(&mut self, name: SubjectAltName) {
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// The names in order.
    pub fn iter(&self) -> std::slice::Iter<'_, SubjectAltName> {
        self.0.iter()
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.0.iter().enumerate().flat_map(|(index, name)| name.findings(index)).collect()
    }
}

impl Extend<SubjectAltName> for SubjectAltNames {
    fn extend<T: IntoIterator<Item = SubjectAltName>>(&mut self, names: T) {
        names.into_iter().for_each(|name| self.push(name));
    }
}

impl FromIterator<SubjectAltName> for SubjectAltNames {
    fn from_iter<T: IntoIterator<Item = SubjectAltName>>(names: T) -> Self {
        let mut unique = Self::default();
        unique.extend(names);
        unique
    }
}

impl IntoIterator for SubjectAltNames {
    type Item = SubjectAltName;
    type IntoIter = std::vec::IntoIter<SubjectAltName>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a SubjectAltNames {
    type Item = &'a SubjectAltName;
    type IntoIter = std::slice::Iter<'a, SubjectAltName>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An IP address, nothing if the text does not look like one, or what is wrong with the one it looks like.
fn ip_literal(text: &str) -> Result<Option<IpAddr>, SanError> {
    let value = text.to_owned();
    if let Ok(ip) = text.parse::<IpAddr>() {
        return match ip {
            IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
                Err(SanError::MappedAddress { value, address: ip.to_canonical().to_string() })
            }
            _ => Ok(Some(ip)),
        };
    }
    let is_ip = |part: &str| part.parse::<IpAddr>().is_ok();
    if let Some((address, _)) = text.split_once('/').filter(|(address, _)| is_ip(address)) {
        return Err(SanError::Range { value, address: address.to_owned() });
    }
    if text.split_once('%').is_some_and(|(address, _)| is_ip(address)) {
        return Err(SanError::Zone { value });
    }
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && is_ip(address)
    {
        let address = address.to_owned();
        return Err(match port {
            "" => SanError::Brackets { value, address },
            _ => SanError::Port { value, host: address },
        });
    }
    // A last label of digits is no top-level domain: this is a mistyped IPv4 address (`256.1.1.1`, `010.0.0.1`).
    let last = text.rsplit('.').next().unwrap_or_default();
    if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SanError::NotAnAddress { value });
    }
    Ok(None)
}

/// Single labels that are right where they are used: the first is the API server's name inside of a cluster.
const EXPECTED_SINGLE_LABELS: [&str; 2] = ["kubernetes", "localhost"];

#[cfg(test)]
mod tests;

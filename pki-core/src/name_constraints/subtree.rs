//! One subtree of names.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

use super::directory::DirectoryName;
use super::host::{Extent, HostSubtree};
use crate::san::{DnsName, EmailAddress, SanError, Uri};

/// A set of names of one kind (`GeneralSubtree` of RFC 5280 §4.2.1.10).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum GeneralSubtree {
    /// `dNSName`: a domain and everything below.
    Dns(HostSubtree),
    /// `iPAddress`: a range of addresses.
    Ip(IpNet),
    /// `rfc822Name`: mailboxes.
    Email(EmailSubtree),
    /// `uniformResourceIdentifier`: the hosts of URIs.
    Uri(HostSubtree),
    /// `directoryName`: subjects. Found in certificates; it cannot be written as a text.
    Directory(DirectoryName),
}

impl GeneralSubtree {
    /// A domain and everything below. An internationalised name becomes A-labels.
    ///
    /// # Errors
    ///
    /// Fails when `domain` is not a DNS name, has a wildcard or begins with a dot.
    pub fn dns(domain: &str) -> Result<Self, NameConstraintError> {
        if let Some(name) = domain.strip_prefix('.') {
            let (value, name) = (domain.to_owned(), name.to_owned());
            return Err(NameConstraintError::LeadingDot { value, name });
        }
        host(domain).map(|name| Self::Dns(HostSubtree::new(name, Extent::HostAndBelow)))
    }

    /// A range of addresses, such as `10.0.0.0/8`, or a single one.
    ///
    /// # Errors
    ///
    /// Fails when `range` is no range, or has bits of a host (`10.0.0.1/8`).
    pub fn ip(range: &str) -> Result<Self, NameConstraintError> {
        let value = || range.to_owned();
        if let Ok(address) = range.parse::<IpAddr>() {
            return Self::net(IpNet::from(address), value());
        }
        let net: IpNet = range.parse().map_err(|_| NameConstraintError::Range { value: value() })?;
        if net != net.trunc() {
            return Err(NameConstraintError::HostBits { value: value(), network: net.trunc().to_string() });
        }
        Self::net(net, value())
    }

    /// A mailbox (`ops@example.com`), all mailboxes of a host (`example.com`), or those of all hosts below a domain
    /// (`.example.com`).
    ///
    /// # Errors
    ///
    /// Fails when `mailboxes` is none of these.
    pub fn email(mailboxes: &str) -> Result<Self, NameConstraintError> {
        if mailboxes.contains('@') {
            let address = EmailAddress::new(mailboxes)?;
            return Ok(Self::Email(EmailSubtree::Mailbox(address)));
        }
        host_or_domain(mailboxes).map(EmailSubtree::Hosts).map(Self::Email)
    }

    /// The URIs of a host (`example.com`), or of all hosts below a domain (`.example.com`).
    ///
    /// # Errors
    ///
    /// Fails when `hosts` is neither.
    pub fn uri(hosts: &str) -> Result<Self, NameConstraintError> {
        if let Some(host) = Url::parse(hosts).ok().as_ref().and_then(Url::host_str) {
            let (value, host) = (hosts.to_owned(), host.to_owned());
            return Err(NameConstraintError::WholeUri { value, host });
        }
        host_or_domain(hosts).map(Self::Uri)
    }

    fn net(net: IpNet, value: String) -> Result<Self, NameConstraintError> {
        match net {
            // Verifiers compare addresses of the same length only.
            IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() && v6.prefix_len() >= 96 => {
                Err(NameConstraintError::Mapped { value })
            }
            net => Ok(Self::Ip(net)),
        }
    }

    /// Whether every name of `other` is one of these.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dns(wide), Self::Dns(narrow)) | (Self::Uri(wide), Self::Uri(narrow)) => {
                wide.covers(narrow)
            }
            (Self::Ip(wide), Self::Ip(narrow)) => wide.contains(narrow),
            (Self::Email(wide), Self::Email(narrow)) => wide.covers(narrow),
            (Self::Directory(wide), Self::Directory(narrow)) => wide.contains(&narrow.0),
            _ => false,
        }
    }

    /// Whether both are about names of the same kind.
    pub(super) fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Mailboxes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum EmailSubtree {
    /// A single one.
    Mailbox(EmailAddress),
    /// All of some hosts.
    Hosts(HostSubtree),
}

impl EmailSubtree {
    pub(super) fn contains(&self, address: &EmailAddress) -> bool {
        match self {
            Self::Mailbox(mailbox) => mailbox == address,
            Self::Hosts(hosts) => hosts.contains(address.domain()),
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Mailbox(address)) => self.contains(address),
            (Self::Hosts(wide), Self::Hosts(narrow)) => wide.covers(narrow),
            (Self::Mailbox(_), Self::Hosts(_)) => false,
        }
    }
}

impl fmt::Display for EmailSubtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(address) => address.fmt(f),
            Self::Hosts(hosts) => hosts.fmt(f),
        }
    }
}

impl FromStr for GeneralSubtree {
    type Err = NameConstraintError;

    fn from_str(text: &str) -> Result<Self, NameConstraintError> {
        if let Some((kind, value)) = text.split_once(':') {
            match kind.to_ascii_lowercase().as_str() {
                "dns" => return Self::dns(value),
                "ip" => return Self::ip(value),
                "email" => return Self::email(value),
                "uri" => return Self::uri(value),
                _ => {}
            }
        }
        if text.parse::<IpAddr>().is_ok() || text.contains('/') {
            return Self::ip(text);
        }
        if text.contains('@') { Self::email(text) } else { Self::dns(text) }
    }
}

impl fmt::Display for GeneralSubtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(hosts) => write!(f, "DNS:{hosts}"),
            Self::Ip(net) => write!(f, "IP:{net}"),
            Self::Email(mailboxes) => write!(f, "email:{mailboxes}"),
            Self::Uri(hosts) => write!(f, "URI:{hosts}"),
            Self::Directory(name) => write!(f, "dirName:{name}"),
        }
    }
}

/// A text is not a subtree of names.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NameConstraintError {
    /// A domain of DNS names with a dot before it.
    #[error(
        "`{value}` begins with a dot; a constraint of DNS names is a domain and everything below: write `{name}`"
    )]
    LeadingDot {
        /// The text as given.
        value: String,
        /// The domain.
        name: String,
    },
    /// A wildcard, which a subtree does not need.
    #[error("`{value}` has a wildcard, which constraints do not know: write `{name}`")]
    Wildcard {
        /// The text as given.
        value: String,
        /// The domain.
        name: String,
    },
    /// A range that does not begin at its network.
    #[error("`{value}` is an address in a network, not a network (did you mean `{network}`?)")]
    HostBits {
        /// The text as given.
        value: String,
        /// The network.
        network: String,
    },
    /// Not a range of addresses.
    #[error("`{value}` is not a range of IP addresses; write for example `10.0.0.0/8` or `fd00::/8`")]
    Range {
        /// The text as given.
        value: String,
    },
    /// IPv4 addresses in the form of IPv6.
    #[error("`{value}` is a range of IPv4 addresses in the form of IPv6, which verifiers do not match")]
    Mapped {
        /// The text as given.
        value: String,
    },
    /// A whole URI where a host is wanted.
    #[error("`{value}` is a URI; a constraint names the host alone: write `{host}`")]
    WholeUri {
        /// The text as given.
        value: String,
        /// Its host.
        host: String,
    },
    /// Not a host name or an e-mail address.
    #[error(transparent)]
    Name(#[from] SanError),
}

/// A host, or with a dot before it everything below.
fn host_or_domain(text: &str) -> Result<HostSubtree, NameConstraintError> {
    Ok(match text.strip_prefix('.') {
        Some(domain) => HostSubtree::new(host(domain)?, Extent::Below),
        None => HostSubtree::new(host(text)?, Extent::Host),
    })
}

fn host(text: &str) -> Result<String, NameConstraintError> {
    if let Some(name) = text.strip_prefix("*.") {
        let (value, name) = (text.to_owned(), name.to_owned());
        return Err(NameConstraintError::Wildcard { value, name });
    }
    Ok(DnsName::new(text)?.as_str().to_owned())
}

/// The host of a URI, in ASCII and lower case; `None` if it has none or an IP address instead.
pub(super) fn host_of(uri: &Uri) -> Option<String> {
    let url = Url::parse(uri.as_str()).ok()?;
    let host = url.host_str()?;
    let name = DnsName::new(host).ok().filter(|name| !name.is_wildcard())?;
    Some(name.as_str().to_owned())
}

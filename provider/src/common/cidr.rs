//! Address ranges in their one canonical form: AWS masks host bits silently, which would show as a change for ever.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::{Ipv4Net, Ipv6Net};

/// The text is not an address range.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum CidrError {
    /// Not of the form `address/length`.
    #[error("{0:?} is not an address range: write a network address and a prefix length, such as `{1}`")]
    Syntax(String, &'static str),
    /// The address is not that of the network.
    #[error("{given:?} has bits set behind its prefix: the network is `{network}`")]
    HostBits {
        /// What was given.
        given: String,
        /// What was probably meant.
        network: String,
    },
}

/// An IPv4 network without host bits.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Ipv4Cidr(Ipv4Net);

impl Ipv4Cidr {
    /// The length of the prefix.
    pub(crate) const fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }

    /// Whether the address lies in it.
    pub(crate) fn has(self, address: Ipv4Addr) -> bool {
        self.0.contains(&address)
    }

    /// Whether AWS keeps the address for itself: the first four and the last one of each subnet.
    pub(crate) fn is_reserved(self, address: Ipv4Addr) -> bool {
        let offset = u32::from(address).wrapping_sub(u32::from(self.0.network()));
        offset < 4 || address == self.0.broadcast()
    }

    /// Whether the whole of `other` lies in it.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether some address lies in both.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl FromStr for Ipv4Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let net =
            network(text, Ipv4Net::new).ok_or_else(|| CidrError::Syntax(text.to_owned(), "10.240.0.0/16"))?;
        if net.addr() != net.network() {
            return Err(CidrError::HostBits { given: text.to_owned(), network: net.trunc().to_string() });
        }
        Ok(Self(net))
    }
}

impl fmt::Display for Ipv4Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An IPv6 network without host bits.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Ipv6Cidr(Ipv6Net);

impl FromStr for Ipv6Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let net =
            network(text, Ipv6Net::new).ok_or_else(|| CidrError::Syntax(text.to_owned(), "2001:db8::/56"))?;
        if net.addr() != net.network() {
            return Err(CidrError::HostBits { given: text.to_owned(), network: net.trunc().to_string() });
        }
        Ok(Self(net))
    }
}

impl fmt::Display for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads both halves strictly: no leading zeros in the address, which some programs take as octal, and no sign.
fn network<A: FromStr, N, E>(text: &str, new: impl Fn(A, u8) -> Result<N, E>) -> Option<N> {
    let (address, length) = text.split_once('/')?;
    let digits = length.bytes().all(|byte| byte.is_ascii_digit());
    new(address.parse().ok()?, length.parse().ok().filter(|_| digits)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_told_with_the_network() {
        let error = "172.31.0.1/16".parse::<Ipv4Cidr>().unwrap_err();
        let text = "\"172.31.0.1/16\" has bits set behind its prefix: the network is `172.31.0.0/16`";
        assert_eq!(error.to_string(), text);
        assert!("2001:db8::1/56".parse::<Ipv6Cidr>().is_err());
        assert!("2001:db8::/56".parse::<Ipv6Cidr>().is_ok());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "010.0.0.0/8", "10.0.0/8"] {
            assert!(matches!(text.parse::<Ipv4Cidr>(), Err(CidrError::Syntax(..))), "{text}");
        }
    }

    #[test]
    fn ranges_hold_ranges_and_addresses() {
        let [vpc, subnet]: [Ipv4Cidr; 2] =
            ["172.31.0.0/16", "172.31.0.0/24"].map(|text| text.parse().unwrap());
        assert!(vpc.contains(subnet) && !subnet.contains(vpc));
        assert!(vpc.overlaps(subnet) && subnet.overlaps(vpc));
    }
}

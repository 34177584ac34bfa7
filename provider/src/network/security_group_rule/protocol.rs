//! Protocols of rules.

use std::fmt;
use std::str::FromStr;

/// A protocol by the name AWS has for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Protocol(String);

impl Protocol {
    /// The name.
    pub(in crate::network) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether all protocols are meant.
    pub(in crate::network) fn is_all(&self) -> bool {
        self.0 == "-1"
    }
}

impl FromStr for Protocol {
    type Err = ProtocolError;

    fn from_str(text: &str) -> Result<Self, ProtocolError> {
        let name = match text.to_ascii_lowercase().as_str() {
            "tcp" | "6" => "tcp",
            "udp" | "17" => "udp",
            "icmp" | "1" => "icmp",
            "icmpv6" | "58" => "icmpv6",
            "-1" | "all" => "-1",
            _ if text.parse::<u8>().is_ok_and(|number| number.to_string() == text) => text,
            _ => return Err(ProtocolError(text.to_owned())),
        };
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text names no protocol.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{0:?} is no protocol: write `tcp`, `udp`, `icmp`, `icmpv6`, a number from 0 to 255, or `-1` for all of them"
)]
pub(crate) struct ProtocolError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_mean_the_same_by_name_and_number() {
        let protocol = |text: &str| text.parse::<Protocol>();
        assert_eq!(protocol("6"), protocol("TCP"));
        assert_eq!(protocol("all"), protocol("-1"));
        assert_eq!(protocol("50").unwrap().to_string(), "50");
        for bad in ["", "http", "256", "-2", "06"] {
            assert!(protocol(bad).is_err(), "{bad}");
        }
    }
}

//! Gateways that routes lead through.

use std::fmt;
use std::str::FromStr;

/// An internet gateway, a virtual private gateway, or the direct way within the VPC.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RouteGateway(String);

impl RouteGateway {
    /// Whether packets leave the VPC.
    pub(super) fn leads_out(&self) -> bool {
        self.0 != LOCAL
    }
}

/// The name of the direct way.
const LOCAL: &str = "local";

impl FromStr for RouteGateway {
    type Err = RouteGatewayError;

    fn from_str(text: &str) -> Result<Self, RouteGatewayError> {
        match text.split_once('-') {
            Some(("igw" | "vgw", digits)) if !digits.is_empty() => Ok(Self(text.to_owned())),
            None if text == LOCAL => Ok(Self(text.to_owned())),
            _ => Err(RouteGatewayError(text.to_owned())),
        }
    }
}

impl fmt::Display for RouteGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text names no gateway.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{0:?} is neither the id of an internet gateway (`igw-…`) nor of a virtual private gateway (`vgw-…`)"
)]
pub(crate) struct RouteGatewayError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_told_by_their_prefix() {
        let gateway = |text: &str| text.parse::<RouteGateway>();
        assert!(gateway("igw-01234567").unwrap().leads_out() && gateway("vgw-01234567").is_ok());
        assert!(!gateway("local").unwrap().leads_out());
        for bad in ["nat-01234567", "null", "igw-", ""] {
            assert!(gateway(bad).is_err(), "{bad}");
        }
    }
}

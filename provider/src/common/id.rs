//! Identifiers of EC2 objects: a prefix that tells the kind, and 8 or 17 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

/// The text is not an identifier of the kind that is asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text:?} is not the id of {kind}: it has the form `{prefix}` and 8 or 17 hexadecimal digits{hint}")]
pub(crate) struct IdError {
    text: String,
    kind: &'static str,
    prefix: &'static str,
    hint: &'static str,
}

fn check(text: &str, kind: &'static str, prefix: &'static str) -> Result<(), IdError> {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if is_hex && matches!(digits.len(), 8 | 17) {
        return Ok(());
    }
    let hint = match text {
        "null" | "None" | "" => "; a lookup may have found nothing",
        _ => "",
    };
    Err(IdError { text: text.to_owned(), kind, prefix, hint })
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $prefix:literal, $kind:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub(crate) struct $name(String);

        impl $name {
            /// The id as AWS writes it.
            #[allow(dead_code, reason = "ids of some kinds are only compared")]
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                check(text, $kind, $prefix)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        tfplugin::string_type!($name);
    )+};
}

ids! {
    /// `ami-…`
    ImageId: "ami-", "an image";
    /// `cagw-…`
    CarrierGatewayId: "cagw-", "a carrier gateway";
    /// `dopt-…`
    DhcpOptionsId: "dopt-", "a DHCP options set";
    /// `eigw-…`
    EgressOnlyGatewayId: "eigw-", "an egress-only internet gateway";
    /// `eni-…`
    NetworkInterfaceId: "eni-", "a network interface";
    /// `i-…`
    InstanceId: "i-", "an instance";
    /// `igw-…`
    InternetGatewayId: "igw-", "an internet gateway";
    /// `lgw-…`
    LocalGatewayId: "lgw-", "a local gateway";
    /// `nat-…`
    NatGatewayId: "nat-", "a NAT gateway";
    /// `pcx-…`
    VpcPeeringConnectionId: "pcx-", "a VPC peering connection";
    /// `pl-…`
    PrefixListId: "pl-", "a prefix list";
    /// `rtb-…`
    RouteTableId: "rtb-", "a route table";
    /// `sg-…`
    SecurityGroupId: "sg-", "a security group";
    /// `sgr-…`
    SecurityGroupRuleId: "sgr-", "a security group rule";
    /// `subnet-…`
    SubnetId: "subnet-", "a subnet";
    /// `tgw-…`
    TransitGatewayId: "tgw-", "a transit gateway";
    /// `vpc-…`
    VpcId: "vpc-", "a VPC";
    /// `vpce-…`
    VpcEndpointId: "vpce-", "a VPC endpoint";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_told_by_the_prefix() {
        assert_eq!("vpc-0123456789abcdef0".parse::<VpcId>().unwrap().as_str(), "vpc-0123456789abcdef0");
        assert!("vpc-01234567".parse::<VpcId>().is_ok());
        let error = "subnet-01234567".parse::<VpcId>().unwrap_err();
        let text = "\"subnet-01234567\" is not the id of a VPC: it has the form `vpc-` and 8 or 17 hexadecimal digits";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn a_lookup_that_found_nothing_is_recognised() {
        let error = "null".parse::<ImageId>().unwrap_err().to_string();
        assert!(error.ends_with("; a lookup may have found nothing"), "{error}");
    }
}

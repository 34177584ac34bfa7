//! Identifiers of EC2 objects: a prefix that tells the kind, and 8 or 17 hexadecimal digits.

use super::text::checked_text;

/// The text is not an identifier of the kind that is asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text:?} is not the id of {kind}: it has the form `{prefix}` and 8 or 17 hexadecimal digits{hint}")]
pub(crate) struct IdError {
    text: String,
    kind: &'static str,
    prefix: &'static str,
    hint: String,
}

fn check(text: &str, kind: &'static str, prefix: &'static str) -> Result<(), IdError> {
    if has_form(text, prefix) {
        return Ok(());
    }
    let other = KINDS.iter().find(|(prefix, _)| has_form(text, prefix));
    let hint = match (text, other) {
        ("null" | "None" | "", _) => "; a lookup may have found nothing".into(),
        (_, Some((_, other))) => format!("; this is the id of {other}"),
        _ => String::new(),
    };
    Err(IdError { text: text.to_owned(), kind, prefix, hint })
}

fn has_form(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        is_hex && matches!(digits.len(), 8 | 17)
    })
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $prefix:literal, $kind:literal;)+) => {
        /// How the id of each kind begins.
        const KINDS: &[(&str, &str)] = &[$(($prefix, $kind)),+];
    $(
        checked_text!($(#[$meta])* $name, IdError, |text| check(text, $kind, $prefix));
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
    use std::fmt;
    use std::str::FromStr;

    use super::*;

    fn told<T: FromStr<Err = IdError> + fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }

    #[test]
    fn ids_have_8_or_17_digits() {
        assert_eq!("vpc-0123456789abcdef0".parse::<VpcId>().unwrap().as_str(), "vpc-0123456789abcdef0");
        assert!("vpc-01234567".parse::<VpcId>().is_ok());
        for bad in ["vpc-0123456", "vpc-012345678", "vpc-0123456G", "vpc-0123456A", " vpc-01234567"] {
            let text = format!(
                "{bad:?} is not the id of a VPC: it has the form `vpc-` and 8 or 17 hexadecimal digits"
            );
            assert_eq!(told::<VpcId>(bad), text);
        }
    }

    #[test]
    fn the_id_of_another_kind_is_recognised() {
        assert_eq!(
            told::<VpcId>("subnet-01234567"),
            "\"subnet-01234567\" is not the id of a VPC: it has the form `vpc-` and 8 or 17 hexadecimal digits; this is \
             the id of a subnet"
        );
        assert_eq!(
            told::<SecurityGroupId>("sgr-01234567"),
            "\"sgr-01234567\" is not the id of a security group: it has the form `sg-` and 8 or 17 hexadecimal digits; \
             this is the id of a security group rule"
        );
        for (prefix, _) in KINDS {
            let found = KINDS.iter().filter(|(other, _)| has_form(&format!("{prefix}01234567"), other));
            assert_eq!(found.count(), 1, "{prefix}");
        }
    }

    #[test]
    fn a_lookup_that_found_nothing_is_recognised() {
        for nothing in ["null", "None", ""] {
            let text = format!(
                "{nothing:?} is not the id of an image: it has the form `ami-` and 8 or 17 hexadecimal digits; a lookup \
                 may have found nothing"
            );
            assert_eq!(told::<ImageId>(nothing), text);
        }
    }
}

//! What the resources of this room do in the same way.

use std::error::Error as StdError;
use std::str::FromStr;

use tfplugin::prelude::*;

use crate::Client;

pub(super) use crate::common::blame::blame;

/// Fills in what only applying could decide, and leaves alone what was planned.
pub(super) fn learn<T>(attribute: &mut Attr<T>, value: impl Into<Attr<T>>) {
    if attribute.is_unknown() {
        *attribute = value.into();
    }
}

/// A text of AWS as the type of an attribute.
pub(super) fn parse<T: FromStr<Err: StdError>>(text: &str) -> Result<T> {
    text.parse().during("Unexpected Reply")
}

/// The id of the object to import.
pub(super) fn import_id<T: FromStr<Err: StdError>>(id: &ImportId) -> Result<Attr<T>> {
    Ok(Attr::Known(id.id()?.parse().during("Invalid Import ID")?))
}

/// The ARN of an object and the account that owns it, for attributes that do not know them yet.
pub(super) async fn learn_owner(
    cx: &Cx<Client>,
    (arn, owner_id): (&mut Attr<String>, &mut Attr<String>),
    owner: Option<&str>,
    kind: &str,
    id: &str,
) -> Result<()> {
    if arn.known().is_none() || owner_id.known().is_none() {
        let found = cx.client.aws().ec2_arn(owner, kind, id).await.during("Unable to Name the Owner")?;
        *arn = found.to_string().into();
        *owner_id = found.account.into();
    }
    Ok(())
}

/// Whether a VPC or a subnet can have a network of that size.
pub(super) fn network_size(cidr: &Parsed<crate::common::cidr::Ipv4Cidr>) -> Result<(), String> {
    match cidr.prefix_len() {
        16..=28 => Ok(()),
        length => Err(format!("{cidr} has a prefix length of {length}; AWS allows 16 to 28.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::id::VpcId;

    #[test]
    fn only_what_is_open_is_learnt() {
        let (mut open, mut planned, mut unset) = (Attr::Unknown, Attr::Known(1), Attr::Null);
        for attribute in [&mut open, &mut planned, &mut unset] {
            learn(attribute, 2);
        }
        assert_eq!((open, planned, unset), (Attr::Known(2), Attr::Known(1), Attr::Null));
    }

    #[test]
    fn an_import_names_an_object_of_the_right_kind() {
        let id = |text: &str| import_id::<VpcId>(&ImportId::Id(text.into()));
        assert!(id("vpc-01234567").is_ok());
        assert_eq!(id("subnet-01234567").unwrap_err().diagnostics()[0].summary, "Invalid Import ID");
    }

    #[test]
    fn networks_have_limits() {
        let size = |text: &str| network_size(&Parsed::new(text).unwrap());
        assert!(size("10.0.0.0/16").is_ok() && size("10.0.0.0/28").is_ok());
        assert!(size("10.0.0.0/15").is_err() && size("10.0.0.0/29").is_err());
    }
}

//! Security groups that rules refer to.

use std::fmt;
use std::str::FromStr;

use aws::ec2::Peer;

use crate::common::id::SecurityGroupId;

/// A security group, of another account when one is named.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct GroupReference {
    /// The account that owns the group, when it is named.
    pub(super) account: Option<String>,
    /// The group.
    pub(super) group: SecurityGroupId,
}

impl GroupReference {
    /// The group of that id, of another account when one is named.
    pub(in crate::network) fn of(
        account: Option<String>,
        id: &str,
    ) -> Result<Self, <SecurityGroupId as FromStr>::Err> {
        Ok(Self { account, group: id.parse()? })
    }

    /// The members of the group, as a rule names them.
    pub(in crate::network) fn peer(&self) -> Peer {
        Peer::Group { id: self.group.to_string(), owner_id: self.account.clone() }
    }
}

impl FromStr for GroupReference {
    type Err = <SecurityGroupId as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((account, group))
                if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(Self { account: Some(account.to_owned()), group: group.parse()? })
            }
            _ => Ok(Self { account: None, group: text.parse()? }),
        }
    }
}

impl fmt::Display for GroupReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Some(account) => write!(f, "{account}/{}", self.group),
            None => self.group.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_other_accounts_are_named_with_them() {
        let reference: GroupReference = "123456789012/sg-01234567".parse().unwrap();
        assert_eq!(reference.account.as_deref(), Some("123456789012"));
        assert_eq!(reference.to_string(), "123456789012/sg-01234567");
        assert!("sg-01234567".parse::<GroupReference>().is_ok());
        assert!("1/sg-01234567".parse::<GroupReference>().is_err());
    }
}

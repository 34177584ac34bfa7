//! Security groups that rules refer to.

use std::fmt;
use std::str::FromStr;

use crate::common::id::SecurityGroupId;

/// A security group, of another account when one is named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct GroupReference {
    /// The account that owns the group, when it is named.
    pub(super) account: Option<String>,
    /// The group.
    pub(super) group: SecurityGroupId,
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

//! Which accounts may be worked on.

/// Which accounts may be worked on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Accounts {
    /// Each.
    #[default]
    Any,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

impl Accounts {
    /// Whether an account may be worked on, and if not: why.
    pub(crate) fn check(&self, account: &str) -> Result<(), String> {
        let listed = |accounts: &[String]| accounts.iter().any(|listed| listed == account);
        match self {
            Self::Only(accounts) if !listed(accounts) => {
                Err(format!("`allowed_account_ids` has only {}", accounts.join(", ")))
            }
            Self::Except(accounts) if listed(accounts) => {
                Err(format!("`forbidden_account_ids` has {}", accounts.join(", ")))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_in_the_list_or_not() {
        let list = vec!["111111111111".to_owned(), "222222222222".to_owned()];
        assert_eq!(Accounts::Any.check("333333333333"), Ok(()));
        assert_eq!(Accounts::Only(list.clone()).check("222222222222"), Ok(()));
        assert_eq!(
            Accounts::Only(list.clone()).check("333333333333").unwrap_err(),
            "`allowed_account_ids` has only 111111111111, 222222222222"
        );
        assert_eq!(Accounts::Except(list.clone()).check("333333333333"), Ok(()));
        assert_eq!(
            Accounts::Except(list).check("111111111111").unwrap_err(),
            "`forbidden_account_ids` has 111111111111, 222222222222"
        );
    }
}

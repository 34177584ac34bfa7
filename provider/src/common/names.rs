//! Names that the provider makes up, of the same form as in hashicorp/aws: a prefix and
//! hexadecimal digits.

use tfplugin::prelude::*;

/// How many characters follow the prefix: hexadecimal digits.
pub(crate) const SUFFIX: usize = 26;

/// The prefix of a name for which the configuration gives none.
pub(crate) const PREFIX: &str = "terraform-";

/// The name to create an object with: the given one, or one that nothing else has.
pub(crate) fn wanted(name: &Attr<String>, prefix: &Attr<String>) -> aws::Name {
    match name.known() {
        Some(name) => aws::Name::Given(name.clone()),
        None => aws::Name::MadeUp { prefix: prefix.as_str().unwrap_or(PREFIX).to_owned(), digits: SUFFIX },
    }
}

/// The prefix of a name that was made up; `None` when it was not.
pub(crate) fn prefix(name: &str) -> Option<&str> {
    let (prefix, suffix) = name.split_at_checked(name.len().checked_sub(SUFFIX)?)?;
    let is_made_up = !prefix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_made_up.then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_up_where_none_is_given() {
        let made_up = aws::Name::MadeUp { prefix: "k8s-".into(), digits: 26 };
        assert_eq!(wanted(&Attr::Unknown, &"k8s-".into()), made_up);
        assert_eq!(wanted(&"k8s".into(), &Attr::Null), aws::Name::Given("k8s".into()));
        assert_eq!(prefix("k8s-0123456789abcdef0123456789"), Some("k8s-"));
    }

    #[test]
    fn a_given_name_has_no_prefix() {
        for name in ["", "k8s", "k8s-cluster-from-ground-up-0000", "20260304050607890012345678"] {
            assert_eq!(prefix(name), None, "{name}");
        }
    }
}

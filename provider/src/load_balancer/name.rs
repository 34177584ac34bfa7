//! Names of load balancers and target groups: given, or made of a prefix and eight random digits.

use tfplugin::prelude::*;

const MAX: usize = 32;
const DIGITS: usize = 8;
const DEFAULT_PREFIX: &str = "groundup-";

/// Checks a name.
pub(super) fn check(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > MAX {
        let length = name.chars().count();
        return Err(format!("A name has 1 to {MAX} characters; {name:?} has {length}."));
    }
    if name.ends_with('-') {
        return Err(format!("A name does not end with a hyphen, as {name:?} does."));
    }
    check_characters(name)
}

/// Checks the beginning of a name.
pub(super) fn check_prefix(prefix: &str) -> Result<(), String> {
    if prefix.len() > MAX - DIGITS {
        let (length, most) = (prefix.chars().count(), MAX - DIGITS);
        return Err(format!(
            "A prefix has at most {most} characters, which leaves {DIGITS} random ones; {prefix:?} has {length}."
        ));
    }
    check_characters(prefix)
}

/// Checks that a name is not one of those AWS keeps for its own load balancers.
pub(super) fn check_reserved(name: &str) -> Result<(), String> {
    if name.starts_with("internal-") {
        return Err(format!("A load balancer's name does not begin with `internal-`, as {name:?} does."));
    }
    Ok(())
}

/// Plans the prefix: without one in the configuration there is none, which is an empty text so that the value stays.
pub(super) fn plan(configured: &Attr<String>, planned: &mut Attr<String>) {
    if planned.is_unknown() && configured.is_null() {
        *planned = "".into();
    }
}

/// The name to create an object with.
pub(super) fn wanted(name: &Attr<String>, prefix: &Attr<String>) -> aws::Name {
    let given = prefix.as_str().filter(|prefix| !prefix.is_empty()).unwrap_or(DEFAULT_PREFIX);
    match name.known() {
        Some(name) => aws::Name::Given(name.clone()),
        None => aws::Name::MadeUp { prefix: given.to_owned(), digits: DIGITS },
    }
}

/// Fills in what the configuration leaves open of the name of a new object.
pub(super) fn settle(made: &str, name: &mut Attr<String>, prefix: &mut Attr<String>) {
    *prefix = prefix.as_str().unwrap_or_default().to_owned().into();
    *name = made.to_owned().into();
}

/// Takes over the name of an object. What looks generated gives back its prefix, so that an imported object fits a
/// configuration that has one.
pub(super) fn read(remote: String, name: &mut Attr<String>, prefix: &mut Attr<String>) {
    if prefix.is_null() {
        *prefix = generated_prefix(&remote).unwrap_or_default().into();
    }
    *name = remote.into();
}

fn generated_prefix(name: &str) -> Option<&str> {
    let (prefix, digits) = name.split_at_checked(name.len().checked_sub(DIGITS)?)?;
    digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).then_some(prefix)
}

fn check_characters(text: &str) -> Result<(), String> {
    if text.starts_with('-') {
        return Err(format!("A name does not begin with a hyphen, as {text:?} does."));
    }
    match text.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
        Some(wrong) => Err(format!(
            "A name has only the letters A-Z and a-z, digits and hyphens; {text:?} has {wrong:?}."
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_aws_would_refuse() {
        assert_eq!(check(&"a".repeat(32)), Ok(()));
        assert_eq!(check("k8s-cluster-from-ground-up"), Ok(()));
        for (name, part) in [
            ("", "1 to 32"),
            (&*"a".repeat(33), "has 33"),
            ("-a", "begin with a hyphen"),
            ("a-", "end with a hyphen"),
            ("a_b", "'_'"),
            ("kubernétes", "'é'"),
        ] {
            let problem = check(name).unwrap_err();
            assert!(problem.contains(part), "{name}: {problem}");
        }
        assert!(check_reserved("internal-k8s").is_err());
        assert_eq!(check_reserved("internalk8s"), Ok(()));
    }

    #[test]
    fn prefixes_leave_room() {
        assert_eq!(check_prefix("k8s-"), Ok(()));
        assert_eq!(check_prefix(""), Ok(()));
        assert_eq!(check_prefix(&"a".repeat(24)), Ok(()));
        assert!(check_prefix(&"a".repeat(25)).unwrap_err().contains("at most 24"));
    }

    #[test]
    fn a_name_is_given_or_made() {
        let made_up = |prefix: &str| aws::Name::MadeUp { prefix: prefix.into(), digits: 8 };
        assert_eq!(wanted(&"k8s".into(), &"".into()), aws::Name::Given("k8s".into()));
        assert_eq!(wanted(&Attr::Unknown, &"api-".into()), made_up("api-"));
        assert_eq!(wanted(&Attr::Unknown, &Attr::Unknown), made_up("groundup-"));

        let (mut name, mut prefix) = (Attr::Unknown, Attr::Unknown);
        settle("groundup-0a1b2c3d", &mut name, &mut prefix);
        assert_eq!((name.as_str(), prefix.as_str()), (Some("groundup-0a1b2c3d"), Some("")));
    }

    #[test]
    fn an_imported_name_gives_back_its_prefix() {
        for (remote, expected) in
            [("api-0a1b2c3d", "api-"), ("k8s", ""), ("0a1b2c3d", ""), ("k8s-apiserver", "")]
        {
            let (mut name, mut prefix) = (Attr::Null, Attr::Null);
            read(remote.into(), &mut name, &mut prefix);
            assert_eq!((name.as_str(), prefix.as_str()), (Some(remote), Some(expected)));
        }
        let mut prefix = "".into();
        read("api-0a1b2c3d".into(), &mut Attr::Null, &mut prefix);
        assert_eq!(prefix, "".into());
    }
}

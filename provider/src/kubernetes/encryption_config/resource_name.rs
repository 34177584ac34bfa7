//! The names an encryption configuration gives to kinds of objects.

use std::fmt;
use std::str::FromStr;

/// A kind of objects, such as `secrets` or `widgets.example.com`, or all of a group (`*.apps`, `*.` for the core
/// group), or all there are (`*.*`).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ResourceName {
    resource: String,
    group: String,
}

impl ResourceName {
    /// Whether every object of the other name is also meant by this one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        (self.group == "*" || self.group == other.group)
            && (self.resource == "*" || self.resource == other.resource)
    }

    /// All kinds of its group.
    pub(crate) fn all_of_group(&self) -> Self {
        Self { resource: "*".to_owned(), group: self.group.clone() }
    }

    /// Whether it means more than one kind.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.resource == "*"
    }
}

impl FromStr for ResourceName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (resource, group) = text.split_once('.').unwrap_or((text, ""));
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '*');
        if text == "*" {
            Err("use `*.` for all resources of the core group, or `*.*` for all resources")
        } else if text.contains(|c: char| c.is_uppercase()) {
            Err("must not contain capital letters")
        } else if resource.is_empty() || !text.chars().all(allowed) {
            Err(
                "must be a resource such as `secrets` or `widgets.example.com`, or a wildcard such as `*.apps`",
            )
        } else if ["apiserveripinfo", "serviceipallocations", "servicenodeportallocations"].contains(&text) {
            Err("has no REST API and cannot be encrypted")
        } else if group == "events.k8s.io" {
            Err("events are stored in the core group: use `events`")
        } else if group == "extensions" {
            Err("the group `extensions` no longer exists and cannot be encrypted")
        } else if group == "*" && resource != "*" {
            Err("the same resource cannot be encrypted across groups: name the group")
        } else if resource.len() > 1 && resource.contains('*') || group.len() > 1 && group.contains('*') {
            Err("a wildcard stands for a whole resource or group, not for a part of its name")
        } else {
            Ok(Self { resource: resource.to_owned(), group: group.to_owned() })
        }
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.resource)?;
        if self.group.is_empty() && !self.is_wildcard() {
            Ok(())
        } else {
            write!(formatter, ".{}", self.group)
        }
    }
}

/// What makes one list of names ambiguous: the place of a name, and why the API server would refuse it.
pub(crate) fn overlaps(names: &[ResourceName]) -> Vec<(usize, String)> {
    let clash = |(index, name): (usize, &ResourceName)| {
        let (_, other) = names.iter().enumerate().find(|&(place, other)| {
            place != index && other.covers(name) && (other != name || place < index)
        })?;
        let why = if other == name {
            format!("`{name}` is listed twice")
        } else {
            format!("`{name}` is already covered by `{other}` in the same list")
        };
        Some((index, why))
    };
    names.iter().enumerate().filter_map(clash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<ResourceName> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn what_the_api_server_accepts_is_accepted_and_kept() {
        for text in ["secrets", "configmaps", "widgets.example.com", "*.", "*.apps", "*.*", "events"] {
            assert_eq!(text.parse::<ResourceName>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_the_api_server_refuses_is_refused() {
        for text in [
            "",
            "*",
            "Secrets",
            "secrets.*",
            "*.events.k8s.io",
            "events.events.k8s.io",
            "deployments.extensions",
            "apiserveripinfo",
            "se crets",
            ".apps",
            "se*",
            "*.app*",
        ] {
            assert!(text.parse::<ResourceName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn duplicates_and_members_of_a_wildcard_overlap() {
        let places =
            |texts: &[&str]| overlaps(&names(texts)).into_iter().map(|(place, _)| place).collect::<Vec<_>>();
        assert!(places(&["secrets", "configmaps", "widgets.example.com", "*.apps"]).is_empty());
        assert_eq!(places(&["secrets", "configmaps", "secrets"]), [2]);
        assert_eq!(places(&["secrets", "*."]), [0]);
        assert_eq!(places(&["*.*", "secrets", "*.apps"]), [1, 2]);
        assert_eq!(places(&["*.apps", "secrets", "deployments.apps"]), [2]);
    }
}

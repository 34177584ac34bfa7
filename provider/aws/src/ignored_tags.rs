//! Tags that belong to somebody else.

use std::collections::BTreeSet;

use crate::Tags;

/// Tags that others put on our objects: they are neither shown nor removed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IgnoredTags {
    /// These keys.
    pub keys: BTreeSet<String>,
    /// Keys that begin so.
    pub key_prefixes: BTreeSet<String>,
}

impl IgnoredTags {
    /// Whether a tag of this key belongs to somebody else.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(key) || self.key_prefixes.iter().any(|prefix| key.starts_with(prefix))
    }

    /// The tags that are ours.
    #[must_use]
    pub fn without(&self, tags: &Tags) -> Tags {
        tags.iter()
            .filter(|(key, _)| !self.has(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_prefixes_are_ignored() {
        let ignored = IgnoredTags {
            keys: ["owner".to_owned()].into(),
            key_prefixes: ["kubernetes.io/".to_owned()].into(),
        };
        let tags = ["owner", "owners", "kubernetes.io/cluster/a", "kubernetes.io", "Name"];
        let tags: Tags = tags.into_iter().map(|key| (key.to_owned(), String::new())).collect();
        let ours: Vec<_> = ignored.without(&tags).into_keys().collect();
        assert_eq!(ours, ["Name", "kubernetes.io", "owners"]);
        assert_eq!(IgnoredTags::default().without(&tags), tags);
    }
}

//! Tags: the labels of an object.

use std::collections::BTreeMap;

/// The tags of an object, by key.
pub type Tags = BTreeMap<String, String>;

/// The key of the tag by which an object is found whose creation got no answer. It stays as long as the object lives.
pub const CREATE_TOKEN: &str = "groundup:create-token";

/// How many tags an object can have.
pub const MAX_TAGS: usize = 50;

/// The calls that turn one set of tags into another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// Tags to create or overwrite.
    pub set: Tags,
    /// Keys to remove.
    pub remove: Vec<String>,
}

impl TagChange {
    /// What to do so that an object that has the tags `from` has the tags `to`. Keys that nobody may change
    /// are left alone.
    #[must_use]
    pub fn between(from: &Tags, to: &Tags) -> Self {
        let set = to.iter().filter(|(key, value)| !is_reserved(key) && from.get(*key) != Some(*value));
        let remove = from.keys().filter(|key| !is_reserved(key) && !to.contains_key(*key));
        Self {
            set: set.map(|(key, value)| (key.clone(), value.clone())).collect(),
            remove: remove.cloned().collect(),
        }
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }
}

/// Whether this key is not for users to set.
pub(crate) fn is_reserved(key: &str) -> bool {
    key == CREATE_TOKEN || is_the_services(key)
}

/// Whether only the services themselves may use this key.
fn is_the_services(key: &str) -> bool {
    key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"))
}

/// Collects what a service reports, without the keys reserved for itself. The token of the creation is kept, for
/// [`Clients::seen`](crate::Clients::seen).
pub(crate) fn collect(pairs: impl IntoIterator<Item = (Option<String>, Option<String>)>) -> Tags {
    let tags = pairs.into_iter().filter_map(|(key, value)| Some((key?, value.unwrap_or_default())));
    tags.filter(|(key, _)| !is_the_services(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_differences_are_called_for() {
        let from = tags(&[
            ("same", "1"),
            ("changed", "1"),
            ("gone", "1"),
            ("aws:cloudformation:stack", "x"),
            (CREATE_TOKEN, "t"),
        ]);
        let to = tags(&[("same", "1"), ("changed", "2"), ("new", "")]);
        let change = TagChange::between(&from, &to);
        assert_eq!(change.set, tags(&[("changed", "2"), ("new", "")]));
        assert_eq!(change.remove, ["gone"]);
        assert!(TagChange::between(&to, &to).is_empty());
    }

    #[test]
    fn reserved_keys_are_dropped_from_what_is_read() {
        let read = [("aws:ec2:x", "1"), ("Name", "n"), ("awsome", "2"), ("AWS:y", "3")];
        let read = read.map(|(key, value)| (Some(key.to_owned()), Some(value.to_owned())));
        assert_eq!(collect(read), tags(&[("Name", "n"), ("awsome", "2")]));
    }
}

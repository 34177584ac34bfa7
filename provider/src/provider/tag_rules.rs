//! The provider's tags: those of every object, and those of others.

use std::collections::BTreeSet;

use crate::common::tags::Tags;

const DEFAULT_TAGS: &str = "TF_AWS_DEFAULT_TAGS_";

/// The tags of every object: those of the environment, with those of the configuration over them.
pub(super) fn default_tags(configured: Option<Tags>) -> Tags {
    merge(std::env::vars(), configured.unwrap_or_default())
}

fn merge(environment: impl Iterator<Item = (String, String)>, configured: Tags) -> Tags {
    let tags = environment.filter_map(|(name, value)| {
        let key = name.strip_prefix(DEFAULT_TAGS).filter(|key| !key.is_empty())?;
        Some((key.to_owned(), value.into()))
    });
    tags.chain(configured).collect()
}

/// The tags of others: those of the configuration and those of the environment.
pub(super) fn ignored_tags(keys: BTreeSet<String>, key_prefixes: BTreeSet<String>) -> aws::IgnoredTags {
    let listed = |name: &str| list(&std::env::var(name).unwrap_or_default());
    aws::IgnoredTags {
        keys: keys.into_iter().chain(listed("TF_AWS_IGNORE_TAGS_KEYS")).collect(),
        key_prefixes: key_prefixes.into_iter().chain(listed("TF_AWS_IGNORE_TAGS_KEY_PREFIXES")).collect(),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_wins_over_the_environment() {
        let environment = [
            ("TF_AWS_DEFAULT_TAGS_Owner", "env"),
            ("TF_AWS_DEFAULT_TAGS_Team", "env"),
            ("TF_AWS_DEFAULT_TAGS_", "nameless"),
            ("OTHER", "x"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let configured = Tags::from([("Owner".to_owned(), "block".into())]);
        let merged = merge(environment.into_iter(), configured);
        let expected = Tags::from([("Owner".to_owned(), "block".into()), ("Team".to_owned(), "env".into())]);
        assert_eq!(merged, expected);
    }

    #[test]
    fn lists_have_commas() {
        assert_eq!(list(" a, b/ ,,c "), ["a", "b/", "c"]);
        assert_eq!(list(""), Vec::<String>::new());
    }
}

//! Tags: the resource's own over the provider's defaults.

use std::collections::BTreeMap;

use aws::{CREATE_TOKEN, MAX_TAGS};
use tfplugin::prelude::*;

use crate::Client;

/// Tags by key; a value may come from another object.
pub(crate) type Tags = BTreeMap<String, Attr<String>>;

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Checks the tags of the attribute `tags`.
pub(crate) fn validate(check: &mut Check, tags: &Attr<Tags>) {
    validate_at(check, &Path::from("tags"), tags);
}

/// Checks the tags at `path`.
pub(crate) fn validate_at(check: &mut Check, path: &Path, tags: &Attr<Tags>) {
    let Some(tags) = tags.known() else { return };
    if tags.len() > MAX_TAGS {
        let detail = format!("{} tags are given; AWS takes at most {MAX_TAGS}.", tags.len());
        check.error(path, "Too Many Tags", detail);
    }
    for (key, value) in tags {
        let path = path.key(key);
        if key.is_empty() || key.chars().count() > MAX_KEY {
            check.error(&path, "Invalid Tag", format!("A tag's key has 1 to {MAX_KEY} characters."));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            check.error(&path, "Invalid Tag", "Keys that begin with `aws:` belong to AWS.");
        }
        if key == CREATE_TOKEN {
            check.error(&path, "Invalid Tag", "The provider uses this key to find what it has created.");
        }
        if value.as_str().is_some_and(|value| value.chars().count() > MAX_VALUE) {
            check.error(&path, "Invalid Tag", format!("A tag's value has at most {MAX_VALUE} characters."));
        }
    }
}

/// What is told of a tag that is given and ignored.
pub(crate) const IGNORED: &str = "Ignored Tag";

/// Why a tag cannot be given and ignored.
pub(crate) fn ignored(key: &str) -> String {
    format!(
        "The provider's `ignore_tags` leaves the tag {key:?} to others, so it cannot be set here. Remove the tag, or \
         narrow `ignore_tags`."
    )
}

/// Plans `tags_all`: the provider's default tags with the resource's own over them.
pub(crate) fn plan(tags: &Attr<Tags>, tags_all: &mut Attr<Tags>, cx: &Cx<Client>) -> Result<()> {
    let theirs = cx.client.aws().ignored_tags();
    let told = tags.known().into_iter().flat_map(BTreeMap::keys).filter(|key| theirs.has(key));
    let told: Vec<_> =
        told.map(|key| Diagnostic::error(IGNORED, ignored(key)).at(Path::from("tags").key(key))).collect();
    if !told.is_empty() {
        return Err(Error::many(told));
    }
    *tags_all = match tags {
        Attr::Unknown => Attr::Unknown,
        Attr::Null => Attr::Known(cx.client.default_tags().clone()),
        Attr::Known(own) => {
            let mut all = cx.client.default_tags().clone();
            all.extend(own.clone());
            Attr::Known(all)
        }
    };
    Ok(())
}

/// The tags to send.
pub(crate) fn all(tags_all: &Attr<Tags>) -> BTreeMap<String, String> {
    let known = tags_all.known().into_iter().flatten();
    known.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))).collect()
}

/// Takes over the tags that AWS tells. Those the provider adds to every object are not the resource's own, unless it
/// sets them itself.
pub(crate) fn read(
    tags: &mut Attr<Tags>,
    tags_all: &mut Attr<Tags>,
    remote: BTreeMap<String, String>,
    cx: &Cx<Client>,
) {
    cx.client.aws().seen(&remote);
    let remote: Tags = remote
        .into_iter()
        .filter(|(key, _)| {
            !key.starts_with("aws:") && key != CREATE_TOKEN && !cx.client.aws().ignored_tags().has(key)
        })
        .map(|(key, value)| (key, value.into()))
        .collect();
    let defaults = cx.client.default_tags();
    let is_default = |key: &String, value: &Attr<String>| {
        defaults.get(key).is_some_and(|default| default.is_unknown() || default == value)
    };
    let before = tags.or_default();
    let own: Tags = remote
        .iter()
        .filter(|(key, value)| before.contains_key(*key) || !is_default(key, value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    *tags_all = Attr::Known(remote);
    // No tags and an empty map of tags are the same to AWS; the configuration may say either.
    if !(own.is_empty() && before.is_empty()) {
        *tags = Attr::Known(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_tag_is_told_at_its_key() {
        let mut check = Check::default();
        let tags = Tags::from([
            ("aws:x".to_owned(), "v".into()),
            ("good".to_owned(), Attr::Unknown),
            ("groundup:create-token".to_owned(), "v".into()),
            ("long".to_owned(), "v".repeat(257).into()),
        ]);
        validate(&mut check, &tags.into());
        let told: Vec<_> = check.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect();
        assert_eq!(told, ["tags[\"aws:x\"]", "tags[\"groundup:create-token\"]", "tags[\"long\"]"]);
    }

    #[test]
    fn only_known_tags_are_sent() {
        let tags = Tags::from([("a".to_owned(), "1".into()), ("b".to_owned(), Attr::Null)]);
        assert_eq!(all(&tags.into()), BTreeMap::from([("a".to_owned(), "1".to_owned())]));
    }
}

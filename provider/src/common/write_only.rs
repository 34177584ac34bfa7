//! Plans of content that is in the configuration only: by its salted hash.
//!
//! Content that is the same on every run, as everything is that follows from derived keys, needs no more: another hash is
//! another content. Content that is new on every run has another hash in each plan, which would then never be empty, and
//! yet another at apply, which Terraform refuses. Such content comes with a version, and is looked at only when that
//! changes, or when what was written is no longer there.

use tfplugin::prelude::*;

use super::salted_hash::Salt;

/// Write-only content in a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriteOnly<'a> {
    pub(crate) content: &'a Attr<Secret>,
    /// Set for content that is new on every run.
    pub(crate) version: &'a Attr<i64>,
}

/// What is known of the content that there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before<'a> {
    pub(crate) salt: &'a Salt,
    /// Hash of what the last refresh found.
    pub(crate) found: &'a str,
    /// Hash of what the last apply wrote.
    pub(crate) written: &'a str,
    pub(crate) version: &'a Attr<i64>,
}

impl Before<'_> {
    /// Whether somebody else changed the content.
    pub(crate) fn has_drifted(&self) -> bool {
        self.found != self.written
    }
}

impl WriteOnly<'_> {
    /// The hash to plan; unknown where there is no salt yet.
    pub(crate) fn hash(&self, before: Option<Before<'_>>) -> Attr<String> {
        let Some(before) = before else { return Attr::Unknown };
        if self.version.is_set() {
            return if self.keeps(&before) { before.found.into() } else { Attr::Unknown };
        }
        self.content.as_ref().map(|content| before.salt.hash(content.expose().as_bytes()))
    }

    /// Whether random content stays what it is, whatever the configuration holds now.
    pub(crate) fn keeps(&self, before: &Before<'_>) -> bool {
        self.version == before.version && self.version.known().is_some() && !before.has_drifted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salt() -> Salt {
        Salt::generate().unwrap()
    }

    fn secret(text: &str) -> Attr<Secret> {
        Secret::new(text).into()
    }

    #[test]
    fn stable_content_is_planned_by_its_hash_once_there_is_a_salt() {
        let (salt, version) = (salt(), Attr::Null);
        let (one, other) = (salt.hash(b"one"), salt.hash(b"other"));
        let planned = |content, before| WriteOnly { content: &content, version: &version }.hash(before);
        // Whatever is found: what is planned is what is configured.
        for found in [&one, &other] {
            let before = Some(Before { salt: &salt, found, written: &one, version: &version });
            assert_eq!(planned(secret("one"), before).known(), Some(&one));
            assert_eq!(planned(Attr::Unknown, before), Attr::Unknown);
        }
        assert_eq!(planned(secret("one"), None), Attr::Unknown);
    }

    #[test]
    fn random_content_is_planned_when_its_version_changes_or_the_old_is_gone() {
        let (salt, content) = (salt(), secret("new"));
        let (old, drifted) = (salt.hash(b"old"), salt.hash(b"drifted"));
        let planned = |version: Attr<i64>, found, last: Attr<i64>| {
            let before = Before { salt: &salt, found, written: &old, version: &last };
            WriteOnly { content: &content, version: &version }.hash(Some(before))
        };
        assert_eq!(planned(1.into(), &old, 1.into()).known(), Some(&old));
        assert_eq!(planned(2.into(), &old, 1.into()), Attr::Unknown);
        assert_eq!(planned(1.into(), &old, Attr::Null), Attr::Unknown);
        assert_eq!(planned(Attr::Unknown, &old, 1.into()), Attr::Unknown);
        assert_eq!(planned(1.into(), &drifted, 1.into()), Attr::Unknown);
        // It is stable from now on.
        assert_eq!(planned(Attr::Null, &old, 1.into()), salt.hash(b"new").into());
    }
}

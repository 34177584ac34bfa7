//! What a change may not do: change keys that are in use, or skip a step of their rotation.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::prelude::*;

use super::EncryptionConfig;
use super::key::{Key, KeySource, LocalProvider};
use super::kinds::Difference;
use super::reader::Reader;
use super::rotation::{File, Standing};

/// Keys that would become others under the same name.
pub(super) fn of_keys(prior: Option<&EncryptionConfig>, planned: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(prior) = prior else { return found };
    for (index, key) in planned.keys().iter().enumerate() {
        let Some(name) = key.name.known().map(Parsed::text) else { continue };
        let Some(before) = prior.key_named(name) else { continue };
        let path = Path::from("keys").index(index);
        key_stays(name, before, key, &path, &mut found);
        if !planned.provider_type.is_unknown() && !key.provider_type.is_unknown() {
            let providers = [prior.provider_of(before), planned.provider_of(key)];
            provider_stays(name, providers, &path, &mut found);
        }
    }
    if planned.keys().iter().any(|key| key.is_of(KeySource::Seed) && !key.fingerprint.is_unknown()) {
        label_stays(prior, planned, &mut found);
    }
    service_stays(prior, planned, &mut found);
    found
}

fn key_stays(name: &str, before: &Key, after: &Key, path: &Path, found: &mut Diagnostics) {
    let fingerprint =
        before.fingerprint.known().cloned().or_else(|| before.fingerprint_of_secret().into_known());
    if fingerprint.zip(after.fingerprint.known()).is_some_and(|(before, after)| before != *after) {
        let detail = format!(
            "The key `{name}` is in use and cannot become another one under the same name. Next step: leave it as it is and \
             add a key with another name after it."
        );
        found.error(path.attr("secret"), CHANGED, detail);
    }
    let generations = before.generation.known().zip(after.generation.known());
    if after.is_of(KeySource::Seed) && generations.is_some_and(|(before, after)| before != after) {
        let detail = format!(
            "The key `{name}` is derived from its generation, {}, and cannot become another one under the same name. Next \
             step: leave it as it is and add a key with another name and the next generation after it.",
            before.generation()
        );
        found.error(path.attr("generation"), CHANGED, detail);
    }
}

fn provider_stays(name: &str, [before, after]: [LocalProvider; 2], path: &Path, found: &mut Diagnostics) {
    if before != after {
        let detail = format!(
            "The key `{name}` is one for `{before}`. Next step: set `provider_type = \"{before}\"` of this key, and add a key \
             with another name for `{after}` after it."
        );
        found.error(path.attr("provider_type"), CHANGED, detail);
    }
}

/// There is room for one service only.
fn service_stays(prior: &EncryptionConfig, planned: &EncryptionConfig, found: &mut Diagnostics) {
    let (Some(before), Some(after)) = (prior.service(), planned.service()) else { return };
    if before != after {
        let detail = format!(
            "The place of {} cannot be taken by another one at once. Next step: let a key of a local provider write, rewrite \
             every stored object, remove the block `kms`, and only then add the other service.",
            before.described()
        );
        found.error(Path::from("kms").attr("name"), "Service Cannot Change", detail);
    }
}

fn label_stays(prior: &EncryptionConfig, planned: &EncryptionConfig, found: &mut Diagnostics) {
    if planned.label.is_unknown() || planned.label == prior.label {
        return;
    }
    let label = prior.label.known().map(Parsed::text).unwrap_or_default();
    let detail = format!(
        "Keys that are in use are derived from the label `{label}`, which has to stay for as long as they do. A key with the \
         next generation is another key of the same label."
    );
    found.error("label", CHANGED, detail);
}

/// Readers that a change takes away too early. Fills in what objects in etcd may begin with.
pub(super) fn of_readers(prior: Option<&EncryptionConfig>, planned: &mut EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    planned.stored_prefixes = Attr::Unknown;
    let Some(file) = planned.file().filter(|_| !planned.rewritten_through.is_unknown()) else { return found };
    let through = planned.rewritten_through.known().copied();
    let before = prior.and_then(|prior| Some((prior, prior.standing()?)));
    let after = match &before {
        None => Standing::begin(file, through),
        Some((_, before)) => before.step(file, through).map(|(_, after)| after),
    };
    let mut after = match after {
        Ok(after) => after,
        Err(refusal) => {
            found.push(refusal.diagnostic());
            return found;
        }
    };
    if let Some((prior, before)) = &before {
        match Difference::between(prior, planned) {
            None => return found,
            Some(kinds) => of_kinds(&kinds, before, &mut after, &mut found),
        }
    }
    planned.stored_prefixes = after.stored.into_iter().map(Parsed::of).collect::<BTreeSet<_>>().into();
    found
}

fn of_kinds(kinds: &Difference, before: &Standing, after: &mut Standing, found: &mut Diagnostics) {
    let only_plain = before.stored.iter().all(|reader| *reader == Reader::PlainText);
    if let Some(kind) = kinds.dropped.as_ref().filter(|_| !only_plain) {
        let detail = format!(
            "Objects of the kind `{kind}` may be stored encrypted, and without an entry they are not decrypted. Next step: \
             leave it in, or go back to plain text for all kinds first (`provider_type = \"identity\"`, then rewrite every \
             stored object and set `rewritten_through = 0`)."
        );
        found.error("resources", UNREADABLE, detail);
    }
    let Some(kind) = &kinds.added else { return };
    if !after.file.readers.contains_key(&Reader::PlainText) {
        let detail = format!(
            "Objects of the kind `{kind}` are stored in plain text so far. Next step: set `allow_plaintext_read = true`, and \
             keep it until every one of them has been rewritten."
        );
        found.error("allow_plaintext_read", UNREADABLE, detail);
    } else if after.file.writer != Reader::PlainText {
        let detail = format!(
            "Objects of the kind `{kind}` will be written encrypted. An API server that still has the old file cannot read \
             those, so deliver the file to all of them at the same time."
        );
        found.warn("resources", "New Kinds Are Encrypted at Once", detail);
    }
    after.stored.insert(Reader::PlainText);
}

const CHANGED: &str = "Key Cannot Change";
const UNREADABLE: &str = "Stored Objects Would Become Unreadable";

impl EncryptionConfig {
    /// What an API server does with the file, as soon as that is known.
    fn file(&self) -> Option<File> {
        if self.keys.is_unknown() || self.kms.is_unknown() || self.allow_plaintext_read.is_unknown() {
            return None;
        }
        let writer = self.writer()?;
        let mut readers = BTreeMap::new();
        // An earlier version did not number its keys.
        let number =
            |generation: &Attr<u32>| if generation.is_unknown() { None } else { Some(generation.or(1)) };
        for key in self.keys() {
            readers.insert(self.reader(key)?, number(&key.generation)?);
        }
        if let Some(kms) = self.kms.known() {
            readers.insert(self.service()?, number(&kms.generation)?);
        }
        if self.allow_plaintext_read.or(true) || writer == Reader::PlainText {
            readers.insert(Reader::PlainText, 0);
        }
        Some(File { readers, writer })
    }

    /// Where the rotation of a state stands. An earlier version did not record what is stored: it may be anything that can
    /// be read.
    pub(super) fn standing(&self) -> Option<Standing> {
        let file = self.file()?;
        let stored = match self.stored_prefixes.known() {
            Some(stored) => stored.iter().map(|reader| reader.get().clone()).collect(),
            None => file.readers.keys().cloned().collect(),
        };
        Some(Standing { file, stored, rewritten_through: self.rewritten_through.known().copied() })
    }
}

//! Guards against the loss of keys with which something may be stored.

use tfplugin::prelude::*;

use super::EncryptionConfig;
use super::key::{Key, KeySource};
use crate::provider::Client;

/// Under which the hash of the file is kept beside the state.
const MARK: &str = "file";

/// Refuses to make anew what exists: of an object that is replaced, a plan is given only what was kept beside its state.
pub(super) fn guard_replacement(prior: Option<&EncryptionConfig>, cx: &Cx<Client>) -> Result<()> {
    if let Some(prior) = prior {
        let file = prior.content_sha256.as_str().unwrap_or_default();
        cx.private_set(MARK, file.as_bytes().to_vec());
        return Ok(());
    }
    let Some(file) = cx.private_get(MARK) else { return Ok(()) };
    let detail = format!(
        "A file (SHA-256 {}) is in use. To replace it would lose the record of what is stored, and any random key with all \
         that it encrypted. Next step: rotate the keys instead, by a new key after the others. To start over because nothing \
         has been stored yet, destroy the resource and create it anew.",
        String::from_utf8_lossy(&file)
    );
    Err(Error::new("Replacement Refused", detail))
}

/// Tells what a destroy loses.
pub(super) fn tell(prior: &EncryptionConfig, cx: &Cx<Client>) {
    let mut lost =
        vec!["What is stored encrypted can only be read with this configuration's keys.".to_owned()];
    let of = |source| names(prior, source);
    if let Some(names) = of(KeySource::State) {
        lost.push(format!("With the state goes the only copy of {names}."));
    }
    if let Some(names) = of(KeySource::Seed) {
        let label = prior.label.known().map(Parsed::text).unwrap_or_default();
        lost.push(format!("From the seed, the label `{label}` and its generation comes {names} again."));
    }
    if let Some(names) = of(KeySource::Configuration) {
        lost.push(format!("Whoever has a copy of its secret can give {names} again."));
    }
    lost.push("The record of what is stored and needs which key is lost.".to_owned());
    cx.warn("Encryption Configuration Will Be Destroyed", lost.join(" "));
}

/// Refuses to lose keys of which there is no other copy, unless the state says that they may go.
pub(super) fn refuse(prior: &EncryptionConfig) -> Result<()> {
    let next = "if that is what you want, set `allow_key_loss = true`, apply, and destroy then.";
    refuse_with(prior, next)
}

/// As [`refuse`], of an object that is deleted without a plan that asked: one that is tainted.
pub(super) fn refuse_tainted(prior: &EncryptionConfig) -> Result<()> {
    let next = "keep it by `terraform untaint`. If nothing has been stored yet, set `allow_key_loss = true` after that, apply, \
                and destroy then.";
    refuse_with(prior, next)
}

fn refuse_with(prior: &EncryptionConfig, next: &str) -> Result<()> {
    let Some(names) = names(prior, KeySource::State).filter(|_| !prior.allow_key_loss.or(false)) else {
        return Ok(());
    };
    let detail = format!(
        "There is no copy but in the state of {names}. Whatever was encrypted with it, in etcd and in its backups, could never \
         be read again. Next step: {next}"
    );
    Err(Error::new("Keys Would Be Lost", detail))
}

/// The keys of a source; `None` if there are none.
fn names(config: &EncryptionConfig, source: KeySource) -> Option<String> {
    // An earlier version did not record the source; what it did not find in the configuration it had made.
    let is_of = |key: &&Key| key.is_of(source) || key.source.is_null() && source == KeySource::State;
    let names: Vec<_> = config.keys().iter().filter(is_of).filter_map(|key| key.name.known()).collect();
    let names: Vec<_> = names.into_iter().map(|name| format!("`{}`", name.text())).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("the key {name}")),
        names => Some(format!("the keys {}", names.join(", "))),
    }
}

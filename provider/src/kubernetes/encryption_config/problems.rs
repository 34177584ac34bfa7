//! What is wrong with an encryption configuration: what the API server refuses, and what it forgets to refuse.

use tfplugin::prelude::*;

use super::resource_name::{ResourceName, overlaps};
use super::{EncryptionConfig, Key, LocalProvider, ProviderType, key};

/// Problems of the configuration as it is written.
pub(super) fn of_configuration(config: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    resources(config, &mut found);
    writer(config, &mut found);
    advice(config, &mut found);
    found.extend(of_keys(config));
    found
}

/// Problems of the keys, with whatever secrets are known.
pub(super) fn of_keys(config: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    let keys = config.keys();
    let names = keys.iter().map(|key| key.name.known().map(Parsed::text)).collect::<Vec<_>>();
    let mut materials = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let Some(secret) = key.secret.known() else { continue };
        match key::decode(secret.expose(), config.provider_of(key).key_lengths()) {
            Ok(bytes) => materials.push((index, bytes)),
            // Which lengths are right depends on the provider.
            Err(_) if key.provider_type.is_unknown() || config.provider_type.is_unknown() => {}
            Err(problem) => found.error(at(index, "secret"), "Invalid Key", sentence(&problem)),
        }
    }
    for (index, first) in repeated_known(&names) {
        let detail = format!(
            "`key[{first}]` has the same name. What is stored names its key: with two of one name, one of them is \
             never found."
        );
        found.error(at(index, "name"), "Duplicate Key Name", detail);
    }
    for (place, first) in key::repeated(materials.iter().map(|(_, bytes)| bytes.as_slice())) {
        let detail = format!(
            "`key[{}]` holds the same secret, so changing keys would change nothing.",
            materials[first].0
        );
        found.error(at(materials[place].0, "secret"), "Duplicate Key", detail);
    }
    found
}

/// What of a change would make unreadable what the current configuration writes.
pub(super) fn of_change(prior: &EncryptionConfig, planned: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    match prior.provider_type() {
        ProviderType::Identity => {
            let plain = planned.provider_type.known() == Some(&ProviderType::Identity);
            if planned.allow_plaintext_read.known() == Some(&false) && !plain {
                let detail = "New objects are stored in plain text at present. Keep `allow_plaintext_read` until every \
                              object has been rewritten.";
                lost(&mut found, "allow_plaintext_read", detail);
            }
        }
        ProviderType::Kms => {
            let name =
                |config: &EncryptionConfig| config.kms.known().and_then(|kms| kms.name.known().cloned());
            let gone =
                planned.kms.is_null() || name(planned).is_some_and(|new| name(prior).as_ref() != Some(&new));
            if gone {
                let detail = "New objects are encrypted by this service at present. Keep it until something else has \
                              become `provider_type` and every object has been rewritten.";
                lost(&mut found, "kms", detail);
            }
        }
        _ => writing_key_stays(prior, planned, &mut found),
    }
    for (index, key) in planned.keys().iter().enumerate() {
        let Some(name) = key.name.known() else { continue };
        let (before, after) = (prior.secret_of(name.text()), key.secret.known());
        if before.zip(after).is_some_and(|(before, after)| before != after) {
            let detail = format!(
                "The secret of the key `{}` is in use and cannot change under the same name. Add a key with another \
                 name instead.",
                name.text()
            );
            lost(&mut found, at(index, "secret"), &detail);
        }
    }
    found
}

/// The key that writes must stay, with its provider, among those that read.
fn writing_key_stays(prior: &EncryptionConfig, planned: &EncryptionConfig, found: &mut Diagnostics) {
    let Some(writer) = prior.keys().first() else { return };
    let (Some(name), Attr::Known(keys)) = (writer.name.known(), &planned.key) else { return };
    if keys.iter().any(|key| key.name.is_unknown()) || planned.provider_type.is_unknown() {
        return;
    }
    match keys.iter().position(|key| key.is_named(name.text())) {
        None => {
            let detail = format!(
                "New objects are encrypted with the key `{}` at present. Keep it after the new key until every object \
                 has been rewritten.",
                name.text()
            );
            lost(found, "key", &detail);
        }
        Some(index) if planned.provider_of(&keys[index]) != prior.provider_of(writer) => {
            let detail = format!(
                "The key `{}` is in use for `{}`: set `provider_type` of this key to that, and add a new key for the \
                 other provider.",
                name.text(),
                prior.provider_of(writer)
            );
            lost(found, at(index, "provider_type"), &detail);
        }
        Some(0) => {}
        Some(_) if !prior.keys().iter().any(|key| same_name(key, &keys[0])) => {
            let detail = "An API server that still has the old file cannot read what another one writes with this new \
                          key. Deliver the file with the new key in second place first.";
            found.warn(at(0, "name"), "New Key Writes at Once", detail);
        }
        Some(_) => {}
    }
}

fn lost(found: &mut Diagnostics, path: impl Into<Path>, detail: &str) {
    let detail = format!(
        "{detail} To start over because nothing has been stored yet, destroy the resource and create it anew."
    );
    found.error(path, "Stored Objects Would Become Unreadable", detail);
}

fn resources(config: &EncryptionConfig, found: &mut Diagnostics) {
    let (encrypted, exceptions) = (names(&config.resources), names(&config.unencrypted_resources));
    if config.resources.known().is_some_and(Vec::is_empty) {
        found.error("resources", "Nothing to Encrypt", "At least one kind of objects is required.");
    }
    for (attribute, names) in [("resources", &encrypted), ("unencrypted_resources", &exceptions)] {
        for (place, problem) in overlaps(&names.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>()) {
            let path = Path::from(attribute).index(names[place].0);
            found.error(path, "Overlapping Resources", sentence(&problem));
        }
    }
    for (index, name) in &encrypted {
        if let Some((_, mask)) = exceptions.iter().find(|(_, exception)| exception.covers(name)) {
            let detail = format!(
                "`unencrypted_resources` has `{mask}`, which comes first: `{name}` would not be encrypted."
            );
            found.error(Path::from("resources").index(*index), "Masked Resource", detail);
        }
    }
    let all_known =
        config.resources.known().is_some_and(|names| names.iter().all(|name| name.known().is_some()));
    for (index, name) in exceptions {
        if all_known && !encrypted.iter().any(|(_, wildcard)| wildcard.covers(&name)) {
            let detail = format!("Nothing in `resources` covers `{name}`, so it is not encrypted anyway.");
            found.warn(Path::from("unencrypted_resources").index(index), "Needless Exception", detail);
        }
    }
}

/// What writes must be there.
fn writer(config: &EncryptionConfig, found: &mut Diagnostics) {
    let Attr::Known(provider) = config.provider_type else { return };
    match provider.local() {
        None if provider == ProviderType::Kms && config.kms.is_null() => {
            found.error("kms", "Missing Block", "`provider_type` is `kms`: a `kms` block is required.");
        }
        Some(local) => match config.key.known().map(|keys| keys.first()) {
            Some(None) => {
                let detail =
                    format!("`provider_type` is `{provider}`: at least one `key` block is required.");
                found.error("key", "Missing Block", detail);
            }
            Some(Some(first)) if first.provider_type.known().is_some_and(|own| *own != local) => {
                let detail =
                    format!("The first key writes, so it must be of the `provider_type` `{provider}`.");
                found.error(at(0, "provider_type"), "Wrong Provider", detail);
            }
            _ => {}
        },
        None => {}
    }
}

/// What works, but is not wise.
fn advice(config: &EncryptionConfig, found: &mut Diagnostics) {
    match config.provider_type.known() {
        Some(ProviderType::AesCbc) => {
            let detail = "AES-CBC without authentication is open to padding oracle attacks; Kubernetes advises against it. \
                          `secretbox` takes the same keys.";
            found.warn("provider_type", "Weak Provider", detail);
        }
        Some(ProviderType::AesGcm) => {
            let detail = "Random nonces repeat in the long run: a key of `aesgcm` must be replaced every 200,000 writes, \
                          which needs automation. `secretbox` has no such limit.";
            found.warn("provider_type", "Provider Needs Rotation", detail);
        }
        Some(ProviderType::Identity) => {
            found.warn("provider_type", "Nothing Is Encrypted", "New objects are stored in plain text.");
        }
        _ => {}
    }
    for (index, key) in config.keys().iter().enumerate() {
        let Some(secret) = key.secret.known() else { continue };
        let provider = config.provider_of(key);
        let weak = provider == LocalProvider::AesCbc && key::decode(secret.expose(), &[16, 24]).is_ok();
        if weak {
            let detail = "Kubernetes documents keys of 32 bytes for `aescbc`; shorter ones work by accident.";
            found.warn(at(index, "secret"), "Short Key", detail);
        }
    }
}

/// The names that are known, each with its place in the list.
fn names(list: &Attr<Vec<Attr<Parsed<ResourceName>>>>) -> Vec<(usize, ResourceName)> {
    let elements = list.known().into_iter().flatten().enumerate();
    elements.filter_map(|(index, name)| Some((index, name.known()?.get().clone()))).collect()
}

fn repeated_known(names: &[Option<&str>]) -> Vec<(usize, usize)> {
    key::repeated(names).into_iter().filter(|(index, _)| names[*index].is_some()).collect()
}

fn same_name(one: &Key, other: &Key) -> bool {
    other.name.known().is_some_and(|name| one.is_named(name.text()))
}

fn at(index: usize, attribute: &str) -> Path {
    Path::from("key").index(index).attr(attribute)
}

fn sentence(problem: &str) -> String {
    let mut letters = problem.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(['.']).collect()
}

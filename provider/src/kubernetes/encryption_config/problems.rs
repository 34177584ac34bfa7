//! What is wrong with an encryption configuration: what the API server refuses, and what it forgets to refuse.

use std::hash::Hash;

use tfplugin::prelude::*;

use super::resource_name::{ResourceName, overlaps};
use super::{EncryptionConfig, LocalProvider, ProviderType, key};

/// Problems of the configuration as it is written.
pub(super) fn of_configuration(config: &EncryptionConfig) -> Diagnostics {
    let mut found = of_file(config);
    generations(config, &mut found);
    found
}

/// Problems of what stands in the file, which knows nothing of generations.
pub(super) fn of_file(config: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    resources(config, &mut found);
    writer(config, &mut found);
    advice(config, &mut found);
    names_and_secrets(config, &mut found);
    found
}

/// Problems of the keys, with whatever secrets and fingerprints are known.
pub(super) fn of_keys(config: &EncryptionConfig) -> Diagnostics {
    let mut found = Diagnostics::new();
    names_and_secrets(config, &mut found);
    generations(config, &mut found);
    found
}

fn names_and_secrets(config: &EncryptionConfig, found: &mut Diagnostics) {
    let keys = config.keys();
    for (index, key) in keys.iter().enumerate() {
        let Some(secret) = key.secret.known() else { continue };
        match key::decode(secret.expose(), config.provider_of(key).key_lengths()) {
            Ok(_) => {}
            // Which lengths are right depends on the provider.
            Err(_) if key.provider_type.is_unknown() || config.provider_type.is_unknown() => {}
            Err(problem) => found.error(at(index, "secret"), "Invalid Key", sentence(&problem)),
        }
    }
    let names: Vec<_> = keys.iter().map(|key| key.name.known().map(Parsed::text)).collect();
    for (index, first) in repeated_known(&names) {
        let detail = format!(
            "`keys[{first}]` has the same name. What is stored names its key: with two of one name, one of them is \
             never found."
        );
        found.error(at(index, "name"), "Duplicate Key Name", detail);
    }
    let fingerprints: Vec<_> = keys
        .iter()
        .map(|key| key.fingerprint.known().cloned().or_else(|| key.fingerprint_of_secret().into_known()))
        .collect();
    for (index, first) in repeated_known(&fingerprints.iter().map(Option::as_deref).collect::<Vec<_>>()) {
        let detail = format!("`keys[{first}]` holds the same secret, so changing keys would change nothing.");
        found.error(at(index, "secret"), "Duplicate Key", detail);
    }
}

/// Each key and service has a number of its own.
fn generations(config: &EncryptionConfig, found: &mut Diagnostics) {
    let of = |generation: &Attr<u32>| if generation.is_unknown() { None } else { Some(generation.or(1)) };
    let keys =
        config.keys().iter().enumerate().map(|(index, key)| (at(index, "generation"), of(&key.generation)));
    let kms = config.kms.known().map(|kms| (Path::from("kms").attr("generation"), of(&kms.generation)));
    let (places, generations): (Vec<_>, Vec<_>) = keys.chain(kms).unzip();
    for (index, first) in repeated_known(&generations) {
        let detail = format!(
            "`{}` is {} as well. Give each new key or service the next number: `rewritten_through` tells them apart by it.",
            places[first],
            generations[first].unwrap_or_default()
        );
        found.error(places[index].clone(), "Duplicate Generation", detail);
    }
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
    let provider = config.provider_type();
    match provider.local() {
        _ if config.provider_type.is_unknown() => {}
        None if provider == ProviderType::Kms && config.kms.is_null() => {
            found.error("kms", "Missing Block", "`provider_type` is `kms`: a `kms` block is required.");
        }
        Some(_) if config.keys.is_unknown() => {}
        Some(local) => match config.keys().first() {
            None => {
                let detail = format!("`provider_type` is `{provider}`: at least one key is required.");
                found.error("keys", "Missing Key", detail);
            }
            Some(first) if first.provider_type.known().is_some_and(|own| *own != local) => {
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

fn repeated_known<T: Eq + Hash>(values: &[Option<T>]) -> Vec<(usize, usize)> {
    key::repeated(values).into_iter().filter(|(index, _)| values[*index].is_some()).collect()
}

fn at(index: usize, attribute: &str) -> Path {
    Path::from("keys").index(index).attr(attribute)
}

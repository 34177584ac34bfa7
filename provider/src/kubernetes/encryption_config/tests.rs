use std::fmt::Debug;
use std::str::FromStr;

use pki_core::{Seed, SymmetricAlgorithm, SymmetricKey};
use sha2::{Digest as _, Sha256};
use tfplugin::diagnostic::Severity;
use tfplugin::prelude::*;

use super::key::{Key, KeySource, LocalProvider};
use super::keyring::Wanted;
use super::kms::Kms;
use super::{EncryptionConfig, ProviderType};
use crate::kubernetes::symmetric;

pub(super) const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub(super) const OTHER: &str = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

pub(super) fn parsed<T: FromStr<Err: Debug>>(text: &str) -> Attr<Parsed<T>> {
    Attr::parse(text).unwrap()
}

pub(super) fn names<T: FromStr<Err: Debug>>(names: &[&str]) -> Attr<Vec<Attr<Parsed<T>>>> {
    names.iter().map(|name| parsed(name)).collect::<Vec<_>>().into()
}

pub(super) fn key(name: &str, generation: u32) -> Key {
    Key { name: parsed(name), generation: generation.into(), ..Key::default() }
}

pub(super) fn with_secret(name: &str, generation: u32, secret: &str) -> Key {
    Key { secret: Secret::new(secret).into(), ..key(name, generation) }
}

pub(super) fn of(provider: LocalProvider, key: Key) -> Key {
    Key { provider_type: provider.into(), ..key }
}

/// As the engine gives it: with its defaults.
pub(super) fn config(keys: Vec<Key>) -> EncryptionConfig {
    EncryptionConfig {
        resources: names(&["secrets"]),
        provider_type: ProviderType::Secretbox.into(),
        keys: keys.into(),
        allow_plaintext_read: true.into(),
        ..EncryptionConfig::default()
    }
}

pub(super) fn derived(keys: Vec<Key>) -> EncryptionConfig {
    EncryptionConfig { label: parsed("prod/encryption"), ..config(keys) }
}

pub(super) fn kms(generation: u32) -> Attr<Kms> {
    let (name, endpoint) = (parsed("vault"), parsed("unix:///run/kms.sock"));
    Kms { name, endpoint, timeout: Attr::Null, generation: generation.into() }.into()
}

/// The seed's keys, as the provider derives them.
fn from_seed(text: &str) -> impl Fn(&Wanted<'_>) -> Result<Option<Secret>> {
    let seed: Seed = text.parse().unwrap();
    move |wanted| {
        let algorithm = match wanted.provider {
            LocalProvider::Secretbox => SymmetricAlgorithm::SecretBox,
            LocalProvider::AesCbc | LocalProvider::AesGcm => SymmetricAlgorithm::Aes256,
        };
        let derivation = &wanted.derivation;
        let key = SymmetricKey::derive(algorithm, &seed, &derivation.label, derivation.generation)?;
        if wanted.fingerprint.is_some_and(|known| symmetric::fingerprint(key.as_bytes()) != known) {
            return Err(Error::new("Derived Key Differs", ""));
        }
        Ok(Some(Secret::new(key.to_base64().as_str())))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of derivations")]
fn unknown_seed(_: &Wanted<'_>) -> Result<Option<Secret>> {
    Ok(None)
}

/// What the engine and `plan` make of a configuration after a state, and what they tell.
pub(super) fn plan_with(
    config: &EncryptionConfig,
    prior: Option<&EncryptionConfig>,
    derive: &super::keyring::Derive<'_>,
) -> (EncryptionConfig, Diagnostics) {
    let (mut planned, mut told) = (config.clone(), config.checks());
    if !told.has_error() {
        planned.plan(config, prior, derive, &mut told).unwrap();
    }
    (planned, told)
}

pub(super) fn plan(
    config: &EncryptionConfig,
    prior: Option<&EncryptionConfig>,
) -> (EncryptionConfig, Diagnostics) {
    plan_with(config, prior, &from_seed(SECRET))
}

/// A configuration that is planned without complaint, and applied.
#[track_caller]
pub(super) fn applied(config: &EncryptionConfig, prior: Option<&EncryptionConfig>) -> EncryptionConfig {
    let (mut planned, told) = plan(config, prior);
    assert!(!told.has_error(), "{told:?}");
    planned.complete(prior, &from_seed(SECRET)).unwrap();
    assert!(planned.encode_fields().is_wholly_known());
    planned
}

pub(super) fn told(found: &Diagnostics, severity: Severity) -> Vec<(String, String)> {
    let place = |told: &Diagnostic| told.path.as_ref().map(ToString::to_string).unwrap_or_default();
    let found = found.iter().filter(|told| told.severity == severity);
    found.map(|told| (place(told), told.summary.clone())).collect()
}

fn errors(config: &EncryptionConfig) -> Vec<(String, String)> {
    told(&config.checks(), Severity::Error)
}

fn error(place: &str, summary: &str) -> (String, String) {
    (place.to_owned(), summary.to_owned())
}

fn content(config: &EncryptionConfig) -> &str {
    config.content.known().unwrap().expose()
}

#[test]
fn the_tutorials_file_in_its_current_form() {
    let config = EncryptionConfig {
        provider_type: ProviderType::AesCbc.into(),
        ..config(vec![with_secret("key1", 1, SECRET)])
    };
    let expected = format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- providers:\n  - aescbc:\n      \
         keys:\n      - name: key1\n        secret: {SECRET}\n  - identity: {{}}\n  resources:\n  - secrets\n"
    );
    let applied = applied(&config, None);
    assert_eq!(content(&applied), expected);
    assert_eq!(config.render().unwrap().expose(), expected);
    assert_eq!(applied.write_prefix.as_str(), Some("k8s:enc:aescbc:v1:key1:"));
}

#[test]
fn a_file_needs_every_secret() {
    let config = config(vec![with_secret("a", 1, SECRET), key("b", 2), key("c", 3)]);
    let error = config.render().unwrap_err();
    let places = error.diagnostics().iter().map(|told| told.path.as_ref().unwrap().to_string());
    assert_eq!(places.collect::<Vec<_>>(), ["keys[1].secret", "keys[2].secret"]);
}

#[test]
fn without_the_engine_a_default_is_what_it_is_with_it() {
    let bare = EncryptionConfig {
        keys: vec![Key { generation: Attr::Null, ..with_secret("a", 1, SECRET) }].into(),
        ..EncryptionConfig::default()
    };
    assert_eq!(errors(&bare), []);
    assert_eq!(bare.render().unwrap(), config(vec![with_secret("a", 1, SECRET)]).render().unwrap());
}

#[test]
fn a_random_key_stays_whatever_happens_around_it() {
    let config = config(vec![key("key1", 1)]);
    let (planned, _) = plan(&config, None);
    assert!(planned.keys()[0].secret.is_unknown() && planned.content_sha256.is_unknown());
    assert!(planned.keys()[0].is_of(KeySource::State));
    let first = applied(&config, None);
    assert_eq!(plan(&config, Some(&first)).0, first, "the second plan is empty");

    let rotation = derived(vec![key("key1", 1), key("key2", 2)]);
    let second = applied(&rotation, Some(&first));
    assert_eq!(second.keys()[0], first.keys()[0], "a label makes no other key of it");
    assert!(second.keys()[1].is_of(KeySource::Seed));
    assert_eq!(plan(&rotation, Some(&second)).0, second);
}

#[test]
fn derived_keys_are_in_no_attribute() {
    let config = derived(vec![key("key2", 2), of(LocalProvider::AesCbc, key("key1", 1))]);
    let (planned, _) = plan(&config, None);
    let applied = applied(&config, None);
    assert_eq!(planned, applied, "all of it is known when it is planned");
    assert_eq!(applied.content, Attr::Null);
    assert!(applied.keys().iter().all(|key| key.secret.is_null() && key.is_of(KeySource::Seed)));
    assert_eq!(plan(&config, Some(&applied)).0, applied, "the second plan is empty");
}

/// A promise to users, computed with another implementation of HKDF: the same seed makes the same file everywhere.
#[test]
fn derived_keys_and_their_file_never_change() {
    let config = derived(vec![key("key2", 2), of(LocalProvider::AesCbc, key("key1", 1))]);
    let applied = applied(&config, None);
    let fingerprints: Vec<_> = applied.keys().iter().filter_map(|key| key.fingerprint.as_str()).collect();
    assert_eq!(
        fingerprints,
        [
            "b07ed150151d1a7462d2ae81c72b5fa194c0ffc005b4041d2940fe292f0f30c4",
            "6960f86f1873d99394af12484c26b290079679d57a45451ea8efedb1be6c8198",
        ]
    );
    let expected = "bc545845b7537d9aa640be9512bac70d47a575485c8f7e51d4b2023d826b82bf";
    assert_eq!(applied.content_sha256.as_str(), Some(expected));

    let secrets =
        ["zRBs+a/THWNyut/A9QcNFVIbM5ZqjQGtnq4+dIb94XE=", "pzPapJSXeP51y76Ur6F57sQe00Y81yLHZ4r4ALiIdUs="];
    let aes = of(LocalProvider::AesCbc, with_secret("key1", 1, secrets[1]));
    let given = self::config(vec![with_secret("key2", 2, secrets[0]), aes]);
    let file = given.render().unwrap();
    assert_eq!(hex::encode(Sha256::digest(file.expose())), expected);
}

#[test]
fn a_seed_that_is_not_known_changes_nothing() {
    let config = derived(vec![key("key1", 1)]);
    let first = applied(&config, None);
    assert_eq!(plan_with(&config, Some(&first), &unknown_seed).0, first);

    let rotation = derived(vec![key("key1", 1), key("key2", 2)]);
    let (planned, told) = plan_with(&rotation, Some(&first), &unknown_seed);
    assert!(!told.has_error(), "{told:?}");
    assert_eq!(planned.keys()[0], first.keys()[0]);
    assert!(planned.keys()[1].fingerprint.is_unknown() && planned.content_sha256.is_unknown());
    assert_eq!(planned.content, Attr::Null);
}

#[test]
fn another_seed_is_told_at_each_key() {
    let config = derived(vec![key("key1", 1), key("key2", 2)]);
    let first = applied(&config, None);
    let (_, found) = plan_with(&config, Some(&first), &from_seed(OTHER));
    let summary = "Derived Key Differs";
    assert_eq!(told(&found, Severity::Error), [error("keys[0]", summary), error("keys[1]", summary)]);
}

#[test]
fn the_writer_comes_first_and_plain_text_last() {
    let order = |provider: ProviderType, plain: bool| {
        let config = EncryptionConfig {
            provider_type: provider.into(),
            kms: kms(3),
            allow_plaintext_read: plain.into(),
            ..config(vec![
                with_secret("key1", 1, SECRET),
                of(LocalProvider::AesGcm, with_secret("old", 2, OTHER)),
            ])
        };
        let read: serde_json::Value = serde_saphyr::from_str(config.render().unwrap().expose()).unwrap();
        let providers = read["resources"][0]["providers"].as_array().unwrap().clone();
        let kinds =
            providers.iter().map(|provider| provider.as_object().unwrap().keys().next().unwrap().clone());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(order(ProviderType::Secretbox, true), ["secretbox", "aesgcm", "kms", "identity"]);
    assert_eq!(order(ProviderType::Kms, false), ["kms", "secretbox", "aesgcm"]);
    assert_eq!(order(ProviderType::Identity, true), ["identity", "secretbox", "aesgcm", "kms"]);
}

#[test]
fn exceptions_come_before_the_wildcard() {
    let config = EncryptionConfig {
        resources: names(&["*.*"]),
        unencrypted_resources: names(&["events"]),
        ..config(vec![with_secret("key1", 1, SECRET)])
    };
    assert_eq!(errors(&config), []);
    let read: serde_json::Value = serde_saphyr::from_str(config.render().unwrap().expose()).unwrap();
    assert_eq!(read["resources"][0]["resources"][0], "events");
    assert_eq!(read["resources"][1]["resources"][0], "*.*");
}

#[test]
fn what_the_api_server_refuses_is_refused_all_at_once() {
    let config = EncryptionConfig {
        resources: names(&["secrets", "secrets", "*.apps", "deployments.apps"]),
        ..config(vec![with_secret("short", 1, "c2hvcnQ="), with_secret("bad", 2, "???")])
    };
    assert_eq!(
        errors(&config),
        [
            error("resources[1]", "Overlapping Resources"),
            error("resources[3]", "Overlapping Resources"),
            error("keys[0].secret", "Invalid Key"),
            error("keys[1].secret", "Invalid Key"),
        ]
    );
}

#[test]
fn what_the_api_server_forgets_is_refused_too() {
    let duplicates =
        config(vec![with_secret("a", 1, SECRET), with_secret("b", 2, SECRET), with_secret("a", 2, OTHER)]);
    assert_eq!(
        errors(&EncryptionConfig { kms: kms(1), ..duplicates }),
        [
            error("keys[2].name", "Duplicate Key Name"),
            error("keys[1].secret", "Duplicate Key"),
            error("keys[2].generation", "Duplicate Generation"),
            error("kms.generation", "Duplicate Generation"),
        ]
    );

    let masked = EncryptionConfig {
        resources: names(&["secrets", "configmaps"]),
        unencrypted_resources: names(&["*."]),
        ..config(vec![key("a", 1)])
    };
    assert_eq!(
        errors(&masked),
        [error("resources[0]", "Masked Resource"), error("resources[1]", "Masked Resource")]
    );
}

#[test]
fn what_writes_must_be_there() {
    assert_eq!(errors(&config(vec![])), [error("keys", "Missing Key")]);
    assert_eq!(errors(&EncryptionConfig { keys: Attr::Unknown, ..config(vec![]) }), []);
    let service = EncryptionConfig { provider_type: ProviderType::Kms.into(), ..config(vec![]) };
    assert_eq!(errors(&service), [error("kms", "Missing Block")]);
    assert_eq!(errors(&EncryptionConfig { kms: kms(1), ..service }), []);
    let other = of(LocalProvider::AesCbc, key("a", 1));
    assert_eq!(errors(&config(vec![other])), [error("keys[0].provider_type", "Wrong Provider")]);
    assert_eq!(errors(&EncryptionConfig { provider_type: Attr::Unknown, ..config(vec![]) }), []);
}

#[test]
fn weak_choices_are_told() {
    let warned = |provider: ProviderType, secret: &str| {
        let config =
            EncryptionConfig { provider_type: provider.into(), ..config(vec![with_secret("a", 1, secret)]) };
        let found = config.checks();
        assert!(!found.has_error(), "{found:?}");
        found.iter().map(|told| told.summary.clone()).collect::<Vec<_>>()
    };
    assert!(warned(ProviderType::Secretbox, SECRET).is_empty());
    assert_eq!(warned(ProviderType::AesCbc, "AAECAwQFBgcICQoLDA0ODw=="), ["Weak Provider", "Short Key"]);
    assert_eq!(warned(ProviderType::AesGcm, SECRET), ["Provider Needs Rotation"]);
    assert_eq!(warned(ProviderType::Identity, SECRET), ["Nothing Is Encrypted"]);
}

#[test]
fn no_secret_is_ever_told() {
    let keys =
        vec![with_secret("a", 1, "c2hvcnQ="), with_secret("b", 2, SECRET), with_secret("c", 3, SECRET)];
    let config = config(keys);
    let found = format!("{:?} {config:?}", config.checks());
    assert!(!found.contains("c2hvcnQ") && !found.contains(SECRET), "{found}");
}

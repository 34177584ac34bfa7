use std::fmt::Debug;
use std::str::FromStr;

use tfplugin::diagnostic::Severity;
use tfplugin::prelude::*;

use super::{EncryptionConfig, Key, Kms, LocalProvider, ProviderType, problems};

const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn parsed<T: FromStr<Err: Debug>>(text: &str) -> Attr<Parsed<T>> {
    Parsed::<T>::new(text).unwrap().into()
}

fn key(name: &str) -> Key {
    Key { name: parsed(name), ..Key::default() }
}

fn with_secret(name: &str, secret: &str) -> Key {
    Key { secret: Secret::new(secret).into(), ..key(name) }
}

fn names<T: FromStr<Err: Debug>>(names: &[&str]) -> Attr<Vec<Attr<Parsed<T>>>> {
    names.iter().map(|name| parsed(name)).collect::<Vec<_>>().into()
}

/// As the engine gives it: with its defaults.
fn config(keys: Vec<Key>) -> EncryptionConfig {
    EncryptionConfig {
        resources: names(&["secrets"]),
        provider_type: ProviderType::Secretbox.into(),
        key: keys.into(),
        allow_plaintext_read: true.into(),
        ..EncryptionConfig::default()
    }
}

fn kms() -> Attr<Kms> {
    Kms { name: parsed("vault"), endpoint: parsed("unix:///run/kms.sock"), timeout: Attr::Null }.into()
}

fn applied(mut config: EncryptionConfig) -> EncryptionConfig {
    config.make_secrets().unwrap();
    config.fill().unwrap();
    config
}

/// What the engine and `plan` make of a configuration after a state.
fn planned(config: &EncryptionConfig, prior: Option<&EncryptionConfig>) -> EncryptionConfig {
    let mut planned = config.clone();
    planned.keep_secrets(config, prior);
    planned.fill().unwrap();
    planned
}

fn content(config: &EncryptionConfig) -> &str {
    config.content.known().unwrap().expose()
}

fn told(found: &Diagnostics, severity: Severity) -> Vec<(String, &str)> {
    let place = |told: &Diagnostic| told.path.as_ref().map(ToString::to_string).unwrap_or_default();
    found
        .iter()
        .filter(|told| told.severity == severity)
        .map(|told| (place(told), told.summary.as_str()))
        .collect()
}

fn errors(config: &EncryptionConfig) -> Vec<(String, String)> {
    let found = problems::of_configuration(config);
    told(&found, Severity::Error).into_iter().map(|(place, summary)| (place, summary.to_owned())).collect()
}

fn error(place: &str, summary: &str) -> (String, String) {
    (place.to_owned(), summary.to_owned())
}

#[test]
fn the_tutorials_file_in_its_current_form() {
    let config = applied(EncryptionConfig {
        provider_type: ProviderType::AesCbc.into(),
        ..config(vec![with_secret("key1", SECRET)])
    });
    let expected = format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- providers:\n  - aescbc:\n      \
         keys:\n      - name: key1\n        secret: {SECRET}\n  - identity: {{}}\n  resources:\n  - secrets\n"
    );
    assert_eq!(content(&config), expected);
    assert_eq!(config.write_prefix.as_str(), Some("k8s:enc:aescbc:v1:key1:"));
}

#[test]
fn a_made_key_stays_whatever_happens_around_it() {
    let first = applied(planned(&config(vec![key("key1")]), None));
    let made = first.secret_of("key1").unwrap().clone();
    assert_eq!(planned(&config(vec![key("key1")]), Some(&first)), first, "the second plan is empty");

    let rotation = config(vec![key("key2"), key("key1")]);
    let plan = planned(&rotation, Some(&first));
    assert_eq!(plan.secret_of("key1"), Some(&made), "kept by name, not by place");
    assert!(plan.keys()[0].secret.is_unknown() && plan.content.is_unknown());
    assert_eq!(plan.write_key_name.as_str(), Some("key2"));

    let second = applied(plan);
    assert_eq!(second.secret_of("key1"), Some(&made));
    assert_ne!(second.secret_of("key2"), Some(&made));
}

#[test]
fn the_writer_comes_first_and_plain_text_last() {
    let aes = Key { provider_type: LocalProvider::AesGcm.into(), ..with_secret("old", OTHER) };
    let order = |provider: ProviderType, plain: bool| {
        let config = applied(EncryptionConfig {
            provider_type: provider.into(),
            kms: kms(),
            allow_plaintext_read: plain.into(),
            ..config(vec![with_secret("key1", SECRET), aes.clone()])
        });
        let read: serde_json::Value = serde_saphyr::from_str(content(&config)).unwrap();
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
        ..config(vec![with_secret("key1", SECRET)])
    };
    assert_eq!(errors(&config), []);
    let read: serde_json::Value = serde_saphyr::from_str(content(&applied(config))).unwrap();
    assert_eq!(read["resources"][0]["resources"][0], "events");
    assert_eq!(read["resources"][1]["resources"][0], "*.*");
}

#[test]
fn what_the_api_server_refuses_is_refused_all_at_once() {
    let config = EncryptionConfig {
        resources: names(&["secrets", "secrets", "*.apps", "deployments.apps"]),
        ..config(vec![with_secret("short", "c2hvcnQ="), with_secret("bad", "???")])
    };
    assert_eq!(
        errors(&config),
        [
            error("resources[1]", "Overlapping Resources"),
            error("resources[3]", "Overlapping Resources"),
            error("key[0].secret", "Invalid Key"),
            error("key[1].secret", "Invalid Key"),
        ]
    );
}

#[test]
fn what_the_api_server_forgets_is_refused_too() {
    let duplicates =
        config(vec![with_secret("a", SECRET), with_secret("b", SECRET), with_secret("a", OTHER)]);
    assert_eq!(
        errors(&duplicates),
        [error("key[2].name", "Duplicate Key Name"), error("key[1].secret", "Duplicate Key")]
    );

    let masked = EncryptionConfig {
        resources: names(&["secrets", "configmaps"]),
        unencrypted_resources: names(&["*."]),
        ..config(vec![key("a")])
    };
    assert_eq!(
        errors(&masked),
        [error("resources[0]", "Masked Resource"), error("resources[1]", "Masked Resource")]
    );
}

#[test]
fn what_writes_must_be_there() {
    assert_eq!(errors(&config(vec![])), [error("key", "Missing Block")]);
    let service = EncryptionConfig { provider_type: ProviderType::Kms.into(), ..config(vec![]) };
    assert_eq!(errors(&service), [error("kms", "Missing Block")]);
    assert_eq!(errors(&EncryptionConfig { kms: kms(), ..service }), []);
    let other = Key { provider_type: LocalProvider::AesCbc.into(), ..key("a") };
    assert_eq!(errors(&config(vec![other])), [error("key[0].provider_type", "Wrong Provider")]);
    assert_eq!(errors(&EncryptionConfig { provider_type: Attr::Unknown, ..config(vec![]) }), []);
}

#[test]
fn weak_choices_are_told() {
    let warned = |provider: ProviderType, secret: &str| {
        let config =
            EncryptionConfig { provider_type: provider.into(), ..config(vec![with_secret("a", secret)]) };
        let found = problems::of_configuration(&config);
        assert!(!found.has_error(), "{found:?}");
        found.iter().map(|told| told.summary.clone()).collect::<Vec<_>>()
    };
    assert!(warned(ProviderType::Secretbox, SECRET).is_empty());
    assert_eq!(warned(ProviderType::AesCbc, "AAECAwQFBgcICQoLDA0ODw=="), ["Weak Provider", "Short Key"]);
    assert_eq!(warned(ProviderType::AesGcm, SECRET), ["Provider Needs Rotation"]);
    assert_eq!(warned(ProviderType::Identity, SECRET), ["Nothing Is Encrypted"]);
}

#[test]
fn a_change_that_loses_data_is_refused() {
    let prior = applied(config(vec![with_secret("key1", SECRET), with_secret("key0", OTHER)]));
    let change = |config: EncryptionConfig| {
        let found = problems::of_change(&prior, &planned(&config, Some(&prior)));
        let all = found.iter().map(|told| (told.severity, told.path.as_ref().unwrap().to_string()));
        all.collect::<Vec<_>>()
    };
    let (refused, warned) = (Severity::Error, Severity::Warning);
    assert_eq!(change(config(vec![key("key1")])), [], "a key that only reads may go");
    assert_eq!(change(config(vec![key("key1"), key("key2")])), []);
    assert_eq!(change(config(vec![key("key0"), key("key1")])), [], "a known key may be promoted");
    assert_eq!(change(config(vec![key("key2"), key("key1")])), [(warned, "key[0].name".to_owned())]);
    assert_eq!(change(config(vec![key("key2")])), [(refused, "key".to_owned())]);
    assert_eq!(change(config(vec![with_secret("key1", OTHER)])), [(refused, "key[0].secret".to_owned())]);
    let moved = EncryptionConfig { provider_type: ProviderType::AesCbc.into(), ..config(vec![key("key1")]) };
    assert_eq!(change(moved), [(refused, "key[0].provider_type".to_owned())]);
    let migration = Key { provider_type: LocalProvider::Secretbox.into(), ..key("key1") };
    let migration = EncryptionConfig {
        provider_type: ProviderType::AesGcm.into(),
        ..config(vec![key("key2"), migration])
    };
    assert_eq!(change(migration), [(warned, "key[0].name".to_owned())]);
}

#[test]
fn plain_text_and_services_in_use_must_stay_readable() {
    let plain = applied(EncryptionConfig { provider_type: ProviderType::Identity.into(), ..config(vec![]) });
    let encrypted = EncryptionConfig { allow_plaintext_read: false.into(), ..config(vec![key("key1")]) };
    let found = problems::of_change(&plain, &planned(&encrypted, Some(&plain)));
    assert_eq!(told(&found, Severity::Error)[0].0, "allow_plaintext_read");
    assert_eq!(plain.write_prefix, Attr::Null);

    let service = EncryptionConfig { provider_type: ProviderType::Kms.into(), kms: kms(), ..config(vec![]) };
    let service = applied(service);
    assert_eq!(service.write_prefix.as_str(), Some("k8s:enc:kms:v2:vault:"));
    let without = config(vec![key("key1")]);
    let found = problems::of_change(&service, &planned(&without, Some(&service)));
    assert_eq!(told(&found, Severity::Error)[0].0, "kms");
    let both = EncryptionConfig { kms: kms(), ..without };
    assert!(problems::of_change(&service, &planned(&both, Some(&service))).is_empty());
}

#[test]
fn no_secret_is_ever_told() {
    let config =
        config(vec![with_secret("a", "c2hvcnQ="), with_secret("b", SECRET), with_secret("c", SECRET)]);
    let found = format!("{:?} {config:?}", problems::of_configuration(&config));
    assert!(!found.contains("c2hvcnQ") && !found.contains(SECRET), "{found}");
}

use std::collections::BTreeSet;

use tfplugin::diagnostic::Severity;

use super::super::ProviderType;
use super::super::tests::{
    OTHER, SECRET, applied, config, derived, key, kms, names, of, parsed, plan, told, with_secret,
};
use super::*;

/// What is told of a change.
fn changed(prior: &EncryptionConfig, config: &EncryptionConfig, severity: Severity) -> Vec<(String, String)> {
    told(&plan(config, Some(prior)).1, severity)
}

#[track_caller]
fn assert_refused(prior: &EncryptionConfig, config: &EncryptionConfig, place: &str, summary: &str) {
    assert_eq!(changed(prior, config, Severity::Error), [(place.to_owned(), summary.to_owned())]);
}

#[test]
fn a_key_that_is_in_use_stays_what_it_is() {
    let prior = applied(&config(vec![with_secret("a", 1, SECRET)]), None);
    assert_refused(&prior, &config(vec![with_secret("a", 1, OTHER)]), "keys[0].secret", CHANGED);
    let aes = EncryptionConfig { provider_type: ProviderType::AesCbc.into(), ..config(vec![key("a", 1)]) };
    assert_refused(&prior, &aes, "keys[0].provider_type", CHANGED);
    let kept = applied(&config(vec![key("a", 1)]), Some(&prior));
    assert!(kept.keys()[0].is_of(KeySource::State), "the secret is nowhere else now");
    assert_eq!(kept.content, prior.content);
    let renumbered = applied(&config(vec![key("a", 4)]), Some(&prior));
    assert_eq!(renumbered.content, prior.content, "the number of a key that is not derived is a name only");
}

#[test]
fn what_a_derived_key_is_made_of_stays() {
    let config = derived(vec![key("a", 1)]);
    let prior = applied(&config, None);
    assert_refused(&prior, &derived(vec![key("a", 2)]), "keys[0].generation", CHANGED);
    for label in [Attr::Null, parsed("prod/other")] {
        assert_refused(&prior, &EncryptionConfig { label, ..config.clone() }, "label", CHANGED);
    }
    let unknown = EncryptionConfig { label: Attr::Unknown, ..config };
    assert_eq!(changed(&prior, &unknown, Severity::Error), []);
}

#[test]
fn there_is_room_for_one_service() {
    let with = |name: &str| {
        let kms = kms(1).into_known().map(|kms| super::super::Kms { name: parsed(name), ..kms });
        EncryptionConfig { provider_type: ProviderType::Kms.into(), kms: kms.into(), ..config(vec![]) }
    };
    let prior = applied(&with("vault"), None);
    assert_refused(&prior, &with("other"), "kms.name", "Service Cannot Change");
}

#[test]
fn kinds_that_are_stored_encrypted_are_decrypted_for_ever() {
    let of_kinds = |kinds: &[&str]| EncryptionConfig { resources: names(kinds), ..config(vec![key("a", 1)]) };
    let prior = applied(&of_kinds(&["secrets", "configmaps"]), None);
    assert_refused(&prior, &of_kinds(&["secrets"]), "resources", UNREADABLE);

    let plain = EncryptionConfig {
        provider_type: ProviderType::Identity.into(),
        ..of_kinds(&["secrets", "configmaps"])
    };
    let plain = applied(&plain, Some(&prior));
    let rewritten = EncryptionConfig { rewritten_through: 0.into(), ..plain.clone() };
    let rewritten = applied(&rewritten, Some(&plain));
    let fewer = EncryptionConfig { resources: names(&["secrets"]), ..rewritten.clone() };
    assert_eq!(changed(&rewritten, &fewer, Severity::Error), []);
}

#[test]
fn kinds_that_are_added_are_stored_in_plain_text() {
    let start = EncryptionConfig { rewritten_through: 1.into(), ..config(vec![key("a", 1)]) };
    let prior = applied(&start, None);
    assert_eq!(prior.stored_prefixes.known().unwrap().len(), 1);
    let more = EncryptionConfig { resources: names(&["*."]), ..start };
    let warned = [("resources".to_owned(), "New Kinds Are Encrypted at Once".to_owned())];
    assert_eq!(changed(&prior, &more, Severity::Warning), warned);
    assert_eq!(applied(&more, Some(&prior)).stored_prefixes.known().unwrap().len(), 2);

    let strict = EncryptionConfig { allow_plaintext_read: false.into(), ..config(vec![key("a", 1)]) };
    let prior = applied(&strict, None);
    let more = EncryptionConfig { resources: names(&["*."]), ..strict };
    assert_refused(&prior, &more, "allow_plaintext_read", UNREADABLE);
}

#[test]
fn what_is_not_known_yet_is_judged_later() {
    let prior = applied(&config(vec![key("a", 1)]), None);
    for unknown in [
        EncryptionConfig { provider_type: Attr::Unknown, ..config(vec![key("a", 1)]) },
        EncryptionConfig { keys: Attr::Unknown, ..config(vec![]) },
        EncryptionConfig { rewritten_through: Attr::Unknown, ..config(vec![key("a", 1)]) },
        config(vec![Key { name: Attr::Unknown, ..key("a", 1) }]),
    ] {
        let (planned, told) = plan(&unknown, Some(&prior));
        assert!(!told.has_error(), "{told:?}");
        assert!(planned.stored_prefixes.is_unknown());
    }
}

/// A stored object: what stands before it, and the fingerprint of the key that it needs.
type Object = (String, Option<String>);

fn object(reader: &Reader, config: &EncryptionConfig) -> Object {
    let key = reader.name().and_then(|name| config.key_named(name));
    (reader.to_string(), key.and_then(|key| key.fingerprint.known().cloned()))
}

fn written(config: &EncryptionConfig) -> Object {
    object(&config.writer().unwrap(), config)
}

fn readable(config: &EncryptionConfig) -> BTreeSet<Object> {
    let keys = config.keys().iter().filter_map(|key| config.reader(key));
    let plain = config.allow_plaintext_read.or(true) || config.provider_type() == ProviderType::Identity;
    let readers = keys.chain(config.service()).chain(plain.then_some(Reader::PlainText));
    readers.map(|reader| object(&reader, config)).collect()
}

const PROVIDERS: [ProviderType; 4] =
    [ProviderType::Secretbox, ProviderType::AesCbc, ProviderType::Kms, ProviderType::Identity];
const GENERATIONS: [Option<u32>; 6] = [None, Some(0), Some(1), Some(2), Some(3), Some(4)];

/// Changes one thing.
fn mutate(config: &mut EncryptionConfig, random: &mut fastrand::Rng) {
    let mut keys = config.keys().to_vec();
    let place = random.usize(..=keys.len());
    match random.u8(..10) {
        0 | 1 => {
            let number = random.u32(1..=3);
            let fresh = key(["a", "b", "c"][number as usize - 1], number);
            keys.insert(
                place,
                if random.bool() {
                    of(LocalProvider::Secretbox, fresh)
                } else {
                    of(LocalProvider::AesCbc, fresh)
                },
            );
        }
        2 if place < keys.len() => drop(keys.remove(place)),
        3 | 4 if place < keys.len() => keys.swap(0, place),
        5 if place < keys.len() => {
            let secret = [Attr::Null, Secret::new(SECRET).into(), Secret::new(OTHER).into()];
            keys[place].secret = random.choice(secret).unwrap();
        }
        6 => config.provider_type = random.choice(PROVIDERS).unwrap().into(),
        7 => config.rewritten_through = random.choice(GENERATIONS).unwrap().into(),
        8 => config.allow_plaintext_read = random.bool().into(),
        9 => config.kms = if random.bool() { kms(4) } else { Attr::Null },
        _ => config.label = random.choice([Attr::Null, parsed("prod/encryption")]).unwrap(),
    }
    config.keys = keys.into();
}

/// The promise about [`super::super::rotation`], for whole configurations with their keys: whatever is accepted, what was
/// written stays readable, with the key that it was written with.
#[test]
fn no_accepted_configuration_makes_an_object_unreadable() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut accepted = 0;
    for _ in 0..60 {
        let mut current = config(vec![of(LocalProvider::Secretbox, key("a", 1))]);
        let mut prior = applied(&current, None);
        let mut objects = readable(&prior);
        for _ in 0..120 {
            let mut next = current.clone();
            for _ in 0..random.u8(1..=3) {
                mutate(&mut next, &mut random);
            }
            if plan(&next, Some(&prior)).1.has_error() {
                continue;
            }
            accepted += 1;
            let after = applied(&next, Some(&prior));
            if next.rewritten_through.is_set() && next.rewritten_through != current.rewritten_through {
                objects = BTreeSet::from([written(&prior)]);
            }
            objects.extend([written(&prior), written(&after)]);
            for config in [&prior, &after] {
                assert_eq!(objects.difference(&readable(config)).next(), None, "{prior:#?} to {after:#?}");
            }
            (current, prior) = (next, after);
        }
    }
    assert!(accepted > 1000, "{accepted}");
}

use pki_core::cfssl::CsrFile;
use pki_core::{PrivateKey, PublicKey};

use super::*;
use crate::common::derive::{Derive, KeyArgument};
use crate::provider::Seeds;

const NO_FILE: &Attr<Parsed<CsrFile>> = &Attr::Null;
const ONE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

fn secret(text: &str) -> Attr<Secret> {
    Secret::new(text).into()
}

fn seeds(current: &Attr<Secret>) -> Seeds {
    Seeds::of(current, &Attr::Null)
}

fn text(algorithm: KeyAlgorithm) -> Attr<Secret> {
    secret(&PrivateKey::generate(algorithm, &mut rng()).unwrap().to_pem())
}

fn public(text: &Attr<Secret>) -> PublicKey {
    PrivateKey::from_pem(text.value().unwrap().expose()).unwrap().public_key().clone()
}

fn kept(private_key_pem: &Attr<Secret>, algorithm: Attr<Algorithm>) -> OwnKey {
    OwnKey { private_key_pem: private_key_pem.clone(), algorithm, ..OwnKey::default() }
}

fn derived(generation: u32) -> OwnKey {
    let derive = Derive { label: Attr::parse("prod/ca").unwrap(), generation: generation.into() };
    let key = KeyArgument { derive: derive.into() }.into();
    OwnKey { stateless: StatelessKey { key, ..StatelessKey::default() }, ..OwnKey::default() }
}

fn write_only(text: &Attr<Secret>, version: Attr<u64>) -> OwnKey {
    let stateless = StatelessKey {
        private_key_pem_wo: text.clone(),
        private_key_pem_wo_version: version,
        ..StatelessKey::default()
    };
    OwnKey { stateless, ..OwnKey::default() }
}

/// The plan of a configuration, beside what there was before.
fn plan(config: &OwnKey, prior: Option<&OwnKey>, seeds: &Seeds) -> Result<(OwnKey, Key, Vec<Diagnostic>)> {
    let (mut planned, mut told) = (config.clone(), Diagnostics::new());
    if config.private_key_pem.is_null() {
        planned.private_key_pem = prior.map_or(Attr::Unknown, |prior| prior.private_key_pem.clone());
    }
    let key = planned.plan(config, prior, NO_FILE, seeds, &mut told)?;
    Ok((planned, key, told.into_iter().collect()))
}

/// What state holds after the plan was carried out.
async fn apply(config: &OwnKey, prior: Option<&OwnKey>, seeds: &Seeds) -> Result<(OwnKey, Key)> {
    let (mut planned, _, _) = plan(config, prior, seeds)?;
    let key = planned.settle(prior, NO_FILE, seeds).await?;
    planned.stateless.private_key_pem_wo = Attr::Null;
    Ok((planned, key))
}

fn summary<T: std::fmt::Debug>(result: Result<T>) -> (String, String) {
    let error = result.unwrap_err();
    let told = &error.diagnostics()[0];
    (told.summary.clone(), told.path.as_ref().map(ToString::to_string).unwrap_or_default())
}

#[test]
fn the_key_to_make_is_of_the_named_algorithm() {
    let wanted = |key: &OwnKey| key.source(NO_FILE).configured().algorithm();
    assert_eq!(wanted(&kept(&Attr::Null, Attr::Null)), Some(KeyAlgorithm::EcdsaP256));
    assert_eq!(wanted(&kept(&Attr::Null, Algorithm::Rsa.into())), Some(KeyAlgorithm::RSA_2048));
    assert_eq!(wanted(&kept(&Attr::Null, Attr::Unknown)), None);
    assert_eq!(wanted(&kept(&Attr::Unknown, Attr::Null)), None, "any key may yet be given");
}

#[test]
fn only_another_algorithm_makes_another_key() {
    let made = text(KeyAlgorithm::Ed25519);
    let keeps = |algorithm: Attr<Algorithm>| {
        let config = kept(&Attr::Null, algorithm);
        let (planned, key, _) = plan(&config, Some(&kept(&made, Attr::Null)), &seeds(&Attr::Null)).unwrap();
        assert_eq!(planned.private_key_pem.is_unknown(), key.public().is_none());
        key.public() == Some(&public(&made))
    };
    assert!(keeps(Attr::Null));
    assert!(keeps(Algorithm::Ed25519.into()));
    assert!(!keeps(Algorithm::Ecdsa.into()));
    assert!(!keeps(Attr::Unknown));
}

#[tokio::test]
async fn a_passphrase_encrypts_a_key_and_another_one_replaces_none() {
    let plain = kept(&text(KeyAlgorithm::Ed25519), Attr::Null);
    let locked =
        |passphrase: &str| OwnKey { private_key_passphrase: secret(passphrase), ..OwnKey::default() };
    let none = seeds(&Attr::Null);
    let (encrypted, key) = apply(&locked("right"), Some(&plain), &none).await.unwrap();
    assert_eq!(key.public(), Some(&public(&plain.private_key_pem)));
    assert!(encrypted.private_key_pem.value().unwrap().expose().contains("ENCRYPTED"));
    let (again, _) = apply(&locked("right"), Some(&encrypted), &none).await.unwrap();
    assert_eq!(again.private_key_pem, encrypted.private_key_pem, "it stays, to the byte");
    for unusable in [locked("wrong"), OwnKey::default()] {
        assert_eq!(summary(plan(&unusable, Some(&encrypted), &none)).0, "Invalid Private Key");
    }
}

#[tokio::test]
async fn a_derived_key_is_known_at_plan_and_in_no_state() {
    let one = seeds(&secret(ONE));
    let (planned, key, _) = plan(&derived(1), None, &one).unwrap();
    assert_eq!(
        key.public().unwrap().fingerprint_sha256(),
        "SHA256:9CTDrQ9FFb+PS8GW/C+8J4NDc3DaPvv/65JTQIOACEo"
    );
    assert_eq!(
        (&planned.private_key_pem, &planned.stateless.public_key_pem),
        (&Attr::Null, &key.public_pem())
    );
    let (state, key) = apply(&derived(1), None, &one).await.unwrap();
    assert_eq!(state.private_key_pem, Attr::Null);
    assert!(key.signing().is_ok());
    let second = derived(1).source(NO_FILE).of_generation(2, None, &one).unwrap();
    assert_eq!(second.public(), plan(&derived(2), Some(&state), &one).unwrap().1.public());
}

#[tokio::test]
async fn another_seed_is_no_other_key() {
    let (state, _) = apply(&derived(2), None, &seeds(&secret(ONE))).await.unwrap();
    let other = seeds(&secret(OTHER));
    let place = ("Derived Key Differs".to_owned(), "key".to_owned());
    assert_eq!(summary(plan(&derived(2), Some(&state), &other)), place);
    let both = Seeds::of(&secret(OTHER), &secret(ONE));
    assert_eq!(
        plan(&derived(2), Some(&state), &both).unwrap().1.public_pem(),
        state.stateless.public_key_pem
    );
    assert!(plan(&derived(3), Some(&state), &other).is_ok(), "a new key is of the new seed");
    // As long as the seed is not known, nothing is expected to change.
    let (planned, key, _) = plan(&derived(2), Some(&state), &seeds(&Attr::Unknown)).unwrap();
    assert_eq!(planned.stateless.public_key_pem, state.stateless.public_key_pem);
    assert!(matches!(key, Key::Public(_)));
    let (planned, _, _) = plan(&derived(3), Some(&state), &seeds(&Attr::Unknown)).unwrap();
    assert_eq!(planned.stateless.public_key_pem, Attr::Unknown);
    let told = plan(&derived(1), Some(&state), &seeds(&secret(ONE))).unwrap().2;
    assert_eq!(told[0].summary, "Generation Lowered");
    assert_eq!(told[0].path.as_ref().unwrap().to_string(), "key.derive.generation");
}

#[tokio::test]
async fn a_key_without_a_version_is_compared_and_one_with_is_not() {
    let (one, other) = (text(KeyAlgorithm::EcdsaP256), text(KeyAlgorithm::EcdsaP256));
    let none = seeds(&Attr::Null);
    let planned = |config: &OwnKey, prior: &OwnKey| plan(config, Some(prior), &none).unwrap().1;

    let (state, _) = apply(&write_only(&one, Attr::Null), None, &none).await.unwrap();
    assert_eq!(state.private_key_pem, Attr::Null);
    assert!(matches!(planned(&write_only(&one, Attr::Null), &state), Key::Private(_)));
    let awaited = planned(&write_only(&other, Attr::Null), &state);
    assert!(matches!(awaited, Key::Awaited(Some(KeyAlgorithm::EcdsaP256))), "it may be another one yet");

    let (state, _) = apply(&write_only(&one, 1.into()), None, &none).await.unwrap();
    assert_eq!(state.stateless.public_key_pem.as_str(), Some(public(&one).to_pem().as_str()));
    let (again, key) = apply(&write_only(&other, 1.into()), Some(&state), &none).await.unwrap();
    assert_eq!(again, state);
    assert_eq!(key.public(), Some(&public(&one)));
    let refused = summary(key.signing().map(drop));
    assert_eq!(refused, ("Another Private Key".to_owned(), "private_key_pem_wo_version".to_owned()));
    let (next, key) = apply(&write_only(&other, 2.into()), Some(&state), &none).await.unwrap();
    assert_eq!(next.stateless.public_key_pem, key.public_pem());
    assert_eq!(key.public(), Some(&public(&other)));
}

#[test]
fn what_is_never_derived_is_told() {
    let told = |own: &OwnKey| {
        let mut check = Check::default();
        own.source(NO_FILE).check(&mut check);
        check
            .iter()
            .map(|told| (told.path.clone().unwrap().to_string(), told.detail.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&derived(1)), []);
    let rsa = OwnKey { algorithm: Algorithm::Rsa.into(), ..derived(1) };
    let detail = "RSA-2048 keys are never derived from a seed; derive ECDSA-P256, ECDSA-P384 or Ed25519, or generate the \
                  key.";
    assert_eq!(told(&rsa), [("algorithm".to_owned(), detail.to_owned())]);
    let curve = OwnKey { ecdsa_curve: "P521".into(), ..derived(1) };
    assert_eq!(told(&curve)[0].0, "ecdsa_curve");
    let mut check = Check::default();
    let file = Parsed::<CsrFile>::new("{\"CN\": \"x\", \"key\": {\"algo\": \"rsa\", \"size\": 2048}}")
        .unwrap()
        .into();
    derived(1).source(&file).check(&mut check);
    assert_eq!(
        check.iter().map(|told| told.path.clone().unwrap().to_string()).collect::<Vec<_>>(),
        ["csr_json"]
    );
    let locked = OwnKey { private_key_passphrase: secret("x"), ..derived(1) };
    let detail = "`private_key_passphrase` cannot be set together with `key`.";
    assert_eq!(told(&locked), [("private_key_passphrase".to_owned(), detail.to_owned())]);
}

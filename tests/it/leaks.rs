//! The search for secrets finds them, in whatever form, and nothing else.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki_core::{KeyAlgorithm, PrivateKey};

use crate::support::leaks::{Kind, Leaks, forms};

const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const KEYS: [(Kind, &str, u32); 5] = [
    (Kind::P256, "prod/ca", 1),
    (Kind::P384, "prod/ca", 2),
    (Kind::Ed25519, "prod/ca", 1),
    (Kind::SecretBox, "prod/encryption", 1),
    (Kind::Aes256, "prod/encryption", 3),
];

fn leaks() -> Leaks {
    Leaks::of_seed(SEED).derived(SEED, &KEYS)
}

fn names(leaks: &Leaks, text: impl AsRef<[u8]>) -> Vec<String> {
    let names: BTreeSet<_> = leaks.found(text).into_iter().map(|leak| leak.name).collect();
    names.into_iter().collect()
}

#[test]
fn every_form_of_every_secret_is_found() {
    let leaks = leaks();
    for (name, secret) in leaks.secrets() {
        for form in forms::of(secret) {
            let text = [b"key = ".as_slice(), &form.text, b" and more"].concat();
            assert_eq!(names(&leaks, &text), [name], "{}", form.name);
        }
    }
}

#[test]
fn a_key_is_found_in_all_its_texts() {
    let leaks = leaks();
    for (kind, algorithm, generation) in [
        ("P256", KeyAlgorithm::EcdsaP256, 1),
        ("P384", KeyAlgorithm::EcdsaP384, 2),
        ("Ed25519", KeyAlgorithm::Ed25519, 1),
    ] {
        let (seed, label) = (SEED.parse().unwrap(), "prod/ca".parse().unwrap());
        let key = PrivateKey::derive(algorithm, &seed, &label, NonZeroU32::new(generation).unwrap()).unwrap();
        let name = format!("{kind} key \"prod/ca\", {generation}");
        for text in [key.to_pem(), key.to_pkcs8_pem(), key.to_openssh("comment")] {
            let lines: Vec<_> = text.lines().collect();
            let quoted = serde_json::to_string(text.as_str()).unwrap();
            let wide = lines[1..lines.len() - 1].concat();
            // As data of a kubeconfig, and that in private state.
            let data = STANDARD.encode(text.as_bytes());
            let kept = STANDARD.encode(format!("{{\"hash\":\"{data}\"}}"));
            let crlf = text.replace('\n', "\r\n");
            for form in [text.as_str(), &quoted, &format!("{quoted:?}"), &wide, &data, &kept, &crlf] {
                assert_eq!(names(&leaks, form), [name.as_str()], "{form}");
            }
        }
        assert_eq!(names(&leaks, key.public_key().to_pem()), [""; 0]);
        assert_eq!(names(&leaks, format!("{key:?}")), [""; 0]);
    }
}

#[test]
fn a_given_rsa_key_is_found_in_its_texts() {
    let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(KeyAlgorithm::rsa(2048).unwrap(), &mut rng).unwrap();
    let mut leaks = Leaks::default();
    leaks.key_of_pem("given", &key.to_pem());
    for text in [key.to_pem(), key.to_pkcs8_pem(), key.to_openssh("")] {
        assert_eq!(names(&leaks, text.as_str()), ["given"]);
    }
    assert_eq!(names(&leaks, key.public_key().to_pem()), [""; 0]);
}

#[test]
fn a_part_of_a_secret_is_found() {
    let mut leaks = Leaks::default();
    leaks.text("passphrase", "correct horse \"battery\" / staple");
    for text in
        ["a horse \"battery\" / st", r#"{"a":"horse \"battery\" / staple"}"#, "correct%20horse%20%22bat"]
    {
        assert_eq!(names(&leaks, text), ["passphrase"], "{text}");
    }
    for text in ["a horse, a battery and a staple", "", "correct", "correct horses"] {
        assert_eq!(names(&leaks, text), [""; 0], "{text}");
    }
}

#[test]
fn nothing_is_found_in_what_is_public() {
    let leaks = leaks();
    let text = include_str!("../../SECURITY.md");
    leaks.assert_clean("a text", text);
    leaks.assert_clean("nothing", "");
}

#[test]
#[should_panic(expected = "a text holds secrets")]
fn a_text_with_a_secret_is_not_clean() {
    leaks().assert_clean("a text", format!("seed = {SEED:?}"));
}

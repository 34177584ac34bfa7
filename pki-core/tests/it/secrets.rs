//! That no secret is in what is printed: `Debug` forms, and the errors of damaged keys.

use std::collections::HashSet;
use std::num::NonZeroU32;

use pki_core::{
    KeyAlgorithm, KeyError, KeyLabel, Pkcs12, Pkcs12Encryption, PrivateKey, Seed, SymmetricAlgorithm,
    SymmetricKey,
};

use crate::support::{key, rng, root};

const PASSPHRASE: &str = "correct-horse-battery";

/// So many characters in a row of a secret are no coincidence.
const WINDOW: usize = 8;

/// What to look for: all windows of a text's words.
struct Leaks(HashSet<String>);

impl Leaks {
    fn of(texts: &[&str]) -> Self {
        let words = texts.iter().flat_map(|text| text.split_whitespace());
        let characters =
            words.filter(|word| !word.contains("-----")).map(|word| word.chars().collect::<Vec<_>>());
        Self(
            characters
                .flat_map(|word| word.windows(WINDOW).map(String::from_iter).collect::<Vec<_>>())
                .collect(),
        )
    }

    fn find(&self, printed: &str) -> Option<String> {
        let characters: Vec<char> = printed.chars().collect();
        characters.windows(WINDOW).map(String::from_iter).find(|window| self.0.contains(window))
    }
}

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// The text forms of the key without those that begin with its public half, and its DER.
fn leaks_of(key: &PrivateKey) -> Leaks {
    let der = key.to_pkcs8_der();
    let decimal: Vec<String> = der.windows(4).map(|bytes| format!("{bytes:?}").replace(' ', "")).collect();
    let mut texts = vec![hex(&der), hex(&der).to_uppercase()];
    texts.extend(decimal);
    texts.extend([key.to_pem().to_string(), key.to_pkcs8_pem().to_string()]);
    Leaks::of(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn debug_forms_hold_no_secret() {
    for algorithm in [KeyAlgorithm::RSA_2048, KeyAlgorithm::EcdsaP256, KeyAlgorithm::Ed25519] {
        let authority = root(algorithm, None);
        let leaks = leaks_of(authority.key());
        // A control: the search finds what is there.
        assert!(leaks.find(&authority.key().to_pem()).is_some());
        assert!(leaks.find(&hex(&authority.key().to_pkcs8_der())).is_some());

        for printed in
            [format!("{:?}", authority.key()), format!("{:#?}", authority.key()), format!("{authority:?}")]
        {
            // The public half may be shown; it is part of PKCS#8, too.
            let public = Leaks::of(&[
                &authority.key().public_key().to_pem(),
                &hex(authority.key().public_key().as_spki()),
            ]);
            assert_eq!(leaks.find(&printed).filter(|leak| !public.0.contains(leak)), None, "{printed}");
        }
        let (certificate, key) = authority.into_parts();
        let printed = format!("{:?}", Pkcs12::new(key, certificate, Vec::new()).unwrap());
        assert_eq!(leaks.find(&printed), None, "{printed}");
    }
}

#[test]
fn derived_secrets_are_not_printed() {
    let text = "8f3b6c1d2e4f5061728394a5b6c7d8e9fa0b1c2d3e4f506172839415a6b7c8d9";
    let seed: Seed = text.parse().unwrap();
    let label: KeyLabel = "demo/secrets".parse().unwrap();
    let symmetric = SymmetricKey::derive(SymmetricAlgorithm::Aes256, &seed, &label, NonZeroU32::MIN).unwrap();
    let leaks = Leaks::of(&[text, &symmetric.to_base64(), &hex(symmetric.as_bytes())]);
    assert!(leaks.find(&symmetric.to_base64()).is_some());
    for printed in [format!("{seed:?}"), format!("{symmetric:?}")] {
        assert_eq!(leaks.find(&printed), None, "{printed}");
    }
    for damaged in [&text[..60], &format!("{text}0"), &text.replace('8', "x")] {
        let error = damaged.parse::<Seed>().unwrap_err();
        assert_eq!(leaks.find(&format!("{error} {error:?}")), None);
    }
}

#[test]
fn errors_of_damaged_keys_hold_no_part_of_them() {
    let mut errors = 0;
    for algorithm in [KeyAlgorithm::RSA_2048, KeyAlgorithm::EcdsaP384, KeyAlgorithm::Ed25519] {
        let key = key(algorithm);
        for form in [key.to_pem(), key.to_pkcs8_pem(), key.to_openssh("")] {
            errors += damage(&form, 31, &[], PrivateKey::from_pem);
        }
    }
    // Each attempt costs what guessing a passphrase is meant to cost.
    let encrypted = key(KeyAlgorithm::Ed25519).to_encrypted_openssh("", PASSPHRASE, &mut rng()).unwrap();
    errors += damage(&encrypted, 43, &["wrong-horse-battery"], |pem| {
        PrivateKey::from_encrypted_pem(pem, "wrong-horse-battery")
    });
    assert!(errors > 500, "{errors}");
}

/// Damages a key at every `step`th place in three ways, looks for it in the errors of reading it, and counts these.
fn damage(
    form: &str,
    step: usize,
    others: &[&str],
    read: impl Fn(&str) -> Result<PrivateKey, KeyError>,
) -> usize {
    let leaks = Leaks::of(&[&[form, PASSPHRASE], others].concat());
    assert!(leaks.find(form).is_some());
    let places = (0..form.len()).step_by(step).flat_map(|place| ["!", "A", "\n"].map(|new| (place, new)));
    let errors = places
        .filter_map(|(place, new)| read(&format!("{}{new}{}", &form[..place], &form[place + 1..])).err());
    let printed = errors.map(|error| format!("{error} {error:?}"));
    printed.inspect(|printed| assert_eq!(leaks.find(printed), None, "{printed}")).count()
}

#[test]
fn errors_of_archives_hold_neither_key_nor_passphrase() {
    let (certificate, key) = root(KeyAlgorithm::EcdsaP256, None).into_parts();
    let leaks = Leaks::of(&[&key.to_pem(), PASSPHRASE, "wrong-horse-battery"]);
    let archive = Pkcs12::new(key, certificate, Vec::new()).unwrap();
    let der = archive.to_der(PASSPHRASE, Pkcs12Encryption::Modern, &mut rng()).unwrap();
    let error = Pkcs12::from_der(&der, "wrong-horse-battery").unwrap_err();
    assert_eq!(leaks.find(&format!("{error} {error:?}")), None);
    for position in (0..der.len()).step_by(97) {
        let mut damaged = der.clone();
        damaged[position] ^= 0x55;
        if let Err(error) = Pkcs12::from_der(&damaged, PASSPHRASE) {
            assert_eq!(leaks.find(&format!("{error} {error:?}")), None);
        }
    }
}

//! The secrets of a configuration: its seed, and what follows from it.

use std::num::NonZeroU32;

use pki_core::{KeyAlgorithm, KeyLabel, PrivateKey, Seed, SymmetricAlgorithm, SymmetricKey};

use super::{Kind, Leaks};

impl Leaks {
    /// A seed, in any of its forms.
    pub(crate) fn of_seed(seed: &str) -> Self {
        let mut leaks = Self::default();
        leaks.bytes("the seed", parse(seed).as_bytes());
        leaks
    }

    /// Adds keys that follow from a seed.
    pub(crate) fn derived(mut self, seed: &str, keys: &[(Kind, &str, u32)]) -> Self {
        let seed = parse(seed);
        for (kind, label, generation) in keys {
            let name = format!("{kind:?} key {label:?}, {generation}");
            let label: KeyLabel = label.parse().unwrap();
            let generation = NonZeroU32::new(*generation).unwrap();
            let private = |algorithm| PrivateKey::derive(algorithm, &seed, &label, generation).unwrap();
            let symmetric = |algorithm| SymmetricKey::derive(algorithm, &seed, &label, generation).unwrap();
            match kind {
                Kind::P256 => self.key(&name, &private(KeyAlgorithm::EcdsaP256)),
                Kind::P384 => self.key(&name, &private(KeyAlgorithm::EcdsaP384)),
                Kind::Ed25519 => self.key(&name, &private(KeyAlgorithm::Ed25519)),
                Kind::SecretBox => self.bytes(&name, symmetric(SymmetricAlgorithm::SecretBox).as_bytes()),
                Kind::Aes256 => self.bytes(&name, symmetric(SymmetricAlgorithm::Aes256).as_bytes()),
            }
        }
        self
    }

    /// Adds a private key. Its text forms all hold its secret number, so that this is what is looked for.
    pub(crate) fn key(&mut self, name: &str, key: &PrivateKey) {
        let der = key.to_pkcs8_der();
        self.bytes(name, secret_part(key.algorithm(), &der));
    }

    /// Adds the private key in a text.
    pub(crate) fn key_of_pem(&mut self, name: &str, pem: &str) {
        self.key(name, &PrivateKey::from_pem(pem).unwrap());
    }
}

fn parse(seed: &str) -> Seed {
    seed.parse().unwrap()
}

/// The private number of a key in PKCS#8.
fn secret_part(algorithm: KeyAlgorithm, der: &[u8]) -> &[u8] {
    // RFC 5915: version 1, then an octet string as long as the order of the curve.
    let scalar = |size: usize| {
        let before = [2, 1, 1, 4, u8::try_from(size).unwrap()];
        let begin = der.windows(before.len()).position(|window| window == before).unwrap() + before.len();
        &der[begin..begin + size]
    };
    match algorithm {
        KeyAlgorithm::EcdsaP256 => scalar(32),
        KeyAlgorithm::EcdsaP384 => scalar(48),
        KeyAlgorithm::EcdsaP521 => scalar(66),
        // RFC 8410: the seed of the key is the last thing in it.
        KeyAlgorithm::Ed25519 => &der[der.len() - 32..],
        // RFC 8017: modulus, public and private exponent, then the primes. From the middle on all is secret.
        KeyAlgorithm::Rsa { .. } => &der[der.len() / 2..],
        other => panic!("{other} is not known here"),
    }
}

//! Private keys: read from configuration, or made.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pki_core::cfssl::CsrFile;
use pki_core::{KeyAlgorithm, KeyError, PrivateKey};
use tfplugin::prelude::*;

use super::algorithm;
use super::key_text::{self, KeyText};
use super::problems::sentence;

string_enum! {
    /// A family of key algorithms.
    pub(crate) enum Algorithm {
        /// RSA.
        Rsa = "RSA",
        /// ECDSA on a NIST curve.
        Ecdsa = "ECDSA",
        /// Ed25519.
        Ed25519 = "ED25519",
    }
}

/// The operating system's generator, the only source of keys and serial numbers.
pub(super) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// The arguments that give a resource its key, or say which one it makes.
#[derive(Debug)]
pub(super) struct KeySource<'a> {
    pub(super) private_key_pem: &'a Attr<Secret>,
    pub(super) passphrase: &'a Attr<Secret>,
    pub(super) csr_json: &'a Attr<Parsed<CsrFile>>,
    pub(super) algorithm: &'a Attr<Algorithm>,
    pub(super) rsa_bits: &'a Attr<u32>,
    pub(super) ecdsa_curve: &'a Attr<String>,
}

impl KeySource<'_> {
    /// The key that is there.
    pub(super) fn key(&self) -> Option<PrivateKey> {
        self.text().key()
    }

    /// The text of the key that is there.
    pub(super) const fn text(&self) -> KeyText<'_> {
        KeyText::own(self.private_key_pem, self.passphrase)
    }

    /// The algorithm of the key to make; `None` while that is unknown, as long as any key may yet be given.
    pub(super) fn wanted(&self, problems: &mut Vec<Diagnostic>) -> Option<KeyAlgorithm> {
        if self.private_key_pem.is_set() {
            return None;
        }
        self.named()?
            .map_err(|error| {
                let detail = sentence(&error.to_string());
                problems.push(Diagnostic::error("Invalid Key", detail).at("algorithm"));
            })
            .ok()
    }

    /// The key that is there, the one from before if that may stay, or a new one.
    pub(super) async fn settle(&self, before: Option<&Attr<Secret>>) -> Result<Secret> {
        if let Some(given) = self.private_key_pem.known() {
            return Ok(given.clone());
        }
        if let Some(before) = before.filter(|before| before.known().is_some()) {
            let text = KeyText::own(before, self.passphrase);
            // A key that cannot be read is not one to be replaced.
            let key = text.read()?;
            if self.suits(&key) {
                return if text.is_as_wished() {
                    before.value().cloned()
                } else {
                    key_text::write(&key, self.passphrase)
                };
            }
        }
        let algorithm =
            self.named().unwrap_or(Ok(KeyAlgorithm::default())).during("Invalid Key").at("algorithm")?;
        let key = generate(algorithm).await.during("Unable to Generate Key")?;
        key_text::write(&key, self.passphrase)
    }

    /// Whether the key that is there may stay: only another algorithm makes another key.
    pub(super) fn keeps_key(&self) -> Result<bool> {
        if self.private_key_pem.known().is_none() || self.passphrase.is_unknown() {
            return Ok(false);
        }
        // A key that cannot be read is not one to be replaced.
        Ok(self.suits(&self.text().read()?))
    }

    /// Arguments that exclude each other, and a key that cannot be read.
    pub(super) fn check(&self, check: &mut Check) {
        self.text().check(check);
        let algorithm = ("algorithm", self.algorithm.presence());
        check.at_most_one(&[("private_key_pem", self.private_key_pem.presence()), algorithm]);
        check.at_most_one(&[("csr_json", self.csr_json.presence()), algorithm]);
    }

    fn suits(&self, key: &PrivateKey) -> bool {
        let any = [
            self.csr_json.is_null(),
            self.algorithm.is_null(),
            self.rsa_bits.is_null(),
            self.ecdsa_curve.is_null(),
        ];
        any.into_iter().all(|absent| absent) || self.named().is_some_and(|named| named == Ok(key.algorithm()))
    }

    /// The algorithm that the arguments name; `None` while one of them is unknown.
    fn named(&self) -> Option<std::result::Result<KeyAlgorithm, KeyError>> {
        match (self.csr_json, self.algorithm) {
            (Attr::Unknown, _) | (_, Attr::Unknown) => None,
            (Attr::Known(file), _) => Some(Ok(file.key)),
            (_, family) => algorithm::named(family, self.rsa_bits, self.ecdsa_curve),
        }
    }
}

/// Checks the size of an RSA key.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of attribute checks")]
pub(super) fn rsa_bits(bits: &u32) -> std::result::Result<(), String> {
    KeyAlgorithm::rsa(*bits).map(drop).map_err(|error| error.to_string())
}

/// Checks the name of a curve.
#[expect(clippy::ptr_arg, reason = "the signature of attribute checks")]
pub(super) fn ecdsa_curve(curve: &String) -> std::result::Result<(), String> {
    KeyAlgorithm::ecdsa(curve).map(drop).map_err(|error| error.to_string())
}

/// Makes a key, off the threads that answer the host.
pub(super) async fn generate(algorithm: KeyAlgorithm) -> Result<PrivateKey> {
    Ok(tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm, &mut rng())).await??)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Attr<Secret> = Attr::Null;

    fn source<'a>(
        private_key_pem: &'a Attr<Secret>,
        passphrase: &'a Attr<Secret>,
        algorithm: &'a Attr<Algorithm>,
    ) -> KeySource<'a> {
        KeySource {
            private_key_pem,
            passphrase,
            csr_json: &Attr::Null,
            algorithm,
            rsa_bits: &Attr::Null,
            ecdsa_curve: &Attr::Null,
        }
    }

    fn key(algorithm: KeyAlgorithm) -> Attr<Secret> {
        Secret::new(PrivateKey::generate(algorithm, &mut rng()).unwrap().to_pem().as_str()).into()
    }

    fn passphrase(text: &str) -> Attr<Secret> {
        Secret::new(text).into()
    }

    #[test]
    fn the_key_to_make_is_of_the_named_algorithm() {
        let wanted = |source: KeySource<'_>| source.wanted(&mut Vec::new());
        assert_eq!(wanted(source(&Attr::Null, &PLAIN, &Attr::Null)), Some(KeyAlgorithm::EcdsaP256));
        assert_eq!(wanted(source(&Attr::Null, &PLAIN, &Algorithm::Rsa.into())), Some(KeyAlgorithm::RSA_2048));
        assert_eq!(wanted(source(&Attr::Null, &PLAIN, &Attr::Unknown)), None);
        assert_eq!(wanted(source(&Attr::Unknown, &PLAIN, &Attr::Null)), None, "any key may yet be given");
    }

    #[test]
    fn only_another_algorithm_makes_another_key() {
        let made = key(KeyAlgorithm::Ed25519);
        let keeps = |algorithm: &Attr<Algorithm>| source(&made, &PLAIN, algorithm).keeps_key().unwrap();
        assert!(keeps(&Attr::Null));
        assert!(keeps(&Algorithm::Ed25519.into()));
        assert!(!keeps(&Algorithm::Ecdsa.into()));
        assert!(!keeps(&Attr::Unknown));
    }

    #[tokio::test]
    async fn the_key_from_before_is_taken_where_it_suits() {
        let before = key(KeyAlgorithm::Ed25519);
        let settle = async |algorithm: &Attr<Algorithm>| {
            source(&Attr::Unknown, &PLAIN, algorithm).settle(Some(&before)).await.unwrap()
        };
        assert_eq!(Attr::Known(settle(&Algorithm::Ed25519.into()).await), before);
        let other = settle(&Algorithm::Ecdsa.into()).await;
        assert_eq!(PrivateKey::from_pem(other.expose()).unwrap().algorithm(), KeyAlgorithm::EcdsaP256);
    }

    #[tokio::test]
    async fn a_passphrase_encrypts_a_key_and_another_one_replaces_none() {
        let (plain, right, wrong) = (key(KeyAlgorithm::Ed25519), passphrase("right"), passphrase("wrong"));
        let settle = async |before: &Attr<Secret>, passphrase: &Attr<Secret>| {
            source(&Attr::Unknown, passphrase, &Attr::Null).settle(Some(before)).await
        };
        let encrypted: Attr<Secret> = settle(&plain, &right).await.unwrap().into();
        let opened = source(&encrypted, &right, &Attr::Null).key().unwrap();
        assert_eq!(
            Some(opened.public_key()),
            source(&plain, &PLAIN, &Attr::Null).key().as_ref().map(PrivateKey::public_key)
        );
        assert_eq!(
            Attr::Known(settle(&encrypted, &right).await.unwrap()),
            encrypted,
            "it stays, to the byte"
        );
        for unusable in [&wrong, &PLAIN] {
            assert!(settle(&encrypted, unusable).await.is_err());
            assert!(source(&encrypted, unusable, &Attr::Null).keeps_key().is_err());
        }
    }
}

//! Where a key comes from: one place knows all the ways.

use std::num::NonZeroU32;

use pki_core::cfssl::CsrFile;
use pki_core::{KeyAlgorithm, KeyError, PrivateKey, PublicKey};
use tfplugin::prelude::*;

use super::arguments::StatelessKey;
use super::{Algorithm, Key, generate};
use crate::common::derive::Derivation;
use crate::pki::algorithm;
use crate::pki::key_text::{self, KeyText};
use crate::provider::Seeds;

const INVALID: &str = "Invalid Key";

/// The arguments that give a resource its key, or say which one it makes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySource<'a> {
    pub(super) private_key_pem: &'a Attr<Secret>,
    pub(super) passphrase: &'a Attr<Secret>,
    pub(super) stateless: &'a StatelessKey,
    pub(super) csr_json: &'a Attr<Parsed<CsrFile>>,
    pub(super) algorithm: &'a Attr<Algorithm>,
    pub(super) rsa_bits: &'a Attr<u32>,
    pub(super) ecdsa_curve: &'a Attr<String>,
}

/// The ways in which a key comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// In `private_key_pem`: given, or made and kept there.
    Text,
    /// In `private_key_pem_wo`.
    WriteOnly,
    /// From the provider's seed.
    Derived,
    /// From one of the last two, or not.
    Undecided,
}

impl KeySource<'_> {
    pub(super) const fn origin(&self) -> Origin {
        let StatelessKey { key, private_key_pem_wo: text, private_key_pem_wo_version: version, .. } =
            self.stateless;
        match (key, text, version) {
            (Attr::Known(_), _, _) => Origin::Derived,
            (Attr::Null, Attr::Known(_), _) | (Attr::Null, _, Attr::Known(_)) => Origin::WriteOnly,
            (Attr::Null, Attr::Null, _) => Origin::Text,
            _ => Origin::Undecided,
        }
    }

    /// The text of the key that is in state.
    pub(crate) const fn text(&self) -> KeyText<'_> {
        KeyText::own(self.private_key_pem, self.passphrase)
    }

    const fn write_only(&self) -> KeyText<'_> {
        KeyText::write_only(&self.stateless.private_key_pem_wo, self.passphrase)
    }

    /// The key as far as the configuration alone tells it.
    pub(crate) fn configured(&self) -> Key {
        let text = match self.origin() {
            Origin::Text if self.private_key_pem.is_set() => self.text(),
            Origin::WriteOnly => self.write_only(),
            Origin::Text | Origin::Derived => return Key::Awaited(self.named().and_then(Result::ok)),
            Origin::Undecided => return Key::Awaited(None),
        };
        text.key().map_or(Key::Awaited(None), Key::from)
    }

    /// The key in state, if it may stay, and its text as it will be: only another algorithm makes another key.
    pub(super) fn kept(&self) -> Result<(Key, Attr<Secret>)> {
        let named = self.named().transpose().during(INVALID).at("algorithm")?;
        if self.private_key_pem.known().is_some() && !self.passphrase.is_unknown() {
            // A key that cannot be read is not one to be replaced.
            let key = self.text().read()?;
            if self.suits(&key) {
                let stays = self.text().is_as_wished();
                let text = if stays { self.private_key_pem.clone() } else { Attr::Unknown };
                return Ok((key.into(), text));
            }
        }
        Ok((Key::Awaited(named), Attr::Unknown))
    }

    /// A key that is given or derived, as far as it can be told before applying.
    pub(super) fn planned(&self, prior: Option<&StatelessKey>, seeds: &Seeds) -> Result<Key> {
        let before = prior.and_then(StatelessKey::public_key);
        match self.origin() {
            Origin::Derived => {
                let unchanged = prior.is_some_and(|prior| prior.key == self.stateless.key);
                let named = self.named().and_then(Result::ok);
                let known = before.filter(|key| unchanged && named == Some(key.algorithm()));
                self.derived(self.stateless.derivation(), known.as_ref(), seeds)
            }
            Origin::WriteOnly => {
                let version = &self.stateless.private_key_pem_wo_version;
                let unchanged = prior.is_some_and(|prior| prior.private_key_pem_wo_version == *version);
                Ok(match (self.configured(), before.filter(|_| unchanged)) {
                    (Key::Private(key), Some(before)) if *key.public_key() == before => Key::Private(key),
                    (Key::Private(_), Some(before)) if version.is_set() => Key::Forgotten(before),
                    (_, Some(before)) if version.is_set() => Key::Public(before),
                    // It may be another one when the plan is carried out, though hardly of another algorithm.
                    (given, _) => Key::Awaited(given.algorithm()),
                })
            }
            Origin::Text | Origin::Undecided => Ok(self.configured()),
        }
    }

    /// A key that is given or derived, with which the plan is carried out.
    pub(super) fn settled(&self, seeds: &Seeds) -> Result<Key> {
        let planned = self.stateless.public_key();
        match self.origin() {
            Origin::Text => self.text().read().map(Key::from),
            Origin::Derived => self.derived(self.stateless.derivation(), planned.as_ref(), seeds),
            Origin::WriteOnly | Origin::Undecided => self.given_once(planned),
        }
    }

    fn given_once(&self, planned: Option<PublicKey>) -> Result<Key> {
        let given = self.write_only().read();
        let Some(planned) = planned else { return given.map(Key::from) };
        match given {
            Ok(key) if *key.public_key() == planned => Ok(key.into()),
            // Of a version that stays, what is given now counts for nothing.
            _ if self.stateless.private_key_pem_wo_version.is_set() => Ok(Key::Forgotten(planned)),
            Ok(_) => {
                let detail = "The private key is another one than it was at plan. A key that is another one on every run \
                              needs a `private_key_pem_wo_version`.";
                Err(Error::at("private_key_pem_wo", "Another Private Key", detail))
            }
            Err(error) => Err(error),
        }
    }

    /// The key of any generation of the same label.
    pub(crate) fn of_generation(
        &self,
        generation: u32,
        known: Option<&PublicKey>,
        seeds: &Seeds,
    ) -> Result<Key> {
        let generation = Attr::from(NonZeroU32::new(generation));
        let derivation = match (self.stateless.derivation(), generation) {
            (Attr::Known(of), Attr::Known(generation)) => Attr::Known(Derivation { generation, ..of }),
            _ => Attr::Unknown,
        };
        self.derived(derivation, known, seeds)
    }

    fn derived(&self, derivation: Attr<Derivation>, known: Option<&PublicKey>, seeds: &Seeds) -> Result<Key> {
        let algorithm = match known {
            Some(known) => Some(known.algorithm()),
            None => self.named().transpose().during(INVALID).at("algorithm")?,
        };
        let (Attr::Known(derivation), Some(algorithm)) = (derivation, algorithm) else {
            return Ok(Key::Awaited(algorithm));
        };
        Ok(match (seeds.private_key(algorithm, &derivation, known).at("key")?, known) {
            (Some(key), _) => key.into(),
            (None, Some(known)) => Key::Public(known.clone()),
            (None, None) => Key::Awaited(Some(algorithm)),
        })
    }

    /// The key that is given, the one from before if that may stay, or a new one, with the text to keep it as.
    pub(super) async fn made(&self, before: Option<&Attr<Secret>>) -> Result<(Secret, PrivateKey)> {
        if let Some(given) = self.private_key_pem.known() {
            return Ok((given.clone(), self.text().read()?));
        }
        if let Some(before) = before.filter(|before| before.known().is_some()) {
            let text = KeyText::own(before, self.passphrase);
            // A key that cannot be read is not one to be replaced.
            let key = text.read()?;
            if self.suits(&key) {
                let text = if text.is_as_wished() {
                    before.value()?.clone()
                } else {
                    key_text::write(&key, self.passphrase)?
                };
                return Ok((text, key));
            }
        }
        let algorithm =
            self.named().unwrap_or(Ok(KeyAlgorithm::default())).during(INVALID).at("algorithm")?;
        let key = generate(algorithm).await.during("Unable to Generate Key")?;
        Ok((key_text::write(&key, self.passphrase)?, key))
    }

    /// Arguments that exclude each other, a key that cannot be read, and one that cannot be made.
    pub(crate) fn check(&self, check: &mut Check) {
        let stateless = self.stateless;
        let text = ("private_key_pem", self.private_key_pem.presence());
        let write_only = ("private_key_pem_wo", stateless.private_key_pem_wo.presence());
        let key = ("key", stateless.key.presence());
        let algorithm = ("algorithm", self.algorithm.presence());
        check.at_most_one(&[text, write_only, key]);
        check.at_most_one(&[text, algorithm]);
        check.at_most_one(&[write_only, algorithm]);
        check.at_most_one(&[("csr_json", self.csr_json.presence()), algorithm]);
        check.at_most_one(&[key, ("private_key_passphrase", self.passphrase.presence())]);
        check.at_most_one(&[key, ("rsa_bits", self.rsa_bits.presence())]);
        key_text::check_dependent(
            write_only,
            ("private_key_pem_wo_version", stateless.private_key_pem_wo_version.presence()),
            check,
        );
        let given = if stateless.private_key_pem_wo.is_set() { self.write_only() } else { self.text() };
        given.check(check);
        self.check_algorithm(check);
    }

    fn check_algorithm(&self, check: &mut Check) {
        let told = match (self.origin(), self.named()) {
            (Origin::Derived, Some(Ok(algorithm))) => algorithm::never_derived(algorithm),
            (Origin::Text | Origin::Derived, Some(Err(error))) if self.private_key_pem.is_null() => {
                Some(Diagnostic::error(INVALID, sentence(&error.to_string())).at("algorithm"))
            }
            _ => None,
        };
        check.extend(told.map(|told| if self.csr_json.is_set() { told.at("csr_json") } else { told }));
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
            (_, family) => algorithm::named(*family, *self.rsa_bits, self.ecdsa_curve),
        }
    }
}

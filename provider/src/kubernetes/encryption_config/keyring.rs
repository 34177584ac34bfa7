//! The keys of a configuration: taken over, derived and made.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tfplugin::prelude::*;

use super::EncryptionConfig;
use super::key::{self, Key, KeySource, LocalProvider};
use crate::common::derive::Derivation;
use crate::kubernetes::symmetric;

/// A key to derive.
pub(super) struct Wanted<'a> {
    pub(super) provider: LocalProvider,
    pub(super) derivation: Derivation,
    /// That of the key that is in use.
    pub(super) fingerprint: Option<&'a str>,
}

/// Derives a key, in base64; `None` while the seed is unknown.
pub(super) type Derive<'a> = dyn Fn(&Wanted<'_>) -> Result<Option<Secret>> + 'a;

impl EncryptionConfig {
    /// Decides for each key where it comes from: a key of the same name stays what it is, wherever it stood in the list.
    pub(super) fn inherit_keys(&mut self, config: &Self, prior: Option<&Self>) {
        let label = config.label.presence();
        let Attr::Known(keys) = &mut self.keys else { return };
        for (key, given) in keys.iter_mut().zip(config.keys()) {
            let before = key.name.known().and_then(|name| prior?.key_named(name.text()));
            key.inherit(given.secret.is_set(), before, label);
        }
    }

    /// The secret of each key, as far as it is known, with those that the seed makes; tells what a key has against it.
    pub(super) fn derive_keys(&mut self, derive: &Derive<'_>, told: &mut Diagnostics) -> Vec<Option<Secret>> {
        let wanted: Vec<_> = self.keys().iter().map(|key| self.derivation(key)).collect();
        let Attr::Known(keys) = &mut self.keys else { return Vec::new() };
        let mut secrets = Vec::new();
        for (index, (key, wanted)) in keys.iter_mut().zip(wanted).enumerate() {
            if !key.is_of(KeySource::Seed) {
                secrets.push(key.secret.known().cloned());
                continue;
            }
            let derived = wanted.map(|(provider, derivation)| {
                derive(&Wanted { provider, derivation, fingerprint: key.fingerprint.as_str() })
            });
            match derived.transpose().map(Option::flatten).at(Path::from("keys").index(index)) {
                Ok(None) => secrets.push(None),
                Ok(Some(secret)) => {
                    key.fingerprint = key::fingerprint(&secret);
                    secrets.push(Some(secret));
                }
                Err(error) => {
                    told.extend(Diagnostics::from(error));
                    secrets.push(None);
                }
            }
        }
        secrets
    }

    /// Makes each key that is to be random and is not there yet.
    pub(super) fn make_keys(&mut self, secrets: &mut [Option<Secret>]) -> Result<()> {
        let Attr::Known(keys) = &mut self.keys else { return Ok(()) };
        let missing = |key: &Key| key.is_of(KeySource::State) && key.secret.is_unknown();
        for (key, place) in keys.iter_mut().zip(secrets).filter(|(key, _)| missing(key)) {
            let secret = Secret::new(STANDARD.encode(symmetric::generate()?.as_ref()));
            key.fingerprint = key::fingerprint(&secret);
            key.secret = secret.clone().into();
            *place = Some(secret);
        }
        Ok(())
    }

    /// What a key is derived from, as far as it is known.
    fn derivation(&self, key: &Key) -> Option<(LocalProvider, Derivation)> {
        let is_known = !key.provider_type.is_unknown() && !self.provider_type.is_unknown();
        let label = self.label.known().filter(|_| is_known)?.get().clone();
        let generation = NonZeroU32::new(*key.generation.known()?)?;
        Some((self.provider_of(key), Derivation { label, generation }))
    }
}

//! `groundup_encryption_key`: a key of encryption at rest that is stored nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::encryption_config::LocalProvider;
use super::symmetric;
use crate::common::derive::Derive;
use crate::provider::{Client, unknown_seed};

/// A key with which the API server encrypts what it stores. It is neither in the state nor in the plan: derived from the
/// provider's seed, and then the same in every run, or without `derive` another one each time.
///
/// The function `encryption_config` makes a file with it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct EncryptionKey {
    /// The provider it is for: `secretbox`, `aescbc` or `aesgcm`. A derived key for `aescbc` is the one for `aesgcm` too, and
    /// another one than for `secretbox`.
    #[attr(optional, default = "secretbox")]
    provider_type: Attr<LocalProvider>,
    /// Which key of the provider's seed it is. Without it, a new key is made whenever the resource is opened, in plan and
    /// in apply.
    #[attr(optional)]
    derive: Attr<Derive>,
    /// What the key is recognized by, and that tells nothing about it: SHA-256 of a fixed prefix and the key, in hexadecimal
    /// digits. When set, the derived key has to be that one: while seeds are changed, that picks the seed it was made
    /// with, and the key of a wrong seed is an error instead of another key.
    #[attr(optional, computed, check = symmetric::check_fingerprint)]
    fingerprint: Attr<String>,
    /// The key, 32 bytes in base64.
    #[attr(computed)]
    secret: Attr<Secret>,
}

impl EncryptionKey {
    fn key(&self, client: &Client) -> Result<Zeroizing<[u8; 32]>> {
        let derivation = match &self.derive {
            Attr::Null => return symmetric::generate(),
            derive => derive.value()?.derivation(),
        };
        let (derivation, provider) = (derivation.value()?, *self.provider_type.value()?);
        let key = symmetric::derive(client, provider, derivation, self.fingerprint.as_str()).at("derive")?;
        Ok(Zeroizing::new(*key.ok_or_else(|| unknown_seed(derivation))?.as_bytes()))
    }
}

impl EphemeralResource for EncryptionKey {
    const TYPE: &'static str = "encryption_key";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        if self.derive.is_null() && self.fingerprint.known().is_some() {
            let detail = "A new key is not one that is known before: `derive` is required.";
            check.error("fingerprint", "Conflicting Arguments", detail);
        }
    }

    async fn open(mut self, cx: &Cx<Client>) -> Result<Opened<Self>> {
        let key = self.key(&cx.client)?;
        self.fingerprint = symmetric::fingerprint(key.as_ref()).into();
        self.secret = Secret::new(STANDARD.encode(key.as_ref())).into();
        Ok(Opened::new(self))
    }
}

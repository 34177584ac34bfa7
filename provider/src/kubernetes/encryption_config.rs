//! `groundup_encryption_config`: what the API server encrypts before it stores it, and with which keys.
//!
//! Losing a key loses what it encrypted. So a key that was made here never changes by itself, and a change after which
//! an API server could not read what it or another one wrote before is refused when it is planned.

mod change;
mod document;
mod file;
mod key;
mod keyring;
mod kinds;
mod kms;
mod loss;
mod problems;
mod reader;
mod record;
mod resource_name;
mod rotation;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use pki_core::KeyLabel;
use tfplugin::prelude::*;

use self::key::Key;
pub(crate) use self::key::LocalProvider;
use self::keyring::{Derive, Wanted};
use self::kms::Kms;
use self::reader::Reader;
use self::resource_name::ResourceName;
use super::symmetric;
use crate::provider::{Client, unknown_seed};

string_enum! {
    /// How new objects are stored.
    pub(crate) enum ProviderType {
        Secretbox = "secretbox",
        AesCbc = "aescbc",
        AesGcm = "aesgcm",
        Kms = "kms",
        Identity = "identity",
    }
}

/// The API server's configuration of encryption at rest (`--encryption-provider-config`), with its keys.
///
/// The first key writes, all of them read. To change keys without losing data takes four steps, and each apply does one
/// of them; deliver the file to every API server before the next one:
///
/// 1. Add the new key after the old one.
/// 2. Make the new key the first one.
/// 3. Rewrite every object, such as with `kubectl get secrets -A -o json | kubectl replace -f -`, and then set
///    `rewritten_through` to the generation of the new key.
/// 4. Remove the old key.
///
/// The same steps lead from one provider to another, from plain text to encryption (the last step is then
/// `allow_plaintext_read = false`) and back. Every other change that could make an object unreadable is refused.
///
/// With a `label` new keys are derived from the provider's seed. They are not in the state, and neither is the file: make
/// it with the function `encryption_config` from the ephemeral resource `groundup_encryption_key`. Without a label new keys
/// are random and kept in the state: whoever can read the state can read them, and whoever loses it has lost them.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct EncryptionConfig {
    /// Same as `content_sha256`.
    #[attr(computed)]
    pub(crate) id: Attr<String>,
    /// What new keys are derived from, together with the generation of each and the provider's seed; by convention
    /// `<cluster>/encryption`. Keys that exist stay what they are.
    #[attr(optional)]
    pub(crate) label: Attr<Parsed<KeyLabel>>,
    /// Kinds of objects to encrypt: `secrets`, `widgets.example.com`, all of a group (`*.apps`; `*.` for the core
    /// group) or all there are (`*.*`).
    #[attr(optional, default = Value::List(vec![Value::from("secrets")]))]
    pub(crate) resources: Attr<Vec<Attr<Parsed<ResourceName>>>>,
    /// Kinds of objects to leave out of a wildcard in `resources`.
    #[attr(optional)]
    pub(crate) unencrypted_resources: Attr<Vec<Attr<Parsed<ResourceName>>>>,
    /// How new objects are stored: `secretbox` (recommended where keys are local), `aescbc` and `aesgcm` (weaker), `kms`
    /// (a key management service; the strongest) or `identity` (in plain text, to go back).
    #[attr(optional, default = "secretbox")]
    pub(crate) provider_type: Attr<ProviderType>,
    /// The keys of local providers. The first one writes, unless `provider_type` is `kms` or `identity`; the others read
    /// what was written with them.
    #[attr(optional)]
    pub(crate) keys: Attr<Vec<Key>>,
    /// A key management service.
    #[attr(block = "single")]
    pub(crate) kms: Attr<Kms>,
    /// The generation that every stored object has been rewritten with: that of the key or service that writes; 0 is plain
    /// text. It tells that nothing needs the others any more, which can then be removed.
    #[attr(optional)]
    pub(crate) rewritten_through: Attr<u32>,
    /// Whether objects that were stored in plain text can be read. Without it they become unreadable, so it has to stay
    /// until every object has been rewritten.
    #[attr(optional, default = true)]
    pub(crate) allow_plaintext_read: Attr<bool>,
    /// Whether a destroy may lose keys of which there is no copy but in the state. It has to be applied before the destroy.
    #[attr(optional)]
    pub(crate) allow_key_loss: Attr<bool>,
    /// Name of the key, or of the service, that writes; null when nothing is encrypted.
    #[attr(computed)]
    pub(crate) write_key_name: Attr<String>,
    /// What every object in etcd begins with that this configuration wrote; null when nothing is encrypted.
    #[attr(computed)]
    pub(crate) write_prefix: Attr<String>,
    /// What objects in etcd may begin with, from all that has been written and not been rewritten. An empty text is an
    /// object in plain text.
    #[attr(computed)]
    pub(crate) stored_prefixes: Attr<BTreeSet<Parsed<Reader>>>,
    /// The file. Null when it holds a derived key.
    #[attr(computed)]
    pub(crate) content: Attr<Secret>,
    /// SHA-256 of the file, in hexadecimal. The API server reports the hash of the file it has loaded in its metric
    /// `apiserver_encryption_config_controller_last_config_info`.
    #[attr(computed)]
    pub(crate) content_sha256: Attr<String>,
}

impl Resource for EncryptionConfig {
    const TYPE: &'static str = "encryption_config";
    const VERSION: i64 = 1;
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.extend(self.checks());
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, told, .. } = plan;
        loss::guard_replacement(prior.as_ref(), cx)?;
        planned.plan(config, prior.as_ref(), &derive(cx), told)
    }

    async fn plan_destroy(prior: &Self, cx: &Cx<Client>) -> Result<()> {
        loss::tell(prior, cx);
        loss::refuse(prior)
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.complete(None, &derive_now(cx))?;
        saved.save(&self);
        Ok(self)
    }

    async fn read(mut self, _: &Cx<Client>) -> Result<Option<Self>> {
        self.complete_record();
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.complete(Some(&prior), &derive_now(cx))?;
        saved.save(&self);
        Ok(self)
    }

    async fn delete(self, _: &Cx<Client>) -> Result<()> {
        loss::refuse_tainted(&self)
    }

    fn upgrade(from: i64, attributes: serde_json::Value) -> Result<serde_json::Value> {
        record::upgrade(from, attributes)
    }
}

/// Derives keys from the provider's seed.
fn derive(cx: &Cx<Client>) -> impl Fn(&Wanted<'_>) -> Result<Option<Secret>> {
    |wanted| {
        let key = symmetric::derive(&cx.client, wanted.provider, &wanted.derivation, wanted.fingerprint)?;
        Ok(key.map(|key| Secret::new(key.to_base64().as_str())))
    }
}

/// As [`derive`], for what cannot wait until the seed is known.
fn derive_now(cx: &Cx<Client>) -> impl Fn(&Wanted<'_>) -> Result<Option<Secret>> {
    let derive = derive(cx);
    move |wanted| derive(wanted)?.ok_or_else(|| unknown_seed(&wanted.derivation)).map(Some)
}

impl EncryptionConfig {
    /// What is wrong with the file alone, and what is not wise about it.
    pub(crate) fn file_checks(&self) -> Diagnostics {
        problems::of_file(self)
    }

    /// What is wrong with the configuration by itself, and what is not wise about it.
    pub(crate) fn checks(&self) -> Diagnostics {
        problems::of_configuration(self)
    }

    /// Plans what a configuration comes to after a state.
    fn plan(
        &mut self,
        config: &Self,
        prior: Option<&Self>,
        derive: &Derive<'_>,
        told: &mut Diagnostics,
    ) -> Result<()> {
        self.inherit_keys(config, prior);
        told.extend(change::of_keys(prior, self));
        if told.has_error() {
            return Ok(());
        }
        let secrets = self.derive_keys(derive, told);
        told.extend(problems::of_keys(self));
        told.extend(change::of_readers(prior, self));
        self.fill(prior, &secrets)
    }

    /// Makes what there has to be, keys last: after that it is only rendered, and nobody has used a key that is not saved.
    fn complete(&mut self, prior: Option<&Self>, derive: &Derive<'_>) -> Result<()> {
        let mut told = Diagnostics::new();
        let mut secrets = self.derive_keys(derive, &mut told);
        if told.has_error() {
            return Err(Error::many(told));
        }
        self.make_keys(&mut secrets)?;
        self.fill(prior, &secrets)
    }

    fn keys(&self) -> &[Key] {
        self.keys.known().map_or(&[], Vec::as_slice)
    }

    fn key_named(&self, name: &str) -> Option<&Key> {
        self.keys().iter().find(|key| key.is_named(name))
    }

    fn provider_type(&self) -> ProviderType {
        self.provider_type.or(ProviderType::Secretbox)
    }

    /// The provider of a key; a key that names none is of the provider that writes, if that has keys.
    fn provider_of(&self, key: &Key) -> LocalProvider {
        key.provider_type.or(self.provider_type().local().unwrap_or(LocalProvider::Secretbox))
    }
}

impl ProviderType {
    fn local(self) -> Option<LocalProvider> {
        match self {
            Self::Secretbox => Some(LocalProvider::Secretbox),
            Self::AesCbc => Some(LocalProvider::AesCbc),
            Self::AesGcm => Some(LocalProvider::AesGcm),
            Self::Kms | Self::Identity => None,
        }
    }
}

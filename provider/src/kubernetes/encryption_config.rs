//! `groundup_encryption_config`: what the API server encrypts before it stores it, and with which keys.
//!
//! Losing a key loses what it encrypted. So a key that was made here never changes by itself, and a change after which
//! an API server could not read what it wrote before is refused when it is planned.

mod document;
mod key;
mod kms;
mod problems;
mod resource_name;
#[cfg(test)]
mod tests;

use sha2::{Digest as _, Sha256};
use tfplugin::prelude::*;

use self::document::{EncryptionConfiguration, Provider, Rule};
use self::key::KeyName;
use self::kms::Kms;
use self::resource_name::ResourceName;
use crate::provider::Client;

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

string_enum! {
    /// A provider whose keys stand in the file.
    pub(crate) enum LocalProvider {
        Secretbox = "secretbox",
        AesCbc = "aescbc",
        AesGcm = "aesgcm",
    }
}

/// The API server's configuration of encryption at rest (`--encryption-provider-config`), with its keys.
///
/// The first key writes, all of them read. To change keys without losing data: add the new key after the old one and
/// deliver the file to every API server; make it the first and deliver again; rewrite every object; only then remove
/// the old key. A change that makes unreadable what the current file writes is refused.
///
/// The keys are kept in the state: whoever can read the state can read them.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct EncryptionConfig {
    /// Same as `content_sha256`.
    #[attr(computed)]
    pub(crate) id: Attr<String>,
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
    /// A key of a local provider. The first one writes, unless `provider_type` is `kms` or `identity`; the others read
    /// what was written with them.
    #[attr(block)]
    pub(crate) key: Attr<Vec<Key>>,
    /// A key management service.
    #[attr(block = "single")]
    pub(crate) kms: Attr<Kms>,
    /// Whether objects that were stored in plain text can be read. Without it they become unreadable.
    #[attr(optional, default = true)]
    pub(crate) allow_plaintext_read: Attr<bool>,
    /// Name of the key, or of the service, that writes; null when nothing is encrypted.
    #[attr(computed)]
    pub(crate) write_key_name: Attr<String>,
    /// What every object in etcd begins with that this configuration wrote; null when nothing is encrypted.
    #[attr(computed)]
    pub(crate) write_prefix: Attr<String>,
    /// The file.
    #[attr(computed)]
    pub(crate) content: Attr<Secret>,
    /// SHA-256 of the file, in hexadecimal. The API server reports the hash of the file it has loaded in its metric
    /// `apiserver_encryption_config_controller_last_config_info`.
    #[attr(computed)]
    pub(crate) content_sha256: Attr<String>,
}

/// A key of a local provider.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Key {
    /// Its name, which is written before each object that it encrypts.
    #[attr(required)]
    pub(crate) name: Attr<Parsed<KeyName>>,
    /// The provider it is for: `secretbox`, `aescbc` or `aesgcm`. By default `provider_type`.
    #[attr(optional)]
    pub(crate) provider_type: Attr<LocalProvider>,
    /// The key in base64: 32 bytes for secretbox, 16, 24 or 32 for the others. When absent, 32 random bytes are made once
    /// and kept for as long as there is a key of this name.
    #[attr(optional, computed)]
    pub(crate) secret: Attr<Secret>,
}

impl Resource for EncryptionConfig {
    const TYPE: &'static str = "encryption_config";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.extend(problems::of_configuration(self));
    }

    async fn plan(plan: &mut Plan<Self>, _: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, told, .. } = plan;
        planned.keep_secrets(config, prior.as_ref());
        told.extend(problems::of_keys(planned));
        if let Some(prior) = prior {
            told.extend(problems::of_change(prior, planned));
        }
        planned.fill()
    }

    async fn create(mut self, _: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.make_secrets()?;
        self.fill()?;
        saved.save(&self);
        Ok(self)
    }

    async fn read(self, _: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    async fn update(mut self, _: Self, _: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        self.make_secrets()?;
        self.fill()?;
        saved.save(&self);
        Ok(self)
    }

    async fn delete(self, _: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}

impl EncryptionConfig {
    /// Gives each key without a configured secret the one that the key of its name has, wherever it stood in the list.
    fn keep_secrets(&mut self, config: &Self, prior: Option<&Self>) {
        let configured = config.keys().iter().map(|key| key.secret.is_set()).collect::<Vec<_>>();
        let Attr::Known(keys) = &mut self.key else { return };
        for (key, configured) in keys.iter_mut().zip(configured) {
            if !configured {
                let kept = key.name.known().and_then(|name| prior?.secret_of(name.text()));
                key.secret = kept.map_or(Attr::Unknown, |secret| secret.clone().into());
            }
        }
    }

    fn make_secrets(&mut self) -> Result<()> {
        let Attr::Known(keys) = &mut self.key else { return Ok(()) };
        for key in keys.iter_mut().filter(|key| key.secret.known().is_none()) {
            key.secret = Secret::new(key::generate().during("Unable to Make Key")?.as_str()).into();
        }
        Ok(())
    }

    fn keys(&self) -> &[Key] {
        self.key.known().map_or(&[], Vec::as_slice)
    }

    fn secret_of(&self, name: &str) -> Option<&Secret> {
        self.keys().iter().find(|key| key.is_named(name))?.secret.known()
    }

    fn provider_type(&self) -> ProviderType {
        self.provider_type.or(ProviderType::Secretbox)
    }

    /// The provider of a key; a key that names none is of the provider that writes, if that has keys.
    fn provider_of(&self, key: &Key) -> LocalProvider {
        key.provider_type.or(self.provider_type().local().unwrap_or(LocalProvider::Secretbox))
    }

    /// Fills what follows from the arguments: all of it, or what is known by now.
    fn fill(&mut self) -> Result<()> {
        self.fill_writer();
        (self.id, self.content, self.content_sha256) = (Attr::Null, Attr::Null, Attr::Null);
        if !self.encode_fields().is_wholly_known() {
            (self.id, self.content, self.content_sha256) = (Attr::Unknown, Attr::Unknown, Attr::Unknown);
            return Ok(());
        }
        let content = self.document()?.render().during("Unable to Render Encryption Configuration")?;
        let hash = hex::encode(Sha256::digest(&content));
        (self.id, self.content_sha256) = (hash.clone().into(), hash.into());
        self.content = Secret::new(content).into();
        Ok(())
    }

    fn fill_writer(&mut self) {
        (self.write_key_name, self.write_prefix) = match (&self.provider_type, &self.key, &self.kms) {
            (Attr::Unknown, ..) => (Attr::Unknown, Attr::Unknown),
            (Attr::Known(ProviderType::Identity), ..) => (Attr::Null, Attr::Null),
            (Attr::Known(ProviderType::Kms), _, kms) => {
                let name = kms
                    .known()
                    .map_or(Attr::Unknown, |kms| kms.name.clone().map(|name| name.text().to_owned()));
                let prefix = name.clone().map(|name| format!("k8s:enc:kms:v2:{name}:"));
                (name, prefix)
            }
            (_, keys, _) => {
                let first = keys.known().and_then(|keys| keys.first());
                let name =
                    first.map_or(Attr::Unknown, |key| key.name.clone().map(|name| name.text().to_owned()));
                let prefix = name.clone().map(|name| format!("k8s:enc:{}:v1:{name}:", self.provider_type()));
                (name, prefix)
            }
        };
    }

    fn document(&self) -> Result<EncryptionConfiguration> {
        let names = |names: &Attr<Vec<Attr<Parsed<ResourceName>>>>| -> Vec<String> {
            let names = names.known().into_iter().flatten();
            names.filter_map(Attr::known).map(|name| name.text().to_owned()).collect()
        };
        let unencrypted = names(&self.unencrypted_resources);
        let encrypted = Rule { resources: names(&self.resources), providers: self.providers()? };
        // The first rule that names a kind decides.
        let exceptions = Rule { resources: unencrypted, providers: vec![Provider::Identity {}] };
        let rules = [exceptions, encrypted].into_iter().filter(|rule| !rule.resources.is_empty());
        Ok(EncryptionConfiguration::new(rules.collect()))
    }

    /// What writes comes first, plain text last unless it is what writes.
    fn providers(&self) -> Result<Vec<Provider>> {
        let mut providers = Vec::new();
        let kms = self.kms.known().map(Kms::render).transpose()?;
        match self.provider_type() {
            ProviderType::Kms => {
                providers.extend(kms);
                providers.extend(self.local_providers()?);
            }
            writer => {
                providers.extend((writer == ProviderType::Identity).then_some(Provider::Identity {}));
                providers.extend(self.local_providers()?);
                providers.extend(kms);
            }
        }
        if self.allow_plaintext_read.or(true) && self.provider_type() != ProviderType::Identity {
            providers.push(Provider::Identity {});
        }
        Ok(providers)
    }

    /// The keys in their order, those of one provider after each other under one head.
    fn local_providers(&self) -> Result<Vec<Provider>> {
        self.keys()
            .chunk_by(|one, other| self.provider_of(one) == self.provider_of(other))
            .map(|chunk| {
                let keys = chunk.iter().map(Key::render).collect::<Result<_>>()?;
                Ok(match self.provider_of(&chunk[0]) {
                    LocalProvider::Secretbox => Provider::Secretbox { keys },
                    LocalProvider::AesCbc => Provider::AesCbc { keys },
                    LocalProvider::AesGcm => Provider::AesGcm { keys },
                })
            })
            .collect()
    }
}

impl Key {
    fn is_named(&self, name: &str) -> bool {
        self.name.known().is_some_and(|own| own.text() == name)
    }

    fn render(&self) -> Result<document::Key> {
        let (name, secret) = (self.name.value()?, self.secret.value()?);
        Ok(document::Key { name: name.text().to_owned(), secret: secret.expose().to_owned() })
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

impl LocalProvider {
    /// The lengths of key that the API server accepts, in bytes.
    fn key_lengths(self) -> &'static [usize] {
        match self {
            Self::Secretbox => &[32],
            Self::AesCbc | Self::AesGcm => &[16, 24, 32],
        }
    }
}

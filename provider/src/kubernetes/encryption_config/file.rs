//! The file of a configuration, and what is told about it.

use sha2::{Digest as _, Sha256};
use tfplugin::prelude::*;

use super::document::{self, EncryptionConfiguration, Provider, Rule};
use super::key::{Key, KeySource, LocalProvider};
use super::kms::Kms;
use super::reader::Reader;
use super::resource_name::ResourceName;
use super::{EncryptionConfig, ProviderType};

impl EncryptionConfig {
    /// The file of a configuration that gives the secret of every key.
    ///
    /// # Errors
    /// At each key without a secret.
    pub(crate) fn render(&self) -> Result<Secret> {
        let missing = self.keys().iter().enumerate().filter(|(_, key)| key.secret.known().is_none());
        let missing: Vec<_> = missing
            .map(|(index, _)| {
                let path = Path::from("keys").index(index).attr("secret");
                Diagnostic::error("Missing Secret", "The secret of the key is required.").at(path)
            })
            .collect();
        if !missing.is_empty() {
            return Err(Error::many(missing));
        }
        let secrets: Vec<_> =
            self.keys().iter().filter_map(|key| key.secret.known()).map(Secret::expose).collect();
        self.render_with(&secrets)
    }

    /// Fills what follows from the arguments and the secrets of the keys: all of it, or what is known by now.
    pub(super) fn fill(&mut self, prior: Option<&Self>, secrets: &[Option<Secret>]) -> Result<()> {
        self.fill_writer();
        (self.id, self.content, self.content_sha256) = (Attr::Unknown, Attr::Unknown, Attr::Unknown);
        if self.keys().iter().any(|key| key.is_of(KeySource::Seed)) {
            self.content = Attr::Null;
        }
        if !self.is_decided() {
            return Ok(());
        }
        let secrets: Option<Vec<_>> =
            secrets.iter().map(|secret| secret.as_ref().map(Secret::expose)).collect();
        if let Some(secrets) = secrets {
            let content = self.render_with(&secrets)?;
            self.content_sha256 = hex::encode(Sha256::digest(content.expose())).into();
            if !self.content.is_null() {
                self.content = content.into();
            }
        } else if let Some(prior) = prior.filter(|prior| prior.is_same_file(self)) {
            self.content_sha256 = prior.content_sha256.clone();
        }
        self.id = self.content_sha256.clone();
        Ok(())
    }

    /// What writes and reads, as soon as that is known.
    pub(super) fn writer(&self) -> Option<Reader> {
        match self.provider_type.or(ProviderType::Secretbox) {
            _ if self.provider_type.is_unknown() => None,
            ProviderType::Identity => Some(Reader::PlainText),
            ProviderType::Kms => self.service(),
            _ => self.reader(self.keys().first()?),
        }
    }

    /// What a key reads.
    pub(super) fn reader(&self, key: &Key) -> Option<Reader> {
        let is_known = !key.provider_type.is_unknown() && !self.provider_type.is_unknown();
        let name = key.name.known().filter(|_| is_known)?.text().to_owned();
        Some(Reader::Key { provider: self.provider_of(key), name })
    }

    /// What the service reads.
    pub(super) fn service(&self) -> Option<Reader> {
        Some(Reader::Service { name: self.kms.known()?.name.known()?.text().to_owned() })
    }

    fn fill_writer(&mut self) {
        (self.write_key_name, self.write_prefix) = match self.writer() {
            None => (Attr::Unknown, Attr::Unknown),
            Some(writer) => {
                let name = writer.name().map(str::to_owned);
                let prefix = name.is_some().then(|| writer.to_string());
                (name.into(), prefix.into())
            }
        };
    }

    /// Whether everything is known that the file consists of, but for the secrets of keys.
    fn is_decided(&self) -> bool {
        let mut arguments = Self {
            resources: self.resources.clone(),
            unencrypted_resources: self.unencrypted_resources.clone(),
            provider_type: self.provider_type,
            keys: self.keys.clone(),
            kms: self.kms.clone(),
            allow_plaintext_read: self.allow_plaintext_read,
            ..Self::default()
        };
        if let Attr::Known(keys) = &mut arguments.keys {
            for key in keys {
                (key.secret, key.source, key.fingerprint) = (Attr::Null, Attr::Null, Attr::Null);
            }
        }
        arguments.encode_fields().is_wholly_known()
    }

    /// Whether two configurations make the same file, judged by the fingerprints of their keys.
    fn is_same_file(&self, other: &Self) -> bool {
        let outline = |config: &Self| {
            let stand_ins: Option<Vec<_>> =
                config.keys().iter().map(|key| key.fingerprint.as_str()).collect();
            config.render_with(&stand_ins?).ok()
        };
        outline(self).is_some_and(|one| Some(one) == outline(other))
    }

    fn render_with(&self, secrets: &[&str]) -> Result<Secret> {
        let content = self.document(secrets)?.render().during("Unable to Render Encryption Configuration")?;
        Ok(Secret::new(content))
    }

    fn document(&self, secrets: &[&str]) -> Result<EncryptionConfiguration> {
        let names = |names: &[ResourceName]| names.iter().map(ToString::to_string).collect();
        let exceptions = names(&self.unencrypted_kinds());
        let encrypted = Rule { resources: names(&self.kinds()), providers: self.providers(secrets)? };
        // The first rule that names a kind decides.
        let exceptions = Rule { resources: exceptions, providers: vec![Provider::Identity {}] };
        let rules = [exceptions, encrypted].into_iter().filter(|rule| !rule.resources.is_empty());
        Ok(EncryptionConfiguration::new(rules.collect()))
    }

    /// What writes comes first, plain text last unless it is what writes.
    fn providers(&self, secrets: &[&str]) -> Result<Vec<Provider>> {
        let mut providers = Vec::new();
        let kms = self.kms.known().map(Kms::render).transpose()?;
        let writer = self.provider_type();
        if writer == ProviderType::Kms {
            providers.extend(kms);
            providers.extend(self.local_providers(secrets)?);
        } else {
            providers.extend((writer == ProviderType::Identity).then_some(Provider::Identity {}));
            providers.extend(self.local_providers(secrets)?);
            providers.extend(kms);
        }
        if self.allow_plaintext_read.or(true) && writer != ProviderType::Identity {
            providers.push(Provider::Identity {});
        }
        Ok(providers)
    }

    /// The keys in their order, those of one provider after each other under one head.
    fn local_providers(&self, secrets: &[&str]) -> Result<Vec<Provider>> {
        let keys: Vec<_> = self.keys().iter().zip(secrets).collect();
        keys.chunk_by(|(one, _), (other, _)| self.provider_of(one) == self.provider_of(other))
            .map(|chunk| {
                let provider = self.provider_of(chunk[0].0);
                let keys = chunk.iter().map(|(key, secret)| {
                    let name = key.name.value()?.text().to_owned();
                    Ok(document::Key { name, secret: (**secret).to_owned() })
                });
                let keys = keys.collect::<Result<_>>()?;
                Ok(match provider {
                    LocalProvider::Secretbox => Provider::Secretbox { keys },
                    LocalProvider::AesCbc => Provider::AesCbc { keys },
                    LocalProvider::AesGcm => Provider::AesGcm { keys },
                })
            })
            .collect()
    }
}

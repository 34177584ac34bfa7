//! `groundup_private_key`: a private key, kept in state.

use pki_core::KeyAlgorithm;
use tfplugin::prelude::*;

use super::key_forms::KeyForms;
use super::key_text::{self, KeyText};
use super::keys::{self, Algorithm};
use crate::Client;

/// A private key, with its public key and fingerprints: a new one, or one that is given.
///
/// The key is stored in state; with a `private_key_passphrase` only in encrypted form. Where that is not wanted either,
/// use an ephemeral key and write-only arguments.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/tls")]
pub(crate) struct PrivateKey {
    /// Algorithm of the key to make: `RSA`, `ECDSA` or `ED25519`. One of `algorithm` and `private_key_pem` is required.
    #[attr(optional, computed, keep, replace)]
    algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048, 3072 or 4096.
    #[attr(optional, default = 2048, replace, check = keys::rsa_bits)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256`, `P384` or `P521`.
    #[attr(optional, default = "P256", replace, check = keys::ecdsa_curve)]
    ecdsa_curve: Attr<String>,
    /// Private key as PEM: PKCS#1 for RSA, SEC1 for ECDSA, PKCS#8 for Ed25519, and encrypted PKCS#8 with a
    /// `private_key_passphrase`. When set, it is the key to take over, in any of these forms or in OpenSSH's.
    #[attr(optional, computed, keep, replace, check = key_text::pem)]
    private_key_pem: Attr<Secret>,
    /// Passphrase of a `private_key_pem` that is given encrypted. A new key is encrypted with it, so that state does not
    /// hold it in the clear, in whatever form. It is never stored.
    #[attr(optional, write_only, check = key_text::passphrase)]
    private_key_passphrase: Attr<Secret>,
    /// Public key as PEM.
    #[attr(computed, keep)]
    public_key_pem: Attr<String>,
    #[attr(flatten)]
    forms: KeyForms,
}

impl PrivateKey {
    const fn key_text(&self) -> KeyText<'_> {
        KeyText::own(&self.private_key_pem, &self.private_key_passphrase)
    }

    /// Tells what is public.
    fn describe(&mut self, key: &pki_core::PrivateKey) {
        self.public_key_pem = key.public_key().to_pem().into();
        self.forms.describe(key.public_key());
    }

    /// Tells the forms of the key itself, in the clear only without a passphrase.
    fn write(&mut self, key: &pki_core::PrivateKey) -> Result<()> {
        if self.private_key_pem.known().is_none() {
            self.private_key_pem = key_text::write(key, &self.private_key_passphrase)?.into();
        }
        self.forms.write(key, &self.private_key_passphrase)
    }

    /// Tells the parameters of a key that is given.
    fn describe_algorithm(&mut self, algorithm: KeyAlgorithm) {
        self.algorithm = match algorithm {
            KeyAlgorithm::Rsa { .. } => Algorithm::Rsa,
            KeyAlgorithm::Ed25519 => Algorithm::Ed25519,
            _ => Algorithm::Ecdsa,
        }
        .into();
        if let Some(bits) = algorithm.rsa_bits() {
            self.rsa_bits = bits.into();
        }
        if let Some(curve) = algorithm.ecdsa_curve() {
            self.ecdsa_curve = curve.into();
        }
    }

    /// Plans a key that is given: all about it that is public is known as soon as it is.
    fn plan_given(&mut self) {
        if let Some(key) = self.key_text().key() {
            self.describe_algorithm(key.algorithm());
            self.describe(&key);
        } else {
            self.algorithm = Attr::Unknown;
            self.rsa_bits = Attr::Unknown;
            self.ecdsa_curve = Attr::Unknown;
        }
    }

    /// Plans to write the key anew, with another protection.
    fn forget_texts(&mut self) {
        self.private_key_pem = Attr::Unknown;
        self.forms.forget_texts();
    }

    fn algorithm(&self) -> Result<KeyAlgorithm> {
        let family = self.algorithm.value()?.as_str();
        Ok(KeyAlgorithm::from_parts(family, self.rsa_bits.known().copied(), self.ecdsa_curve.as_str())?)
    }
}

impl Resource for PrivateKey {
    const TYPE: &'static str = "private_key";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let given = ("private_key_pem", self.private_key_pem.presence());
        check.exactly_one(&[("algorithm", self.algorithm.presence()), given]);
        check.at_most_one(&[given, ("rsa_bits", self.rsa_bits.presence())]);
        check.at_most_one(&[given, ("ecdsa_curve", self.ecdsa_curve.presence())]);
        self.key_text().check(check);
    }

    async fn plan(plan: &mut Plan<Self>, _cx: &Cx<Client>) -> Result<()> {
        if plan.config.private_key_pem.is_set() {
            plan.planned.plan_given();
            // The defaults, which the engine knows, are not those of a given key.
            let Plan { prior, planned, replace, .. } = plan;
            if prior.as_ref().is_some_and(|prior| prior.private_key_pem == planned.private_key_pem) {
                replace.clear();
            }
        } else if plan.prior.is_some() && !plan.planned.private_key_passphrase.is_unknown() {
            plan.planned.key_text().read()?;
            if !plan.planned.key_text().is_as_wished() {
                plan.planned.forget_texts();
            }
        }
        Ok(())
    }

    async fn create(mut self, _cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let key = if self.private_key_pem.known().is_some() {
            let key = self.key_text().read()?;
            self.describe_algorithm(key.algorithm());
            key
        } else {
            keys::generate(self.algorithm()?).await.during("Unable to Generate Key")?
        };
        self.describe(&key);
        self.write(&key)?;
        Ok(self)
    }

    async fn update(mut self, prior: Self, _cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        if self.private_key_pem.is_unknown() {
            let key = KeyText::own(&prior.private_key_pem, &self.private_key_passphrase).read()?;
            self.write(&key)?;
        }
        Ok(self)
    }

    async fn read(self, _cx: &Cx<Client>) -> Result<Option<Self>> {
        Ok(Some(self))
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(passphrase: Attr<Secret>) -> (pki_core::PrivateKey, PrivateKey) {
        let key = pki_core::PrivateKey::generate(KeyAlgorithm::Ed25519, &mut keys::rng()).unwrap();
        let mut model = PrivateKey { private_key_passphrase: passphrase, ..PrivateKey::default() };
        model.describe(&key);
        model.write(&key).unwrap();
        (key, model)
    }

    #[test]
    fn every_form_is_of_the_same_key() {
        let (key, model) = written(Attr::Null);
        let forms =
            [&model.private_key_pem, &model.forms.private_key_pem_pkcs8, &model.forms.private_key_openssh];
        for form in forms.map(|form| form.value().unwrap().expose()) {
            assert_eq!(pki_core::PrivateKey::from_pem(form).unwrap().public_key(), key.public_key());
        }
        assert_eq!(key.public_key().to_pem(), *model.public_key_pem.value().unwrap());
        assert!(model.forms.public_key_openssh.as_str().unwrap().starts_with("ssh-ed25519 "));
        assert!(!format!("{model:?}").contains("PRIVATE KEY"));
    }

    #[test]
    fn with_a_passphrase_every_form_needs_it() {
        let (key, model) = written(Secret::new("correct horse").into());
        let forms =
            [&model.private_key_pem, &model.forms.private_key_pem_pkcs8, &model.forms.private_key_openssh];
        for form in forms.map(|form| form.value().unwrap().expose()) {
            assert_eq!(pki_core::PrivateKey::from_pem(form).unwrap_err(), pki_core::KeyError::Encrypted);
            let opened = pki_core::PrivateKey::from_encrypted_pem(form, "correct horse").unwrap();
            assert_eq!(opened.public_key(), key.public_key());
        }
    }

    #[test]
    fn a_given_key_says_what_it_is() {
        let key = pki_core::PrivateKey::generate(KeyAlgorithm::EcdsaP384, &mut keys::rng()).unwrap();
        let given = Secret::new(key.to_pem().as_str());
        let mut model = PrivateKey { private_key_pem: given.into(), ..PrivateKey::default() };
        model.plan_given();
        assert_eq!(model.algorithm, Algorithm::Ecdsa.into());
        assert_eq!(model.ecdsa_curve.as_str(), Some("P384"));
        assert_eq!(model.public_key_pem, key.public_key().to_pem().into());
    }
}

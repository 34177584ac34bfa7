//! `groundup_private_key`: a private key, kept in state, or the public side of one that is derived.

use pki_core::{KeyAlgorithm, PublicKey};
use tfplugin::prelude::*;

use super::algorithm;
use super::key_forms::KeyForms;
use super::key_text::{self, KeyText};
use super::keys::{self, Algorithm};
use crate::Client;
use crate::common::derive::{Derivation, Derive};
use crate::provider::unknown_seed;

/// A private key, with its public key and fingerprints: a new one, one that is given, or one that is derived.
///
/// A new or given key is stored in state; with a `private_key_passphrase` only in encrypted form. Of a key with `derive`,
/// state holds the public side alone: the ephemeral resource of the same name gives its private side to those who need it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/tls")]
pub(crate) struct PrivateKey {
    /// Algorithm of the key to make: `RSA`, `ECDSA` or `ED25519`. One of `algorithm`, `derive` and `private_key_pem` is
    /// required; derived keys are by default `ECDSA`, and never `RSA`.
    #[attr(optional, computed, keep, replace)]
    algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048, 3072 or 4096.
    #[attr(optional, default = 2048, replace, check = keys::rsa_bits)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256`, `P384` or `P521`.
    #[attr(optional, default = "P256", replace, check = keys::ecdsa_curve)]
    ecdsa_curve: Attr<String>,
    /// Which key of the provider's seed it is. Raising its generation changes the key in place.
    #[attr(optional)]
    derive: Attr<Derive>,
    /// Private key as PEM: PKCS#1 for RSA, SEC1 for ECDSA, PKCS#8 for Ed25519, and encrypted PKCS#8 with a
    /// `private_key_passphrase`. When set, it is the key to take over, in any of these forms or in OpenSSH's.
    /// Null for a derived key, as the private key is in its other forms.
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
    fn describe(&mut self, key: &PublicKey) {
        self.public_key_pem = key.to_pem().into();
        self.forms.describe(key);
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
            self.describe(key.public_key());
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

    /// Plans another key.
    fn forget(&mut self) {
        (self.private_key_pem, self.public_key_pem) = (Attr::Unknown, Attr::Unknown);
        self.forms = KeyForms::UNKNOWN;
    }

    /// Plans a derived key: its public side is known as soon as the seed is.
    fn plan_derived(plan: &mut Plan<Self>, client: &Client) -> Result<()> {
        let Plan { prior, config, planned, told, .. } = plan;
        if config.algorithm.is_null() {
            planned.algorithm = Algorithm::Ecdsa.into();
        }
        planned.forget();
        let Attr::Known(derive) = &planned.derive else { return Ok(()) };
        let derivation = derive.derivation();
        planned.conceal();
        let (Attr::Known(derivation), Some(algorithm)) = (derivation, planned.algorithm()) else {
            return Ok(());
        };
        let before = prior.as_ref().and_then(Self::derived);
        let lowered = before.as_ref().and_then(|(before, _)| derivation.lowered_from(before));
        told.extend(lowered.map(|lowered| lowered.at(Path::from("derive").attr("generation"))));
        let known = before.filter(|(before, key)| *before == derivation && key.algorithm() == algorithm);
        let known = known.map(|(_, key)| key);
        let key = client.seeds().private_key(algorithm, &derivation, known.as_ref()).at("derive")?;
        if let Some(key) = key.as_ref().map(pki_core::PrivateKey::public_key).or(known.as_ref()) {
            planned.describe(key);
        }
        Ok(())
    }

    /// Which derived key it is, and its public side.
    fn derived(&self) -> Option<(Derivation, PublicKey)> {
        let derivation = self.derive.known()?.derivation().into_known()?;
        Some((derivation, PublicKey::from_pem(self.public_key_pem.as_str()?).ok()?))
    }

    /// Tells nothing of the private side.
    fn conceal(&mut self) {
        self.private_key_pem = Attr::Null;
        self.forms.conceal();
    }

    /// Makes the derived key, and tells its public side.
    fn settle_derived(&mut self, derive: &Derive, client: &Client) -> Result<()> {
        let (derivation, algorithm) = (derive.derivation(), self.wanted()?);
        let (derivation, planned) = (derivation.value()?, self.derived().map(|(_, key)| key));
        let key = client.seeds().private_key(algorithm, derivation, planned.as_ref()).at("derive")?;
        self.describe(key.ok_or_else(|| unknown_seed(derivation))?.public_key());
        self.conceal();
        Ok(())
    }

    /// Makes a new key.
    async fn make(&mut self) -> Result<()> {
        let key = keys::generate(self.wanted()?).await.during("Unable to Generate Key")?;
        self.describe(key.public_key());
        self.write(&key)
    }

    /// The algorithm of the key to make, as far as it is known.
    fn algorithm(&self) -> Option<KeyAlgorithm> {
        algorithm::named(self.algorithm, self.rsa_bits, &self.ecdsa_curve)?.ok()
    }

    fn wanted(&self) -> Result<KeyAlgorithm> {
        algorithm::required(self.algorithm, self.rsa_bits, &self.ecdsa_curve)
    }
}

impl Resource for PrivateKey {
    const TYPE: &'static str = "private_key";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let algorithm = ("algorithm", self.algorithm.presence());
        let derive = ("derive", self.derive.presence());
        let given = ("private_key_pem", self.private_key_pem.presence());
        check.at_least_one(&[algorithm, derive, given]);
        check.at_most_one(&[algorithm, given]);
        check.at_most_one(&[derive, given]);
        check.at_most_one(&[derive, ("private_key_passphrase", self.private_key_passphrase.presence())]);
        check.at_most_one(&[given, ("rsa_bits", self.rsa_bits.presence())]);
        check.at_most_one(&[given, ("ecdsa_curve", self.ecdsa_curve.presence())]);
        self.key_text().check(check);
        if self.derive.known().is_some() {
            check.extend(self.algorithm().and_then(algorithm::never_derived));
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        if plan.config.private_key_pem.is_set() {
            plan.planned.plan_given();
            // The defaults, which the engine knows, are not those of a given key.
            let Plan { prior, planned, replace, .. } = plan;
            if prior.as_ref().is_some_and(|prior| prior.private_key_pem == planned.private_key_pem) {
                replace.clear();
            }
        } else if plan.config.derive.is_set() {
            Self::plan_derived(plan, &cx.client)?;
        } else if plan.prior.as_ref().is_some_and(|prior| prior.derive.is_set()) {
            plan.planned.forget();
        } else if plan.prior.is_some() && !plan.planned.private_key_passphrase.is_unknown() {
            plan.planned.key_text().read()?;
            if !plan.planned.key_text().is_as_wished() {
                plan.planned.forget_texts();
            }
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        if let Some(derive) = self.derive.known().cloned() {
            self.settle_derived(&derive, &cx.client)?;
        } else if self.private_key_pem.known().is_some() {
            let key = self.key_text().read()?;
            self.describe_algorithm(key.algorithm());
            self.describe(key.public_key());
            self.write(&key)?;
        } else {
            self.make().await?;
        }
        Ok(self)
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        if let Some(derive) = self.derive.known().cloned() {
            self.settle_derived(&derive, &cx.client)?;
        } else if prior.derive.is_set() {
            self.make().await?;
        } else if self.private_key_pem.is_unknown() {
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
        model.describe(key.public_key());
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

//! `groundup_private_key` as an ephemeral resource: a private key that is stored nowhere.

use pki_core::{KeyAlgorithm, PublicKey};
use tfplugin::prelude::*;

use super::algorithm;
use super::key_forms::KeyForms;
use super::keys::{self, Algorithm};
use crate::Client;
use crate::common::derive::Derive;
use crate::provider::unknown_seed;

/// A private key that is neither in the state nor in the plan: derived from the provider's seed, and then the same in
/// every run, or without `derive` another one each time.
///
/// Its private half goes where nothing is stored either: to write-only arguments, to the configuration of providers and
/// through functions.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct EphemeralPrivateKey {
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`. RSA keys are never derived.
    #[attr(optional, default = "ECDSA")]
    algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048, 3072 or 4096.
    #[attr(optional, default = 2048, check = keys::rsa_bits)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256`, `P384` or `P521`. Keys on P-521 are never derived.
    #[attr(optional, default = "P256", check = keys::ecdsa_curve)]
    ecdsa_curve: Attr<String>,
    /// Which key of the provider's seed it is. Without it, a new key is made whenever the resource is opened, in plan and
    /// in apply.
    #[attr(optional)]
    derive: Attr<Derive>,
    /// Public key as PEM. When set, the derived key has to be its private half: while seeds are changed, that picks the
    /// seed it was made with, and the key of a wrong seed is an error instead of another key.
    #[attr(optional, computed, check = public_key)]
    public_key_pem: Attr<String>,
    /// Private key as PEM: PKCS#1 for RSA, SEC1 for ECDSA, PKCS#8 for Ed25519.
    #[attr(computed)]
    private_key_pem: Attr<Secret>,
    #[attr(flatten)]
    forms: KeyForms,
}

#[expect(clippy::ptr_arg, reason = "the signature of attribute checks")]
fn public_key(pem: &String) -> std::result::Result<(), String> {
    PublicKey::from_pem(pem).map(drop).map_err(|error| error.to_string())
}

impl EphemeralPrivateKey {
    /// The algorithm, as soon as it is known.
    fn algorithm(&self) -> Option<KeyAlgorithm> {
        algorithm::named(self.algorithm, self.rsa_bits, &self.ecdsa_curve)?.ok()
    }

    /// The key that it has to be.
    fn expected(&self) -> Option<PublicKey> {
        PublicKey::from_pem(self.public_key_pem.as_str()?).ok()
    }

    async fn key(&self, algorithm: KeyAlgorithm, client: &Client) -> Result<pki_core::PrivateKey> {
        let derivation = match &self.derive {
            Attr::Null => return keys::generate(algorithm).await.during("Unable to Generate Key"),
            derive => derive.value()?.derivation(),
        };
        let derivation = derivation.value()?;
        let key = client.seeds().private_key(algorithm, derivation, self.expected().as_ref()).at("derive")?;
        key.ok_or_else(|| unknown_seed(derivation))
    }
}

impl EphemeralResource for EphemeralPrivateKey {
    const TYPE: &'static str = "private_key";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        if self.derive.is_null() {
            if self.public_key_pem.known().is_some() {
                let detail = "A new key is not one that is known before: `derive` is required.";
                check.error("public_key_pem", "Conflicting Arguments", detail);
            }
            return;
        }
        let algorithm = self.algorithm();
        if self.derive.known().is_some() {
            check.extend(algorithm.and_then(algorithm::never_derived));
        }
        if let (Some(algorithm), Some(expected)) = (algorithm, self.expected())
            && algorithm != expected.algorithm()
        {
            let detail = format!(
                "It is a key of {}, and the arguments ask for one of {algorithm}.",
                expected.algorithm()
            );
            check.error("public_key_pem", "Conflicting Arguments", detail);
        }
    }

    async fn open(mut self, cx: &Cx<Client>) -> Result<Opened<Self>> {
        let algorithm = algorithm::required(self.algorithm, self.rsa_bits, &self.ecdsa_curve)?;
        let key = self.key(algorithm, &cx.client).await?;
        if self.public_key_pem.is_null() {
            self.public_key_pem = key.public_key().to_pem().into();
        }
        self.private_key_pem = Secret::new(key.to_pem().as_str()).into();
        self.forms.describe(key.public_key());
        self.forms.write(&key, &Attr::Null)?;
        Ok(Opened::new(self))
    }
}

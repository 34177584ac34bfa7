//! The arguments of resources that have a key of their own.

use pki_core::PublicKey;
use pki_core::cfssl::CsrFile;
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::source::{KeySource, Origin};
use super::{Algorithm, Key, ecdsa_curve, rsa_bits};
use crate::common::derive::{Derivation, KeyArgument};
use crate::pki::key_text;
use crate::provider::Seeds;

/// Keys of which state holds the public half alone.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct StatelessKey {
    /// Private key as PEM, which may be encrypted, and which is never stored: not in state, not in plans. Without a
    /// `private_key_pem_wo_version` it has to be the same on every run, as derived keys are; another one is a change.
    #[attr(optional, write_only, check = key_text::pem)]
    pub(crate) private_key_pem_wo: Attr<Secret>,
    /// Version of `private_key_pem_wo`, for a key that is another one on every run: it is taken over when the version
    /// changes, and not looked at before. Whatever has to be signed with the key itself needs a new version then.
    #[attr(optional)]
    pub(crate) private_key_pem_wo_version: Attr<u64>,
    /// A key that follows from the provider's seed and is stored nowhere, ECDSA (P256 or P384) or Ed25519.
    #[attr(optional)]
    pub(crate) key: Attr<KeyArgument>,
    /// Public key as PEM.
    #[attr(computed, keep)]
    pub(crate) public_key_pem: Attr<String>,
}

/// The key of a resource that makes one if none is given.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct OwnKey {
    /// Private key as PEM, which may be encrypted. Without one, and without `private_key_pem_wo` or `key`, the resource
    /// makes its own and tells it here.
    #[attr(optional, computed, keep, check = key_text::pem)]
    pub(crate) private_key_pem: Attr<Secret>,
    /// Passphrase of an encrypted `private_key_pem` or `private_key_pem_wo`. The key that the resource makes itself is
    /// encrypted with it (PKCS#8), so that state does not hold it in the clear. It is never stored.
    #[attr(optional, write_only, check = key_text::passphrase)]
    pub(crate) private_key_passphrase: Attr<Secret>,
    /// Algorithm of the key that the resource makes or derives: `RSA`, which is never derived, `ECDSA` (the default) or
    /// `ED25519`.
    #[attr(optional)]
    pub(crate) algorithm: Attr<Algorithm>,
    /// Size of an RSA key in bits: 2048 (the default), 3072 or 4096.
    #[attr(optional, check = rsa_bits)]
    pub(crate) rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key: `P256` (the default), `P384` or `P521`, which is never derived.
    #[attr(optional, check = ecdsa_curve)]
    pub(crate) ecdsa_curve: Attr<String>,
    #[attr(flatten)]
    pub(crate) stateless: StatelessKey,
}

/// The key of a resource that is given one.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct GivenKey {
    /// Private key as PEM: PKCS#1, SEC1 or PKCS#8, which may be encrypted. One of `private_key_pem`, `private_key_pem_wo`
    /// and `key` is required.
    #[attr(optional, check = key_text::pem)]
    pub(crate) private_key_pem: Attr<Secret>,
    /// Passphrase of an encrypted `private_key_pem` or `private_key_pem_wo`. It is never stored.
    #[attr(optional, write_only, check = key_text::passphrase)]
    pub(crate) private_key_passphrase: Attr<Secret>,
    /// Algorithm of a derived key: `ECDSA` (the default) or `ED25519`.
    #[attr(optional)]
    pub(crate) algorithm: Attr<Algorithm>,
    /// Curve of a derived ECDSA key: `P256` (the default) or `P384`.
    #[attr(optional, check = ecdsa_curve)]
    pub(crate) ecdsa_curve: Attr<String>,
    #[attr(flatten)]
    pub(crate) stateless: StatelessKey,
}

impl StatelessKey {
    /// The public key in state, or in the plan.
    pub(super) fn public_key(&self) -> Option<PublicKey> {
        PublicKey::from_pem(self.public_key_pem.as_str()?).ok()
    }

    /// Which key of the seed it is, as soon as that is known.
    pub(crate) fn derivation(&self) -> Attr<Derivation> {
        self.key.as_ref().and_then(KeyArgument::derivation)
    }

    /// Tells the public half of the key, and that it goes back to an earlier one.
    fn plan(&mut self, key: &Key, prior: Option<&Self>, told: &mut Diagnostics) {
        self.public_key_pem = key.public_pem();
        let before = prior.and_then(|prior| prior.derivation().into_known());
        let (Some(before), Attr::Known(next)) = (before, self.derivation()) else { return };
        let lowered = next.lowered_from(&before);
        let place = Path::from("key").attr("derive").attr("generation");
        told.extend(lowered.map(|lowered| lowered.at(place)));
    }

    fn presence(&self) -> Presence {
        self.key.presence() | self.private_key_pem_wo.presence() | self.private_key_pem_wo_version.presence()
    }
}

impl OwnKey {
    /// Where the key comes from.
    pub(crate) const fn source<'a>(&'a self, csr_json: &'a Attr<Parsed<CsrFile>>) -> KeySource<'a> {
        KeySource {
            private_key_pem: &self.private_key_pem,
            passphrase: &self.private_key_passphrase,
            stateless: &self.stateless,
            csr_json,
            algorithm: &self.algorithm,
            rsa_bits: &self.rsa_bits,
            ecdsa_curve: &self.ecdsa_curve,
        }
    }

    /// Whether any key is given, kept or derived.
    pub(crate) fn presence(&self) -> Presence {
        self.private_key_pem.presence() | self.stateless.presence()
    }

    /// The arguments that say which key it is.
    pub(crate) fn arguments(&self) -> [(&'static str, Presence); 5] {
        [
            ("private_key_pem", self.private_key_pem.presence()),
            ("private_key_passphrase", self.private_key_passphrase.presence()),
            ("private_key_pem_wo", self.stateless.private_key_pem_wo.presence()),
            ("key", self.stateless.key.presence()),
            ("algorithm", self.algorithm.presence()),
        ]
    }

    /// The argument by which the key stays out of state.
    pub(crate) fn stateless_argument(&self) -> Option<&'static str> {
        match (&self.stateless.key, &self.stateless.private_key_pem_wo) {
            (Attr::Known(_), _) => Some("key"),
            (_, Attr::Known(_)) => Some("private_key_pem_wo"),
            _ => None,
        }
    }

    /// Plans the key: the one that is there, or will be.
    pub(crate) fn plan(
        &mut self,
        config: &Self,
        prior: Option<&Self>,
        csr_json: &Attr<Parsed<CsrFile>>,
        seeds: &Seeds,
        told: &mut Diagnostics,
    ) -> Result<Key> {
        let source = self.source(csr_json);
        let (key, text) = match source.origin() {
            Origin::Text if config.private_key_pem.is_null() => source.kept()?,
            Origin::Text => (source.configured(), self.private_key_pem.clone()),
            origin => {
                let undecided = origin == Origin::Undecided;
                let text = if undecided { Attr::Unknown } else { Attr::Null };
                (source.planned(prior.map(|prior| &prior.stateless), seeds)?, text)
            }
        };
        self.private_key_pem = text;
        self.stateless.plan(&key, prior.map(|prior| &prior.stateless), told);
        Ok(key)
    }

    /// The key, with which the plan is carried out: made now where that is still to be done.
    pub(crate) async fn settle(
        &mut self,
        prior: Option<&Self>,
        csr_json: &Attr<Parsed<CsrFile>>,
        seeds: &Seeds,
    ) -> Result<Key> {
        let source = self.source(csr_json);
        let key = if source.origin() == Origin::Text {
            let (text, key) = source.made(prior.map(|prior| &prior.private_key_pem)).await?;
            self.private_key_pem = text.into();
            key.into()
        } else {
            let key = source.settled(seeds)?;
            self.private_key_pem = Attr::Null;
            key
        };
        self.stateless.public_key_pem = key.public_pem();
        Ok(key)
    }

    /// Tells a key that is another's: one that a request brings.
    pub(crate) fn describe(&mut self, key: &Key) {
        self.stateless.public_key_pem = key.public_pem();
    }
}

impl GivenKey {
    const fn source(&self) -> KeySource<'_> {
        KeySource {
            private_key_pem: &self.private_key_pem,
            passphrase: &self.private_key_passphrase,
            stateless: &self.stateless,
            csr_json: &Attr::Null,
            algorithm: &self.algorithm,
            rsa_bits: &Attr::Null,
            ecdsa_curve: &self.ecdsa_curve,
        }
    }

    /// Just one key, that can be read or derived.
    pub(crate) fn check(&self, check: &mut Check) {
        let key = ("key", self.stateless.key.presence());
        check.exactly_one(&[
            ("private_key_pem", self.private_key_pem.presence()),
            ("private_key_pem_wo", self.stateless.private_key_pem_wo.presence()),
            key,
        ]);
        key_text::check_dependent(key, ("ecdsa_curve", self.ecdsa_curve.presence()), check);
        self.source().check(check);
    }

    /// The key as far as the configuration alone tells it.
    pub(crate) fn configured(&self) -> Key {
        self.source().configured()
    }

    /// Plans the key.
    pub(crate) fn plan(
        &mut self,
        prior: Option<&Self>,
        seeds: &Seeds,
        told: &mut Diagnostics,
    ) -> Result<Key> {
        let prior = prior.map(|prior| &prior.stateless);
        let key = self.source().planned(prior, seeds)?;
        self.stateless.plan(&key, prior, told);
        Ok(key)
    }

    /// The key, with which the plan is carried out.
    pub(crate) fn settle(&mut self, seeds: &Seeds) -> Result<Key> {
        let key = self.source().settled(seeds)?;
        self.describe(&key);
        Ok(key)
    }

    /// Whether it is the key of another object, as far as that is known.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.stateless.public_key_pem == other.stateless.public_key_pem
    }

    /// Tells a key that is there.
    pub(crate) fn describe(&mut self, key: &Key) {
        self.stateless.public_key_pem = key.public_pem();
    }
}

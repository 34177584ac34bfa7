//! The generations of a root at work: each that is trusted has a certificate, signed by its own key.

use std::collections::BTreeMap;

use pki_core::{Certificate as X509, KeyLabel};
use tfplugin::prelude::*;

use super::super::issuing::{self, Issued as _};
use super::super::key_text::{CONFLICT, check_dependent};
use super::super::keys::Key;
use super::CertificateAuthority;
use super::generations::{Argument, Generations, Refusal};
use crate::Client;
use crate::common::derive::KeyArgument;
use crate::provider::Seeds;

const ILLEGAL: &str = "Illegal Rotation";

/// Certificates as PEM, by generation.
type Pems = BTreeMap<String, Attr<String>>;

/// What the configuration says.
impl CertificateAuthority {
    /// Arguments about generations that say nothing, or two things at once.
    pub(super) fn check_rotation(&self, check: &mut Check) {
        let key = ("key", self.own.stateless.key.presence());
        let trusted = ("trusted_generations", self.trusted_generations.presence());
        check_dependent(key, ("signing_generation", self.signing_generation.presence()), check);
        check_dependent(key, trusted, check);
        check.at_most_one(&[("ca_cert_pem", self.ca_cert_pem.presence()), trusted]);
        let said = self.said_generation();
        if let (Some(said), Some(signing)) = (said.known(), self.signing_generation.known())
            && said != signing
        {
            let detail = format!(
                "`signing_generation` is {signing}, and the generation of `key` is {said}: say one of them, or both alike."
            );
            check.error("signing_generation", CONFLICT, detail);
        }
    }

    /// The generation that `key` names.
    fn said_generation(&self) -> Attr<u32> {
        match &self.own.stateless.key {
            Attr::Null => Attr::Null,
            Attr::Known(KeyArgument { derive: Attr::Known(derive) }) => derive.generation,
            Attr::Known(_) | Attr::Unknown => Attr::Unknown,
        }
    }

    /// The generation that signs.
    fn wanted_signing(&self) -> Attr<u32> {
        match (&self.own.stateless.key, self.said_generation(), self.signing_generation) {
            (Attr::Null, _, _) => Attr::Null,
            (_, Attr::Null, Attr::Null) => 1.into(),
            (_, said, Attr::Null) => said,
            (_, _, signing) => signing,
        }
    }

    fn wanted_trusted(&self) -> Attr<Vec<u32>> {
        match (&self.trusted_generations, &self.ca_cert_pem) {
            (Attr::Null, Attr::Null) => self.wanted_signing().map(|signing| vec![signing]),
            (Attr::Null, Attr::Known(_)) => Attr::Null,
            (Attr::Null, Attr::Unknown) => Attr::Unknown,
            (said, _) => said.clone(),
        }
    }

    fn place(&self, argument: Argument) -> &'static str {
        match argument {
            Argument::Trusted if self.trusted_generations.is_set() => "trusted_generations",
            Argument::Trusted | Argument::Signing if self.signing_generation.is_set() => "signing_generation",
            Argument::Algorithm if self.csr_json.is_set() => "csr_json",
            Argument::Algorithm => "algorithm",
            Argument::Trusted | Argument::Signing | Argument::Label => "key",
        }
    }
}

/// What becomes of it.
impl CertificateAuthority {
    /// The generations of a root with a derived key, as soon as they are known.
    pub(super) fn generations(&self) -> Option<Generations> {
        let trusted = self.trusted_generations.known()?.iter().copied();
        Some(Generations::new(trusted, *self.signing_generation.known()?))
    }

    /// The certificate of a generation.
    pub(super) fn certificate_of(&self, generation: u32) -> Option<X509> {
        let pem = self.trusted_cert_pems.known()?.get(&generation.to_string())?;
        X509::from_pem(pem.as_str()?).ok()
    }

    /// The certificate that there was for a generation of the same key.
    fn certificate_before(&self, generation: u32, prior: &Self) -> Option<X509> {
        if self.label() == prior.label() { prior.certificate_of(generation) } else { None }
    }

    /// The certificate that there was for the generation that signs now.
    pub(super) fn standing_of_signing(&self, prior: &Self) -> Option<X509> {
        self.certificate_before(*self.signing_generation.known()?, prior)
    }

    fn label(&self) -> Option<KeyLabel> {
        self.own.stateless.derivation().into_known().map(|found| found.label)
    }

    /// Plans which generations are trusted, and which of them signs.
    pub(super) fn plan_generations(&mut self, config: &Self, prior: Option<&Self>, told: &mut Diagnostics) {
        self.signing_generation = config.wanted_signing();
        self.trusted_generations = config.wanted_trusted();
        if let Attr::Known(KeyArgument { derive: Attr::Known(derive) }) = &mut self.own.stateless.key
            && config.said_generation().is_null()
        {
            derive.generation = self.signing_generation;
        }
        let Some(generations) = self.generations() else { return };
        let prior = prior.and_then(|prior| Some((prior, prior.generations()?)));
        let refusals = [
            generations.check(prior.as_ref().map(|(_, before)| before)).err(),
            prior.and_then(|(prior, before)| self.refuse_other_keys(prior, &before)),
        ];
        for refusal in refusals.into_iter().flatten() {
            told.error(config.place(refusal.argument), ILLEGAL, refusal.detail());
        }
    }

    /// Whether a label or algorithm would make all generations those of other keys at once.
    fn refuse_other_keys(&self, prior: &Self, before: &Generations) -> Option<Refusal> {
        if let (Some(old), Some(new)) = (prior.label(), self.label())
            && old != new
        {
            return Some(Refusal::of_label(&old, &new, before));
        }
        let newest = *self.generations()?.trusted.last()?;
        let kept = prior.certificate_of(newest)?.public_key().algorithm();
        let wanted = self.own.source(&self.csr_json).configured().algorithm()?;
        (kept != wanted).then(|| Refusal::of_algorithm(newest, kept, wanted, before))
    }

    /// Plans the key that signs. That of a generation which is trusted already is the one of its certificate.
    pub(super) fn plan_key(
        &mut self,
        config: &Self,
        prior: Option<&Self>,
        seeds: &Seeds,
        told: &mut Diagnostics,
    ) -> Result<Key> {
        match self.signing_generation.known() {
            Some(signing) if prior.is_some_and(|prior| self.standing_of_signing(prior).is_some()) => {
                let key = self.key_of(*signing, prior, seeds)?;
                self.own.describe(&key);
                Ok(key)
            }
            _ => self.own.plan(&config.own, prior.map(|prior| &prior.own), &self.csr_json, seeds, told),
        }
    }

    /// The key of a generation: once there is a certificate of it, the one of that.
    pub(super) fn key_of(&self, generation: u32, prior: Option<&Self>, seeds: &Seeds) -> Result<Key> {
        let certificate = prior.and_then(|prior| self.certificate_before(generation, prior));
        let known = certificate.as_ref().map(X509::public_key);
        self.own.source(&self.csr_json).of_generation(generation, known, seeds)
    }

    /// Plans the certificates of the trusted generations, that of the one that signs being planned already.
    pub(super) fn plan_trusted(&mut self, prior: Option<&Self>, client: &Client, told: &mut Diagnostics) {
        let Some(Generations { trusted, signing }) = self.generations() else {
            let without = self.trusted_generations.is_null();
            self.trusted_cert_pems = if without { Attr::Null } else { Attr::Unknown };
            return;
        };
        let mut pems = Pems::new();
        for generation in trusted {
            let pem = if generation == signing {
                self.outputs.cert_pem.clone()
            } else {
                self.plan_other(generation, prior, client, told)
            };
            pems.insert(generation.to_string(), pem);
        }
        self.trusted_cert_pems = pems.into();
    }

    /// Plans the certificate of a generation that does not sign: it stays until it has to say something else or is due.
    fn plan_other(
        &self,
        generation: u32,
        prior: Option<&Self>,
        client: &Client,
        told: &mut Diagnostics,
    ) -> Attr<String> {
        let before = prior.and_then(|prior| Some((prior, self.certificate_before(generation, prior)?)));
        if let Some((prior, certificate)) = before {
            let key = Key::Public(certificate.public_key().clone());
            let specification = self.specification(&key, client.strictness());
            if issuing::is_good(self, prior, &certificate, &specification, client.now()) {
                return certificate.to_pem().into();
            }
            let name = format!("The certificate of generation {generation}");
            told.extend(self.times().due(&name, &certificate, client.now()));
        }
        if let Err(error) = self.key_of(generation, prior, client.seeds()) {
            told.extend(Diagnostics::from(error));
        }
        Attr::Unknown
    }

    /// Issues the certificates of trusted generations that the plan has left open.
    pub(super) fn settle_trusted(&mut self, prior: Option<&Self>, client: &Client) -> Result<()> {
        let Some(Generations { trusted, signing }) = self.generations() else {
            self.trusted_cert_pems = Attr::Null;
            return Ok(());
        };
        let planned = self.trusted_cert_pems.or_default();
        let mut pems = Pems::new();
        for generation in trusted {
            let pem = match planned.get(&generation.to_string()) {
                _ if generation == signing => self.outputs.cert_pem.clone(),
                Some(pem @ Attr::Known(_)) => pem.clone(),
                _ => self.issue_other(generation, prior, client)?.to_pem().into(),
            };
            pems.insert(generation.to_string(), pem);
        }
        self.trusted_cert_pems = pems.into();
        Ok(())
    }

    fn issue_other(&self, generation: u32, prior: Option<&Self>, client: &Client) -> Result<X509> {
        let key = self.key_of(generation, prior, client.seeds())?;
        let (certificate, _) = issuing::certify(self, &key, client)?;
        Ok(certificate)
    }
}

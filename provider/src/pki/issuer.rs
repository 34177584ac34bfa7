//! The arguments that name the issuing authority.

use pki_core::{Certificate, CertificateAuthority, Error as PkiError, Identity, IssueError, PrivateKey};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::key_text::{self, CONFLICT, KeyText};
use super::pem::IssuerPem;
use crate::common::derive::{Derivation, KeyArgument};
use crate::provider::Seeds;

const UNUSABLE: &str = "Unusable Certificate Authority";

/// The private key of the issuing authority.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names of the arguments")]
pub(crate) struct IssuerKey {
    /// Private key of the issuing authority as PEM, which may be encrypted.
    #[attr(optional, check = key_text::pem)]
    pub(super) ca_private_key_pem: Attr<Secret>,
    /// Passphrase of an encrypted `ca_private_key_pem` or `ca_private_key_pem_wo`. It is never stored.
    #[attr(optional, write_only, check = key_text::passphrase)]
    pub(super) ca_private_key_passphrase: Attr<Secret>,
    /// Private key of the issuing authority as PEM, which may be encrypted, and which is never stored: not in state, not
    /// in plans.
    #[attr(optional, write_only, check = key_text::pem)]
    pub(super) ca_private_key_pem_wo: Attr<Secret>,
    /// Version of `ca_private_key_pem_wo`: another version issues again. With one, the key is only looked at when
    /// something is to be issued.
    #[attr(optional)]
    pub(super) ca_private_key_pem_wo_version: Attr<u64>,
    /// The issuing authority's key, if it follows from the provider's seed: the `key` of its own resource.
    #[attr(optional)]
    pub(super) ca_key: Attr<KeyArgument>,
}

/// Certificate and private key of the issuing authority; without them a certificate vouches for itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issuer<'a> {
    pub(super) cert_pem: &'a Attr<Parsed<IssuerPem>>,
    key: Option<&'a IssuerKey>,
}

impl IssuerKey {
    /// The text of the key, if it is given as one.
    const fn text(&self) -> KeyText<'_> {
        if self.ca_private_key_pem_wo.is_set() {
            KeyText::of_issuer_write_only(&self.ca_private_key_pem_wo, &self.ca_private_key_passphrase)
        } else {
            KeyText::of_issuer(&self.ca_private_key_pem, &self.ca_private_key_passphrase)
        }
    }

    const fn arguments(&self) -> [(&'static str, Presence); 3] {
        [
            ("ca_private_key_pem", self.ca_private_key_pem.presence()),
            ("ca_private_key_pem_wo", self.ca_private_key_pem_wo.presence()),
            ("ca_key", self.ca_key.presence()),
        ]
    }

    fn check(&self, check: &mut Check) {
        let [text, write_only, key] = self.arguments();
        check.at_most_one(&[text, write_only, key]);
        let passphrase = ("ca_private_key_passphrase", self.ca_private_key_passphrase.presence());
        check.at_most_one(&[key, passphrase]);
        if passphrase.1 == Presence::Present
            && [text, write_only, key].iter().all(|(_, given)| *given == Presence::Absent)
        {
            let detail = format!("`{}` has no effect without `{}`.", passphrase.0, text.0);
            check.error(passphrase.0, CONFLICT, detail);
        }
        let version = ("ca_private_key_pem_wo_version", self.ca_private_key_pem_wo_version.presence());
        key_text::check_dependent(write_only, version, check);
        self.text().check(check);
    }
}

impl<'a> Issuer<'a> {
    /// The issuer of a certificate that vouches for itself.
    pub(super) const NONE: Issuer<'static> = Issuer { cert_pem: &Attr::Null, key: None };

    /// The issuer of that certificate and key.
    pub(super) const fn new(cert_pem: &'a Attr<Parsed<IssuerPem>>, key: &'a IssuerKey) -> Self {
        Self { cert_pem, key: Some(key) }
    }

    pub(super) fn certificate(&self) -> Option<&'a Certificate> {
        self.cert_pem.known().map(|pem| pem.get().certificate())
    }

    /// Whether it is the certificate itself.
    pub(super) const fn is_itself(&self) -> bool {
        self.cert_pem.is_null()
    }

    /// The issuer and whoever is known to stand above it, each the issuer of the one before.
    pub(super) fn chain(&self) -> &'a [Certificate] {
        self.cert_pem.known().map_or(&[], |pem| pem.get().chain())
    }

    /// Whether a certificate comes from here.
    pub(super) fn has_signed(&self, certificate: &Certificate) -> bool {
        match self.cert_pem {
            Attr::Null => certificate.is_self_signed(),
            Attr::Unknown => false,
            Attr::Known(issuer) => certificate.is_signed_by(issuer.get().certificate()),
        }
    }

    /// Whether it is to issue again because the version of its key says so.
    pub(super) fn has_new_version(&self, before: Self) -> bool {
        let version = |issuer: Self| issuer.key.map(|key| &key.ca_private_key_pem_wo_version);
        match (version(before), version(*self)) {
            (Some(Attr::Known(before)), Some(Attr::Known(now))) => before != now,
            _ => false,
        }
    }

    /// The authority, able to issue.
    pub(super) fn authority(&self, seeds: &Seeds) -> Result<CertificateAuthority> {
        let certificate = self.cert_pem.value()?.get().certificate().clone();
        let Some(key) = self.find(seeds)? else {
            let detail = "The private key of the issuing authority is not known.";
            return Err(Error::at("ca_cert_pem", UNUSABLE, detail));
        };
        let above = self.chain().get(1..).unwrap_or_default().to_vec();
        CertificateAuthority::new(certificate, key)
            .and_then(|authority| authority.with_chain(above))
            .map_err(|error| Error::many([self.unusable(&error)]))
    }

    /// What this issuer and those above it do not allow of the names of a new certificate.
    pub(super) fn check_identity(&self, identity: &Identity) -> Vec<PkiError> {
        let found = self.chain().iter().filter_map(|issuer| issuer.check_identity(identity).err());
        found.flatten().collect()
    }

    /// Whether the issuer may issue, and whether the key is its own, as far as the configuration alone tells it.
    pub(super) fn check(&self, check: &mut Check) {
        let Some(key) = self.key else { return };
        let given = key.arguments().map(|(_, presence)| presence);
        let present = key.arguments().into_iter().find(|(_, presence)| *presence == Presence::Present);
        match (self.cert_pem.presence(), present) {
            (Presence::Present, None) if given == [Presence::Absent; 3] => {
                let names = key.arguments().map(|(name, _)| format!("`{name}`")).join(", ");
                let detail = format!("One of {names} is required with `ca_cert_pem`.");
                check.error("ca_cert_pem", "Missing Argument", detail);
            }
            (Presence::Absent, Some((name, _))) => {
                let detail = format!("`ca_cert_pem` is required with `{name}`.");
                check.error(name, "Missing Argument", detail);
            }
            _ => {}
        }
        key.check(check);
        let Some(certificate) = self.certificate() else { return };
        if let Some(key) = self.text_at_any_time().and_then(|text| text.key()) {
            check.extend(self.misfit(certificate, key));
        } else if !certificate.is_authority() {
            let issuer = certificate.subject_text();
            check.extend([self.unusable(&IssueError::NotAnAuthority { issuer })]);
        }
    }

    /// Whether the key is at hand with which something is to be issued, or may be at any time; as far as it is known.
    pub(super) fn check_key(&self, issues: bool, seeds: &Seeds) -> Diagnostics {
        let Some(certificate) = self.certificate() else { return Diagnostics::new() };
        if !issues && self.text_at_any_time().is_none() && self.derivation().is_null() {
            return Diagnostics::new();
        }
        match self.find(seeds) {
            Ok(key) => key.and_then(|key| self.misfit(certificate, key)).into_iter().collect(),
            Err(error) => error.into(),
        }
    }

    /// The key, as soon as it is known.
    fn find(&self, seeds: &Seeds) -> Result<Option<PrivateKey>> {
        let (Some(key), Some(certificate)) = (self.key, self.certificate()) else { return Ok(None) };
        match self.derivation() {
            Attr::Known(derivation) => find_derived(certificate, &derivation, seeds).at("ca_key"),
            Attr::Unknown => Ok(None),
            Attr::Null => {
                let text = key.text();
                if text.pem.known().is_none() || text.passphrase.is_unknown() {
                    return Ok(None);
                }
                text.read().map(Some)
            }
        }
    }

    fn derivation(&self) -> Attr<Derivation> {
        self.key.map_or(Attr::Null, |key| key.ca_key.as_ref().and_then(KeyArgument::derivation))
    }

    /// The text of the key, unless it may be another one whenever nothing is issued.
    fn text_at_any_time(&self) -> Option<KeyText<'a>> {
        let key = self.key.filter(|key| key.ca_private_key_pem_wo_version.is_null())?;
        Some(key.text()).filter(|text| text.pem.is_set())
    }

    fn misfit(&self, certificate: &Certificate, key: PrivateKey) -> Option<Diagnostic> {
        CertificateAuthority::new(certificate.clone(), key).err().map(|error| self.unusable(&error))
    }

    fn unusable(&self, error: &IssueError) -> Diagnostic {
        let place = match (error, self.key) {
            (IssueError::KeyMismatch { .. }, Some(key)) if key.ca_key.is_set() => "ca_key",
            (IssueError::KeyMismatch { .. }, Some(key)) => key.text().name(),
            _ => "ca_cert_pem",
        };
        Diagnostic::error(UNUSABLE, sentence(&error.to_string())).at(place)
    }
}

/// The derived key of an authority: its certificate tells the algorithm, and which of two seeds it is of.
fn find_derived(
    certificate: &Certificate,
    derivation: &Derivation,
    seeds: &Seeds,
) -> Result<Option<PrivateKey>> {
    let public = certificate.public_key();
    let derive = |known| seeds.private_key(public.algorithm(), derivation, known);
    derive(Some(public)).map_err(|error| {
        // Something is derived, but something else.
        let Ok(Some(_)) = derive(None) else { return error };
        let detail = format!(
            "The certificate of {} is not one of the key {derivation}. Label and generation have to be those of the \
             authority's own key, and the provider's seed the one that it was made with; while the seed is being replaced, \
             give the old one as `previous_pki_seed`.",
            certificate.subject_text()
        );
        Error::new(UNUSABLE, detail)
    })
}

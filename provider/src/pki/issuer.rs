//! The arguments that name the issuing authority.

use pki_core::{Certificate, CertificateAuthority, Error as PkiError, Identity, IssueError};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::key_text::KeyText;
use super::pem::IssuerPem;
use super::problems::sentence;

const UNUSABLE: &str = "Unusable Certificate Authority";

/// Certificate and private key of the issuing authority; without them a certificate vouches for itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issuer<'a> {
    pub(super) cert_pem: &'a Attr<Parsed<IssuerPem>>,
    key: KeyText<'a>,
}

impl<'a> Issuer<'a> {
    /// The issuer of a certificate that vouches for itself.
    pub(super) const NONE: Issuer<'static> = Issuer::new(&Attr::Null, &Attr::Null, &Attr::Null);

    /// The issuer that the arguments `ca_cert_pem`, `ca_private_key_pem` and `ca_private_key_passphrase` name.
    pub(super) const fn new(
        cert_pem: &'a Attr<Parsed<IssuerPem>>,
        private_key_pem: &'a Attr<Secret>,
        passphrase: &'a Attr<Secret>,
    ) -> Self {
        Self { cert_pem, key: KeyText::of_issuer(private_key_pem, passphrase) }
    }

    pub(super) fn certificate(&self) -> Option<&'a Certificate> {
        self.cert_pem.known().map(|pem| pem.get().certificate())
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

    /// The authority, able to issue.
    pub(super) fn authority(&self) -> Result<CertificateAuthority> {
        let key = self.key.read()?;
        let certificate = self.cert_pem.value()?.get().certificate().clone();
        let above = self.chain().get(1..).unwrap_or_default().to_vec();
        CertificateAuthority::new(certificate, key)
            .and_then(|authority| authority.with_chain(above))
            .map_err(|error| Error::many([unusable(&error)]))
    }

    /// What this issuer and those above it do not allow of the names of a new certificate.
    pub(super) fn check_identity(&self, identity: &Identity) -> Vec<PkiError> {
        let found = self.chain().iter().filter_map(|issuer| issuer.check_identity(identity).err());
        found.flatten().collect()
    }

    /// Whether the issuer may issue, and whether the key is its own.
    pub(super) fn check(&self, check: &mut Check) {
        let incomplete = match (self.cert_pem.presence(), self.key.pem.presence()) {
            (Presence::Present, Presence::Absent) => Some(("ca_cert_pem", "ca_private_key_pem")),
            (Presence::Absent, Presence::Present) => Some(("ca_private_key_pem", "ca_cert_pem")),
            _ => None,
        };
        if let Some((given, missing)) = incomplete {
            check.error(given, "Missing Argument", format!("`{missing}` is required with `{given}`."));
        }
        self.key.check(check);
        let Some(certificate) = self.certificate() else { return };
        if let Some(key) = self.key.key() {
            check.extend(
                CertificateAuthority::new(certificate.clone(), key).err().map(|error| unusable(&error)),
            );
        } else if !certificate.is_authority() {
            let issuer = certificate.subject_text();
            check.extend([unusable(&IssueError::NotAnAuthority { issuer })]);
        }
    }
}

fn unusable(error: &IssueError) -> Diagnostic {
    let place = match error {
        IssueError::KeyMismatch { .. } => "ca_private_key_pem",
        _ => "ca_cert_pem",
    };
    Diagnostic::error(UNUSABLE, sentence(&error.to_string())).at(place)
}

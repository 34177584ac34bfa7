//! The arguments that name the issuing authority.

use pki_core::{Certificate, CertificateAuthority, IssueError};
use tfplugin::prelude::*;

use super::keys;
use super::pem::CertificatePem;
use super::problems::sentence;

const UNUSABLE: &str = "Unusable Certificate Authority";

/// Certificate and private key of the issuing authority; without them a certificate vouches for itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issuer<'a> {
    pub(super) cert_pem: &'a Attr<Parsed<CertificatePem>>,
    pub(super) private_key_pem: &'a Attr<Secret>,
}

impl<'a> Issuer<'a> {
    /// The issuer of a certificate that vouches for itself.
    pub(super) const NONE: Issuer<'static> = Issuer { cert_pem: &Attr::Null, private_key_pem: &Attr::Null };

    pub(super) fn certificate(&self) -> Option<&'a Certificate> {
        self.cert_pem.known().map(|pem| &pem.get().0)
    }

    /// Whether a certificate comes from here.
    pub(super) fn has_signed(&self, certificate: &Certificate) -> bool {
        match self.cert_pem {
            Attr::Null => certificate.is_self_signed(),
            Attr::Unknown => false,
            Attr::Known(issuer) => certificate.is_signed_by(&issuer.get().0),
        }
    }

    /// The authority, able to issue.
    pub(super) fn authority(&self) -> Result<CertificateAuthority> {
        let key = keys::read(self.private_key_pem.value()?, "ca_private_key_pem")?;
        let certificate = self.cert_pem.value()?.get().0.clone();
        CertificateAuthority::new(certificate, key).map_err(|error| Error::many([unusable(&error)]))
    }

    /// Whether the issuer may issue, and whether the key is its own.
    pub(super) fn check(&self, check: &mut Check) {
        let Some(certificate) = self.certificate() else { return };
        if let Some(key) = self.private_key_pem.known().and_then(|key| keys::read(key, "").ok()) {
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

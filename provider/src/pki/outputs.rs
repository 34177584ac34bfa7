//! What every resource with a certificate tells about it.

use pki_core::Certificate;
use tfplugin::prelude::*;

use super::issuer::Issuer;
use super::times::Times;

/// The computed attributes that come from a certificate.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Outputs {
    /// The certificate as PEM.
    #[attr(computed, keep)]
    pub(super) cert_pem: Attr<String>,
    /// The certificate and those of the authorities above it without the root, as far as they are given: what a server
    /// presents, and the `ca_cert_pem` of what stands below an authority.
    #[attr(computed, keep)]
    cert_chain_pem: Attr<String>,
    /// When it is due for renewal, by RFC 3339.
    #[attr(computed, keep)]
    renew_at: Attr<String>,
    /// Whether the certificate is due for renewal.
    #[attr(computed, keep)]
    ready_for_renewal: Attr<bool>,
    /// First second of its validity, by RFC 3339.
    #[attr(computed, keep)]
    validity_start_time: Attr<String>,
    /// Last second of its validity, by RFC 3339.
    #[attr(computed, keep)]
    validity_end_time: Attr<String>,
    /// Serial number, in decimal.
    #[attr(computed, keep)]
    serial_number: Attr<String>,
    /// SHA-256 of the certificate.
    #[attr(computed, keep)]
    fingerprint_sha256: Attr<String>,
    /// Serial number, in decimal.
    #[attr(computed, keep)]
    id: Attr<String>,
}

impl Outputs {
    /// Those of a certificate that is yet to be issued, and then not due.
    pub(super) const UNKNOWN: Self = Self {
        cert_pem: Attr::Unknown,
        cert_chain_pem: Attr::Unknown,
        renew_at: Attr::Unknown,
        ready_for_renewal: Attr::Known(false),
        validity_start_time: Attr::Unknown,
        validity_end_time: Attr::Unknown,
        serial_number: Attr::Unknown,
        fingerprint_sha256: Attr::Unknown,
        id: Attr::Unknown,
    };

    /// Those of a certificate, due or not.
    pub(super) fn of(certificate: &Certificate, issuer: Issuer<'_>, times: &Times<'_>, is_due: bool) -> Self {
        Self {
            cert_pem: certificate.to_pem().into(),
            cert_chain_pem: chain_pem(certificate, issuer.chain()).into(),
            renew_at: times.renew_at(certificate).to_string().into(),
            ready_for_renewal: is_due.into(),
            validity_start_time: certificate.not_before().to_string().into(),
            validity_end_time: certificate.not_after().to_string().into(),
            serial_number: certificate.serial_decimal().into(),
            fingerprint_sha256: certificate.fingerprint_sha256().into(),
            id: certificate.serial_decimal().into(),
        }
    }

    /// The certificate, when there is one.
    pub(super) fn certificate(&self) -> Option<Certificate> {
        Certificate::from_pem(self.cert_pem.as_str()?).ok()
    }

    /// The certificate and those above it.
    pub(super) fn chain(&self) -> Option<Vec<Certificate>> {
        Certificate::bundle_from_pem(self.cert_chain_pem.as_str()?).ok()
    }
}

/// What a server presents: the certificate and those above it, but not the root, which the client has or does not trust.
fn chain_pem(certificate: &Certificate, issuers: &[Certificate]) -> String {
    let below_root = issuers.iter().filter(|issuer| !issuer.is_self_signed());
    std::iter::once(certificate).chain(below_root).map(Certificate::to_pem).collect()
}

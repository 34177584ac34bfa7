//! What every resource with a certificate tells about it.

use pki_core::Certificate;
use tfplugin::prelude::*;

use super::issuer::Issuer;
use super::times::Times;

/// The computed attributes that come from a certificate.
#[derive(Clone, Debug)]
pub(super) struct Outputs {
    pub(super) cert_pem: Attr<String>,
    pub(super) cert_chain_pem: Attr<String>,
    /// The serial number, which is the identifier too.
    pub(super) serial_number: Attr<String>,
    pub(super) fingerprint_sha256: Attr<String>,
    pub(super) validity_start_time: Attr<String>,
    pub(super) validity_end_time: Attr<String>,
    pub(super) renew_at: Attr<String>,
    pub(super) ready_for_renewal: Attr<bool>,
}

impl Outputs {
    /// Those of a certificate that is yet to be issued, and then not due.
    pub(super) const UNKNOWN: Self = Self {
        cert_pem: Attr::Unknown,
        cert_chain_pem: Attr::Unknown,
        serial_number: Attr::Unknown,
        fingerprint_sha256: Attr::Unknown,
        validity_start_time: Attr::Unknown,
        validity_end_time: Attr::Unknown,
        renew_at: Attr::Unknown,
        ready_for_renewal: Attr::Known(false),
    };

    /// Those of a certificate, due or not.
    pub(super) fn of(certificate: &Certificate, issuer: Issuer<'_>, times: &Times<'_>, is_due: bool) -> Self {
        Self {
            cert_pem: certificate.to_pem().into(),
            cert_chain_pem: chain_pem(certificate, issuer.chain()).into(),
            serial_number: certificate.serial_decimal().into(),
            fingerprint_sha256: certificate.fingerprint_sha256().into(),
            validity_start_time: certificate.not_before().to_string().into(),
            validity_end_time: certificate.not_after().to_string().into(),
            renew_at: times.renew_at(certificate).to_string().into(),
            ready_for_renewal: is_due.into(),
        }
    }
}

/// What a server presents: the certificate and those above it, but not the root, which the client has or does not trust.
fn chain_pem(certificate: &Certificate, issuers: &[Certificate]) -> String {
    let below_root = issuers.iter().filter(|issuer| !issuer.is_self_signed());
    std::iter::once(certificate).chain(below_root).map(Certificate::to_pem).collect()
}

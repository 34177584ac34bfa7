//! What every resource with a certificate tells about it.

use pki_core::Certificate;
use tfplugin::prelude::*;

/// The computed attributes that come from a certificate.
#[derive(Clone, Debug)]
pub(super) struct Outputs {
    pub(super) cert_pem: Attr<String>,
    /// The serial number, which is the identifier too.
    pub(super) serial_number: Attr<String>,
    pub(super) fingerprint_sha256: Attr<String>,
    pub(super) validity_start_time: Attr<String>,
    pub(super) validity_end_time: Attr<String>,
}

impl Outputs {
    /// Those of a certificate that is yet to be issued.
    pub(super) const UNKNOWN: Self = Self {
        cert_pem: Attr::Unknown,
        serial_number: Attr::Unknown,
        fingerprint_sha256: Attr::Unknown,
        validity_start_time: Attr::Unknown,
        validity_end_time: Attr::Unknown,
    };

    pub(super) fn of(certificate: &Certificate) -> Self {
        Self {
            cert_pem: certificate.to_pem().into(),
            serial_number: certificate.serial_decimal().into(),
            fingerprint_sha256: certificate.fingerprint_sha256().into(),
            validity_start_time: certificate.not_before().to_string().into(),
            validity_end_time: certificate.not_after().to_string().into(),
        }
    }
}

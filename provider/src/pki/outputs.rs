//! What every resource with a certificate tells about it, and when it is due for renewal.

use jiff::{SignedDuration, Timestamp};
use pki_core::{Certificate, Period};
use tfplugin::prelude::*;

/// The computed attributes of a resource with a certificate.
pub(super) struct Outputs<'a> {
    pub(super) cert_pem: &'a mut Attr<String>,
    pub(super) serial_number: Option<&'a mut Attr<String>>,
    pub(super) fingerprint_sha256: Option<&'a mut Attr<String>>,
    pub(super) validity_start_time: &'a mut Attr<String>,
    pub(super) validity_end_time: &'a mut Attr<String>,
    pub(super) ready_for_renewal: &'a mut Attr<bool>,
    pub(super) id: &'a mut Attr<String>,
}

impl Outputs<'_> {
    /// Tells about a new certificate.
    pub(super) fn record(self, certificate: &Certificate) {
        *self.cert_pem = certificate.to_pem().into();
        if let Some(serial_number) = self.serial_number {
            *serial_number = certificate.serial_decimal().into();
        }
        if let Some(fingerprint) = self.fingerprint_sha256 {
            *fingerprint = certificate.fingerprint_sha256().into();
        }
        *self.validity_start_time = certificate.not_before().to_string().into();
        *self.validity_end_time = certificate.not_after().to_string().into();
        *self.ready_for_renewal = false.into();
        *self.id = certificate.serial_decimal().into();
    }

    /// Announces a new certificate.
    pub(super) fn announce(self) {
        *self.cert_pem = Attr::Unknown;
        if let Some(serial_number) = self.serial_number {
            *serial_number = Attr::Unknown;
        }
        if let Some(fingerprint) = self.fingerprint_sha256 {
            *fingerprint = Attr::Unknown;
        }
        *self.validity_start_time = Attr::Unknown;
        *self.validity_end_time = Attr::Unknown;
        *self.ready_for_renewal = false.into();
        *self.id = Attr::Unknown;
    }

    /// Keeps the outputs of another state of the resource.
    pub(super) fn keep(self, prior: Outputs<'_>) {
        prior.cert_pem.clone_into(self.cert_pem);
        if let (Some(new), Some(old)) = (self.serial_number, prior.serial_number) {
            old.clone_into(new);
        }
        if let (Some(new), Some(old)) = (self.fingerprint_sha256, prior.fingerprint_sha256) {
            old.clone_into(new);
        }
        prior.validity_start_time.clone_into(self.validity_start_time);
        prior.validity_end_time.clone_into(self.validity_end_time);
        *self.ready_for_renewal = *prior.ready_for_renewal;
        prior.id.clone_into(self.id);
    }
}

/// Whether a certificate that ends at `end` is due, when it is to be renewed `early` before its end.
pub(super) fn is_due(end: &Attr<String>, early: Option<Period>, now: Timestamp) -> bool {
    let Some(end) = end.as_str().and_then(|end| end.parse::<Timestamp>().ok()) else { return false };
    let early = early.map_or(0, Period::as_seconds);
    let early = SignedDuration::from_secs(i64::try_from(early).unwrap_or(i64::MAX));
    // An end that cannot be moved that far back is due since ever.
    !end.checked_sub(early).is_ok_and(|due| now < due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_from_the_moment_on() {
        let end: Attr<String> = "2026-11-22T12:00:00Z".into();
        let due = |early, now: &str| is_due(&end, early, now.parse().unwrap());
        assert!(!due(None, "2026-11-22T11:59:59Z"));
        assert!(due(None, "2026-11-22T12:00:00Z"));
        assert!(!due(Some(Period::hours(1)), "2026-11-22T10:59:59Z"));
        assert!(due(Some(Period::hours(1)), "2026-11-22T11:00:00Z"));
        assert!(due(Some(Period::seconds(u64::MAX)), "1970-01-01T00:00:00Z"));
        assert!(!is_due(&Attr::Unknown, None, Timestamp::UNIX_EPOCH));
    }
}

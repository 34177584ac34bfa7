//! The `revoked` block of `groundup_certificate_revocation_list`.

use jiff::Timestamp;
use pki_core::{Certificate, RevocationReason, RevokedCertificate, SerialNumber};
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::super::pem::CertificatePem;

/// A certificate that is not to be trusted any more, named by its serial number or by itself.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Revoked {
    /// Its serial number: in decimal, or in hexadecimal digits as `0x…` or `aa:bb:…`. Either this or `certificate_pem` is
    /// required.
    #[attr(optional)]
    pub(super) serial_number: Attr<Parsed<SerialNumber>>,
    /// The certificate as PEM. Of a certificate that is issued again the old one has to stay revoked: name it by its serial
    /// number.
    #[attr(optional)]
    pub(super) certificate_pem: Attr<Parsed<CertificatePem>>,
    /// When it was revoked, by RFC 3339; the moment in which it first stood on the list by default.
    #[attr(optional)]
    pub(super) revocation_time: Attr<Parsed<Timestamp>>,
    /// Why, in the words of RFC 5280: `keyCompromise`, `cACompromise`, `affiliationChanged`, `superseded`,
    /// `cessationOfOperation`, `certificateHold`, `privilegeWithdrawn` or `aACompromise`; no reason by default.
    #[attr(optional)]
    pub(super) reason: Attr<Parsed<RevocationReason>>,
}

impl Revoked {
    /// What is wrong with the block at `path`, below `issuer` where that is known.
    pub(super) fn check(&self, path: &Path, issuer: Option<&Certificate>, check: &mut Check) {
        match (self.serial_number.presence(), self.certificate_pem.presence()) {
            (Presence::Present, Presence::Present) => {
                let detail = "`certificate_pem` cannot be set together with `serial_number`.";
                check.error(path.attr("certificate_pem"), "Conflicting Arguments", detail);
            }
            (Presence::Absent, Presence::Absent) => {
                let detail = "One of `serial_number`, `certificate_pem` is required.";
                check.error(path.attr(self.place()), "Missing Argument", detail);
            }
            _ => {}
        }
        if let (Some(pem), Some(issuer)) = (self.certificate_pem.known(), issuer)
            && !pem.get().0.is_signed_by(issuer)
        {
            let (name, issuer) = (pem.get().0.subject_text(), issuer.subject_text());
            let detail = format!(
                "The certificate of {name} was not issued by {issuer}, so that this one cannot revoke it."
            );
            check.error(path.attr("certificate_pem"), "Not of This Authority", detail);
        }
    }

    /// The argument that names the certificate.
    pub(super) const fn place(&self) -> &'static str {
        if self.certificate_pem.is_null() { "serial_number" } else { "certificate_pem" }
    }

    /// The serial number; `None` while it is unknown.
    pub(super) fn serial(&self) -> Option<SerialNumber> {
        let of_certificate = || self.certificate_pem.known().map(|pem| pem.get().0.serial_number());
        self.serial_number.known().map(|serial| serial.get().clone()).or_else(of_certificate)
    }

    /// Whether everything is known.
    pub(super) fn is_known(&self) -> bool {
        self.serial().is_some() && !self.revocation_time.is_unknown() && !self.reason.is_unknown()
    }

    /// Whether an entry says what this block does.
    pub(super) fn is(&self, entry: &RevokedCertificate) -> bool {
        self.serial().as_ref() == Some(&entry.serial)
            && self.reason.known().map(|reason| *reason.get()) == entry.reason
            && self
                .revocation_time
                .known()
                .is_none_or(|time| time.as_second() == entry.revoked_at.as_second())
    }

    /// The entry, which keeps its time from a list before.
    pub(super) fn entry(&self, before: &[RevokedCertificate], now: Timestamp) -> Result<RevokedCertificate> {
        let serial =
            self.serial().ok_or_else(|| Error::new("Missing Value", "A serial number is not known."))?;
        let earlier = before.iter().find(|entry| entry.serial == serial).map(|entry| entry.revoked_at);
        let given = self.revocation_time.known().map(|time| *time.get());
        Ok(RevokedCertificate {
            revoked_at: given.or(earlier).unwrap_or(now),
            reason: self.reason.known().map(|reason| *reason.get()),
            invalidity_date: None,
            serial,
        })
    }
}

//! The entries of revocation lists.

use const_oid::ObjectIdentifier;
use der::asn1::{GeneralizedTime, OctetString};
use der::{Decode, Encode};
use jiff::Timestamp;
use x509_cert::crl::RevokedCert;
use x509_cert::ext::pkix::CrlReason;
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::{CrlError, RevocationReason};
use crate::certificate::Certificate;
use crate::serial::SerialNumber;
use crate::time;

/// `id-ce-cRLReasons` (RFC 5280 §5.3.1).
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
/// `id-ce-invalidityDate` (RFC 5280 §5.3.2).
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");

/// A certificate that its issuer has revoked: an entry of a list.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RevokedCertificate {
    /// Its serial number.
    pub serial: SerialNumber,
    /// When the authority revoked it.
    pub revoked_at: Timestamp,
    /// Why, if that is to be told.
    pub reason: Option<RevocationReason>,
    /// Since when it is known or supposed not to be trustworthy, which may be before it was revoked.
    pub invalidity_date: Option<Timestamp>,
}

impl RevokedCertificate {
    /// An entry without a reason.
    #[must_use]
    pub fn new(serial: SerialNumber, revoked_at: Timestamp) -> Self {
        Self { serial, revoked_at, reason: None, invalidity_date: None }
    }

    /// An entry for a certificate at hand.
    #[must_use]
    pub fn of(certificate: &Certificate, revoked_at: Timestamp, reason: Option<RevocationReason>) -> Self {
        Self { reason, ..Self::new(certificate.serial_number(), revoked_at) }
    }

    pub(super) fn encode(&self) -> der::Result<RevokedCert> {
        let mut extensions = Vec::new();
        if let Some(reason) = self.reason {
            extensions.push((&reason.to_encoded()).to_extension(&Name::default(), &[])?);
        }
        if let Some(date) = self.invalidity_date {
            // Always a GeneralizedTime, unlike the other times of a list.
            let date = GeneralizedTime::from_date_time(date_time(date)?.to_date_time());
            let extn_value = OctetString::new(date.to_der()?)?;
            extensions.push(Extension { extn_id: INVALIDITY_DATE, critical: false, extn_value });
        }
        Ok(RevokedCert {
            serial_number: self.serial.to_encoded()?,
            revocation_date: date_time(self.revoked_at)?,
            crl_entry_extensions: (!extensions.is_empty()).then_some(extensions),
        })
    }

    pub(super) fn decode(entry: &RevokedCert) -> Result<Self, CrlError> {
        let mut decoded = Self::new(
            SerialNumber::from_encoded(&entry.serial_number),
            time::from_x509(entry.revocation_date),
        );
        let extensions = entry.crl_entry_extensions.as_deref().unwrap_or_default();
        super::check_unique(extensions)?;
        for extension in extensions {
            let value = extension.extn_value.as_bytes();
            let malformed = |_| CrlError::MalformedExtension { oid: extension.extn_id.to_string() };
            match extension.extn_id {
                REASON => {
                    decoded.reason =
                        RevocationReason::from_encoded(CrlReason::from_der(value).map_err(malformed)?);
                }
                INVALIDITY_DATE => {
                    let date = GeneralizedTime::from_der(value).map_err(malformed)?;
                    decoded.invalidity_date = Some(time::from_x509(Time::GeneralTime(date)));
                }
                // Such as `certificateIssuer`, which makes the entry one of another authority.
                oid if extension.critical => {
                    return Err(CrlError::UnknownCritical { oid: oid.to_string() });
                }
                _ => {}
            }
        }
        Ok(decoded)
    }
}

fn date_time(time: Timestamp) -> der::Result<Time> {
    time::to_x509(time).ok_or_else(|| der::ErrorKind::DateTime.into())
}

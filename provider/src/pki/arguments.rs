//! Arguments that several resources of this room share.

use std::fmt;
use std::str::FromStr;

use pki_core::{Certificate, CertificateRequest, Error as PkiError, Period};
use tfplugin::prelude::*;

/// The PEM text of one certificate. Two texts of the same certificate are the same.
#[derive(Clone, Debug)]
pub(crate) struct CertificatePem(pub(super) Certificate);

impl FromStr for CertificatePem {
    type Err = PkiError;

    fn from_str(pem: &str) -> std::result::Result<Self, PkiError> {
        Ok(Self(Certificate::from_pem(pem)?))
    }
}

impl PartialEq for CertificatePem {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_der() == other.0.as_der()
    }
}

/// The PEM text of a certificate request. Two texts of the same request are the same.
#[derive(Clone, Debug)]
pub(crate) struct RequestPem(pub(super) CertificateRequest);

impl FromStr for RequestPem {
    type Err = PkiError;

    fn from_str(pem: &str) -> std::result::Result<Self, PkiError> {
        Ok(Self(CertificateRequest::from_pem(pem)?))
    }
}

impl PartialEq for RequestPem {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_der() == other.0.as_der()
    }
}

impl fmt::Display for RequestPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_pem())
    }
}

/// A lifetime given as a duration or in hours: the argument it comes from, and its length.
pub(super) fn lifetime(
    (name, duration): (&'static str, &Attr<Parsed<Period>>),
    (hours_name, hours): (&'static str, &Attr<u64>),
) -> Attr<(&'static str, Period)> {
    match (duration, hours) {
        (Attr::Known(duration), _) => Attr::Known((name, **duration)),
        (_, Attr::Known(hours)) => Attr::Known((hours_name, period_of_hours(*hours))),
        (Attr::Unknown, _) | (_, Attr::Unknown) => Attr::Unknown,
        (Attr::Null, Attr::Null) => Attr::Null,
    }
}

/// Hours beyond any calendar stay beyond it, and are refused there.
fn period_of_hours(hours: u64) -> Period {
    Period::seconds(hours.saturating_mul(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_duration_or_hours() {
        let days: Attr<Parsed<Period>> = Attr::parse("90d").unwrap();
        let from = |duration: &Attr<_>, hours: Attr<u64>| lifetime(("validity", duration), ("hours", &hours));
        assert_eq!(from(&days, Attr::Null), Attr::Known(("validity", Period::days(90))));
        assert_eq!(from(&Attr::Null, 24.into()), Attr::Known(("hours", Period::days(1))));
        assert_eq!(from(&Attr::Null, Attr::Unknown), Attr::Unknown);
        assert_eq!(from(&Attr::Null, Attr::Null), Attr::Null);
    }
}

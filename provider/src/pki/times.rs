//! The arguments about time: how long a certificate lives, and when it is due for renewal.

use jiff::{SignedDuration, Timestamp};
use pki_core::Period;
use tfplugin::prelude::*;

/// Lifetime and early renewal, each given as a duration or in hours.
#[derive(Debug)]
pub(super) struct Times<'a> {
    pub(super) validity: &'a Attr<Parsed<Period>>,
    pub(super) validity_period_hours: &'a Attr<u64>,
    pub(super) early_renewal: &'a Attr<Parsed<Period>>,
    pub(super) early_renewal_hours: &'a Attr<u64>,
}

impl Times<'_> {
    /// How long the certificate lives, if these arguments say so.
    pub(super) fn validity(&self) -> Attr<Period> {
        period(self.validity, self.validity_period_hours)
    }

    /// The argument that sets the lifetime.
    pub(super) fn validity_place(&self) -> Path {
        if self.validity_period_hours.is_set() { "validity_period_hours" } else { "validity" }.into()
    }

    /// Whether a certificate that ends then is due for renewal.
    pub(super) fn is_due(&self, end: Timestamp, now: Timestamp) -> bool {
        let early = self.early().known().map_or(0, |early| early.as_seconds());
        let early = SignedDuration::from_secs(i64::try_from(early).unwrap_or(i64::MAX));
        // An end that cannot be moved that far back is due since ever.
        !end.checked_sub(early).is_ok_and(|due| now < due)
    }

    /// No more than one of each pair.
    pub(super) fn check(&self, check: &mut Check) {
        check.at_most_one(&[
            ("validity", self.validity.presence()),
            ("validity_period_hours", self.validity_period_hours.presence()),
        ]);
        check.at_most_one(&[
            ("early_renewal", self.early_renewal.presence()),
            ("early_renewal_hours", self.early_renewal_hours.presence()),
        ]);
    }

    /// What is odd about these arguments for certificates of a lifetime.
    pub(super) fn findings(&self, lifetime: Period) -> Option<Diagnostic> {
        let early = self.early().into_known().filter(|early| *early >= lifetime)?;
        let name = if self.early_renewal_hours.is_set() { "early_renewal_hours" } else { "early_renewal" };
        let detail = format!(
            "The certificate is due for renewal {early} before its end, but it lives no longer than {lifetime}: every \
             apply issues it again."
        );
        Some(Diagnostic::warning("Renewed by Every Apply", detail).at(name))
    }

    fn early(&self) -> Attr<Period> {
        period(self.early_renewal, self.early_renewal_hours)
    }
}

/// Hours beyond any calendar stay beyond it, and are refused there.
fn period(duration: &Attr<Parsed<Period>>, hours: &Attr<u64>) -> Attr<Period> {
    match (duration, hours) {
        (Attr::Known(duration), _) => Attr::Known(**duration),
        (_, Attr::Known(hours)) => Attr::Known(Period::seconds(hours.saturating_mul(3600))),
        (Attr::Unknown, _) | (_, Attr::Unknown) => Attr::Unknown,
        (Attr::Null, Attr::Null) => Attr::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn early<'a>(early_renewal: &'a Attr<Parsed<Period>>, early_renewal_hours: &'a Attr<u64>) -> Times<'a> {
        Times {
            validity: &Attr::Null,
            validity_period_hours: &Attr::Null,
            early_renewal,
            early_renewal_hours,
        }
    }

    #[test]
    fn a_lifetime_is_a_duration_or_hours() {
        let days: Attr<Parsed<Period>> = Attr::parse("90d").unwrap();
        assert_eq!(period(&days, &Attr::Null), Attr::Known(Period::days(90)));
        assert_eq!(period(&Attr::Null, &24.into()), Attr::Known(Period::days(1)));
        assert_eq!(period(&Attr::Null, &Attr::Unknown), Attr::Unknown);
        assert_eq!(period(&Attr::Null, &Attr::Null), Attr::Null);
        assert_eq!(period(&Attr::Null, &u64::MAX.into()), Attr::Known(Period::seconds(u64::MAX)));
    }

    #[test]
    fn due_from_the_moment_on() {
        let end: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let due = |hours: Attr<u64>, now: &str| early(&Attr::Null, &hours).is_due(end, now.parse().unwrap());
        assert!(!due(Attr::Null, "2026-11-22T11:59:59Z"));
        assert!(due(Attr::Null, "2026-11-22T12:00:00Z"));
        assert!(!due(1.into(), "2026-11-22T10:59:59Z"));
        assert!(due(1.into(), "2026-11-22T11:00:00Z"));
        assert!(due(u64::MAX.into(), "1970-01-01T00:00:00Z"));
    }

    #[test]
    fn renewing_before_the_beginning_is_odd() {
        let odd = |text| early(&Attr::parse(text).unwrap(), &Attr::Null).findings(Period::days(2));
        assert_eq!(odd("47h"), None);
        assert!(odd("2d").unwrap().detail.contains("lives no longer than"));
    }
}

//! The arguments about time: how long a certificate lives, and when it is due for renewal.

use jiff::Timestamp;
use pki_core::{Certificate, EarlyRenewal, Period, Renewal, RenewalError, Validity};
use tfplugin::prelude::*;

/// How long before it is issued a certificate begins to be valid, where nothing else is said.
pub(super) const DEFAULT_BACKDATE: Period = Period::minutes(5);

/// The arguments of resources whose certificates live as long as is said, or as long as usual.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Lifetime {
    /// Lifetime, such as `8760h`, `90d` or `10y`. By default a year of 365 days, and five of a
    /// `groundup_certificate_authority`.
    #[attr(optional)]
    validity: Attr<Parsed<Period>>,
    /// Lifetime in hours.
    #[attr(optional)]
    validity_period_hours: Attr<u64>,
    /// When it is due for renewal: how long before its end (`30d`), which part of its lifetime before its end (`33%`), or
    /// a date by RFC 3339 from which on a certificate issued before it is.
    #[attr(optional)]
    early_renewal: Attr<Parsed<EarlyRenewal>>,
    /// How many hours before its end it is due for renewal.
    #[attr(optional)]
    early_renewal_hours: Attr<u64>,
}

impl Lifetime {
    pub(super) const fn times(&self, backdate: Period) -> Times<'_> {
        Times {
            validity: &self.validity,
            validity_period_hours: &self.validity_period_hours,
            early_renewal: &self.early_renewal,
            early_renewal_hours: &self.early_renewal_hours,
            backdate,
        }
    }
}

/// Lifetime and early renewal, each in its own terms or in hours.
#[derive(Debug)]
pub(super) struct Times<'a> {
    pub(super) validity: &'a Attr<Parsed<Period>>,
    pub(super) validity_period_hours: &'a Attr<u64>,
    pub(super) early_renewal: &'a Attr<Parsed<EarlyRenewal>>,
    pub(super) early_renewal_hours: &'a Attr<u64>,
    /// How long before it is issued the certificate begins to be valid.
    pub(super) backdate: Period,
}

impl Times<'_> {
    /// How long the certificate lives, if these arguments say so.
    pub(super) fn validity(&self) -> Attr<Period> {
        match (self.validity, self.validity_period_hours) {
            (Attr::Known(duration), _) => Attr::Known(**duration),
            (_, Attr::Known(hours)) => Attr::Known(hours_of(*hours)),
            (Attr::Unknown, _) | (_, Attr::Unknown) => Attr::Unknown,
            (Attr::Null, Attr::Null) => Attr::Null,
        }
    }

    /// The argument that sets the lifetime.
    pub(super) fn validity_place(&self) -> Path {
        if self.validity_period_hours.is_set() { "validity_period_hours" } else { "validity" }.into()
    }

    /// When a certificate is due for renewal: at its end at the latest.
    pub(super) fn renew_at(&self, certificate: &Certificate) -> Timestamp {
        renew_at(self.renewal().as_ref(), &certificate.validity())
    }

    /// Whether a certificate is due for renewal.
    pub(super) fn is_due(&self, certificate: &Certificate, now: Timestamp) -> bool {
        self.renew_at(certificate) <= now
    }

    /// What is told of a certificate that is issued again because its time has come.
    pub(super) fn due(&self, name: &str, certificate: &Certificate, now: Timestamp) -> Option<Diagnostic> {
        let (due, end) = (self.renew_at(certificate), certificate.not_after());
        if due > now {
            return None;
        }
        let told = |detail: String, place| {
            let detail = format!("{detail} It is issued again by this apply.");
            Some(Diagnostic::warning("Certificate Due for Renewal", detail).at(place))
        };
        if due >= end {
            return told(format!("{name} was valid until {end}."), self.validity_place());
        }
        let reason = match self.early_renewal.known() {
            Some(early) => format!("`early_renewal = \"{early}\"`"),
            None => format!("`early_renewal_hours = {}`", self.early_renewal_hours.or_default()),
        };
        told(
            format!("{name} is valid until {end}, and due for renewal since {due} by {reason}."),
            self.early_renewal_place(),
        )
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

    /// What is odd about these arguments for a certificate of this validity.
    pub(super) fn finding(&self, given: &Validity) -> Option<Diagnostic> {
        Some(questionable(&self.renewal()?.renew_at(given).err()?).at(self.early_renewal_place()))
    }

    fn early_renewal_place(&self) -> Path {
        if self.early_renewal.is_set() { "early_renewal" } else { "early_renewal_hours" }.into()
    }

    fn renewal(&self) -> Option<Renewal> {
        let hours = || self.early_renewal_hours.known().map(|hours| EarlyRenewal::Before(hours_of(*hours)));
        let early = self.early_renewal.known().map(|early| *early.get()).or_else(hours)?;
        let renewal = Renewal { backdate: self.backdate, ..Renewal::new(early) };
        (early != EarlyRenewal::Before(Period::ZERO)).then_some(renewal)
    }
}

/// When something of that validity is due for renewal: as early as wanted, and at its end at the latest. What would be due
/// before it is issued is due always.
pub(super) fn renew_at(renewal: Option<&Renewal>, validity: &Validity) -> Timestamp {
    match renewal.map(|renewal| renewal.renew_at(validity)) {
        Some(Ok(Some(due))) => due,
        Some(Err(RenewalError::AtOnce { .. })) => validity.not_before,
        _ => validity.not_after,
    }
}

/// What is told of a renewal that makes no sense.
pub(super) fn questionable(error: &RenewalError) -> Diagnostic {
    let detail = sentence(&error.to_string());
    match error {
        RenewalError::AtOnce { .. } => {
            Diagnostic::warning("Renewed by Every Apply", format!("{detail} Every apply issues it again."))
        }
        _ => Diagnostic::warning("Never Renewed Early", detail),
    }
}

/// Hours beyond any calendar stay beyond it, and are refused there.
const fn hours_of(hours: u64) -> Period {
    Period::seconds(hours.saturating_mul(3600))
}

#[cfg(test)]
mod tests {
    use pki_core::{
        AuthorityConstraint, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile,
    };

    use super::super::keys::rng;
    use super::*;

    fn times<'a>(
        validity: (&'a Attr<Parsed<Period>>, &'a Attr<u64>),
        early: (&'a Attr<Parsed<EarlyRenewal>>, &'a Attr<u64>),
    ) -> Times<'a> {
        Times {
            validity: validity.0,
            validity_period_hours: validity.1,
            early_renewal: early.0,
            early_renewal_hours: early.1,
            backdate: DEFAULT_BACKDATE,
        }
    }

    /// A hundred hours, issued five minutes after it begins.
    fn validity() -> Validity {
        Validity {
            not_before: "2026-11-22T11:55:00Z".parse().unwrap(),
            not_after: "2026-11-26T15:59:59Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_lifetime_is_a_duration_or_hours() {
        let period = |days: &Attr<Parsed<Period>>, hours: Attr<u64>| {
            times((days, &hours), (&Attr::Null, &Attr::Null)).validity()
        };
        assert_eq!(period(&Attr::parse("90d").unwrap(), Attr::Null), Attr::Known(Period::days(90)));
        assert_eq!(period(&Attr::Null, 24.into()), Attr::Known(Period::days(1)));
        assert_eq!(period(&Attr::Null, Attr::Unknown), Attr::Unknown);
        assert_eq!(period(&Attr::Null, Attr::Null), Attr::Null);
        assert_eq!(period(&Attr::Null, u64::MAX.into()), Attr::Known(Period::seconds(u64::MAX)));
    }

    #[test]
    fn renewal_is_due_by_time_part_date_or_hours() {
        let due = |early: &str, hours: Attr<u64>| {
            let early = if early.is_empty() { Attr::Null } else { Attr::parse(early).unwrap() };
            let no = (&Attr::Null, &Attr::Null);
            renew_at(times(no, (&early, &hours)).renewal().as_ref(), &validity()).to_string()
        };
        assert_eq!(due("", Attr::Null), "2026-11-26T15:59:59Z");
        assert_eq!(due("", 0.into()), "2026-11-26T15:59:59Z");
        assert_eq!(due("", 1.into()), "2026-11-26T15:00:00Z");
        assert_eq!(due("2d", Attr::Null), "2026-11-24T16:00:00Z");
        assert_eq!(due("2026-11-25T00:00:00Z", Attr::Null), "2026-11-25T00:00:00Z");
        // A date before it was issued does not concern it, and one after its end comes too late.
        assert_eq!(due("2026-11-01T00:00:00Z", Attr::Null), "2026-11-26T15:59:59Z");
        assert_eq!(due("2027-11-01T00:00:00Z", Attr::Null), "2026-11-26T15:59:59Z");
        // Always due.
        assert_eq!(due("", 100.into()), "2026-11-22T11:55:00Z");
        assert_eq!(due("", u64::MAX.into()), "2026-11-22T11:55:00Z");
    }

    #[test]
    fn a_renewal_tells_when_it_was_due_and_why() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng()).unwrap();
        let identity = Identity { subject: DistinguishedName::common("root"), ..Identity::default() };
        let profile = SigningProfile {
            not_before: Some(validity().not_before),
            not_after: Some(validity().not_after),
            ..SigningProfile::authority(AuthorityConstraint::default())
        };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let (root, _) = Certificate::self_signed(&key, &identity, &profile, now, &mut rng()).unwrap();
        let told = |early: &str, hours: Attr<u64>, now: &str| {
            let early = if early.is_empty() { Attr::Null } else { Attr::parse(early).unwrap() };
            let told = times((&Attr::Null, &Attr::Null), (&early, &hours)).due(
                "The certificate",
                &root,
                now.parse().unwrap(),
            )?;
            Some((told.path.unwrap().to_string(), told.detail))
        };
        let found = |place: &str, detail: &str| Some((place.to_owned(), detail.to_owned()));
        assert_eq!(told("2d", Attr::Null, "2026-11-24T15:59:59Z"), None);
        assert_eq!(
            told("2d", Attr::Null, "2026-11-24T16:00:00Z"),
            found(
                "early_renewal",
                "The certificate is valid until 2026-11-26T15:59:59Z, and due for renewal since 2026-11-24T16:00:00Z by \
                 `early_renewal = \"2d\"`. It is issued again by this apply."
            )
        );
        assert_eq!(
            told("", 48.into(), "2026-11-25T00:00:00Z"),
            found(
                "early_renewal_hours",
                "The certificate is valid until 2026-11-26T15:59:59Z, and due for renewal since 2026-11-24T16:00:00Z by \
                 `early_renewal_hours = 48`. It is issued again by this apply."
            )
        );
        assert_eq!(
            told("", Attr::Null, "2026-11-27T00:00:00Z"),
            found(
                "validity",
                "The certificate was valid until 2026-11-26T15:59:59Z. It is issued again by this apply."
            )
        );
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let odd = |early: &str| {
            let early = Attr::parse(early).unwrap();
            let no = (&Attr::Null, &Attr::Null);
            times(no, (&early, &Attr::Null)).finding(&validity()).map(|told| told.summary)
        };
        assert_eq!(odd("99h"), None);
        assert_eq!(odd("101h").as_deref(), Some("Renewed by Every Apply"));
        assert_eq!(odd("2027-01-01T00:00:00Z").as_deref(), Some("Never Renewed Early"));
    }
}

//! When a certificate is valid.

use jiff::{SignedDuration, Timestamp};

use super::IssueError;
use crate::period::Period;
use crate::profile::SigningProfile;
use crate::time;

/// The first and the last second in which a certificate is valid; both belong to it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

impl Validity {
    /// The end of a certificate that has no expiry: in certificates `99991231235959Z` (RFC 5280 §4.1.2.5).
    pub const NO_EXPIRY: Timestamp = Timestamp::MAX;

    /// The validity of a certificate that is issued now under `profile`, whoever the issuer is.
    ///
    /// # Errors
    ///
    /// Fails when it would begin before 1970 or end after 9999, end before it begins or before now, or last no time at
    /// all.
    pub fn new(profile: &SigningProfile, now: Timestamp) -> Result<Self, IssueError> {
        let now = whole(now)?;
        let not_before = match profile.not_before {
            Some(start) => whole(start)?,
            None => now.checked_sub(span(profile.backdate)?).map_err(|_| IssueError::Calendar)?,
        };
        let not_after = match profile.not_after {
            Some(end) if end == Self::NO_EXPIRY => end,
            Some(end) => whole(end)?,
            None => {
                let seconds = profile.expiry.as_seconds().checked_sub(1).ok_or(IssueError::NoLifetime)?;
                let start = profile.not_before.map_or(Ok(now), whole)?;
                start.checked_add(span(Period::seconds(seconds))?).map_err(|_| IssueError::Calendar)?
            }
        };
        if not_after < not_before {
            return Err(IssueError::EndsBeforeItBegins { not_before, not_after });
        }
        if not_after < now {
            return Err(IssueError::AlreadyOver { not_after });
        }
        match (time::to_x509(not_before), time::to_x509(not_after)) {
            (Some(_), Some(_)) => Ok(Self { not_before, not_after }),
            _ => Err(IssueError::Calendar),
        }
    }

    /// How long it is, both ends included.
    #[must_use]
    pub fn length(&self) -> Period {
        let seconds = self.not_after.as_second() - self.not_before.as_second() + 1;
        Period::seconds(u64::try_from(seconds).unwrap_or(0))
    }
}

fn whole(time: Timestamp) -> Result<Timestamp, IssueError> {
    Timestamp::from_second(time.as_second()).map_err(|_| IssueError::Calendar)
}

fn span(period: Period) -> Result<SignedDuration, IssueError> {
    i64::try_from(period.as_seconds()).map(SignedDuration::from_secs).map_err(|_| IssueError::Calendar)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::usage::Usages;

    fn validity(expiry: Period, backdate: Period, now: &str) -> Result<(String, String), IssueError> {
        let profile = SigningProfile { expiry, backdate, ..SigningProfile::new(Usages::default()) };
        let validity = Validity::new(&profile, now.parse().unwrap())?;
        Ok((validity.not_before.to_string(), validity.not_after.to_string()))
    }

    #[test]
    fn counts_both_ends() {
        assert_eq!(
            validity(Period::days(1), Period::minutes(5), "2026-11-22T12:00:00.9Z"),
            Ok(("2026-11-22T11:55:00Z".to_owned(), "2026-11-23T11:59:59Z".to_owned()))
        );
    }

    #[test]
    fn stays_inside_of_the_calendar() {
        assert_eq!(
            validity(Period::days(8000 * 365), Period::ZERO, "2026-11-22T12:00:00Z"),
            Err(IssueError::Calendar)
        );
        assert_eq!(
            validity(Period::seconds(u64::MAX), Period::ZERO, "2026-11-22T12:00:00Z"),
            Err(IssueError::Calendar)
        );
        assert_eq!(
            validity(Period::days(1), Period::days(60 * 365), "2026-11-22T12:00:00Z"),
            Err(IssueError::Calendar)
        );
        assert_eq!(validity(Period::ZERO, Period::ZERO, "2026-11-22T12:00:00Z"), Err(IssueError::NoLifetime));
    }

    #[test]
    fn set_dates_count_more_than_lengths() {
        let time = |text: &str| Some(time::parse_time(text).unwrap());
        let dated = |not_before, not_after| {
            let profile = SigningProfile { not_before, not_after, ..SigningProfile::new(Usages::default()) };
            let validity = Validity::new(&profile, "2026-11-22T12:00:00Z".parse().unwrap());
            validity
                .map(|v| format!("{} {}", v.not_before, time::shown(v.not_after)))
                .map_err(|e| e.to_string())
        };
        let (start, end) = (time("2026-12-24T00:00:00Z"), time("2027-12-24T00:00:00Z"));
        assert_eq!(dated(start, end), Ok("2026-12-24T00:00:00Z 2027-12-24T00:00:00Z".to_owned()));
        assert_eq!(dated(None, end), Ok("2026-11-22T11:55:00Z 2027-12-24T00:00:00Z".to_owned()));
        assert_eq!(dated(start, None), Ok("2026-12-24T00:00:00Z 2027-12-23T23:59:59Z".to_owned()));
        assert_eq!(
            dated(None, Some(Validity::NO_EXPIRY)),
            Ok("2026-11-22T11:55:00Z 9999-12-31T23:59:59Z".to_owned())
        );
        assert_eq!(
            dated(end, start),
            Err(
                "the certificate would end at 2026-12-24T00:00:00Z, before it begins at 2027-12-24T00:00:00Z"
                    .to_owned()
            )
        );
        assert_eq!(
            dated(None, time("2026-11-22T11:59:59Z")),
            Err("the certificate would have ended at 2026-11-22T11:59:59Z already".to_owned())
        );
    }

    #[test]
    fn a_set_end_needs_no_length() {
        let not_after = Some(time::parse_time("2027-01-01T00:00:00Z").unwrap());
        let profile =
            SigningProfile { expiry: Period::ZERO, not_after, ..SigningProfile::new(Usages::default()) };
        let validity = Validity::new(&profile, "2026-12-31T00:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(validity.length(), Period::seconds(86400 + 300 + 1));
    }

    proptest! {
        #[test]
        fn is_exact_or_an_error_up_to_the_end_of_the_calendar(
            now in 0..253_402_207_200_i64,
            expiry in prop_oneof![any::<u64>(), 1..300_000_000_000_u64],
            backdate in prop_oneof![any::<u64>(), 0..100_000_u64],
        ) {
            let profile = SigningProfile {
                expiry: Period::seconds(expiry),
                backdate: Period::seconds(backdate),
                ..SigningProfile::new(Usages::default())
            };
            let first = i128::from(now) - i128::from(backdate);
            let last = i128::from(now) + i128::from(expiry) - 1;
            match Validity::new(&profile, Timestamp::from_second(now).unwrap()) {
                Ok(validity) => {
                    prop_assert_eq!(i128::from(validity.not_before.as_second()), first);
                    prop_assert_eq!(i128::from(validity.not_after.as_second()), last);
                    prop_assert_eq!(i128::from(validity.length().as_seconds()), last - first + 1);
                }
                Err(IssueError::NoLifetime) => prop_assert_eq!(expiry, 0),
                Err(error) => {
                    prop_assert_eq!(error, IssueError::Calendar);
                    prop_assert!(first < 0 || last > 253_402_207_200);
                }
            }
        }
    }
}

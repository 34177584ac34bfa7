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
}

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
    /// The validity of a certificate that is issued now under `profile`, whoever the issuer is.
    ///
    /// # Errors
    ///
    /// Fails when it would begin before 1970 or end after 9999, or last no time at all.
    pub fn new(profile: &SigningProfile, now: Timestamp) -> Result<Self, IssueError> {
        if profile.expiry.is_zero() {
            return Err(IssueError::NoLifetime);
        }
        let now = Timestamp::from_second(now.as_second()).map_err(|_| IssueError::Calendar)?;
        let last = Period::seconds(profile.expiry.as_seconds() - 1);
        let validity = Self {
            not_before: now.checked_sub(span(profile.backdate)?).map_err(|_| IssueError::Calendar)?,
            not_after: now.checked_add(span(last)?).map_err(|_| IssueError::Calendar)?,
        };
        match (time::to_x509(validity.not_before), time::to_x509(validity.not_after)) {
            (Some(_), Some(_)) => Ok(validity),
            _ => Err(IssueError::Calendar),
        }
    }
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

//! When certificates are renewed.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::finding::{Finding, FindingCode, Place};
use crate::issue::Validity;
use crate::period::{ParsePeriodError, Period};
use crate::time::{self, ParseTimeError, shown};

/// How long before its end a certificate is to be renewed.
///
/// ```
/// use pki_core::{EarlyRenewal, Period};
///
/// assert_eq!("30d".parse::<EarlyRenewal>()?, EarlyRenewal::Before(Period::days(30)));
/// assert_eq!("33%".parse::<EarlyRenewal>()?.to_string(), "33%");
/// assert_eq!(
///     "100%".parse::<EarlyRenewal>().unwrap_err().to_string(),
///     "`100%` is not a whole percentage from 1% to 99% of the validity",
/// );
/// # Ok::<(), pki_core::RenewalError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EarlyRenewal {
    /// So long before the end (`720h`, `30d`).
    Before(Period),
    /// When so much of the whole validity remains (`33%`).
    Remaining(Percentage),
    /// At a time (`2027-01-01T00:00:00Z`). A certificate that was issued later is not affected.
    At(Timestamp),
}

/// A whole percentage from 1 to 99.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percentage(u8);

impl Percentage {
    /// A percentage, if it is from 1 to 99.
    #[must_use]
    pub fn new(percent: u8) -> Option<Self> {
        (1..=99).contains(&percent).then_some(Self(percent))
    }

    /// Its number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl FromStr for EarlyRenewal {
    type Err = RenewalError;

    fn from_str(text: &str) -> Result<Self, RenewalError> {
        if let Some(percent) = text.strip_suffix('%') {
            let digits = !percent.starts_with('+');
            let percentage = percent.parse().ok().filter(|_| digits).and_then(Percentage::new);
            return percentage
                .map(Self::Remaining)
                .ok_or_else(|| RenewalError::Percentage { value: text.to_owned() });
        }
        if text.contains(['T', ':']) || text.get(4..5) == Some("-") {
            return Ok(Self::At(time::parse_time(text)?));
        }
        Ok(Self::Before(text.parse()?))
    }
}

impl fmt::Display for EarlyRenewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(period) => period.fmt(f),
            Self::Remaining(Percentage(percent)) => write!(f, "{percent}%"),
            Self::At(time) => f.write_str(&shown(*time)),
        }
    }
}

/// When certificates of a kind are renewed.
///
/// ```
/// use pki_core::{Period, Renewal, Validity};
///
/// let validity = Validity {
///     not_before: "2026-11-22T11:55:00Z".parse().unwrap(),
///     not_after: "2026-12-22T11:59:59Z".parse().unwrap(),
/// };
/// let renewal = Renewal::new("10d".parse()?);
/// let due = renewal.renew_at(&validity)?.unwrap();
/// assert_eq!(due.to_string(), "2026-12-12T12:00:00Z");
/// assert!(renewal.is_due(&validity, due));
/// # Ok::<(), pki_core::RenewalError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Renewal {
    /// How long before the end.
    pub early: EarlyRenewal,
    /// How long before its issue a certificate's validity begins ([`SigningProfile::backdate`]).
    ///
    /// [`SigningProfile::backdate`]: crate::SigningProfile::backdate
    pub backdate: Period,
    /// Spreads the renewal of many certificates of the same age.
    pub jitter: Option<Jitter>,
}

/// Moves a renewal forward by a part of a length of time that follows from a seed alone: the same on every run.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Jitter {
    /// At most so much earlier.
    pub within: Period,
    /// Something that is different for each certificate, such as its name. It is no secret.
    pub seed: Vec<u8>,
}

impl Jitter {
    /// How much earlier.
    #[must_use]
    pub fn offset(&self) -> Period {
        let hash = Sha256::digest(&self.seed);
        let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Period::seconds(match self.within.as_seconds().checked_add(1) {
            Some(choices) => number % choices,
            None => number,
        })
    }
}

impl Renewal {
    /// A renewal without jitter, of certificates that are backdated by five minutes.
    #[must_use]
    pub fn new(early: EarlyRenewal) -> Self {
        Self { early, backdate: Period::minutes(5), jitter: None }
    }

    /// When a certificate with this validity is to be renewed. `None` for one that never expires, and for one that was
    /// issued after the time that was set.
    ///
    /// # Errors
    ///
    /// Fails when the certificate would have to be renewed as soon as it is issued, and when the time that was set is
    /// after its end.
    pub fn renew_at(&self, validity: &Validity) -> Result<Option<Timestamp>, RenewalError> {
        let end = validity.not_after;
        let length = validity.length();
        let early = match self.early {
            EarlyRenewal::At(time) if time > end => return Err(RenewalError::AfterEnd { time, end }),
            EarlyRenewal::At(time) => {
                return Ok(self.jittered(time).filter(|at| *at > self.issued(validity)));
            }
            _ if end == Validity::NO_EXPIRY => return Ok(None),
            EarlyRenewal::Before(period) => period,
            // Never more than the length, so that it cannot overflow.
            EarlyRenewal::Remaining(Percentage(percent)) => Period::seconds(
                length.as_seconds() / 100 * u64::from(percent)
                    + length.as_seconds() % 100 * u64::from(percent) / 100,
            ),
        };
        // The end is the last second of the validity.
        let due = earlier(end, early).and_then(|due| due.checked_add(SignedDuration::from_secs(1)).ok());
        due.and_then(|due| self.jittered(due))
            .filter(|due| *due > self.issued(validity))
            .map(Some)
            .ok_or(RenewalError::AtOnce { early: self.early, length })
    }

    /// Whether a certificate with this validity is to be renewed now: its time has come, or it has ended.
    #[must_use]
    pub fn is_due(&self, validity: &Validity, now: Timestamp) -> bool {
        let ended = now.as_second() > validity.not_after.as_second();
        ended || matches!(self.renew_at(validity), Ok(Some(due)) if due <= now)
    }

    /// What is to be said when the issuer has less time left at the next renewal than certificates are to have: they
    /// get shorter from then on, until it is renewed itself.
    #[must_use]
    pub fn issuer_finding(&self, validity: &Validity, expiry: Period, issuer: &Validity) -> Option<Finding> {
        let due = self.renew_at(validity).ok()??;
        let wanted = i64::try_from(expiry.as_seconds()).ok().map(SignedDuration::from_secs);
        let enough = wanted
            .and_then(|wanted| due.checked_add(wanted).ok())
            .is_some_and(|end| end.as_second() - 1 <= issuer.not_after.as_second());
        if enough || issuer.not_after == Validity::NO_EXPIRY {
            return None;
        }
        let message = format!(
            "the certificate is to be renewed at {} for {expiry}, but its issuer ends at {}: renew the issuer before",
            shown(due),
            shown(issuer.not_after)
        );
        Some(Finding::new(FindingCode::IssuerEndsFirst, Place::Validity, message))
    }

    fn jittered(&self, due: Timestamp) -> Option<Timestamp> {
        earlier(due, self.jitter.as_ref().map_or(Period::ZERO, Jitter::offset))
    }

    /// When the certificate was made, as far as its validity tells.
    fn issued(&self, validity: &Validity) -> Timestamp {
        let backdate = i64::try_from(self.backdate.as_seconds()).map(SignedDuration::from_secs);
        let issued = backdate.ok().and_then(|backdate| validity.not_before.checked_add(backdate).ok());
        issued.unwrap_or(validity.not_before)
    }
}

/// A renewal makes no sense.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// Not a percentage of something that remains.
    #[error("`{value}` is not a whole percentage from 1% to 99% of the validity")]
    Percentage {
        /// The text as given.
        value: String,
    },
    /// Not a length of time.
    #[error("{0}; a percentage of the validity (`33%`) or a time (`2027-01-01T00:00:00Z`) is also possible")]
    Period(#[from] ParsePeriodError),
    /// Not a time.
    #[error(transparent)]
    Time(#[from] ParseTimeError),
    /// Renewal over and over.
    #[error(
        "a renewal {early} before the end of a validity of {length} would come as soon as the certificate is issued"
    )]
    AtOnce {
        /// How long before the end.
        early: EarlyRenewal,
        /// The length of the validity.
        length: Period,
    },
    /// Too late.
    #[error("the renewal at {} would come after the end of the certificate at {}", shown(*.time), shown(*.end))]
    AfterEnd {
        /// The time that was set.
        time: Timestamp,
        /// The end of the validity.
        end: Timestamp,
    },
}

fn earlier(time: Timestamp, by: Period) -> Option<Timestamp> {
    let by = i64::try_from(by.as_seconds()).map(SignedDuration::from_secs).ok()?;
    time.checked_sub(by).ok()
}

#[cfg(test)]
mod tests;

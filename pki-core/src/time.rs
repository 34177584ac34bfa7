//! Times of certificates (RFC 5280 §4.1.2.5).

use std::time::Duration;

use der::DateTime;
use jiff::Timestamp;
use x509_cert::time::Time;

/// The time in the encoding that the standard demands: `UTCTime` until 2049, then `GeneralizedTime`. `None` outside of
/// the years 1970 to 9999. The last time of all stands for "no expiry".
pub(crate) fn to_x509(time: Timestamp) -> Option<Time> {
    if time == Timestamp::MAX {
        return Some(Time::INFINITY);
    }
    let seconds = u64::try_from(time.as_second()).ok()?;
    DateTime::from_unix_duration(Duration::from_secs(seconds)).ok().map(Time::from)
}

/// The time, or the last representable one for "no expiry", which is a day later.
pub(crate) fn from_x509(time: Time) -> Timestamp {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}

/// The time as a text, and "no expiry" as the date that stands for it.
pub(crate) fn shown(time: Timestamp) -> String {
    if time == Timestamp::MAX { NO_EXPIRY.to_owned() } else { time.to_string() }
}

const NO_EXPIRY: &str = "9999-12-31T23:59:59Z";

/// Reads a time of RFC 3339, such as `2027-01-01T00:00:00Z`. The last second of the year 9999 is
/// [`Validity::NO_EXPIRY`](crate::Validity::NO_EXPIRY).
///
/// ```
/// use pki_core::{Validity, parse_time};
///
/// assert_eq!(parse_time("2027-01-01T01:00:00+01:00")?.to_string(), "2027-01-01T00:00:00Z");
/// assert_eq!(parse_time("9999-12-31T23:59:59Z")?, Validity::NO_EXPIRY);
/// assert_eq!(
///     parse_time("2027-01-01").unwrap_err().to_string(),
///     "`2027-01-01` is not a time of RFC 3339; write for example `2027-01-01T00:00:00Z`",
/// );
/// # Ok::<(), pki_core::ParseTimeError>(())
/// ```
///
/// # Errors
///
/// Fails when `text` is no such time, has a fraction of a second or the 60th second of a minute, or is outside of the
/// years 1970 to 9999.
pub fn parse_time(text: &str) -> Result<Timestamp, ParseTimeError> {
    let value = || text.to_owned();
    if text == NO_EXPIRY {
        return Ok(Timestamp::MAX);
    }
    // The parser is more generous than the standard: it takes leap seconds for the second before.
    if text.get(17..19) == Some("60") || text.contains('[') {
        return Err(ParseTimeError::Format { value: value() });
    }
    let time: Timestamp = text.parse().map_err(|_| ParseTimeError::Format { value: value() })?;
    if time.subsec_nanosecond() != 0 {
        return Err(ParseTimeError::Fraction { value: value() });
    }
    if time.as_second() < 0 {
        return Err(ParseTimeError::Calendar { value: value() });
    }
    Ok(time)
}

/// A text is not a time that a certificate could begin or end at.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseTimeError {
    /// Not a time with a date and an offset.
    #[error("`{value}` is not a time of RFC 3339; write for example `2027-01-01T00:00:00Z`")]
    Format {
        /// The text as given.
        value: String,
    },
    /// Certificates know whole seconds only.
    #[error("`{value}` has a fraction of a second, which certificates do not have")]
    Fraction {
        /// The text as given.
        value: String,
    },
    /// Before the calendar of certificates.
    #[error("`{value}` is before 1970")]
    Calendar {
        /// The text as given.
        value: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn changes_the_encoding_with_the_year_2050() {
        assert!(matches!(to_x509(time("2049-12-31T23:59:59Z")), Some(Time::UtcTime(_))));
        assert!(matches!(to_x509(time("2050-01-01T00:00:00Z")), Some(Time::GeneralTime(_))));
        assert_eq!(to_x509(time("1969-12-31T23:59:59Z")), None);
    }

    #[test]
    fn goes_both_ways() {
        for text in
            ["1970-01-01T00:00:00Z", "2026-11-22T21:30:00Z", "2050-06-01T00:00:00Z", "9999-12-30T21:59:59Z"]
        {
            assert_eq!(to_x509(time(text)).map(from_x509), Some(time(text)));
        }
        assert_eq!(from_x509(Time::INFINITY), Timestamp::MAX);
    }

    #[test]
    fn no_expiry_is_a_date_of_its_own() {
        assert_eq!(to_x509(Timestamp::MAX), Some(Time::INFINITY));
        assert_eq!(parse_time("9999-12-31T23:59:59Z"), Ok(Timestamp::MAX));
        assert_eq!(shown(Timestamp::MAX), "9999-12-31T23:59:59Z");
        assert_eq!(shown(time("2026-11-22T21:30:00Z")), "2026-11-22T21:30:00Z");
    }

    #[test]
    fn refuses_times_in_plain_words() {
        let format = |value: &str| {
            format!("`{value}` is not a time of RFC 3339; write for example `2027-01-01T00:00:00Z`")
        };
        for text in [
            "",
            "2027-01-01",
            "2027-01-01T00:00:00",
            "2016-12-31T23:59:60Z",
            "2027-01-01T00:00:00Z[UTC]",
            "1h",
        ] {
            assert_eq!(parse_time(text).unwrap_err().to_string(), format(text));
        }
        assert_eq!(
            parse_time("2027-01-01T00:00:00.5Z").unwrap_err().to_string(),
            "`2027-01-01T00:00:00.5Z` has a fraction of a second, which certificates do not have"
        );
        assert_eq!(
            parse_time("1969-12-31T23:59:59Z").unwrap_err().to_string(),
            "`1969-12-31T23:59:59Z` is before 1970"
        );
    }
}

//! Times of certificates (RFC 5280 §4.1.2.5).

use std::time::Duration;

use der::DateTime;
use jiff::Timestamp;
use x509_cert::time::Time;

/// The time in the encoding that the standard demands: `UTCTime` until 2049, then `GeneralizedTime`. `None` outside of
/// the years 1970 to 9999.
pub(crate) fn to_x509(time: Timestamp) -> Option<Time> {
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
}

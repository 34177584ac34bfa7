//! Lengths of time.

use std::fmt;
use std::str::FromStr;

/// A length of time in whole seconds, as validity periods are given.
///
/// It reads Go's durations (`8760h`, `1h30m`, `1.5h`) and also `d`ays of 24 hours, `w`eeks of 7 days and `y`ears of 365
/// days.
///
/// ```
/// use pki_core::Period;
///
/// assert_eq!("1y".parse::<Period>()?, Period::hours(8760));
/// assert_eq!("1w12h".parse::<Period>()?.as_seconds(), 180 * 3600);
/// assert_eq!("90d".parse::<Period>()?.to_string(), "2160h");
/// # Ok::<(), pki_core::ParsePeriodError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Period {
    seconds: u64,
}

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self::seconds(0);

    /// A number of seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// A number of minutes; more than fit are as long as possible.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// A number of hours; more than fit are as long as possible.
    #[must_use]
    pub const fn hours(hours: u64) -> Self {
        Self::seconds(hours.saturating_mul(3600))
    }

    /// A number of days of 24 hours; more than fit are as long as possible.
    #[must_use]
    pub const fn days(days: u64) -> Self {
        Self::hours(days.saturating_mul(24))
    }

    /// Its length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.seconds
    }

    /// Its length in hours, without the rest.
    #[must_use]
    pub const fn as_hours(self) -> u64 {
        self.seconds / 3600
    }

    /// Whether it has no length.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.seconds == 0
    }
}

/// Prints hours, minutes and seconds: the form that Go reads.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        match (hours, minutes, seconds) {
            (0, 0, s) => write!(f, "{s}s"),
            (h, 0, 0) => write!(f, "{h}h"),
            (0, m, 0) => write!(f, "{m}m"),
            (h, m, 0) => write!(f, "{h}h{m}m"),
            (0, m, s) => write!(f, "{m}m{s}s"),
            (h, m, s) => write!(f, "{h}h{m}m{s}s"),
        }
    }
}

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, ParsePeriodError> {
        let value = || text.to_owned();
        if text == "0" {
            return Ok(Self::ZERO);
        }
        if text.starts_with('-') {
            return Err(ParsePeriodError::Negative { value: value() });
        }
        let mut rest = text;
        let mut nanoseconds = 0_u128;
        while !rest.is_empty() {
            let number = split(&mut rest, |c| c.is_ascii_digit() || c == '.');
            let unit = split(&mut rest, |c| !(c.is_ascii_digit() || c == '.'));
            let scale = match unit {
                "" => return Err(ParsePeriodError::NoUnit { value: value() }),
                _ => unit_nanoseconds(unit)
                    .ok_or_else(|| ParsePeriodError::Unit { value: value(), unit: unit.to_owned() })?,
            };
            if !is_number(number) {
                return Err(ParsePeriodError::Number { value: value() });
            }
            nanoseconds = scaled(number, scale)
                .and_then(|part| nanoseconds.checked_add(part))
                .ok_or_else(|| ParsePeriodError::TooLong { value: value() })?;
        }
        if text.is_empty() {
            return Err(ParsePeriodError::Empty);
        }
        if !nanoseconds.is_multiple_of(SECOND) {
            return Err(ParsePeriodError::Fraction { value: value() });
        }
        match u64::try_from(nanoseconds / SECOND) {
            Ok(seconds) if seconds <= MAXIMUM.seconds => Ok(Self { seconds }),
            _ => Err(ParsePeriodError::TooLong { value: value() }),
        }
    }
}

/// A text is not a length of time.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParsePeriodError {
    /// Nothing there.
    #[error("the duration is empty; write for example `8760h` or `1y`")]
    Empty,
    /// Less than nothing.
    #[error("the duration `{value}` is negative")]
    Negative {
        /// The text as given.
        value: String,
    },
    /// A number without a unit.
    #[error("the duration `{value}` lacks a unit; write for example `{value}h`")]
    NoUnit {
        /// The text as given.
        value: String,
    },
    /// An unknown unit.
    #[error("the duration `{value}` has the unknown unit `{unit}`; known are s, m, h, d, w and y")]
    Unit {
        /// The text as given.
        value: String,
        /// The unit.
        unit: String,
    },
    /// Something that is no number before a unit.
    #[error("the duration `{value}` is not a number with a unit; write for example `8760h` or `1y`")]
    Number {
        /// The text as given.
        value: String,
    },
    /// Certificates know whole seconds only.
    #[error("the duration `{value}` is not a whole number of seconds")]
    Fraction {
        /// The text as given.
        value: String,
    },
    /// Longer than the calendar of certificates.
    #[error("the duration `{value}` is longer than 8000 years")]
    TooLong {
        /// The text as given.
        value: String,
    },
}

/// The calendar of certificates ends with the year 9999.
const MAXIMUM: Period = Period::days(8000 * 365);
const SECOND: u128 = 1_000_000_000;

fn unit_nanoseconds(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3600 * SECOND,
        "d" => 24 * 3600 * SECOND,
        "w" => 7 * 24 * 3600 * SECOND,
        "y" => 365 * 24 * 3600 * SECOND,
        _ => return None,
    })
}

/// Digits with at most one point.
fn is_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().filter(|b| *b == b'.').count() <= 1
}

/// A number times a scale, unless it is too large.
fn scaled(number: &str, scale: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Digits beyond the nanosecond do not count, as in Go. The largest unit has 17 digits of nanoseconds, so that the
    // first 19 digits cannot overflow.
    let digits = &fraction[..fraction.len().min(19)];
    let numerator: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let denominator = 10_u128.pow(u32::try_from(digits.len()).ok()?);
    u128::from(whole).checked_mul(scale)?.checked_add(numerator * scale / denominator)
}

/// Cuts the longest prefix of accepted characters off.
fn split<'a>(rest: &mut &'a str, accept: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    *rest = tail;
    head
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(text: &str) -> u64 {
        text.parse::<Period>().unwrap().as_seconds()
    }

    #[test]
    fn reads_go_durations_and_longer_units() {
        assert_eq!(seconds("8760h"), 8760 * 3600);
        assert_eq!(seconds("1h30m10s"), 5410);
        assert_eq!(seconds("1.5h"), 5400);
        assert_eq!(seconds(".5m"), 30);
        assert_eq!(seconds("1000ms"), 1);
        assert_eq!(seconds("365d"), seconds("1y"));
        assert_eq!(seconds("2w"), 14 * 86400);
        assert_eq!(seconds("0.1d"), 8640);
        assert_eq!(seconds("0"), 0);
        assert_eq!(seconds("0s"), 0);
    }

    #[test]
    fn refuses_in_plain_words() {
        for (text, message) in [
            ("", "the duration is empty; write for example `8760h` or `1y`"),
            ("-5m", "the duration `-5m` is negative"),
            ("8760", "the duration `8760` lacks a unit; write for example `8760h`"),
            ("1M", "the duration `1M` has the unknown unit `M`; known are s, m, h, d, w and y"),
            ("h", "the duration `h` is not a number with a unit; write for example `8760h` or `1y`"),
            (
                "1.2.3h",
                "the duration `1.2.3h` is not a number with a unit; write for example `8760h` or `1y`",
            ),
            (".h", "the duration `.h` is not a number with a unit; write for example `8760h` or `1y`"),
            ("10ms", "the duration `10ms` is not a whole number of seconds"),
            ("8001y", "the duration `8001y` is longer than 8000 years"),
            ("99999999999999999999h", "the duration `99999999999999999999h` is longer than 8000 years"),
        ] {
            assert_eq!(text.parse::<Period>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn prints_what_go_reads() {
        for text in ["0s", "45s", "30m", "8760h", "1h30m", "1m30s", "1h0m1s"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = text.parse::<Period>();
        }

        #[test]
        fn never_panics_near_durations(text in "[0-9.]{0,30}[hmsdwynuµ]{0,2}[0-9.]{0,5}[hmsdwy]?") {
            let _ = text.parse::<Period>();
        }

        #[test]
        fn reads_what_it_prints(value in 0..MAXIMUM.seconds) {
            let period = Period::seconds(value);
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }
    }
}

//! The `timeouts` block that resources with long operations share.

use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use tfplugin_derive::Model;

use crate::attr::{Attr, Parsed};

/// How long operations may take before they fail, as durations such as `30s`, `10m` or `1h30m`.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub struct Timeouts {
    /// Time limit of creating the object.
    #[attr(optional)]
    pub create: Attr<Parsed<Timeout>>,
    /// Time limit of reading the object.
    #[attr(optional)]
    pub read: Attr<Parsed<Timeout>>,
    /// Time limit of changing the object.
    #[attr(optional)]
    pub update: Attr<Parsed<Timeout>>,
    /// Time limit of deleting the object.
    #[attr(optional)]
    pub delete: Attr<Parsed<Timeout>>,
}

impl Attr<Timeouts> {
    /// The time limit of creating.
    #[must_use]
    pub fn create(&self, default: Duration) -> Duration {
        self.limit(default, |timeouts| &timeouts.create)
    }

    /// The time limit of reading.
    #[must_use]
    pub fn read(&self, default: Duration) -> Duration {
        self.limit(default, |timeouts| &timeouts.read)
    }

    /// The time limit of changing.
    #[must_use]
    pub fn update(&self, default: Duration) -> Duration {
        self.limit(default, |timeouts| &timeouts.update)
    }

    /// The time limit of deleting.
    #[must_use]
    pub fn delete(&self, default: Duration) -> Duration {
        self.limit(default, |timeouts| &timeouts.delete)
    }

    fn limit(&self, default: Duration, of: impl Fn(&Timeouts) -> &Attr<Parsed<Timeout>>) -> Duration {
        self.known().and_then(|timeouts| of(timeouts).known()).map_or(default, |timeout| timeout.0)
    }
}

/// A time limit: a positive duration in the notation of Go.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Timeout(pub Duration);

impl FromStr for Timeout {
    type Err = TimeoutError;

    fn from_str(text: &str) -> Result<Self, TimeoutError> {
        let error = || TimeoutError(text.to_owned());
        // The parser also takes ISO 8601 and units in words, which Go's notation does not have.
        if text.contains(|c: char| c.is_whitespace() || c.is_ascii_uppercase()) {
            return Err(error());
        }
        let duration: SignedDuration = text.parse().map_err(|_| error())?;
        Duration::try_from(duration).ok().filter(|duration| !duration.is_zero()).map(Self).ok_or_else(error)
    }
}

/// The text is not a time limit.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is not a duration: write a number and a unit (`s`, `m`, `h`), such as `90s` or `1h30m`")]
pub struct TimeoutError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_the_notation_of_go() {
        for (text, seconds) in [("30s", 30), ("10m", 600), ("1h30m", 5400), ("1h30m5s", 5405)] {
            assert_eq!(text.parse::<Timeout>().unwrap().0.as_secs(), seconds, "{text}");
        }
        for text in ["", "10", "1d", "1M", "-5m", "0s", "ten", "1 m"] {
            assert!(text.parse::<Timeout>().is_err(), "{text}");
        }
    }

    #[test]
    fn absent_limits_have_a_default() {
        let minute = Duration::from_mins(1);
        assert_eq!(Attr::<Timeouts>::Null.create(minute), minute);
        let timeouts =
            Timeouts { create: Parsed::<Timeout>::new("5s").unwrap().into(), ..Timeouts::default() };
        let timeouts = Attr::Known(timeouts);
        assert_eq!(timeouts.create(minute), Duration::from_secs(5));
        assert_eq!(timeouts.delete(minute), minute);
    }
}

//! Texts of which the empty one says nothing, as in configurations that spell every argument out.

use std::fmt;
use std::str::FromStr;

/// A value, unless the text is empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Given<T>(pub(crate) Option<T>);

impl<T: FromStr> FromStr for Given<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|value| Self(Some(value))) }
    }
}

impl<T: fmt::Display> fmt::Display for Given<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| value.fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::cidr::Ipv4Cidr;

    #[test]
    fn the_empty_text_says_nothing() {
        assert_eq!("".parse::<Given<Ipv4Cidr>>().unwrap(), Given(None));
        assert_eq!("10.0.0.0/8".parse::<Given<Ipv4Cidr>>().unwrap().to_string(), "10.0.0.0/8");
        assert!("10.0.0.0/33".parse::<Given<Ipv4Cidr>>().is_err());
        assert_eq!(Given::<Ipv4Cidr>(None).to_string(), "");
    }
}

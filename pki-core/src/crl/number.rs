//! The numbers of revocation lists.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use der::asn1::Uint;

use crate::integer::{self, NumberError};
use crate::text;

const WHAT: &str = "CRL number";

/// The number of a revocation list (RFC 5280 §5.2.3): each list of an authority has a higher one than those before.
///
/// It is read and printed as a [`SerialNumber`](crate::SerialNumber) is.
///
/// ```
/// use pki_core::CrlNumber;
///
/// let number: CrlNumber = "255".parse()?;
/// assert_eq!(number.next()?.to_string(), "256");
/// assert!(number.next()? > number);
/// # Ok::<(), pki_core::NumberError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CrlNumber {
    /// Big-endian, without leading zeros.
    octets: Vec<u8>,
}

impl CrlNumber {
    /// The number after this one.
    ///
    /// # Errors
    ///
    /// Fails when it would need more than 20 octets.
    pub fn next(&self) -> Result<Self, NumberError> {
        let mut octets = self.octets.clone();
        let mut carry = true;
        for octet in octets.iter_mut().rev() {
            (*octet, carry) = octet.overflowing_add(u8::from(carry));
            if !carry {
                break;
            }
        }
        if carry {
            octets.insert(0, 1);
        }
        integer::check_length(&octets, WHAT)?;
        Ok(Self { octets })
    }

    pub(super) fn from_encoded(encoded: &Uint) -> Self {
        let octets = encoded.as_bytes();
        let leading = octets.iter().take_while(|octet| **octet == 0).count();
        Self { octets: octets[leading..].to_vec() }
    }

    pub(super) fn to_encoded(&self) -> der::Result<Uint> {
        Uint::new(if self.octets.is_empty() { &[0] } else { &self.octets })
    }
}

impl From<u64> for CrlNumber {
    fn from(number: u64) -> Self {
        let octets = number.to_be_bytes();
        let leading = octets.iter().take_while(|octet| **octet == 0).count();
        Self { octets: octets[leading..].to_vec() }
    }
}

impl Ord for CrlNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.octets.len().cmp(&other.octets.len()).then_with(|| self.octets.cmp(&other.octets))
    }
}

impl PartialOrd for CrlNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for CrlNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Ok(Self { octets: integer::parse(text, WHAT)? })
    }
}

impl fmt::Display for CrlNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::decimal(&self.octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> CrlNumber {
        text.parse().unwrap()
    }

    #[test]
    fn counts_as_far_as_the_standard_goes() {
        for (text, next) in [("0", "1"), ("255", "256"), ("65535", "65536"), ("4294967295", "4294967296")] {
            assert_eq!(number(text).next(), Ok(number(next)));
        }
        assert_eq!(
            number("730750818665451459101842416358141509827966271487").next().unwrap_err().to_string(),
            "the CRL number `730750818665451459101842416358141509827966271488` is longer than 20 octets (RFC 5280)"
        );
    }

    #[test]
    fn compares_as_numbers_do() {
        assert!(number("256") > number("255") && number("0") < number("1") && number("9") < number("10"));
        assert_eq!(CrlNumber::from(256), number("0x100"));
        assert_eq!(CrlNumber::from(0).to_string(), "0");
    }

    #[test]
    fn goes_both_ways() {
        for text in ["0", "1", "128", "255", "730750818665451459101842416358141509827966271487"] {
            let number = number(text);
            assert_eq!(CrlNumber::from_encoded(&number.to_encoded().unwrap()), number);
        }
    }
}

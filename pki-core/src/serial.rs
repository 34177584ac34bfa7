//! Serial numbers of certificates.

use std::fmt;
use std::str::FromStr;

use der::Decode;
use x509_cert::serial_number::SerialNumber as Encoded;

use crate::integer::{self, NumberError};
use crate::text;

const WHAT: &str = "serial number";

/// The serial number of a certificate (RFC 5280 §4.1.2.2): with the issuer's name it says which certificate is meant.
///
/// It prints in decimal. It is read in decimal, as `0x1f2e` or as `1f:2e`; hexadecimal digits alone are refused, as some
/// such numbers would be taken for decimal ones.
///
/// ```
/// use pki_core::SerialNumber;
///
/// let serial: SerialNumber = "1a:2b".parse()?;
/// assert_eq!(serial, "6699".parse()?);
/// assert_eq!(serial.to_string(), "6699");
/// assert_eq!(serial.to_hex(), "1a:2b");
/// # Ok::<(), pki_core::NumberError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SerialNumber {
    /// The content of the INTEGER: big-endian, in two's complement, because certificates from elsewhere can have
    /// negative ones.
    content: Vec<u8>,
}

impl SerialNumber {
    /// A serial number from its big-endian octets.
    ///
    /// # Errors
    ///
    /// Fails for zero, and for numbers of more than 20 octets when encoded.
    pub fn from_octets(octets: &[u8]) -> Result<Self, NumberError> {
        let leading = octets.iter().take_while(|octet| **octet == 0).count();
        let octets = &octets[leading..];
        integer::check_length(octets, WHAT)?;
        match octets {
            [] => Err(NumberError::NotPositive { what: WHAT, value: "0".to_owned() }),
            [first, ..] if *first >= 0x80 => Ok(Self { content: [&[0], octets].concat() }),
            _ => Ok(Self { content: octets.to_vec() }),
        }
    }

    /// The content of the encoded INTEGER.
    #[must_use]
    pub fn as_content(&self) -> &[u8] {
        &self.content
    }

    /// Hexadecimal with colons, as `openssl x509 -text` shows it.
    #[must_use]
    pub fn to_hex(&self) -> String {
        text::colon_hex(&self.content)
    }

    pub(crate) fn from_encoded(encoded: &Encoded) -> Self {
        Self { content: encoded.as_bytes().to_vec() }
    }

    pub(crate) fn to_encoded(&self) -> der::Result<Encoded> {
        // Never more than 21 octets: the decoder and the constructor see to it.
        let length = u8::try_from(self.content.len()).unwrap_or(u8::MAX);
        Encoded::from_der(&[&[0x02, length], self.content.as_slice()].concat())
    }
}

impl FromStr for SerialNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::from_octets(&integer::parse(text, WHAT)?)
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content.first() {
            Some(first) if *first >= 0x80 => write!(f, "-{}", text::decimal(&negated(&self.content))),
            _ => f.write_str(&text::decimal(&self.content)),
        }
    }
}

/// The absolute value of a negative number in two's complement.
fn negated(content: &[u8]) -> Vec<u8> {
    let mut octets: Vec<u8> = content.iter().map(|octet| !octet).collect();
    for octet in octets.iter_mut().rev() {
        *octet = octet.wrapping_add(1);
        if *octet != 0 {
            break;
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_encoded_as_a_positive_integer() {
        let serial: SerialNumber = "0x80".parse().unwrap();
        assert_eq!((serial.as_content(), serial.to_string()), (&[0, 0x80][..], "128".to_owned()));
        assert_eq!(SerialNumber::from_encoded(&serial.to_encoded().unwrap()), serial);
        assert_eq!(SerialNumber::from_octets(&[0, 0, 1]), "1".parse());
    }

    #[test]
    fn refuses_what_no_certificate_may_have() {
        let error = |text: &str| text.parse::<SerialNumber>().unwrap_err().to_string();
        assert_eq!(error("0"), "the serial number `0` is not positive");
        assert_eq!(error("0x0000"), "the serial number `0` is not positive");
        assert!(SerialNumber::from_octets(&[0xff; 20]).is_err());
        assert!(SerialNumber::from_octets(&[0x7f; 20]).is_ok());
    }

    #[test]
    fn shows_the_negative_ones_of_others() {
        let encoded = Encoded::from_der(&[2, 2, 0xff, 0x7f]).unwrap();
        let serial = SerialNumber::from_encoded(&encoded);
        assert_eq!((serial.to_string(), serial.to_hex()), ("-129".to_owned(), "ff:7f".to_owned()));
        assert_eq!(serial.to_encoded().unwrap(), encoded);
    }
}

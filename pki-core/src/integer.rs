//! Integers that are longer than those of a machine: the numbers of certificates and of revocation lists.

use crate::text;

/// What RFC 5280 allows for both, in octets of the encoding (§4.1.2.2, §5.2.3).
pub(crate) const MAX_OCTETS: usize = 20;

/// A text is no number of a certificate or of a revocation list.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// Nothing there.
    #[error("the {what} is empty")]
    Empty {
        /// Which number.
        what: &'static str,
    },
    /// Not a number in any notation.
    #[error("the {what} `{value}` is not a number; write it in decimal, as `0x1f2e` or as `1f:2e`")]
    Malformed {
        /// Which number.
        what: &'static str,
        /// The text as given.
        value: String,
    },
    /// Hexadecimal digits without a sign of it; others of that kind could be taken for decimal.
    #[error("the {what} `{value}` seems to be hexadecimal; write `0x{value}`")]
    Hexadecimal {
        /// Which number.
        what: &'static str,
        /// The text as given.
        value: String,
    },
    /// Less than zero, or zero where that is not allowed.
    #[error("the {what} `{value}` is not positive")]
    NotPositive {
        /// Which number.
        what: &'static str,
        /// The number.
        value: String,
    },
    /// Longer than the standard allows.
    #[error("the {what} `{value}` is longer than 20 octets (RFC 5280)")]
    TooLong {
        /// Which number.
        what: &'static str,
        /// The number.
        value: String,
    },
}

/// Reads a number that is not negative, in decimal, as `0x1f2e` or as `1f:2e`. Gives its big-endian octets without
/// leading zeros.
pub(crate) fn parse(text: &str, what: &'static str) -> Result<Vec<u8>, NumberError> {
    let value = || text.to_owned();
    if text.is_empty() {
        return Err(NumberError::Empty { what });
    }
    if text.starts_with('-') {
        return Err(NumberError::NotPositive { what, value: value() });
    }
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let octets = if let Some(digits) = hexadecimal {
        from_hex(digits)
    } else if text.contains(':') {
        text.split(':').all(|octet| octet.len() == 2).then(|| from_hex(&text.replace(':', ""))).flatten()
    } else if text.bytes().all(|b| b.is_ascii_digit()) {
        from_decimal(text)
    } else if text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(NumberError::Hexadecimal { what, value: value() });
    } else {
        None
    };
    let mut octets = octets.ok_or_else(|| NumberError::Malformed { what, value: value() })?;
    octets.drain(..octets.iter().take_while(|octet| **octet == 0).count());
    check_length(&octets, what)?;
    Ok(octets)
}

/// Octets without leading zeros, of which the encoding adds one where the first bit is set.
pub(crate) fn check_length(octets: &[u8], what: &'static str) -> Result<(), NumberError> {
    let encoded = octets.len() + usize::from(octets.first().is_some_and(|first| *first >= 0x80));
    if encoded > MAX_OCTETS {
        return Err(NumberError::TooLong { what, value: text::decimal(octets) });
    }
    Ok(())
}

/// Every digit of a number that would still be accepted, and some more.
const MAX_DIGITS: usize = 64;

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let even = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
    base16ct::mixed::decode_vec(even).ok()
}

fn from_decimal(digits: &str) -> Option<Vec<u8>> {
    if digits.len() > MAX_DIGITS {
        return None;
    }
    // Least significant first.
    let mut octets: Vec<u8> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = u16::from(digit - b'0');
        for octet in &mut octets {
            carry += u16::from(*octet) * 10;
            *octet = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        if carry > 0 {
            octets.push(carry.to_le_bytes()[0]);
        }
    }
    octets.reverse();
    Some(octets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> String {
        parse(text, "serial number").unwrap_err().to_string()
    }

    #[test]
    fn reads_every_notation() {
        for text in ["6699", "0x1a2b", "0X1A2B", "1a:2b", "00:1a:2b", "0006699", "0x01a2b"] {
            assert_eq!(parse(text, "serial number"), Ok(vec![0x1a, 0x2b]), "{text}");
        }
        assert_eq!(parse("0", "CRL number"), Ok(vec![]));
        let longest = "730750818665451459101842416358141509827966271487";
        assert_eq!(parse(longest, "serial number").map(|octets| octets.len()), Ok(20));
    }

    #[test]
    fn refuses_in_plain_words() {
        assert_eq!(message(""), "the serial number is empty");
        assert_eq!(message("-5"), "the serial number `-5` is not positive");
        assert_eq!(message("1a2b"), "the serial number `1a2b` seems to be hexadecimal; write `0x1a2b`");
        for text in ["0x", "1a:2", "1g", "1 2", "0x1g", ":"] {
            assert_eq!(
                message(text),
                format!(
                    "the serial number `{text}` is not a number; write it in decimal, as `0x1f2e` or as `1f:2e`"
                )
            );
        }
        assert_eq!(
            message("730750818665451459101842416358141509827966271488"),
            "the serial number `730750818665451459101842416358141509827966271488` is longer than 20 octets (RFC 5280)"
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text, "serial number");
        }

        #[test]
        fn reads_what_is_printed(number in any::<u128>()) {
            let octets = parse(&number.to_string(), "serial number").unwrap();
            prop_assert_eq!(text::decimal(&octets), number.to_string());
            prop_assert_eq!(parse(&format!("{number:#x}"), "serial number"), Ok(octets));
        }
    }
}

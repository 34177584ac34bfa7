//! Bytes as text.

use std::fmt::Write;

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Lower-case hexadecimal digits with a colon between bytes.
pub(crate) fn colon_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

/// The text of a `BMPString`.
pub(crate) fn from_bmp(octets: &[u8]) -> Option<String> {
    let units: Vec<u16> = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).ok()
}

/// A non-negative big-endian number in decimal.
pub(crate) fn decimal(bytes: &[u8]) -> String {
    // Digits of base 10^9, least significant first.
    let mut digits: Vec<u64> = vec![0];
    for byte in bytes {
        let mut carry = u64::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % BASE;
            carry /= BASE;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    let mut text = String::new();
    for (index, digit) in digits.iter().rev().enumerate() {
        // Writing to a string cannot fail.
        let _ = if index == 0 { write!(text, "{digit}") } else { write!(text, "{digit:09}") };
    }
    text
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn quoted_list<T: std::fmt::Display>(items: &[T]) -> String {
    list(&items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>())
}

/// a, b and c.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => items.concat(),
    }
}

const BASE: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_big_numbers() {
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[0, 0, 255]), "255");
        assert_eq!(decimal(&[1, 0, 0, 0, 0]), "4294967296");
        assert_eq!(decimal(&[0xff; 20]), "1461501637330902918203684832716283019655932542975");
    }

    #[test]
    fn prints_lists() {
        assert_eq!(quoted_list::<&str>(&[]), "");
        assert_eq!(quoted_list(&["a"]), "`a`");
        assert_eq!(quoted_list(&["a", "b"]), "`a` and `b`");
        assert_eq!(quoted_list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn prints_hexadecimal() {
        assert_eq!(hex(&[0x0d, 0x19]), "0d19");
        assert_eq!(colon_hex(&[0x0d, 0x19]), "0d:19");
    }
}

//! Whether a content that others may read holds a private key.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// How PEM begins, in base64: kubeconfigs hold it like that, and files that are written with an encoding.
const PEM_IN_BASE64: &[u8] = b"LS0tLS1CRUdJTi";

/// Whether it holds a private key as PEM, or as PEM in base64.
pub(crate) fn holds_private_key(content: &[u8]) -> bool {
    is_private_key(content) || starts(content, PEM_IN_BASE64).any(|rest| is_private_key(&decoded(rest)))
}

fn is_private_key(content: &[u8]) -> bool {
    starts(content, b"-----BEGIN ").any(|rest| starts(rest, b"PRIVATE KEY-----").next().is_some())
}

/// The bytes of the base64 at the beginning of a content.
fn decoded(content: &[u8]) -> Vec<u8> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let digits: Vec<u8> =
        content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take_while(is_digit).collect();
    BASE64_STANDARD.decode(&digits[..digits.len() / 4 * 4]).unwrap_or_default()
}

/// What follows from each place on where a part begins.
fn starts<'a>(content: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let places = content.windows(part.len()).enumerate().filter(move |(_, window)| *window == part);
    places.map(|(place, _)| &content[place..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(kind: &str) -> String {
        format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n")
    }

    #[test]
    fn a_private_key_is_one_in_each_of_its_forms() {
        for kind in ["PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
            let data = BASE64_STANDARD.encode(pem(kind));
            let (start, end) = data.split_at(20);
            for text in [
                pem(kind),
                format!("{}{}", pem("CERTIFICATE"), pem(kind)),
                format!("client-certificate-data: {data}\n"),
                format!("    {start}\n    {end}\n"),
                BASE64_STANDARD.encode(pem("CERTIFICATE") + &pem(kind)),
            ] {
                assert!(holds_private_key(text.as_bytes()), "{text}");
            }
        }
    }

    #[test]
    fn what_is_public_is_none() {
        let data = BASE64_STANDARD.encode(pem("CERTIFICATE"));
        for text in
            [pem("CERTIFICATE"), pem("PUBLIC KEY"), data, "PRIVATE KEY-----".into(), "LS0tLS1CRUdJTi".into()]
        {
            assert!(!holds_private_key(text.as_bytes()), "{text}");
        }
        assert!(!holds_private_key(b""));
    }
}

//! Keys of the local providers: what may be a name, and what may be a secret.

use std::collections::HashMap;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Length of the keys that are made here: what secretbox requires and the strongest that AES knows.
const GENERATED_LENGTH: usize = 32;

/// Name of a key. It is written before each object it encrypts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyName(String);

impl FromStr for KeyName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            Err("a key needs a name")
        } else if text.contains(':') {
            Err("a colon ends the name in what is stored, so the name cannot contain one")
        } else if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            Err("must not contain spaces or control characters")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// Makes a new secret, in base64.
pub(crate) fn generate() -> Result<Zeroizing<String>, getrandom::Error> {
    let mut secret = Zeroizing::new([0; GENERATED_LENGTH]);
    getrandom::fill(secret.as_mut())?;
    Ok(Zeroizing::new(STANDARD.encode(secret.as_ref())))
}

/// Reads a secret and says what the API server would say about it.
pub(crate) fn decode(secret: &str, lengths: &[usize]) -> Result<Zeroizing<Vec<u8>>, String> {
    let bytes = STANDARD.decode(secret).map(Zeroizing::new).map_err(|_| {
        "must be standard base64 with padding, on one line and without spaces, as `head -c 32 /dev/urandom | base64` \
         prints it"
            .to_owned()
    })?;
    if lengths.contains(&bytes.len()) {
        return Ok(bytes);
    }
    let lengths: Vec<_> = lengths.iter().map(usize::to_string).collect();
    Err(format!("decodes to {} bytes; the provider takes keys of {} bytes", bytes.len(), lengths.join(", ")))
}

/// Places of the values that were there before, each with the place of the first of them.
pub(crate) fn repeated<T: Eq + std::hash::Hash>(values: impl IntoIterator<Item = T>) -> Vec<(usize, usize)> {
    let mut first = HashMap::new();
    values
        .into_iter()
        .enumerate()
        .filter_map(|(place, value)| {
            let earlier = *first.entry(value).or_insert(place);
            (earlier != place).then_some((place, earlier))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_colon() {
        assert!("key1".parse::<KeyName>().is_ok());
        for text in ["", "a:b", "a b", "a\n"] {
            assert!(text.parse::<KeyName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn new_secrets_are_long_enough_and_differ() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_eq!(decode(&one, &[32]).unwrap().len(), 32);
        assert_ne!(*one, *other);
    }

    #[test]
    fn a_secret_of_another_length_says_both_lengths() {
        let refused = decode("c2hvcnQ=", &[16, 24, 32]).unwrap_err();
        assert_eq!(refused, "decodes to 5 bytes; the provider takes keys of 16, 24, 32 bytes");
    }

    #[test]
    fn only_strict_base64_is_read_and_never_repeated() {
        for text in ["not-base64!", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA==\n", "", "AAAA AAAA"] {
            let refused = decode(text, &[16]).unwrap_err();
            assert!(text.is_empty() || !refused.contains(text), "{refused}");
        }
    }

    #[test]
    fn repetitions_point_at_the_first() {
        assert_eq!(repeated(["a", "b", "a", "a"]), [(2, 0), (3, 0)]);
    }
}

//! Keys of the local providers: what may be a name, and what may be a secret.

use std::collections::HashMap;
use std::hash::Hash;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tfplugin::Presence;
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use crate::common::derive;
use crate::kubernetes::symmetric;

string_enum! {
    /// A provider whose keys stand in the file.
    pub(crate) enum LocalProvider {
        Secretbox = "secretbox",
        AesCbc = "aescbc",
        AesGcm = "aesgcm",
    }
}

string_enum! {
    /// Where a key comes from, and so where it can be had again.
    pub(crate) enum KeySource {
        Seed = "seed",
        Configuration = "configuration",
        State = "state",
    }
}

/// A key of a local provider.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Key {
    /// Its name, which is written before each object that it encrypts.
    #[attr(required)]
    pub(crate) name: Attr<Parsed<KeyName>>,
    /// Which key of the configuration's life it is, counted from 1: give each new key the next number. A key that is
    /// derived from the seed is derived from its generation.
    #[attr(optional, default = 1, check = derive::generation)]
    pub(crate) generation: Attr<u32>,
    /// The provider it is for: `secretbox`, `aescbc` or `aesgcm`. By default the `provider_type` of the configuration.
    #[attr(optional)]
    pub(crate) provider_type: Attr<LocalProvider>,
    /// The key in base64: 32 bytes for secretbox, 16, 24 or 32 for the others. When absent, a new key is derived from the
    /// seed, if there is a `label`, and then null here; otherwise 32 random bytes are made once. A key stays what it is for
    /// as long as there is one of its name.
    #[attr(optional, computed)]
    pub(crate) secret: Attr<Secret>,
    /// Where it comes from: `seed` (derived), `configuration` (given as `secret`) or `state` (random, or given once, and kept
    /// nowhere else).
    #[attr(computed)]
    pub(crate) source: Attr<KeySource>,
    /// What the key is recognized by, and that tells nothing about it: SHA-256 of a fixed prefix and the key, in hexadecimal
    /// digits.
    #[attr(computed)]
    pub(crate) fingerprint: Attr<String>,
}

impl Key {
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.known().is_some_and(|own| own.text() == name)
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation.or(1)
    }

    pub(super) fn is_of(&self, source: KeySource) -> bool {
        self.source.known() == Some(&source)
    }

    /// Decides where it comes from: from the configuration, from the key of its name that there was, or from anew.
    pub(super) fn inherit(&mut self, is_given: bool, prior: Option<&Self>, label: Presence) {
        let (source, secret, fingerprint) = match prior {
            _ if is_given => (KeySource::Configuration, self.secret.clone(), self.fingerprint_of_secret()),
            Some(prior) if prior.is_of(KeySource::Seed) => {
                (KeySource::Seed, Attr::Null, prior.fingerprint.clone())
            }
            Some(prior) => (KeySource::State, prior.secret.clone(), prior.fingerprint_of_secret()),
            None if self.name.is_unknown() || label == Presence::Undecided => {
                (self.source, self.secret, self.fingerprint) = (Attr::Unknown, Attr::Unknown, Attr::Unknown);
                return;
            }
            None if label == Presence::Present => (KeySource::Seed, Attr::Null, Attr::Unknown),
            None => (KeySource::State, Attr::Unknown, Attr::Unknown),
        };
        (self.source, self.secret, self.fingerprint) = (source.into(), secret, fingerprint);
    }

    /// What its secret is recognized by.
    pub(super) fn fingerprint_of_secret(&self) -> Attr<String> {
        self.secret.known().map_or(Attr::Unknown, fingerprint)
    }
}

impl LocalProvider {
    /// The lengths of key that the API server accepts, in bytes.
    pub(super) fn key_lengths(self) -> &'static [usize] {
        match self {
            Self::Secretbox => &[32],
            Self::AesCbc | Self::AesGcm => &[16, 24, 32],
        }
    }
}

/// Name of a key. It is written before each object it encrypts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyName(String);

impl FromStr for KeyName {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
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

/// The fingerprint of a secret of any length, since that is judged elsewhere; unknown for what is not base64.
pub(super) fn fingerprint(secret: &Secret) -> Attr<String> {
    let bytes = STANDARD.decode(secret.expose()).map(Zeroizing::new);
    bytes.map_or(Attr::Unknown, |bytes| symmetric::fingerprint(&bytes).into())
}

/// Places of the values that were there before, each with the place of the first of them.
pub(crate) fn repeated<T: Eq + Hash>(values: impl IntoIterator<Item = T>) -> Vec<(usize, usize)> {
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

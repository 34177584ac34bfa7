//! Looks for secrets where none may be, however they are written.
//!
//! Every secret is written in every form that anything here writes bytes in, and each form is cut into windows. One
//! window found is a leak: so a part of a secret is found too, and one that lines or escapes break apart, such as a key
//! in any of its text forms. The search is for the secret numbers alone: what is public in a key's text is no leak.

pub(crate) mod forms;
mod secrets;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use forms::Form;

/// A window is as long as this, unless the form needs less or more to be unmistakable.
const WINDOW: usize = 16;
/// The fewest bytes that are a secret.
const SHORTEST: usize = 8;
/// The forms that are planted as a control.
const CONTROLS: [&str; 3] = ["raw", "hex", "base64"];
/// Bits of a rolling hash by which nearly all positions of a text are passed over.
const FILTER_BITS: u32 = 22;

/// The secrets to look for.
#[derive(Debug, Default)]
pub(crate) struct Leaks {
    names: Vec<String>,
    secrets: Vec<Vec<u8>>,
    searches: BTreeMap<usize, Search>,
}

/// What is derived.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    P256,
    P384,
    Ed25519,
    SecretBox,
    Aes256,
}

/// A secret that was found, and as what.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Leak {
    pub(crate) name: String,
    pub(crate) form: &'static str,
}

/// All windows of one length.
#[derive(Debug)]
struct Search {
    filter: Vec<bool>,
    windows: HashMap<Vec<u8>, (usize, &'static str)>,
}

impl Leaks {
    /// Adds a secret, unless it is there already.
    pub(crate) fn bytes(&mut self, name: &str, secret: &[u8]) {
        assert!(secret.len() >= SHORTEST, "{name} is too short to be told from chance");
        if self.secrets.iter().any(|known| known == secret) {
            return;
        }
        let index = self.names.len();
        self.names.push(name.to_owned());
        self.secrets.push(secret.to_vec());
        for Form { name, text, window } in forms::of(secret) {
            let width = window.min(text.len());
            let search = self.searches.entry(width).or_insert_with(Search::new);
            for window in text.windows(width) {
                search.filter[slot(hash(window))] = true;
                search.windows.entry(window.to_vec()).or_insert((index, name));
            }
        }
    }

    /// Each secret with its name.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.names.iter().map(String::as_str).zip(self.secrets.iter().map(Vec::as_slice))
    }

    /// Adds a secret text, such as a passphrase.
    pub(crate) fn text(&mut self, name: &str, secret: &str) {
        self.bytes(name, secret.as_bytes());
    }

    /// Everything of the secrets that is in `text`.
    pub(crate) fn found(&self, text: impl AsRef<[u8]>) -> BTreeSet<Leak> {
        let text = text.as_ref();
        let searches = self.searches.iter();
        let hits = searches.flat_map(|(width, search)| search.hits(text, *width));
        hits.map(|(secret, form)| Leak { name: self.names[secret].clone(), form }).collect()
    }

    /// Fails if `text` holds any of the secrets, and unless each of them is found when it is planted into the same text.
    #[track_caller]
    pub(crate) fn assert_clean(&self, what: &str, text: impl AsRef<[u8]>) {
        let text = text.as_ref();
        assert_eq!(self.found(text), BTreeSet::new(), "{what} holds secrets");
        let (before, after) = text.split_at(text.len() / 2);
        let found = self.found([before, &self.planted(), after].concat());
        let names: BTreeSet<_> = found.iter().map(|leak| leak.name.as_str()).collect();
        assert_eq!(
            names,
            self.names.iter().map(String::as_str).collect(),
            "{what}: planted secrets are found"
        );
        let forms: BTreeSet<_> = found.iter().map(|leak| leak.form).collect();
        assert!(forms.is_superset(&CONTROLS.into()), "{what}: each form is found: {forms:?}");
    }

    /// All secrets, in some of their forms.
    fn planted(&self) -> Vec<u8> {
        let forms = self.secrets.iter().flat_map(|secret| forms::of(secret));
        let planted = forms.filter(|form| CONTROLS.contains(&form.name));
        planted.flat_map(|form| [b"\n".as_slice(), &form.text].concat()).collect()
    }
}

impl Search {
    fn new() -> Self {
        Self { filter: vec![false; 1 << FILTER_BITS], windows: HashMap::new() }
    }

    fn hits(&self, text: &[u8], width: usize) -> Vec<(usize, &'static str)> {
        if text.len() < width {
            return Vec::new();
        }
        let leaving = FACTOR.wrapping_pow(u32::try_from(width).unwrap());
        let mut rolling = hash(&text[..width]);
        let mut hits = Vec::new();
        for end in width..=text.len() {
            if self.filter[slot(rolling)] {
                hits.extend(self.windows.get(&text[end - width..end]));
            }
            if let Some(next) = text.get(end) {
                let left = leaving.wrapping_mul(u64::from(text[end - width]));
                rolling = rolling.wrapping_mul(FACTOR).wrapping_add(u64::from(*next)).wrapping_sub(left);
            }
        }
        hits
    }
}

/// An odd number without a pattern in its bits.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

fn hash(window: &[u8]) -> u64 {
    window.iter().fold(0, |hash, byte| hash.wrapping_mul(FACTOR).wrapping_add(u64::from(*byte)))
}

fn slot(hash: u64) -> usize {
    usize::try_from(hash >> (u64::BITS - FILTER_BITS)).unwrap()
}

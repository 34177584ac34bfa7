//! The forms in which bytes are written.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::WINDOW;

/// How deep base64 is looked for in base64: private state holds a value in base64, and is held in it; a kubeconfig in
/// that value holds a key in it.
const DEPTH: usize = 3;
/// Four characters of a list stand for one byte.
const LIST_WINDOW: usize = 40;

/// A secret, written in one way.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) text: Vec<u8>,
    /// How much of it cannot be chance.
    pub(super) window: usize,
}

impl Form {
    fn new(name: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self { name, text: text.into(), window: WINDOW }
    }
}

/// Every form of `secret`.
pub(crate) fn of(secret: &[u8]) -> Vec<Form> {
    let each = |write: fn(&mut String, u8)| {
        secret.iter().fold(String::new(), |mut text, byte| {
            write(&mut text, *byte);
            text
        })
    };
    let mut forms = vec![
        Form::new("raw", secret),
        Form::new("hex", each(|text, byte| write!(text, "{byte:02x}").unwrap())),
        Form::new("HEX", each(|text, byte| write!(text, "{byte:02X}").unwrap())),
        Form::new("hex with colons", each(|text, byte| write!(text, "{byte:02x}:").unwrap())),
        Form::new("HEX with colons", each(|text, byte| write!(text, "{byte:02X}:").unwrap())),
        Form::new("Rust", secret.escape_ascii().to_string()),
        Form::new("Python", each(|text, byte| write!(text, "\\x{byte:02x}").unwrap())),
        Form::new("percent", percent_encoded(secret)),
    ];
    for separator in [", ", ",", " "] {
        let list = each(|text, byte| write!(text, "{byte} ").unwrap());
        forms.push(Form { window: LIST_WINDOW, ..Form::new("list", list.replace(' ', separator)) });
    }
    let mut layer = Vec::new();
    for (form, url_safe) in [("base64", false), ("base64url", true)] {
        layer.extend(in_base64(secret, url_safe).map(|text| (form, text)));
    }
    forms.push(Form::new("base64", STANDARD.encode(secret)));
    if let Ok(text) = std::str::from_utf8(secret) {
        forms.push(Form::new("JSON", json_escaped(text)));
    }
    for depth in 1..=DEPTH {
        for (form, text) in &layer {
            forms.push(Form::new(form, text.as_bytes()));
            if depth == 1 {
                forms.push(Form::new("percent", percent_encoded(text.as_bytes())));
                // What Go, and what PHP and others do to some characters of base64.
                forms.push(Form::new("JSON", text.replace('+', "\\u002b")));
                forms.push(Form::new("JSON", text.replace('/', "\\/")));
            }
        }
        // Of what is in base64 already both alphabets make the same.
        let next = layer
            .iter()
            .flat_map(|(form, text)| in_base64(text.as_bytes(), false).map(move |text| (*form, text)));
        layer = next.collect();
    }
    forms
}

/// What stands in the base64 of a text that holds `bytes`, whatever is around them: three texts, for the three ways in
/// which they may be aligned.
fn in_base64(bytes: &[u8], url_safe: bool) -> impl Iterator<Item = String> {
    let engine = if url_safe { URL_SAFE_NO_PAD } else { STANDARD_NO_PAD };
    (0..3_usize).map(move |before| {
        let text = engine.encode([&vec![0; before], bytes].concat());
        // Characters that hold bits of what is before or after.
        let begin = (before * 8).div_ceil(6);
        let end = (before + bytes.len()) * 8 / 6;
        text[begin..end].to_owned()
    })
}

fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn json_escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

//! YAML as Kubernetes' own tools write it, byte for byte.
//!
//! kubectl turns an object into JSON, and the JSON into YAML with a descendant of libyaml: keys sorted, lists not
//! indented under their key, lines folded at 80 columns, YAML 1.1 words quoted. Doing the same with another
//! descendant of libyaml gives the same bytes; a YAML 1.2 emitter would leave a user named `y` unquoted, and
//! kubectl would then refuse the file. The one thing the two do not share is how a string that looks like
//! something else is recognised: that is `implicit`.

mod implicit;
#[cfg(test)]
mod oracle;

use libyaml_safer::{Emitter, Encoding, Event, MappingStyle, ScalarStyle, SequenceStyle};
use serde::Serialize;
use serde_json::Value;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The value has no JSON form.
    #[error("the document has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
    /// The emitter refused an event.
    #[error("the document cannot be written as YAML: {0}")]
    Yaml(#[from] libyaml_safer::Error),
}

/// Writes a document, ending in a newline.
pub(crate) fn to_string(document: &impl Serialize) -> Result<String, Error> {
    write(document, implicit::is_string)
}

/// Writes a document for cloud-init, which reads some bare words otherwise.
pub(crate) fn to_cloud_init(document: &impl Serialize) -> Result<String, Error> {
    write(document, implicit::is_string_to_python)
}

/// Whether a text without quotes is read back as a string.
type IsString = fn(&str) -> bool;

fn write(document: &impl Serialize, is_string: IsString) -> Result<String, Error> {
    let document = serde_json::to_value(document)?;
    let mut output = Vec::new();
    let mut emitter = Emitter::new();
    emitter.set_output_string(&mut output);
    // The libyaml of Kubernetes' tools writes letters as they are, but escapes what lies beyond 16 bits (emoji).
    // This one has a single switch for all of them.
    emitter.set_unicode(!any_string(&document, &|text| text.chars().any(|c| u32::from(c) > 0xFFFF)));
    emitter.emit(Event::stream_start(Encoding::Utf8))?;
    emitter.emit(Event::document_start(None, &[], true))?;
    emit(&mut emitter, &document, is_string)?;
    emitter.emit(Event::document_end(true))?;
    emitter.emit(Event::stream_end())?;
    drop(emitter);
    Ok(String::from_utf8_lossy(&output).into_owned())
}

fn emit(emitter: &mut Emitter<'_>, value: &Value, is_string: IsString) -> Result<(), libyaml_safer::Error> {
    match value {
        Value::Null => emit_scalar(emitter, "null", ScalarStyle::Plain),
        Value::Bool(value) => emit_scalar(emitter, if *value { "true" } else { "false" }, ScalarStyle::Plain),
        Value::Number(number) => emit_scalar(emitter, &number.to_string(), ScalarStyle::Plain),
        Value::String(text) => emit_scalar(emitter, text, style_of(text, is_string)),
        Value::Array(items) => {
            emitter.emit(Event::sequence_start(None, None, true, SequenceStyle::Block))?;
            items.iter().try_for_each(|item| emit(emitter, item, is_string))?;
            emitter.emit(Event::sequence_end())
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            emitter.emit(Event::mapping_start(None, None, true, MappingStyle::Block))?;
            for (key, value) in members {
                emit_scalar(emitter, key, style_of(key, is_string))?;
                emit(emitter, value, is_string)?;
            }
            emitter.emit(Event::mapping_end())
        }
    }
}

fn emit_scalar(
    emitter: &mut Emitter<'_>,
    text: &str,
    style: ScalarStyle,
) -> Result<(), libyaml_safer::Error> {
    emitter.emit(Event::scalar(None, None, text, true, true, style))
}

/// The style to ask for; the emitter takes a stricter one where the text needs it.
fn style_of(text: &str, is_string: IsString) -> ScalarStyle {
    if text.contains('\n') {
        ScalarStyle::Literal
    } else if is_string(text) {
        ScalarStyle::Plain
    } else {
        ScalarStyle::DoubleQuoted
    }
}

fn any_string(value: &Value, predicate: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => predicate(text),
        Value::Array(items) => items.iter().any(|item| any_string(item, predicate)),
        Value::Object(members) => {
            members.iter().any(|(key, value)| predicate(key) || any_string(value, predicate))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(text: &str) -> String {
        let line = to_string(&json!({ "k": text })).unwrap();
        line.strip_prefix("k:").unwrap().strip_suffix('\n').unwrap().trim_start().to_owned()
    }

    #[test]
    fn keys_are_sorted_and_lists_stay_at_their_keys_column() {
        let document = json!({ "b": [{ "name": "x", "a": {} }, null], "a": [], "c": { "d": false, "e": 3 } });
        let expected = "a: []\nb:\n- a: {}\n  name: x\n- null\nc:\n  d: false\n  e: 3\n";
        assert_eq!(to_string(&document).unwrap(), expected);
    }

    #[test]
    fn ordinary_names_are_bare() {
        for text in ["system:node:x", "a:b", "a b", "a#b", "-dash", "<<", "=", "Y2VydAo=", "1.2.3.4", "é"] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn what_yaml_syntax_would_swallow_is_in_single_quotes() {
        for text in [
            " a", "a ", "a: b", "x:", "a #b", "!a", "#a", "%a", "&a", "*a", "@a", "[a", "{a", ">a", "? a",
            "`a",
        ] {
            assert_eq!(written(text), format!("'{text}'"));
        }
        assert_eq!(written("- x"), "'- x'");
        assert_eq!(written("'"), "''''");
    }

    #[test]
    fn what_yaml_1_1_would_retype_is_in_double_quotes() {
        for text in
            ["true", "yes", "on", "y", "N", "null", "~", "", "123", "1.5", "0x1F", "017", "0o17", "1e3"]
        {
            assert_eq!(written(text), format!("\"{text}\""));
        }
        for text in ["12:30", "2024-01-01", ".inf"] {
            assert_eq!(written(text), format!("\"{text}\""));
        }
        assert_eq!(written("a\tb"), r#""a\tb""#);
    }

    #[test]
    fn cloud_init_reads_other_words_as_numbers() {
        for text in ["<<", "=", ".5_", "0x_", "1._", "1_0:5", "0x1234567890abcdef12", "1.5e+999", "10.0.0.1"]
        {
            let document = json!({ text: text });
            assert_eq!(to_cloud_init(&document).unwrap(), format!("\"{text}\": \"{text}\"\n"));
            assert!(to_string(&document).is_ok());
        }
        for text in ["--system", "-e", "a=b", "ü", "/etc/0644"] {
            assert_eq!(to_cloud_init(&json!({ "k": text })).unwrap(), format!("k: {text}\n"));
        }
    }

    #[test]
    fn several_lines_become_a_literal_block() {
        assert_eq!(to_string(&json!({ "k": "a\nb" })).unwrap(), "k: |-\n  a\n  b\n");
        assert_eq!(to_string(&json!({ "k": "a\nb\n" })).unwrap(), "k: |\n  a\n  b\n");
    }

    #[test]
    fn only_spaces_fold() {
        let (first, second) = ("a".repeat(90), "b".repeat(30));
        assert_eq!(written(&format!("{first} {second}")), format!("{first}\n  {second}"));
        assert_eq!(written(&first.repeat(9)), first.repeat(9));
    }

    #[test]
    fn what_lies_beyond_16_bits_is_escaped() {
        assert_eq!(written("🤷"), r#""\U0001F937""#);
    }
}

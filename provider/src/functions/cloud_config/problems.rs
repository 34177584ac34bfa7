//! What is surely a mistake in a cloud-config.

use tfplugin::prelude::*;

use crate::common::private_key_text::holds_private_key;

const INVALID: &str = "Invalid Cloud Config";

/// Every mistake, at its place.
pub(super) fn of(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let (Value::Object(sections) | Value::Map(sections)) = config.bare() else {
        found.error(Path::root(), INVALID, "An object is required.");
        return found;
    };
    if !config.is_wholly_known() {
        found.error(Path::root(), INVALID, "All of it must be known.");
    }
    if let Some(files) = sections.get("write_files") {
        write_files(files.bare(), &Path::from("write_files"), &mut found);
    }
    private_keys(config, &Path::root(), &mut found);
    found
}

fn write_files(files: &Value, path: &Path, found: &mut Diagnostics) {
    if files.is_null() {
        return;
    }
    let Some(files) = files.elements() else {
        found.error(path, INVALID, "A list of files is required.");
        return;
    };
    for (index, file) in files.iter().enumerate() {
        let path = path.index(index);
        let (Value::Object(file) | Value::Map(file)) = file.bare() else {
            found.error(path, INVALID, "An object with `path` and `content` is required.");
            continue;
        };
        let of = |name: &str| file.get(name).map_or(&Value::Null, Value::bare);
        if !of("path").as_str().is_some_and(|path| path.starts_with('/')) {
            found.error(path.attr("path"), INVALID, "The absolute path of the file is required.");
        }
        if let Some(problem) = permissions(of("permissions")) {
            found.error(path.attr("permissions"), INVALID, problem);
        }
    }
}

fn permissions(mode: &Value) -> Option<&'static str> {
    match mode {
        Value::Null => None,
        Value::String(digits) if is_octal(digits) => None,
        Value::String(_) => Some("Octal digits are required, such as `\"0644\"`."),
        _ => Some(
            "A text is required, such as `\"0644\"`: cloud-init takes the digits of a number as decimal.",
        ),
    }
}

fn is_octal(digits: &str) -> bool {
    (3..=5).contains(&digits.len()) && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit))
}

fn private_keys(value: &Value, path: &Path, found: &mut Diagnostics) {
    match value.bare() {
        Value::String(text) if holds_private_key(text.as_bytes()) => {
            let detail = "It holds a private key, and user data can be read by everything that runs on the instance, \
                          and by everybody who may describe it. Deliver the key in another way.";
            found.error(path, INVALID, detail);
        }
        Value::Object(fields) | Value::Map(fields) => {
            for (name, value) in fields {
                private_keys(value, &path.attr(name), found);
            }
        }
        list => {
            for (index, value) in list.elements().unwrap_or_default().iter().enumerate() {
                private_keys(value, &path.index(index), found);
            }
        }
    }
}

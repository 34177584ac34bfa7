//! Fitting a value of whatever type into a block: what Terraform does with a configuration before a provider sees it.

use std::collections::BTreeMap;

use super::{Attribute, Block, NestedBlock, Nesting, Shape};
use crate::attr::INVALID_VALUE;
use crate::diagnostic::Diagnostics;
use crate::value::convert::{convert, elements};
use crate::value::{Path, Value};

/// A name with more differences than this part of its letters is another name.
const LETTERS_FOR_ONE_DIFFERENCE: usize = 3;

impl Block {
    /// The object of the block's type that `value` means: with null or the default for what is left out, and every
    /// value converted. What does not fit is told in `found` and left unknown; whatever is required may be missing.
    pub(crate) fn fit(&self, value: &Value, path: &Path, found: &mut Diagnostics) -> Value {
        body(&self.attributes, &self.blocks, value, path, found)
    }
}

fn body(
    attributes: &[Attribute],
    blocks: &[NestedBlock],
    value: &Value,
    path: &Path,
    found: &mut Diagnostics,
) -> Value {
    let given = match value.bare() {
        Value::Object(given) | Value::Map(given) => given,
        null_or_unknown @ (Value::Null | Value::Unknown(_)) => return null_or_unknown.clone(),
        _ => {
            found.error(path, INVALID_VALUE, "An object is required.");
            return Value::UNKNOWN;
        }
    };
    tell_unexpected(attributes, blocks, given, path, found);
    let of = |name: &str| given.get(name).map_or(&Value::Null, Value::bare);
    let mut fields = BTreeMap::new();
    for attribute in attributes {
        let name = &attribute.name;
        fields.insert(name.clone(), fit_attribute(attribute, of(name), &path.attr(name), found));
    }
    for block in blocks {
        let name = &block.name;
        fields.insert(name.clone(), fit_blocks(block, of(name), &path.attr(name), found));
    }
    Value::Object(fields)
}

fn fit_attribute(attribute: &Attribute, value: &Value, path: &Path, found: &mut Diagnostics) -> Value {
    if value.is_null() {
        return attribute.default.clone().unwrap_or(Value::Null);
    }
    if !is_argument(attribute) {
        found.error(path, INVALID_VALUE, "This is a result, which cannot be set.");
        return Value::UNKNOWN;
    }
    match &attribute.shape {
        Shape::Type(ty) => convert(value, ty, path, found),
        Shape::Nested(nesting, attributes) => repeat(*nesting, value, path, found, &|value, path, found| {
            body(attributes, &[], value, path, found)
        }),
    }
}

fn fit_blocks(block: &NestedBlock, value: &Value, path: &Path, found: &mut Diagnostics) -> Value {
    let alone = match value {
        Value::Null => return missing_blocks(block, path, found),
        // One block is written like an object, however many there may be.
        Value::Object(_) if matches!(block.nesting, Nesting::List | Nesting::Set) => {
            &Value::Tuple(vec![value.clone()])
        }
        other => other,
    };
    let fitted =
        repeat(block.nesting, alone, path, found, &|value, path, found| block.block.fit(value, path, found));
    let count = fitted.elements().map_or(block.min, |blocks| i64::try_from(blocks.len()).unwrap_or(i64::MAX));
    if count < block.min {
        found.error(path, INVALID_VALUE, format!("At least {} must be given.", block.min));
    }
    if block.max > 0 && count > block.max {
        found.error(path, INVALID_VALUE, format!("At most {} can be given.", block.max));
    }
    fitted
}

fn missing_blocks(block: &NestedBlock, path: &Path, found: &mut Diagnostics) -> Value {
    if block.min > 0 {
        found.error(path, INVALID_VALUE, super::missing::required(&block.name));
    }
    block.nesting.absent()
}

/// The objects of a nested attribute or block, each made by `one`.
fn repeat(
    nesting: Nesting,
    value: &Value,
    path: &Path,
    found: &mut Diagnostics,
    one: &impl Fn(&Value, &Path, &mut Diagnostics) -> Value,
) -> Value {
    match (nesting, value) {
        (_, Value::Unknown(_)) => value.clone(),
        (Nesting::Single, _) => one(value, path, found),
        (Nesting::List, Value::List(_) | Value::Set(_) | Value::Tuple(_)) => {
            Value::List(elements(value, |value, path| one(value, path, found), path))
        }
        (Nesting::Set, Value::List(_) | Value::Set(_) | Value::Tuple(_)) => {
            Value::set(elements(value, |value, path| one(value, path, found), path))
        }
        (Nesting::Map, Value::Map(parts) | Value::Object(parts)) => {
            let part =
                |(key, value): (&String, &Value)| (key.clone(), one(value.bare(), &path.key(key), found));
            Value::Map(parts.iter().map(part).collect())
        }
        _ => {
            let expected = if nesting == Nesting::Map { "A map" } else { "A list" };
            found.error(path, INVALID_VALUE, format!("{expected} of objects is required."));
            Value::UNKNOWN
        }
    }
}

const fn is_argument(attribute: &Attribute) -> bool {
    attribute.required || attribute.optional
}

fn tell_unexpected(
    attributes: &[Attribute],
    blocks: &[NestedBlock],
    given: &BTreeMap<String, Value>,
    path: &Path,
    found: &mut Diagnostics,
) {
    let exists = |name: &str| {
        attributes.iter().any(|attribute| attribute.name == name)
            || blocks.iter().any(|block| block.name == name)
    };
    let arguments = attributes.iter().filter(|attribute| is_argument(attribute));
    let known: Vec<&str> = arguments
        .map(|attribute| attribute.name.as_str())
        .chain(blocks.iter().map(|block| block.name.as_str()))
        .collect();
    for name in given.keys().filter(|name| !exists(name)) {
        let hint = match similar(name, &known).as_slice() {
            [] => format!("There are: `{}`.", known.join("`, `")),
            meant => format!("Did you mean `{}`?", meant.join("` or `")),
        };
        found.error(path.attr(name), INVALID_VALUE, format!("There is no argument of this name. {hint}"));
    }
}

/// What was probably meant: the names that go on where this one ends, or else the one with the fewest differences, if
/// they are few.
fn similar<'a>(name: &str, known: &[&'a str]) -> Vec<&'a str> {
    let begun = format!("{name}_");
    let longer: Vec<_> = known.iter().copied().filter(|known| known.starts_with(&begun)).collect();
    if !longer.is_empty() {
        return longer;
    }
    let differences = known.iter().map(|known| (strsim::osa_distance(name, known), *known));
    differences
        .filter(|(count, known)| *count <= known.chars().count() / LETTERS_FOR_ONE_DIFFERENCE)
        .min_by_key(|(count, _)| *count)
        .map(|(_, known)| known)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_or_shortened_name_is_recognised() {
        let known = ["cluster_name", "client_key_pem", "client_key_path", "user"];
        assert_eq!(similar("cluster_nmae", &known), ["cluster_name"]);
        assert_eq!(similar("cluster", &known), ["cluster_name"]);
        assert_eq!(similar("client_key", &known), ["client_key_pem", "client_key_path"]);
        assert_eq!(similar("users", &known), ["user"]);
        assert!(similar("colour", &known).is_empty() && similar("", &known).is_empty());
    }
}

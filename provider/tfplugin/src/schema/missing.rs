//! Required arguments that a configuration leaves out.
//!
//! Hosts check this too, before they ask; other programs that use a provider may not.

use super::{Attribute, Block, Shape};
use crate::diagnostic::Diagnostics;
use crate::value::{Path, Value};

impl Block {
    /// Tells an error about each required attribute that is null, at whatever depth.
    pub(crate) fn tell_missing(&self, config: &Value, path: &Path, found: &mut Diagnostics) {
        attributes(&self.attributes, config, path, found);
        for nested in &self.blocks {
            each(config.attribute(&nested.name), &path.attr(&nested.name), &mut |body, path| {
                nested.block.tell_missing(body, path, found);
            });
        }
    }
}

fn attributes(all: &[Attribute], config: &Value, path: &Path, found: &mut Diagnostics) {
    for attribute in all {
        let (value, path) = (config.attribute(&attribute.name), path.attr(&attribute.name));
        if attribute.required && value.is_null() {
            found.error(&path, "Missing Argument", required(&attribute.name));
        }
        if let Shape::Nested(_, inner) = &attribute.shape {
            each(value, &path, &mut |object, path| attributes(inner, object, path, found));
        }
    }
}

/// What is told of an argument or a block that is required and was left out.
pub(super) fn required(name: &str) -> String {
    format!("The argument `{name}` is required, but no value was given.")
}

/// Visits the objects that a nested attribute or block holds.
fn each(value: &Value, path: &Path, visit: &mut impl FnMut(&Value, &Path)) {
    match value {
        Value::Object(_) => visit(value, path),
        Value::List(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| visit(element, &path.index(index)));
        }
        Value::Set(elements) => elements.iter().for_each(|element| visit(element, &path.element())),
        Value::Map(elements) => elements.iter().for_each(|(key, element)| visit(element, &path.key(key))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{NestedBlock, Nesting};
    use crate::value::Type;

    fn attribute(name: &str, required: bool, shape: Shape) -> Attribute {
        Attribute {
            name: name.to_owned(),
            shape,
            description: String::new(),
            required,
            optional: !required,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecation: None,
            default: None,
            replace: false,
            keep: false,
            prefix: None,
            as_blocks: false,
        }
    }

    #[test]
    fn every_depth_is_looked_at_and_unknowns_are_not_missing() {
        let required = || attribute("must", true, Shape::Type(Type::String));
        let inner = Block { attributes: vec![required()], ..Block::default() };
        let block = Block {
            attributes: vec![
                required(),
                attribute("one", false, Shape::Nested(Nesting::Map, vec![required()])),
            ],
            blocks: vec![NestedBlock {
                name: "two".to_owned(),
                nesting: Nesting::List,
                block: inner,
                min: 0,
                max: 0,
            }],
            ..Block::default()
        };
        let set = || Value::object([("must", Value::UNKNOWN)]);
        let unset = || Value::object([("must", Value::Null)]);
        let config = Value::object([
            ("must", Value::Null),
            ("one", Value::Map([("a".to_owned(), set()), ("b".to_owned(), unset())].into())),
            ("two", Value::List(vec![set(), unset()])),
        ]);

        let mut found = Diagnostics::new();
        block.tell_missing(&config, &Path::root(), &mut found);
        let paths: Vec<_> =
            found.iter().filter_map(|told| told.path.as_ref()).map(ToString::to_string).collect();
        assert_eq!(paths, ["must", "one[\"b\"].must", "two[1].must"]);
    }
}

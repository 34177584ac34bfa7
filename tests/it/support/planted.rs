//! Secrets planted into values: one in each place that may hold one.

use std::collections::BTreeMap;

use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use tfplugin_proto::tfplugin6::schema::object::NestingMode as ObjectNesting;
use tfplugin_proto::tfplugin6::schema::{Attribute, Block};

use super::leaks::Leaks;
use super::schema::{absent, attribute_type};

/// Plants secrets, each another one, and remembers them.
#[derive(Debug, Default)]
pub(crate) struct Planter {
    pub(crate) planted: Leaks,
    /// Those of write-only arguments, which are in no answer either.
    pub(crate) unseen: Leaks,
    count: u64,
}

/// What is to be filled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Whole {
    /// A configuration, in which every argument but the secrets is this.
    Config(Rest),
    /// A state, without what is write-only.
    State,
}

/// What stands where no secret does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rest {
    Null,
    Unknown,
}

impl Planter {
    /// A value of the block, with a secret wherever the schema knows of one.
    pub(crate) fn fill(&mut self, name: &str, block: &Block, whole: Whole) -> Value {
        let mut fields = BTreeMap::new();
        for attribute in &block.attributes {
            let value = self.attribute(&format!("{name}.{}", attribute.name), attribute, whole);
            fields.insert(attribute.name.clone(), value);
        }
        for nested in &block.block_types {
            let inner = nested.block.as_ref().unwrap();
            let value = if has_secret(inner) {
                let one = self.fill(&format!("{name}.{}", nested.type_name), inner, whole);
                match nested.nesting() {
                    BlockNesting::List => Value::List(vec![one]),
                    BlockNesting::Set => Value::set([one]),
                    BlockNesting::Map => Value::Map([("key".to_owned(), one)].into()),
                    _ => one,
                }
            } else {
                absent(nested)
            };
            fields.insert(nested.type_name.clone(), value);
        }
        Value::Object(fields)
    }

    fn attribute(&mut self, name: &str, attribute: &Attribute, whole: Whole) -> Value {
        let settable = attribute.required || attribute.optional;
        let (given, rest) = match whole {
            Whole::Config(Rest::Unknown) => (settable, if settable { Value::UNKNOWN } else { Value::Null }),
            Whole::Config(Rest::Null) => (settable, Value::Null),
            Whole::State => (!attribute.write_only, Value::Null),
        };
        if !given {
            return rest;
        }
        if let Some(object) = &attribute.nested_type {
            if !object.attributes.iter().any(is_secret) {
                return rest;
            }
            let inner = object.attributes.iter();
            let inner = inner
                .map(|one| (one.name.clone(), self.attribute(&format!("{name}.{}", one.name), one, whole)));
            let one = Value::Object(inner.collect());
            return match object.nesting() {
                ObjectNesting::List => Value::List(vec![one]),
                ObjectNesting::Set => Value::set([one]),
                ObjectNesting::Map => Value::Map([("key".to_owned(), one)].into()),
                _ => one,
            };
        }
        match attribute_type(attribute) {
            Type::String if is_secret(attribute) => self.secret(name, attribute.write_only),
            _ => rest,
        }
    }

    /// Another secret: letters and digits in which nothing else is found by chance.
    pub(crate) fn secret(&mut self, name: &str, write_only: bool) -> Value {
        self.count += 1;
        let mut random = fastrand::Rng::with_seed(self.count);
        let text: String = (0..40).map(|_| random.alphanumeric()).collect();
        self.planted.text(name, &text);
        if write_only {
            self.unseen.text(name, &text);
        }
        Value::from(text)
    }
}

fn is_secret(attribute: &Attribute) -> bool {
    attribute.sensitive || attribute.write_only
}

/// Whether the block, or one in it, has a place for a secret.
pub(crate) fn has_secret(block: &Block) -> bool {
    super::schema::attributes(block).into_iter().any(|(_, attribute)| is_secret(attribute))
}

/// The texts in a value that its schema calls secret.
pub(crate) fn secrets_in(block: &Block, value: &Value) -> Vec<String> {
    let attributes = block.attributes.iter().filter(|attribute| is_secret(attribute));
    let texts = attributes.filter_map(|attribute| value.attribute(&attribute.name).as_str());
    texts.map(str::to_owned).collect()
}

//! Reading the schemas a provider sends, as a host does.

use std::collections::BTreeMap;

use tfplugin::value::json::{self, Attributes};
use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use tfplugin_proto::tfplugin6::schema::object::NestingMode as ObjectNesting;
use tfplugin_proto::tfplugin6::schema::{Attribute, Block, NestedBlock, Object};

/// The type of a block's values.
pub(crate) fn block_type(block: &Block) -> Type {
    let attributes =
        block.attributes.iter().map(|attribute| (attribute.name.clone(), attribute_type(attribute)));
    let blocks = block.block_types.iter().map(|nested| (nested.type_name.clone(), nested_type(nested)));
    Type::Object(attributes.chain(blocks).collect())
}

/// The type of an attribute's values.
pub(crate) fn attribute_type(attribute: &Attribute) -> Type {
    match &attribute.nested_type {
        Some(object) => object_type(object),
        None => Type::from_bytes(&attribute.r#type).unwrap(),
    }
}

fn nested_type(nested: &NestedBlock) -> Type {
    let object = block_type(nested.block.as_ref().unwrap());
    match nested.nesting() {
        BlockNesting::Single | BlockNesting::Group => object,
        BlockNesting::List => Type::list(object),
        BlockNesting::Set => Type::set(object),
        BlockNesting::Map => Type::map(object),
        BlockNesting::Invalid => panic!("{} has no nesting mode", nested.type_name),
    }
}

fn object_type(object: &Object) -> Type {
    let attributes = object.attributes.iter();
    let one = Type::Object(attributes.map(|one| (one.name.clone(), attribute_type(one))).collect());
    match object.nesting() {
        ObjectNesting::Single => one,
        ObjectNesting::List => Type::list(one),
        ObjectNesting::Set => Type::set(one),
        ObjectNesting::Map => Type::map(one),
        ObjectNesting::Invalid => panic!("a nested attribute has no nesting mode"),
    }
}

/// The value of a block that is not there.
pub(crate) fn absent(nested: &NestedBlock) -> Value {
    match nested.nesting() {
        BlockNesting::Single => Value::Null,
        BlockNesting::Group => empty(nested.block.as_ref().unwrap()),
        BlockNesting::Set => Value::set([]),
        BlockNesting::Map => Value::Map(BTreeMap::new()),
        BlockNesting::List | BlockNesting::Invalid => Value::List(Vec::new()),
    }
}

/// The value of a block that sets nothing.
pub(crate) fn empty(block: &Block) -> Value {
    filled(block, |_| Value::Null)
}

/// The value of a block with these attributes and no nested blocks.
pub(crate) fn filled(block: &Block, value: impl Fn(&Attribute) -> Value) -> Value {
    let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), value(attribute)));
    let blocks = block.block_types.iter().map(|nested| (nested.type_name.clone(), absent(nested)));
    Value::Object(attributes.chain(blocks).collect())
}

/// The block written as JSON; what is not mentioned is not set.
pub(crate) fn from_json(block: &Block, given: &serde_json::Value) -> Value {
    let mut given = given.as_object().cloned().unwrap_or_else(|| panic!("not a block: {given}"));
    let mut fields = BTreeMap::new();
    for attribute in &block.attributes {
        let text = given.remove(&attribute.name).unwrap_or_default().to_string();
        let value = json::from_slice(text.as_bytes(), &attribute_type(attribute), Attributes::Lenient);
        let value = value.unwrap_or_else(|error| panic!("{}: {error}", attribute.name));
        fields.insert(attribute.name.clone(), value);
    }
    for nested in &block.block_types {
        let body = |given: &serde_json::Value| from_json(nested.block.as_ref().unwrap(), given);
        let value = match (given.remove(&nested.type_name), nested.nesting()) {
            (None, _) => absent(nested),
            (Some(serde_json::Value::Array(all)), BlockNesting::Set) => Value::set(all.iter().map(body)),
            (Some(serde_json::Value::Array(all)), _) => Value::List(all.iter().map(body).collect()),
            (Some(one), _) => body(&one),
        };
        fields.insert(nested.type_name.clone(), value);
    }
    assert!(given.is_empty(), "no such attributes: {given:?}");
    Value::Object(fields)
}

/// The object with one attribute changed.
pub(crate) fn with(object: &Value, name: &str, value: impl Into<Value>) -> Value {
    let Value::Object(attributes) = object else { panic!("not an object: {object:?}") };
    assert!(attributes.contains_key(name), "no attribute {name}");
    let mut attributes = attributes.clone();
    attributes.insert(name.to_owned(), value.into());
    Value::Object(attributes)
}

/// Every attribute of a block with its place, such as `keys.secret`: also those of nested objects and blocks.
pub(crate) fn attributes(block: &Block) -> Vec<(String, &Attribute)> {
    let mut found = Vec::new();
    for attribute in &block.attributes {
        found.push((attribute.name.clone(), attribute));
        let nested = attribute.nested_type.iter().flat_map(|object| &object.attributes);
        found.extend(nested.map(|inner| (format!("{}.{}", attribute.name, inner.name), inner)));
    }
    for nested in &block.block_types {
        let inner = attributes(nested.block.as_ref().unwrap()).into_iter();
        found.extend(inner.map(|(place, inner)| (format!("{}.{place}", nested.type_name), inner)));
    }
    found
}

//! How a host proposes a new state from the prior one and the configuration.

use std::collections::BTreeMap;

use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::schema::object::NestingMode as ObjectNesting;
use tfplugin_proto::tfplugin6::schema::{Attribute, Block, NestedBlock, Object};

use super::schema;

/// The state to propose for a configuration; a null prior stands for a create.
pub(crate) fn proposed(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return Value::Null;
    }
    let blank;
    let prior = if prior.is_null() {
        blank = schema::empty(block);
        &blank
    } else {
        prior
    };
    proposed_block(block, prior, config)
}

fn proposed_block(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    let mut object = proposed_attributes(&block.attributes, prior, config);
    for nested in &block.block_types {
        let value =
            proposed_nested(nested, prior.attribute(&nested.type_name), config.attribute(&nested.type_name));
        object.insert(nested.type_name.clone(), value);
    }
    Value::Object(object)
}

fn proposed_attributes(attributes: &[Attribute], prior: &Value, config: &Value) -> BTreeMap<String, Value> {
    attributes
        .iter()
        .map(|attribute| {
            let (prior, config) = (prior.attribute(&attribute.name), config.attribute(&attribute.name));
            (attribute.name.clone(), proposed_attribute(attribute, prior, config))
        })
        .collect()
}

fn proposed_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    match &attribute.nested_type {
        _ if attribute.computed && config.is_null() => {
            // A configured value that was taken out is gone, even where the provider may choose another.
            let removed = attribute.optional
                && attribute.nested_type.as_ref().is_some_and(|object| holds_configured(object, prior));
            if removed { Value::Null } else { prior.clone() }
        }
        Some(object) => proposed_object(object, prior, config),
        None => config.clone(),
    }
}

fn proposed_object(object: &Object, prior: &Value, config: &Value) -> Value {
    elementwise(prior, config, |prior, config| {
        if config.is_null() || config.is_unknown() {
            return config.clone();
        }
        Value::Object(proposed_attributes(&object.attributes, prior, config))
    })
}

fn proposed_nested(nested: &NestedBlock, prior: &Value, config: &Value) -> Value {
    let block = nested.block.as_ref().unwrap();
    elementwise(prior, config, |prior, config| proposed_block(block, prior, config))
}

/// Applies `propose` to each pair of elements that belong together.
fn elementwise(prior: &Value, config: &Value, propose: impl Fn(&Value, &Value) -> Value) -> Value {
    match config {
        Value::Null | Value::Unknown(_) => config.clone(),
        Value::List(elements) => {
            let priors = prior.elements().unwrap_or_default();
            let pairs = elements.iter().enumerate();
            Value::List(
                pairs.map(|(index, one)| propose(priors.get(index).unwrap_or(&Value::Null), one)).collect(),
            )
        }
        Value::Set(elements) => {
            let priors = prior.elements().unwrap_or_default();
            Value::set(elements.iter().map(|one| {
                let same = priors.iter().find(|prior| propose(prior, one) == **prior);
                propose(same.unwrap_or(&Value::Null), one)
            }))
        }
        Value::Map(elements) => {
            let none = BTreeMap::new();
            let priors = if let Value::Map(priors) = prior { priors } else { &none };
            let propose = |(key, one): (&String, &Value)| {
                (key.clone(), propose(priors.get(key).unwrap_or(&Value::Null), one))
            };
            Value::Map(elements.iter().map(propose).collect())
        }
        one => propose(prior, one),
    }
}

/// Whether some element holds a value that only a configuration can have set.
fn holds_configured(object: &Object, value: &Value) -> bool {
    let one = |value: &Value| {
        object
            .attributes
            .iter()
            .any(|attribute| !attribute.computed && !value.attribute(&attribute.name).is_null())
    };
    match (object.nesting(), value) {
        (_, Value::List(elements) | Value::Set(elements)) => elements.iter().any(one),
        (_, Value::Map(elements)) => elements.values().any(one),
        (ObjectNesting::Single, value) => one(value),
        _ => false,
    }
}

//! Walking a value with its schema, beside the configuration and the prior state.

use std::collections::BTreeMap;
use std::mem;

use crate::schema::{Attribute, Block, NestedBlock, Shape};
use crate::value::Value;

/// The attributes and blocks of a block, or the attributes of a nested object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) blocks: &'a [NestedBlock],
}

impl<'a> Body<'a> {
    pub(crate) fn of(block: &'a Block) -> Self {
        Self { attributes: &block.attributes, blocks: &block.blocks }
    }

    /// Whether a change of anything in it replaces the object.
    pub(super) fn replaces(&self) -> bool {
        let attribute = |attribute: &Attribute| {
            attribute.replace
                || matches!(&attribute.shape, Shape::Nested(_, attributes)
                    if Body { attributes, blocks: &[] }.replaces())
        };
        self.attributes.iter().any(attribute)
            || self.blocks.iter().any(|nested| Body::of(&nested.block).replaces())
    }
}

/// An attribute where it stands.
pub(super) struct Place<'a> {
    pub(super) attribute: &'a Attribute,
    /// What the configuration says there.
    pub(super) config: &'a Value,
    /// What the state says there; `None` where the object around it is new.
    pub(super) prior: Option<&'a Value>,
}

/// Replaces the value of every attribute by what `change` makes of it, innermost first. Configuration and prior state
/// are followed alongside: lists by index, maps by key, elements of sets beside themselves.
pub(super) fn rewrite(
    body: &Body<'_>,
    config: &Value,
    prior: &Value,
    value: Value,
    change: &impl Fn(Place<'_>, Value) -> Value,
) -> Value {
    let Value::Object(mut fields) = value else { return value };
    let existed = prior.as_object().is_some();
    for attribute in body.attributes {
        let Some(field) = fields.get_mut(&attribute.name) else { continue };
        let value = mem::replace(field, Value::Null);
        let (config, prior) = (config.attribute(&attribute.name), prior.attribute(&attribute.name));
        let value = match &attribute.shape {
            Shape::Nested(_, attributes) if !config.is_null() => {
                rewrite_inside(&Body { attributes, blocks: &[] }, config, prior, value, change)
            }
            _ => value,
        };
        let place = Place { attribute, config, prior: existed.then_some(prior) };
        *field = change(place, value);
    }
    for nested in body.blocks {
        let Some(field) = fields.get_mut(&nested.name) else { continue };
        let value = mem::replace(field, Value::Null);
        let (config, prior) = (config.attribute(&nested.name), prior.attribute(&nested.name));
        *field = rewrite_inside(&Body::of(&nested.block), config, prior, value, change);
    }
    Value::Object(fields)
}

fn rewrite_inside(
    body: &Body<'_>,
    config: &Value,
    prior: &Value,
    value: Value,
    change: &impl Fn(Place<'_>, Value) -> Value,
) -> Value {
    match value {
        Value::Object(_) => rewrite(body, config, prior, value, change),
        Value::List(elements) => Value::List(
            elements
                .into_iter()
                .enumerate()
                .map(|(index, value)| rewrite(body, at(config, index), at(prior, index), value, change))
                .collect(),
        ),
        Value::Map(elements) => Value::Map(
            elements
                .into_iter()
                .map(|(key, value)| {
                    let value = rewrite(body, under(config, &key), under(prior, &key), value, change);
                    (key, value)
                })
                .collect::<BTreeMap<_, _>>(),
        ),
        Value::Set(elements) => Value::set(elements.into_iter().map(|value| {
            let config = value.clone();
            rewrite(body, &config, &Value::Null, value, change)
        })),
        other => other,
    }
}

/// Replaces the value of every attribute and block of the outermost body, beside two others.
pub(super) fn rewrite_top(
    body: &Body<'_>,
    one: &Value,
    two: &Value,
    value: Value,
    change: impl Fn(&Value, &Value, Value) -> Value,
) -> Value {
    let Value::Object(mut fields) = value else { return value };
    let attributes = body.attributes.iter().map(|attribute| &attribute.name);
    for name in attributes.chain(body.blocks.iter().map(|nested| &nested.name)) {
        if let Some(field) = fields.get_mut(name) {
            let value = mem::replace(field, Value::Null);
            *field = change(one.attribute(name), two.attribute(name), value);
        }
    }
    Value::Object(fields)
}

fn at(value: &Value, index: usize) -> &Value {
    match value {
        Value::List(elements) => elements.get(index).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

fn under<'a>(value: &'a Value, key: &str) -> &'a Value {
    match value {
        Value::Map(elements) => elements.get(key).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

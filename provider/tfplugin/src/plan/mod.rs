//! The plan algorithm: from what Terraform proposes to what the provider plans, by the schema alone.

mod compare;
mod walk;

use crate::schema::{Attribute, Block, Shape};
use crate::value::{Path, Refinement, Value};

pub(crate) use compare::{first_contradiction, first_inconsistency};
pub(crate) use walk::Body;
use walk::Place;

/// What the schema says about a change, before the author refines it.
#[derive(Debug)]
pub(crate) struct Proposal {
    pub(crate) planned: Value,
    pub(crate) replace: Vec<Path>,
}

/// Plans a create (`prior` is null) or an update. `settle` keeps prior texts that mean the same.
pub(crate) fn propose(
    block: &Block,
    config: &Value,
    prior: &Value,
    proposed: Value,
    settle: impl Fn(Value, &Value) -> Value,
) -> Proposal {
    let body = Body::of(block);
    let planned = apply_defaults(&body, config, proposed);
    let mut planned = drop_write_only(&body, planned);
    if !prior.is_null() {
        planned = settle_set_values(&body, config, planned, prior, &settle);
    }
    // On a no-op nothing becomes unknown, or every plan would show changes.
    if planned != *prior {
        planned = mark_unknown(&body, config, prior, planned);
    }
    let mut replace = Vec::new();
    if !prior.is_null() {
        find_replacements(&body, prior, &planned, &Path::root(), &mut replace);
    }
    Proposal { planned, replace }
}

/// A configuration with the defaults of what it leaves out.
pub(crate) fn with_defaults(block: &Block, config: &Value) -> Value {
    apply_defaults(&Body::of(block), config, config.clone())
}

/// Sets each attribute that has a default and that the configuration leaves null.
fn apply_defaults(body: &Body<'_>, config: &Value, planned: Value) -> Value {
    walk::rewrite(body, config, &Value::Null, planned, &|Place { attribute, config, .. }, value| {
        match &attribute.default {
            Some(default) if config.is_null() => default.clone(),
            _ => value,
        }
    })
}

/// Nulls every write-only attribute: its value must appear neither in plan nor in state.
pub(crate) fn drop_write_only(body: &Body<'_>, value: Value) -> Value {
    walk::rewrite(body, &Value::Null, &Value::Null, value, &|Place { attribute, .. }, value| {
        if attribute.write_only { Value::Null } else { value }
    })
}

/// Puts the configuration's write-only values into a plan, for the author's eyes only.
pub(crate) fn overlay_write_only(body: &Body<'_>, config: &Value, value: Value) -> Value {
    walk::rewrite(body, config, &Value::Null, value, &|Place { attribute, config, .. }, value| {
        if attribute.write_only { config.clone() } else { value }
    })
}

/// The write-only attributes that the configuration sets.
pub(crate) fn write_only_set(body: &Body<'_>, config: &Value) -> Vec<String> {
    let found = std::cell::RefCell::new(Vec::new());
    walk::rewrite(body, config, &Value::Null, config.clone(), &|Place { attribute, config, .. }, value| {
        if attribute.write_only && !config.is_null() {
            found.borrow_mut().push(attribute.name.clone());
        }
        value
    });
    found.into_inner()
}

/// Keeps the prior text of every configured value that means the same as before.
fn settle_set_values(
    body: &Body<'_>,
    config: &Value,
    planned: Value,
    prior: &Value,
    settle: &impl Fn(Value, &Value) -> Value,
) -> Value {
    let settled = settle(planned.clone(), prior);
    // The plan may repeat the prior value or the configured one, and a value that is not configured is not touched.
    walk::rewrite_top(body, config, &settled, planned, |config, settled, planned| {
        if config.is_wholly_known() && !config.is_null() { settled.clone() } else { planned }
    })
}

/// Leaves to be decided by applying what the provider decides: computed, not configured, without a default.
fn mark_unknown(body: &Body<'_>, config: &Value, prior: &Value, planned: Value) -> Value {
    walk::rewrite(body, config, prior, planned, &|Place { attribute, config, prior, .. }, value| {
        if !attribute.computed || !config.is_null() || attribute.default.is_some() {
            return value;
        }
        // Null is a value like any other: an object that never had one does not get one by another change.
        prior.filter(|_| attribute.keep).cloned().unwrap_or_else(|| undecided(attribute))
    })
}

fn undecided(attribute: &Attribute) -> Value {
    match &attribute.prefix {
        Some(prefix) => Value::Unknown(Refinement { prefix: Some(prefix.clone()), ..Refinement::NOT_NULL }),
        None => Value::UNKNOWN,
    }
}

fn find_replacements(body: &Body<'_>, prior: &Value, planned: &Value, path: &Path, replace: &mut Vec<Path>) {
    for attribute in body.attributes {
        let (before, after) = (prior.attribute(&attribute.name), planned.attribute(&attribute.name));
        if before == after || attribute.write_only {
            continue;
        }
        let path = path.attr(&attribute.name);
        if attribute.replace {
            replace.push(path);
        } else if let Shape::Nested(_, attributes) = &attribute.shape {
            replacements_inside(&Body { attributes, blocks: &[] }, before, after, &path, replace);
        }
    }
    for nested in body.blocks {
        let (before, after) = (prior.attribute(&nested.name), planned.attribute(&nested.name));
        if before != after {
            replacements_inside(&Body::of(&nested.block), before, after, &path.attr(&nested.name), replace);
        }
    }
}

/// Blocks and nested objects: element by element where both sides have one, as a whole where one side has none.
fn replacements_inside(body: &Body<'_>, before: &Value, after: &Value, path: &Path, replace: &mut Vec<Path>) {
    match (before, after) {
        (Value::Object(_), Value::Object(_)) => find_replacements(body, before, after, path, replace),
        (Value::List(before), Value::List(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                find_replacements(body, before, after, &path.index(index), replace);
            }
        }
        _ if body.replaces() => replace.push(path.clone()),
        _ => {}
    }
}

#[cfg(test)]
mod tests;

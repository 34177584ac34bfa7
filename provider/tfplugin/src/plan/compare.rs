//! Whether what was done is what was planned.

use super::walk::Body;
use crate::schema::{Block, Shape};
use crate::value::{Path, Value};

/// The first place where the result contradicts a known part of the plan.
pub(crate) fn first_inconsistency(planned: &Value, result: &Value) -> Option<Path> {
    compare(planned, result, &Path::root())
}

fn compare(planned: &Value, result: &Value, path: &Path) -> Option<Path> {
    match (planned, result) {
        (Value::Unknown(_), _) => None,
        (Value::Object(planned), Value::Object(result)) => planned.iter().find_map(|(name, planned)| {
            compare(planned, result.get(name).unwrap_or(&Value::Null), &path.attr(name))
        }),
        (Value::Map(planned), Value::Map(result)) if planned.keys().eq(result.keys()) => planned
            .iter()
            .zip(result.values())
            .find_map(|((key, planned), result)| compare(planned, result, &path.key(key))),
        (Value::List(planned), Value::List(result)) if planned.len() == result.len() => {
            let pairs = planned.iter().zip(result).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (planned, result))| compare(planned, result, &path.index(index)))
        }
        // Elements of a set correspond to each other only when they are known.
        (Value::Set(elements), Value::Set(result)) if !planned.is_wholly_known() => {
            (elements.len() < result.len()).then(|| path.clone())
        }
        _ => (planned != result).then(|| path.clone()),
    }
}

/// The first place where a result says something else than the configuration, or something that is not the provider's
/// to say.
pub(crate) fn first_contradiction(block: &Block, config: &Value, result: &Value) -> Option<Path> {
    contradiction(&Body::of(block), config, result, &Path::root())
}

fn contradiction(body: &Body<'_>, config: &Value, result: &Value, path: &Path) -> Option<Path> {
    let (Value::Object(_), Value::Object(_)) = (config, result) else {
        return (config != result).then(|| path.clone());
    };
    let attributes = body.attributes.iter().find_map(|attribute| {
        let (config, result) = (config.attribute(&attribute.name), result.attribute(&attribute.name));
        let path = path.attr(&attribute.name);
        match (&attribute.shape, config.is_null()) {
            (_, true) => (!attribute.computed && !result.is_null()).then_some(path),
            (Shape::Nested(_, attributes), false) => {
                contradiction_inside(&Body { attributes, blocks: &[] }, config, result, &path)
            }
            (Shape::Type(_), false) => (config != result).then_some(path),
        }
    });
    let mut blocks = body.blocks.iter();
    attributes.or_else(|| {
        blocks.find_map(|nested| {
            let (config, result) = (config.attribute(&nested.name), result.attribute(&nested.name));
            contradiction_inside(&Body::of(&nested.block), config, result, &path.attr(&nested.name))
        })
    })
}

/// As [`contradiction`], of an object or a collection of objects. Elements of a set cannot be told apart.
fn contradiction_inside(body: &Body<'_>, config: &Value, result: &Value, path: &Path) -> Option<Path> {
    match (config, result) {
        (Value::List(configs), Value::List(results)) if configs.len() == results.len() => {
            let mut pairs = configs.iter().zip(results).enumerate();
            pairs
                .find_map(|(index, (config, result))| contradiction(body, config, result, &path.index(index)))
        }
        (Value::Map(configs), Value::Map(results)) if configs.keys().eq(results.keys()) => {
            let mut pairs = configs.iter().zip(results.values());
            pairs.find_map(|((key, config), result)| contradiction(body, config, result, &path.key(key)))
        }
        (Value::Set(configs), Value::Set(results)) if configs.len() == results.len() => None,
        _ => contradiction(body, config, result, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_parts_must_come_back() {
        let planned =
            Value::object([("id", Value::UNKNOWN), ("ports", Value::List(vec![1.into(), 2.into()]))]);
        let good = Value::object([("id", "x".into()), ("ports", Value::List(vec![1.into(), 2.into()]))]);
        let bad = Value::object([("id", "x".into()), ("ports", Value::List(vec![1.into(), 3.into()]))]);
        assert_eq!(first_inconsistency(&planned, &good), None);
        assert_eq!(first_inconsistency(&planned, &bad).unwrap().to_string(), "ports[1]");
        assert_eq!(first_inconsistency(&planned, &Value::Null), Some(Path::root()));
    }
}

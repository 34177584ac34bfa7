//! Whether what was done is what was planned.

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

//! Conversions between types, as Terraform makes them where a value is not of the type that its place asks for.

use std::collections::BTreeMap;

use super::{Path, Type, Value};
use crate::attr::INVALID_VALUE;
use crate::diagnostic::Diagnostics;

/// The value as one of type `ty`. Each part that cannot become one is told in `found` and left unknown.
pub(crate) fn convert(value: &Value, ty: &Type, path: &Path, found: &mut Diagnostics) -> Value {
    let value = value.bare();
    match (ty, value) {
        (Type::Dynamic, _) | (_, Value::Null | Value::Unknown(_)) => value.clone(),
        (Type::List(element), _) if value.elements().is_some() => {
            Value::List(elements(value, |value, path| convert(value, element, path, found), path))
        }
        (Type::Set(element), _) if value.elements().is_some() => {
            Value::set(elements(value, |value, path| convert(value, element, path, found), path))
        }
        (Type::Tuple(types), Value::List(parts) | Value::Tuple(parts)) if types.len() == parts.len() => {
            let mut types = types.iter();
            let part = |value: &Value, path: &Path| {
                types.next().map_or(Value::Null, |ty| convert(value, ty, path, found))
            };
            Value::Tuple(elements(value, part, path))
        }
        (Type::Map(element), Value::Map(parts) | Value::Object(parts)) => {
            let part = |(key, value): (&String, &Value)| {
                (key.clone(), convert(value, element, &path.key(key), found))
            };
            Value::Map(parts.iter().map(part).collect())
        }
        (Type::Object(types), Value::Map(parts) | Value::Object(parts)) => {
            Value::Object(object(types, parts, path, found))
        }
        _ => primitive(value, ty).unwrap_or_else(|| {
            found.error(path, INVALID_VALUE, format!("A value of type {ty} is required."));
            Value::UNKNOWN
        }),
    }
}

/// What `part` makes of every element of a list, set or tuple, each with its place.
pub(crate) fn elements(
    value: &Value,
    mut part: impl FnMut(&Value, &Path) -> Value,
    path: &Path,
) -> Vec<Value> {
    let is_set = matches!(value, Value::Set(_));
    let place = |index| if is_set { path.element() } else { path.index(index) };
    let elements = value.elements().unwrap_or_default().iter().enumerate();
    elements.map(|(index, value)| part(value, &place(index))).collect()
}

fn object(
    types: &BTreeMap<String, Type>,
    parts: &BTreeMap<String, Value>,
    path: &Path,
    found: &mut Diagnostics,
) -> BTreeMap<String, Value> {
    for name in parts.keys().filter(|name| !types.contains_key(*name)) {
        found.error(path.attr(name), INVALID_VALUE, "There is no attribute of this name.");
    }
    let part = |(name, ty): (&String, &Type)| {
        let value = parts.get(name).unwrap_or(&Value::Null);
        (name.clone(), convert(value, ty, &path.attr(name), found))
    };
    types.iter().map(part).collect()
}

fn primitive(value: &Value, ty: &Type) -> Option<Value> {
    match (ty, value) {
        (Type::String, Value::String(_))
        | (Type::Number, Value::Number(_))
        | (Type::Bool, Value::Bool(_)) => Some(value.clone()),
        (Type::String, Value::Number(number)) => Some(number.to_string().into()),
        (Type::String, Value::Bool(value)) => Some(value.to_string().into()),
        (Type::Number, Value::String(text)) => text.parse().ok().map(Value::Number),
        (Type::Bool, Value::String(text)) => match text.as_str() {
            "true" | "1" => Some(true.into()),
            "false" | "0" => Some(false.into()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(value: &Value, ty: &Type) -> Result<Value, String> {
        let mut found = Diagnostics::new();
        let value = convert(value, ty, &Path::from("x"), &mut found);
        let told = |told: &crate::Diagnostic| format!("{}: {}", told.path.as_ref().unwrap(), told.detail);
        found.iter().next().map_or(Ok(value), |first| Err(told(first)))
    }

    fn tuple(elements: &[Value]) -> Value {
        Value::Tuple(elements.to_vec())
    }

    #[test]
    fn primitives_become_each_other_where_they_can() {
        for (value, ty, expected) in [
            (Value::from(6443), Type::String, Value::from("6443")),
            (Value::Number("1.50".parse().unwrap()), Type::String, Value::from("1.5")),
            (Value::from(true), Type::String, Value::from("true")),
            (Value::from("12"), Type::Number, Value::from(12)),
            (Value::from("1"), Type::Bool, Value::from(true)),
            (Value::from("false"), Type::Bool, Value::from(false)),
            (Value::Null, Type::Bool, Value::Null),
            (Value::from(1), Type::Dynamic, Value::from(1)),
        ] {
            assert_eq!(converted(&value, &ty), Ok(expected));
        }
        for (value, ty) in [
            (Value::from(1), Type::Bool),
            (Value::from(true), Type::Number),
            (Value::from("TRUE"), Type::Bool),
            (Value::from("many"), Type::Number),
            (tuple(&[]), Type::String),
            (Value::from("a"), Type::list(Type::String)),
        ] {
            assert_eq!(converted(&value, &ty), Err(format!("x: A value of type {ty} is required.")));
        }
    }

    #[test]
    fn collections_become_each_other_element_by_element() {
        let mixed = tuple(&[Value::from("b"), Value::from(1), Value::from("b")]);
        let texts = [Value::from("b"), Value::from("1"), Value::from("b")];
        assert_eq!(converted(&mixed, &Type::list(Type::String)), Ok(Value::List(texts.to_vec())));
        assert_eq!(converted(&mixed, &Type::set(Type::String)), Ok(Value::set(texts)));
        assert_eq!(
            converted(&mixed, &Type::list(Type::Number)),
            Err("x[0]: A value of type number is required.".to_owned())
        );
        let object = Value::object([("a", Value::from(1))]);
        let map = Value::Map([("a".to_owned(), Value::from("1"))].into());
        assert_eq!(converted(&object, &Type::map(Type::String)), Ok(map));
    }

    #[test]
    fn attributes_of_objects_may_be_left_out_but_not_be_added() {
        let ty = Type::Object([("a".to_owned(), Type::String), ("b".to_owned(), Type::Bool)].into());
        let expected = Value::object([("a", Value::from("1")), ("b", Value::Null)]);
        assert_eq!(converted(&Value::object([("a", Value::from(1))]), &ty), Ok(expected));
        assert_eq!(
            converted(&Value::object([("c", Value::from(1))]), &ty),
            Err("x.c: There is no attribute of this name.".to_owned())
        );
    }

    #[test]
    fn a_value_of_dynamic_type_counts_as_what_it_is() {
        let value = Value::Dynamic(Type::Number, Box::new(Value::from(1)));
        assert_eq!(converted(&value, &Type::String), Ok(Value::from("1")));
    }
}

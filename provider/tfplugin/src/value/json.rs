//! The JSON form of values, directed by their type: what state files hold.
//!
//! Numbers are read from their text, so that no digit is lost.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{DecodeError, Path, Type, Value};

/// How to treat an object whose attributes are not exactly those of its type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attributes {
    /// Every attribute must be there and no other.
    Exact,
    /// Absent attributes are null and unknown ones are dropped: state written by another version of the schema.
    Lenient,
}

/// The value of type `ty` that `json` holds.
///
/// # Errors
/// [`DecodeError`] when it is not JSON or does not have the shape of the type.
pub fn from_slice(json: &[u8], ty: &Type, attributes: Attributes) -> Result<Value, DecodeError> {
    let raw: &RawValue = serde_json::from_slice(json)
        .map_err(|error| DecodeError::new(&Path::root(), format!("not JSON: {error}")))?;
    read(raw, ty, attributes, &Path::root())
}

fn read(raw: &RawValue, ty: &Type, attributes: Attributes, path: &Path) -> Result<Value, DecodeError> {
    let text = raw.get();
    if text == "null" {
        return Ok(Value::Null);
    }
    let required = || DecodeError::new(path, format!("{ty} is required"));
    let list = || serde_json::from_str::<Vec<&RawValue>>(text).map_err(|_| required());
    let map = || serde_json::from_str::<BTreeMap<String, &RawValue>>(text).map_err(|_| required());
    match ty {
        Type::Bool => serde_json::from_str(text).map(Value::Bool).map_err(|_| required()),
        Type::String => serde_json::from_str::<String>(text).map(Value::string).map_err(|_| required()),
        Type::Number => read_number(text).ok_or_else(required),
        Type::List(element) => list()?
            .into_iter()
            .enumerate()
            .map(|(index, raw)| read(raw, element, attributes, &path.index(index)))
            .collect::<Result<_, _>>()
            .map(Value::List),
        Type::Set(element) => list()?
            .into_iter()
            .map(|raw| read(raw, element, attributes, &path.element()))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::set),
        Type::Tuple(types) => {
            let elements = list()?;
            if elements.len() != types.len() {
                return Err(DecodeError::new(path, format!("a tuple of length {} is required", types.len())));
            }
            let elements = elements.into_iter().zip(types).enumerate();
            elements
                .map(|(index, (raw, ty))| read(raw, ty, attributes, &path.index(index)))
                .collect::<Result<_, _>>()
                .map(Value::Tuple)
        }
        Type::Map(element) => map()?
            .into_iter()
            .map(|(key, raw)| {
                let value = read(raw, element, attributes, &path.key(&key))?;
                Ok((key, value))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        Type::Object(types) => read_object(&map()?, types, attributes, path),
        Type::Dynamic => read_dynamic(&map()?, attributes, path),
    }
}

fn read_number(text: &str) -> Option<Value> {
    // A number of the state may also have been written as text, by a version whose attribute was one.
    let text = serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
    text.parse().ok().map(Value::Number)
}

fn read_object(
    given: &BTreeMap<String, &RawValue>,
    types: &BTreeMap<String, Type>,
    attributes: Attributes,
    path: &Path,
) -> Result<Value, DecodeError> {
    if attributes == Attributes::Exact {
        if let Some(name) = given.keys().find(|name| !types.contains_key(*name)) {
            return Err(DecodeError::new(path, format!("unsupported attribute {name:?}")));
        }
        if let Some(name) = types.keys().find(|name| !given.contains_key(*name)) {
            return Err(DecodeError::new(path, format!("attribute {name:?} is required")));
        }
    }
    let mut object = BTreeMap::new();
    for (name, ty) in types {
        let value = match given.get(name) {
            Some(raw) => read(raw, ty, attributes, &path.attr(name))?,
            None => Value::Null,
        };
        object.insert(name.clone(), value);
    }
    Ok(Value::Object(object))
}

fn read_dynamic(
    pair: &BTreeMap<String, &RawValue>,
    attributes: Attributes,
    path: &Path,
) -> Result<Value, DecodeError> {
    let wrong = || DecodeError::new(path, "an object of type and value is required");
    let (Some(ty), Some(raw)) = (pair.get("type"), pair.get("value")) else { return Err(wrong()) };
    let ty = Type::from_bytes(ty.get().as_bytes()).map_err(|_| wrong())?;
    let value = read(raw, &ty, attributes, path)?;
    Ok(Value::Dynamic(ty, Box::new(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(json: &str) -> Type {
        Type::from_bytes(json.as_bytes()).unwrap()
    }

    #[test]
    fn no_digit_of_a_number_is_lost() {
        for text in ["0.1", "9007199254740993", "123456789012345678901234567890.5"] {
            let value = from_slice(text.as_bytes(), &Type::Number, Attributes::Exact).unwrap();
            assert_eq!(value, Value::Number(text.parse().unwrap()));
        }
    }

    #[test]
    fn state_of_another_version_is_read() {
        let ty = ty(r#"["object",{"a":"string","b":["list","number"]}]"#);
        let json = br#"{ "a" : "x", "gone": {"deep": [1]} }"#;
        let value = from_slice(json, &ty, Attributes::Lenient).unwrap();
        assert_eq!(value, Value::object([("a", Value::from("x")), ("b", Value::Null)]));
        let error = from_slice(json, &ty, Attributes::Exact).unwrap_err();
        assert_eq!(error.to_string(), "unsupported attribute \"gone\"");
    }

    #[test]
    fn dynamic_values_name_their_type() {
        let value =
            from_slice(br#"{"value":["x"],"type":["list","string"]}"#, &Type::Dynamic, Attributes::Exact);
        let list = Value::List(vec![Value::from("x")]);
        assert_eq!(value.unwrap(), Value::Dynamic(Type::list(Type::String), Box::new(list)));
    }

    #[test]
    fn errors_tell_the_place() {
        let ty = ty(r#"["object",{"a":["map","bool"]}]"#);
        let error = from_slice(br#"{"a":{"k":7}}"#, &ty, Attributes::Exact).unwrap_err();
        assert_eq!(error.to_string(), "a[\"k\"]: bool is required");
    }
}

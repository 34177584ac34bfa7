use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

/// A type of the Terraform type system.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Type {
    /// Truth values.
    Bool,
    /// Decimal numbers.
    Number,
    /// Texts.
    String,
    /// Any type; each value carries its own.
    Dynamic,
    /// Ordered elements of one type.
    List(Box<Type>),
    /// Distinct elements of one type.
    Set(Box<Type>),
    /// Elements of one type under string keys.
    Map(Box<Type>),
    /// Elements, each of its own type.
    Tuple(Vec<Type>),
    /// Attributes, each of its own type.
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// A list of `element`s.
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`s.
    #[must_use]
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`s.
    #[must_use]
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    /// The wire form of the type.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                json!(["object", attributes])
            }
        }
    }

    /// The bytes of [`Type::to_json`], compact.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// The type that these bytes of JSON describe.
    ///
    /// # Errors
    /// [`TypeError`] when they are not JSON or describe no type.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TypeError> {
        Self::from_json(&serde_json::from_slice(bytes).map_err(|_| TypeError)?)
    }

    /// The type that this JSON describes.
    ///
    /// # Errors
    /// [`TypeError`] when it describes no type.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, TypeError> {
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(TypeError),
            };
        }
        // An object type with optional attributes carries their names as a third element, which values do not need.
        let [kind, of, ..] = json.as_array().map(Vec::as_slice).unwrap_or_default() else {
            return Err(TypeError);
        };
        let element = || Self::from_json(of);
        match kind.as_str() {
            Some("list") => Ok(Self::list(element()?)),
            Some("set") => Ok(Self::set(element()?)),
            Some("map") => Ok(Self::map(element()?)),
            Some("tuple") => {
                let elements = of.as_array().ok_or(TypeError)?;
                elements.iter().map(Self::from_json).collect::<Result<_, _>>().map(Self::Tuple)
            }
            Some("object") => {
                let attributes = of.as_object().ok_or(TypeError)?;
                attributes
                    .iter()
                    .map(|(name, ty)| Ok((name.clone(), Self::from_json(ty)?)))
                    .collect::<Result<_, _>>()
                    .map(Self::Object)
            }
            _ => Err(TypeError),
        }
    }
}

/// The name that messages use, such as `list of string`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("any type"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}

/// The JSON describes no type.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a type description")]
pub struct TypeError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_wire() {
        for text in [
            r#""string""#,
            r#"["list","number"]"#,
            r#"["set",["map","bool"]]"#,
            r#"["tuple",["string","dynamic"]]"#,
            r#"["object",{"a":"string","b":["list","string"]}]"#,
        ] {
            assert_eq!(Type::from_bytes(text.as_bytes()).unwrap().to_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn optional_attributes_are_accepted_and_nonsense_is_not() {
        assert!(Type::from_bytes(br#"["object",{"a":"string"},["a"]]"#).is_ok());
        for text in [&b"\"strin\""[..], b"[\"list\"]", b"7", b"", b"[\"object\",[]]"] {
            assert_eq!(Type::from_bytes(text), Err(TypeError));
        }
    }
}

//! JSON objects whose every field is accounted for.

use serde_json::{Map, Value};

use super::CfsslError;
use super::unique::Unique;
use super::unsupported::Unsupported;
use crate::suggest::nearest;

/// An object and where it is in its file. Fields are taken out; [`finish`](Self::finish) objects to those that are left.
pub(super) struct Fields {
    path: String,
    map: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Fields {
    /// The object that a whole file is.
    pub(super) fn parse(json: &str) -> Result<Self, CfsslError> {
        let Unique(value) =
            serde_json::from_str(json).map_err(|error| CfsslError::Json { message: error.to_string() })?;
        Self::new(String::new(), value)
    }

    pub(super) fn new(path: String, value: Value) -> Result<Self, CfsslError> {
        match value {
            Value::Object(map) => Ok(Self { path, map, known: Vec::new() }),
            _ => Err(CfsslError::Type { path: or_file(&path), expected: "an object" }),
        }
    }

    /// Where a field of this object is.
    pub(super) fn path(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    pub(super) fn string(&mut self, field: &'static str) -> Result<Option<String>, CfsslError> {
        self.typed(field, "a string", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// A text; cfssl's users leave fields empty that do not apply.
    pub(super) fn filled(&mut self, field: &'static str) -> Result<Option<String>, CfsslError> {
        Ok(self.string(field)?.filter(|text| !text.is_empty()))
    }

    pub(super) fn boolean(&mut self, field: &'static str) -> Result<Option<bool>, CfsslError> {
        self.typed(field, "true or false", |value| value.as_bool())
    }

    pub(super) fn number(&mut self, field: &'static str) -> Result<Option<u32>, CfsslError> {
        self.typed(field, "a whole number", |value| value.as_u64().and_then(|number| number.try_into().ok()))
    }

    pub(super) fn array(&mut self, field: &'static str) -> Result<Vec<(String, Value)>, CfsslError> {
        let path = self.path(field);
        let values = self.typed(field, "an array", |value| match value {
            Value::Array(values) => Some(values),
            _ => None,
        })?;
        let indexed = values.unwrap_or_default().into_iter().enumerate();
        Ok(indexed.map(|(index, value)| (format!("{path}[{index}]"), value)).collect())
    }

    pub(super) fn strings(&mut self, field: &'static str) -> Result<Vec<String>, CfsslError> {
        self.array(field)?
            .into_iter()
            .map(|(path, value)| match value {
                Value::String(text) => Ok(text),
                _ => Err(CfsslError::Type { path, expected: "a string" }),
            })
            .collect()
    }

    pub(super) fn object(&mut self, field: &'static str) -> Result<Option<Self>, CfsslError> {
        let path = self.path(field);
        self.take(field).map(|value| Self::new(path, value)).transpose()
    }

    /// The objects of an object whose fields have free names.
    pub(super) fn into_objects(self) -> impl Iterator<Item = (String, Result<Self, CfsslError>)> {
        let path = self.path;
        self.map.into_iter().map(move |(name, value)| {
            let inner = Self::new(format!("{path}.{name}"), value);
            (name, inner)
        })
    }

    /// Objects to fields that cfssl has and this library has not, and to all that are left.
    pub(super) fn finish(mut self, unsupported: Unsupported) -> Result<(), CfsslError> {
        for (field, advice) in unsupported {
            if self.map.remove(*field).is_some_and(|value| !is_zero(&value)) {
                return Err(CfsslError::UnsupportedField { path: self.path(field), advice });
            }
        }
        match self.map.keys().next() {
            None => Ok(()),
            Some(field) => Err(CfsslError::UnknownField {
                path: self.path(field),
                suggestion: nearest(field, self.known.iter().copied()),
            }),
        }
    }

    fn typed<T>(
        &mut self,
        field: &'static str,
        expected: &'static str,
        convert: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<T>, CfsslError> {
        let path = self.path(field);
        match self.take(field) {
            None => Ok(None),
            Some(value) => convert(value).map(Some).ok_or(CfsslError::Type { path, expected }),
        }
    }

    fn take(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        self.map.remove(field).filter(|value| !value.is_null())
    }
}

/// What is the same as an absent field to a program in Go.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

fn or_file(path: &str) -> String {
    if path.is_empty() { "the file".to_owned() } else { path.to_owned() }
}

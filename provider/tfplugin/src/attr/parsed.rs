use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use super::{Attr, AttrType, INVALID_VALUE};
use crate::diagnostic::Diagnostics;
use crate::schema::Shape;
use crate::value::{Path, Type, Value};

/// A text with the value it means.
///
/// A text that does not parse is a diagnostic on its attribute before any lifecycle code runs; two texts that mean the
/// same value are no change. The parser's message becomes the diagnostic, so it must not repeat secrets.
#[derive(Clone)]
pub struct Parsed<T> {
    text: String,
    value: T,
}

impl<T: FromStr> Parsed<T> {
    /// Parses a text.
    ///
    /// # Errors
    /// Those of the type's own parser.
    pub fn new(text: impl Into<String>) -> Result<Self, T::Err> {
        let text = text.into();
        let value = text.parse()?;
        Ok(Self { text, value })
    }
}

impl<T: FromStr> Attr<Parsed<T>> {
    /// Parses a text.
    ///
    /// # Errors
    /// Those of the type's own parser.
    pub fn parse(text: impl Into<String>) -> Result<Self, T::Err> {
        Parsed::new(text).map(Self::Known)
    }
}

impl<T: fmt::Display> Parsed<T> {
    /// A value with the text it prints as.
    pub fn of(value: T) -> Self {
        Self { text: value.to_string(), value }
    }
}

impl<T> Parsed<T> {
    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Parsed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Parsed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Parsed<T> {}

impl<T: PartialOrd> PartialOrd for Parsed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Parsed<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Parsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> fmt::Display for Parsed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T> AttrType for Parsed<T>
where
    T: FromStr<Err: fmt::Display> + Clone + PartialEq + Send + Sync + 'static,
{
    fn shape() -> Shape {
        Shape::Type(Type::String)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(value, path, found)?;
        match Self::new(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                found.error(path, INVALID_VALUE, sentence(&error.to_string()));
                None
            }
        }
    }

    fn encode(&self) -> Value {
        Value::string(self.text.as_str())
    }
}

/// An error's text as a sentence: with a capital and a full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut sentence: String = match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// Makes a type of the crate an attribute type by its `FromStr` and `Display`.
#[macro_export]
macro_rules! string_type {
    ($type:ty) => {
        impl $crate::attr::AttrType for $type {
            fn shape() -> $crate::schema::Shape {
                $crate::schema::Shape::Type($crate::value::Type::String)
            }

            fn decode(
                value: &$crate::value::Value,
                path: &$crate::value::Path,
                found: &mut $crate::diagnostic::Diagnostics,
            ) -> Option<Self> {
                <$crate::attr::Parsed<Self> as $crate::attr::AttrType>::decode(value, path, found)
                    .map($crate::attr::Parsed::into_inner)
            }

            fn encode(&self) -> $crate::value::Value {
                $crate::value::Value::string(self.to_string())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_text_and_compares_the_value() {
        let given = Parsed::<i64>::new("007").unwrap();
        assert_eq!(given, Parsed::of(7));
        assert_eq!(given.encode(), Value::from("007"));
        assert_eq!(Parsed::<i64>::settle(Value::from("7"), &Value::from("007")), Value::from("007"));
    }

    #[test]
    fn a_wrong_text_is_told_at_its_attribute() {
        let mut found = Diagnostics::new();
        let decoded = Attr::<Parsed<i64>>::decode(&Value::from("x"), &Path::from("size"), &mut found);
        assert_eq!(decoded, Attr::Unknown);
        let told = found.iter().next().unwrap();
        assert_eq!(
            (told.summary.as_str(), told.detail.as_str()),
            (INVALID_VALUE, "Invalid digit found in string.")
        );
    }
}

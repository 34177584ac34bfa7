//! Terraform values: exact, typed from outside, with nulls and unknowns.
//!
//! A [`Value`] does not know its [`Type`]; the codecs ([`msgpack`], [`json`]) are directed by the schema's type, as the
//! wire format demands.

pub(crate) mod convert;
pub mod json;
pub mod msgpack;
mod number;
mod path;
mod refinement;
mod ty;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

pub use number::{Number, NumberError};
pub use path::{Path, Step};
pub use refinement::Refinement;
pub use ty::{Type, TypeError};

/// A value of the Terraform type system.
///
/// Equality is Terraform's: numbers by value, strings after NFC normalisation (done by [`Value::string`]), sets
/// without order, and any unknown equal to any other whatever is promised about it.
#[derive(Clone, Debug)]
pub enum Value {
    /// No value.
    Null,
    /// A value that is not known yet, with what is promised about it.
    Unknown(Refinement),
    /// A truth value.
    Bool(bool),
    /// An exact decimal number.
    Number(Number),
    /// Text in Unicode normalisation form C.
    String(String),
    /// Elements of one type, in order.
    List(Vec<Value>),
    /// Distinct elements of one type, kept sorted; build it with [`Value::set`].
    Set(Vec<Value>),
    /// Elements, each of its own type.
    Tuple(Vec<Value>),
    /// Elements of one type under string keys.
    Map(BTreeMap<String, Value>),
    /// Attributes, each of its own type.
    Object(BTreeMap<String, Value>),
    /// A value in a place of dynamic type, with the type it turned out to have.
    Dynamic(Type, Box<Value>),
}

impl Value {
    /// An unknown of which nothing is promised.
    pub const UNKNOWN: Self = Self::Unknown(Refinement::NONE);

    /// Text, brought into normalisation form C.
    pub fn string(text: impl Into<String>) -> Self {
        let text = text.into();
        match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => Self::String(text),
            _ => Self::String(text.nfc().collect()),
        }
    }

    /// A set: sorted, without duplicates.
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        let mut elements: Vec<_> = elements.into_iter().collect();
        elements.sort();
        // Two unknowns may turn out to be different elements.
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object of the given attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The value itself, without the type that a value in a place of dynamic type carries.
    #[must_use]
    pub fn bare(&self) -> &Self {
        match self {
            Self::Dynamic(_, value) => value.bare(),
            other => other,
        }
    }

    /// Whether this is null, also when its type is only known dynamically.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(_, value) => value.is_null(),
            _ => false,
        }
    }

    /// Whether this itself is unknown (a list with an unknown element is not).
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(_, value) => value.is_unknown(),
            _ => false,
        }
    }

    /// Whether nothing in it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(_, value) => value.is_wholly_known(),
        }
    }

    /// The same value with every unknown in it replaced by null.
    #[must_use]
    pub fn unknowns_to_null(self) -> Self {
        let all = |elements: Vec<Self>| elements.into_iter().map(Self::unknowns_to_null);
        let fields = |elements: BTreeMap<String, Self>| {
            elements.into_iter().map(|(name, value)| (name, value.unknowns_to_null())).collect()
        };
        match self {
            Self::Unknown(_) => Self::Null,
            Self::List(elements) => Self::List(all(elements).collect()),
            Self::Set(elements) => Self::set(all(elements)),
            Self::Tuple(elements) => Self::Tuple(all(elements).collect()),
            Self::Map(elements) => Self::Map(fields(elements)),
            Self::Object(elements) => Self::Object(fields(elements)),
            Self::Dynamic(ty, value) => Self::Dynamic(ty, Box::new(value.unknowns_to_null())),
            known => known,
        }
    }

    /// The text, when this is a known string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The attributes, when this is a known object.
    #[must_use]
    pub fn as_object(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The attribute of this object; null when absent or when this is not an object.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &Self {
        self.as_object().and_then(|attributes| attributes.get(name)).unwrap_or(&Self::Null)
    }

    /// The elements of a known list, set or tuple.
    #[must_use]
    pub fn elements(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// Rank of the kind in the order of values; unknowns come last, as in Terraform's own order of sets.
    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::String(_) => 2,
            Self::List(_) => 3,
            Self::Set(_) => 4,
            Self::Tuple(_) => 5,
            Self::Map(_) => 6,
            Self::Object(_) => 7,
            Self::Dynamic(..) => 8,
            Self::Null => 9,
            Self::Unknown(_) => 10,
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::String(a), Self::String(b)) => a.cmp(b),
            (Self::List(a), Self::List(b))
            | (Self::Set(a), Self::Set(b))
            | (Self::Tuple(a), Self::Tuple(b)) => a.cmp(b),
            (Self::Map(a), Self::Map(b)) | (Self::Object(a), Self::Object(b)) => a.cmp(b),
            (Self::Dynamic(t, a), Self::Dynamic(u, b)) => a.cmp(b).then_with(|| t.cmp(u)),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(Number::from(value))
    }
}

/// Why bytes or text are not a value of the expected type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodeError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there.
    pub message: String,
}

impl DecodeError {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.clone(), message: message.into() }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_compared_after_normalisation() {
        assert_eq!(Value::string("e\u{301}"), Value::string("\u{e9}"));
    }

    #[test]
    fn sets_have_no_order_and_no_duplicates() {
        let one = Value::set([Value::from("b"), Value::from("a"), Value::from("b")]);
        let two = Value::set([Value::from("a"), Value::from("b")]);
        assert_eq!(one, two);
        assert_eq!(one.elements().unwrap().len(), 2);
    }

    #[test]
    fn unknown_elements_of_a_set_stay_apart() {
        let set = Value::set([Value::UNKNOWN, Value::UNKNOWN, Value::from("a")]);
        assert_eq!(set.elements().unwrap().len(), 3);
    }

    #[test]
    fn promises_do_not_count_in_equality() {
        let refined = Value::Unknown(Refinement { prefix: Some("pre-".into()), ..Refinement::NONE });
        assert_eq!(refined, Value::UNKNOWN);
        assert_ne!(Value::UNKNOWN, Value::Null);
    }

    #[test]
    fn unknowns_become_null_at_every_depth() {
        let value = Value::object([("a", Value::List(vec![Value::UNKNOWN, Value::from(1)]))]);
        assert!(!value.is_wholly_known());
        let known = value.unknowns_to_null();
        assert_eq!(known, Value::object([("a", Value::List(vec![Value::Null, Value::from(1)]))]));
    }
}

//! Typed attributes: what the fields of a model are made of.

mod collections;
mod leaves;
mod parsed;
mod secret;
mod string_enum;

use std::ops::BitOr;

use crate::diagnostic::{Diagnostics, Error, Result};
use crate::schema::{Block, Shape};
use crate::value::{Path, Value};

pub use parsed::{Parsed, sentence};
pub use secret::Secret;

/// The summary of every complaint about a configured value.
pub(crate) const INVALID_VALUE: &str = "Invalid Attribute Value";

/// The value of an attribute: null, not known yet, or known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Attr<T> {
    /// Not set.
    #[default]
    Null,
    /// Decided later, by another object or by applying.
    Unknown,
    /// Set.
    Known(T),
}

/// Whether an attribute is set. An unknown one may yet turn out null.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// Not set.
    Absent,
    /// Decided later.
    Undecided,
    /// Set.
    Present,
}

/// Whether one or the other is set.
impl BitOr for Presence {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        match (self, other) {
            (Self::Present, _) | (_, Self::Present) => Self::Present,
            (Self::Absent, Self::Absent) => Self::Absent,
            _ => Self::Undecided,
        }
    }
}

impl<T> Attr<T> {
    /// The value, when there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The value itself, when there is one.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is not set.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is decided later.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it is set, as far as that is known.
    pub const fn presence(&self) -> Presence {
        match self {
            Self::Null => Presence::Absent,
            Self::Unknown => Presence::Undecided,
            Self::Known(_) => Presence::Present,
        }
    }

    /// Whether it is set, to a value known or not.
    pub const fn is_set(&self) -> bool {
        !self.is_null()
    }

    /// The value, in lifecycle code that runs only when there is one.
    ///
    /// # Errors
    /// [`Error`] when there is none.
    pub fn value(&self) -> Result<&T> {
        let problem = match self {
            Self::Known(value) => return Ok(value),
            Self::Null => "is not set",
            Self::Unknown => "is not known yet",
        };
        let name = std::any::type_name::<T>();
        Err(Error::new(
            "Missing Value",
            format!(
                "A value of type {name} that this step needs {problem}. This is a defect of the provider."
            ),
        ))
    }

    /// The value changed by `change`; null and unknown stay what they are.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }

    /// What `next` makes of the value; null and unknown stay what they are.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Attr<U>) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => next(value),
        }
    }

    /// The same attribute, borrowing its value.
    pub const fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(value),
        }
    }
}

impl<T: Clone> Attr<T> {
    /// The value, or `default` when there is none.
    pub fn or(&self, default: T) -> T {
        self.known().cloned().unwrap_or(default)
    }
}

impl<T: Clone + Default> Attr<T> {
    /// The value, or the default of its type when there is none.
    pub fn or_default(&self) -> T {
        self.known().cloned().unwrap_or_default()
    }
}

impl<T> Attr<Vec<T>> {
    /// Whether there are any elements, as far as that is known: for nested blocks, of which none is an empty list.
    #[must_use]
    pub const fn any(&self) -> Presence {
        match self {
            Self::Known(elements) if !elements.is_empty() => Presence::Present,
            Self::Unknown => Presence::Undecided,
            _ => Presence::Absent,
        }
    }
}

impl Attr<String> {
    /// The text, when there is one.
    pub fn as_str(&self) -> Option<&str> {
        self.known().map(String::as_str)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

/// A Rust type that attributes can have.
pub trait AttrType: Clone + PartialEq + Send + Sync + 'static {
    /// Whether its values are never to be shown.
    const SENSITIVE: bool = false;

    /// What values it takes on the wire.
    fn shape() -> Shape;

    /// Reads a value that is neither null nor unknown as a whole. `None` when something needed in it is unknown, or
    /// when it is wrong, which is then told in `found`.
    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self>;

    /// The value on the wire.
    fn encode(&self) -> Value;

    /// Whether the two mean the same, so that a difference of text between them is no change.
    fn same(&self, other: &Self) -> bool {
        self == other
    }

    /// Runs the checks that the fields of nested models carry.
    fn check(&self, _path: &Path, _found: &mut Diagnostics) {}

    /// `old` where `new` means the same, otherwise `new`: how the user's text survives normalisation.
    #[must_use]
    fn settle(new: Value, old: &Value) -> Value {
        if differs_in_meaning::<Self>(&new, old) { new } else { old.clone() }
    }
}

/// A type that nested blocks can have: a model, or a collection of models.
pub trait BlockType: AttrType {
    /// The body of one block.
    fn block() -> Block;
}

fn differs_in_meaning<T: AttrType>(new: &Value, old: &Value) -> bool {
    if new == old {
        return false;
    }
    match (Attr::<T>::quietly(new), Attr::<T>::quietly(old)) {
        (Attr::Known(new), Attr::Known(old)) => !new.same(&old),
        // In a place of dynamic type, the old null may have a type.
        (Attr::Null, Attr::Null) => false,
        // An unknown element makes the whole unknown to the model, which must not lose the known ones.
        (Attr::Unknown, Attr::Unknown) => !new.is_unknown(),
        _ => true,
    }
}

impl<T: AttrType> Attr<T> {
    /// Reads the value of an attribute.
    pub fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Self {
        if value.is_null() {
            Self::Null
        } else if value.is_unknown() {
            Self::Unknown
        } else {
            T::decode(value, path, found).map_or(Self::Unknown, Self::Known)
        }
    }

    /// The value on the wire.
    pub fn encode(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::UNKNOWN,
            Self::Known(value) => value.encode(),
        }
    }

    /// Whether the two mean the same.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(other)) => one.same(other),
            _ => self == other,
        }
    }

    fn quietly(value: &Value) -> Self {
        Self::decode(value, &Path::root(), &mut Diagnostics::new())
    }
}

/// An attribute as an element of a collection: its nulls and unknowns are told apart one by one.
impl<T: AttrType> AttrType for Attr<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn shape() -> Shape {
        T::shape()
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        Some(Self::decode(value, path, found))
    }

    fn encode(&self) -> Value {
        Self::encode(self)
    }

    fn same(&self, other: &Self) -> bool {
        Self::same(self, other)
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        if let Self::Known(value) = self {
            value.check(path, found);
        }
    }

    fn settle(new: Value, old: &Value) -> Value {
        T::settle(new, old)
    }
}

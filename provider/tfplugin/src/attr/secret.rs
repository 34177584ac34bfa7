use std::fmt;

use zeroize::Zeroizing;

use super::AttrType;
use crate::diagnostic::Diagnostics;
use crate::schema::Shape;
use crate::value::{Path, Type, Value};

/// A text that is never shown: its attribute is sensitive, its `Debug` tells nothing, and its memory is wiped.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into keeping.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for whoever really needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl AttrType for Secret {
    const SENSITIVE: bool = true;

    fn shape() -> Shape {
        Shape::Type(Type::String)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        String::decode(value, path, found).map(Self::new)
    }

    fn encode(&self) -> Value {
        Value::string(self.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }
}

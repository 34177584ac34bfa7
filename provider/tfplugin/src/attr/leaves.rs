use super::{AttrType, INVALID_VALUE};
use crate::diagnostic::Diagnostics;
use crate::schema::Shape;
use crate::value::{Number, Path, Type, Value};

impl AttrType for String {
    fn shape() -> Shape {
        Shape::Type(Type::String)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        let text = value.as_str().map(ToOwned::to_owned);
        if text.is_none() {
            found.error(path, INVALID_VALUE, "A string is required.");
        }
        text
    }

    fn encode(&self) -> Value {
        Value::string(self.as_str())
    }
}

impl AttrType for bool {
    fn shape() -> Shape {
        Shape::Type(Type::Bool)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        if let Value::Bool(value) = value {
            return Some(*value);
        }
        found.error(path, INVALID_VALUE, "A bool is required.");
        None
    }

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

impl AttrType for Number {
    fn shape() -> Shape {
        Shape::Type(Type::Number)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        if let Value::Number(number) = value {
            return Some(number.clone());
        }
        found.error(path, INVALID_VALUE, "A number is required.");
        None
    }

    fn encode(&self) -> Value {
        Value::Number(self.clone())
    }
}

/// Any value, of whatever type.
impl AttrType for Value {
    fn shape() -> Shape {
        Shape::Type(Type::Dynamic)
    }

    fn decode(value: &Value, _path: &Path, _found: &mut Diagnostics) -> Option<Self> {
        Some(value.clone())
    }

    fn encode(&self) -> Value {
        self.clone()
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl AttrType for $integer {
            fn shape() -> Shape {
                Shape::Type(Type::Number)
            }

            fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
                let number = match value {
                    Value::Number(number) => number.to_string().parse().ok(),
                    _ => None,
                };
                if number.is_none() {
                    let detail = format!("A whole number from {} to {} is required.", Self::MIN, Self::MAX);
                    found.error(path, INVALID_VALUE, detail);
                }
                number
            }

            fn encode(&self) -> Value {
                Value::Number(Number::from(*self))
            }
        }
    )*};
}

integers!(i32, i64, u8, u16, u32, u64);

macro_rules! widen {
    ($($integer:ty => $wide:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                Self::from(<$wide>::from(value))
            }
        }
    )*};
}

widen!(i32 => i64, u8 => u64, u16 => u64, u32 => u64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Attr;

    #[test]
    fn integers_are_told_their_range() {
        let mut found = Diagnostics::new();
        let port = Attr::<u16>::decode(&Value::from(70_000), &Path::from("port"), &mut found);
        assert_eq!(port, Attr::Unknown);
        let told = found.iter().next().unwrap();
        assert_eq!(told.detail, "A whole number from 0 to 65535 is required.");
        assert_eq!(told.path, Some(Path::from("port")));
    }

    #[test]
    fn null_and_unknown_are_kept_apart() {
        let mut found = Diagnostics::new();
        let path = Path::from("x");
        assert_eq!(Attr::<bool>::decode(&Value::Null, &path, &mut found), Attr::Null);
        assert_eq!(Attr::<bool>::decode(&Value::UNKNOWN, &path, &mut found), Attr::Unknown);
        assert!(found.is_empty());
    }
}

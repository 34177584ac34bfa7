use super::Number;

/// What is promised about an unknown value.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Refinement {
    /// `Some(false)`: will not be null; `Some(true)`: will be null.
    pub null: Option<bool>,
    /// The text will begin with this.
    pub prefix: Option<String>,
    /// The number will be at least this; the flag says whether it may be equal.
    pub lower: Option<(Number, bool)>,
    /// The number will be at most this; the flag says whether it may be equal.
    pub upper: Option<(Number, bool)>,
    /// The collection will have at least this many elements.
    pub min_length: Option<u64>,
    /// The collection will have at most this many elements.
    pub max_length: Option<u64>,
}

impl Refinement {
    /// No promise at all.
    pub const NONE: Self =
        Self { null: None, prefix: None, lower: None, upper: None, min_length: None, max_length: None };

    /// The promise that the value will not be null.
    pub const NOT_NULL: Self = Self { null: Some(false), ..Self::NONE };

    /// Whether nothing is promised.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}

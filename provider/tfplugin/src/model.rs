//! Models: one struct is the schema, the codec and the documentation.

use crate::attr::{AttrType, BlockType, INVALID_VALUE};
use crate::diagnostic::Diagnostics;
use crate::schema::{Block, Nesting, Shape};
use crate::value::{Path, Type, Value};

/// A struct whose fields are attributes and nested blocks. Derive it: see the crate `tfplugin-derive`.
pub trait Model: Clone + Default + PartialEq + Send + Sync + 'static {
    /// The schema of the fields.
    fn block() -> Block;

    /// Reads every field of an object; each wrong one is told in `found` and left unknown.
    fn decode_fields(object: &Value, path: &Path, found: &mut Diagnostics) -> Self;

    /// The object of all fields.
    fn encode_fields(&self) -> Value;

    /// Whether every field means the same.
    fn same_fields(&self, other: &Self) -> bool;

    /// Runs the checks that the fields carry.
    fn check_fields(&self, path: &Path, found: &mut Diagnostics);

    /// `old`'s value for each field that means the same in `new`.
    fn settle_fields(new: &Value, old: &Value) -> Value;
}

/// A model as the type of an attribute, or of a block.
impl<M: Model> AttrType for M {
    fn shape() -> Shape {
        Shape::Nested(Nesting::Single, M::block().attributes)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        if value.as_object().is_none() {
            found.error(path, INVALID_VALUE, "An object is required.");
            return None;
        }
        Some(M::decode_fields(value, path, found))
    }

    fn encode(&self) -> Value {
        self.encode_fields()
    }

    fn same(&self, other: &Self) -> bool {
        self.same_fields(other)
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        self.check_fields(path, found);
    }

    fn settle(new: Value, old: &Value) -> Value {
        if new.as_object().is_some() && old.as_object().is_some() { M::settle_fields(&new, old) } else { new }
    }
}

impl<M: Model> BlockType for M {
    fn block() -> Block {
        M::block()
    }
}

/// The wire type of a model as a function's argument: an object of all its attributes.
#[must_use]
pub fn object_type<M: Model>() -> Type {
    M::block().ty()
}

/// Pieces that the derived code is made of.
#[doc(hidden)]
pub mod derived {
    pub use crate::attr::{Attr, AttrType, BlockType};
    pub use crate::diagnostic::Diagnostics;
    pub use crate::model::Model;
    pub use crate::schema::{Attribute, Block, NestedBlock, Nesting};
    pub use crate::value::{Path, Value};

    use crate::attr::{INVALID_VALUE, sentence};

    /// What two models make of the same object.
    pub trait Beside {
        /// Both together.
        #[must_use]
        fn beside(self, other: Self) -> Self;
    }

    impl Beside for Block {
        fn beside(mut self, other: Self) -> Self {
            self.attributes.extend(other.attributes);
            self.blocks.extend(other.blocks);
            self
        }
    }

    impl Beside for Value {
        fn beside(self, other: Self) -> Self {
            match (self, other) {
                (Self::Object(mut fields), Self::Object(others)) => {
                    fields.extend(others);
                    Self::Object(fields)
                }
                (one, _) => one,
            }
        }
    }

    /// The encoded blocks of a field, with "none" in the form that the nesting asks for.
    pub fn encode_blocks<T: AttrType>(blocks: &Attr<T>, nesting: Nesting) -> Value {
        match (blocks.encode(), nesting) {
            (Value::Null, _) => nesting.absent(),
            (Value::List(blocks), Nesting::Set) => Value::set(blocks),
            (value, _) => value,
        }
    }

    /// Runs the check of a field on its known value.
    pub fn check<T>(
        attr: &Attr<T>,
        check: impl Fn(&T) -> Result<(), String>,
        path: &Path,
        found: &mut Diagnostics,
    ) {
        if let Some(Err(problem)) = attr.known().map(check) {
            found.error(path, INVALID_VALUE, sentence(&problem));
        }
    }
}

#[cfg(test)]
mod tests {
    use tfplugin_derive::Model;

    use super::*;
    use crate::attr::Attr;

    /// A flag that others have as well.
    #[derive(Clone, Debug, Default, Model, PartialEq)]
    struct Shared {
        /// Colour.
        #[attr(optional, check = colour)]
        colour: Attr<String>,
        /// Poles.
        #[attr(block)]
        pole: Attr<Vec<Pole>>,
    }

    /// A pole.
    #[derive(Clone, Debug, Default, Model, PartialEq)]
    struct Pole {
        /// Height.
        #[attr(required)]
        height: Attr<i64>,
    }

    /// A flag.
    #[derive(Clone, Debug, Default, Model, PartialEq)]
    struct Flag {
        /// Name.
        #[attr(required)]
        name: Attr<String>,
        #[attr(flatten)]
        shared: Shared,
    }

    fn colour(text: &String) -> Result<(), String> {
        if text == "red" { Ok(()) } else { Err("it is red".to_owned()) }
    }

    #[test]
    fn a_flattened_model_stands_beside_the_own_fields() {
        let block = <Flag as Model>::block();
        assert_eq!(
            block.attributes.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(),
            ["name", "colour"]
        );
        assert_eq!(block.blocks[0].name, "pole");

        let shared = Shared { colour: "red".into(), pole: vec![Pole { height: 3.into() }].into() };
        let flag = Flag { name: "x".into(), shared };
        let value = flag.encode_fields();
        assert_eq!(value.attribute("colour").as_str(), Some("red"));
        let mut found = Diagnostics::new();
        assert_eq!(Flag::decode_fields(&value, &Path::root(), &mut found), flag);

        let mut other = flag.clone();
        assert!(other.same_fields(&flag));
        other.shared.colour = "green".into();
        assert!(!other.same_fields(&flag));
        assert_eq!(Flag::settle_fields(&other.encode_fields(), &value), other.encode_fields());
        other.check_fields(&Path::root(), &mut found);
        assert_eq!(
            found.iter().map(|told| told.path.clone().unwrap()).collect::<Vec<_>>(),
            [Path::from("colour")]
        );
    }
}

//! An argument of any type that is read as a model.

use std::ops::Deref;

use crate::attr::{AttrType, INVALID_VALUE};
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::schema::Shape;
use crate::value::{Path, Type, Value};

/// An object as a function's argument, with the arguments of a model: what is left out is null or the default, values
/// are converted as in a block, and the checks of the fields have passed.
///
/// A function cannot declare optional attributes, so the parameter is of dynamic type.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<M>(M);

impl<M> Object<M> {
    /// The model.
    pub fn into_inner(self) -> M {
        self.0
    }
}

impl<M> Deref for Object<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0
    }
}

impl<M: Model> AttrType for Object<M> {
    fn shape() -> Shape {
        Shape::Type(Type::Dynamic)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        if value.is_null() || !value.is_wholly_known() {
            found.error(path, INVALID_VALUE, "An object is required, and all of it must be known.");
            return None;
        }
        let (block, mut told) = (M::block(), Diagnostics::new());
        let fitted = block.fit(value, path, &mut told);
        if fitted.as_object().is_none() {
            found.extend(told);
            return None;
        }
        block.tell_missing(&fitted, path, &mut told);
        let model = M::decode_fields(&fitted, path, &mut told);
        model.check_fields(path, &mut told);
        let good = !told.has_error();
        found.extend(told);
        good.then_some(Self(model))
    }

    fn encode(&self) -> Value {
        Value::Dynamic(M::block().ty(), Box::new(self.0.encode_fields()))
    }
}

#[cfg(test)]
mod tests;

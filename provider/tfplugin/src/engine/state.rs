//! Stored state, as a version of the provider wrote it.

use super::ModelShape;
use crate::diagnostic::{Error, Result};
use crate::schema::{Block, Nesting};
use crate::value::{Value, json};

/// Reads stored attributes leniently: absent ones are null, unknown ones are dropped.
pub(super) fn read_stored(json: &[u8], shape: &ModelShape) -> Result<Value> {
    let value = json::from_slice(json, &shape.ty, json::Attributes::Lenient).map_err(|error| {
        Error::new("State Not Understood", format!("The stored state does not fit: {error}."))
    })?;
    Ok(with_absent_blocks(&shape.schema.block, value))
}

/// Gives every block that is not there the value that means "none".
fn with_absent_blocks(block: &Block, value: Value) -> Value {
    let Value::Object(mut fields) = value else { return value };
    for nested in &block.blocks {
        let value = match fields.remove(&nested.name).unwrap_or(Value::Null) {
            Value::Null if nested.nesting != Nesting::Single => nested.nesting.absent(),
            Value::List(blocks) => Value::List(
                blocks.into_iter().map(|value| with_absent_blocks(&nested.block, value)).collect(),
            ),
            Value::Set(blocks) => {
                Value::set(blocks.into_iter().map(|value| with_absent_blocks(&nested.block, value)))
            }
            value => with_absent_blocks(&nested.block, value),
        };
        fields.insert(nested.name.clone(), value);
    }
    Value::Object(fields)
}

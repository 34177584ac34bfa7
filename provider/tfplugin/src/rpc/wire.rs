//! Values, diagnostics and paths as the protocol sends them.

use std::time::SystemTime;

use tfplugin_proto::tfplugin6 as proto;

use crate::diagnostic::{Diagnostic, Diagnostics, Error, Result, Severity};
use crate::value::{Path, Step, Type, Value, json, msgpack};

/// Reads a value in either form; an absent one is null.
pub(super) fn value(wire: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value> {
    let decoded = match wire {
        None => return Ok(Value::Null),
        Some(wire) if wire.msgpack.is_empty() && !wire.json.is_empty() => {
            json::from_slice(&wire.json, ty, json::Attributes::Exact)
        }
        Some(wire) => msgpack::from_slice(&wire.msgpack, ty),
    };
    decoded.map_err(|error| {
        Error::new("Value Not Understood", format!("A value from the host does not fit the schema: {error}."))
    })
}

/// Writes a value; null is left out, which means the same.
pub(super) fn dynamic(value: &Value, ty: &Type) -> Option<proto::DynamicValue> {
    if matches!(value, Value::Null) {
        return None;
    }
    Some(proto::DynamicValue { msgpack: msgpack::to_vec(value, ty), json: Vec::new() })
}

pub(super) fn diagnostics(told: Diagnostics) -> Vec<proto::Diagnostic> {
    told.into_iter().map(diagnostic).collect()
}

pub(super) fn error(error: Error) -> Vec<proto::Diagnostic> {
    diagnostics(error.into())
}

fn diagnostic(told: Diagnostic) -> proto::Diagnostic {
    let severity = match told.severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    proto::Diagnostic {
        severity: severity.into(),
        summary: told.summary,
        detail: told.detail,
        // A path without steps would hide the block's own place.
        attribute: told.path.as_ref().map(path).filter(|path| !path.steps.is_empty()),
    }
}

pub(super) fn path(path: &Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;

    let steps = path
        .steps()
        .iter()
        .map_while(|step| match step {
            Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
            Step::Index(index) => Some(Selector::ElementKeyInt(*index)),
            Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
            Step::Element => None,
        })
        .map(|selector| proto::attribute_path::Step { selector: Some(selector) });
    proto::AttributePath { steps: steps.collect() }
}

pub(super) fn timestamp(time: SystemTime) -> prost_types::Timestamp {
    time.into()
}

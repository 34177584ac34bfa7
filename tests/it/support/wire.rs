//! Between values and the messages that carry them.

use tfplugin::value::{Type, Value, msgpack};
use tfplugin_proto::tfplugin6::attribute_path::Step;
use tfplugin_proto::tfplugin6::attribute_path::step::Selector;
use tfplugin_proto::tfplugin6::diagnostic::Severity;
use tfplugin_proto::tfplugin6::{AttributePath, ClientCapabilities, Diagnostic, DynamicValue};

/// What current hosts can do.
pub(crate) const CAPABILITIES: ClientCapabilities =
    ClientCapabilities { deferral_allowed: false, write_only_attributes_allowed: true };

/// The message for a value.
pub(crate) fn encode(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue { msgpack: msgpack::to_vec(value, ty), json: Vec::new() }
}

/// The value in a message; an absent message is null.
pub(crate) fn decode(message: Option<&DynamicValue>, ty: &Type) -> Value {
    let bytes = message.map(|message| message.msgpack.as_slice()).unwrap_or_default();
    assert!(message.is_none_or(|message| message.json.is_empty()), "answers are MessagePack");
    msgpack::from_slice(bytes, ty).unwrap_or_else(|error| panic!("the answer is not a {ty}: {error}"))
}

/// The errors among the diagnostics, as text.
pub(crate) fn errors(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).map(text).collect()
}

/// Fails unless there is no error.
#[track_caller]
pub(crate) fn no_errors(diagnostics: &[Diagnostic]) {
    assert_eq!(errors(diagnostics), Vec::<String>::new());
}

/// The path as users write it: `a.b[0]["k"]`.
pub(crate) fn path_text(path: &AttributePath) -> String {
    let step = |(index, step): (usize, &Step)| match step.selector.as_ref().expect("a step has a selector") {
        Selector::AttributeName(name) if index == 0 => name.clone(),
        Selector::AttributeName(name) => format!(".{name}"),
        Selector::ElementKeyString(key) => format!("[{key:?}]"),
        Selector::ElementKeyInt(index) => format!("[{index}]"),
    };
    path.steps.iter().enumerate().map(step).collect()
}

/// A diagnostic as one line.
pub(crate) fn text(diagnostic: &Diagnostic) -> String {
    let path = diagnostic.attribute.as_ref().map(path_text).unwrap_or_default();
    format!("{path}: {}: {}", diagnostic.summary, diagnostic.detail)
}

//! What must hold for any input of `tfplugin`'s value codecs, besides that none of them panics.

use tfplugin::value::{Type, Value, json, msgpack};

/// The name of a fuzzer, and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// The codecs by the names of their fuzzers.
pub const ALL: &[Target] = &[("values_json", values_json), ("values_msgpack", values_msgpack)];

/// A type in Terraform's JSON notation, a NUL, and a value of it in `MessagePack`. What is read can be written, and
/// reads as the same value.
pub fn values_msgpack(data: &[u8]) {
    let Some((ty, bytes)) = split(data) else { return };
    let Ok(value) = msgpack::from_slice(bytes, &ty) else { return };
    let again = msgpack::from_slice(&msgpack::to_vec(&value, &ty), &ty);
    assert_eq!(again.ok(), Some(value));
}

/// The same in JSON, where numbers are read from their text.
pub fn values_json(data: &[u8]) {
    let Some((ty, bytes)) = split(data) else { return };
    for attributes in [json::Attributes::Exact, json::Attributes::Lenient] {
        let Ok(value) = json::from_slice(bytes, &ty, attributes) else { continue };
        let again: Option<Value> = msgpack::from_slice(&msgpack::to_vec(&value, &ty), &ty).ok();
        assert_eq!(again, Some(value));
    }
}

fn split(data: &[u8]) -> Option<(Type, &[u8])> {
    let nul = data.iter().position(|byte| *byte == 0)?;
    Some((Type::from_bytes(&data[..nul]).ok()?, &data[nul + 1..]))
}

//! Questions to Python programs that lie beside the tests.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::tool;

/// Gives a program JSON to read and takes the JSON that it writes.
pub(super) fn ask(program: &str, question: &Value) -> Value {
    let path = tool::workspace().join("tests/it/interop/pki").join(program);
    let mut command = Command::new(tool::python());
    command.arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let question = question.to_string();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(question.as_bytes()));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    writer.join().unwrap().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Bytes in a JSON string.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

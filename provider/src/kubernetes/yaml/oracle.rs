//! kubectl itself as the judge: thousands of names made to be misread.

use std::collections::BTreeSet;
use std::process::Command;

use fastrand::Rng;
use serde_json::{Value, json};

/// Pieces that mean something to a YAML reader, alone or joined.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "y", "n", "no", "on", "off", "true", "null", "~", ".inf", ".nan", "0x", "0X", "0b", "0o", "0", "1", "7", "9", "12",
    "59", "60", "2024", "-01", "-1", "-2", "02", "T", "t", "Z", "+01:00", "1e5", "1e999", "999999999999999999999999",
    ":", ": ", "#", " #", " ", "  ", "-", "- ", "_", ".", ",", "?", "? ", "!", "&", "*", "[", "]", "{", "}", "|", ">",
    "'", "\"", "%", "@", "`", "\\", "/", "=", "<<", "+", "---", "...", "--- ", "e", "E", "F", "é", "ß", "漢", "\u{a0}",
    "\t", "\n", "\r", "\u{1}", "\u{1b}", "a", "xyz", "system:node:", "ip-172-31-0-20",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

#[test]
fn kubectl_writes_every_string_the_same() {
    let mut random = Rng::with_seed(6);
    let name = |random: &mut Rng| {
        (0..random.usize(1..7)).map(|_| *random.choice(PIECES).unwrap()).collect::<String>()
    };
    let names: BTreeSet<String> = (0..5000).map(|_| name(&mut random)).collect();
    let users: Vec<Value> =
        names.iter().map(|name| json!({ "name": name, "user": { "token": name } })).collect();

    let theirs = rewritten(&json!({
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": [{ "name": "x", "context": { "cluster": "old", "user": "" } }],
        "users": users,
    }));
    let ours = super::to_string(&json!({ "users": users })).unwrap();
    let (_, theirs) = theirs.split_once("\nusers:\n").unwrap();
    for (ours, theirs) in ours.strip_prefix("users:\n").unwrap().lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.lines().count(), theirs.lines().count() + 1);
}

/// Has kubectl change a little thing in a kubeconfig, so that it writes the whole file anew.
fn rewritten(document: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, document.to_string()).unwrap();
    let mut run = Command::new("kubectl");
    run.args(["config", "set-context", "x", "--cluster=new", "--kubeconfig"]).arg(&file);
    let run = run.output().expect("install kubectl to run this test");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    std::fs::read_to_string(&file).unwrap()
}

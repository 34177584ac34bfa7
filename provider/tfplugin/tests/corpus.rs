//! The inputs that fuzzing found worth keeping.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::Path;

#[path = "../../../fuzz/src/values.rs"]
#[expect(unreachable_pub, reason = "the fuzzers see them from outside")]
mod targets;

#[test]
fn kept_inputs_hold_what_fuzzing_checks() {
    for (name, check) in targets::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
        let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty(), "no input in {}", folder.display());
        for file in files {
            check(&std::fs::read(&file).unwrap());
        }
    }
}

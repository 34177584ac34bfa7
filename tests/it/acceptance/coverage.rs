//! Nothing that the provider has is left out of these tests.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::provider_binary::provider;
use crate::support::tool;

#[test]
fn everything_is_tried() {
    let schema = tool::succeed(Command::new(provider()).arg("--schema"));
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let folder = tool::workspace().join("tests/it/acceptance");
    let files =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let sources: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();

    // A resource is the hero of a scenario; data sources, ephemeral resources and functions are used.
    let kinds = [
        ("resources", "\"groundup_", ".this\""),
        ("ephemeral_resources", "ephemeral \"groundup_", "\" "),
        ("data_sources", "data \"groundup_", "\" "),
        ("functions", "provider::groundup::", "("),
    ];
    for (kind, before, after) in kinds {
        let all = schema[kind].as_array().unwrap();
        assert!(!all.is_empty(), "{kind}");
        for name in all.iter().map(|one| one["name"].as_str().unwrap()) {
            let used = format!("{before}{}{after}", name.trim_start_matches("groundup_"));
            assert!(sources.contains(&used), "no test of {name}: nothing says {used}");
        }
    }
}

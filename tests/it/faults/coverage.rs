//! No safeguard without a scenario.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::tool;

/// Where safeguards are listed, as `Name = "switch",` inside `safeguards! { … }`.
const LISTS: [&str; 2] = ["provider/aws/src/safeguard.rs", "provider/tfplugin/src/safeguard.rs"];

#[test]
fn each_safeguard_is_proven() {
    let mut switches = BTreeSet::new();
    for list in LISTS.map(|list| tool::workspace().join(list)).iter().filter(|list| list.is_file()) {
        let text = fs::read_to_string(list).unwrap();
        let variants = text.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
        switches.extend(variants.map(|(_, switch)| switch.to_owned()));
    }
    assert!(switches.contains("throttled-retry"), "the list of safeguards was not understood: {switches:?}");
    let mut proven = BTreeSet::new();
    collect(&tool::workspace().join("tests/it/faults"), &mut proven);
    let unproven: Vec<_> = switches.difference(&proven).collect();
    assert!(unproven.is_empty(), "safeguards without a scenario in tests/it/faults: {unproven:?}");
    let unknown: Vec<_> = proven.difference(&switches).collect();
    assert!(unknown.is_empty(), "scenarios prove safeguards that do not exist: {unknown:?}");
}

/// The names in every list of safeguards that a scenario of a folder proves.
fn collect(folder: &Path, proven: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, proven);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for list in text.split(concat!(".proves", "(&[")).skip(1) {
            let (list, _) = list.split_once(']').unwrap_or_default();
            proven.extend(list.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
}

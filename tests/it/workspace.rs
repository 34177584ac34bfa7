//! The house rules that the compiler cannot see: which crate may use which, and where versions and lints come from.

use std::collections::BTreeMap;
use std::fs;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Every member, and the members that it may use.
const MAY_USE: [(&str, &[&str]); 9] = [
    ("aws", &[]),
    ("groundup-pki", &["pki-core"]),
    ("pki-core", &[]),
    ("terraform-provider-groundup", &["aws", "pki-core", "tfplugin"]),
    ("tests", &["pki-core", "tfplugin", "tfplugin-proto"]),
    ("tfplugin", &["tfplugin-derive", "tfplugin-proto"]),
    ("tfplugin-derive", &[]),
    ("tfplugin-proto", &[]),
    ("xtask", &[]),
];

/// Families of outside crates, by the beginning of their names, and the only members that may name them.
const ONLY: [(&str, &[&str]); 8] = [
    ("aws-config", &["aws"]),
    ("aws-runtime", &["aws"]),
    ("aws-sdk-", &["aws"]),
    ("aws-smithy-", &["aws"]),
    ("tonic", &["tests", "tfplugin", "tfplugin-proto", "xtask"]),
    ("x509-cert", &["pki-core"]),
    ("rsa", &["pki-core"]),
    ("anyhow", &["tests", "xtask"]),
];

/// What would bring I/O, threads of its own or a runtime into the pure library.
const IMPURE: [&str; 5] = ["hyper", "mio", "nix", "tempfile", "tokio"];

fn workspace() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let options = ["--offline".to_owned(), "--locked".to_owned()];
    MetadataCommand::new().manifest_path(manifest).no_deps().other_options(options).exec().unwrap()
}

fn dependencies(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().map(|dependency| dependency.name.as_str())
}

#[test]
fn crates_use_only_what_they_may() {
    let workspace = workspace();
    let may_use: BTreeMap<_, _> = MAY_USE.into_iter().collect();
    let members: Vec<_> = workspace.packages.iter().map(|package| package.name.to_string()).collect();
    for package in &workspace.packages {
        let name = package.name.as_str();
        let allowed = may_use.get(name).unwrap_or_else(|| panic!("{name}: say in this test what it may use"));
        for used in dependencies(package).filter(|used| members.iter().any(|member| member == used)) {
            assert!(allowed.contains(&used), "{name} must not use {used}");
        }
    }
    assert_eq!(may_use.len(), members.len(), "a crate of this test is gone: {members:?}");
}

#[test]
fn outside_crates_stay_behind_their_wall() {
    for package in &workspace().packages {
        for used in dependencies(package) {
            for (family, members) in ONLY {
                let kin = used == family || used.starts_with(&format!("{}-", family.trim_end_matches('-')));
                assert!(
                    !kin || members.contains(&package.name.as_str()),
                    "{} must not name {used}",
                    package.name
                );
            }
        }
    }
}

#[test]
fn the_library_of_certificates_is_pure() {
    let workspace = workspace();
    let library = workspace.packages.iter().find(|package| package.name.as_str() == "pki-core").unwrap();
    let used =
        library.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    let impure: Vec<_> = used.filter(|used| IMPURE.contains(&used.name.as_str())).collect();
    assert!(impure.is_empty(), "{impure:#?}");
}

/// A version or feature in a single member would build the AWS SDK's dependencies differently for that member alone.
#[test]
fn versions_features_and_lints_live_in_one_place() {
    for package in &workspace().packages {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{}: no workspace lints", package.name);
        let mut section = "";
        for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]") {
                let optional = line.ends_with(" = { workspace = true, optional = true }");
                assert!(optional || line.ends_with(".workspace = true"), "{}: {line}", package.name);
            }
        }
    }
}

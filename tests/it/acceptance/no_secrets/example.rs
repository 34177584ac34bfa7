//! The example without secrets, in everything that it leaves behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{LOG, SEED, left_behind, logging, variables};
use crate::support::files;
use crate::support::leaks::{Kind, Leaks};
use crate::support::moto::Moto;

const SMALL: &str = "module \"cluster\" {\n master_count = 1\n worker_count = 1\n}\n";
const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINViP+JHHvPL8kwhWbErRg2BFu9WIW0P99VDRgmU+qkq";
/// Keys that are in no file at all.
const AUTHORITIES: [(Kind, &str, u32); 3] = [
    (Kind::P256, "zero-secrets/ca", 1),
    (Kind::P256, "zero-secrets/etcd/ca", 1),
    (Kind::P256, "zero-secrets/front-proxy-ca", 1),
];

#[test]
fn the_example_leaves_no_secret_behind() {
    let moto = Moto::start();
    let output = tempfile::tempdir().unwrap();
    let terraform = logging().with_environment(moto.environment()).with_example("zero-secrets");
    let terraform = terraform.with_environment(variables(&[
        ("pki_seed", SEED),
        ("ssh_public_key", SSH_KEY),
        ("admin_cidrs", "[\"203.0.113.7/32\"]"),
        ("output_directory", output.path().to_str().unwrap()),
    ]));
    terraform.write("small_override.tf", SMALL);
    let mut printed = Vec::new();
    for arguments in [
        ["plan", "-no-color", "-input=false", "-out=planned"].as_slice(),
        &["show", "-json", "planned"],
        &["apply", "-no-color", "-input=false", "planned"],
        &["show", "-json"],
        &["output", "-json"],
    ] {
        printed.push((arguments.join(" "), terraform.succeed(arguments).into_bytes()));
    }
    terraform.plan().is_empty();

    let secrets = written(output.path());
    let unpacked = [("the plan file".to_owned(), terraform.members_of("planned"))];
    assert!(terraform.read(LOG).contains("[TRACE]"), "the log is whole");
    for (name, text) in left_behind(&terraform).into_iter().chain(unpacked).chain(printed) {
        secrets.assert_clean(&name, text);
    }
}

/// The secrets of the cluster, as its files hold them, and the keys of its authorities, which no file holds.
fn written(output: &Path) -> Leaks {
    let mut secrets = Leaks::of_seed(SEED).derived(SEED, &AUTHORITIES);
    let mut count = 0;
    for file in files::below(output) {
        let (name, text) = (file.display().to_string(), fs::read_to_string(&file).unwrap());
        if file.extension().is_some_and(|extension| extension == "key") {
            secrets.key_of_pem(&name, &text);
            count += 1;
        }
        for line in text.lines().map(str::trim) {
            let value = |name: &str| line.strip_prefix(name).map(|text| STANDARD.decode(text).unwrap());
            if let Some(key) = value("client-key-data: ") {
                secrets.key_of_pem(&name, &String::from_utf8(key).unwrap());
                count += 1;
            }
            if let Some(key) = value("secret: ") {
                secrets.bytes(&name, &key);
                count += 1;
            }
        }
    }
    assert!(count >= 14, "{count}");
    // In the files there is what was added from them, but nothing of the authorities and of the seed.
    let unwritten = Leaks::of_seed(SEED).derived(SEED, &AUTHORITIES);
    for file in files::below(output) {
        assert_eq!(unwritten.found(fs::read(&file).unwrap()), BTreeSet::new(), "{}", file.display());
    }
    secrets
}

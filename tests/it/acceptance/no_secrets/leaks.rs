//! Nothing that Terraform or the provider writes holds a secret, but the files that are meant to.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{LOG, configuration, left_behind, secrets};
use crate::support::files;
use crate::support::leaks::Leaks;

#[test]
fn no_secret_is_anywhere_but_in_its_file() {
    let output = tempfile::tempdir().unwrap();
    let terraform = configuration(output.path());
    let mut printed = Vec::new();
    let mut run = |arguments: &[&str]| {
        let finished = terraform.run(arguments);
        let text = [finished.stdout, finished.stderr].concat();
        assert!(finished.status.success(), "{arguments:?}:\n{}", String::from_utf8_lossy(&text));
        printed.push((arguments.join(" "), text));
    };
    for plan in ["plan-1", "plan-2"] {
        run(&["plan", "-no-color", "-input=false", &format!("-out={plan}")]);
        run(&["show", "-no-color", plan]);
        run(&["show", "-json", plan]);
        run(&["apply", "-no-color", "-input=false", plan]);
        run(&["show", "-no-color"]);
        run(&["show", "-json"]);
        run(&["plan", "-json", "-input=false", "-detailed-exitcode"]);
        // Once more with keys of another generation, and the state before as the backup.
        terraform.write("terraform.tfvars", "generation = 2\n");
    }

    let secrets = secrets(&terraform, output.path());
    let left = left_behind(&terraform);
    for expected in ["terraform.tfstate", "terraform.tfstate.backup", LOG, "plan-1", "plan-2"] {
        assert!(left.iter().any(|(name, _)| name.ends_with(expected)), "{expected} is there");
    }
    let log = terraform.read(LOG);
    assert!(
        log.contains("[TRACE]") && log.contains("provider.terraform-provider-groundup"),
        "the log is whole"
    );
    let unpacked = ["plan-1", "plan-2"].map(|plan| (format!("unpacked {plan}"), terraform.members_of(plan)));
    for (name, text) in left.into_iter().chain(unpacked).chain(printed) {
        secrets.assert_clean(&name, text);
    }
    each_is_in_its_file(&secrets, output.path());
}

/// Files with secrets are for their owner alone, and hold one secret each.
#[track_caller]
fn each_is_in_its_file(secrets: &Leaks, output: &Path) {
    let files = files::below(output);
    assert_eq!(files.len(), 11, "{files:?}");
    for file in files {
        let found: BTreeSet<_> =
            secrets.found(fs::read(&file).unwrap()).into_iter().map(|leak| leak.name).collect();
        assert_eq!(found.len(), 1, "{}: {found:?}", file.display());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
}

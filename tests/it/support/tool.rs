//! Programs that the tests use but do not bring.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where a program is. A missing one fails the test: a silent skip would prove nothing.
pub(crate) fn find(name: &str) -> PathBuf {
    on_path(name).unwrap_or_else(|| panic!("`{name}` is missing: `make tools` installs it or says how to"))
}

/// Terraform, or OpenTofu where there is none. `GROUNDUP_TERRAFORM` names another program.
pub(crate) fn terraform() -> PathBuf {
    env::var_os("GROUNDUP_TERRAFORM")
        .map(PathBuf::from)
        .or_else(|| on_path("terraform"))
        .unwrap_or_else(|| find("tofu"))
}

/// The interpreter that has the AWS emulator installed.
pub(crate) fn python() -> PathBuf {
    let path =
        env::var_os("GROUNDUP_PYTHON").map_or_else(|| workspace().join(".venv/bin/python"), PathBuf::from);
    assert!(path.is_file(), "{} is missing: `make tools` installs it", path.display());
    path
}

/// Runs a program that has to succeed; gives what it wrote to standard output.
#[track_caller]
pub(crate) fn succeed(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {status}\n{stdout}\n{}", String::from_utf8_lossy(&stderr));
    stdout
}

/// Runs a program that has to fail; gives what it wrote.
#[track_caller]
pub(crate) fn fail(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(!status.success(), "{command:?} succeeds:\n{text}");
    text
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

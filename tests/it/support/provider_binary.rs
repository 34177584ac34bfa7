//! Where the binaries under test are.

use std::env;
use std::path::PathBuf;

/// The provider: `GROUNDUP_PROVIDER`, or the one built beside these tests.
pub(crate) fn provider() -> PathBuf {
    built("GROUNDUP_PROVIDER", "terraform-provider-groundup")
}

/// The command line over the library of certificates: `GROUNDUP_PKI`, or the one built beside these tests.
pub(crate) fn groundup_pki() -> PathBuf {
    built("GROUNDUP_PKI", "groundup-pki")
}

/// A provider that is only for tests: its resources are slow, panic or fail on demand.
pub(crate) fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_fixture-provider"))
}

fn built(variable: &str, name: &str) -> PathBuf {
    let path = env::var_os(variable)
        .map_or_else(|| beside_tests(&format!("{name}{}", env::consts::EXE_SUFFIX)), PathBuf::from);
    assert!(path.is_file(), "{} is missing: run `cargo build --workspace` first", path.display());
    path
}

/// The test binary lies in `<profile>/deps`, other binaries in `<profile>`.
fn beside_tests(name: &str) -> PathBuf {
    let tests = env::current_exe().unwrap();
    tests.parent().and_then(|deps| deps.parent()).unwrap().join(name)
}

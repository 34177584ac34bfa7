//! Development tasks: `cargo xtask <task>`.

use std::path::Path;

use anyhow::{Result, bail};

mod codegen;

const USAGE: &str = "usage: cargo xtask <task>\n\ntasks:\n  codegen   generate the code of tfplugin-proto from its .proto files";

fn main() -> Result<()> {
    let root = workspace_root();
    match std::env::args().nth(1).as_deref() {
        Some("codegen") => codegen::run(root),
        Some(unknown) => bail!("unknown task `{unknown}`\n\n{USAGE}"),
        None => bail!("{USAGE}"),
    }
}

/// The directory that holds the workspace's `Cargo.toml`.
pub(crate) fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

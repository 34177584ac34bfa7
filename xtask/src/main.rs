//! Development tasks: `cargo xtask <task>`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

mod catalog;
mod codegen;
mod dist;
mod docs;

const USAGE: &str = "\
usage: cargo xtask <task>

tasks:
  codegen                      generate the code of tfplugin-proto from its .proto files
  docs [--check] [<provider>]  write docs/ (or fail when it is stale) from what the provider says about itself
  dist [<provider>]            pack the provider for a release, into dist/

<provider> is the path of a provider binary; by default the one that the workspace's build made.";

fn main() -> Result<()> {
    let root = &workspace_root()?;
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["codegen"] => codegen::run(root),
        ["docs", "--check", rest @ ..] => docs::run(root, &provider("debug", rest)?, docs::Mode::Check),
        ["docs", rest @ ..] => docs::run(root, &provider("debug", rest)?, docs::Mode::Write),
        ["dist", rest @ ..] => dist::run(root, &provider("dist", rest)?),
        [] => bail!("{USAGE}"),
        [unknown, ..] => bail!("unknown task or arguments of `{unknown}`\n\n{USAGE}"),
    }
}

/// The checkout that the current directory is in. Not the one that this program was built in: a target directory can
/// move, or serve several.
pub(crate) fn workspace_root() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    Ok(root.with_context(|| format!("{} is in no checkout", here.display()))?.to_owned())
}

/// The provider binary that was named, or the one of a profile, in the target directory that this program lies in too.
fn provider(profile: &str, arguments: &[&str]) -> Result<PathBuf> {
    match arguments {
        [] => {
            let this = std::env::current_exe()?;
            let target = this.ancestors().nth(2).context("this program has no target directory")?;
            Ok(target
                .join(profile)
                .join(format!("terraform-provider-groundup{}", std::env::consts::EXE_SUFFIX)))
        }
        [path] if !path.starts_with('-') => Ok(PathBuf::from(path)),
        _ => bail!("unknown arguments {arguments:?}\n\n{USAGE}"),
    }
}

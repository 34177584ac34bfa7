//! Where the provider remembers what it is creating, for the case that it is killed.

use std::fs;
use std::path::PathBuf;

/// A folder for each workspace of the configuration: `GROUNDUP_STATE_DIR`, or `groundup` in Terraform's own data folder.
pub(crate) fn state_dir() -> PathBuf {
    let terraform = std::env::var_os("TF_DATA_DIR").filter(|folder| !folder.is_empty());
    let terraform = terraform.map_or_else(|| PathBuf::from(".terraform"), PathBuf::from);
    let selected = || fs::read_to_string(terraform.join("environment")).ok();
    let workspace = std::env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty()).or_else(selected);
    let folder = std::env::var_os("GROUNDUP_STATE_DIR").filter(|folder| !folder.is_empty());
    let folder = folder.map_or_else(|| terraform.join("groundup"), PathBuf::from);
    // The same configuration makes equal requests in each of its workspaces.
    match workspace.as_deref().map(str::trim) {
        None | Some("" | "default") => folder,
        Some(workspace) => folder.join(workspace),
    }
}

//! `rehearse`: every TLS handshake of a cluster, in memory.

mod folder;

use std::path::PathBuf;

use pki_core::rehearsal::{Rehearsal, RehearsalError};
use serde_json::json;

use super::bundle::options::ClusterOptions;
use crate::console::{self, Status};
use crate::error::Failure;
use crate::signing;

/// Let everyone in a cluster call everyone in memory, and show who gets through
///
/// With a folder, with the certificates and keys in it, as `bundle` and the tutorial lay them out; without, with
/// throw-away keys under the names and usages that `bundle` would give. Exits with 1 where somebody does not get through.
#[derive(Debug, clap::Args)]
pub(crate) struct Rehearse {
    /// Folder with the certificates of a cluster
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    cluster: ClusterOptions,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Rehearse {
    pub(crate) fn run(self) -> Result<Status, Failure> {
        let now = signing::now();
        let failed = |errors| Failure::Problems { about: String::new(), errors };
        let rehearsal = match &self.folder {
            Some(folder) if self.cluster.is_for_new_certificates() => {
                return Err(Failure::Usage {
                    problem: format!("the certificates in {} are as they are", folder.display()),
                    help: "leave out the folder, or the options that say how certificates are to be made",
                });
            }
            Some(folder) => folder::rehearsal(folder, &self.cluster, now)?,
            None => Rehearsal::of_layout(&self.cluster.layout()?, now).map_err(failed)?,
        };
        let matrix = rehearsal.run(&mut signing::rng()).map_err(|errors: Vec<RehearsalError>| {
            Failure::Rehearsal { problems: errors.iter().map(ToString::to_string).collect() }
        })?;
        let text = if self.json { format!("{:#}\n", json!(matrix)) } else { matrix.to_string() };
        console::print(&text)?;
        Ok(Status::good_if(matrix.passes()))
    }
}

//! What the provider makes, in the hands of the programs that will use it.

mod cfssl;
mod kubectl;
mod openssl;
mod pki;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::terraform::Terraform;

/// The example's files, as they belong under `/etc/kubernetes`.
fn pki_only() -> Terraform {
    let terraform = Terraform::new().with_example("pki-only");
    terraform.apply().succeeded();
    terraform
}

/// The files with an ending below a folder, each by its name without that ending.
fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut names: Vec<_> = below(folder)
        .into_iter()
        .filter_map(|path| {
            path.strip_prefix(folder).unwrap().to_str().unwrap().strip_suffix(ending).map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

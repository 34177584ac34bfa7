//! What there is in a folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// The files with an ending below a folder, each by its name without that ending.
pub(crate) fn ending_in(folder: &Path, ending: &str) -> Vec<String> {
    let mut names: Vec<_> = below(folder)
        .into_iter()
        .filter_map(|path| {
            path.strip_prefix(folder).unwrap().to_str().unwrap().strip_suffix(ending).map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

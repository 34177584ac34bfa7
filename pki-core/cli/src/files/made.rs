//! Folders that are made for files.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::FileError;
use super::folder::Folder;

/// Folders that were made. They go again unless they are kept.
#[derive(Debug, Default)]
pub(super) struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    /// Makes a folder and those above it, where they are missing.
    pub(super) fn make(&mut self, path: &Path) -> Result<(), FileError> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        if let Some(parent) = path.parent() {
            self.make(parent)?;
        }
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {
                self.0.push(path.to_owned());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(FileError::NoFolder { folder: path.to_owned() })
            }
            Err(source) => Err(FileError::Io { action: "make", path: path.to_owned(), source }),
        }
    }

    /// Keeps them, and brings their names to the disk.
    pub(super) fn keep(&mut self) -> Result<(), FileError> {
        for path in self.0.drain(..) {
            Folder::open(super::parent(&path))?.sync()?;
        }
        Ok(())
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            let _ = fs::remove_dir(path);
        }
    }
}

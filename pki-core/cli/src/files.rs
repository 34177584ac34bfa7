//! Files that come into being together, or not at all.
//!
//! Every file is written under another name in its folder, brought to the disk, and renamed. Until the first renaming
//! nothing has changed; what can go wrong has gone wrong before it, and if a renaming fails, those before are undone.
//! Nothing is ever written through a symbolic link, and modes do not depend on the umask.

mod folder;
mod made;
mod staged;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::parallel;
use folder::Folder;
use made::MadeFolders;
use staged::Staged;

/// How many files are brought to the disk at once.
const WRITERS: usize = 8;

/// Files that come into being together.
#[derive(Debug)]
pub(crate) struct FileSet {
    files: Vec<NewFile>,
    replace_keys: bool,
    makes_folders: bool,
}

struct NewFile {
    path: PathBuf,
    content: Zeroizing<String>,
    secrecy: Secrecy,
}

/// Who may read a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Secrecy {
    /// Its owner: mode 0600.
    Secret,
    /// Everybody: mode 0644.
    Public,
}

impl FileSet {
    /// An empty set. Keys that are already there are replaced only if asked for.
    pub(crate) fn new(replace_keys: bool) -> Self {
        Self { files: Vec::new(), replace_keys, makes_folders: false }
    }

    /// Adds a file for its owner alone.
    pub(crate) fn secret(&mut self, path: impl Into<PathBuf>, content: Zeroizing<String>) {
        self.files.push(NewFile { path: path.into(), content, secrecy: Secrecy::Secret });
    }

    /// Adds a file for everybody.
    pub(crate) fn public(&mut self, path: impl Into<PathBuf>, content: String) {
        let content = Zeroizing::new(content);
        self.files.push(NewFile { path: path.into(), content, secrecy: Secrecy::Public });
    }

    /// Makes the folders that are missing, for their owner alone.
    pub(crate) fn make_folders(&mut self) {
        self.makes_folders = true;
    }

    /// Writes all files.
    ///
    /// # Errors
    ///
    /// Fails when a folder is missing, when something else than a regular file has one of the names, when another key
    /// would be lost, and when the disk does. Then everything is as it was before.
    pub(crate) fn write(&self) -> Result<(), FileError> {
        let mut made = MadeFolders::default();
        if self.makes_folders {
            self.files.iter().filter_map(|file| file.path.parent()).try_for_each(|path| made.make(path))?;
        }
        let mut folders: BTreeMap<&Path, Arc<Folder>> = BTreeMap::new();
        let mut targets = Vec::new();
        for file in &self.files {
            let (parent, name) = split(&file.path)?;
            let folder = match folders.entry(parent) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(Arc::new(Folder::open(parent)?)).clone(),
            };
            self.check(file, &folder, name)?;
            targets.push((file, folder, name));
        }
        // What takes time is to wait for the disk, which serves several at once.
        let staged = parallel::map_by(WRITERS, targets, |(file, folder, name)| {
            Staged::write(folder, name, file.mode(), file.content.as_bytes())
        });
        publish(&mut staged.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        made.keep()?;
        folders.values().try_for_each(|folder| folder.sync())
    }

    /// Refuses what must not be replaced.
    fn check(&self, file: &NewFile, folder: &Folder, name: &OsStr) -> Result<(), FileError> {
        let path = || file.path.clone();
        match folder.kind_of(name)? {
            None => Ok(()),
            Some(folder::Kind::SymbolicLink) => Err(FileError::SymbolicLink { path: path() }),
            Some(folder::Kind::Other) => Err(FileError::NotAFile { path: path() }),
            Some(folder::Kind::File) => {
                let protected = file.secrecy == Secrecy::Secret && !self.replace_keys;
                if protected && !folder.holds(name, file.content.as_bytes())? {
                    return Err(FileError::OtherKey { path: path() });
                }
                Ok(())
            }
        }
    }
}

impl NewFile {
    fn mode(&self) -> u32 {
        match self.secrecy {
            Secrecy::Secret => 0o600,
            Secrecy::Public => 0o644,
        }
    }
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Files cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("there is no folder {}", .folder.display())]
    NoFolder { folder: PathBuf },
    #[error("{} names no file", .path.display())]
    NoName { path: PathBuf },
    #[error("{} is a symbolic link, and nothing is written through one", .path.display())]
    SymbolicLink { path: PathBuf },
    #[error("{} exists and is not a file", .path.display())]
    NotAFile { path: PathBuf },
    #[error("{} holds another secret, which would be lost", .path.display())]
    OtherKey { path: PathBuf },
    #[error("cannot {action} {}: {source}", .path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

impl FileError {
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoFolder { .. } => Some("make it first with `mkdir -p`"),
            Self::SymbolicLink { .. } => Some("remove the link, or write elsewhere"),
            Self::OtherKey { .. } => Some("write elsewhere, or pass --force to replace it"),
            _ => None,
        }
    }
}

/// Gives all files their names, or none.
fn publish(files: &mut [Staged]) -> Result<(), FileError> {
    for index in 0..files.len() {
        if let Err(error) = files[index].publish() {
            files[..index].iter_mut().rev().for_each(Staged::withdraw);
            return Err(error);
        }
    }
    Ok(())
}

fn split(path: &Path) -> Result<(&Path, &OsStr), FileError> {
    let name = path.file_name().ok_or_else(|| FileError::NoName { path: path.to_owned() })?;
    Ok((parent(path), name))
}

/// The folder of a path, which is the working directory where none is written.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

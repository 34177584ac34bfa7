//! A file that is complete but has not got its name yet.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::sync::Arc;

use super::FileError;
use super::folder::Folder;

/// A file under a name of its own, beside the one it will have. What is left of it goes when this goes.
#[derive(Debug)]
pub(super) struct Staged {
    folder: Arc<Folder>,
    name: OsString,
    temporary: OsString,
    /// A second name of what had the name before.
    former: OsString,
}

impl Staged {
    /// Writes a file and brings it to the disk.
    pub(super) fn write(
        folder: Arc<Folder>,
        name: &OsStr,
        mode: u32,
        content: &[u8],
    ) -> Result<Self, FileError> {
        let random = getrandom::u64().map_err(|error| FileError::Io {
            action: "find a temporary name for",
            path: folder.path_of(name),
            source: error.into(),
        })?;
        let beside = |ending: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{random:016x}.{ending}"));
            hidden
        };
        let staged = Self { name: name.to_owned(), temporary: beside("new"), former: beside("old"), folder };
        let failed = |source| FileError::Io { action: "write", path: staged.folder.path_of(name), source };
        let mut file = staged.folder.create(&staged.temporary, mode).map_err(|errno| failed(errno.into()))?;
        file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(staged)
    }

    /// Gives the file its name.
    pub(super) fn publish(&mut self) -> Result<(), FileError> {
        // There may have been nothing, and some file systems know no second names; then `withdraw` cannot restore it.
        let _ = self.folder.link(&self.name, &self.former);
        self.folder
            .rename(&self.temporary, &self.name)
            .map_err(|errno| self.folder.failed("write", &self.name, errno))
    }

    /// Undoes [`publish`](Self::publish).
    pub(super) fn withdraw(&mut self) {
        if self.folder.rename(&self.former, &self.name).is_err() {
            self.folder.remove(&self.name);
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.folder.remove(&self.temporary);
        self.folder.remove(&self.former);
    }
}

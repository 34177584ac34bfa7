//! A folder that stays the same one, whatever becomes of its path.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, open, openat, renameat};
use nix::sys::stat::{Mode, SFlag, fchmod, fstatat};
use nix::unistd::{UnlinkatFlags, fsync, linkat, unlinkat};
use zeroize::Zeroizing;

use super::FileError;

/// An open folder. All names are looked up in it and not along a path, which somebody could change meanwhile.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    fd: OwnedFd,
}

/// What has a name in a folder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    File,
    SymbolicLink,
    Other,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        let flags = OFlag::O_DIRECTORY | OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        match open(path, flags, Mode::empty()) {
            Ok(fd) => Ok(Self { path: path.to_owned(), fd }),
            Err(Errno::ENOENT | Errno::ENOTDIR) => Err(FileError::NoFolder { folder: path.to_owned() }),
            Err(errno) => Err(FileError::Io { action: "open", path: path.to_owned(), source: errno.into() }),
        }
    }

    /// A name in this folder as people write it.
    pub(super) fn path_of(&self, name: &OsStr) -> PathBuf {
        if self.path == Path::new(".") { name.into() } else { self.path.join(name) }
    }

    pub(super) fn kind_of(&self, name: &OsStr) -> Result<Option<Kind>, FileError> {
        match fstatat(&self.fd, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(self.failed("look at", name, errno)),
            Ok(status) => Ok(Some(match SFlag::from_bits_truncate(status.st_mode) & SFlag::S_IFMT {
                SFlag::S_IFREG => Kind::File,
                SFlag::S_IFLNK => Kind::SymbolicLink,
                _ => Kind::Other,
            })),
        }
    }

    /// Whether a file has this content, up to blanks at its end.
    pub(super) fn holds(&self, name: &OsStr, content: &[u8]) -> Result<bool, FileError> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let fd =
            openat(&self.fd, name, flags, Mode::empty()).map_err(|errno| self.failed("read", name, errno))?;
        let most = content.len() + 64;
        let mut there = Zeroizing::new(Vec::with_capacity(most));
        File::from(fd).take(most as u64).read_to_end(&mut there).map_err(|source| FileError::Io {
            action: "read",
            path: self.path_of(name),
            source,
        })?;
        Ok(there.trim_ascii_end() == content.trim_ascii_end())
    }

    /// Makes a file that was not there, with exactly this mode.
    pub(super) fn create(&self, name: &OsStr, mode: u32) -> Result<File, Errno> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let fd = openat(&self.fd, name, flags, Mode::S_IRUSR | Mode::S_IWUSR)?;
        // The umask can have taken from the mode above, which gives nobody more than the owner.
        fchmod(&fd, Mode::from_bits_truncate(mode)).inspect_err(|_| self.remove(name))?;
        Ok(fd.into())
    }

    /// Gives a file another name. What had it is gone.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
        renameat(&self.fd, from, &self.fd, to)
    }

    /// Gives a file a second name.
    pub(super) fn link(&self, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
        linkat(&self.fd, from, &self.fd, to, AtFlags::empty())
    }

    /// Removes a file that nobody will miss.
    pub(super) fn remove(&self, name: &OsStr) {
        let _ = unlinkat(&self.fd, name, UnlinkatFlags::NoRemoveDir);
    }

    /// Brings the names to the disk.
    pub(super) fn sync(&self) -> Result<(), FileError> {
        fsync(&self.fd).map_err(|errno| FileError::Io {
            action: "write",
            path: self.path.clone(),
            source: errno.into(),
        })
    }

    pub(super) fn failed(&self, action: &'static str, name: &OsStr, errno: Errno) -> FileError {
        FileError::Io { action, path: self.path_of(name), source: errno.into() }
    }
}

//! One file on this machine, written whole or not at all.
//!
//! A reader sees the old content or the new, never a part; a crash leaves one of the two; nobody but the owner can
//! open the file before its mode is set; and a symbolic link in its place is never followed.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::mode::Mode;

/// Why a file could not be written, read or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The system refused.
    #[error("unable to {action} `{}`: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    /// A link could lead anywhere.
    #[error("`{}` is a symbolic link: links are not followed; remove it, or name the file it points to", .0.display())]
    Link(PathBuf),
    /// A folder, a device, a socket.
    #[error("`{}` exists and is not a regular file", .0.display())]
    NotAFile(PathBuf),
}

/// A file as it is.
pub(crate) struct Found {
    pub(crate) content: Zeroizing<Vec<u8>>,
    /// Absent where the system has no such thing.
    pub(crate) mode: Option<Mode>,
}

/// Writes a file and the folders above it that are missing. A file that is there is replaced, a link is not.
pub(crate) fn write(path: &Path, content: &[u8], file: Mode, folders: Mode) -> Result<(), Error> {
    metadata(path)?;
    let folder = folder_of(path);
    create_folders(folder, folders).map_err(failed("create the folder", folder))?;

    // Created for the owner alone and never through a link, whatever the umask; opened to others only when complete.
    let mut temporary = tempfile::Builder::new()
        .prefix(".groundup-")
        .tempfile_in(folder)
        .map_err(failed("create a temporary file in", folder))?;
    set_mode(temporary.as_file(), file).map_err(failed("set the permissions of", path))?;
    temporary.write_all(content).map_err(failed("write", path))?;
    temporary.as_file().sync_all().map_err(failed("write", path))?;
    temporary.persist(path).map_err(|refused| failed("replace", path)(refused.error))?;
    sync_folder(folder).map_err(failed("write the folder", folder))
}

/// Reads a file back; `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Found>, Error> {
    let Some(metadata) = metadata(path)? else { return Ok(None) };
    let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default()));
    let mut file = match open_without_following(path) {
        Err(refused) if refused.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed("open", path))?,
    };
    file.read_to_end(&mut content).map_err(failed("read", path))?;
    Ok(Some(Found { content, mode: mode_of(&metadata) }))
}

/// Removes a file; that it is gone already is no failure.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    if metadata(path)?.is_none() {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(refused) if refused.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(refused)),
        _ => sync_folder(folder_of(path)).map_err(failed("write the folder of", path)),
    }
}

/// What is known about a regular file; `None` when nothing is there.
fn metadata(path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(Error::Link(path.to_owned())),
        Ok(metadata) if !metadata.is_file() => Err(Error::NotAFile(path.to_owned())),
        Ok(metadata) => Ok(Some(metadata)),
        // A part of the path that is a file instead of a folder means the same: nothing is there.
        Err(refused) if matches!(refused.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(refused) => Err(failed("examine", path)(refused)),
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { action, path: path.to_owned(), source }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn create_folders(folder: &Path, mode: Mode) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    DirBuilder::new().recursive(true).mode(mode.bits()).create(folder)
}

#[cfg(unix)]
fn set_mode(file: &File, mode: Mode) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(mode.bits()))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no modes")]
fn mode_of(metadata: &Metadata) -> Option<Mode> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Mode::from_bits(metadata.permissions().mode()))
}

#[cfg(unix)]
fn open_without_following(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().read(true).custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits()).open(path)
}

/// Makes the new name survive a power failure.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn create_folders(folder: &Path, _: Mode) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: Mode) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn mode_of(_: &Metadata) -> Option<Mode> {
    None
}

#[cfg(not(unix))]
fn open_without_following(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn bits(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn written(path: &Path, content: &[u8]) {
        write(path, content, Mode::OWNER_FILE, Mode::OWNER_FOLDER).unwrap();
    }

    #[test]
    fn creates_folders_and_file_with_their_modes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/secret");
        written(&path, b"content");
        assert_eq!(
            (bits(&folder.path().join("a")), bits(path.parent().unwrap()), bits(&path)),
            (0o700, 0o700, 0o600)
        );
        let found = read(&path).unwrap().unwrap();
        assert_eq!((found.content.as_slice(), found.mode), (b"content".as_slice(), Some(Mode::OWNER_FILE)));
    }

    #[test]
    fn the_mode_is_exact_whatever_the_umask_and_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared");
        written(&path, b"old");
        write(&path, b"new", "0666".parse().unwrap(), Mode::OWNER_FOLDER).unwrap();
        assert_eq!((bits(&path), fs::read(&path).unwrap()), (0o666, b"new".to_vec()));
    }

    #[test]
    fn a_reader_of_the_old_file_keeps_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        written(&path, b"old");
        let mut reader = File::open(&path).unwrap();
        written(&path, b"new");
        let mut seen = String::new();
        reader.read_to_string(&mut seen).unwrap();
        assert_eq!(seen, "old");
    }

    #[test]
    fn nothing_but_the_file_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        written(&folder.path().join("file"), b"content");
        let occupied = folder.path().join("occupied");
        fs::create_dir(&occupied).unwrap();
        assert!(matches!(
            write(&occupied, b"content", Mode::OWNER_FILE, Mode::OWNER_FOLDER),
            Err(Error::NotAFile(_))
        ));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn links_are_neither_followed_nor_replaced_nor_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        written(&target, b"precious");
        symlink(&target, &link).unwrap();
        assert!(matches!(write(&link, b"x", Mode::OWNER_FILE, Mode::OWNER_FOLDER), Err(Error::Link(_))));
        assert!(matches!(read(&link), Err(Error::Link(_))));
        assert!(matches!(remove(&link), Err(Error::Link(_))));
        assert_eq!(fs::read(&target).unwrap(), b"precious");
        assert!(link.is_symlink());
    }

    #[test]
    fn a_missing_file_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(read(&path).unwrap().is_none());
        remove(&path).unwrap();
        written(&path, b"");
        assert!(read(&path.join("below")).unwrap().is_none());
        remove(&path).unwrap();
        assert!(read(&path).unwrap().is_none());
    }

    #[test]
    fn a_refusal_names_action_and_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        written(&path, b"");
        let refused = write(&path.join("below"), b"", Mode::OWNER_FILE, Mode::OWNER_FOLDER).unwrap_err();
        assert!(refused.to_string().starts_with("unable to create the folder `"), "{refused}");
    }
}

//! A unix socket that only this user can connect to, removed at the end.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use nix::sys::stat::{Mode, umask};
use nix::unistd::{Gid, Group, chown, mkdtemp};
use tokio::net::{UnixListener, UnixStream};

use crate::serve::handshake::Placement;

/// The longest path of a socket: the smallest of the systems' limits, less the closing zero.
const MAX_PATH: usize = 103;
/// Where to go when the temporary directory has too long a name.
const SHORT_DIRECTORY: &str = "/tmp";

/// A bound and listening unix socket.
#[derive(Debug)]
pub(in crate::serve) struct Socket {
    listener: UnixListener,
    place: Place,
}

impl Socket {
    /// The name of this kind of socket in the handshake.
    pub(in crate::serve) const NETWORK: &'static str = "unix";

    /// Listens in the host's directory, or else in a private one.
    pub(in crate::serve) fn bind(placement: &Placement) -> io::Result<Self> {
        let place = match &placement.directory {
            Some(directory) => Place::in_host_directory(directory)?,
            None => Place::in_private_directory(&std::env::temp_dir())?,
        };
        let listener = bind_for_owner(&place.path)?;
        if let Some(group) = &placement.group {
            admit_group(&place.path, group)?;
        }
        listener.set_nonblocking(true)?;
        Ok(Self { listener: UnixListener::from_std(listener)?, place })
    }

    /// Where to connect.
    pub(in crate::serve) fn address(&self) -> &str {
        &self.place.path
    }

    /// Waits for the next connection.
    pub(in crate::serve) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

/// Where the socket lies; removed on drop.
#[derive(Debug)]
struct Place {
    path: String,
    private_directory: Option<PathBuf>,
}

impl Place {
    fn in_host_directory(directory: &Path) -> io::Result<Self> {
        let name = format!("plugin{}-{:08x}", std::process::id(), random());
        Ok(Self { path: text(&directory.join(name))?, private_directory: None })
    }

    /// Makes a directory that nobody else can enter: some systems ignore the permissions of the socket itself.
    fn in_private_directory(temporary: &Path) -> io::Result<Self> {
        let template = |base: &Path| base.join("tfplugin-XXXXXX");
        let fits = |template: &Path| template.join("socket").as_os_str().len() <= MAX_PATH;
        let directory = match mkdtemp(&template(temporary)) {
            Ok(directory) if fits(&directory) => directory,
            other => {
                if let Ok(directory) = other {
                    fs::remove_dir(directory)?;
                }
                mkdtemp(&template(Path::new(SHORT_DIRECTORY)))?
            }
        };
        Ok(Self { path: text(&directory.join("socket"))?, private_directory: Some(directory) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The host may have removed its directory already.
        let _ = fs::remove_file(&self.path);
        if let Some(directory) = &self.private_directory {
            let _ = fs::remove_dir(directory);
        }
    }
}

/// Binds with the permissions in place from the first moment. The mask is the whole process's, hence one at a time.
fn bind_for_owner(path: &str) -> io::Result<StdUnixListener> {
    static MASK: Mutex<()> = Mutex::new(());
    let _guard = MASK.lock().unwrap_or_else(PoisonError::into_inner);
    let previous = umask(Mode::from_bits_truncate(0o177));
    let listener = StdUnixListener::bind(path);
    umask(previous);
    listener
}

fn admit_group(path: &str, group: &str) -> io::Result<()> {
    let gid = match group.parse() {
        Ok(number) => Gid::from_raw(number),
        Err(_) => Group::from_name(group)?.map(|group| group.gid).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, format!("PLUGIN_UNIX_SOCKET_GROUP: no group `{group}`"))
        })?,
    };
    chown(path, None, Some(gid))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o660))
}

/// The path as text, which it must be to stand in the handshake line.
fn text(path: &Path) -> io::Result<String> {
    path.to_str().filter(|text| !text.contains(['|', '\n'])).map(str::to_owned).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} cannot stand in the handshake line", path.display()),
        )
    })
}

/// A number that two sockets of one directory hardly share; the path is no secret.
fn random() -> u32 {
    use std::hash::{BuildHasher as _, RandomState};
    let hash = RandomState::new().hash_one(std::time::SystemTime::now());
    u32::try_from(hash >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placement(directory: Option<PathBuf>) -> Placement {
        Placement { directory, group: None, ports: 1..=1 }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn only_the_owner_can_connect() {
        let socket = Socket::bind(&placement(None)).unwrap();
        let path = PathBuf::from(socket.address());
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);

        let (accepted, connected) = tokio::join!(socket.accept(), UnixStream::connect(&path));
        assert!(accepted.is_ok() && connected.is_ok());

        drop(socket);
        assert!(!path.exists() && !path.parent().unwrap().exists());
    }

    #[tokio::test]
    async fn the_hosts_directory_is_used_and_kept() {
        let directory = mkdtemp(&std::env::temp_dir().join("host-XXXXXX")).unwrap();
        let socket = Socket::bind(&placement(Some(directory.clone()))).unwrap();
        let path = PathBuf::from(socket.address());
        assert_eq!(path.parent(), Some(directory.as_path()));
        assert_eq!(mode(&path), 0o600);

        drop(socket);
        fs::remove_dir(&directory).unwrap();
    }

    #[tokio::test]
    async fn a_group_can_be_admitted() {
        let own = nix::unistd::getgid().to_string();
        let socket = Socket::bind(&Placement { group: Some(own), ..placement(None) }).unwrap();
        assert_eq!(mode(Path::new(socket.address())), 0o660);

        let unknown = Placement { group: Some("no such group".to_owned()), ..placement(None) };
        assert_eq!(Socket::bind(&unknown).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_long_temporary_directory_is_left_alone() {
        let long = mkdtemp(&std::env::temp_dir().join("long-XXXXXX")).unwrap();
        let deep = long.join("x".repeat(MAX_PATH));
        fs::create_dir(&deep).unwrap();

        let place = Place::in_private_directory(&deep).unwrap();
        assert!(place.path.starts_with(SHORT_DIRECTORY) && place.path.len() <= MAX_PATH);
        fs::remove_dir(&deep).unwrap();
        fs::remove_dir(&long).unwrap();
    }
}

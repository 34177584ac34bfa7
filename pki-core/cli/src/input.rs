//! Files that are read, and standard input.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::str::FromStr;

use zeroize::Zeroizing;

/// Nothing that is read here comes near this size, in bytes.
const MAX_SIZE: u64 = 4 << 20;

/// Where to read from: a file, or standard input for `-`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

/// An input cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("cannot read {input}: {source}")]
    Read { input: Input, source: io::Error },
    #[error("{input} is not text")]
    NotText { input: Input },
    #[error("{input} is larger than 4 MiB")]
    TooLarge { input: Input },
}

impl InputError {
    pub(crate) fn help(&self) -> Option<&'static str> {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::IsADirectory => {
                Some("name a file in it")
            }
            _ => None,
        }
    }
}

impl Input {
    /// The whole content.
    pub(crate) fn bytes(&self) -> Result<Zeroizing<Vec<u8>>, InputError> {
        Ok(self.read()?.0)
    }

    /// The whole text.
    pub(crate) fn text(&self) -> Result<String, InputError> {
        Ok(std::mem::take(&mut *self.secret()?.0))
    }

    /// The whole text of something that others must not read, and a warning where they can.
    pub(crate) fn secret(&self) -> Result<(Zeroizing<String>, Option<String>), InputError> {
        let (mut bytes, mode) = self.read()?;
        let text = String::from_utf8(std::mem::take(&mut *bytes))
            .map_err(|_| InputError::NotText { input: self.clone() })?;
        let exposed = mode.filter(|mode| mode & 0o077 != 0).map(|mode| {
            let mode = mode & 0o7777;
            format!(
                "{self} can be read or written by others (mode {mode:04o}); `chmod 600 {self}` protects it"
            )
        });
        Ok((Zeroizing::new(text), exposed))
    }

    /// The content, and the mode where it comes from a regular file. The buffer does not grow while it is filled,
    /// because what it left behind would not be wiped.
    fn read(&self) -> Result<(Zeroizing<Vec<u8>>, Option<u32>), InputError> {
        let failed = |source| InputError::Read { input: self.clone(), source };
        let (reader, known): (Box<dyn Read>, _) = match self {
            Self::Stdin => (Box::new(io::stdin().lock()), None),
            Self::File(path) => {
                let file = File::open(path).map_err(failed)?;
                let metadata = file.metadata().map_err(failed)?;
                (Box::new(file), Some(metadata).filter(Metadata::is_file))
            }
        };
        let size = known.as_ref().map_or(MAX_SIZE, Metadata::len).min(MAX_SIZE);
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 32));
        reader.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_SIZE {
            return Err(InputError::TooLarge { input: self.clone() });
        }
        Ok((bytes, known.map(|metadata| metadata.permissions().mode())))
    }
}

impl FromStr for Input {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" { Self::Stdin } else { Self::File(PathBuf::from(text)) })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

//! The page of the journal that one process writes: a file of lines, each a JSON object, to which lines are added.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::creation::Token;

const EXTENSION: &str = "jsonl";

/// A creation that began.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Entry {
    /// Its token.
    pub(super) token: Token,
    /// The digest of what was asked for.
    pub(super) request: String,
    /// When it began, in seconds since 1970.
    at: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begun(Entry),
    Ended(Token),
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    path: PathBuf,
    /// Locked for as long as the process lives that writes the page.
    _alive: Option<File>,
}

impl Entry {
    pub(super) fn new(request: &str) -> Self {
        Self { token: Token::random(), request: request.into(), at: now() }
    }

    pub(super) fn age(&self) -> Duration {
        Duration::from_secs(now().saturating_sub(self.at))
    }
}

impl Page {
    /// A new page for this process.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("creations-{}.{EXTENSION}", Token::random()));
        let file = append().create_new(true).open(&path)?;
        file.lock()?;
        Ok(Self { path, _alive: Some(file) })
    }

    /// The page of another process.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, _alive: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is a page, and the process that wrote it is dead.
    pub(super) fn is_abandoned(&self) -> io::Result<bool> {
        if self.path.extension().is_none_or(|extension| extension != EXTENSION) {
            return Ok(false);
        }
        match File::open(&self.path)?.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The entries that have not ended. A line that was not finished is one that did not count yet.
    pub(super) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for line in BufReader::new(File::open(&self.path)?).split(b'\n') {
            match serde_json::from_slice(&line?) {
                Ok(Line::Begun(entry)) => entries.push(entry),
                Ok(Line::Ended(token)) => entries.retain(|entry: &Entry| entry.token != token),
                Err(_) => {}
            }
        }
        Ok(entries)
    }

    /// Writes an entry down for good.
    pub(super) fn write(&self, entry: &Entry) -> io::Result<()> {
        self.add(std::iter::once(Line::Begun(entry.clone())))
    }

    /// Whether the page has an entry with that token.
    pub(super) fn holds(&self, token: &Token) -> io::Result<bool> {
        match self.entries() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            entries => Ok(entries?.iter().any(|entry| entry.token == *token)),
        }
    }

    /// Ends entries. A page without any is removed.
    pub(super) fn strike(&self, tokens: &[Token]) -> io::Result<()> {
        let entries = match self.entries() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        if entries.iter().all(|entry| tokens.contains(&entry.token)) {
            return fs::remove_file(&self.path);
        }
        self.add(tokens.iter().cloned().map(Line::Ended))
    }

    fn add(&self, lines: impl Iterator<Item = Line>) -> io::Result<()> {
        let mut text = Vec::new();
        for line in lines {
            // On a line of its own even after one that a crash cut short.
            text.push(b'\n');
            serde_json::to_writer(&mut text, &line)?;
        }
        let mut file = append().open(&self.path)?;
        file.write_all(&text)?;
        file.sync_data()
    }
}

/// For the user's eyes only.
fn append() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

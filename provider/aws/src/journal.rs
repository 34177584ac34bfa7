//! The journal of creations: what was under way when a process was killed.
//!
//! A process that dies between a call and its answer takes the knowledge of what it made with it. So each creation is
//! written down before it begins, and the next process finds out what became of it. An entry ends when the call was
//! surely refused, when the object turns up in the state of a later process, or when this process is dismissed in good
//! order, since its caller then knows all that it made.
//!
//! Each process writes a page of its own and holds a lock on it for as long as it lives, however it dies. A page without
//! a lock is one of the dead, whose entries others may take over. The folder itself is locked for the moment of each
//! change.

mod page;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fs, io};

use self::page::{Entry, Page};
use crate::Safeguard;
use crate::creation::Token;

/// How long an entry waits for somebody to come back to a broken run: over a long weekend, but not until nobody
/// remembers it.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// The journal of one process.
#[derive(Debug)]
pub(crate) struct Journal {
    /// Where the pages are; nowhere when there is no journal.
    folder: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The page of this process, from its first creation on.
    own: Option<Page>,
    /// The creations on it, and whether the caller was told how they ended.
    open: BTreeMap<Token, bool>,
    /// The entries of the dead, from the first look on.
    earlier: Option<Vec<(PathBuf, Entry)>>,
    /// Whether the journal could not be written, which is told once.
    broken: bool,
}

/// A creation that may begin.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Begun {
    /// Its token.
    pub(crate) token: Token,
    /// How long ago another process began it, if one did.
    pub(crate) inherited: Option<Duration>,
    /// Whether it is written down.
    pub(crate) recorded: bool,
}

impl Journal {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder: folder.filter(|_| Safeguard::Journal.is_on()), state: Mutex::default() }
    }

    /// Writes a creation down before it begins, or takes over one of the same request that a dead process began.
    pub(crate) fn begin(&self, request: &str) -> Begun {
        let fresh = || Begun { token: Token::random(), inherited: None, recorded: false };
        self.with(|folder, state| begin(folder, state, request)).unwrap_or_else(fresh)
    }

    /// Ends an entry whose call was surely refused.
    pub(crate) fn refused(&self, token: &Token) {
        self.with(|folder, state| {
            let _locked = lock(folder)?;
            end(state, std::slice::from_ref(token))
        });
    }

    /// Takes down that the caller learns of what was made.
    pub(crate) fn told(&self, token: &Token) {
        if let Some(told) = self.state().open.get_mut(token) {
            *told = true;
        }
    }

    /// Ends an entry of an earlier process, whose object turned up with its token.
    pub(crate) fn seen(&self, token: &Token) {
        self.end_earlier(|entry| entry.token == *token);
    }

    /// Ends an entry of an earlier process, whose object turned up and carries no token.
    pub(crate) fn seen_request(&self, request: &str) {
        self.end_earlier(|entry| entry.request == request);
    }

    fn end_earlier(&self, is_it: impl Fn(&Entry) -> bool) {
        self.with(|folder, state| {
            let earlier = look(folder, state)?;
            let Some(at) = earlier.iter().position(|(_, entry)| is_it(entry)) else { return Ok(()) };
            let (page, entry) = earlier.swap_remove(at);
            let _locked = lock(folder)?;
            Page::at(page).strike(&[entry.token])
        });
    }

    /// Ends all entries whose outcome the caller was told: it has taken them down itself.
    pub(crate) fn settle(&self) {
        self.with(|folder, state| {
            let told: Vec<_> =
                state.open.iter().filter(|(_, told)| **told).map(|(token, _)| token.clone()).collect();
            if told.is_empty() {
                return Ok(());
            }
            let _locked = lock(folder)?;
            end(state, &told)
        });
    }

    /// Does something with the journal; that it cannot be done is told in the log, and no more.
    fn with<T>(&self, act: impl FnOnce(&Path, &mut State) -> io::Result<T>) -> Option<T> {
        let (folder, mut state) = (self.folder.as_deref()?, self.state());
        if state.broken {
            return None;
        }
        match act(folder, &mut state) {
            Ok(value) => Some(value),
            Err(error) => {
                state.broken = true;
                tracing::warn!(
                    folder = %folder.display(),
                    "the journal of creations cannot be kept: {error}; after a crash nothing tells what was left behind"
                );
                None
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn begin(folder: &Path, state: &mut State, request: &str) -> io::Result<Begun> {
    make(folder)?;
    look(folder, state)?;
    let _locked = lock(folder)?;
    let own = match &mut state.own {
        Some(page) => page,
        none => none.insert(Page::create(folder)?),
    };
    let earlier = state.earlier.get_or_insert_default();
    while let Some(at) = earlier.iter().position(|(_, entry)| entry.request == request) {
        let (page, entry) = earlier.swap_remove(at);
        let page = Page::at(page);
        // Unless another process was quicker.
        if page.holds(&entry.token)? {
            // Written here before it is struck there: a crash in between leaves it twice, which is noticed.
            own.write(&entry)?;
            state.open.insert(entry.token.clone(), false);
            page.strike(std::slice::from_ref(&entry.token))?;
            return Ok(Begun { inherited: Some(entry.age()), token: entry.token, recorded: true });
        }
    }
    let entry = Entry::new(request);
    own.write(&entry)?;
    state.open.insert(entry.token.clone(), false);
    Ok(Begun { token: entry.token, inherited: None, recorded: true })
}

/// Ends entries of this process.
fn end(state: &mut State, tokens: &[Token]) -> io::Result<()> {
    let Some(page) = &state.own else { return Ok(()) };
    page.strike(tokens)?;
    state.open.retain(|token, _| !tokens.contains(token));
    if state.open.is_empty() {
        state.own = None;
    }
    Ok(())
}

/// The entries of the dead. What is too old among them is forgotten.
fn look<'a>(folder: &Path, state: &'a mut State) -> io::Result<&'a mut Vec<(PathBuf, Entry)>> {
    if state.earlier.is_none() {
        state.earlier = Some(if folder.is_dir() { abandoned(folder)? } else { Vec::new() });
    }
    Ok(state.earlier.get_or_insert_default())
}

fn abandoned(folder: &Path) -> io::Result<Vec<(PathBuf, Entry)>> {
    let _locked = lock(folder)?;
    let mut found: Vec<(PathBuf, Entry)> = Vec::new();
    for file in fs::read_dir(folder)? {
        let page = Page::at(file?.path());
        if !page.is_abandoned()? {
            continue;
        }
        for entry in page.entries()? {
            let is_known = found.iter().any(|(_, known)| known.token == entry.token);
            if is_known || entry.age() > KEPT {
                page.strike(&[entry.token])?;
            } else {
                found.push((page.path().to_owned(), entry));
            }
        }
    }
    Ok(found)
}

/// Makes the folder, for the user's eyes only.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Keeps other processes from changing the journal until the lock is dropped.
fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}

#[cfg(test)]
mod tests;

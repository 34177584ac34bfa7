//! What lifecycle functions are given beside the model.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_util::sync::CancellationToken;

use crate::attr::Presence;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::value::Path;

/// The context of one operation: the provider's client, the user's wish to stop, warnings and private state.
#[derive(Debug)]
pub struct Cx<C> {
    /// What `Provider::configure` returned.
    pub client: Arc<C>,
    /// Cancelled when the user interrupts; waits end early then.
    pub cancel: CancellationToken,
    warnings: Arc<Mutex<Diagnostics>>,
    private: Arc<Mutex<Private>>,
    interrupted: Mutex<Option<String>>,
}

impl<C> Cx<C> {
    pub(crate) fn new(client: Arc<C>, cancel: CancellationToken, private: Private) -> Self {
        let private = Arc::new(Mutex::new(private));
        Self { client, cancel, warnings: Arc::default(), private, interrupted: Mutex::default() }
    }

    /// The same operation, for what is done although the user wants to stop.
    pub(crate) fn uncancelled(&self) -> Self {
        Self {
            client: Arc::clone(&self.client),
            cancel: CancellationToken::new(),
            warnings: Arc::clone(&self.warnings),
            private: Arc::clone(&self.private),
            interrupted: Mutex::default(),
        }
    }

    /// Tells the user something that stops nothing. Keep the summary constant: equal ones are collapsed.
    pub fn warn(&self, summary: impl Into<String>, detail: impl Into<String>) {
        lock(&self.warnings).push(Diagnostic::warning(summary, detail));
    }

    /// As [`Cx::warn`], about the value at `path`.
    pub fn warn_at(&self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        lock(&self.warnings).warn(path, summary, detail);
    }

    /// Tells that a wait for `what` ended because the user wants to stop, and for no other reason. An operation that fails
    /// after that, although everything planned is done, counts as done: the object is read once more, and recorded
    /// without being tainted if it is what was planned.
    pub fn interrupted(&self, what: impl Into<String>) {
        *lock(&self.interrupted) = Some(what.into());
    }

    /// What was kept under `key` beside the object's state.
    pub fn private_get(&self, key: &str) -> Option<Vec<u8>> {
        lock(&self.private).0.get(key).cloned()
    }

    /// Keeps bytes beside the object's state. They are not shown, and not encrypted: no secrets.
    pub fn private_set(&self, key: &str, bytes: Vec<u8>) {
        lock(&self.private).0.insert(key.to_owned(), bytes);
    }

    /// Forgets what was kept under `key`.
    pub fn private_remove(&self, key: &str) {
        lock(&self.private).0.remove(key);
    }

    pub(crate) fn take_interruption(&self) -> Option<String> {
        lock(&self.interrupted).take()
    }

    pub(crate) fn take_warnings(&self) -> Diagnostics {
        std::mem::take(&mut *lock(&self.warnings))
    }

    pub(crate) fn private_bytes(&self) -> Vec<u8> {
        lock(&self.private).to_bytes()
    }
}

/// State beside the state: bytes under keys, as JSON of base64 on the wire.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Private(BTreeMap<String, Vec<u8>>);

impl Private {
    /// Reads what an earlier version may have written; what cannot be read is as good as absent.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let texts: BTreeMap<String, String> = serde_json::from_slice(bytes).unwrap_or_default();
        let decoded = texts.into_iter().filter_map(|(key, text)| Some((key, STANDARD.decode(text).ok()?)));
        Self(decoded.collect())
    }

    fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let texts: serde_json::Map<_, _> =
            self.0.iter().map(|(key, bytes)| (key.clone(), STANDARD.encode(bytes).into())).collect();
        serde_json::Value::Object(texts).to_string().into_bytes()
    }
}

/// The newest truth about an object while an operation changes it: what is recorded if a later step fails.
#[derive(Debug)]
pub struct Saved<M>(Mutex<Option<M>>);

impl<M: Clone> Saved<M> {
    pub(crate) const fn new(start: Option<M>) -> Self {
        Self(Mutex::new(start))
    }

    /// Records the object as it is now.
    pub fn save(&self, model: &M) {
        *lock(&self.0) = Some(model.clone());
    }

    pub(crate) fn take(&self) -> Option<M> {
        lock(&self.0).take()
    }
}

/// The proposed change of an object, for the author to refine.
#[derive(Debug)]
pub struct Plan<M> {
    /// The object as it is; `None` when it will be created.
    pub prior: Option<M>,
    /// The configuration.
    pub config: M,
    /// The object as it will be; edit it.
    pub planned: M,
    /// The attributes whose change replaces the object; edit it.
    pub replace: Vec<Path>,
    /// Messages to the user.
    pub told: Diagnostics,
    /// What is promised about texts of the configuration that are not known yet: what they begin with, by attribute.
    pub promises: BTreeMap<String, String>,
}

impl<M> Plan<M> {
    /// Whether the object will be created.
    pub const fn is_create(&self) -> bool {
        self.prior.is_none()
    }

    /// A change of this attribute replaces the object.
    pub fn require_replace(&mut self, path: impl Into<Path>) {
        let path = path.into();
        if !self.replace.contains(&path) {
            self.replace.push(path);
        }
    }

    /// Tells an error about the value at `path`.
    pub fn error(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.told.error(path, summary, detail);
    }

    /// Tells a warning about the value at `path`.
    pub fn warn(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.told.warn(path, summary, detail);
    }
}

/// Checks of a configuration across its attributes, collecting every problem.
#[derive(Debug, Default)]
pub struct Check {
    pub(crate) told: Diagnostics,
}

impl Check {
    /// Tells an error about the value at `path`.
    pub fn error(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.told.error(path, summary, detail);
    }

    /// Tells a warning about the value at `path`.
    pub fn warn(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.told.warn(path, summary, detail);
    }

    /// Exactly one of these attributes is set. An unknown one may or may not be.
    pub fn exactly_one(&mut self, attributes: &[(&str, Presence)]) {
        self.at_least_one(attributes);
        self.at_most_one(attributes);
    }

    /// One of these attributes is set, or several. An unknown one may or may not be.
    pub fn at_least_one(&mut self, attributes: &[(&str, Presence)]) {
        if attributes.iter().all(|(_, presence)| *presence == Presence::Absent) {
            let names = names(attributes.iter().map(|(name, _)| *name));
            self.told.push(Diagnostic::error("Missing Argument", format!("One of {names} is required.")));
        }
    }

    /// No more than one of these attributes is set. An unknown one may or may not be.
    pub fn at_most_one(&mut self, attributes: &[(&str, Presence)]) {
        let set = attributes.iter().filter(|(_, presence)| *presence == Presence::Present);
        let set: Vec<&str> = set.map(|(name, _)| *name).collect();
        let [first, others @ ..] = set.as_slice() else { return };
        for other in others {
            let detail = format!("`{other}` cannot be set together with `{first}`.");
            self.told.error(*other, "Conflicting Arguments", detail);
        }
    }

    /// Adds what a helper found.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.told.extend(found);
    }

    /// Adds the error of a result.
    pub fn result(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.told.extend(Diagnostics::from(error));
        }
    }
}

impl Deref for Check {
    type Target = Diagnostics;

    fn deref(&self) -> &Diagnostics {
        &self.told
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A panic while holding the lock leaves a value that is still the newest one known.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_state_survives_the_wire_and_garbage_does_not_hurt() {
        let mut private = Private::default();
        assert_eq!(private.to_bytes(), b"");
        private.0.insert("salt".into(), vec![0, 255]);
        assert_eq!(Private::from_bytes(&private.to_bytes()), private);
        for garbage in [&b"\x00"[..], b"[]", b"{\"a\":1}", b"{\"a\":\"%\"}"] {
            assert_eq!(Private::from_bytes(garbage), Private::default());
        }
    }

    #[test]
    fn exclusive_arguments() {
        let mut check = Check::default();
        check.exactly_one(&[("a", Presence::Absent), ("b", Presence::Absent)]);
        assert_eq!(check.iter().next().unwrap().detail, "One of `a`, `b` is required.");

        let mut check = Check::default();
        check.exactly_one(&[("a", Presence::Present), ("b", Presence::Present), ("c", Presence::Absent)]);
        let told: Vec<_> = check.iter().collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].path, Some(Path::from("b")));
        assert_eq!(told[0].detail, "`b` cannot be set together with `a`.");

        let mut check = Check::default();
        check.exactly_one(&[("a", Presence::Undecided), ("b", Presence::Undecided)]);
        check.exactly_one(&[("a", Presence::Present), ("b", Presence::Undecided)]);
        assert!(check.iter().next().is_none());
    }
}

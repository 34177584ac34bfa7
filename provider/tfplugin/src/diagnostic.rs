//! What the user is told: diagnostics, and the error type that lifecycle functions return.

use std::error::Error as StdError;
use std::fmt::Write as _;

use crate::value::Path;

/// How grave a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Stops the operation.
    Error,
    /// Is shown and stops nothing.
    Warning,
}

/// One message to the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What went wrong, in a few constant words.
    pub summary: String,
    /// What was tried, what came back, and what to do next.
    pub detail: String,
    /// Where in the configuration; `None` for the whole block.
    pub path: Option<Path>,
}

impl Diagnostic {
    /// An error about the whole block.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path: None }
    }

    /// A warning about the whole block.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary, detail) }
    }

    /// The same message about the value at `path`.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        self.path = Some(path.into());
        self
    }
}

/// Messages, collected so that every problem is reported at once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No message yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a message, unless it is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Adds an error about the value at `path`.
    pub fn error(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::error(summary, detail).at(path));
    }

    /// Adds a warning about the value at `path`.
    pub fn warn(&mut self, path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::warning(summary, detail).at(path));
    }

    /// Whether any message is an error.
    #[must_use]
    pub fn has_error(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The messages in the order they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        let mut collected = Self::new();
        collected.extend(diagnostics);
        collected
    }
}

/// Why a lifecycle function failed: one or more diagnostics.
///
/// Any `std::error::Error` becomes one with `?`; [`ResultExt::during`] gives it a better summary and
/// [`ResultExt::at`] a place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error(Vec<Diagnostic>);

/// The result of a lifecycle function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One error about the whole block.
    pub fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(vec![Diagnostic::error(summary, detail)])
    }

    /// One error about the value at `path`.
    pub fn at(path: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self(vec![Diagnostic::error(summary, detail).at(path)])
    }

    /// Several diagnostics, of which one should be an error.
    pub fn many(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Self {
        Self(diagnostics.into_iter().collect())
    }

    /// The diagnostics.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl From<Error> for Diagnostics {
    fn from(error: Error) -> Self {
        error.0.into_iter().collect()
    }
}

impl<E: StdError> From<E> for Error {
    fn from(error: E) -> Self {
        Self::new("Operation Failed", chain(&error))
    }
}

/// Adds what the user needs to the error of a result.
pub trait ResultExt<T> {
    /// Names the operation: the summary of the error.
    ///
    /// # Errors
    /// The error of the result, under that summary.
    fn during(self, summary: &str) -> Result<T>;

    /// Names the attribute the error is about.
    ///
    /// # Errors
    /// The error of the result, at that place.
    fn at(self, path: impl Into<Path>) -> Result<T>;
}

impl<T, E: Into<Error>> ResultExt<T> for std::result::Result<T, E> {
    fn during(self, summary: &str) -> Result<T> {
        self.map_err(|error| {
            let Error(mut diagnostics) = error.into();
            for diagnostic in &mut diagnostics {
                summary.clone_into(&mut diagnostic.summary);
            }
            Error(diagnostics)
        })
    }

    fn at(self, path: impl Into<Path>) -> Result<T> {
        self.map_err(|error| {
            let Error(mut diagnostics) = error.into();
            let path = path.into();
            for diagnostic in &mut diagnostics {
                let below = diagnostic.path.take().unwrap_or_default();
                diagnostic.path = Some(below.below(&path));
            }
            Error(diagnostics)
        })
    }
}

/// The error and its causes, each cause that adds something after a colon.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            let _ = write!(text, ": {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::num::ParseIntError);

    fn failing() -> Result<()> {
        Err(Outer("x".parse::<i64>().unwrap_err()))?;
        Ok(())
    }

    #[test]
    fn causes_are_told() {
        let error = failing().during("Unable to Count").at("count").unwrap_err();
        let expected =
            Diagnostic::error("Unable to Count", "outer: invalid digit found in string").at("count");
        assert_eq!(error.diagnostics(), [expected]);
    }

    #[test]
    fn places_nest_outwards() {
        let error = Err::<(), _>(Error::at("port", "Bad", "")).at(Path::from("rule").index(1)).unwrap_err();
        assert_eq!(error.diagnostics()[0].path.as_ref().unwrap().to_string(), "rule[1].port");
    }

    #[test]
    fn equal_messages_are_told_once() {
        let mut found = Diagnostics::new();
        found.error("a", "Bad", "");
        found.error("a", "Bad", "");
        assert_eq!(found.iter().count(), 1);
        assert!(found.has_error());
    }
}

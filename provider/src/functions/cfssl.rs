//! What the functions that read cfssl's files share.

use pki_core::cfssl::CfsslError;
use pki_core::{Error, HttpUrl};
use tfplugin::prelude::*;

/// The error for a file that cannot be read: what is wrong, and what cfssl would have made of it without a word.
pub(super) fn unreadable(index: usize, problem: &CfsslError) -> FunctionError {
    let silently = match problem {
        CfsslError::UnknownField { .. } => "; cfssl silently ignores it",
        CfsslError::UnknownProfile { .. } => "; cfssl silently takes the default profile",
        CfsslError::Value { source, .. } => match **source {
            Error::Usage(_) => "; cfssl silently leaves it out",
            Error::SubjectAltName { .. } => "; cfssl silently makes it a DNS name",
            _ => "",
        },
        _ => "",
    };
    FunctionError::argument(index, format!("{problem}{silently}."))
}

/// Refuses a file that says what no argument can say, so that nothing of it is lost.
pub(super) fn refuse_unsaid(
    said: &[(String, bool)],
    instead: &str,
) -> std::result::Result<(), FunctionError> {
    let mut found = Diagnostics::new();
    for (place, _) in said.iter().filter(|(_, is_said)| *is_said) {
        let detail = format!("{place}: There is no argument that says it. {instead}");
        found.push(Diagnostic::error("Nothing Says It", detail));
    }
    FunctionError::refuse(0, &found)
}

/// URLs as a list argument takes them.
pub(super) fn urls(urls: &[HttpUrl]) -> Attr<Vec<String>> {
    Attr::Known(urls.iter().map(ToString::to_string).collect())
}

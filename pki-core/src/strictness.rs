//! What is refused, and what is let pass with a remark.

use crate::error::Error;
use crate::finding::{Finding, Severity};

/// How remarks of a linter are treated.
///
/// What a verifier would reject, or what is unsafe, is an error in both modes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Strictness {
    /// What only a linter dislikes is let pass and reported as a [`Finding`].
    #[default]
    Compat,
    /// Every finding is an error, but for mere notices.
    Strict,
}

impl Strictness {
    /// Decides about findings: passes them on in [`Compat`](Self::Compat) mode, turns them into errors in
    /// [`Strict`](Self::Strict) mode.
    ///
    /// # Errors
    ///
    /// All of `errors`, all grave findings, and in strict mode also warnings.
    pub(crate) fn judge(
        self,
        findings: Vec<Finding>,
        mut errors: Vec<Error>,
    ) -> Result<Vec<Finding>, Vec<Error>> {
        let passes = |finding: &&Finding| match finding.severity() {
            Severity::Error => false,
            Severity::Warning => self == Self::Compat,
            Severity::Notice => true,
        };
        errors.extend(findings.iter().filter(|f| !passes(f)).cloned().map(Error::Finding));
        if errors.is_empty() { Ok(findings) } else { Err(errors) }
    }
}

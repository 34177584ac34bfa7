//! The collection of findings.

use crate::finding::{Finding, FindingCode, Place};

/// The findings so far.
#[derive(Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn add(&mut self, code: FindingCode, place: Place, message: impl Into<String>) {
        self.findings.push(Finding::new(code, place, message));
    }

    /// Adds a finding if something is so. The message is only made then.
    pub(super) fn add_if(
        &mut self,
        condition: bool,
        code: FindingCode,
        place: Place,
        message: impl FnOnce() -> String,
    ) {
        if condition {
            self.add(code, place, message());
        }
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    pub(super) fn has(&self, code: FindingCode) -> bool {
        self.findings.iter().any(|finding| finding.code() == code)
    }

    /// Whether there is an explanation for a refusal: an error, or something that this library does not know.
    pub(super) fn explains_refusal(&self) -> bool {
        const UNKNOWN: [FindingCode; 2] = [FindingCode::UnknownAlgorithm, FindingCode::CrlReason];
        self.findings
            .iter()
            .any(|finding| finding.severity() == crate::Severity::Error || UNKNOWN.contains(&finding.code()))
    }

    /// All findings, the gravest first.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.severity(), finding.code(), finding.place());
            key(a).cmp(&key(b)).then_with(|| a.message().cmp(b.message()))
        });
        self.findings.dedup();
        self.findings
    }
}

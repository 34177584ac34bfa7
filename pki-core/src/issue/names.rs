//! The name constraints of an issuer and of the authorities above it, applied to what it is about to sign.

use x509_cert::name::Name;

use super::IssueError;
use crate::certificate::Certificate;
use crate::error::Error;
use crate::name;
use crate::name_constraints::{NameConstraints, NameViolation};
use crate::profile::Identity;
use crate::san::SubjectAltNames;

impl Certificate {
    /// Checks whether the name constraints of this issuer allow an identity, without making anything.
    ///
    /// # Errors
    ///
    /// Every name that is not allowed.
    pub fn check_identity(&self, identity: &Identity) -> Result<(), Vec<Error>> {
        // What cannot be encoded is told by the check of the profile.
        let subject = name::encode(&identity.subject).unwrap_or_default();
        let errors = check(&[self], &subject, &identity.subject_alt_names);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Everything about the names that one of the issuers does not allow.
pub(super) fn check(issuers: &[&Certificate], subject: &Name, names: &SubjectAltNames) -> Vec<Error> {
    violations(issuers, |constraints| constraints.violations_of(subject, names))
}

/// Everything about the constraints of a new authority that one of the issuers does not allow.
pub(super) fn check_constraints(issuers: &[&Certificate], below: &NameConstraints) -> Vec<Error> {
    violations(issuers, |constraints| constraints.violations_below(below))
}

fn violations(issuers: &[&Certificate], find: impl Fn(&NameConstraints) -> Vec<NameViolation>) -> Vec<Error> {
    let found = issuers.iter().flat_map(|issuer| {
        let violations = issuer.name_constraints().map(&find).unwrap_or_default();
        let name = issuer.subject_text();
        violations
            .into_iter()
            .map(move |violation| IssueError::NameConstraint { issuer: name.clone(), violation })
    });
    found.map(Error::Issue).collect()
}

//! What the library finds, as diagnostics on the arguments it is about.

use pki_core::{Error as PkiError, Finding, NameAttribute, Place};
use tfplugin::prelude::*;

pub(super) const INVALID: &str = "Invalid Certificate";
pub(super) const FINDING: &str = "Questionable Certificate";

/// Where the parts of a certificate's description stand in the configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// The argument that holds the subject: a `subject` block, or a whole file.
    pub(super) subject: Option<SubjectPlace>,
    /// The place of each alternative name.
    pub(super) names: Vec<Path>,
    /// The argument that names the usages.
    pub(super) usages: Option<Path>,
    /// The argument that sets the lifetime.
    pub(super) validity: Option<Path>,
    /// The argument that makes it an authority.
    pub(super) authority: Option<Path>,
    /// The argument that holds the issuer's certificate.
    pub(super) issuer: Option<Path>,
}

/// Where the subject stands.
#[derive(Clone, Debug)]
pub(super) enum SubjectPlace {
    /// In a block `subject`, each attribute under its own name.
    Block,
    /// In an argument as a whole.
    Argument(&'static str),
}

impl Places {
    pub(super) fn error(&self, error: &PkiError) -> Diagnostic {
        self.locate(Diagnostic::error(INVALID, sentence(&error.to_string())), error.place())
    }

    pub(super) fn warning(&self, finding: &Finding) -> Diagnostic {
        let detail = sentence(&format!("{} ({})", finding.message(), finding.code()));
        self.locate(Diagnostic::warning(FINDING, detail), Some(finding.place()))
    }

    fn locate(&self, diagnostic: Diagnostic, place: Option<Place>) -> Diagnostic {
        match place.and_then(|place| self.path(place)) {
            Some(path) => diagnostic.at(path),
            None => diagnostic,
        }
    }

    fn path(&self, place: Place) -> Option<Path> {
        match place {
            Place::Subject(attribute) => self.subject.as_ref().map(|subject| subject.path(attribute)),
            Place::SubjectAltName(index) => self.names.get(index).cloned(),
            Place::Usages => self.usages.clone(),
            Place::Authority => self.authority.clone(),
            Place::Validity => self.validity.clone(),
            Place::Issuer => self.issuer.clone(),
            _ => None,
        }
    }
}

impl SubjectPlace {
    fn path(&self, attribute: NameAttribute) -> Path {
        match self {
            Self::Block => Path::from("subject").index(0).attr(attribute.as_str()),
            Self::Argument(name) => Path::from(*name),
        }
    }
}

/// All of the library's errors as one of a lifecycle function.
pub(super) fn all(errors: &[PkiError], places: &Places) -> Error {
    Error::many(errors.iter().map(|error| places.error(error)))
}

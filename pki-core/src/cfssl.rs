//! The files of cfssl: `*-csr.json` and `ca-config.json`.
//!
//! They are read as they stand in the classic guides. Where cfssl silently ignores what it does not understand, this
//! library refuses it and names what was probably meant.

mod config;
mod csr_file;
mod fields;
mod unique;
mod unsupported;

use crate::error::Error;
use crate::suggest::DidYouMean;

pub use config::Config;
pub use csr_file::{CaSection, CsrFile};

/// A cfssl file is invalid.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CfsslError {
    /// Not JSON at all.
    #[error("not valid JSON: {message}")]
    Json {
        /// What the parser says, with line and column.
        message: String,
    },
    /// A field that cfssl does not have either.
    #[error("{path}: unknown field{}", DidYouMean(*.suggestion))]
    UnknownField {
        /// Where it is, such as `key.sise`.
        path: String,
        /// The known field that is nearest, if one is near.
        suggestion: Option<&'static str>,
    },
    /// A field that cfssl has and this library has not.
    #[error("{path}: this field of cfssl is not supported: {advice}")]
    UnsupportedField {
        /// Where it is.
        path: String,
        /// Why, and what to do instead.
        advice: &'static str,
    },
    /// A field that is needed is not there.
    #[error("{path}: the field is missing")]
    MissingField {
        /// Where it should be.
        path: String,
    },
    /// A value of the wrong type.
    #[error("{path}: expected {expected}")]
    Type {
        /// Where it is.
        path: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A value that is invalid.
    #[error("{path}: {source}")]
    Value {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// Two values for an attribute that can have one.
    #[error("{path}: there is already another value for this attribute, and it can have one only")]
    SecondValue {
        /// Where the second is.
        path: String,
    },
    /// A size where the algorithm has none, or none where it has.
    #[error("{path}: {message}")]
    KeySize {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The profile does not exist.
    #[error("unknown profile `{name}`{}; {known}", DidYouMean(.suggestion.as_deref()))]
    UnknownProfile {
        /// The name as given.
        name: String,
        /// The known profile that is nearest, if one is near.
        suggestion: Option<String>,
        /// The known profiles in words.
        known: String,
    },
    /// The profile allows nothing.
    #[error("{path}: the profile has no usages")]
    NoUsages {
        /// Where it is.
        path: String,
    },
}

impl CfsslError {
    fn value(path: impl Into<String>, source: impl Into<Error>) -> Self {
        Self::Value { path: path.into(), source: Box::new(source.into()) }
    }
}

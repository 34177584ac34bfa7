//! Regular expressions for names.

use std::str::FromStr;

use regex_lite::Regex;

/// A regular expression. Two are equal when their texts are.
#[derive(Clone, Debug)]
pub(crate) struct NamePattern(Regex);

impl NamePattern {
    /// Whether any part of the name matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl FromStr for NamePattern {
    type Err = NamePatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Regex::new(text).map(Self).map_err(NamePatternError)
    }
}

/// The text is no regular expression.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not a regular expression: {0}")]
pub(crate) struct NamePatternError(regex_lite::Error);

//! What the proxy remembers of a call.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One call of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its number, counted from the start of the proxy.
    pub number: u64,
    /// When it arrived, since the start of the proxy.
    pub at: Duration,
    /// What was asked for: `CreateVpc`.
    pub action: String,
    /// All parameters but `Action` and `Version`, in the client's order and words: `Filter.1.Value.1`.
    pub parameters: Vec<(String, String)>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It has not ended yet.
    Waiting,
    /// It was done.
    Done,
    /// It was refused, with a status and the code of the service, if there was one.
    Refused(u16, String),
    /// It never got an answer.
    Lost,
}

impl Call {
    /// Whether the action is of a pattern: names with `*` for any text, separated by `|`.
    #[must_use]
    pub fn is(&self, pattern: &str) -> bool {
        matches(pattern, &self.action)
    }

    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the service changes something by it.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !self.is("Describe*|Get*|AssumeRole*")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6} ms {}", self.at.as_millis(), self.action)?;
        for (name, value) in self.parameters.iter().take(4) {
            let value: String = value.chars().take(60).collect();
            write!(f, " {name}={value}")?;
        }
        match &self.outcome {
            Outcome::Done => Ok(()),
            Outcome::Waiting => f.write_str(" -> no answer yet"),
            Outcome::Refused(status, code) => write!(f, " -> {status} {code}"),
            Outcome::Lost => f.write_str(" -> lost"),
        }
    }
}

/// Whether a text is one of the alternatives of a pattern. `*` stands for any text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    pattern.split('|').any(|alternative| matches_one(alternative.trim(), text))
}

fn matches_one(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    let starts = text.char_indices().map(|(index, _)| index).chain([text.len()]);
    let mut ends = starts.map(|index| &text[index..]);
    ends.any(|end| matches_one(rest, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_stars_and_alternatives() {
        for (pattern, text, expected) in [
            ("CreateVpc", "CreateVpc", true),
            ("CreateVpc", "CreateVpcEndpoint", false),
            ("Describe*", "DescribeVpcs", true),
            ("*Vpc*", "DescribeVpcAttribute", true),
            ("*", "", true),
            ("DeleteVpc|DeleteSubnet", "DeleteSubnet", true),
            ("Delete*|Create*s", "CreateSubnet", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_call_reads_well() {
        let call = Call {
            number: 7,
            at: Duration::from_millis(12),
            action: "DeleteVpc".into(),
            parameters: vec![("VpcId".into(), "vpc-1".into())],
            outcome: Outcome::Refused(400, "DependencyViolation".into()),
        };
        assert_eq!(call.to_string(), "    12 ms DeleteVpc VpcId=vpc-1 -> 400 DependencyViolation");
        assert_eq!((call.parameter("VpcId"), call.parameter("Id")), (Some("vpc-1"), None));
        assert!(call.is_write());
    }
}

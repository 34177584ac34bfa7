//! What one command of Terraform did, read from its messages for machines.

use std::collections::BTreeMap;
use std::process::Output;

use serde_json::Value;

/// A finished command.
#[derive(Debug)]
pub(crate) struct Run {
    code: Option<i32>,
    messages: Vec<Value>,
    text: String,
}

/// Something that Terraform told its user.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// The resource, if it is about one.
    pub(crate) address: String,
    /// Line of the configuration; 0 when it is about none.
    pub(crate) line: usize,
    pub(crate) summary: String,
    pub(crate) detail: String,
}

impl Run {
    pub(crate) fn new(output: &Output) -> Self {
        let stdout = String::from_utf8_lossy(&output.stdout);
        Self {
            code: output.status.code(),
            messages: stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
            text: format!("{stdout}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// The command succeeded; a plan may find something to do.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert!(matches!(self.code, Some(0 | 2)), "{}", self.explain());
        self
    }

    /// The command failed.
    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{}", self.explain());
        self
    }

    /// Like [`Self::succeeded`], for those who want to hear about it.
    pub(crate) fn success(self) -> Result<Self, String> {
        if matches!(self.code, Some(0 | 2)) { Ok(self) } else { Err(self.explain()) }
    }

    /// Like [`Self::failed`], for those who want to hear about it.
    pub(crate) fn failure(self) -> Result<Self, String> {
        if self.code == Some(1) { Ok(self) } else { Err(self.explain()) }
    }

    /// What is planned, by the address of the resource: `create`, `update`, `replace`, `delete`.
    pub(crate) fn changes(&self) -> BTreeMap<String, String> {
        let planned = self.messages.iter().filter(|message| message["type"] == "planned_change");
        planned
            .map(|message| {
                let change = &message["change"];
                (text(&change["resource"]["addr"]), text(&change["action"]))
            })
            .collect()
    }

    /// Nothing is planned and nothing was found to differ.
    #[track_caller]
    pub(crate) fn is_empty(&self) {
        assert_eq!(
            self.code,
            Some(0),
            "something is to be changed: {:?}\n{}",
            self.changes(),
            self.explain()
        );
    }

    pub(crate) fn errors(&self) -> Vec<Told> {
        self.told("error")
    }

    /// Warnings, but for the one about the provider that is not installed.
    pub(crate) fn warnings(&self) -> Vec<Told> {
        let mut told = self.told("warning");
        told.retain(|told| !told.summary.contains("development overrides"));
        told
    }

    fn told(&self, severity: &str) -> Vec<Told> {
        let diagnostics = self.messages.iter().map(|message| &message["diagnostic"]);
        diagnostics.filter(|diagnostic| diagnostic["severity"] == severity).map(Told::new).collect()
    }

    /// Everything that Terraform said, for the message of a failed test.
    pub(crate) fn explain(&self) -> String {
        let told: Vec<_> = self.messages.iter().filter_map(|message| message["@message"].as_str()).collect();
        let details: Vec<_> = self.errors().into_iter().map(|error| error.detail).collect();
        if told.is_empty() {
            self.text.clone()
        } else {
            [told, details.iter().map(String::as_str).collect()].concat().join("\n")
        }
    }
}

impl Told {
    fn new(diagnostic: &Value) -> Self {
        let line = diagnostic["range"]["start"]["line"].as_u64().unwrap_or_default();
        Self {
            address: text(&diagnostic["address"]),
            line: usize::try_from(line).unwrap(),
            summary: text(&diagnostic["summary"]),
            detail: text(&diagnostic["detail"]),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

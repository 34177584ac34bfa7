//! The credential plugin of a kubeconfig.

use std::collections::BTreeMap;
use std::str::FromStr;

use tfplugin::prelude::*;

use super::document::{Exec, ExecVariable};

string_enum! {
    /// Version of the protocol between kubectl and a credential plugin.
    pub(crate) enum ExecApiVersion {
        V1 = "client.authentication.k8s.io/v1",
        V1Beta1 = "client.authentication.k8s.io/v1beta1",
    }
}

string_enum! {
    /// Whether a credential plugin may use the terminal.
    pub(crate) enum InteractiveMode {
        Never = "Never",
        IfAvailable = "IfAvailable",
        Always = "Always",
    }
}

/// A program that prints a credential for kubectl.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct ExecPlugin {
    /// Version of the protocol: `client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.
    #[attr(optional, default = "client.authentication.k8s.io/v1")]
    pub(crate) api_version: Attr<ExecApiVersion>,
    /// The program.
    #[attr(required)]
    pub(crate) command: Attr<Parsed<Command>>,
    /// Its arguments.
    #[attr(optional)]
    pub(crate) args: Attr<Vec<String>>,
    /// Environment variables to set for it.
    #[attr(optional)]
    pub(crate) env: Attr<BTreeMap<String, String>>,
    /// What to tell a person who has not installed it.
    #[attr(optional)]
    pub(crate) install_hint: Attr<String>,
    /// Whether it may use the terminal: `Never`, `IfAvailable` or `Always`.
    #[attr(optional, default = "IfAvailable")]
    pub(crate) interactive_mode: Attr<InteractiveMode>,
    /// Whether to tell it about the cluster.
    #[attr(optional, default = false)]
    pub(crate) provide_cluster_info: Attr<bool>,
}

impl ExecPlugin {
    /// What stands in the file.
    pub(super) fn render(&self) -> Result<Exec> {
        let variable =
            |(name, value): (&String, &String)| ExecVariable { name: name.clone(), value: value.clone() };
        Ok(Exec {
            api_version: self.api_version.or(ExecApiVersion::V1).to_string(),
            command: self.command.value()?.text().to_owned(),
            args: self.args.known().cloned(),
            env: self.env.known().map(|variables| variables.iter().map(variable).collect()),
            install_hint: self.install_hint.known().cloned(),
            interactive_mode: Some(self.interactive_mode.or(InteractiveMode::IfAvailable).to_string()),
            provide_cluster_info: self.provide_cluster_info.or(false),
        })
    }
}

/// Name or path of a program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Command(String);

impl FromStr for Command {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        if text.is_empty() { Err("a program must be named") } else { Ok(Self(text.to_owned())) }
    }
}

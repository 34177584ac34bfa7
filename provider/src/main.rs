//! The Terraform provider `groundup`: Kubernetes from the ground up on AWS.
#![forbid(unsafe_code)]

mod common;
mod compute;
mod delivery;
mod functions;
mod kubernetes;
mod load_balancer;
mod network;
mod pki;
mod provider;

use std::process::ExitCode;

use tfplugin::Service;
use tfplugin::serve::{Info, serve};

pub(crate) use provider::Client;

const INFO: Info = Info {
    name: "groundup",
    version: env!("CARGO_PKG_VERSION"),
    source: "k8s-groundup/groundup",
    log_targets: &["terraform_provider_groundup", "aws", "tfplugin", "pki_core"],
};

fn main() -> ExitCode {
    serve(INFO, Service::<provider::Groundup>::new)
}

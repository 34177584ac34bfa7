//! `groundup-pki`: keys, requests and certificates on the command line, in place of cfssl and cfssljson.
//!
//! Everything that touches files, clocks, random numbers and terminals is here; what is right about a certificate is
//! decided in `pki-core`.
#![forbid(unsafe_code)]

mod advice;
mod arguments;
mod command;
mod console;
mod error;
mod files;
mod input;
mod material;
mod parallel;
mod products;
mod signing;

use std::process::ExitCode;

use clap::Parser;

use command::GroundupPki;

fn main() -> ExitCode {
    let arguments = arguments::with_two_dashes(std::env::args_os());
    if let Some(advice) = arguments::unsupported(&arguments) {
        console::error(&advice, None);
        return console::USAGE.into();
    }
    match GroundupPki::parse_from(arguments).command.run() {
        Ok(status) => status.into(),
        Err(failure) => failure.report().into(),
    }
}

//! The commands.

mod bundle;
mod certinfo;
mod gencert;
mod genkey;
mod inspect;
mod lint;
mod rehearse;
mod seed;
mod selfsign;
mod sign;
mod verify;

use clap::{Parser, Subcommand};

use crate::console::{self, Status};
use crate::error::Failure;

/// Keys, requests and certificates, in place of cfssl and cfssljson.
///
/// Long options may be written with one dash, as cfssl has them: `-initca`, `-ca=ca.pem`.
#[derive(Debug, Parser)]
#[command(name = "groundup-pki", version, arg_required_else_help = true, max_term_width = 110)]
#[command(after_help = "Exit codes: 0 done; 1 failed, or something was found; 2 wrong arguments.")]
pub(crate) struct GroundupPki {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Gencert(gencert::Gencert),
    Sign(sign::Sign),
    Genkey(genkey::Genkey),
    Selfsign(selfsign::Selfsign),
    Certinfo(certinfo::Certinfo),
    //later     Inspect(inspect::Inspect),
    Inspect(inspect::Inspect),
    Lint(lint::Lint),
    Verify(verify::Verify),
    Bundle(Box<bundle::Bundle>),
    Rehearse(Box<rehearse::Rehearse>),
    //later     Rehearse(Box<rehearse::Rehearse>),
    Seed(seed::Seed),
    /// Print the version, as `--version` does
    Version,
}

impl Command {
    pub(crate) fn run(self) -> Result<Status, Failure> {
        match self {
            Self::Gencert(command) => command.run()?,
            Self::Sign(command) => command.run()?,
            Self::Genkey(command) => command.run()?,
            Self::Selfsign(command) => command.run()?,
            Self::Certinfo(command) => command.run()?,
            Self::Inspect(command) => command.run()?,
            //later             Self::Inspect(command) => command.run()?,
            Self::Bundle(command) => command.run()?,
            Self::Seed(command) => command.run()?,
            Self::Version => console::print(concat!("groundup-pki ", env!("CARGO_PKG_VERSION"), "\n"))?,
            Self::Lint(command) => return command.run(),
            Self::Verify(command) => return command.run(),
            Self::Rehearse(command) => return command.run(),
            //later             Self::Rehearse(command) => return command.run(),
        }
        Ok(Status::Good)
    }
}

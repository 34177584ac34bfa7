//! The process side of a provider: command line, handshake, transport, logs and the end.
//!
//! A host starts the binary, reads one line from its standard output, connects to the socket named there and ends
//! the process with a `Shutdown` call. Each file here is one part of that contract; [`serve`] puts them together.

use std::io::{self, Write};
use std::process::ExitCode;

use tfplugin_proto::tfplugin6::provider_server::Provider;

mod command;
mod connection;
mod debug;
mod handshake;
mod host;
mod lifetime;
mod log;
mod panic;
mod server;
mod services;
mod socket;
mod tls;

use command::Command;

/// What a provider binary says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The name after `terraform-provider-`, such as `groundup`.
    pub name: &'static str,
    /// The version, without a leading `v`.
    pub version: &'static str,
    /// Namespace and name as written in `required_providers`, such as `k8s-groundup/groundup`.
    pub source: &'static str,
    /// The crates whose log events are the provider's own; others are logged from warnings up.
    pub log_targets: &'static [&'static str],
}

/// A provider that can say what it offers, for `--schema`.
pub trait Describe {
    /// Everything that documentation needs, as JSON.
    fn describe(&self) -> serde_json::Value;
}

/// A provider that has something to put in order at the end.
pub trait Farewell {
    /// The host has got all answers and ends the process. Nothing is called when the host is killed.
    fn farewell(&self);
}

/// Runs the provider binary from command line to exit code.
///
/// Started by a host, it serves `provider` until the host ends it. Started by a person, it answers `--help`,
/// `--version` and `--schema`, serves for a debugger with `--debug`, and otherwise explains itself. `provider` is
/// called once the host knows where to connect, so what it does costs the host no waiting for the handshake.
pub fn serve<S: Provider + Describe + Farewell>(info: Info, provider: impl FnOnce() -> S) -> ExitCode {
    let outcome = match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Serve) => host::run(&info, provider),
        Ok(Command::Debug) => debug::run(&info, provider),
        Ok(Command::Version) => print(&command::version(&info)).map_err(ServeError::Output),
        Ok(Command::Schema) => print(&format!("{:#}\n", provider().describe())).map_err(ServeError::Output),
        Ok(Command::Help) => print(&command::help(&info)).map_err(ServeError::Output),
        Err(unknown) => Err(ServeError::Argument(unknown)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            error.exit_code()
        }
    }
}

/// Why a provider process could not do its work.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error("unknown argument `{0}`\n\nTry `--help`.")]
    Argument(String),
    #[error(transparent)]
    Handshake(#[from] handshake::Refusal),
    #[error("cannot make a certificate for this process: {0}")]
    Tls(#[from] tls::TlsError),
    #[error("cannot start the runtime: {0}")]
    Runtime(#[source] io::Error),
    #[error("cannot open a socket: {0}")]
    Socket(#[source] io::Error),
    #[error("cannot write to standard output: {0}")]
    Output(#[source] io::Error),
    #[error("the server failed: {0}")]
    Server(#[from] tonic::transport::Error),
}

impl ServeError {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Argument(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Writes to standard output, which is otherwise left alone: its first line belongs to the handshake.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes plain words for a person to standard error. Nobody is left to tell when that fails.
fn complain(error: &ServeError) {
    let _ = writeln!(io::stderr(), "{error}");
}

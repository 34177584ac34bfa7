//! Why a command failed.

use std::io;
use std::path::PathBuf;

use pki_core::Error;

use crate::console;
use crate::files::FileError;
use crate::input::InputError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments contradict each other in a way that their declaration cannot express.
    #[error("{problem}")]
    Usage { problem: String, help: &'static str },
    /// A file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Files cannot be written.
    #[error(transparent)]
    Files(#[from] FileError),
    /// An input that should hold something in PEM or DER.
    #[error("{input} has no PEM block")]
    NoPem { input: String },
    /// An input that should hold nothing but certificates.
    #[error("{input} has something else than certificates")]
    NotACertificate { input: String },
    /// An input that should hold revocation lists.
    #[error("{input} has something else than revocation lists")]
    NotARevocationList { input: String },
    /// An input that has nothing to lint.
    #[error("{input} is neither a certificate nor a revocation list")]
    NothingToLint { input: String },
    /// An input that says nothing.
    #[error("{input} has no certificate, request or revocation list")]
    NothingToInspect { input: String },
    /// A folder without certificates of a cluster.
    #[error("{} has no certificate that plays a part in a cluster", .folder.display())]
    NoCluster { folder: PathBuf },
    /// A rehearsal that cannot begin.
    #[error("{}", .problems.join("\n"))]
    Rehearsal { problems: Vec<String> },
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The content of an input is wrong in one way or several.
    #[error("{}", lines(.about, .errors).join("\n"))]
    Problems {
        /// The input's name; empty where it is the arguments.
        about: String,
        errors: Vec<Error>,
    },
}

impl Failure {
    /// What is wrong with an input.
    pub(crate) fn about(input: &impl ToString, error: impl Into<Error>) -> Self {
        Self::Problems { about: input.to_string(), errors: vec![error.into()] }
    }

    /// Prints the failure; gives the exit code.
    pub(crate) fn report(&self) -> u8 {
        match self {
            Self::Problems { about, errors } => {
                for line in lines(about, errors) {
                    console::error(&line, None);
                }
            }
            Self::Rehearsal { problems } => {
                for problem in problems {
                    console::error(problem, None);
                }
            }
            _ => console::error(self, self.help()),
        }
        if matches!(self, Self::Usage { .. }) { console::USAGE } else { console::FAILED }
    }

    fn help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. } => Some(help),
            Self::Input(error) => error.help(),
            Self::Files(error) => error.help(),
            Self::NoCluster { .. } => Some(
                "name the folder that `bundle` made, or that of the tutorial's Step 4 (`ca.pem`, `admin.pem`, …)",
            ),
            _ => None,
        }
    }
}

/// One line for each error, beginning with what it is about.
fn lines(about: &str, errors: &[Error]) -> Vec<String> {
    let prefix = if about.is_empty() { String::new() } else { format!("{about}: ") };
    errors.iter().map(|error| format!("{prefix}{error}")).collect()
}

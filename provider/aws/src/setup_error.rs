//! Why AWS cannot be used at all.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

use crate::service_error::causes;
use crate::{Error, Kind};

/// Why AWS cannot be used: the settings of the connection, or the credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// No region is configured.
    #[error(
        "No AWS region is configured: set `region` in the provider configuration, the environment variable \
         AWS_REGION, or `region` in the profile `{profile}`."
    )]
    NoRegion {
        /// The profile that has none.
        profile: String,
    },
    /// There is no such region.
    #[error("{origin} names a region that does not exist: {reason}")]
    UnknownRegion {
        /// Who names it.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Settings of the connection are decided later.
    #[error(
        "The AWS settings {0} are not known yet: apply what they come from first (`-target`), or set them by \
         environment variables."
    )]
    Unresolved(String),
    /// Half of a pair of keys.
    #[error(
        "{present} is set and {missing} is not: the access key id and the secret access key belong together."
    )]
    HalfPair {
        /// The half that is there.
        present: &'static str,
        /// The half that is not.
        missing: &'static str,
    },
    /// A file of trusted certificates is of no use.
    #[error("The certificates of {origin} cannot be used: {}: {reason}.", .path.display())]
    CaBundle {
        /// Who names it.
        origin: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A proxy is of no use.
    #[error("The proxy of {origin} cannot be used: {reason}.")]
    Proxy {
        /// Who names it.
        origin: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The address of the instance metadata service is of no use.
    #[error("The instance metadata service cannot be asked: {0}.")]
    Metadata(String),
    /// TLS is not possible.
    #[error("TLS cannot be set up: {0}.")]
    Tls(String),
    /// A shared file cannot be read or understood.
    #[error("The shared AWS file {}{} cannot be used: {reason}.", .path.display(), at_line(*.line))]
    SharedFile {
        /// The file.
        path: PathBuf,
        /// Where in the file.
        line: Option<usize>,
        /// What is wrong with it.
        reason: String,
    },
    /// A profile is named that does not exist.
    #[error("{origin} names the AWS profile `{profile}`, which does not exist. {files}{}", listed(.found))]
    UnknownProfile {
        /// Who names it.
        origin: &'static str,
        /// Its name.
        profile: String,
        /// The files looked at.
        files: String,
        /// The profiles that exist.
        found: Vec<String>,
    },
    /// A profile exists and is of no use.
    #[error("The AWS profile `{profile}` gives no credentials: {reason}.")]
    Profile {
        /// Its name.
        profile: String,
        /// Why.
        reason: String,
    },
    /// There are no credentials anywhere.
    #[error("No AWS credentials were found. Looked at:\n{}", bullets(.0))]
    NoCredentials(Vec<String>),
    /// A source of credentials is there and failed.
    #[error("{origin} gave no credentials: {reason}.")]
    Source {
        /// The source.
        origin: String,
        /// Why.
        reason: String,
    },
    /// A role was not assumed.
    #[error("The role {role} could not be assumed (session `{session}`{}): {reason}", in_chain(*.position))]
    Role {
        /// The resource name of the role.
        role: String,
        /// The name of the session.
        session: String,
        /// Which one of how many.
        position: (usize, usize),
        /// Why.
        reason: String,
    },
    /// A token of an identity provider cannot be read.
    #[error("The web identity token of {origin} cannot be read: {}: {reason}.", .path.display())]
    TokenFile {
        /// Who names the file.
        origin: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The credentials do not work.
    #[error("The AWS credentials from {origin} could not be checked: {error}")]
    Refused {
        /// Where they come from.
        origin: String,
        /// What the service said.
        error: Box<Error>,
    },
    /// The credentials are those of an account that shall not be worked on.
    #[error(
        "The AWS credentials from {origin} belong to the account {account}, which is not allowed: {reason}."
    )]
    Account {
        /// Where they come from.
        origin: String,
        /// The account.
        account: String,
        /// Why it is not allowed.
        reason: String,
    },
}

impl SetupError {
    /// The kind of trouble.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoRegion { .. } => Kind::NoRegion,
            Self::NoCredentials(_) | Self::Source { .. } | Self::Role { .. } | Self::TokenFile { .. } => {
                Kind::NoCredentials
            }
            Self::Refused { error, .. } => error.kind(),
            Self::Account { .. } => Kind::Denied,
            _ => Kind::Other,
        }
    }
}

/// The reason in the chain of causes of a failed call for which it could not even be signed.
pub(crate) fn setup_error(error: &(dyn StdError + 'static)) -> Option<Arc<SetupError>> {
    causes(error).find_map(|cause| cause.downcast_ref::<Arc<SetupError>>()).cloned()
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line},"))
}

fn listed(profiles: &[String]) -> String {
    if profiles.is_empty() {
        return " They have no profile.".into();
    }
    format!(" There are: {}.", profiles.join(", "))
}

fn bullets(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  - {line}")).collect::<Vec<_>>().join("\n")
}

fn in_chain((number, of): (usize, usize)) -> String {
    if of > 1 { format!(", number {number} of {of} in the chain") } else { String::new() }
}

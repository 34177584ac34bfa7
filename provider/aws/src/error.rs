//! What can go wrong, told the way an operator needs it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{CREATE_TOKEN, Kind, Result, ServiceError, SetupError};

/// A failed operation.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service refused, or could not be reached.
    #[error(transparent)]
    Service(Box<ServiceError>),
    /// AWS cannot be used: settings or credentials are not as they have to be.
    #[error(transparent)]
    Setup(Arc<SetupError>),
    /// Something did not happen within the time allowed.
    #[error("gave up on {what} after {elapsed:.0?}: {state}", elapsed = Rounded(*elapsed))]
    Timeout {
        /// What was awaited, such as "deletion of VPC vpc-1".
        what: String,
        /// What was last seen.
        state: String,
        /// How long it was awaited.
        elapsed: Duration,
    },
    /// The operator asked to stop.
    #[error("cancelled while waiting for {what}: {state}")]
    Cancelled {
        /// What was awaited.
        what: String,
        /// What was last seen.
        state: String,
    },
    /// An object went the wrong way, such as an instance that terminates instead of starting.
    #[error("{what} failed: {reason}")]
    Failed {
        /// What was awaited.
        what: String,
        /// What the service gave as the reason.
        reason: String,
    },
    /// An object like that is there already, and it is not ours.
    #[error("{what} exists already: {id}")]
    AlreadyExists {
        /// What was to be created.
        what: String,
        /// The id of the object that is there.
        id: String,
    },
    /// Nobody can tell whether an object was made.
    #[error("{error}\n\nThe {kind} may have been made all the same{}.", carrying(token.as_deref()))]
    Uncertain {
        /// The kind of object.
        kind: &'static str,
        /// The value of its tag [`CREATE_TOKEN`], if it has tags.
        token: Option<String>,
        /// Whether a later creation of the same will look for it.
        recorded: bool,
        /// Why there was no answer.
        error: Box<Error>,
    },
    /// The service answered something that makes no sense.
    #[error("{operation}: unexpected reply: {reason}")]
    Reply {
        /// The operation, as `service:Name`.
        operation: &'static str,
        /// What is wrong with the reply.
        reason: String,
    },
}

impl Error {
    /// The kind of trouble.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Service(error) => error.kind,
            Self::Setup(error) => error.kind(),
            Self::Timeout { .. } => Kind::Timeout,
            Self::Cancelled { .. } => Kind::Cancelled,
            Self::AlreadyExists { .. } => Kind::Conflict,
            Self::Uncertain { error, .. } => error.kind(),
            Self::Failed { .. } | Self::Reply { .. } => Kind::Other,
        }
    }

    /// The code of the service, when the service answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.code.as_deref(),
            Self::Uncertain { error, .. } => error.code(),
            _ => None,
        }
    }

    /// Whether the service answered with one of these codes.
    #[must_use]
    pub fn has_code(&self, codes: &[&str]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }

    /// Whether the service says that there is no such object.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == Kind::NotFound
    }

    /// Whether the request may have taken effect although no answer arrived.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Service(error) => error.kind == Kind::Connection,
            Self::Reply { .. } => true,
            _ => false,
        }
    }

    /// The end of a wait, with more to tell about what was last seen.
    pub(crate) fn with_state(self, state: String) -> Self {
        match self {
            Self::Timeout { what, elapsed, .. } => Self::Timeout { what, state, elapsed },
            Self::Cancelled { what, .. } => Self::Cancelled { what, state },
            other => other,
        }
    }

    pub(crate) fn reply(operation: &'static str, reason: impl Into<String>) -> Self {
        Self::Reply { operation, reason: reason.into() }
    }
}

fn carrying(token: Option<&str>) -> String {
    token.map(|token| format!(", with the tag {CREATE_TOKEN} = {token}")).unwrap_or_default()
}

/// Treats the absence of an object as an answer, not as trouble.
pub(crate) trait IgnoreNotFound<T> {
    /// `None` when the service says that there is no such object.
    fn ignore_not_found(self) -> Result<Option<T>>;
}

impl<T> IgnoreNotFound<T> for Result<T> {
    fn ignore_not_found(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A duration an operator can read: whole seconds, minutes above two.
pub(crate) struct Rounded(pub(crate) Duration);

impl fmt::Debug for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            0 => write!(f, "{} ms", self.0.as_millis()),
            seconds @ 1..=120 => write!(f, "{seconds} s"),
            seconds => write!(f, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absence_is_an_answer() {
        let gone = || {
            Error::Service(Box::new(ServiceError {
                operation: "ec2:DeleteVpc",
                kind: Kind::NotFound,
                code: None,
                message: String::new(),
                request_id: None,
                status: None,
            }))
        };
        assert!(matches!(Err::<(), _>(gone()).ignore_not_found(), Ok(None)));
        assert!(matches!(Ok::<_, Error>(1).ignore_not_found(), Ok(Some(1))));
        assert!(Err::<(), _>(Error::reply("ec2:DescribeVpcs", "nothing")).ignore_not_found().is_err());
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(format!("{:?}", Rounded(Duration::from_mins(5))), "5 min 0 s");
        assert_eq!(format!("{:?}", Rounded(Duration::from_millis(1500))), "1 s");
    }
}

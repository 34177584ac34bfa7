//! What can go wrong, told the way an operator needs it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::Result;
use crate::hint::hint;

/// A failed operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service refused, or could not be reached.
    #[error(transparent)]
    Service(Box<ServiceError>),
    /// No region is configured.
    #[error(
        "no AWS region is configured: set `region` in the provider configuration, the environment variable \
         AWS_REGION, or a region in the profile"
    )]
    NoRegion,
    /// Settings of the connection are decided later.
    #[error(
        "the AWS settings {0} are not known yet: apply what they come from first (`-target`), or set them by \
         environment variables"
    )]
    Unresolved(String),
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
    /// The service answered something that makes no sense.
    #[error("{operation}: unexpected reply: {reason}")]
    Reply {
        /// The operation, as `service:Name`.
        operation: &'static str,
        /// What is wrong with the reply.
        reason: String,
    },
}

/// What the service said when it refused, or why it could not be reached.
#[derive(Clone, Debug)]
pub struct ServiceError {
    /// The operation, as `service:Name`, which is also the name of the permission it needs.
    pub operation: &'static str,
    /// The kind of trouble.
    pub kind: Kind,
    /// The code of the service, such as `InvalidVpcID.NotFound`.
    pub code: Option<String>,
    /// The message of the service, or the chain of causes when there was no answer.
    pub message: String,
    /// The id under which the service logged the request.
    pub request_id: Option<String>,
    /// The status of the HTTP answer.
    pub status: Option<u16>,
}

/// The kind of trouble, by which a caller decides what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The object, or one it refers to, does not exist.
    NotFound,
    /// An object of that name or content exists already, or the object is in a state that forbids the operation.
    Conflict,
    /// Another object depends on this one.
    DependencyViolation,
    /// The object is in use.
    InUse,
    /// Too many calls.
    Throttled,
    /// The credentials are unknown, expired, or lack the permission.
    Denied,
    /// A parameter is wrong.
    Invalid,
    /// A quota is used up, or the service has no capacity left.
    Limit,
    /// No region is configured.
    NoRegion,
    /// No credentials were found.
    NoCredentials,
    /// The service could not be reached, or did not answer in time.
    Connection,
    /// The time allowed for the whole operation is over.
    Timeout,
    /// The operator asked to stop.
    Cancelled,
    /// Anything else.
    Other,
}

impl Error {
    /// The kind of trouble.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Service(error) => error.kind,
            Self::NoRegion => Kind::NoRegion,
            Self::Timeout { .. } => Kind::Timeout,
            Self::Cancelled { .. } => Kind::Cancelled,
            Self::AlreadyExists { .. } => Kind::Conflict,
            Self::Failed { .. } | Self::Reply { .. } | Self::Unresolved(_) => Kind::Other,
        }
    }

    /// The code of the service, when the service answered.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.code.as_deref(),
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
            Self::Service(error) => error.code.is_none() && error.kind == Kind::Connection,
            _ => false,
        }
    }

    pub(crate) fn reply(operation: &'static str, reason: impl Into<String>) -> Self {
        Self::Reply { operation, reason: reason.into() }
    }
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

/// Makes our error of the SDK's: `.map_err(failed("ec2:CreateVpc"))`.
pub(crate) fn failed<E>(operation: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    move |error| Error::Service(Box::new(ServiceError::new(operation, &error)))
}

impl ServiceError {
    fn new<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let response = error.raw_response();
        let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
        let code = meta.and_then(|meta| meta.code()).map(str::to_owned);
        let status = response.map(|response| response.status().as_u16());
        let (kind, message) = match (&code, meta.and_then(|meta| meta.message())) {
            (Some(code), message) => (classify(code), message.unwrap_or_default().to_owned()),
            (None, _) => unanswered(error),
        };
        let request_id = aws_sdk_ec2::operation::RequestId::request_id(error).map(str::to_owned);
        let request_id = request_id.or_else(|| response.and_then(request_id_in_body));
        Self { operation, kind, code, message, request_id, status }
    }
}

/// The id as the body of a refusal spells it: `RequestID` in EC2, `RequestId` elsewhere.
fn request_id_in_body(response: &HttpResponse) -> Option<String> {
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    let (_, rest) = body.split_once("<RequestID>").or_else(|| body.split_once("<RequestId>"))?;
    rest.split_once('<').map(|(id, _)| id.to_owned())
}

/// The kind and the story of a failure that carries no code: no connection, no credentials, or an answer that is not
/// the service's, such as the page of a proxy.
fn unanswered<E>(error: &SdkError<E, HttpResponse>) -> (Kind, String)
where
    E: StdError + Send + Sync + 'static,
{
    if let Some(response) = error.raw_response() {
        let body = response.body().bytes().unwrap_or_default();
        let body = String::from_utf8_lossy(&body[..body.len().min(200)]);
        return (Kind::Connection, format!("an answer that is not the service's: {}", one_line(&body)));
    }
    if is_caused_by::<CredentialsError>(error) {
        return (Kind::NoCredentials, root_cause(error));
    }
    let kind = match error {
        SdkError::ConstructionFailure(_) => Kind::Invalid,
        _ => Kind::Connection,
    };
    (kind, one_line(&DisplayErrorContext(error).to_string()))
}

fn is_caused_by<T: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(<dyn StdError>::is::<T>)
}

fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The kind of trouble behind a code. The services name their codes by a handful of habits; what does not follow
/// them is listed.
fn classify(code: &str) -> Kind {
    match code {
        "DependencyViolation" => Kind::DependencyViolation,
        "ResourceInUse" | "InvalidGroup.InUse" | "InvalidIPAddress.InUse" | "VolumeInUse" => Kind::InUse,
        "RequestLimitExceeded"
        | "EC2ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "SlowDown"
        | "RequestThrottled" => Kind::Throttled,
        "UnauthorizedOperation"
        | "AccessDenied"
        | "AccessDeniedException"
        | "AuthFailure"
        | "OptInRequired"
        | "PendingVerification"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "UnrecognizedClientException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "Blocked" => Kind::Denied,
        "Gateway.NotAttached" => Kind::NotFound,
        "RouteAlreadyExists"
        | "Resource.AlreadyAssociated"
        | "IncorrectInstanceState"
        | "IncorrectState"
        | "IdempotentParameterMismatch"
        | "OperationNotPermitted"
        | "InvalidSubnet.Conflict" => Kind::Conflict,
        "InsufficientFreeAddressesInSubnet" | "AddressLimitExceeded" | "TargetGroupAssociationLimit" => {
            Kind::Limit
        }
        "RequestTimeout" | "Unavailable" | "ServiceUnavailable" | "InternalError" | "InternalFailure" => {
            Kind::Connection
        }
        _ if code.ends_with("NotFound") || code.ends_with("NotFoundException") => Kind::NotFound,
        _ if code.contains("Duplicate") || code.ends_with("AlreadyExists") => Kind::Conflict,
        _ if code.ends_with("LimitExceeded")
            || code.starts_with("TooMany")
            || code.starts_with("Insufficient") =>
        {
            Kind::Limit
        }
        _ if code.starts_with("Invalid")
            || code.starts_with("Missing")
            || code.starts_with("Malformed")
            || code.starts_with("Validation")
            || code.starts_with("Unsupported") =>
        {
            Kind::Invalid
        }
        _ => Kind::Other,
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, code, message, request_id, status, kind } = self;
        write!(f, "{operation}: ")?;
        match (code, message.as_str()) {
            (Some(code), "") => write!(f, "{code}")?,
            (Some(code), message) => write!(f, "{code}: {message}")?,
            (None, message) => write!(f, "{message}")?,
        }
        match (status, request_id) {
            (Some(status), Some(id)) => write!(f, " (HTTP {status}, request id {id})")?,
            (Some(status), None) => write!(f, " (HTTP {status})")?,
            (None, Some(id)) => write!(f, " (request id {id})")?,
            (None, None) => {}
        }
        match hint(*kind, code.as_deref(), operation) {
            Some(hint) => write!(f, "\n\n{hint}"),
            None => Ok(()),
        }
    }
}

impl StdError for ServiceError {}

/// A duration an operator can read: whole seconds, minutes above two.
struct Rounded(Duration);

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
    use crate::Clients;
    use crate::config::{Config, Endpoints, Secret};
    use crate::testing::{Server, ec2_error};

    #[test]
    fn codes_are_classified() {
        for (code, kind) in [
            ("InvalidVpcID.NotFound", Kind::NotFound),
            ("InvalidDhcpOptionsID.NotFound", Kind::NotFound),
            ("LoadBalancerNotFound", Kind::NotFound),
            ("Gateway.NotAttached", Kind::NotFound),
            ("InvalidGroup.Duplicate", Kind::Conflict),
            ("DuplicateTargetGroupName", Kind::Conflict),
            ("RouteAlreadyExists", Kind::Conflict),
            ("DependencyViolation", Kind::DependencyViolation),
            ("InvalidGroup.InUse", Kind::InUse),
            ("RequestLimitExceeded", Kind::Throttled),
            ("VcpuLimitExceeded", Kind::Limit),
            ("InsufficientInstanceCapacity", Kind::Limit),
            ("TooManyLoadBalancers", Kind::Limit),
            ("UnauthorizedOperation", Kind::Denied),
            ("InvalidClientTokenId", Kind::Denied),
            ("InvalidParameterValue", Kind::Invalid),
            ("InvalidVpc.Range", Kind::Invalid),
            ("ValidationError", Kind::Invalid),
            ("SomethingNew", Kind::Other),
        ] {
            assert_eq!(classify(code), kind, "{code}");
        }
    }

    async fn vpcs(clients: &Clients) -> Error {
        let request = clients.ec2_client().await.unwrap().describe_vpcs().send().await;
        request.map_err(failed("ec2:DescribeVpcs")).unwrap_err()
    }

    #[tokio::test]
    async fn a_refusal_tells_operation_code_message_and_request() {
        let server =
            Server::start(|_| ec2_error(403, "UnauthorizedOperation", "You are not authorized")).await;
        let error = vpcs(&server.clients()).await;
        assert_eq!((error.kind(), error.code()), (Kind::Denied, Some("UnauthorizedOperation")));
        let text = error.to_string();
        assert!(
            text.starts_with(
                "ec2:DescribeVpcs: UnauthorizedOperation: You are not authorized (HTTP 403, request id req-1)"
            ),
            "{text}"
        );
        assert!(text.contains("permission `ec2:DescribeVpcs`"), "{text}");
        assert!(!error.is_ambiguous());
    }

    #[tokio::test]
    async fn a_page_instead_of_an_answer_is_shown_in_part() {
        let page = format!("<html>\n<body>Internal Server Error {}</body></html>", "x".repeat(500));
        let server = Server::start(move |_| (500, page.clone())).await;
        let error = vpcs(&server.clients()).await;
        assert_eq!(error.kind(), Kind::Connection);
        let text = error.to_string();
        assert!(text.contains("<html> <body>Internal Server Error") && text.contains("HTTP 500"), "{text}");
        assert!(!text.contains(&"x".repeat(200)), "{text}");
        assert!(error.is_ambiguous());
    }

    #[tokio::test]
    async fn nobody_listening_is_a_connection_error() {
        let config = Config {
            region: Some("us-east-2".into()),
            access_key: Some("a".into()),
            secret_key: Some(Secret::new("b")),
            max_retries: Some(0),
            endpoints: Endpoints { ec2: Some("http://127.0.0.1:1".into()), ..Endpoints::default() },
            ..Config::default()
        };
        let error = vpcs(&Clients::new(config)).await;
        assert_eq!(error.kind(), Kind::Connection, "{error}");
        assert!(error.to_string().contains("refused"), "{error}");
    }

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
        assert!(Err::<(), _>(Error::NoRegion).ignore_not_found().is_err());
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(format!("{:?}", Rounded(Duration::from_mins(5))), "5 min 0 s");
        assert_eq!(format!("{:?}", Rounded(Duration::from_millis(1500))), "1 s");
    }
}

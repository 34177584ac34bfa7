//! Refusals of a service, and failures to reach it.

use std::error::Error as StdError;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::creation::is_unreached;
use crate::hint::hint;
use crate::setup_error::setup_error;
use crate::{Error, Kind};

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

/// Makes our error of the SDK's: `.map_err(failed("ec2:CreateVpc"))`.
pub(crate) fn failed<E>(operation: &'static str) -> impl FnOnce(SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    move |error| Error::Service(Box::new(ServiceError::new(operation, &error)))
}

impl ServiceError {
    pub(crate) fn new<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let response = error.raw_response();
        let meta = error.as_service_error().map(ProvideErrorMetadata::meta);
        let status = response.map(|response| response.status().as_u16());
        // Gateways and emulators wrap a refusal in more or fewer elements than the service does.
        let told = |name| response.and_then(|response| element(response, name));
        let code = meta.and_then(|meta| meta.code()).map(str::to_owned).or_else(|| told("Code"));
        let message = meta.and_then(|meta| meta.message()).map(str::to_owned);
        let (kind, message) = match &code {
            Some(code) => (Kind::of_code(code), message.or_else(|| told("Message")).unwrap_or_default()),
            None => unanswered(error),
        };
        let request_id = aws_sdk_ec2::operation::RequestId::request_id(error).map(str::to_owned);
        let request_id = request_id.or_else(|| told("RequestID").or_else(|| told("RequestId")));
        Self { operation, kind, code, message, request_id, status }
    }
}

/// The text of the first element of that name in the body of a refusal.
fn element(response: &HttpResponse, name: &str) -> Option<String> {
    let body = std::str::from_utf8(response.body().bytes()?).ok()?;
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once('<').map(|(text, _)| text.to_owned())
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
    if let Some(error) = setup_error(error) {
        return (error.kind(), error.to_string());
    }
    let kind = match error {
        SdkError::ConstructionFailure(_) => Kind::Invalid,
        _ if is_unreached(error) => Kind::Unreached,
        _ => Kind::Connection,
    };
    (kind, one_line(&story(error)))
}

/// The causes that say something, each once. The SDK's own names of what it could not do come first and tell nothing.
fn story(error: &(dyn StdError + 'static)) -> String {
    const NAMES: [&str; 6] =
        ["dispatch failure", "io error", "user error", "timeout", "other", "response error"];
    let mut told: Vec<String> = Vec::new();
    for text in causes(error).map(ToString::to_string) {
        if !NAMES.contains(&&*text) && !told.iter().any(|before| before.contains(&text)) {
            told.push(text);
        }
    }
    if told.is_empty() { error.to_string() } else { told.join(": ") }
}

pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clients;
    use crate::config::{Config, Endpoints, Secret};
    use crate::testing::{Server, ec2_error};

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
        assert_eq!(error.kind(), Kind::Unreached, "{error}");
        assert!(!error.is_ambiguous());
        assert!(error.to_string().contains("refused"), "{error}");
    }
}

//! The HTTP client below the SDK. The SDK's own takes no certificates from the environment, verifies in any case, and
//! does not tell what it could not reach.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http::Uri;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{CaptureConnection, Connected, capture_connection};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;

use super::proxy::Proxies;
use super::route::{Route, Unreached};
use super::tls::tls;
use crate::config::Config;
use crate::service_error::{causes, root_cause};
use crate::setup_error::SetupError;

/// Connections to the services, kept open for all clients.
#[derive(Debug)]
pub(super) struct Http {
    tls: Arc<ClientConfig>,
    proxies: Arc<Proxies>,
    connectors: Mutex<HashMap<Timeouts, SharedHttpConnector>>,
}

/// For the connection, and for the answer.
type Timeouts = (Option<Duration>, Option<Duration>);

impl Http {
    pub(super) fn new(config: &Config) -> Result<Self, SetupError> {
        Ok(Self {
            tls: Arc::new(tls(config)?),
            proxies: Arc::new(Proxies::new(config)?),
            connectors: Mutex::default(),
        })
    }

    fn connector(&self, (connect, read): Timeouts) -> Connector {
        let route = Route::new(Arc::clone(&self.proxies), Arc::clone(&self.tls), connect);
        let secured = HttpsConnector::from((route, Arc::clone(&self.tls)));
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(secured);
        Connector { client, proxies: Arc::clone(&self.proxies), read }
    }
}

impl HttpClient for Http {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        connectors
            .entry(timeouts)
            .or_insert_with(|| SharedHttpConnector::new(self.connector(timeouts)))
            .clone()
    }
}

#[derive(Debug)]
struct Connector {
    client: Client<HttpsConnector<Route>, SdkBody>,
    proxies: Arc<Proxies>,
    read: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let target = request.uri().clone();
        // A tunnel is authorized when it is made, and what goes through it is not the proxy's business.
        if target.scheme() == Some(&Scheme::HTTP)
            && let Some(authorization) = self.proxies.of(&target).and_then(|proxy| proxy.authorization)
        {
            request.headers_mut().entry(PROXY_AUTHORIZATION).or_insert(authorization);
        }
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&connection));
        }
        let (answer, limit) = (self.client.request(request), self.read);
        HttpConnectorFuture::new(async move {
            let answer = match limit {
                None => answer.await,
                Some(limit) => tokio::time::timeout(limit, answer).await.map_err(|_| {
                    ConnectorError::timeout(
                        format!("{} gave no answer within {limit:?}", name(&target)).into(),
                    )
                })?,
            };
            let answer = answer.map_err(|error| failure(error, &target))?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// How the SDK ends a connection that it does not want to use again.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    let known = connection.connection_metadata().as_ref().map(Connected::is_proxied)?;
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    Some(ConnectionMetadata::builder().proxied(known).poison_fn(poison).build())
}

/// What the SDK has to know about a failure: whether it may try again.
fn failure(error: ClientError, target: &Uri) -> ConnectorError {
    if error.is_connect() {
        return not_connected(&error, target);
    }
    let cause = causes(&error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match cause {
        Some(cause) if cause.is_timeout() => ConnectorError::timeout(error.into()),
        Some(cause) if cause.is_user() => ConnectorError::user(error.into()),
        Some(cause) if cause.is_incomplete_message() => {
            ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
        }
        Some(cause) if cause.is_closed() || cause.is_canceled() => ConnectorError::io(error.into()),
        _ if causes(&error).any(<dyn StdError>::is::<std::io::Error>) => ConnectorError::io(error.into()),
        _ => ConnectorError::other(error.into(), None),
    }
}

/// Nothing was sent: the same again can do no harm. A certificate does not get better by it.
fn not_connected(error: &ClientError, target: &Uri) -> ConnectorError {
    if let Some(unreached) = causes(error).find_map(|cause| cause.downcast_ref::<Unreached>()) {
        return ConnectorError::io(Box::new(unreached.clone())).never_connected();
    }
    let reason = root_cause(error);
    let untrusted = reason.contains("certificate");
    let unreached = Box::new(Unreached::new(format!("no secure connection to {}", name(target)), reason));
    if untrusted { ConnectorError::user(unreached) } else { ConnectorError::io(unreached) }.never_connected()
}

/// A service by its address.
pub(super) fn name(target: &Uri) -> String {
    let scheme = target.scheme_str().unwrap_or("http");
    format!("{scheme}://{}", target.authority().map_or("", |authority| authority.as_str()))
}

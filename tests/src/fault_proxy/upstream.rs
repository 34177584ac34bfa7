//! The emulator behind the proxy.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Handle;

use super::message::{Reply, Request};
use super::xml::Element;

/// Where calls go that no rule keeps.
#[derive(Clone, Debug)]
pub(super) struct Upstream {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Upstream {
    pub(super) fn new(url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { url: url.trim_end_matches('/').to_owned(), client }
    }

    /// Forwards a request.
    pub(super) async fn send(&self, request: &Request) -> anyhow::Result<Reply> {
        let mut forwarded = hyper::Request::builder()
            .method(&request.method)
            .uri(format!("{}{}", self.url, request.path))
            .body(Full::new(request.encode()))?;
        *forwarded.headers_mut() = request.headers.clone();
        // They belong to the connection, or to the body before it was changed.
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            forwarded.headers_mut().remove(name);
        }
        let (head, body) = self.client.request(forwarded).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let mut reply = Reply::new(head.status.as_u16(), "text/xml", body);
        reply.headers = head.headers;
        for name in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
            reply.headers.remove(name);
        }
        Ok(reply)
    }

    /// Asks EC2 something on behalf of a rule, which runs where blocking is allowed.
    pub(super) fn ask(
        &self,
        request: &Request,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Option<Element> {
        let asked = request.ask(action, parameters);
        Handle::current().block_on(self.send(&asked)).ok()?.document()
    }
}

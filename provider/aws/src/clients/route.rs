//! The way to a service: direct, through a tunnel, or by a proxy that forwards.

use std::error::Error as StdError;
use std::future::Future;
use std::io::{IoSlice, Result as IoResult};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use super::http::name;
use super::proxy::{Proxies, Proxy};
use crate::service_error::root_cause;

/// No connection came about.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what}: {reason}")]
pub(crate) struct Unreached {
    what: String,
    reason: String,
}

impl Unreached {
    pub(super) fn new(what: String, reason: String) -> Self {
        Self { what, reason }
    }
}

/// Makes connections.
#[derive(Clone, Debug)]
pub(super) struct Route {
    direct: HttpConnector,
    to_proxy: HttpsConnector<HttpConnector>,
    proxies: Arc<Proxies>,
    limit: Option<Duration>,
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Route {
    pub(super) fn new(proxies: Arc<Proxies>, tls: Arc<ClientConfig>, limit: Option<Duration>) -> Self {
        let mut direct = HttpConnector::new();
        direct.set_nodelay(true);
        direct.enforce_http(false);
        let to_proxy = HttpsConnector::from((direct.clone(), tls));
        Self { direct, to_proxy, proxies, limit }
    }

    async fn connect(mut self, target: Uri) -> Result<Stream, Unreached> {
        let Some(proxy) = self.proxies.of(&target) else {
            let stream =
                self.direct.call(target.clone()).await.map_err(|error| unreached(&target, None, &error))?;
            return Ok(Stream { inner: MaybeHttpsStream::Http(stream), forwards: false });
        };
        let forwards = target.scheme() != Some(&Scheme::HTTPS);
        let inner = if forwards {
            let stream = self.to_proxy.call(proxy.uri.clone()).await;
            stream.map_err(|error| unreached(&target, Some(&proxy), &*error))?
        } else {
            let tunnel = Tunnel::new(proxy.uri.clone(), self.to_proxy);
            let mut tunnel = match proxy.authorization.clone() {
                Some(authorization) => tunnel.with_auth(authorization),
                None => tunnel,
            };
            tunnel.call(target.clone()).await.map_err(|error| unreached(&target, Some(&proxy), &error))?
        };
        Ok(Stream { inner, forwards })
    }
}

fn unreached(target: &Uri, proxy: Option<&Proxy>, error: &(dyn StdError + 'static)) -> Unreached {
    let target = name(target);
    let what = match proxy {
        None => format!("no connection to {target}"),
        Some(Proxy { uri, origin, .. }) => {
            format!("no connection to {target} through the proxy {} of {origin}", name(uri))
        }
    };
    Unreached::new(what, root_cause(error))
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = Unreached;
    type Future = BoxFuture<Result<Stream, Unreached>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unreached>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let route = self.clone();
        Box::pin(async move {
            let Some(limit) = route.limit else { return route.connect(target).await };
            let proxy = route.proxies.of(&target);
            let connected = tokio::time::timeout(limit, route.connect(target.clone())).await;
            connected.unwrap_or_else(|_| {
                let late = std::io::Error::other(format!("nobody answered within {limit:?}"));
                Err(unreached(&target, proxy.as_ref(), &late))
            })
        })
    }
}

/// A connection, which may be that of a proxy.
pub(super) struct Stream {
    inner: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// Whether the proxy has to be told with each request where it goes.
    forwards: bool,
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.inner.connected().proxy(self.forwards)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<IoResult<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<IoResult<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<IoResult<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, parts)
    }
}

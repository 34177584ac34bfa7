//! The gRPC server over the socket, from its first connection to its orderly end.

use std::sync::Arc;
use std::time::Duration;

use tfplugin_proto::tfplugin6::provider_server::{Provider, ProviderServer};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::Routes;

use super::lifetime::Lifetime;
use super::socket::Socket;
use super::tls::Tls;
use super::{Farewell, ServeError, connection, services};

/// Handling a call takes microseconds, the rest is waiting for others; a second worker would cost more, in waking and
/// in memory, than it does. What keeps a processor busy belongs into `spawn_blocking`.
const WORKERS: usize = 1;
/// States and files travel in single messages; hosts use the same limit.
const MESSAGE_LIMIT: usize = 256 << 20;
/// How long running calls may take to end once the process has been told to.
const DRAIN: Duration = Duration::from_millis(300);

/// The runtime everything runs on.
pub(super) fn runtime() -> Result<Runtime, ServeError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("provider")
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)
}

/// A server with its way in and its end.
pub(super) struct Server {
    pub(super) socket: Socket,
    pub(super) tls: Option<Tls>,
    pub(super) lifetime: Lifetime,
}

impl Server {
    /// Serves until the end of the lifetime. The socket is gone afterwards.
    pub(super) async fn run<S: Provider + Farewell>(self, provider: S) -> Result<(), ServeError> {
        let provider = Arc::new(provider);
        let service = ProviderServer::from_arc(provider.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let lifetime = self.lifetime.clone();
        let routes = services::routes(&lifetime).add_service(service);
        let is_complete = self.run_routes(routes).await?;
        if is_complete && lifetime.is_dismissed() {
            provider.farewell();
        }
        Ok(())
    }

    /// Serves; tells whether all calls were answered.
    async fn run_routes(self, routes: Routes) -> Result<bool, ServeError> {
        let (accepted, connections) = mpsc::channel(1);
        let accepting = connection::accept(&self.socket, self.tls.as_ref(), accepted);
        let serving = tonic::transport::Server::builder()
            .add_routes(routes)
            .serve_with_incoming_shutdown(ReceiverStream::new(connections), self.lifetime.finished());
        let drained = async {
            self.lifetime.finished().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            result = serving => result.map(|()| true).map_err(ServeError::from),
            never = accepting => match never {},
            () = drained => {
                tracing::debug!("left running calls behind");
                Ok(false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use hyper_util::rt::TokioIo;
    use tfplugin_proto::grpc_health::HealthCheckRequest;
    use tfplugin_proto::grpc_health::health_check_response::ServingStatus;
    use tfplugin_proto::grpc_health::health_client::HealthClient;
    use tfplugin_proto::plugin::grpc_broker_client::GrpcBrokerClient;
    use tfplugin_proto::plugin::grpc_controller_client::GrpcControllerClient;
    use tfplugin_proto::plugin::grpc_stdio_client::GrpcStdioClient;
    use tfplugin_proto::plugin::{ConnInfo, Empty};
    use tokio::net::UnixStream;
    use tonic::Code;
    use tonic::transport::{Channel, Endpoint};

    use super::*;
    use crate::serve::handshake::Placement;

    /// A running server without a provider.
    struct Running {
        address: String,
        task: tokio::task::JoinHandle<Result<bool, ServeError>>,
    }

    impl Running {
        fn start() -> Self {
            let placement = Placement { directory: None, group: None, ports: 1..=1 };
            let socket = Socket::bind(&placement).unwrap();
            let address = socket.address().to_owned();
            let lifetime = Lifetime::endless();
            let routes = services::routes(&lifetime);
            let server = Server { socket, tls: None, lifetime };
            Self { address, task: tokio::spawn(server.run_routes(routes)) }
        }

        async fn connect(&self) -> Channel {
            let address = self.address.clone();
            let connector = tower::service_fn(move |_| {
                let address = address.clone();
                async move { UnixStream::connect(address).await.map(TokioIo::new) }
            });
            Endpoint::from_static("http://localhost").connect_with_connector(connector).await.unwrap()
        }
    }

    #[tokio::test]
    async fn shutdown_does_not_wait_for_open_streams() {
        let running = Running::start();
        let channel = running.connect().await;
        let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
        let messages = tokio_stream::pending::<ConnInfo>();
        let broker = GrpcBrokerClient::new(channel.clone()).start_stream(messages).await.unwrap();

        let asked = Instant::now();
        GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
        running.task.await.unwrap().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(1));
        assert!(!std::path::Path::new(&running.address).exists());

        let (mut stdio, mut broker) = (stdio.into_inner(), broker.into_inner());
        assert!(!matches!(stdio.message().await, Ok(Some(_))));
        assert!(!matches!(broker.message().await, Ok(Some(_))));
    }

    #[tokio::test]
    async fn output_stream_is_silent() {
        let running = Running::start();
        let channel = running.connect().await;
        let mut stdio = GrpcStdioClient::new(channel).stream_stdio(()).await.unwrap().into_inner();
        assert!(tokio::time::timeout(Duration::from_millis(100), stdio.message()).await.is_err());
    }

    #[tokio::test]
    async fn health_knows_the_plugin() {
        let running = Running::start();
        let mut health = HealthClient::new(running.connect().await);
        let ask = |service: &str| HealthCheckRequest { service: service.to_owned() };

        let answer = health.check(ask("plugin")).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving);
        assert_eq!(health.check(ask("other")).await.unwrap_err().code(), Code::NotFound);

        let mut watch = health.watch(ask("plugin")).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
        assert!(tokio::time::timeout(Duration::from_millis(100), watch.message()).await.is_err());

        let mut watch = health.watch(ask("other")).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
    }
}

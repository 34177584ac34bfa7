//! The services every plugin has besides its own: process control, output streams, broker and health.

use std::pin::Pin;
use std::task::{Context, Poll};

use tfplugin_proto::grpc_health::health_check_response::ServingStatus;
use tfplugin_proto::grpc_health::health_server::{Health, HealthServer};
use tfplugin_proto::grpc_health::{HealthCheckRequest, HealthCheckResponse};
use tfplugin_proto::plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use tfplugin_proto::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use tfplugin_proto::plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use tfplugin_proto::plugin::{ConnInfo, Empty, StdioData};
use tokio_stream::{Stream, StreamExt as _};
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};

use super::lifetime::Lifetime;

/// The name under which hosts ask for the health of the plugin.
const HEALTH_NAME: &str = "plugin";

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// All of these services.
pub(super) fn routes(lifetime: &Lifetime) -> Routes {
    Routes::new(GrpcControllerServer::new(Controller { lifetime: lifetime.clone() }))
        .add_service(GrpcStdioServer::new(Stdio { lifetime: lifetime.clone() }))
        .add_service(GrpcBrokerServer::new(Broker { lifetime: lifetime.clone() }))
        .add_service(HealthServer::new(Healthy { lifetime: lifetime.clone() }))
}

/// Ends the process when the host asks.
struct Controller {
    lifetime: Lifetime,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.lifetime.dismiss();
        Ok(Response::new(Empty {}))
    }
}

/// Carries no output: what there is to say goes to standard error, and hosts complain about anything sent here.
struct Stdio {
    lifetime: Lifetime,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Answers<StdioData>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(silence(&self.lifetime)))
    }
}

/// Brokers nothing: providers need no connection besides the first.
struct Broker {
    lifetime: Lifetime,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Answers<ConnInfo>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let ended = Box::pin(self.lifetime.finished());
        Ok(Response::new(Box::pin(Discarded { messages: request.into_inner(), ended })))
    }
}

/// Answers nothing to messages that it takes and drops, until either side ends.
struct Discarded<F> {
    messages: Streaming<ConnInfo>,
    ended: Pin<Box<F>>,
}

impl<F: Future<Output = ()>> Stream for Discarded<F> {
    type Item = Result<ConnInfo, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        loop {
            match Pin::new(&mut self.messages).poll_next(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Healthy as long as the process lives.
struct Healthy {
    lifetime: Lifetime,
}

#[tonic::async_trait]
impl Health for Healthy {
    type WatchStream = Answers<HealthCheckResponse>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match status(&request.get_ref().service) {
            ServingStatus::Serving => {
                Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() }))
            }
            _ => Err(Status::not_found("no such service")),
        }
    }

    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let status = status(&request.get_ref().service).into();
        let now = tokio_stream::once(Ok(HealthCheckResponse { status }));
        Ok(Response::new(Box::pin(now.chain(silence(&self.lifetime)))))
    }
}

fn status(service: &str) -> ServingStatus {
    match service {
        "" | HEALTH_NAME => ServingStatus::Serving,
        _ => ServingStatus::ServiceUnknown,
    }
}

/// A stream that says nothing and ends with the process.
fn silence<T: Send + 'static>(lifetime: &Lifetime) -> Answers<T> {
    Box::pin(Silence { ended: Box::pin(lifetime.finished()), nothing: std::marker::PhantomData })
}

struct Silence<F, T> {
    ended: Pin<Box<F>>,
    nothing: std::marker::PhantomData<fn() -> T>,
}

impl<F: Future<Output = ()>, T> Stream for Silence<F, T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.ended.as_mut().poll(cx).map(|()| None)
    }
}

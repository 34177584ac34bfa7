//! The listening side.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http_body_util::{BodyExt as _, Full};
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::task::spawn_blocking;

use super::call::{Call, Outcome};
use super::message::{Reply, Request};
use super::{Shared, lock};

/// Serves every connection until the runtime ends.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(shared.clone(), request));
            // A reply that gets lost is an error here, which is what closes the connection.
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

/// The end of a connection whose client is to get no answer.
#[derive(Debug, thiserror::Error)]
#[error("lost")]
struct Lost;

async fn answer(
    shared: Arc<Shared>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Lost> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let mut request = Request::new(head.method, path, head.headers, body);
    request.number = shared.begin(&request);
    let number = request.number;
    // A task of its own: what a client does not wait for happens all the same.
    let work = tokio::spawn(work(shared.clone(), request));
    let reply = work.await.unwrap_or_else(|error| trouble(&error));
    shared.end(number, &reply);
    tokio::time::sleep(reply.delay).await;
    if reply.is_lost {
        return Err(Lost);
    }
    let mut response = Response::new(Full::new(reply.body.into()));
    *response.status_mut() = reply.status.try_into().map_err(|_| Lost)?;
    *response.headers_mut() = reply.headers;
    Ok(response)
}

/// Lets the rules see the request, the emulator answer it unless a rule has, and the rules see the reply.
async fn work(shared: Arc<Shared>, mut request: Request) -> Reply {
    if request.action.is_empty() {
        return shared.upstream.send(&request).await.unwrap_or_else(|error| trouble(&*error));
    }
    let rules = shared.clone();
    // Rules may ask the emulator something, and wait for it.
    let before = spawn_blocking(move || {
        let mut habits = lock(&rules.habits);
        let answered = habits.iter_mut().find_map(|habit| habit.before(&mut request, &rules.upstream));
        (request, answered)
    });
    let (request, answered) = match before.await {
        Ok(before) => before,
        Err(error) => return trouble(&error),
    };
    let mut reply = match answered {
        Some(reply) => reply,
        None => shared.upstream.send(&request).await.unwrap_or_else(|error| trouble(&*error)),
    };
    let after = spawn_blocking(move || {
        for habit in lock(&shared.habits).iter_mut().rev() {
            habit.after(&request, &mut reply, &shared.upstream);
        }
        reply
    });
    after.await.unwrap_or_else(|error| trouble(&error))
}

/// The emulator is gone, or a rule has panicked: a status that no test expects.
fn trouble(error: &(dyn std::fmt::Display + '_)) -> Reply {
    Reply::new(599, "text/plain", format!("fault proxy: {error}"))
}

impl Shared {
    fn begin(&self, request: &Request) -> u64 {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        if !request.action.is_empty() {
            lock(&self.calls).push(Call {
                number,
                at: self.started.elapsed(),
                action: request.action.clone(),
                parameters: request.parameters.clone(),
                outcome: Outcome::Waiting,
            });
        }
        number
    }

    fn end(&self, number: u64, reply: &Reply) {
        let outcome = match reply {
            reply if reply.is_lost => Outcome::Lost,
            reply if reply.is_success() => Outcome::Done,
            reply => Outcome::Refused(reply.status, reply.code()),
        };
        // The calls may have been forgotten meanwhile.
        let mut calls = lock(&self.calls);
        if let Some(call) = calls.iter_mut().find(|call| call.number == number) {
            call.outcome = outcome;
        }
        drop(calls);
        self.called.notify_all();
    }
}

//! Serving the host that started this process.

use tfplugin_proto::tfplugin6::provider_server::Provider;

use super::handshake::Offer;
use super::lifetime::Lifetime;
use super::server::Server;
use super::socket::Socket;
use super::tls::Tls;
use super::{Farewell, Info, ServeError, log, panic, server};

pub(super) fn run<S: Provider + Farewell>(
    info: &Info,
    provider: impl FnOnce() -> S,
) -> Result<(), ServeError> {
    let variable = |name: &str| std::env::var(name).ok();
    let offer = Offer::read(variable)?;
    log::install(info, variable);
    panic::install();

    let runtime = server::runtime()?;
    let outcome = runtime.block_on(async {
        // First of all, so that Ctrl-C, which reaches the whole process group of a terminal, never ends us.
        let lifetime = Lifetime::of_the_host().map_err(ServeError::Runtime)?;
        let socket = Socket::bind(&offer.placement).map_err(ServeError::Socket)?;
        let tls = offer.client_certificate.clone().map(Tls::trusting).transpose()?;

        let certificate = tls.as_ref().map(Tls::certificate);
        let answer = offer.answer(Socket::NETWORK, socket.address(), certificate);
        super::print(&answer).map_err(ServeError::Output)?;

        Server { socket, tls, lifetime }.run(provider()).await
    });
    // Work that blocks a thread must not keep the process: the host waits two seconds and then kills.
    runtime.shutdown_background();
    outcome
}

//! Serving without a host, for use under a debugger: Terraform is told where to find the running process.

use serde_json::json;
use tfplugin_proto::tfplugin6::provider_server::Provider;

use super::handshake::Placement;
use super::lifetime::Lifetime;
use super::server::Server;
use super::socket::Socket;
use super::{Farewell, Info, ServeError, log, panic, server};

pub(super) fn run<S: Provider + Farewell>(
    info: &Info,
    provider: impl FnOnce() -> S,
) -> Result<(), ServeError> {
    log::install(info, |name| std::env::var(name).ok());
    panic::install();

    let runtime = server::runtime()?;
    let outcome = runtime.block_on(async {
        let lifetime = Lifetime::of_a_person().map_err(ServeError::Runtime)?;
        let placement = Placement { directory: None, group: None, ports: 10_000..=25_000 };
        let socket = Socket::bind(&placement).map_err(ServeError::Socket)?;
        super::print(&instructions(info, socket.address())).map_err(ServeError::Output)?;
        Server { socket, tls: None, lifetime }.run(provider()).await
    });
    runtime.shutdown_background();
    outcome
}

fn instructions(info: &Info, address: &str) -> String {
    // `Test` keeps the host from ending a process that it did not start.
    let attach = json!({
        info.source: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": Socket::NETWORK, "String": address },
        }
    });
    format!(
        "Serving. To use this process, set in the shell where Terraform or OpenTofu runs:\n\n\
         \tTF_REATTACH_PROVIDERS='{attach}'\n\n\
         Ctrl-C stops it.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_hold_the_variable() {
        let info = Info { name: "x", version: "1.0.0", source: "ns/x", log_targets: &[] };
        let text = instructions(&info, "/tmp/s");
        let (_, value) = text.split_once("TF_REATTACH_PROVIDERS='").unwrap();
        let (value, _) = value.split_once('\'').unwrap();
        let value: serde_json::Value = serde_json::from_str(value).unwrap();
        assert_eq!(value["ns/x"]["Addr"], json!({"Network": Socket::NETWORK, "String": "/tmp/s"}));
        assert_eq!(value["ns/x"]["Test"], json!(true));
    }
}

//! Who may connect.

use rustls::version::{TLS12, TLS13};
use tfplugin_proto::grpc_health::HealthCheckRequest;
use tfplugin_proto::grpc_health::health_client::HealthClient;
use tonic::transport::Channel;

use crate::support::client_identity::ClientIdentity;
use crate::support::host::Launch;
use crate::support::provider_binary::provider;

async fn healthy(channel: Channel) -> bool {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    HealthClient::new(channel).check(request).await.is_ok()
}

#[tokio::test]
async fn item_06_only_the_hosts_certificate_is_accepted() {
    let process = Launch::new(provider()).start().await;
    assert!(healthy(process.connect().await).await);

    let stranger = ClientIdentity::generate();
    for version in [&TLS12, &TLS13] {
        for client in [Some(&stranger), None] {
            // With TLS 1.3 a client learns only after its handshake that it is refused.
            let refused = match process.connect_as(client, &[version]).await {
                Ok(channel) => !healthy(channel).await,
                Err(_) => true,
            };
            assert!(refused, "{:?}, stranger: {}", version.version, client.is_some());
        }
    }
    assert!(healthy(process.connect().await).await);
}

#[tokio::test]
async fn item_07_http_2_is_negotiated_in_both_versions() {
    let process = Launch::new(provider()).start().await;
    for version in [&TLS12, &TLS13] {
        let stream = process.tls(&[version]).await.unwrap();
        let (_, connection) = stream.get_ref();
        assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
        assert_eq!(connection.protocol_version(), Some(version.version));
    }
}

/// Whoever connects and then says nothing must not keep others out.
#[tokio::test]
async fn a_silent_peer_disturbs_nobody() {
    let process = Launch::new(provider()).start().await;
    let _silent = tokio::net::UnixStream::connect(process.handshake.address()).await.unwrap();
    assert!(healthy(process.connect().await).await);
}

//! From the environment to the handshake line.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Instant;

use tfplugin_proto::grpc_health::HealthCheckRequest;
use tfplugin_proto::grpc_health::health_client::HealthClient;
use tokio::task::JoinSet;

use crate::support::host::{Exit, Launch, PATIENCE};
use crate::support::provider_binary::provider;

fn launch() -> Launch {
    Launch::new(provider())
}

#[track_caller]
fn assert_refused(exit: &Exit) {
    assert_eq!(exit.status.code(), Some(1), "{exit:?}");
    assert!(!exit.stderr.is_empty());
    assert_eq!(exit.stdout, "");
}

#[tokio::test]
async fn item_01_without_the_cookie_it_explains_itself() {
    let exit = launch().without("TF_PLUGIN_MAGIC_COOKIE").run().await;
    assert_refused(&exit);
    assert!(exit.stderr.contains("not meant to be started by hand"), "{}", exit.stderr);
}

#[tokio::test]
async fn item_02_with_a_wrong_cookie_it_explains_itself() {
    assert_refused(&launch().env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f").run().await);
}

#[tokio::test]
async fn item_03_exactly_one_stdout_line() {
    let start = Instant::now();
    let process = launch().start().await;
    assert!(start.elapsed().as_secs() < 5);

    let fields = &process.handshake.fields;
    assert_eq!(fields.len(), 6, "{fields:?}");
    assert_eq!([&fields[0], &fields[1], &fields[2], &fields[4]], ["1", "6", "unix", "grpc"]);
    assert!(Path::new(process.handshake.address()).exists());

    let exit = process.shut_down().await;
    assert_eq!(exit.stdout.lines().count(), 1, "{}", exit.stdout);
    assert!(exit.stdout.ends_with('\n'));
}

#[tokio::test]
async fn item_04_protocol_six_or_nothing() {
    for offered in ["6,5", "5,6", "6"] {
        let process = launch().env("PLUGIN_PROTOCOL_VERSIONS", offered).start().await;
        assert_eq!(process.handshake.fields[1], "6", "{offered}");
    }
    let exit = launch().env("PLUGIN_PROTOCOL_VERSIONS", "5").run().await;
    assert_refused(&exit);
    assert!(exit.stderr.contains("protocol 6"), "{}", exit.stderr);
}

#[tokio::test]
async fn item_05_every_certificate_can_be_used() {
    async fn start_often() {
        for _ in 0..50 {
            let process = launch().start().await;
            let field = &process.handshake.fields[5];
            assert!(!field.contains('='), "{field}");
            // Parses, and is for `localhost` and valid now: the client checks these.
            process.connect().await;
        }
    }
    let all: JoinSet<_> = std::iter::repeat_with(start_often).take(4).collect();
    all.join_all().await;
}

#[tokio::test]
async fn item_08_without_a_client_certificate_it_speaks_plaintext() {
    let process = Launch::plaintext(provider()).start().await;
    assert_eq!(process.handshake.fields[5], "");
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    HealthClient::new(process.connect().await).check(request).await.unwrap();
}

#[tokio::test]
async fn item_09_multiplexing_is_declined() {
    let process = launch().env("PLUGIN_MULTIPLEX_GRPC", "true").start().await;
    assert_eq!(process.handshake.fields.len(), 7);
    assert_eq!(process.handshake.fields[6], "false");
    process.connect().await;
}

#[tokio::test]
async fn item_10_the_socket_is_where_the_host_wants_it() {
    let directory = tempfile::tempdir().unwrap();
    let process = launch().env("PLUGIN_UNIX_SOCKET_DIR", directory.path()).start().await;
    let socket = Path::new(process.handshake.address()).to_owned();
    assert_eq!(socket.parent(), Some(directory.path()));

    process.shut_down().await;
    assert!(!socket.exists());
}

#[tokio::test]
async fn item_10_the_socket_is_private_and_removed() {
    let process = launch().start().await;
    let socket = Path::new(process.handshake.address()).to_owned();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&socket), 0o600);
    assert_eq!(mode(socket.parent().unwrap()), 0o700);

    process.shut_down().await;
    assert!(!socket.exists() && !socket.parent().unwrap().exists());
}

#[tokio::test]
async fn item_10_a_long_temporary_directory_does_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let long = directory.path().join("x".repeat(120));
    fs::create_dir(&long).unwrap();
    let process = launch().env("TMPDIR", &long).start().await;
    process.connect().await;
    process.shut_down().await;
    assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
}

#[tokio::test]
async fn item_10_the_socket_is_removed_at_sigterm() {
    let process = launch().start().await;
    let socket = Path::new(process.handshake.address()).to_owned();
    nix::sys::signal::kill(process.pid(), nix::sys::signal::Signal::SIGTERM).unwrap();
    let exit = process.wait(Instant::now()).await;
    assert!(exit.status.success() && exit.took < PATIENCE);
    assert!(!socket.exists());
}

#[tokio::test]
async fn people_get_a_version_and_help() {
    for (flag, word) in [("--version", "terraform-provider-groundup"), ("--help", "required_providers")] {
        let output = launch().without("TF_PLUGIN_MAGIC_COOKIE").command().arg(flag).output().await.unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains(word), "{flag}");
    }
    let output = launch().command().arg("serve").output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
}

//! The life and end of the process.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tfplugin_proto::grpc_health::HealthCheckRequest;
use tfplugin_proto::grpc_health::health_check_response::ServingStatus;
use tfplugin_proto::grpc_health::health_client::HealthClient;
use tfplugin_proto::plugin::grpc_broker_client::GrpcBrokerClient;
use tfplugin_proto::plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin_proto::plugin::grpc_stdio_client::GrpcStdioClient;
use tfplugin_proto::plugin::{ConnInfo, Empty};
use tfplugin_proto::tfplugin6::provider_client::ProviderClient;
use tfplugin_proto::tfplugin6::{configure_provider, get_provider_schema};
use tokio::process::Command;
use tokio::time::timeout;
use tonic::transport::Channel;

use crate::support::core::{Core, block};
use crate::support::host::{self, Launch, PATIENCE};
use crate::support::output::Output;
use crate::support::provider_binary::provider;
use crate::support::schema::{block_type, empty};
use crate::support::wire::{encode, no_errors};

async fn serving(channel: Channel) {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = HealthClient::new(channel).check(request).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
}

#[tokio::test]
async fn item_11_shutdown_is_prompt_with_streams_open() {
    let process = Launch::new(provider()).start().await;
    let channel = process.connect().await;
    let _stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let messages = tokio_stream::pending::<ConnInfo>();
    let _broker = GrpcBrokerClient::new(channel.clone()).start_stream(messages).await.unwrap();

    let asked = Instant::now();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    let exit = process.wait(asked).await;
    assert!(exit.took < Duration::from_secs(1), "{:?}", exit.took);
    assert_eq!(exit.status.code(), Some(0));
}

#[tokio::test]
async fn item_12_health_is_told_and_output_is_silent() {
    let process = Launch::new(provider()).start().await;
    let channel = process.connect().await;
    serving(channel.clone()).await;

    let mut stdio = GrpcStdioClient::new(channel).stream_stdio(()).await.unwrap().into_inner();
    let mut rpc = process.provider().await;
    rpc.get_provider_schema(get_provider_schema::Request {}).await.unwrap();
    assert!(timeout(Duration::from_millis(300), stdio.message()).await.is_err());
}

#[tokio::test]
async fn item_13_sigint_changes_nothing_and_sigterm_ends() {
    let process = Launch::new(provider()).start().await;
    let channel = process.connect().await;
    for _ in 0..3 {
        kill(process.pid(), Signal::SIGINT).unwrap();
        serving(channel.clone()).await;
    }
    let asked = Instant::now();
    kill(process.pid(), Signal::SIGTERM).unwrap();
    let exit = process.wait(asked).await;
    assert_eq!(exit.status.code(), Some(0));
    assert!(exit.took < Duration::from_secs(1), "{:?}", exit.took);
}

#[tokio::test]
async fn item_14_the_hosts_death_is_the_providers() {
    let launch = Launch::new(provider());
    let mut shell = Command::new("sh");
    // The shell stays the parent: it has something to do afterwards.
    shell.arg("-c").arg("\"$0\"; true").arg(provider());
    launch.prepare(&mut shell);
    let process = launch.start_as(shell).await;
    // Connections do not keep it either.
    let channel = process.connect().await;
    serving(channel.clone()).await;

    kill(process.pid(), Signal::SIGKILL).unwrap();
    let killed = Instant::now();
    // With the shell dead, only the provider keeps the pipe open.
    assert!(process.stdout.wait_for_end(PATIENCE).await, "the provider outlives its host");
    assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
}

#[tokio::test]
async fn item_15_stdin_and_stdout_are_left_alone() {
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"yes\n").unwrap();

    let launch = Launch::new(provider());
    let mut command = launch.command();
    command.stdin(Stdio::from(reader.try_clone().unwrap()));
    let process = launch.start_as(command).await;
    let mut core = Core::attach(process).await;
    let config = core.empty_config();
    no_errors(&core.configure(&config).await);
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let config = empty(resource.block());
        resource.validate(&config).await;
    }
    let exit = core.process.shut_down().await;
    assert_eq!(exit.stdout.lines().count(), 1, "{}", exit.stdout);

    drop(writer);
    let mut left = String::new();
    reader.read_to_string(&mut left).unwrap();
    assert_eq!(left, "yes\n");
}

/// Everything a debugger needs is printed; each host that comes has a configuration of its own.
#[tokio::test]
async fn item_19_debug_mode_serves_hosts_until_ctrl_c() {
    let launch = Launch::plaintext(provider()).without("TF_PLUGIN_MAGIC_COOKIE");
    let mut command = launch.command();
    command.arg("--debug").kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let stdout = Output::of(child.stdout.take().unwrap());
    assert!(stdout.wait_for(PATIENCE, |text| text.contains("Ctrl-C")).await);

    let text = stdout.text();
    let value = text.split_once("TF_REATTACH_PROVIDERS='").unwrap().1.split_once('\'').unwrap().0;
    let attach: serde_json::Value = serde_json::from_str(value).unwrap();
    let attach = &attach["k8s-groundup/groundup"];
    assert_eq!(attach["Pid"], child.id().unwrap());
    assert_eq!(attach["ProtocolVersion"], 6);
    assert_eq!(attach["Test"], true);
    let address = attach["Addr"]["String"].as_str().unwrap();

    let first = host::plaintext(address).await;
    let second = host::plaintext(address).await;
    for channel in [&first, &second, &first] {
        let mut rpc = ProviderClient::new(channel.clone()).max_decoding_message_size(1 << 30);
        let schema = rpc.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
        let block = block(schema.provider.as_ref().unwrap()).clone();
        let config = Some(encode(&empty(&block), &block_type(&block)));
        let request = configure_provider::Request { config, ..Default::default() };
        no_errors(&rpc.configure_provider(request).await.unwrap().into_inner().diagnostics);
    }

    kill(Pid::from_raw(child.id().unwrap().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert!(timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());
    assert!(!std::path::Path::new(address).exists());
}

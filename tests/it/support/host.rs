//! The transport half of a Terraform host: starts a provider, reads its handshake and connects.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tfplugin_proto::plugin::Empty;
use tfplugin_proto::plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin_proto::tfplugin6::provider_client::ProviderClient;
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

use super::client_identity::ClientIdentity;
use super::output::Output;

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// As much as a host accepts in anything but a schema.
const MESSAGE_LIMIT: usize = 1 << 30;
/// How long tests wait for what should take milliseconds: they share their machine with builds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How to start a provider.
#[derive(Debug)]
pub(crate) struct Launch {
    program: PathBuf,
    environment: BTreeMap<String, OsString>,
    client: Option<ClientIdentity>,
}

impl Launch {
    /// Starts `program` as Terraform does, with TLS.
    pub(crate) fn new(program: PathBuf) -> Self {
        let client = ClientIdentity::generate();
        let mut launch = Self { program, environment: BTreeMap::new(), client: None }
            .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .env("PLUGIN_CLIENT_CERT", &client.pem);
        launch.client = Some(client);
        launch
    }

    /// Without TLS, as under `TF_DISABLE_PLUGIN_TLS`.
    pub(crate) fn plaintext(program: PathBuf) -> Self {
        let mut launch = Self::new(program).without("PLUGIN_CLIENT_CERT");
        launch.client = None;
        launch
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// The command itself: nothing is inherited from the environment of the tests but the temporary directory.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        self.prepare(&mut command);
        command
    }

    /// Gives `command` what it needs to be, or to start, the provider.
    pub(crate) fn prepare(&self, command: &mut Command) {
        command.env_clear();
        if let Some(temporary) = std::env::var_os("TMPDIR") {
            command.env("TMPDIR", temporary);
        }
        command
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", "/nonexistent")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    /// Starts the provider and reads its handshake.
    pub(crate) async fn start(self) -> Process {
        let command = self.command();
        self.start_as(command).await
    }

    /// Like [`Self::start`], with a command that was prepared and then changed.
    pub(crate) async fn start_as(self, mut command: Command) -> Process {
        let mut child = command.spawn().unwrap();
        let stdout = Output::of(child.stdout.take().unwrap());
        let stderr = Output::of(child.stderr.take().unwrap());
        stdout.wait_for(PATIENCE, |text| text.contains('\n')).await;
        let text = stdout.text();
        let line = text.lines().next().unwrap_or_else(|| panic!("no handshake; stderr:\n{}", stderr.text()));
        let handshake = Handshake::parse(line);
        Process { child, handshake, stdout, stderr, client: self.client }
    }

    /// Runs the program to its end, for starts that give no handshake.
    pub(crate) async fn run(self) -> Exit {
        let start = Instant::now();
        let child = self.command().kill_on_drop(true).spawn().unwrap();
        let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
        Exit {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            took: start.elapsed(),
        }
    }
}

/// The fields of the handshake line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Handshake {
    pub(crate) fields: Vec<String>,
}

impl Handshake {
    fn parse(line: &str) -> Self {
        Self { fields: line.split('|').map(str::to_owned).collect() }
    }

    pub(crate) fn address(&self) -> &str {
        &self.fields[3]
    }

    /// The server's certificate.
    pub(crate) fn certificate(&self) -> Option<CertificateDer<'static>> {
        let text = &self.fields[5];
        (!text.is_empty()).then(|| CertificateDer::from(STANDARD_NO_PAD.decode(text).unwrap()))
    }
}

/// A running provider.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) handshake: Handshake,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    client: Option<ClientIdentity>,
}

/// Lets the process clean up after itself, whatever has become of the test.
impl Drop for Process {
    fn drop(&mut self) {
        if let Some(pid) = self.child.id().and_then(|pid| pid.try_into().ok()) {
            // It may have ended already.
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
    }
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Process {
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().unwrap().try_into().unwrap())
    }

    /// Connects as the host that started the provider.
    pub(crate) async fn connect(&self) -> Channel {
        self.connect_as(self.client.as_ref(), rustls::ALL_VERSIONS).await.unwrap()
    }

    /// Connects with the given identity and versions of TLS, if the provider has TLS at all.
    pub(crate) async fn connect_as(
        &self,
        client: Option<&ClientIdentity>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Channel, tonic::transport::Error> {
        let Some(server) = self.handshake.certificate() else {
            return Ok(plaintext(self.handshake.address()).await);
        };
        let config = Arc::new(client_config(server, client, versions));
        let address = self.handshake.address().to_owned();
        let connector = tower::service_fn(move |_| {
            let (address, config) = (address.clone(), Arc::clone(&config));
            async move { secure(&address, config).await.map(TokioIo::new) }
        });
        endpoint().connect_with_connector(connector).await
    }

    /// A secured connection without anything on it.
    pub(crate) async fn tls(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> io::Result<TlsStream<UnixStream>> {
        let server = self.handshake.certificate().unwrap();
        let config = client_config(server, self.client.as_ref(), versions);
        secure(self.handshake.address(), Arc::new(config)).await
    }

    /// The provider's own service.
    pub(crate) async fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.connect().await)
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT)
    }

    /// Asks the process to end as its host does, and waits for that.
    pub(crate) async fn shut_down(self) -> Exit {
        let mut controller = GrpcControllerClient::new(self.connect().await);
        let asked = Instant::now();
        controller.shutdown(Empty {}).await.expect("Shutdown is answered");
        self.wait(asked).await
    }

    /// Waits for the process to end; `since` is when it was asked to.
    pub(crate) async fn wait(mut self, since: Instant) -> Exit {
        let status =
            tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("the process ends").unwrap();
        let took = since.elapsed();
        assert!(self.stdout.wait_for_end(PATIENCE).await && self.stderr.wait_for_end(PATIENCE).await);
        Exit { status, stdout: self.stdout.text(), stderr: self.stderr.text(), took }
    }
}

/// Connects to a unix socket without TLS.
pub(crate) async fn plaintext(address: &str) -> Channel {
    let address = address.to_owned();
    let connector = tower::service_fn(move |_| {
        let address = address.clone();
        async move { UnixStream::connect(address).await.map(TokioIo::new) }
    });
    endpoint().connect_with_connector(connector).await.unwrap()
}

fn endpoint() -> Endpoint {
    Endpoint::from_static("http://localhost").connect_timeout(PATIENCE)
}

async fn secure(address: &str, config: Arc<ClientConfig>) -> io::Result<TlsStream<UnixStream>> {
    let stream = UnixStream::connect(address).await?;
    TlsConnector::from(config).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// Trusts the server's certificate alone, as hosts do.
fn client_config(
    server: CertificateDer<'static>,
    client: Option<&ClientIdentity>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(server).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match client {
        Some(client) => builder.with_client_auth_cert(vec![client.certificate()], client.key()).unwrap(),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    config
}

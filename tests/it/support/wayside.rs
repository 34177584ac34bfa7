//! What stands between a program and a service: a proxy, and an end of TLS with a certificate of a private authority.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// The host of the service behind; nobody but the proxy knows where it is.
pub(crate) const HOST: &str = "aws.example.test";

/// A proxy that forwards requests, and makes tunnels.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Proxy {
    /// Sends plain requests to one place and tunnels to another, whatever their host is called.
    pub(crate) fn start(plain: SocketAddr, tunnels: SocketAddr) -> Self {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        let (address, runtime) = serve(move |mut near| {
            let log = Arc::clone(&log);
            async move {
                let head = head(&mut near).await;
                let is_tunnel = head.starts_with("CONNECT ");
                log.lock().unwrap().push(head.clone());
                let mut far = TcpStream::connect(if is_tunnel { tunnels } else { plain }).await.unwrap();
                if is_tunnel {
                    near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                } else {
                    far.write_all(head.as_bytes()).await.unwrap();
                }
                drop(copy_bidirectional(&mut near, &mut far).await);
            }
        });
        Self { address, heads, _runtime: runtime }
    }

    /// The heads of what was asked of it, one for each connection.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// A service behind TLS.
#[derive(Debug)]
pub(crate) struct Secured {
    pub(crate) address: SocketAddr,
    /// The certificate of the authority, in PEM.
    pub(crate) authority: String,
    _runtime: Runtime,
}

impl Secured {
    /// Ends TLS in front of a service.
    pub(crate) fn start(service: SocketAddr) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let (key_of_authority, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let authority = params.self_signed(&key_of_authority).unwrap();
        let issuer = Issuer::from_params(&params, &key_of_authority);
        let names = [HOST.to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (address, runtime) = serve(move |near| {
            let acceptor = acceptor.clone();
            async move {
                // Whoever does not trust the certificate hangs up.
                let Ok(mut near) = acceptor.accept(near).await else { return };
                let mut far = TcpStream::connect(service).await.unwrap();
                drop(copy_bidirectional(&mut near, &mut far).await);
            }
        });
        Self { address, authority: authority.pem(), _runtime: runtime }
    }
}

/// A listener that says nothing to whoever comes.
#[derive(Debug)]
pub(crate) struct Silent {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Silent {
    pub(crate) fn start() -> Self {
        let (address, runtime) = serve(|mut near| async move {
            let mut ignored = [0; 1024];
            while near.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
        });
        Self { address, _runtime: runtime }
    }
}

/// A service that says the same to everybody.
#[derive(Debug)]
pub(crate) struct Saying {
    pub(crate) address: SocketAddr,
    _runtime: Runtime,
}

impl Saying {
    pub(crate) fn start(json: &'static str) -> Self {
        let (address, runtime) = serve(move |mut near| async move {
            drop(head(&mut near).await);
            let length = json.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: \
                 {length}\r\n\r\n{json}"
            );
            near.write_all(answer.as_bytes()).await.unwrap();
        });
        Self { address, _runtime: runtime }
    }
}

/// Serves every connection to a free port until the runtime ends.
fn serve<F>(each: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> (SocketAddr, Runtime)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(each(near));
        }
    });
    (address, runtime)
}

/// Everything to the empty line.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

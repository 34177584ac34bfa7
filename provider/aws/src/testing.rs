//! A service on the loopback interface that gives canned answers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Clients;
use crate::config::{Config, Endpoints, Secret};

/// The form fields of one request.
pub(crate) type Fields = BTreeMap<String, String>;

type Answer = dyn Fn(&Fields) -> (u16, String) + Send + Sync;

/// A running service; it ends with the runtime of the test.
pub(crate) struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Fields>>>,
}

impl Server {
    /// Starts a service that answers each request with a status and a body.
    pub(crate) async fn start(answer: impl Fn(&Fields) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, answer): (_, Arc<Answer>) = (requests.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, log.clone(), answer.clone()));
            }
        });
        Self { url, requests }
    }

    /// Clients that talk to this service and never repeat a call by themselves.
    pub(crate) fn clients(&self) -> Clients {
        self.clients_with_retries(0)
    }

    /// Clients that talk to this service and repeat a failed call.
    pub(crate) fn clients_with_retries(&self, max_retries: u32) -> Clients {
        Clients::new(Config { max_retries: Some(max_retries), ..self.config() })
    }

    /// Clients that talk to this service and keep a journal.
    pub(crate) fn clients_with_journal(&self, folder: &Path) -> Clients {
        Clients::new(Config { state_dir: Some(folder.to_owned()), ..self.config() })
    }

    /// The settings of clients that talk to this service, and do not look at this machine.
    pub(crate) fn config(&self) -> Config {
        let url = Some(self.url.clone());
        Config {
            region: Some("us-east-2".into()),
            access_key: Some("test".into()),
            secret_key: Some(Secret::new("test")),
            shared_config_files: vec!["/dev/null".into()],
            shared_credentials_files: vec!["/dev/null".into()],
            endpoints: Endpoints { ec2: url.clone(), elbv2: url.clone(), sts: url },
            max_retries: Some(0),
            skip_credentials_validation: true,
            ..Config::default()
        }
    }

    /// The actions asked for so far.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.requests().iter().map(|fields| fields["Action"].clone()).collect()
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Fields> {
        self.requests.lock().unwrap().clone()
    }
}

/// The body of an EC2 refusal.
pub(crate) fn ec2_error(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
         <RequestID>req-1</RequestID></Response>"
    );
    (status, body)
}

/// The body of a refusal of another service.
pub(crate) fn query_error(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>req-1</RequestId></ErrorResponse>"
    );
    (status, body)
}

/// The body of an EC2 answer.
pub(crate) fn ec2_reply(action: &str, body: &str) -> (u16, String) {
    let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    let body = format!(
        r#"<{action}Response xmlns="{namespace}"><requestId>req-1</requestId>{body}</{action}Response>"#
    );
    (200, body)
}

async fn converse(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<Fields>>>,
    answer: Arc<Answer>,
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(body) = request(&mut stream, &mut buffer).await? else { return Ok(()) };
        let fields = decode(&body);
        log.lock().unwrap().push(fields.clone());
        let (status, body) = answer(&fields);
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}

/// Reads one request and returns its body; `None` at the end of the connection.
async fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<Option<Vec<u8>>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let total = end + 4 + length.map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if buffer.len() >= total {
                let rest = buffer.split_off(total);
                let request = std::mem::replace(buffer, rest);
                return Ok(Some(request[end + 4..].to_vec()));
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn decode(body: &[u8]) -> Fields {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (unescape(name), unescape(value))).collect()
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

//! The proxy between sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// An emulator that answers everything with the same document; and how often it was asked.
fn emulator() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"&End=") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            count.fetch_add(1, Ordering::SeqCst);
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<R/>")
                .unwrap();
        }
    });
    (url, asked)
}

/// Everything that the proxy writes in answer to a call.
fn call(proxy: &FaultProxy, action: &str) -> String {
    let body = format!("Action={action}&Version=2016-11-15&VpcId=vpc-0000000a&End=");
    let mut stream = TcpStream::connect(proxy.url().trim_start_matches("http://")).unwrap();
    let head =
        format!("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_no_rule_is_about_passes_and_is_remembered() {
    let (url, asked) = emulator();
    let proxy = FaultProxy::start(&url).unwrap();
    assert!(call(&proxy, "DescribeVpcs").ends_with("\r\n\r\n<R/>"));
    assert!(call(&proxy, "CreateVpc").starts_with("HTTP/1.1 200 OK"));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(proxy.counts(), [("CreateVpc".to_owned(), 1), ("DescribeVpcs".to_owned(), 1)].into());
    assert_eq!((proxy.count("Describe*"), proxy.count("*")), (1, 2));
    let calls = proxy.forget();
    assert_eq!(calls[0].parameter("VpcId"), Some("vpc-0000000a"));
    assert_eq!(calls[0].outcome, Outcome::Done);
    assert!(proxy.calls().is_empty());
}

#[test]
fn calls_get_lost_before_and_after_they_are_done() {
    let (url, asked) = emulator();
    let proxy = FaultProxy::start(&url).unwrap();
    proxy.set_rules(&[
        Rule::first(1, "CreateVpc", Effect::LoseRequest),
        Rule::first(1, "CreateVpc", Effect::LoseResponse),
    ]);
    assert_eq!((call(&proxy, "CreateVpc").as_str(), asked.load(Ordering::SeqCst)), ("", 0));
    assert_eq!((call(&proxy, "CreateVpc").as_str(), asked.load(Ordering::SeqCst)), ("", 1));
    assert!(call(&proxy, "CreateVpc").starts_with("HTTP/1.1 200 OK"));
    let outcomes: Vec<_> = proxy.calls().into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [Outcome::Lost, Outcome::Lost, Outcome::Done]);
}

#[test]
fn answers_are_refusals_and_pages_and_late() {
    let (url, asked) = emulator();
    let proxy = FaultProxy::start(&url).unwrap();
    proxy.set_rules(&[
        Rule::first(1, "CreateVpc", Effect::throttle()),
        Rule::first(1, "CreateVpc", Effect::server_error()),
        Rule::always("DescribeVpcs", Effect::Hold { milliseconds: 50 }),
    ]);
    assert!(call(&proxy, "CreateVpc").starts_with("HTTP/1.1 503 "));
    assert!(call(&proxy, "CreateVpc").contains("<h1>500 Internal Server Error</h1>"));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    assert_eq!(proxy.calls()[0].outcome, Outcome::Refused(503, "RequestLimitExceeded".into()));
    let begun = Instant::now();
    assert!(call(&proxy, "DescribeVpcs").starts_with("HTTP/1.1 200 OK"));
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[test]
fn calls_are_awaited() {
    let (url, _) = emulator();
    let proxy = FaultProxy::start(&url).unwrap();
    assert!(!proxy.wait_for("CreateVpc", 1, Duration::from_millis(5)));
    std::thread::scope(|scope| {
        scope.spawn(|| call(&proxy, "CreateVpc"));
        assert!(proxy.wait_for("Create*", 1, Duration::from_secs(10)));
    });
}

#[test]
fn an_emulator_that_is_gone_is_an_answer_that_no_test_expects() {
    let proxy = FaultProxy::start("http://127.0.0.1:1").unwrap();
    assert!(call(&proxy, "CreateVpc").starts_with("HTTP/1.1 599 "));
}

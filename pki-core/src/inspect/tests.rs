//! What OpenSSL made, in both forms.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::{Certificate, CertificateRequest};

/// A hundred days and a second before the server's certificate ends.
fn time(certificate: &Certificate) -> Timestamp {
    Timestamp::from_second(certificate.not_after().as_second() - 100 * 86_400 - 1).unwrap()
}

fn data(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", "inspect", name].iter().collect();
    std::fs::read_to_string(path).unwrap()
}

fn json<T: serde::Serialize>(details: &T) -> String {
    serde_json::to_string_pretty(details).unwrap() + "\n"
}

#[test]
fn a_server() {
    let certificate = Certificate::from_pem(&data("server.pem")).unwrap();
    let details = certificate.inspect(Some(time(&certificate)));
    assert_eq!(details.to_string(), data("server.txt"));
    assert_eq!(json(&details), data("server.json"));
}

#[test]
fn an_authority() {
    let certificate = Certificate::from_pem(&data("authority.pem")).unwrap();
    let details = certificate.inspect(None);
    assert_eq!(details.to_string(), data("authority.txt"));
    assert_eq!(json(&details), data("authority.json"));
}

#[test]
fn a_request() {
    let details = CertificateRequest::from_pem(&data("request.csr")).unwrap().inspect();
    assert_eq!(details.to_string(), data("request.txt"));
    assert_eq!(json(&details), data("request.json"));
}

#[test]
fn days_are_counted_down_to_whole_ones() {
    let certificate = Certificate::from_pem(&data("server.pem")).unwrap();
    let left = |seconds: i64| {
        let now = Timestamp::from_second(certificate.not_after().as_second() - seconds).unwrap();
        let details = certificate.inspect(Some(now));
        let valid = details.to_string().lines().find(|line| line.starts_with("  valid")).unwrap().to_owned();
        (details.days_left.unwrap(), valid.split_once("Z (").unwrap().1.to_owned())
    };
    assert_eq!(left(2 * 86_400), (2, "2 days left)".to_owned()));
    assert_eq!(left(2 * 86_400 - 1), (1, "1 day left)".to_owned()));
    assert_eq!(left(0), (0, "it ends within a day)".to_owned()));
    assert_eq!(left(-1), (-1, "expired)".to_owned()));
}

//! The commands of cfssl.

use pki_core::{Certificate, CertificateRequest, ExtendedKeyUsage, PrivateKey};
use serde_json::{Value, json};

use crate::support::{Folder, request};

const SIGN: &str = "-ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernetes";

fn parts(json: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(json).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

fn part(json: &str, name: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap();
    value[name].as_str().unwrap().to_owned()
}

#[test]
fn without_bare_the_result_is_json() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    let json = folder.run(&format!("gencert {SIGN} x-csr.json")).succeeds("");
    assert_eq!(parts(&json), ["cert", "csr", "key"]);
    let certificate = Certificate::from_pem(&part(&json, "cert")).unwrap();
    assert!(certificate.is_signed_by(&folder.certificate("ca.pem")));
    assert!(certificate.matches_key(&PrivateKey::from_pem(&part(&json, "key")).unwrap()));
    let request = CertificateRequest::from_pem(&part(&json, "csr")).unwrap();
    assert_eq!(request.public_key(), certificate.public_key());
    assert_eq!(
        folder.names(),
        ["ca-config.json", "ca-csr.json", "ca-key.pem", "ca.csr", "ca.pem", "x-csr.json"]
    );
}

#[test]
fn standard_input_is_a_dash() {
    let folder = Folder::with_authority();
    let json = folder.run_with(&format!("gencert {SIGN} -"), &request("x")).succeeds("");
    assert_eq!(Certificate::from_pem(&part(&json, "cert")).unwrap().subject_text(), "CN=x");
    folder
        .run_with("gencert -initca - -bare other", &request("Other"))
        .succeeds("wrote other.pem, other-key.pem, other.csr\n");
    assert_eq!(folder.certificate("other.pem").subject_text(), "CN=Other");
}

#[test]
fn names_on_the_command_line_replace_those_of_the_file() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", r#"{"CN": "x", "hosts": ["a.example"]}"#);
    let names = |options: &str| {
        let json = folder.run(&format!("gencert {SIGN} {options} x-csr.json")).succeeds("");
        let certificate = Certificate::from_pem(&part(&json, "cert")).unwrap();
        let names = certificate.subject_alt_names().iter().map(ToString::to_string).collect::<Vec<_>>();
        (certificate.subject_text(), names.join(" "))
    };
    assert_eq!(names(""), ("CN=x".to_owned(), "a.example".to_owned()));
    assert_eq!(names("-hostname="), ("CN=x".to_owned(), "a.example".to_owned()));
    assert_eq!(names("-hostname=b.example,192.0.2.1"), ("CN=x".to_owned(), "b.example 192.0.2.1".to_owned()));
    assert_eq!(names("-cn y"), ("CN=y".to_owned(), "a.example".to_owned()));
}

#[test]
fn genkey_makes_a_key_and_a_request() {
    let folder = Folder::new();
    folder.write("x-csr.json", r#"{"CN": "x", "hosts": ["a.example"]}"#);
    folder.run("genkey x-csr.json -bare x").succeeds("wrote x-key.pem, x.csr\n");
    assert_eq!(folder.names(), ["x-csr.json", "x-key.pem", "x.csr"]);
    let request = CertificateRequest::from_pem(&folder.read("x.csr")).unwrap();
    assert_eq!(request.public_key(), folder.key("x-key.pem").public_key());
    assert_eq!(
        request.subject_alt_names().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["a.example"]
    );

    folder.run("genkey -initca x-csr.json -bare root").succeeds("wrote root.pem, root-key.pem, root.csr\n");
    assert!(folder.certificate("root.pem").is_authority());
}

#[test]
fn sign_makes_a_certificate_for_a_request() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", r#"{"CN": "x", "hosts": ["a.example"]}"#);
    folder.run("genkey x-csr.json -bare x").succeeds("wrote x-key.pem, x.csr\n");
    folder.run(&format!("sign {SIGN} x.csr -bare x")).succeeds("wrote x.pem, x.csr\n");
    let certificate = folder.certificate("x.pem");
    assert!(certificate.matches_key(&folder.key("x-key.pem")));
    assert_eq!(certificate.subject_text(), "CN=x");

    folder.write("subject.json", r#"{"CN": "y", "names": [{"O": "z"}]}"#);
    let json = folder.run(&format!("sign {SIGN} -hostname b.example x.csr subject.json")).succeeds("");
    assert_eq!(parts(&json), ["cert", "csr"]);
    let certificate = Certificate::from_pem(&part(&json, "cert")).unwrap();
    assert_eq!(certificate.subject_text(), "CN=y,O=z");
    assert_eq!(
        certificate.subject_alt_names().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["b.example"]
    );

    let request = folder.read("x.csr");
    let json = folder.run_with(&format!("sign {SIGN} -csr=-"), &request).succeeds("");
    assert_eq!(part(&json, "csr"), request);
}

#[test]
fn selfsign_says_what_it_is_worth() {
    let folder = Folder::new();
    folder.write("x-csr.json", &request("x"));
    folder.run("selfsign a.example,192.0.2.1 x-csr.json -bare x").succeeds(
        "warning: nobody vouches for a self-signed certificate; use it for tests only\n\
         wrote x.pem, x-key.pem, x.csr\n",
    );
    let certificate = folder.certificate("x.pem");
    assert!(certificate.is_self_signed() && !certificate.is_authority());
    assert_eq!(certificate.not_after().as_second() - certificate.not_before().as_second(), 2190 * 3600 + 299);
    assert_eq!(
        certificate.subject_alt_names().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["a.example", "192.0.2.1"]
    );
}

/// Without a configuration, cfssl's own profile counts.
#[test]
fn the_configuration_may_be_left_out() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    let json = folder.run("gencert -ca ca.pem -ca-key ca-key.pem x-csr.json").succeeds("");
    let certificate = Certificate::from_pem(&part(&json, "cert")).unwrap();
    assert_eq!(
        certificate.extended_key_usages(),
        [ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth]
    );
    assert_eq!(certificate.not_after().as_second() - certificate.not_before().as_second(), 8760 * 3600 + 299);
}

#[test]
fn certinfo_has_the_fields_of_cfssl() {
    let folder = Folder::new();
    folder.write(
        "ca-csr.json",
        r#"{"CN": "Kubernetes", "key": {"algo": "ecdsa", "size": 256},
            "names": [{"C": "GB", "L": "London", "O": "Kubernetes", "OU": "Ops"}], "ca": {"expiry": "1h"}}"#,
    );
    folder.run("gencert -initca ca-csr.json -bare ca").succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    let certificate = folder.certificate("ca.pem");
    let name = json!({
        "common_name": "Kubernetes", "country": "GB", "locality": "London", "organization": "Kubernetes",
        "organizational_unit": "Ops", "names": ["GB", "London", "Kubernetes", "Ops", "Kubernetes"],
    });
    let info: Value = serde_json::from_str(&folder.run("certinfo -cert ca.pem").succeeds("")).unwrap();
    let identifier = certificate.subject_key_identifier().unwrap();
    let identifier: Vec<String> = identifier.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(
        info,
        json!({
            "subject": name, "issuer": name, "sans": [], "sigalg": "ECDSAWithSHA256",
            "serial_number": certificate.serial_decimal(),
            "not_before": certificate.not_before().to_string(), "not_after": certificate.not_after().to_string(),
            "authority_key_id": "", "subject_key_id": identifier.join(":"),
            "usages": ["cert sign", "crl sign"], "is_ca": true, "max_path_len": null,
            "pem": folder.read("ca.pem"),
        })
    );
    let info: Value = serde_json::from_str(&folder.run("certinfo -csr ca.csr").succeeds("")).unwrap();
    assert_eq!(
        info,
        json!({"subject": name, "sans": [], "key_algorithm": "ECDSA-P256", "pem": folder.read("ca.csr")})
    );
}

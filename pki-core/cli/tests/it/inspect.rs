//! `inspect`.

use serde_json::{Value, json};

use crate::support::Folder;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "ca-csr.json",
        r#"{"CN": "Kubernetes", "names": [{"C": "GB"}], "ca": {"expiry": "49h", "pathlen": 1}}"#,
    );
    folder.run("gencert -initca ca-csr.json -bare ca").succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    folder
}

#[test]
fn certificates_and_requests_are_described() {
    let folder = folder();
    let text = folder.run("inspect ca.pem").succeeds("");
    assert!(text.starts_with("Certificate of CN=Kubernetes,C=GB\n"), "{text}");
    for part in ["(2 days left)", "yes, with the path length 1", "ECDSA-P256", "cert sign"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = folder.run("inspect ca.csr").succeeds("");
    assert!(text.starts_with("Request of CN=Kubernetes,C=GB\n"), "{text}");
    assert_eq!(folder.run_with("inspect -", &folder.read("ca.csr")).succeeds(""), text);
}

#[test]
fn json_has_an_object_for_each() {
    let folder = folder();
    // A key beside a certificate is not looked at.
    folder.write("both.pem", &(folder.read("ca-key.pem") + &folder.read("ca.pem")));
    let json: Value =
        serde_json::from_str(&folder.run("inspect --json both.pem ca.csr").succeeds("")).unwrap();
    let all = json.as_array().unwrap();
    let part = |index: usize, name: &str| all[index][name].clone();
    assert_eq!(all.len(), 2);
    assert_eq!(part(0, "file"), "both.pem");
    assert_eq!(part(0, "kind"), "certificate");
    assert_eq!(part(0, "subject"), "CN=Kubernetes,C=GB");
    assert_eq!(part(0, "days_left"), 2);
    assert_eq!(part(0, "key_usages"), json!(["cert sign", "crl sign"]));
    assert_eq!(part(0, "fingerprint_sha256"), folder.certificate("ca.pem").fingerprint_sha256());
    assert_eq!(part(1, "kind"), "request");
    assert_eq!(part(1, "file"), "ca.csr");
}

#[test]
fn revocation_lists_are_described_and_count() {
    use pki_core::{
        CertificateAuthority, CertificateRevocationListParams, CrlNumber, RevocationReason,
        RevokedCertificate,
    };
    let folder = folder();
    let ca = CertificateAuthority::new(folder.certificate("ca.pem"), folder.key("ca-key.pem")).unwrap();
    let revoked = folder.certificate("ca.pem");
    let now = revoked.not_before() + jiff::SignedDuration::from_mins(5);
    let entry = RevokedCertificate::of(&revoked, now, Some(RevocationReason::KeyCompromise));
    let params = CertificateRevocationListParams::new(CrlNumber::from(7), vec![entry]);
    let list = ca.issue_revocation_list(&params, None, now).unwrap();
    folder.write("ca.crl", &list.to_pem());
    let json: Value = serde_json::from_str(&folder.run("inspect --json ca.crl").succeeds("")).unwrap();
    assert_eq!(
        json,
        json!([{
            "file": "ca.crl", "kind": "revocation_list", "issuer": "CN=Kubernetes,C=GB", "number": "7",
            "this_update": list.this_update().to_string(),
            "next_update": list.next_update().unwrap().to_string(),
            "signature_algorithm": "ECDSA-SHA256",
            "revoked": [{
                "serial_number": revoked.serial_decimal(), "revoked_at": now.to_string(), "reason": "keyCompromise",
            }],
        }])
    );
    let text = folder.run("inspect ca.crl").succeeds("");
    assert!(text.starts_with("Revocation list of CN=Kubernetes,C=GB\n  number: 7\n"), "{text}");
    // The linter has nothing against it, and who verifies takes it into account.
    assert_eq!(folder.run("lint ca.crl --issuer ca.pem").code, Some(0));
    let config = r#"{"signing": {"default": {"usages": ["signing", "client auth"], "expiry": "1h"}}}"#;
    folder.write("config.json", config);
    folder.write("x-csr.json", r#"{"CN": "x"}"#);
    folder
        .run("gencert -ca ca.pem -ca-key ca-key.pem -config config.json x-csr.json -bare x")
        .succeeds("wrote x.pem, x-key.pem, x.csr\n");
    folder.run("verify -ca ca.pem -crl ca.crl x.pem").succeeds("");
    let entry = RevokedCertificate::of(&folder.certificate("x.pem"), now, None);
    let params = CertificateRevocationListParams::new(CrlNumber::from(8), vec![entry]);
    folder.write("ca.crl", &ca.issue_revocation_list(&params, Some(&list), now).unwrap().to_pem());
    let done = folder.run("verify -ca ca.pem -crl ca.crl x.pem");
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.contains("revoked"), "{}", done.stdout);
}

#[test]
fn a_key_alone_is_not_shown() {
    folder()
        .run("inspect ca-key.pem")
        .fails(1, "error: ca-key.pem has no certificate, request or revocation list\n");
}

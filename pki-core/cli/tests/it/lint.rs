//! `lint`.

use serde_json::{Value, json};

use crate::support::{Folder, request};

#[test]
fn a_good_certificate_has_nothing_to_object_to() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", r#"{"CN": "x", "hosts": ["a.example.com"]}"#);
    folder
        .run("gencert -ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernetes x-csr.json -bare x")
        .succeeds("wrote x.pem, x-key.pem, x.csr\n");
    let text = folder.run("lint ca.pem x.pem --issuer ca.pem --strict").succeeds("");
    for file in ["ca.pem", "x.pem"] {
        let about: Vec<&str> = text.lines().filter(|line| line.starts_with(&format!("{file}: "))).collect();
        assert!(
            about == [format!("{file}: nothing to object to")]
                || about.iter().all(|line| line.starts_with(&format!("{file}: notice "))),
            "{text}"
        );
    }
}

/// What works and is against advice fails by `--strict` alone.
#[test]
fn a_warning_fails_where_it_is_strict() {
    let folder = Folder::new();
    folder.write("ca-csr.json", r#"{"CN": "Kubernetes", "names": [{"C": "UK"}]}"#);
    assert_eq!(folder.run("gencert -initca ca-csr.json -bare ca").code, Some(0));
    let line = "ca.pem: warning country-not-iso-3166 (subject.country): country `UK` is not a code of ISO 3166-1 \
                (did you mean `GB`?) [ISO 3166-1]\n";
    assert!(folder.run("lint ca.pem").succeeds("").contains(line));
    let strict = folder.run("lint ca.pem --strict");
    assert_eq!((strict.code, strict.stderr.as_str()), (Some(1), ""));
    assert!(strict.stdout.contains(line), "{}", strict.stdout);

    let json: Value = serde_json::from_str(&folder.run("lint ca.pem --json").succeeds("")).unwrap();
    assert_eq!(json[0]["file"], "ca.pem");
    let finding =
        json[0]["findings"].as_array().unwrap().iter().find(|finding| finding["severity"] == "warning");
    assert_eq!(
        finding.unwrap(),
        &json!({
            "severity": "warning", "code": "country-not-iso-3166", "place": "subject.country",
            "message": "country `UK` is not a code of ISO 3166-1 (did you mean `GB`?)", "reference": "ISO 3166-1",
        })
    );
}

/// An error fails, and how a certificate fits its issuer is linted where the issuer is at hand: given, or in the file.
#[test]
fn an_error_fails() {
    let folder = Folder::with_authority();
    folder.write("other-csr.json", &request("Other"));
    folder
        .run("gencert -initca other-csr.json -bare other")
        .succeeds("wrote other.pem, other-key.pem, other.csr\n");
    let done = folder.run("lint ca.pem --issuer other.pem");
    // A root is its own issuer, whoever else is given.
    assert_eq!(done.code, Some(0), "{}", done.stdout);

    folder.write("x-csr.json", r#"{"CN": "x", "hosts": ["a.example.com"]}"#);
    let sign = "-config ca-config.json -profile kubernetes x-csr.json -bare x";
    folder
        .run(&format!("gencert -ca ca.pem -ca-key ca-key.pem {sign}"))
        .succeeds("wrote x.pem, x-key.pem, x.csr\n");
    let done = folder.run("lint x.pem --issuer other.pem");
    assert_eq!(done.code, Some(1), "{}", done.stdout);
    assert!(done.stdout.starts_with("x.pem: error "), "{}", done.stdout);

    // One who has the issuer's name is not the issuer.
    folder.write("same-csr.json", &request("Kubernetes"));
    folder
        .run("gencert -ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernetes same-csr.json -bare same")
        .succeeds("wrote same.pem, same-key.pem, same.csr\n");
    assert_eq!(folder.run("lint same.pem").code, Some(0));

    folder.write("chain.pem", &(folder.read("x.pem") + &folder.read("ca.pem")));
    let text = folder.run("lint chain.pem").succeeds("");
    assert!(text.contains("chain.pem#1: ") && text.contains("chain.pem#2: "), "{text}");

    folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n");
    let done = folder.run("lint broken.pem");
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.starts_with("broken.pem: error malformed"), "{}", done.stdout);
    folder
        .run("lint ca-key.pem")
        .fails(1, "error: ca-key.pem is neither a certificate nor a revocation list\n");
}

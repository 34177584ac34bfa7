//! The same seed, label and generation are the same key for ever.

use std::fs;

use serde_json::json;

use super::configuration;

/// Computed once with Python's `cryptography` 50.0.2: HKDF-SHA-256 of the seed with the salt `groundup pki seed v1` and, as
/// info, algorithm, label and generation with a NUL between; for ECDSA 48 or 72 bytes of it as a number, modulo n-1, plus
/// 1; for Ed25519 the 32 bytes as they are.
const P256: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESun6DqzuDiDnTMsMyqgW0jb/s9eN
sRrjWavZzGyaqPS7Ij78lUguHTrrQnOUqJ61nIstCWyVYBGpzp98RXvYwQ==
-----END PUBLIC KEY-----
";
const P384: &str = "\
-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEvHlLepMj6LJixNO9OjQyrdgtbro6W/aV
gtSOH4xuZmU8RbqLFdyISvV6BYgKY7lsgLtuiULiLZzx+Flbbrrg4SnZ5xy1emwt
sekCPhGMTHD8KCXFs6ps4JH1sx6ZVbXR
-----END PUBLIC KEY-----
";
const ED25519: &str = "\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEARrFpARZz2wkYiups26mudVzqoqd+gxO+OQ8mIgYJkwc=
-----END PUBLIC KEY-----
";
/// Of the second generation.
const P256_AGAIN: &str = "\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEoTiYIc8TAuRQTz1xwZaRYS2rmX9Q
BjDI6EPWb96yZmC61ebkUU2gum1K0fPY2LeR0CVBb/4yE3XWP0xQHex6zg==
-----END PUBLIC KEY-----
";
const SECRETBOX: &str = "rPghWfHYvUUvcqB92sy/wkRDy+P+XrydD5+n6AAorIs=";
/// SHA-256 of `groundup encryption key fingerprint v1`, NUL and that key.
const FINGERPRINT: &str = "b7a599dc7fe733150d5b67b7bb1333565aecf332db5d28242eb8bccb0089e0ae";
const AES: &str = "pzPapJSXeP51y76Ur6F57sQe00Y81yLHZ4r4ALiIdUs=";

#[test]
fn keys_are_those_that_were_always_derived() {
    let output = tempfile::tempdir().unwrap();
    let terraform = configuration(output.path());
    terraform.apply().succeeded();
    let state = terraform.state();
    let public = |name: &str| state.attributes(name)["public_key_pem"].clone();
    for (name, expected) in [("p256", P256), ("p384", P384), ("ed25519", ED25519)] {
        assert_eq!(public(&format!("groundup_certificate.derived[{name:?}]")), json!(expected), "{name}");
    }
    let written = |name: &str| fs::read_to_string(output.path().join(name)).unwrap();
    assert_eq!((written("secretbox.key").as_str(), written("aesgcm.key").as_str()), (SECRETBOX, AES));
    let config = state.attributes("groundup_encryption_config.derived");
    assert_eq!(config["keys"][0]["fingerprint"], FINGERPRINT);

    // Another generation is known when it is planned, and is one that was always so, too.
    terraform.write("terraform.tfvars", "generation = 2\n");
    terraform.succeed(&["plan", "-input=false", "-out=plan"]);
    let plan: serde_json::Value =
        serde_json::from_str(&terraform.succeed(&["show", "-json", "plan"])).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap();
    let change =
        changes.iter().find(|one| one["address"] == "groundup_certificate.derived[\"p256\"]").unwrap();
    assert_eq!(change["change"]["actions"], json!(["update"]));
    assert_eq!(change["change"]["after"]["public_key_pem"], json!(P256_AGAIN));
}

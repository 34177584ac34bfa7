//! What is read from a request file, and what is refused with which words.

use super::*;

fn read(json: &str) -> CsrFile {
    json.parse().unwrap()
}

fn error(json: &str) -> String {
    json.parse::<CsrFile>().unwrap_err().to_string()
}

#[test]
fn reads_the_authority_of_the_guide() {
    let file = read(
        r#"{"CN": "Kubernetes", "key": {"algo": "rsa", "size": 2048},
            "names": [{"C": "UK", "L": "England", "O": "Kubernetes", "OU": "DAREY.IO DEVOPS", "ST": "London"}]}"#,
    );
    assert_eq!(
        file.identity.subject.to_string(),
        "CN=Kubernetes,OU=DAREY.IO DEVOPS,O=Kubernetes,L=England,ST=London,C=UK"
    );
    assert_eq!(file.key, KeyAlgorithm::RSA_2048);
    assert_eq!(file.root_profile().expiry, Period::hours(43800));
    assert_eq!(file.root_profile().authority, Some(AuthorityConstraint { path_length: None }));
}

#[test]
fn a_file_without_a_key_means_p256() {
    let file = read(r#"{"CN": "x", "names": [{"O": "a", "C": ""}, {"O": "b"}], "serialnumber": "7"}"#);
    assert_eq!(file.key, KeyAlgorithm::EcdsaP256);
    assert_eq!(file.identity.subject.organization, ["a", "b"]);
    assert_eq!(file.identity.subject.serial_number.as_deref(), Some("7"));
}

#[test]
fn knows_the_kinds_of_keys() {
    let key = |json: &str| read(&format!(r#"{{"key": {json}}}"#)).key;
    assert_eq!(key(r#"{"algo": "ecdsa", "size": 384}"#), KeyAlgorithm::EcdsaP384);
    assert_eq!(key(r#"{"algo": "ecdsa", "size": 521}"#), KeyAlgorithm::EcdsaP521);
    assert_eq!(key(r#"{"algo": "ed25519"}"#), KeyAlgorithm::Ed25519);
    assert_eq!(key(r#"{"algo": "rsa", "size": 4096}"#), KeyAlgorithm::RSA_4096);
}

#[test]
fn reads_the_section_of_authorities() {
    let ca = |json: &str| read(&format!(r#"{{"ca": {json}}}"#)).root_profile();
    assert_eq!(ca(r#"{"expiry": "87600h"}"#).expiry, Period::hours(87600));
    assert_eq!(ca(r#"{"pathlen": 1}"#).authority.unwrap().path_length, Some(1));
    assert_eq!(ca(r#"{"pathlen": 0}"#).authority.unwrap().path_length, None);
    assert_eq!(ca(r#"{"pathlen": 0, "pathlenzero": true}"#).authority.unwrap().path_length, Some(0));
}

#[test]
fn roots_may_have_constraints_and_a_revocation_list() {
    let profile = read(
        r#"{"CN": "Root", "crl_url": "http://pki.example/root.crl",
            "ca": {"name_constraints": {"permitted": ["example.com"], "excluded": ["10.0.0.0/8"]}}}"#,
    )
    .root_profile();
    assert_eq!(
        profile.name_constraints,
        NameConstraints::parse(["DNS:example.com"], ["IP:10.0.0.0/8"]).unwrap()
    );
    assert_eq!(profile.crl_distribution_points, ["http://pki.example/root.crl".parse().unwrap()]);
}

#[test]
fn fields_with_the_value_zero_are_absent() {
    assert_eq!(
        read(r#"{"delegation_enabled": false, "extensions": [], "names": [{"OID": {}}]}"#),
        read("{}")
    );
}

#[test]
fn hosts_can_be_replaced() {
    let file = read(r#"{"hosts": ["a.example"]}"#).with_hosts(["b.example", "10.0.0.1"]).unwrap();
    assert_eq!(file.identity.subject_alt_names.len(), 2);
    assert!(read("{}").with_hosts(["bad host"]).is_err());
}

#[test]
fn refuses_in_plain_words() {
    for (json, message) in [
        ("{", "not valid JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "the file: expected an object"),
        (r#"{"cn": "x"}"#, "cn: unknown field (did you mean `CN`?)"),
        (r#"{"key": {"algo": "rsa", "sise": 2048}}"#, "key.sise: unknown field (did you mean `size`?)"),
        (r#"{"ca": {"expire": "1h"}}"#, "ca.expire: unknown field (did you mean `expiry`?)"),
        (r#"{"names": [{"O": "a"}, {"CN": "b"}]}"#, "names[1].CN: unknown field"),
        (
            r#"{"names": [{"C": "GB"}, {"C": "DE"}]}"#,
            "names[1].C: there is already another value for this attribute, and it can have one only",
        ),
        (r#"{"names": {}}"#, "names: expected an array"),
        (r#"{"hosts": [1]}"#, "hosts[0]: expected a string"),
        (r#"{"hosts": ["a", "bad host"]}"#, "hosts[1]: `bad host` is not a DNS name: it contains ' '"),
        (r#"{"key": {"algo": "rsa"}}"#, "key.size: the field is missing"),
        (r#"{"key": {"size": 2048}}"#, "key.algo: the field is missing"),
        (
            r#"{"key": {"algo": "rsa", "size": 2049}}"#,
            "key.size: RSA keys of 2049 bits are not supported; use 2048, 3072 or 4096",
        ),
        (
            r#"{"key": {"algo": "ecdsa", "size": 224}}"#,
            "key.size: the elliptic curve `P-224` is not supported; use P-256, P-384 or P-521",
        ),
        (r#"{"key": {"algo": "ed25519", "size": 2048}}"#, "key.size: keys of ed25519 have no size"),
        (r#"{"key": {"algo": "rsa", "size": "2048"}}"#, "key.size: expected a whole number"),
        (r#"{"ca": {"pathlen": 256}}"#, "ca.pathlen: expected a path length of at most 255"),
        (
            r#"{"ca": {"expiry": "1 year"}}"#,
            "ca.expiry: the duration `1 year` has the unknown unit ` year`; known are s, m, h, d, w and y",
        ),
        (
            r#"{"CN": "a", "key": {"algo": "rsa", "algo": "ecdsa"}}"#,
            "not valid JSON: the field `algo` is given twice at line 1 column 41",
        ),
        (
            r#"{"crl_url": "https://a/"}"#,
            "crl_url: `https://a/` cannot be fetched without checking another certificate first: write `http://a/`",
        ),
        (
            r#"{"delegation_enabled": true}"#,
            "delegation_enabled: this field of cfssl is not supported: delegated credentials are not supported; remove it",
        ),
        (
            r#"{"extensions": [{"Id": [1, 2]}]}"#,
            "extensions: this field of cfssl is not supported: say in the signing profile what certificates get",
        ),
        (
            r#"{"names": [{"SerialNumber": "1"}]}"#,
            "names[0].SerialNumber: this field of cfssl is not supported: cfssl reads it and never uses it; write \
             `serialnumber` beside `names`",
        ),
        (
            r#"{"names": [{"OID": {"1.2.3": "x"}}]}"#,
            "names[0].OID: this field of cfssl is not supported: attributes by object identifier are not supported; \
             remove it",
        ),
        (
            r#"{"ca": {"name_constraints": {"permitted": ["a.example", ".b.example"]}}}"#,
            "ca.name_constraints.permitted[1]: `.b.example` begins with a dot; a constraint of DNS names is a domain and \
             everything below: write `b.example`",
        ),
        (
            r#"{"ca": {"name_constraints": {"permit": []}}}"#,
            "ca.name_constraints.permit: unknown field (did you mean `permitted`?)",
        ),
    ] {
        assert_eq!(error(json), message);
    }
}

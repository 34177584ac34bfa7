//! What is read from a signing configuration, and what is refused with which words.

use super::*;
use crate::certificate_policy::CertificatePolicy;
use crate::name_constraints::NameConstraints;
use crate::period::Period;
use crate::profile::{AuthorityConstraint, RequestField};
use crate::usage::Usages;

const GUIDE: &str = r#"{"signing": {
    "default": {"expiry": "8760h"},
    "profiles": {
        "kubernetes": {"usages": ["signing", "key encipherment", "server auth", "client auth"], "expiry": "8760h"},
        "ca": {"usages": ["cert sign", "crl sign"], "ca_constraint": {"is_ca": true, "max_path_len": 0, "max_path_len_zero": true}}
    }
}}"#;

fn error(json: &str) -> String {
    json.parse::<Config>().unwrap_err().to_string()
}

#[test]
fn reads_the_profiles_of_the_guide() {
    let config: Config = GUIDE.parse().unwrap();
    let kubernetes = config.profile("kubernetes").unwrap();
    assert_eq!(kubernetes.usages, Usages::server_and_client(crate::KeyAlgorithm::RSA_2048));
    assert_eq!((kubernetes.expiry, kubernetes.backdate), (Period::hours(8760), Period::minutes(5)));
    assert_eq!(kubernetes.authority, None);
    let ca = config.profile("ca").unwrap();
    assert_eq!(ca.authority, Some(AuthorityConstraint { path_length: Some(0) }));
    assert_eq!(ca.expiry, Period::hours(8760));
}

#[test]
fn a_wrong_profile_is_an_error() {
    let config: Config = GUIDE.parse().unwrap();
    assert_eq!(
        config.profile("x").unwrap_err().to_string(),
        "unknown profile `x`; known are ca and kubernetes"
    );
    assert_eq!(
        config.default_profile().unwrap_err().to_string(),
        "signing.default: the profile has no usages"
    );
    let empty: Config = r#"{"signing": {}}"#.parse().unwrap();
    assert_eq!(empty.profile("x").unwrap_err().to_string(), "unknown profile `x`; there are no profiles");
}

#[test]
fn refuses_in_plain_words() {
    assert_eq!(error("{}"), "signing: the field is missing");
    assert_eq!(
        error(r#"{"signing": {"profile": {}}}"#),
        "signing.profile: unknown field (did you mean `profiles`?)"
    );
    assert_eq!(
        error(r#"{"signing": {"profiles": {"a": {"usages": ["server atuh"]}}}}"#),
        "signing.profiles.a.usages: unknown usage `server atuh` (did you mean `server auth`?)"
    );
    assert_eq!(
        error(r#"{"signing": {"profiles": {"a": {"expire": "1h"}}}}"#),
        "signing.profiles.a.expire: unknown field (did you mean `expiry`?)"
    );
    assert_eq!(
        error(r#"{"signing": {"profiles": {"a": {"auth_key": "k"}}}}"#),
        "signing.profiles.a.auth_key: this field of cfssl is not supported: there is no remote signing; remove it and \
         sign where the key of the authority is"
    );
    let config: Config = r#"{"signing": {"profiles": {"a": {"usages": ["any"]}}}}"#.parse().unwrap();
    assert_eq!(
        config.profile("a").unwrap_err().to_string(),
        "signing.profiles.a.expiry: the field is missing"
    );
}

/// Every field of a profile that has a meaning here.
const EVERYTHING: &str = r#"{"signing": {
    "default": {"expiry": "8760h", "crl_url": "http://d.example/crl", "ocsp_url": "http://d.example/ocsp",
        "issuer_urls": ["http://d.example/ca.cer"]},
    "profiles": {
        "all": {
            "usages": ["ocsp signing", "digital signature"], "not_before": "2026-01-01T00:00:00Z",
            "not_after": "9999-12-31T23:59:59Z", "backdate": "1h",
            "crl_url": "http://a.example/crl", "ocsp_url": "http://a.example/ocsp",
            "issuer_urls": ["http://a.example/1.cer", "http://a.example/2.cer"], "ocsp_no_check": true,
            "Policies": [{"ID": "1.3.6.1.4.1.32473.1", "Qualifiers": [
                {"Type": "id-qt-cps", "Value": "https://a.example/cps"},
                {"Type": "id-qt-unotice", "Value": "For one cluster"}]}],
            "CSRWhitelist": {"Subject": true, "DNSNames": true, "PublicKey": true, "PublicKeyAlgorithm": true,
                "SignatureAlgorithm": true},
            "copy_extensions": false, "lint_error_level": 0, "auth_key": "", "ignored_lints": []
        },
        "inherits": {"usages": ["server auth"]},
        "old": {"usages": ["cert sign"], "is_ca": true,
            "name_constraints": {"permitted": ["example.com"], "excluded": []}}
    }}}"#;

#[test]
fn every_field_works() {
    let config: Config = EVERYTHING.parse().unwrap();
    let all = config.profile("all").unwrap();
    let urls = |urls: &[crate::HttpUrl]| urls.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(all.not_before.unwrap().to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(all.not_after, Some(crate::Validity::NO_EXPIRY));
    assert_eq!(all.backdate, Period::hours(1));
    assert_eq!(urls(&all.crl_distribution_points), ["http://a.example/crl"]);
    assert_eq!(urls(&all.ocsp_urls), ["http://a.example/ocsp"]);
    assert_eq!(urls(&all.issuer_urls), ["http://a.example/1.cer", "http://a.example/2.cer"]);
    assert!(all.ocsp_no_check);
    let policy = CertificatePolicy::new("1.3.6.1.4.1.32473.1").unwrap();
    let policy =
        policy.with_cps("https://a.example/cps").unwrap().with_user_notice("For one cluster").unwrap();
    assert_eq!(all.certificate_policies, [policy]);
    assert_eq!(all.honoured, [RequestField::Subject, RequestField::DnsNames].into());
    let inherits = config.profile("inherits").unwrap();
    assert_eq!(urls(&inherits.crl_distribution_points), ["http://d.example/crl"]);
    assert_eq!(urls(&inherits.ocsp_urls), ["http://d.example/ocsp"]);
    assert_eq!(urls(&inherits.issuer_urls), ["http://d.example/ca.cer"]);
    assert_eq!(inherits.honoured, RequestField::ALL.into());
    let old = config.profile("old").unwrap();
    assert_eq!(old.authority, Some(AuthorityConstraint { path_length: None }));
    assert_eq!(old.name_constraints, NameConstraints::parse(["example.com"], [""; 0]).unwrap());
}

#[test]
fn every_other_field_of_cfssl_is_refused_with_advice() {
    let remote = "there is no remote signing; remove it and sign where the key of the authority is";
    let copied = "extensions of a request are never copied; let the profile say what certificates get, findings tell what \
                  was asked for";
    let lint =
        "every certificate is linted before it is given out; choose strict mode to make warnings errors";
    for (field, value, advice) in [
        (
            "name_whitelist",
            r#""example""#,
            "verifiers do not know of a regular expression; give the authority `name_constraints`, which they enforce too",
        ),
        ("copy_extensions", "true", copied),
        ("allowed_extensions", r#"["1.2.3"]"#, copied),
        ("auth_key", r#""k""#, remote),
        ("prev_auth_key", r#""k""#, remote),
        ("auth_remote", r#"{"remote": "r"}"#, remote),
        ("remote", r#""r""#, remote),
        (
            "ct_log_servers",
            r#"["https://ct"]"#,
            "certificates of a private authority are not logged; remove it",
        ),
        ("cert_store", r#""db""#, "certificates are not kept in a database; remove it"),
        ("lint_error_level", "3", lint),
        ("ignored_lints", r#"["x"]"#, lint),
        ("ignored_lint_sources", r#"["x"]"#, lint),
        ("ClientProvidesSerialNumbers", "true", "serial numbers are always random; remove it"),
    ] {
        assert_eq!(
            error(&format!(r#"{{"signing": {{"profiles": {{"a": {{"{field}": {value}}}}}}}}}"#)),
            format!("signing.profiles.a.{field}: this field of cfssl is not supported: {advice}")
        );
    }
    for (field, advice) in [
        ("auth_keys", remote),
        ("remotes", remote),
        ("ocsp", "OCSP responses are not made here; remove it, or publish revocation lists"),
    ] {
        assert_eq!(
            error(&format!(r#"{{"signing": {{}}, "{field}": {{"a": "b"}}}}"#)),
            format!("{field}: this field of cfssl is not supported: {advice}")
        );
    }
}

#[test]
fn values_are_parsed() {
    for (fields, message) in [
        (
            r#""not_after": "tomorrow""#,
            "not_after: `tomorrow` is not a time of RFC 3339; write for example `2027-01-01T00:00:00Z`",
        ),
        (
            r#""issuer_urls": ["http://a.example/", "ldap://b/"]"#,
            "issuer_urls[1]: `ldap://b/` is not a URL of the scheme `http`, the only one that verifiers fetch from",
        ),
        (
            r#""Policies": [{"ID": "x"}]"#,
            "Policies[0].ID: `x` is not an object identifier; write for example `1.3.6.1.4.1.32473.1`",
        ),
        (r#""Policies": [{}]"#, "Policies[0].ID: the field is missing"),
        (
            r#""Policies": [{"ID": "1.2.3", "Qualifiers": [{"Type": "cps"}]}]"#,
            "Policies[0].Qualifiers[0].Type: expected `id-qt-cps` or `id-qt-unotice`",
        ),
        (
            r#""CSRWhitelist": {"PublicKey": false}"#,
            "CSRWhitelist.PublicKey: expected true, as a certificate is always for the key of its request",
        ),
        (
            r#""CSRWhitelist": {"DnsNames": true}"#,
            "CSRWhitelist.DnsNames: unknown field (did you mean `DNSNames`?)",
        ),
        (r#""policies": []"#, "policies: unknown field (did you mean `Policies`?)"),
    ] {
        assert_eq!(
            error(&format!(r#"{{"signing": {{"profiles": {{"a": {{{fields}}}}}}}}}"#)),
            format!("signing.profiles.a.{message}")
        );
    }
}

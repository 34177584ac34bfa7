//! Configurations of resources that need nothing but this machine.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A configuration to create, with changes to make to it.
pub(super) struct Sample {
    pub(super) type_name: &'static str,
    pub(super) config: Value,
    /// A change in place.
    pub(super) change: Option<Change>,
    /// A change that replaces the object.
    pub(super) replacement: Option<Change>,
    /// Where files go; removed with the sample.
    _directory: Option<TempDir>,
}

/// Another configuration, and the attributes that may change with it: all for a change in place, those that cause
/// it for a replacement.
pub(super) struct Change {
    pub(super) config: Value,
    pub(super) touches: Vec<&'static str>,
}

impl Change {
    fn new(config: Value, touches: &[&'static str]) -> Self {
        Self { config, touches: touches.to_vec() }
    }
}

pub(super) fn samples() -> Vec<Sample> {
    let authority = Authority::generate();
    vec![
        private_key(),
        certificate_request(&authority),
        self_signed_certificate(&authority),
        certificate_authority(),
        derived_certificate_authority(),
        certificate(&authority),
        certificate_revocation_list(&authority),
        kubeconfig(&authority),
        encryption_config(),
        file(),
        secret_file(),
    ]
}

/// A certificate authority that others can be below of.
struct Authority {
    certificate: String,
    key: String,
}

impl Authority {
    fn generate() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "kubernetes-ca");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A sample that needs no files.
fn sample(
    type_name: &'static str,
    config: Value,
    change: Option<Change>,
    replacement: Option<Change>,
) -> Sample {
    Sample { type_name, config, change, replacement, _directory: None }
}

fn private_key() -> Sample {
    let config = json!({"algorithm": "ECDSA", "ecdsa_curve": "P256"});
    let replacement = Change::new(json!({"algorithm": "ED25519"}), &["algorithm"]);
    sample("groundup_private_key", config, None, Some(replacement))
}

fn certificate_request(authority: &Authority) -> Sample {
    let config = |name: &str| {
        json!({
            "private_key_pem": authority.key,
            "dns_names": [name],
            "subject": [{"common_name": "kubernetes"}],
        })
    };
    let replacement = Change::new(config("b.example"), &["dns_names"]);
    sample("groundup_certificate_request", config("a.example"), None, Some(replacement))
}

fn self_signed_certificate(authority: &Authority) -> Sample {
    let config = |early: u32| {
        json!({
            "private_key_pem": authority.key,
            "validity_period_hours": 48,
            "early_renewal_hours": early,
            "allowed_uses": ["digital_signature", "server_auth"],
            "dns_names": ["a.example"],
            "subject": [{"common_name": "a.example"}],
        })
    };
    let change = Change::new(config(2), &["early_renewal_hours", "renew_at"]);
    sample("groundup_self_signed_certificate", config(1), Some(change), None)
}

fn certificate_authority() -> Sample {
    let config = |early: &str| json!({"early_renewal": early, "subject": [{"common_name": "kubernetes-ca"}]});
    let change = Change::new(config("2d"), &["early_renewal", "renew_at"]);
    sample("groundup_certificate_authority", config("1d"), Some(change), None)
}

fn derived_certificate_authority() -> Sample {
    let config = |trusted: &[u32]| {
        json!({
            "key": {"derive": {"label": "prod/ca"}},
            "signing_generation": 1,
            "trusted_generations": trusted,
            "subject": [{"common_name": "kubernetes-ca"}],
        })
    };
    let touched = ["trusted_generations", "trusted_cert_pems", "trust_bundle_pem"];
    let change = Change::new(config(&[1, 2]), &touched);
    sample("groundup_certificate_authority", config(&[1]), Some(change), None)
}

fn certificate(authority: &Authority) -> Sample {
    let config = |early: &str| {
        json!({
            "ca_cert_pem": authority.certificate,
            "ca_private_key_pem": authority.key,
            "role": "scheduler",
            "validity": "30d",
            "early_renewal": early,
        })
    };
    let change = Change::new(config("2d"), &["early_renewal", "renew_at"]);
    sample("groundup_certificate", config("1d"), Some(change), None)
}

fn certificate_revocation_list(authority: &Authority) -> Sample {
    let config = |early: &str| {
        json!({
            "ca_cert_pem": authority.certificate,
            "ca_private_key_pem": authority.key,
            "early_renewal": early,
            "revoked": [{"serial_number": "31", "reason": "superseded"}],
        })
    };
    let change = Change::new(config("50%"), &["early_renewal", "renew_at"]);
    sample("groundup_certificate_revocation_list", config("7d"), Some(change), None)
}

fn kubeconfig(authority: &Authority) -> Sample {
    let config = |server: &str| {
        json!({
            "cluster_name": "k8s",
            "server": server,
            "certificate_authority_pem": authority.certificate,
            "user": "admin",
            "token": "not-much-of-a-secret",
        })
    };
    let change =
        Change::new(config("https://b.example:6443"), &["server", "id", "content", "content_sha256"]);
    sample("groundup_kubeconfig", config("https://a.example:6443"), Some(change), None)
}

fn encryption_config() -> Sample {
    let config = json!({"keys": [{"name": "key1"}], "allow_key_loss": true});
    let rotated =
        json!({"keys": [{"name": "key1"}, {"name": "key2", "generation": 2}], "allow_key_loss": true});
    let touched = ["keys", "id", "content", "content_sha256"];
    sample("groundup_encryption_config", config, Some(Change::new(rotated, &touched)), None)
}

fn file() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let config =
        |name: &str, content: &str| json!({"filename": directory.path().join(name), "content": content});
    let change = Change::new(
        config("a", "two"),
        &[
            "content",
            "id",
            "content_md5",
            "content_sha1",
            "content_sha256",
            "content_base64sha256",
            "content_sha512",
            "content_base64sha512",
        ],
    );
    let replacement = Change::new(config("b", "one"), &["filename"]);
    let one = sample("groundup_file", config("a", "one"), Some(change), Some(replacement));
    Sample { _directory: Some(directory), ..one }
}

fn secret_file() -> Sample {
    let directory = tempfile::tempdir().unwrap();
    let config =
        |name: &str, content: &str| json!({"filename": directory.path().join(name), "content_wo": content});
    let change = Change::new(config("a", "two"), &["content_wo_hash"]);
    let replacement = Change::new(config("b", "one"), &["filename"]);
    let one = sample("groundup_file", config("a", "one"), Some(change), Some(replacement));
    Sample { _directory: Some(directory), ..one }
}

//! OpenSSL and pyca/cryptography verify everything that the library makes, each in its strictest mode.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use pki_core::{Certificate, ExtendedKeyUsage, GeneralSubtree, KeyAlgorithm, SubjectAltName};
use serde_json::{Value, json};

use super::hierarchy::now;
use super::matrix::{Matrix, Specimen};
use super::python::{ask, base64};
use crate::support::tool;

/// The names of OpenSSL's purposes that a certificate is for.
fn purposes(certificate: &Certificate) -> Vec<&'static str> {
    let of = |usage: &ExtendedKeyUsage| match usage {
        ExtendedKeyUsage::ServerAuth => Some("sslserver"),
        ExtendedKeyUsage::ClientAuth => Some("sslclient"),
        ExtendedKeyUsage::EmailProtection => Some("smimesign"),
        ExtendedKeyUsage::TimeStamping => Some("timestampsign"),
        ExtendedKeyUsage::OcspSigning => Some("ocsphelper"),
        _ => None,
    };
    let purposes: Vec<_> = certificate.extended_key_usages().iter().filter_map(of).collect();
    if purposes.is_empty() { vec!["any"] } else { purposes }
}

fn write(folder: &Path, name: &str, certificates: &[&Certificate]) {
    fs::write(folder.join(name), certificates.iter().map(|one| one.to_pem()).collect::<String>()).unwrap();
}

/// What OpenSSL says of a certificate for one of its purposes, if it refuses.
fn openssl(folder: &Path, specimen: &Specimen, purpose: &str) -> Option<String> {
    let Specimen { name, certificate, issuers } = specimen;
    let (root, between) = issuers.split_last().unwrap_or((certificate, &[]));
    write(folder, "root.pem", &[root]);
    write(folder, "leaf.pem", &[certificate]);
    let mut command = Command::new(tool::find("openssl"));
    command.current_dir(folder).args(["verify", "-x509_strict", "-check_ss_sig", "-policy_check"]);
    command.args(["-attime", &now().as_second().to_string(), "-purpose", purpose, "-CAfile", "root.pem"]);
    if !between.is_empty() {
        write(folder, "between.pem", &between.iter().collect::<Vec<_>>());
        command.args(["-untrusted", "between.pem"]);
    }
    let output = command.arg("leaf.pem").output().unwrap();
    (!output.status.success())
        .then(|| format!("{name} for {purpose}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

#[test]
fn openssl_accepts_everything_at_its_strictest() {
    let matrix = Matrix::new();
    let folder = tempfile::tempdir().unwrap();
    let refused: Vec<_> = matrix
        .certificates
        .iter()
        .flat_map(|specimen| {
            purposes(&specimen.certificate)
                .into_iter()
                .filter_map(|purpose| openssl(folder.path(), specimen, purpose))
        })
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");

    // Controls: another purpose, and another root.
    let server = find(&matrix, "ECDSA-P256 apiserver");
    assert!(openssl(folder.path(), server, "sslclient").unwrap().contains("certificate purpose"));
    let root = find(&matrix, "ECDSA-P384 root").certificate.clone();
    let stranger = Specimen {
        name: "stranger".to_owned(),
        certificate: server.certificate.clone(),
        issuers: vec![root],
    };
    assert!(openssl(folder.path(), &stranger, "sslserver").unwrap().contains("unable to get local issuer"));
}

fn find<'a>(matrix: &'a Matrix, name: &str) -> &'a Specimen {
    matrix.certificates.iter().find(|specimen| specimen.name == name).unwrap()
}

/// The questions about a certificate: each of its names if it is a server's, and itself if it is a client's with names,
/// which that verifier demands.
fn questions(specimen: &Specimen) -> Vec<Value> {
    let Specimen { name, certificate, issuers } = specimen;
    let Some((root, between)) = issuers.split_last() else { return Vec::new() };
    let between: Vec<_> = between.iter().map(|issuer| base64(issuer.as_der())).collect();
    let chain = json!({ "leaf": base64(certificate.as_der()), "intermediates": between, "root": base64(root.as_der()) });
    let ask = |suffix: &str, server: Option<(&str, String)>| {
        let mut chain = chain.clone();
        chain["name"] = format!("{name} as {suffix}").into();
        if let Some((kind, server)) = server {
            (chain["kind"], chain["server"]) = (kind.into(), server.into());
        }
        chain
    };
    let mut questions = Vec::new();
    let is_for = |usage| certificate.extended_key_usages().contains(&usage);
    if is_for(ExtendedKeyUsage::ServerAuth) {
        for name in certificate.subject_alt_names() {
            let text = name.to_string().replace("*.", "any.");
            match name {
                SubjectAltName::Dns(_) => questions.push(ask(&text, Some(("DNS", text.clone())))),
                SubjectAltName::Ip(_) => questions.push(ask(&text, Some(("IP", text.clone())))),
                _ => {}
            }
        }
    }
    if is_for(ExtendedKeyUsage::ClientAuth) && !certificate.subject_alt_names().is_empty() {
        questions.push(ask("client", None));
    }
    questions
}

#[test]
fn pyca_accepts_every_server_and_client() {
    let matrix = Matrix::new();
    let is_judged = |specimen: &&Specimen| {
        // Its policy is that of the web, which does not have Ed25519, and it knows no constraints on e-mail and URIs.
        let constraints = specimen.issuers.iter().filter_map(Certificate::name_constraints);
        let mut subtrees = constraints.flat_map(|constraints| constraints.permitted.iter());
        specimen.certificate.public_key().algorithm() != KeyAlgorithm::Ed25519
            && subtrees.all(|subtree| matches!(subtree, GeneralSubtree::Dns(_) | GeneralSubtree::Ip(_)))
    };
    let mut chains: Vec<_> = matrix.certificates.iter().filter(is_judged).flat_map(questions).collect();
    assert!(chains.len() > 200, "{}", chains.len());

    let mut control = questions(find(&matrix, "ECDSA-P256 apiserver")).remove(0);
    (control["name"], control["server"]) = ("control".into(), "stranger.example".into());
    chains.push(control);
    let question = json!({ "time": now().as_second(), "chains": chains });
    let mut verdicts: BTreeMap<String, Option<String>> =
        serde_json::from_value(ask("path_gate.py", &question)).unwrap();
    let control = verdicts.remove("control").unwrap().unwrap();
    assert!(control.contains("leaf certificate has no matching subjectAltName"), "{control}");
    verdicts.retain(|_, refusal| refusal.is_some());
    assert!(verdicts.is_empty(), "{verdicts:#?}");
}

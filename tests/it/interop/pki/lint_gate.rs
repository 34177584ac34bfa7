//! pkilint judges everything that the library makes, and the library's own linter is measured against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use pki_core::{Certificate, PemBlock, Severity, SubjectAltName, lint};
use serde_json::{Value, json};

use super::matrix::{ListSpecimen, Matrix, Specimen};
use super::python::{ask, base64};
use crate::support::tool;

type Allowed = (&'static str, fn(&Certificate) -> bool);

/// What pkilint may say of certificates that are right, and of which. Each entry is needed by some specimen.
const ALLOWED: [Allowed; 2] = [
    // Its rule for DNS names wants a dot and forbids any asterisk. Services and nodes of a cluster have names of a single
    // label, and `*.` before a name is legal (RFC 9525 §6.3).
    ("pkix.invalid_domain_name_syntax", has_name_of_its_own_kind),
    // RFC 5280 §4.2.1.4 prefers policies without qualifiers; who asks for a pointer to a text gets it.
    ("pkix.certificate_policies_policy_has_qualifier", has_policy),
];

fn has_name_of_its_own_kind(certificate: &Certificate) -> bool {
    certificate.subject_alt_names().iter().any(|name| match name {
        SubjectAltName::Dns(name) => name.is_wildcard() || !name.as_str().contains('.'),
        _ => false,
    })
}

fn has_policy(certificate: &Certificate) -> bool {
    certificate.certificate_policies().iter().any(|policy| !policy.qualifiers().is_empty())
}

/// The codes that pkilint finds, by name.
pub(super) fn pkilint(items: Vec<Value>) -> BTreeMap<String, BTreeSet<String>> {
    let found: BTreeMap<String, Vec<(String, String, String)>> =
        serde_json::from_value(ask("lint_gate.py", &Value::Array(items))).unwrap();
    found
        .into_iter()
        .map(|(name, found)| (name, found.into_iter().map(|(_, code, _)| code).collect()))
        .collect()
}

fn question(name: &str, certificate: &[u8], issuer: Option<&[u8]>) -> Value {
    let mut item = json!({ "name": name, "certificate": base64(certificate) });
    if let Some(issuer) = issuer {
        item["issuer"] = base64(issuer).into();
    }
    item
}

pub(super) fn of_specimen(specimen: &Specimen) -> Value {
    question(&specimen.name, specimen.certificate.as_der(), specimen.issuers.first().map(Certificate::as_der))
}

fn of_list(specimen: &ListSpecimen) -> Value {
    json!({ "name": specimen.name, "revocation_list": base64(specimen.list.as_der()) })
}

/// What pkilint finds in certificates beyond what is allowed; the allowed codes that were needed.
pub(super) fn judge(
    certificates: &[Specimen],
    found: &BTreeMap<String, BTreeSet<String>>,
) -> (Vec<String>, BTreeSet<&'static str>) {
    let (mut wrong, mut needed) = (Vec::new(), BTreeSet::new());
    for specimen in certificates {
        for code in &found[&specimen.name] {
            match ALLOWED
                .iter()
                .find(|(allowed, is_right)| allowed == code && is_right(&specimen.certificate))
            {
                Some((allowed, _)) => drop(needed.insert(*allowed)),
                None => wrong.push(format!("{}: {code}", specimen.name)),
            }
        }
    }
    (wrong, needed)
}

#[test]
fn pkilint_finds_nothing_in_what_the_library_makes() {
    let matrix = Matrix::new();
    let planted = "a planted fault";
    let mut items: Vec<_> = matrix.certificates.iter().map(of_specimen).collect();
    items.extend(matrix.lists.iter().map(of_list));
    items.push(question(planted, &fault("cert-sign-on-leaf"), Some(&fault("ca"))));
    let count = items.len();
    let found = pkilint(items);
    assert_eq!(found.len(), count, "names are not unique");
    assert_eq!(found[planted], BTreeSet::from(["pkix.ee_certificate_keycertsign_keyusage_set".to_owned()]));

    let (mut wrong, needed) = judge(&matrix.certificates, &found);
    wrong.extend(
        matrix
            .lists
            .iter()
            .flat_map(|list| found[&list.name].iter().map(|code| format!("{}: {code}", list.name))),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(needed, ALLOWED.iter().map(|(code, _)| *code).collect(), "no specimen needs this any more");
}

/// The library's own linter has nothing to say either, but for names of a single label.
#[test]
fn our_linter_finds_nothing_in_what_the_library_makes() {
    let matrix = Matrix::new();
    let mut wrong = Vec::new();
    for Specimen { name, certificate, issuers } in &matrix.certificates {
        let findings = lint::certificate(certificate.as_der(), issuers.first());
        let grave = findings.iter().filter(|finding| finding.severity() != Severity::Notice);
        let unexpected = grave.filter(|finding| finding.code().as_str() != "single-label-name");
        wrong.extend(unexpected.map(|finding| format!("{name}: {finding:#}")));
    }
    for ListSpecimen { name, list, issuer } in &matrix.lists {
        let findings = lint::revocation_list(list.as_der(), Some(issuer));
        wrong.extend(findings.iter().map(|finding| format!("{name}: {finding:#}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn folder() -> PathBuf {
    tool::workspace().join("pki-core/tests/data/faults")
}

fn fault(name: &str) -> Vec<u8> {
    let pem = fs::read_to_string(folder().join(name).with_extension("pem")).unwrap();
    PemBlock::parse_all(&pem).unwrap()[0].der().to_vec()
}

/// Who issued a certificate of the corpus; nobody, if it is self-signed.
fn issuer_of(fault: &str) -> Option<&'static str> {
    match fault {
        "ca" | "constrained-ca" | "path-length-0-ca" | "country-uk" => None,
        "name-constraint-violation" => Some("constrained-ca"),
        "authority-below-path-length-0" => Some("path-length-0-ca"),
        name if name.starts_with("ca-") => None,
        _ => Some("ca"),
    }
}

/// Faults that pkilint's rules for RFC 5280 do not know.
const OURS_ALONE: [&str; 13] = [
    "any-purpose",
    "authority-below-path-length-0",
    "country-uk",
    "location-https",
    "name-constraint-violation",
    "names-twice",
    "only-without-agreement",
    "outlives-issuer",
    "rsa-1024",
    "two-in-one-place",
    "underscore",
    "unknown-critical",
    "weak-signature",
];

/// What pkilint dislikes without a reason: see [`ALLOWED`].
const PKILINT_ALONE: [&str; 1] = ["legal-wildcard"];

#[test]
fn our_linter_finds_what_pkilint_finds() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pem"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let item = |name: &String| {
        let issuer = issuer_of(name).map(fault);
        question(name, &fault(name), issuer.as_deref())
    };
    let theirs = pkilint(names.iter().map(item).collect());
    let is_ours = |name: &&String| {
        let issuer = issuer_of(name).map(|issuer| Certificate::from_der(&fault(issuer)).unwrap());
        !lint::certificate(&fault(name), issuer.as_ref()).is_empty()
    };
    let ours: BTreeSet<&str> = names.iter().filter(is_ours).map(String::as_str).collect();
    let theirs: BTreeSet<&str> =
        theirs.iter().filter(|(_, found)| !found.is_empty()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(&ours - &theirs, BTreeSet::from(OURS_ALONE));
    assert_eq!(&theirs - &ours, BTreeSet::from(PKILINT_ALONE));
}

//! NIST's Public Key Interoperability Test Suite: chain verification, case by case.
//!
//! `pkits.txt` has a line for each case: its number in the suite's description, the message that carries its certificates
//! and revocation lists, the initial policy settings, the verdict that the suite expects, ours, and where the two differ
//! the reason. A verdict that changes fails the test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pki_core::{Certificate, CertificateError, Refusal, Verifier};

use crate::support::tool;

const TABLE: &str = include_str!("pkits.txt");

#[test]
fn verdicts_are_as_listed() {
    let suite = Suite::open();
    let (mut lines, mut cases, mut unexplained) = (Vec::new(), 0, Vec::new());
    for line in TABLE.lines() {
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        let [number, message, policies, expected, _, reason] = columns[..] else {
            lines.push(line.to_owned());
            continue;
        };
        cases += 1;
        let verdict = suite.verdict(message);
        lines.push(
            format!("{number:<9}| {message:<56}| {policies:<15}| {expected:<8}| {verdict:<22}| {reason}")
                .trim_end()
                .to_owned(),
        );
        if ((expected == "valid") != (verdict == "valid")) == reason.is_empty() {
            unexplained
                .push(format!("{number} {message}: expected {expected}, here {verdict}, because {reason:?}"));
        }
    }
    assert_eq!(cases, 247);
    let table = lines.join("\n") + "\n";
    assert!(table == TABLE, "the table should be:\n{table}");
    assert_eq!(unexplained, Vec::<String>::new(), "a verdict has a reason if, and only if, it differs");
}

/// Every message of the suite is in the table.
#[test]
fn no_case_is_left_out() {
    let mut messages: Vec<_> = fs::read_dir(Suite::open().folder.join("smime"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    messages.retain(|name| !TABLE.contains(&format!("| {} ", name["Signed".len()..name.len() - 4].trim())));
    assert_eq!(messages, Vec::<String>::new());
}

struct Suite {
    folder: PathBuf,
    certificates: BTreeMap<String, Vec<u8>>,
    revocation_lists: BTreeMap<String, Vec<u8>>,
}

impl Suite {
    fn open() -> Self {
        let packages = tool::python().parent().unwrap().join("../lib");
        let folder = fs::read_dir(packages)
            .unwrap()
            .map(|entry| entry.unwrap().path().join("site-packages/cryptography_vectors/x509/PKITS_data"))
            .find(|path| path.is_dir())
            .expect("cryptography_vectors is missing: `make tools` installs it");
        Self {
            certificates: files(&folder.join("certs")),
            revocation_lists: files(&folder.join("crls")),
            folder,
        }
    }

    fn verdict(&self, message: &str) -> String {
        match self.verify(message) {
            Ok(()) => "valid".to_owned(),
            Err(reason) => reason,
        }
    }

    /// Verifies the case of a message, as its description says: with the trust anchor of the suite, the certificates of
    /// the path, and the revocation lists.
    fn verify(&self, message: &str) -> Result<(), String> {
        let time = "2026-01-01T00:00:00Z".parse().unwrap();
        let signed = self.message(message);
        let mut path: Vec<_> = contained(&self.certificates, &signed);
        // The message of test 4.14.18 carries the certificate of 4.14.19.
        let end = format!("{message}EE");
        let end = self
            .certificates
            .get(&end)
            .or_else(|| path.iter().find(|(name, _)| name.ends_with("EE")).map(|(_, der)| *der));
        path.retain(|(name, _)| !name.ends_with("EE"));
        let unreadable = |_: CertificateError| "unreadable".to_owned();
        let end = Certificate::from_der(end.unwrap()).map_err(unreadable)?;
        let intermediates: Vec<_> = path
            .iter()
            .map(|(_, der)| Certificate::from_der(der))
            .collect::<Result<_, _>>()
            .map_err(unreadable)?;
        let root = [Certificate::from_der(&self.certificates["TrustAnchorRootCertificate"]).unwrap()];
        let lists = contained(&self.revocation_lists, &signed);
        Verifier::new(&root, time)
            .intermediates(&intermediates)
            .revocation_lists(lists.iter().map(|(_, der)| der.as_slice()))
            .verify(&end)
            .map(drop)
            .map_err(|error| variant(&error.refusal))
    }

    /// The signature of a message, in which its certificates and revocation lists are.
    fn message(&self, name: &str) -> Vec<u8> {
        let text = fs::read_to_string(self.folder.join(format!("smime/Signed{name}.eml"))).unwrap();
        let (_, attachment) = text.split_once("filename=\"smime.p7s\"").unwrap();
        let base64: String = attachment.lines().skip(1).take_while(|line| !line.starts_with("--")).collect();
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, base64).unwrap()
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect()
}

/// Those of the files that are somewhere in a message: every one is a sequence with a length of two bytes.
fn contained<'a>(files: &'a BTreeMap<String, Vec<u8>>, message: &[u8]) -> Vec<(&'a str, &'a Vec<u8>)> {
    let by_content: BTreeMap<_, _> = files.iter().map(|(name, file)| (file.as_slice(), name)).collect();
    let sequences = message.windows(4).enumerate().filter(|(_, window)| window.starts_with(&[0x30, 0x82]));
    let found = sequences.filter_map(|(start, window)| {
        let length = usize::from(u16::from_be_bytes([window[2], window[3]]));
        by_content.get(message.get(start..start + 4 + length)?)
    });
    found.map(|name| (name.as_str(), &files[*name])).collect()
}

/// The name of the reason, such as `WrongSignature`.
fn variant(refusal: &Refusal) -> String {
    format!("{refusal:?}").split([' ', '(', '{']).next().unwrap().to_owned()
}

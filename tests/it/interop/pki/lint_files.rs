//! pkilint judges the files that the command line and the provider write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pki_core::{Certificate, PemBlock};

use super::super::pki_only;
use super::lint_gate::{judge, of_specimen, pkilint};
use super::matrix::Specimen;
use crate::support::files;
use crate::support::provider_binary::groundup_pki;
use crate::support::tool;

/// Every certificate in the files of a folder, with the issuer that is there, too.
fn specimens(folder: &Path) -> Vec<Specimen> {
    let mut certificates: Vec<(String, Certificate)> = Vec::new();
    for path in files::below(folder) {
        let is_pem = path.extension().is_some_and(|ending| ending == "pem" || ending == "crt");
        let Some(text) = fs::read_to_string(&path).ok().filter(|_| is_pem) else { continue };
        let blocks = PemBlock::parse_all(&text).unwrap();
        for (index, block) in blocks.iter().filter(|block| block.label() == "CERTIFICATE").enumerate() {
            let name = format!("{}#{index}", name(&path, folder));
            certificates.push((name, Certificate::from_der(block.der()).unwrap()));
        }
    }
    let issuers = |certificate: &Certificate| {
        let issuer = certificates.iter().find(|(_, other)| certificate.is_issued_by(other));
        let above = issuer.filter(|_| !certificate.is_self_signed());
        above.map(|(_, issuer)| issuer.clone()).into_iter().collect()
    };
    let specimen = |(name, certificate): &(String, Certificate)| Specimen {
        name: name.clone(),
        certificate: certificate.clone(),
        issuers: issuers(certificate),
    };
    certificates.iter().map(specimen).collect()
}

fn name(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap().display().to_string()
}

#[track_caller]
fn is_clean(folder: &Path, at_least: usize) {
    let specimens = specimens(folder);
    assert!(specimens.len() >= at_least, "{} certificates", specimens.len());
    for Specimen { name, certificate, issuers } in &specimens {
        assert!(
            certificate.is_self_signed() || issuers.len() == 1,
            "{name}: its issuer is not among the files"
        );
    }
    let (wrong, _) = judge(&specimens, &pkilint(specimens.iter().map(of_specimen).collect()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn bundle(folder: &Path, options: &str) -> PathBuf {
    let folder = folder.join(options.split(' ').next().unwrap());
    let mut command = Command::new(groundup_pki());
    tool::succeed(command.arg("bundle").args(options.split(' ')).arg(&folder));
    folder
}

#[test]
fn the_command_lines_clusters_are_clean() {
    let folder = tempfile::tempdir().unwrap();
    is_clean(&bundle(folder.path(), "--tutorial eu-west-2"), 9);
    let machines = "--control-plane master-0.example.com=10.0.0.10 --worker worker-0.example.com=10.0.0.20 \
                    --service-cidr 10.32.0.0/24";
    is_clean(&bundle(folder.path(), &machines.split_whitespace().collect::<Vec<_>>().join(" ")), 12);
}

#[test]
fn the_examples_cluster_is_clean() {
    let terraform = pki_only();
    is_clean(&terraform.path("kubernetes/pki"), 20);
}

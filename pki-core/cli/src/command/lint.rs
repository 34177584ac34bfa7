//! `lint`: what a careful reader would object to.

use std::fmt::Write as _;

use pki_core::{Certificate, CertificateRevocationList, Finding, Severity, lint};
use serde_json::{Value, json};

use crate::console::{self, Status};
use crate::error::Failure;
use crate::input::Input;
use crate::material::{self, Kind, Material};
use crate::signing::Judgement;

/// Lint certificates and revocation lists by the rules of RFC 5280
///
/// Exits with 1 where there is an error, with `--strict` also where there is a warning.
#[derive(Debug, clap::Args)]
pub(crate) struct Lint {
    /// Certificates and revocation lists in PEM or DER
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// Certificates of issuers: how a certificate fits its issuer is linted, too. Those in the same file are found
    #[arg(long, value_name = "FILE")]
    issuer: Vec<Input>,
    #[command(flatten)]
    judgement: Judgement,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was found about one thing in a file.
struct Report {
    /// The file, and the number of the thing where there are several.
    name: String,
    findings: Vec<Finding>,
}

impl Lint {
    pub(crate) fn run(self) -> Result<Status, Failure> {
        let mut issuers = Vec::new();
        for input in &self.issuer {
            issuers.extend(material::certificates(input)?);
        }
        let mut reports = Vec::new();
        for input in &self.files {
            reports.extend(lint_file(input, &issuers)?);
        }
        let text = if self.json {
            let all: Value = reports.iter().map(Report::to_json).collect();
            format!("{all:#}\n")
        } else {
            reports.iter().map(Report::to_text).collect()
        };
        console::print(&text)?;
        let worst = if self.judgement.is_strict() { Severity::Warning } else { Severity::Error };
        let is_bad = |finding: &Finding| finding.severity() <= worst;
        Ok(Status::good_if(!reports.iter().flat_map(|report| &report.findings).any(is_bad)))
    }
}

fn lint_file(input: &Input, given: &[Certificate]) -> Result<Vec<Report>, Failure> {
    let all = Material::read(input)?;
    let readable = all.iter().filter_map(|material| Certificate::from_der(&material.der).ok());
    let issuers: Vec<Certificate> = given.iter().cloned().chain(readable).collect();
    let several = all.len() > 1;
    let report = |(index, material): (usize, &Material)| {
        let name = if several { format!("{input}#{}", index + 1) } else { input.to_string() };
        let findings = match material.kind {
            Kind::Certificate => {
                let certificate = Certificate::from_der(&material.der).ok();
                let issued =
                    |issuer: &Certificate| certificate.as_ref().is_some_and(|c| c.is_issued_by(issuer));
                lint::certificate(&material.der, choose(&issuers, issued, given))
            }
            Kind::RevocationList => {
                let list = CertificateRevocationList::from_der(&material.der).ok();
                let issued =
                    |issuer: &Certificate| list.as_ref().is_some_and(|list| list.verify(issuer).is_ok());
                lint::revocation_list(&material.der, choose(&issuers, issued, given))
            }
            Kind::Request | Kind::Other => return Err(Failure::NothingToLint { input: name }),
        };
        Ok(Report { name, findings })
    };
    all.iter().enumerate().map(report).collect()
}

/// The one who did issue it. Where nobody did, the first one that was given: that it does not fit is a finding then.
fn choose<'a>(
    issuers: &'a [Certificate],
    issued: impl Fn(&Certificate) -> bool,
    given: &'a [Certificate],
) -> Option<&'a Certificate> {
    issuers.iter().find(|issuer| issued(issuer)).or_else(|| given.first())
}

impl Report {
    fn to_text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let _ = writeln!(text, "{}: {finding:#}", self.name);
        }
        if self.findings.is_empty() {
            let _ = writeln!(text, "{}: nothing to object to", self.name);
        }
        text
    }

    fn to_json(&self) -> Value {
        json!({"file": self.name, "findings": self.findings})
    }
}

//! `verify`: whether certificates would be accepted, and why not.

use std::fmt::Write as _;

use clap::ValueEnum;
use jiff::Timestamp;
use pki_core::{Certificate, Purpose, SubjectAltName, SubjectAltNames, Verifier};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::console::{self, Status};
use crate::error::Failure;
use crate::input::Input;
use crate::material::{self, Kind, Material};
use crate::signing;

/// Verify certificates against authorities: chain, time, purpose, names, revocation
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// Certificates in PEM or DER; in a file of several, the others may stand between the first and an authority
    #[arg(value_name = "CERT", required = true)]
    certificates: Vec<Input>,
    /// Certificates of the authorities that are trusted
    #[arg(long, value_name = "FILE", required = true)]
    ca: Vec<Input>,
    /// Further certificates that may stand between a certificate and an authority
    #[arg(long, value_name = "FILE")]
    intermediates: Vec<Input>,
    /// Revocation lists; with one or more, every certificate must be covered
    #[arg(long, value_name = "FILE")]
    crl: Vec<Input>,
    /// Names and addresses that the certificates must be for, separated by commas
    #[arg(long, value_name = "NAMES")]
    hostname: Option<String>,
    /// What the certificates must be for
    #[arg(long, value_enum, default_value_t)]
    purpose: For,
    /// When, in RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    time: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What certificates can be verified for.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum For {
    Server,
    Client,
    #[default]
    Any,
}

/// What is known before the first certificate is looked at.
struct Trust {
    authorities: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    revocation_lists: Vec<Zeroizing<Vec<u8>>>,
    names: SubjectAltNames,
    purpose: Purpose,
    time: Timestamp,
}

/// What was found out about one file.
struct Verdict {
    file: String,
    path: Vec<String>,
    problems: Vec<String>,
}

impl Verify {
    pub(crate) fn run(self) -> Result<Status, Failure> {
        let trust = self.trust()?;
        let verdicts: Vec<Verdict> =
            self.certificates.iter().map(|input| trust.judge(input)).collect::<Result<_, _>>()?;
        let text = if self.json {
            let all: Value = verdicts.iter().map(Verdict::to_json).collect();
            format!("{all:#}\n")
        } else {
            verdicts.iter().map(Verdict::to_text).collect()
        };
        console::print(&text)?;
        Ok(Status::good_if(verdicts.iter().all(|verdict| verdict.problems.is_empty())))
    }

    fn trust(&self) -> Result<Trust, Failure> {
        let names = match self.hostname.as_deref().filter(|names| !names.is_empty()) {
            None => SubjectAltNames::default(),
            Some(names) => SubjectAltNames::parse(names.split(','))
                .map_err(|errors| Failure::Problems { about: "-hostname".to_owned(), errors })?,
        };
        let mut revocation_lists = Vec::new();
        for input in &self.crl {
            for material in Material::read(input)? {
                match material.kind {
                    Kind::RevocationList => revocation_lists.push(material.der),
                    _ => return Err(Failure::NotARevocationList { input: input.to_string() }),
                }
            }
        }
        Ok(Trust {
            authorities: all(&self.ca)?,
            intermediates: all(&self.intermediates)?,
            revocation_lists,
            names,
            purpose: match self.purpose {
                For::Server => Purpose::Server,
                For::Client => Purpose::Client,
                For::Any => Purpose::Any,
            },
            time: self.time.unwrap_or_else(signing::now),
        })
    }
}

impl Trust {
    /// Verifies the first certificate of a file, for every name.
    fn judge(&self, input: &Input) -> Result<Verdict, Failure> {
        let certificates = material::certificates(input)?;
        let mut verdict = Verdict { file: input.to_string(), path: Vec::new(), problems: Vec::new() };
        let Some((leaf, others)) = certificates.split_first() else { return Ok(verdict) };
        let between = [others, &self.intermediates].concat();
        let lists = self.revocation_lists.iter().map(|list| list.as_slice());
        let verifier = Verifier::new(&self.authorities, self.time)
            .intermediates(&between)
            .revocation_lists(lists)
            .purpose(self.purpose);
        match verifier.verify(leaf) {
            Ok(path) => verdict.path = path.iter().map(Certificate::subject_text).collect(),
            Err(error) => {
                verdict.problems.push(error.to_string());
                return Ok(verdict);
            }
        }
        let refused = |name: &SubjectAltName| verifier.clone().name(name).verify(leaf).err();
        verdict.problems.extend(self.names.iter().filter_map(refused).map(|error| error.to_string()));
        Ok(verdict)
    }
}

impl Verdict {
    fn to_text(&self) -> String {
        let mut text = String::new();
        if self.problems.is_empty() {
            let _ = writeln!(text, "{}: good", self.file);
            for subject in &self.path {
                let _ = writeln!(text, "  {subject}");
            }
        }
        for problem in &self.problems {
            let _ = writeln!(text, "{}: refused: {problem}", self.file);
        }
        text
    }

    fn to_json(&self) -> Value {
        json!({
            "file": self.file, "good": self.problems.is_empty(), "path": self.path, "problems": self.problems,
        })
    }
}

fn all(inputs: &[Input]) -> Result<Vec<Certificate>, Failure> {
    let certificates: Vec<_> = inputs.iter().map(material::certificates).collect::<Result<_, _>>()?;
    Ok(certificates.concat())
}

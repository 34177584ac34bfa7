//! `inspect`: what certificates, requests and revocation lists say.

use std::fmt::Write as _;

use jiff::Timestamp;
use pki_core::{Certificate, CertificateRequest, CertificateRevocationList};
use serde_json::{Value, json};

use crate::console;
use crate::error::Failure;
use crate::input::Input;
use crate::material::{Kind, Material};
use crate::signing;

/// Show what certificates, requests and revocation lists say
#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// Files in PEM or DER; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<Input>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What one thing in a file says: for programs and for people.
struct Said {
    json: Value,
    text: String,
}

impl Inspect {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let now = signing::now();
        let mut all = Vec::new();
        for input in &self.files {
            let before = all.len();
            for material in Material::read(input)? {
                all.extend(say(input, &material, now)?);
            }
            if all.len() == before {
                return Err(Failure::NothingToInspect { input: input.to_string() });
            }
        }
        if self.json {
            let all: Value = all.into_iter().map(|said| said.json).collect();
            return console::print(&format!("{all:#}\n"));
        }
        console::print(&all.into_iter().map(|said| said.text).collect::<Vec<_>>().join("\n"))
    }
}

/// What something says; nothing about keys and other things, which stand beside certificates in many files.
fn say(input: &Input, material: &Material, now: Timestamp) -> Result<Option<Said>, Failure> {
    let der = &material.der;
    let (kind, details, text) = match material.kind {
        Kind::Certificate => {
            let certificate = Certificate::from_der(der).map_err(|error| Failure::about(input, error))?;
            let details = certificate.inspect(Some(now));
            ("certificate", json!(details), details.to_string())
        }
        Kind::Request => {
            let request = CertificateRequest::from_der(der).map_err(|error| Failure::about(input, error))?;
            let details = request.inspect();
            ("request", json!(details), details.to_string())
        }
        Kind::RevocationList => {
            let list =
                CertificateRevocationList::from_der(der).map_err(|error| Failure::about(input, error))?;
            ("revocation_list", json_of(&list), text_of(&list))
        }
        Kind::Other => return Ok(None),
    };
    let mut json = json!({"file": input.to_string(), "kind": kind});
    if let (Value::Object(all), Value::Object(details)) = (&mut json, details) {
        all.extend(details);
    }
    Ok(Some(Said { json, text }))
}

fn json_of(list: &CertificateRevocationList) -> Value {
    let revoked = list.revoked().iter().map(|entry| {
        json!({
            "serial_number": entry.serial.to_string(),
            "revoked_at": entry.revoked_at.to_string(),
            "reason": entry.reason.map(|reason| reason.to_string()),
        })
    });
    json!({
        "issuer": list.issuer_text(),
        "number": list.number().map(ToString::to_string),
        "this_update": list.this_update().to_string(),
        "next_update": list.next_update().map(|time| time.to_string()),
        "signature_algorithm": list.signature_algorithm(),
        "revoked": revoked.collect::<Vec<_>>(),
    })
}

fn text_of(list: &CertificateRevocationList) -> String {
    let mut text = format!("Revocation list of {}\n", list.issuer_text());
    let number = list.number().map_or("none".to_owned(), ToString::to_string);
    let next = list.next_update().map_or("none".to_owned(), |time| time.to_string());
    let _ = writeln!(text, "  number: {number}");
    let _ = writeln!(text, "  made: {}", list.this_update());
    let _ = writeln!(text, "  next: {next}");
    let _ = writeln!(text, "  revoked: {}", list.revoked().len());
    for entry in list.revoked() {
        let reason = entry.reason.map_or(String::new(), |reason| format!(" ({reason})"));
        let _ = writeln!(text, "    {} at {}{reason}", entry.serial, entry.revoked_at);
    }
    text
}

//! `certinfo`: what a certificate or a request says, in cfssl's JSON.

use pki_core::{Certificate, CertificateRequest, DistinguishedName, SubjectAltNames};
use serde_json::{Map, Value, json};

use crate::console;
use crate::error::Failure;
use crate::input::Input;

/// Print what a certificate or a request says, in cfssl's JSON
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Certinfo {
    /// Certificate in PEM; `-` reads standard input
    #[arg(long, value_name = "CERT")]
    cert: Option<Input>,
    /// Certificate request in PEM; `-` reads standard input
    #[arg(long, value_name = "CSR")]
    csr: Option<Input>,
}

impl Certinfo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let info = match (&self.cert, &self.csr) {
            (Some(input), _) => Certificate::from_pem(&input.text()?)
                .map(|certificate| of_certificate(&certificate))
                .map_err(|error| Failure::about(input, error))?,
            (None, Some(input)) => CertificateRequest::from_pem(&input.text()?)
                .map(|request| of_request(&request))
                .map_err(|error| Failure::about(input, error))?,
            (None, None) => return Ok(()),
        };
        console::print(&format!("{info:#}\n"))
    }
}

fn of_certificate(certificate: &Certificate) -> Value {
    let usages = certificate.key_usages().iter().map(|usage| usage.as_str());
    let purposes = certificate.extended_key_usages().iter().map(|usage| usage.as_str());
    let constraint = certificate.constraint();
    json!({
        "subject": name(&certificate.subject()),
        "issuer": name(&certificate.issuer()),
        "serial_number": certificate.serial_decimal(),
        "sans": names(certificate.subject_alt_names()),
        "not_before": certificate.not_before().to_string(),
        "not_after": certificate.not_after().to_string(),
        "sigalg": signature_algorithm(&certificate.signature_algorithm()),
        "authority_key_id": identifier(certificate.authority_key_identifier()),
        "subject_key_id": identifier(certificate.subject_key_identifier()),
        "usages": usages.chain(purposes).collect::<Vec<_>>(),
        "is_ca": constraint.is_some(),
        "max_path_len": constraint.and_then(|constraint| constraint.path_length),
        "pem": certificate.to_pem(),
    })
}

fn of_request(request: &CertificateRequest) -> Value {
    json!({
        "subject": name(&request.subject()),
        "sans": names(request.subject_alt_names()),
        "key_algorithm": request.public_key().algorithm().to_string(),
        "pem": request.to_pem(),
    })
}

fn names(names: &SubjectAltNames) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// cfssl's words for an algorithm that Go calls `SHA256-RSA` or `ECDSA-SHA256`.
fn signature_algorithm(name: &str) -> String {
    match name.split_once('-') {
        Some((hash, "RSA")) => format!("{hash}WithRSA"),
        Some(("ECDSA", hash)) => format!("ECDSAWith{hash}"),
        _ => name.to_owned(),
    }
}

/// Upper case with colons.
fn identifier(bytes: Option<&[u8]>) -> String {
    let bytes = bytes.unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// cfssl gives one value of each attribute, and then all values in their order.
fn name(name: &DistinguishedName) -> Value {
    let singles = [
        ("common_name", name.common_name.as_ref()),
        ("serial_number", name.serial_number.as_ref()),
        ("country", name.country.as_ref()),
        ("organization", name.organization.first()),
        ("organizational_unit", name.organizational_unit.first()),
        ("locality", name.locality.as_ref()),
        ("province", name.province.as_ref()),
        ("street_address", name.street_address.first()),
        ("postal_code", name.postal_code.as_ref()),
    ];
    let mut object: Map<String, Value> =
        singles.into_iter().filter_map(|(field, value)| Some((field.to_owned(), json!(value?)))).collect();
    object.insert("names".to_owned(), name.attributes().map(|(_, value)| json!(value)).collect());
    object.into()
}

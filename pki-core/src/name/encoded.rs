//! Names that others have encoded.

use der::{Tag, Tagged};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use super::attribute::{NameAttribute, StringType};
use super::encode::decode_value;
use super::{NameError, NameProblem};
use crate::error::Error;
use crate::finding::{Finding, FindingCode, Place};

/// Checks every attribute of an encoded name, also those that a [`DistinguishedName`](super::DistinguishedName) has no
/// field for or has only one of.
pub(crate) fn check_encoded(name: &Name) -> (Vec<Finding>, Vec<Error>) {
    let (mut findings, mut errors) = (Vec::new(), Vec::new());
    for rdn in name.iter_rdn() {
        if rdn.len() > 1 {
            let message = format!("`{rdn}` are several attributes in one place of the subject");
            findings.push(Finding::new(FindingCode::MultiValuedName, Place::WholeSubject, message));
        }
        for pair in rdn.iter() {
            match NameAttribute::from_oid(pair.oid) {
                Some(attribute) => check_known(attribute, pair, &mut findings, &mut errors),
                None if pair.value.value().is_empty() => {
                    let message = format!("the attribute {} of the subject is empty", pair.oid);
                    findings.push(Finding::new(FindingCode::NameEmptyValue, Place::WholeSubject, message));
                }
                None => {}
            }
        }
    }
    (findings, errors)
}

fn check_known(
    attribute: NameAttribute,
    pair: &AttributeTypeAndValue,
    findings: &mut Vec<Finding>,
    errors: &mut Vec<Error>,
) {
    let allowed = match attribute.string_type() {
        StringType::Directory => matches!(pair.value.tag(), Tag::PrintableString | Tag::Utf8String),
        StringType::Printable => pair.value.tag() == Tag::PrintableString,
        StringType::Ia5 => pair.value.tag() == Tag::Ia5String,
    };
    if !allowed {
        let message =
            format!("{attribute}: the value is encoded as {}, which is not allowed", pair.value.tag());
        findings.push(Finding::new(FindingCode::NameStringType, Place::Subject(attribute), message));
    }
    let problem = match decode_value((&pair.value).into()) {
        Some(value) => attribute.problem(&value),
        None => Some(NameProblem::Encoding),
    };
    errors.extend(problem.map(|problem| Error::Name(NameError::new(attribute, problem))));
}

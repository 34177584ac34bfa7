//! Basic constraints (RFC 5280 §4.2.1.9).

use der::asn1::AnyRef;
use der::{Tag, Tagged};

use super::extensions::{Criticality, criticality};
use super::facts::Facts;
use super::raw::{Fields, RawExtension, integer};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::usage::KeyUsage;

pub(super) fn check(facts: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::inside(extension.value)?;
    let flag = fields.optional(Tag::Boolean).map(AnyRef::decode_as::<bool>).transpose()?;
    let path_length = if fields.is_empty() { None } else { Some(integer(&mut fields)?) };
    fields.finish()?;
    if facts.is_authority {
        criticality(extension, "basicConstraints", Criticality::Must, report);
    }
    let place = Place::Authority;
    report.add_if(flag == Some(false), FindingCode::EncodedDefault, place, || {
        "basicConstraints say that this is no authority, which is the default".to_owned()
    });
    let Some(length) = path_length else { return Ok(()) };
    if length[0] >= 0x80 {
        return Err(Tag::Integer.value_error().into());
    }
    if !facts.is_authority {
        let message = "a path length is for authorities only";
        report.add(FindingCode::PathLengthWithoutAuthority, place, message);
    } else if facts.key_usages.is_some() && !facts.may(KeyUsage::CertSign) {
        let message = "a path length is for keys that may sign certificates";
        report.add(FindingCode::PathLengthWithoutCertSign, place, message);
    }
    Ok(())
}

/// The path length of a certificate, if it is an authority's and has one that is not beyond reason.
pub(super) fn path_length(facts: &Facts<'_>) -> Option<u8> {
    let extension = facts.certificate.extension(super::extensions::oid::BASIC_CONSTRAINTS)?;
    let fields = Fields::inside(extension.value).ok()?;
    fields.rest().find(|field| field.tag() == Tag::Integer)?.decode_as().ok()
}

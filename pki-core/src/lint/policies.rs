//! Certificate policies (RFC 5280 §4.2.1.4, RFC 6818 §3).

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Tag, Tagged};
use unicode_normalization::is_nfc;

use super::facts::Facts;
use super::raw::{Fields, RawExtension};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::name::decode_value;

const PLACE: Place = Place::Extension("certificatePolicies");
const USER_NOTICE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2");

pub(super) fn check(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let policies = Fields::inside(extension.value)?;
    report.add_if(policies.is_empty(), FindingCode::PoliciesEmpty, PLACE, || "there is no policy".to_owned());
    let mut seen = Vec::new();
    for policy in policies.rest() {
        let mut fields = Fields::of(policy)?;
        let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
        report.add_if(seen.contains(&oid), FindingCode::DuplicatePolicy, PLACE, || {
            format!("the policy {oid} occurs twice")
        });
        seen.push(oid);
        let qualifiers = fields.optional(Tag::Sequence);
        fields.finish()?;
        if let Some(qualifiers) = qualifiers {
            Fields::of(qualifiers)?.rest().try_for_each(|qualifier| check_qualifier(qualifier, report))?;
        }
    }
    Ok(())
}

pub(super) fn mappings(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let mappings = Fields::inside(extension.value)?;
    let place = Place::Extension("policyMappings");
    report
        .add_if(mappings.is_empty(), FindingCode::PoliciesEmpty, place, || "there is no mapping".to_owned());
    Ok(())
}

fn check_qualifier(qualifier: AnyRef<'_>, report: &mut Report) -> der::Result<()> {
    let mut fields = Fields::of(qualifier)?;
    let oid: ObjectIdentifier = fields.expect(Tag::ObjectIdentifier)?.decode_as()?;
    if oid != USER_NOTICE {
        return Ok(());
    }
    let mut notice = Fields::of(fields.expect(Tag::Sequence)?)?;
    notice.optional(Tag::Sequence);
    if let Ok(text) = notice.next() {
        check_text(text, report);
    }
    notice.finish()
}

/// The explicit text of a notice.
fn check_text(text: AnyRef<'_>, report: &mut Report) {
    if !matches!(text.tag(), Tag::Utf8String | Tag::VisibleString | Tag::BmpString) {
        let message = format!("the text of a policy is a {}; a UTF8String is right", text.tag());
        return report.add(FindingCode::PolicyTextType, PLACE, message);
    }
    let value = match text.tag() {
        Tag::VisibleString => std::str::from_utf8(text.value()).ok().map(str::to_owned),
        _ => decode_value(text),
    };
    let Some(value) = value else {
        return report.add(FindingCode::PolicyTextType, PLACE, "the text of a policy does not decode");
    };
    let length = value.chars().count();
    report.add_if(!(1..=200).contains(&length), FindingCode::PolicyTextTooLong, PLACE, || {
        format!("the text of a policy has {length} characters; 1 to 200 are allowed")
    });
    report.add_if(
        value.chars().any(char::is_control) || !is_nfc(&value),
        FindingCode::PolicyTextCharacters,
        PLACE,
        || "the text of a policy has control characters, or is not in the normal form NFC".to_owned(),
    );
}

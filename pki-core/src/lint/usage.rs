//! Key usage and extended key usage (RFC 5280 §4.2.1.3, §4.2.1.12).

use const_oid::ObjectIdentifier;
use der::Decode;
use der::asn1::AnyRef;

use super::facts::Facts;
use super::raw::{Fields, RawExtension, is_trimmed, named_bits};
use super::report::Report;
use crate::finding::{FindingCode, Place};
use crate::usage::{ExtendedKeyUsage, KeyUsage};

pub(super) const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const CODE_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

const PLACE: Place = Place::Usages;

pub(super) fn key_usage(
    facts: &Facts<'_>,
    extension: &RawExtension<'_>,
    report: &mut Report,
) -> der::Result<()> {
    let bits = AnyRef::from_der(extension.value)?;
    let set = named_bits(bits).ok_or(der::ErrorKind::Failed)?;
    report.add_if(set.is_empty(), FindingCode::KeyUsageEmpty, PLACE, || "keyUsage allows nothing".to_owned());
    report.add_if(!is_trimmed(bits) && !set.is_empty(), FindingCode::NotDer, PLACE, || {
        "the bits of keyUsage end with zeros".to_owned()
    });
    let signs = facts.may(KeyUsage::CertSign);
    report.add_if(signs && !facts.is_authority, FindingCode::CertSignWithoutAuthority, PLACE, || {
        "the key may sign certificates, but the certificate is no authority's".to_owned()
    });
    report.add_if(facts.is_authority && !signs, FindingCode::AuthorityWithoutCertSign, PLACE, || {
        "the certificate is an authority's, but the key may not sign certificates".to_owned()
    });
    let only = [KeyUsage::EncipherOnly, KeyUsage::DecipherOnly].map(|usage| facts.may(usage));
    let agrees = facts.may(KeyUsage::KeyAgreement);
    report.add_if(
        only == [true; 2] || (only != [false; 2] && !agrees),
        FindingCode::OnlyWithoutAgreement,
        PLACE,
        || "encipherOnly and decipherOnly need keyAgreement, and exclude each other".to_owned(),
    );
    let Some(key) = facts.key else { return Ok(()) };
    report.add_if(agrees && !key.can_agree(), FindingCode::AgreementWithoutCurve, PLACE, || {
        format!("the key may agree on secrets, which one of {key} cannot")
    });
    for usage in [KeyUsage::KeyEncipherment, KeyUsage::DataEncipherment] {
        report.add_if(
            facts.may(usage) && !key.can_encipher(),
            FindingCode::EnciphermentWithoutRsa,
            PLACE,
            || format!("the key has the usage `{usage}`, but a key of {key} cannot encrypt"),
        );
    }
    Ok(())
}

pub(super) fn purposes(
    facts: &Facts<'_>,
    extension: &RawExtension<'_>,
    report: &mut Report,
) -> der::Result<()> {
    let purposes: Vec<ObjectIdentifier> =
        Fields::inside(extension.value)?.rest().map(AnyRef::decode_as).collect::<der::Result<_>>()?;
    report
        .add_if(purposes.is_empty(), FindingCode::PurposesEmpty, PLACE, || "extKeyUsage is empty".to_owned());
    for (index, purpose) in purposes.iter().enumerate() {
        report.add_if(purposes[..index].contains(purpose), FindingCode::DuplicatePurpose, PLACE, || {
            format!("the purpose `{}` occurs twice", name(*purpose))
        });
        report.add_if(
            !facts.is_authority && !is_possible(facts, *purpose),
            FindingCode::PurposeWithoutUsage,
            PLACE,
            || format!("keyUsage allows nothing of what the purpose `{}` needs", name(*purpose)),
        );
    }
    if purposes.contains(&ANY) {
        let message = if extension.critical {
            "every purpose is allowed, and extKeyUsage is critical all the same"
        } else {
            "every purpose is allowed; better name those that are meant"
        };
        report.add(FindingCode::AnyPurpose, PLACE, message);
    }
    if purposes.contains(&TIME_STAMPING) && !facts.is_authority {
        report.add_if(purposes.len() > 1, FindingCode::TimeStampingNotAlone, PLACE, || {
            "a key for time stamps must have no other purpose".to_owned()
        });
        report.add_if(!extension.critical, FindingCode::TimeStampingNotCritical, PLACE, || {
            "extKeyUsage must be critical where it is for time stamps".to_owned()
        });
    }
    Ok(())
}

/// Whether the key usage, if there is one, allows anything that the purpose needs.
fn is_possible(facts: &Facts<'_>, purpose: ObjectIdentifier) -> bool {
    use KeyUsage::{ContentCommitment, DigitalSignature, KeyAgreement, KeyEncipherment};
    let needed: &[KeyUsage] = match purpose {
        SERVER_AUTH => &[DigitalSignature, KeyEncipherment, KeyAgreement],
        CLIENT_AUTH => &[DigitalSignature, KeyAgreement],
        CODE_SIGNING => &[DigitalSignature],
        TIME_STAMPING | OCSP_SIGNING => &[DigitalSignature, ContentCommitment],
        _ => return true,
    };
    facts.key_usages.is_none() || needed.iter().any(|usage| facts.may(*usage))
}

fn name(purpose: ObjectIdentifier) -> String {
    ExtendedKeyUsage::from_oid(purpose).map_or_else(|| purpose.to_string(), |known| known.to_string())
}

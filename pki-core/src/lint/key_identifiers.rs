//! Key identifiers (RFC 5280 §4.2.1.1, §4.2.1.2, RFC 7093).

use der::asn1::AnyRef;
use der::{Decode, Encode, Tag, Tagged};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::algorithm;
use super::extensions::oid;
use super::facts::Facts;
use super::raw::{Fields, RawCertificate, RawExtension};
use super::report::Report;
use crate::finding::{FindingCode, Place};

pub(super) fn subject(
    facts: &Facts<'_>,
    extension: &RawExtension<'_>,
    report: &mut Report,
) -> der::Result<()> {
    let identifier = AnyRef::from_der(extension.value)?;
    identifier.tag().assert_eq(Tag::OctetString)?;
    let identifier = identifier.value();
    if identifier.is_empty() {
        return Err(Tag::OctetString.length_error().into());
    }
    report.add_if(
        !is_standard(facts.certificate, identifier)?,
        FindingCode::SubjectKeyIdentifierMethod,
        Place::Extension("subjectKeyIdentifier"),
        || "subjectKeyIdentifier is no hash of the key by a method of RFC 5280 or RFC 7093".to_owned(),
    );
    Ok(())
}

/// Whether an identifier was made by one of the methods of RFC 5280 §4.2.1.2 or RFC 7093 §2.
fn is_standard(certificate: &RawCertificate<'_>, identifier: &[u8]) -> der::Result<bool> {
    let bits = algorithm::key_bits(certificate)?;
    let sha1: [u8; 20] = Sha1::digest(bits).into();
    if identifier == sha1 {
        return Ok(true);
    }
    let mut short: [u8; 8] = [0; 8];
    short.copy_from_slice(&sha1[12..]);
    short[0] = 0x40 | short[0] & 0x0f;
    let whole = certificate.content.public_key.to_der()?;
    Ok(identifier == short
        || identifier == &Sha256::digest(bits)[..20]
        || identifier == &Sha384::digest(bits)[..20]
        || identifier == &Sha512::digest(bits)[..20]
        || identifier == &Sha256::digest(&whole)[..]
        || identifier == &Sha256::digest(&whole)[..20])
}

pub(super) fn authority(_: &Facts<'_>, extension: &RawExtension<'_>, report: &mut Report) -> der::Result<()> {
    let Authority { key, issuer, serial } = Authority::decode(extension.value)?;
    let place = Place::Extension("authorityKeyIdentifier");
    report.add_if(key.is_none(), FindingCode::AuthorityKeyIdentifierMissing, place, || {
        "authorityKeyIdentifier does not identify a key".to_owned()
    });
    report.add_if(issuer != serial, FindingCode::AuthorityKeyIdentifierPartial, place, || {
        "authorityKeyIdentifier has only one of the issuer's issuer and serial number".to_owned()
    });
    Ok(())
}

/// `AuthorityKeyIdentifier`: the key, and whether there are issuer and serial number.
struct Authority<'a> {
    key: Option<&'a [u8]>,
    issuer: bool,
    serial: bool,
}

impl<'a> Authority<'a> {
    fn decode(der: &'a [u8]) -> der::Result<Self> {
        let mut fields = Fields::inside(der)?;
        let key = fields.tagged(0).map(AnyRef::value);
        let (issuer, serial) = (fields.tagged(1).is_some(), fields.tagged(2).is_some());
        fields.finish()?;
        Ok(Self { key, issuer, serial })
    }
}

/// The identifier of its own key that a certificate carries.
pub(super) fn of_subject<'a>(certificate: &RawCertificate<'a>) -> Option<&'a [u8]> {
    let extension = certificate.extension(oid::SUBJECT_KEY_IDENTIFIER)?;
    AnyRef::from_der(extension.value).ok().map(AnyRef::value)
}

/// The identifier of the issuer's key among extensions.
pub(super) fn of_authority<'a>(extensions: &[RawExtension<'a>]) -> Option<&'a [u8]> {
    let extension = extensions.iter().find(|extension| extension.oid == oid::AUTHORITY_KEY_IDENTIFIER)?;
    Authority::decode(extension.value).ok()?.key
}

//! Names in DER.

use der::asn1::{Any, AnyRef, Ia5StringRef, PrintableStringRef, Utf8StringRef};
use der::{Decode, Encode, Tag, Tagged};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use super::attribute::{NameAttribute, StringType, is_printable};
use super::{DistinguishedName, NameError, NameProblem};
use crate::text;

/// Encodes a name, one attribute for each RDN.
pub(crate) fn encode(name: &DistinguishedName) -> Result<Name, NameError> {
    let mut rdns = RdnSequence::default();
    for (attribute, value) in name.attributes() {
        if let Some(problem) = attribute.problem(value) {
            return Err(NameError::new(attribute, problem));
        }
        let unencodable = |_| NameError::new(attribute, NameProblem::Encoding);
        let value = encode_value(attribute, value).map_err(unencodable)?;
        let pair = AttributeTypeAndValue { oid: attribute.oid(), value };
        rdns.push(RelativeDistinguishedName::try_from(vec![pair]).map_err(unencodable)?);
    }
    rdns.to_der()
        .and_then(|der| Name::from_der(&der))
        .map_err(|_| NameError::new(NameAttribute::CommonName, NameProblem::Encoding))
}

/// The attributes of an encoded name that [`DistinguishedName`] has a field for.
///
/// Where a name has several values for a field of one, the last is taken: it is the most specific.
pub(crate) fn decode(encoded: &Name) -> DistinguishedName {
    let mut name = DistinguishedName::default();
    for (attribute, value) in values(encoded) {
        match attribute {
            NameAttribute::CommonName => name.common_name = Some(value),
            NameAttribute::Organization => name.organization.push(value),
            NameAttribute::OrganizationalUnit => name.organizational_unit.push(value),
            NameAttribute::Locality => name.locality = Some(value),
            NameAttribute::Province => name.province = Some(value),
            NameAttribute::Country => name.country = Some(value),
            NameAttribute::StreetAddress => name.street_address.push(value),
            NameAttribute::PostalCode => name.postal_code = Some(value),
            NameAttribute::SerialNumber => name.serial_number = Some(value),
            NameAttribute::EmailAddress => name.email_address = Some(value),
        }
    }
    name
}

/// The known attributes of an encoded name, in order.
pub(crate) fn values(encoded: &Name) -> impl Iterator<Item = (NameAttribute, String)> {
    encoded
        .iter()
        .filter_map(|pair| Some((NameAttribute::from_oid(pair.oid)?, decode_value(pair.value.to_ref())?)))
}

fn encode_value(attribute: NameAttribute, value: &str) -> der::Result<Any> {
    match attribute.string_type() {
        StringType::Ia5 => Any::encode_from(&Ia5StringRef::new(value)?),
        StringType::Directory if !value.chars().all(is_printable) => {
            Any::encode_from(&Utf8StringRef::new(value)?)
        }
        StringType::Directory | StringType::Printable => Any::encode_from(&PrintableStringRef::new(value)?),
    }
}

/// The text of an attribute's value, if it is one.
pub(crate) fn decode_value(value: AnyRef<'_>) -> Option<String> {
    match value.tag() {
        Tag::PrintableString | Tag::Utf8String | Tag::Ia5String => {
            std::str::from_utf8(value.value()).ok().map(str::to_owned)
        }
        // Latin-1 in practice.
        Tag::TeletexString => Some(value.value().iter().map(|byte| char::from(*byte)).collect()),
        Tag::BmpString => text::from_bmp(value.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_in_the_order_of_cfssl() {
        let name = DistinguishedName {
            common_name: Some("Kubernetes".into()),
            organization: vec!["Kubernetes".into(), "Zwei".into()],
            organizational_unit: vec!["DAREY.IO DEVOPS".into()],
            locality: Some("Zürich".into()),
            province: Some("London".into()),
            country: Some("GB".into()),
            street_address: vec!["1 High Street".into()],
            postal_code: Some("8001".into()),
            serial_number: Some("42".into()),
            email_address: Some("ops@example.com".into()),
        };
        let encoded = encode(&name).unwrap();
        assert_eq!(decode(&encoded), name);
        assert!(encoded.iter_rdn().all(|rdn| rdn.len() == 1));
        let order: Vec<String> = encoded.iter().map(|pair| pair.oid.to_string()).collect();
        assert_eq!(
            order,
            [
                "2.5.4.6",
                "2.5.4.8",
                "2.5.4.7",
                "2.5.4.17",
                "2.5.4.9",
                "2.5.4.10",
                "2.5.4.10",
                "2.5.4.11",
                "2.5.4.3",
                "2.5.4.5",
                "1.2.840.113549.1.9.1",
            ]
        );
        let tags: Vec<Tag> = encoded.iter().map(|pair| pair.value.tag()).collect();
        assert_eq!((tags[0], tags[2], tags[10]), (Tag::PrintableString, Tag::Utf8String, Tag::Ia5String));
    }

    #[test]
    fn refuses_what_the_check_refuses() {
        let error = encode(&DistinguishedName::common("a\nb")).unwrap_err();
        assert_eq!(error.to_string(), "common_name: the character '\\n' is not allowed");
    }
}

//! Names in DER.

use std::net::IpAddr;

use der::asn1::Ia5String;
use x509_cert::ext::pkix::name::GeneralName;

use super::{DnsName, EmailAddress, SanError, SubjectAltName, SubjectAltNames, Uri};

/// Encodes names. All of them are ASCII, so that this cannot fail but for sizes beyond reason.
pub(crate) fn encode(names: &SubjectAltNames) -> der::Result<Vec<GeneralName>> {
    names
        .iter()
        .map(|name| {
            Ok(match name {
                SubjectAltName::Dns(name) => GeneralName::DnsName(Ia5String::new(name.as_str())?),
                SubjectAltName::Ip(ip) => GeneralName::from(*ip),
                SubjectAltName::Email(address) => GeneralName::Rfc822Name(Ia5String::new(address.as_str())?),
                SubjectAltName::Uri(uri) => {
                    GeneralName::UniformResourceIdentifier(Ia5String::new(uri.as_str())?)
                }
            })
        })
        .collect()
}

/// Decodes one name, with the checks of the constructors.
pub(crate) fn decode(name: &GeneralName) -> Result<SubjectAltName, SanError> {
    let kind = |kind| Err(SanError::Kind { kind });
    match name {
        GeneralName::DnsName(name) => DnsName::new(name.as_str()).map(SubjectAltName::Dns),
        GeneralName::Rfc822Name(address) => EmailAddress::new(address.as_str()).map(SubjectAltName::Email),
        GeneralName::UniformResourceIdentifier(uri) => Uri::new(uri.as_str()).map(SubjectAltName::Uri),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from).ok();
            let ip = v4.or_else(|| <[u8; 16]>::try_from(bytes).map(IpAddr::from).ok());
            match ip {
                Some(ip) if ip != ip.to_canonical() => {
                    let (value, address) = (ip.to_string(), ip.to_canonical().to_string());
                    Err(SanError::MappedAddress { value, address })
                }
                Some(ip) => Ok(SubjectAltName::Ip(ip)),
                None => Err(SanError::NotAnAddress { value: format!("{} bytes", bytes.len()) }),
            }
        }
        GeneralName::OtherName(_) => kind("otherName"),
        GeneralName::DirectoryName(_) => kind("directoryName"),
        GeneralName::EdiPartyName(_) => kind("ediPartyName"),
        GeneralName::RegisteredId(_) => kind("registeredID"),
    }
}

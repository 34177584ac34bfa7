//! The extensions that a request asks for (RFC 2985 §5.4.2).

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Decode;
use x509_cert::ext::pkix::{self, BasicConstraints};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::request::{CertReqInfo, ExtensionReq};

use super::RequestError;
use crate::profile::AuthorityConstraint;
use crate::san::{self, SubjectAltNames};
use crate::usage::{self, ExtendedKeyUsage, Usages};

/// What a request asks for beside names. The signing profile decides about all of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RequestedExtensions {
    /// Key usages and extended key usages.
    pub usages: Usages,
    /// To be an authority.
    pub authority: Option<AuthorityConstraint>,
}

impl RequestedExtensions {
    /// All extensions of a request.
    pub(super) fn encode(&self, subject: &Name, names: &SubjectAltNames) -> der::Result<Vec<Extension>> {
        let mut list = usage::extensions(&self.usages, subject)?;
        if let Some(AuthorityConstraint { path_length }) = self.authority {
            let constraints = BasicConstraints { ca: true, path_len_constraint: path_length };
            list.push((&constraints).to_extension(subject, &list)?);
        }
        if !names.is_empty() {
            let names = pkix::SubjectAltName(san::encode(names)?);
            list.push((&names).to_extension(subject, &list)?);
        }
        Ok(list)
    }
}

/// What was found in a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) subject_alt_names: SubjectAltNames,
    pub(super) known: RequestedExtensions,
    /// Purposes and extensions that only the profile can give, as object identifiers.
    pub(super) unknown_purposes: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) unknown_critical: Vec<String>,
}

impl Found {
    pub(super) fn new(info: &CertReqInfo) -> Result<Self, RequestError> {
        let mut found = Self::default();
        let list = extensions(info)?;
        for (index, extension) in list.iter().enumerate() {
            if list[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
                return Err(RequestError::DuplicateExtension { oid: extension.extn_id.to_string() });
            }
            found.note(extension)?;
        }
        Ok(found)
    }

    fn note(&mut self, extension: &Extension) -> Result<(), RequestError> {
        let oid = extension.extn_id;
        if oid == pkix::SubjectAltName::OID {
            for name in decode::<pkix::SubjectAltName>(extension)?.0 {
                self.subject_alt_names.push(san::decode(&name)?);
            }
        } else if oid == BasicConstraints::OID {
            let constraints = decode::<BasicConstraints>(extension)?;
            let path_length = constraints.path_len_constraint;
            self.known.authority = constraints.ca.then_some(AuthorityConstraint { path_length });
        } else if oid == pkix::KeyUsage::OID {
            self.known.usages.key = usage::key_usages(decode(extension)?);
        } else if oid == pkix::ExtendedKeyUsage::OID {
            for purpose in decode::<pkix::ExtendedKeyUsage>(extension)?.0 {
                match ExtendedKeyUsage::from_oid(purpose) {
                    Some(usage) => drop(self.known.usages.extended.insert(usage)),
                    None => self.unknown_purposes.push(purpose.to_string()),
                }
            }
        } else if oid != pkix::SubjectKeyIdentifier::OID {
            // Every certificate has a key identifier, and the same.
            self.others.push(oid.to_string());
            if extension.critical && !DECIDED_BY_PROFILE.contains(&oid) {
                self.unknown_critical.push(oid.to_string());
            }
        }
        Ok(())
    }
}

/// Extensions that are often critical, and that a profile has its own opinion about.
const DECIDED_BY_PROFILE: [ObjectIdentifier; 5] = [
    pkix::constraints::name::NameConstraints::OID,
    pkix::CertificatePolicies::OID,
    pkix::CrlDistributionPoints::OID,
    pkix::AuthorityInfoAccessSyntax::OID,
    pkix::AuthorityKeyIdentifier::OID,
];

fn extensions(info: &CertReqInfo) -> Result<Vec<Extension>, RequestError> {
    let mut attributes = info.attributes.iter().filter(|attribute| attribute.oid == ExtensionReq::OID);
    let Some(attribute) = attributes.next() else { return Ok(Vec::new()) };
    if attributes.next().is_some() || attribute.values.len() != 1 {
        return Err(RequestError::Malformed);
    }
    let value = attribute.values.get(0).ok_or(RequestError::Malformed)?;
    value.decode_as().map_err(|_| RequestError::Malformed)
}

fn decode<T: AssociatedOid + for<'a> Decode<'a>>(extension: &Extension) -> Result<T, RequestError> {
    T::from_der(extension.extn_value.as_bytes())
        .map_err(|_| RequestError::MalformedExtension { oid: T::OID.to_string() })
}

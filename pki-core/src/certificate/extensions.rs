//! Extensions of a certificate that was read.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Decode;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::constraints::name::NameConstraints as EncodedConstraints;
use x509_cert::ext::pkix::{
    self, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, SubjectAltName, SubjectKeyIdentifier,
};

use super::CertificateError;
use super::pointers::Pointers;
use crate::name_constraints::{self, NameConstraints};
use crate::san::{self, SanError, SubjectAltNames};
use crate::usage::{self, ExtendedKeyUsage, KeyUsage};

/// The extensions that this library understands.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) subject_alt_names: SubjectAltNames,
    pub(super) odd_subject_alt_names: Vec<SanError>,
    pub(super) key_usages: Vec<KeyUsage>,
    pub(super) extended_key_usages: Vec<ExtendedKeyUsage>,
    pub(super) has_extended_key_usage: bool,
    pub(super) unknown_extended_key_usages: Vec<String>,
    pub(super) basic_constraints: Option<BasicConstraints>,
    pub(super) subject_key_identifier: Option<SubjectKeyIdentifier>,
    pub(super) authority_key_identifier: Option<AuthorityKeyIdentifier>,
    pub(super) name_constraints: Option<NameConstraints>,
    pub(super) pointers: Pointers,
    pub(super) unknown_critical: Vec<String>,
}

impl Parsed {
    pub(super) fn new(list: &[Extension]) -> Result<Self, CertificateError> {
        for (index, extension) in list.iter().enumerate() {
            if list[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
                return Err(CertificateError::DuplicateExtension { oid: extension.extn_id.to_string() });
            }
        }
        let key_usage = get::<pkix::KeyUsage>(list)?;
        let purposes = get::<pkix::ExtendedKeyUsage>(list)?.map(|usage| usage.0).unwrap_or_default();
        let mut subject_alt_names = SubjectAltNames::default();
        let mut odd_subject_alt_names = Vec::new();
        for name in get::<SubjectAltName>(list)?.map(|SubjectAltName(names)| names).unwrap_or_default() {
            match san::decode(&name) {
                Ok(name) => subject_alt_names.push(name),
                Err(error) => odd_subject_alt_names.push(error),
            }
        }
        Ok(Self {
            subject_alt_names,
            odd_subject_alt_names,
            key_usages: key_usage.into_iter().flat_map(usage::key_usages).collect(),
            has_extended_key_usage: list
                .iter()
                .any(|extension| extension.extn_id == pkix::ExtendedKeyUsage::OID),
            extended_key_usages: purposes.iter().copied().filter_map(ExtendedKeyUsage::from_oid).collect(),
            unknown_extended_key_usages: purposes
                .iter()
                .filter(|oid| ExtendedKeyUsage::from_oid(**oid).is_none())
                .map(ToString::to_string)
                .collect(),
            basic_constraints: get(list)?,
            subject_key_identifier: get(list)?,
            authority_key_identifier: get(list)?,
            name_constraints: get(list)?.as_ref().map(name_constraints::decode),
            pointers: Pointers::new(list)?,
            unknown_critical: list
                .iter()
                .filter(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id))
                .map(|extension| extension.extn_id.to_string())
                .collect(),
        })
    }
}

const UNDERSTOOD: [ObjectIdentifier; 10] = [
    pkix::KeyUsage::OID,
    pkix::ExtendedKeyUsage::OID,
    SubjectAltName::OID,
    BasicConstraints::OID,
    SubjectKeyIdentifier::OID,
    AuthorityKeyIdentifier::OID,
    EncodedConstraints::OID,
    CertificatePolicies::OID,
    CrlDistributionPoints::OID,
    AuthorityInfoAccessSyntax::OID,
];

pub(super) fn get<T: AssociatedOid + for<'a> Decode<'a>>(
    list: &[Extension],
) -> Result<Option<T>, CertificateError> {
    list.iter()
        .find(|extension| extension.extn_id == T::OID)
        .map(|extension| {
            T::from_der(extension.extn_value.as_bytes())
                .map_err(|_| CertificateError::MalformedExtension { oid: T::OID.to_string() })
        })
        .transpose()
}

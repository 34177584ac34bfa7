//! A certificate in DER.

use der::asn1::OctetString;
use der::{Encode, Sequence};
use rand_core::CryptoRng;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Version;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, SubjectAltName, SubjectKeyIdentifier};
use x509_cert::ext::{Extension, Extensions, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity as EncodedValidity;

use super::{IssueError, Validity, pointers};
use crate::certificate::{Certificate, Signed};
use crate::error::Error;
use crate::key::{PrivateKey, PublicKey};
use crate::name_constraints;
use crate::profile::{AuthorityConstraint, SigningProfile};
use crate::san::{self, SubjectAltNames};
use crate::time;
use crate::usage::{self, Usages};

/// Everything that a certificate says, checked before.
pub(super) struct Template<'a> {
    pub(super) subject: &'a Name,
    pub(super) subject_alt_names: &'a SubjectAltNames,
    pub(super) public_key: &'a PublicKey,
    pub(super) usages: &'a Usages,
    pub(super) constraint: Option<AuthorityConstraint>,
    pub(super) validity: Validity,
    /// Decides about the other extensions.
    pub(super) profile: &'a SigningProfile,
    pub(super) issuer: &'a Name,
    pub(super) authority_key_identifier: Option<&'a [u8]>,
}

/// `TBSCertificate` of RFC 5280 §4.1.
#[derive(Sequence)]
pub(super) struct TbsCertificate {
    #[asn1(context_specific = "0", default = "Default::default")]
    pub(super) version: Version,
    pub(super) serial_number: SerialNumber,
    pub(super) signature: AlgorithmIdentifierOwned,
    pub(super) issuer: Name,
    pub(super) validity: EncodedValidity,
    pub(super) subject: Name,
    pub(super) subject_public_key_info: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) extensions: Option<Extensions>,
}

impl Template<'_> {
    /// Signs the certificate with the key of the issuer, under a new serial number.
    pub(super) fn sign(&self, key: &PrivateKey, rng: &mut dyn CryptoRng) -> Result<Certificate, Error> {
        let serial = serial_number(rng).map_err(|_| IssueError::Encoding)?;
        let content = self.encode(serial, key)?;
        let der = Signed::sign(&content, key)?.to_der().map_err(|_| IssueError::Encoding)?;
        // Reading it back is a last check of the encoding.
        Ok(Certificate::from_der(&der)?)
    }

    fn encode(&self, serial_number: SerialNumber, key: &PrivateKey) -> Result<Vec<u8>, Error> {
        let failed = |_| IssueError::Encoding;
        let bound = |time| time::to_x509(time).ok_or(IssueError::Calendar);
        let tbs = TbsCertificate {
            version: Version::V3,
            serial_number,
            signature: key.signature_identifier(),
            issuer: self.issuer.clone(),
            validity: EncodedValidity::new(bound(self.validity.not_before)?, bound(self.validity.not_after)?),
            subject: self.subject.clone(),
            subject_public_key_info: self.public_key.to_info().map_err(failed)?,
            extensions: Some(self.extensions().map_err(failed)?),
        };
        Ok(tbs.to_der().map_err(failed)?)
    }

    /// The extensions in the order of cfssl. Basic constraints are always there, so that the list is never empty.
    fn extensions(&self) -> der::Result<Extensions> {
        let mut list = usage::extensions(self.usages, self.subject)?;
        let path_len_constraint = self.constraint.and_then(|constraint| constraint.path_length);
        self.add(&mut list, &BasicConstraints { ca: self.constraint.is_some(), path_len_constraint })?;
        if self.profile.subject_key_identifier || self.constraint.is_some() {
            let identifier = OctetString::new(self.public_key.key_identifier())?;
            self.add(&mut list, &SubjectKeyIdentifier(identifier))?;
        }
        if let Some(identifier) = self.authority_key_identifier {
            let key_identifier = Some(OctetString::new(identifier)?);
            self.add(&mut list, &AuthorityKeyIdentifier { key_identifier, ..Default::default() })?;
        }
        if let Some(access) = pointers::authority_information_access(self.profile)? {
            self.add(&mut list, &access)?;
        }
        if !self.subject_alt_names.is_empty() {
            self.add(&mut list, &SubjectAltName(san::encode(self.subject_alt_names)?))?;
        }
        if let Some(policies) = pointers::certificate_policies(self.profile)? {
            self.add(&mut list, &policies)?;
        }
        if !self.profile.name_constraints.is_empty() {
            self.add(&mut list, &name_constraints::encode(&self.profile.name_constraints)?)?;
        }
        if let Some(points) = pointers::crl_distribution_points(self.profile)? {
            self.add(&mut list, &points)?;
        }
        if self.profile.ocsp_no_check {
            list.push(pointers::ocsp_no_check()?);
        }
        Ok(list)
    }

    /// Whether the extension is critical follows from its kind and, for alternative names, from the subject.
    fn add<'e, T>(&self, list: &mut Vec<Extension>, extension: &'e T) -> der::Result<()>
    where
        &'e T: ToExtension<Error = der::Error>,
    {
        let extension = extension.to_extension(self.subject, list)?;
        list.push(extension);
        Ok(())
    }
}

/// 159 random bits (RFC 5280 §4.1.2.2): positive, never zero, and at most 20 bytes when encoded.
pub(super) fn serial_number(rng: &mut dyn CryptoRng) -> der::Result<SerialNumber> {
    let mut bytes = [0; 20];
    while bytes[0] == 0 {
        rng.fill_bytes(&mut bytes);
        bytes[0] &= 0x7f;
    }
    SerialNumber::new(&bytes)
}

//! Certificates that repeat an earlier one: the same subject and key, a new serial number and new dates.

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Encode;
use der::asn1::OctetString;
use jiff::Timestamp;
use rand_core::CryptoRng;
use x509_cert::Version;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, SubjectKeyIdentifier};
use x509_cert::ext::{Extensions, ToExtension};
use x509_cert::name::Name;
use x509_cert::time::Validity as EncodedValidity;

use super::assemble::{TbsCertificate, serial_number};
use super::{IssueError, Validity, check_issuer, check_rights, linted, names, one};
use crate::authority::CertificateAuthority;
use crate::certificate::{Certificate, Signed};
use crate::error::Error;
use crate::finding::Finding;
use crate::key::PrivateKey;
use crate::period::Period;
use crate::profile::{AuthorityConstraint, OutlivingIssuer, SigningProfile};
use crate::strictness::Strictness;
use crate::time;
use crate::usage::Usages;

/// The dates of a certificate that repeats an earlier one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reissue {
    /// How long it is valid from now on; where there is none, as long as the earlier certificate was from its first to
    /// its last second.
    pub expiry: Option<Period>,
    /// How long before now the validity begins, for verifiers whose clock is late.
    pub backdate: Period,
    /// What becomes of a certificate that would outlive its issuer.
    pub outliving_issuer: OutlivingIssuer,
    /// How remarks of a linter are treated.
    pub strictness: Strictness,
}

impl Default for Reissue {
    fn default() -> Self {
        Self {
            expiry: None,
            backdate: Period::minutes(5),
            outliving_issuer: OutlivingIssuer::default(),
            strictness: Strictness::default(),
        }
    }
}

/// Renewal, cross-signing and rotation.
impl CertificateAuthority {
    /// Renews a certificate that this authority has issued: subject, key and extensions stay byte by byte, serial number
    /// and dates are new. Certificates below a renewed authority stay valid.
    ///
    /// Only signed certificate timestamps are left out, as they are about the earlier certificate.
    ///
    /// ```
    /// use pki_core::Reissue;
    /// # use pki_core::*;
    /// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
    /// # let later = "2027-11-01T12:00:00Z".parse().unwrap();
    /// # let mut key = || PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
    /// # let (root_key, leaf_key) = (key(), key());
    /// # let name = |name| Identity { subject: DistinguishedName::common(name), ..Identity::default() };
    /// # let profile = SigningProfile::authority(AuthorityConstraint::default());
    /// # let (root, _) = CertificateAuthority::self_signed(root_key, &name("Root"), &profile, now, &mut rng).unwrap();
    /// # let profile = SigningProfile::client(KeyAlgorithm::EcdsaP256);
    /// # let (admin, _) = root.issue(&name("admin"), leaf_key.public_key(), &profile, now, &mut rng).unwrap();
    ///
    /// let (renewed, _) = root.renew(&admin, &Reissue::default(), later, &mut rng).unwrap();
    /// assert_eq!(renewed.public_key(), admin.public_key());
    /// assert_ne!(renewed.serial_number(), admin.serial_number());
    /// assert_eq!(renewed.not_after().to_string(), "2028-10-31T11:59:59Z");
    /// ```
    ///
    /// # Errors
    ///
    /// Fails when this authority has not issued the certificate, and everything that it may not do (any more).
    pub fn renew(
        &self,
        certificate: &Certificate,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        check_issued(certificate, self.certificate()).map_err(one)?;
        self.repeat(certificate, &ABOUT_THE_CERTIFICATE, certificate.constraint(), terms, now, rng)
    }

    /// Renews this authority's own certificate, if it is a root: subject, key and extensions stay byte by byte, so that
    /// everything it has issued stays valid. Whoever trusts the old certificate has to be given the new one in time.
    ///
    /// # Errors
    ///
    /// Fails when this authority is no root, and for dates outside of the calendar; also where the linter finds the
    /// certificate unsound.
    pub fn renew_root(
        &self,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        let certificate = self.certificate();
        if !certificate.is_self_signed() {
            return Err(one(IssueError::NotARoot { subject: certificate.subject_text() }));
        }
        let validity = Validity::new(&profile(certificate, terms), now).map_err(one)?;
        let successor = Successor { of: certificate, issuer: certificate.encoded_subject(), validity };
        let extensions = successor.kept(&ABOUT_THE_CERTIFICATE);
        let signed = successor.sign(extensions, self.key(), rng).map_err(one)?;
        linted(signed, None, terms.strictness, Vec::new())
    }

    /// Vouches for another authority: makes a certificate with that authority's subject, key and key identifier, signed
    /// by this one. Verifiers that trust this authority then accept what the other has issued, where they are given the
    /// new certificate as well.
    ///
    /// The path length is lowered to what is allowed here; pointers to the other issuer's revocation lists and
    /// responders are left out.
    ///
    /// # Errors
    ///
    /// Fails when `other` is not the certificate of an authority, or of this one itself, and everything that this
    /// authority may not do.
    pub fn cross_sign(
        &self,
        other: &Certificate,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        check_rights(other).map_err(one)?;
        if other.public_key() == self.certificate().public_key() {
            return Err(one(IssueError::SameAuthority { subject: other.subject_text() }));
        }
        self.take_over(other, terms, now, rng)
    }

    /// Repeats a certificate of another issuer.
    pub(crate) fn take_over(
        &self,
        certificate: &Certificate,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        let lowered = lowest(certificate.constraint(), &self.issuers());
        self.repeat(certificate, &ABOUT_THE_ISSUER, lowered, terms, now, rng)
    }

    fn repeat(
        &self,
        certificate: &Certificate,
        left_out: &[&str],
        constraint: Option<AuthorityConstraint>,
        terms: &Reissue,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Certificate, Vec<Finding>), Vec<Error>> {
        let issuers = self.issuers();
        let profile = SigningProfile { authority: constraint, ..profile(certificate, terms) };
        let mut errors =
            names::check(&issuers, certificate.encoded_subject(), certificate.subject_alt_names());
        let plan = check_issuer(&issuers, &profile, now).map_err(|found| errors.extend(found));
        let plan = match plan {
            Ok(plan) if errors.is_empty() => plan,
            _ => return Err(errors),
        };
        let issuer = self.certificate().encoded_subject();
        let successor = Successor { of: certificate, issuer, validity: plan.validity };
        let mut extensions = successor.kept(left_out);
        let identifier = self.certificate().own_key_identifier();
        let encoded = successor
            .name_issuer(&mut extensions, &identifier)
            .and_then(|()| successor.constrain(&mut extensions, constraint));
        encoded.map_err(|_| one(IssueError::Encoding))?;
        let signed = successor.sign(extensions, self.key(), rng).map_err(one)?;
        linted(signed, Some(self.certificate()), terms.strictness, plan.findings)
    }

    /// This authority and those above it, as far as they are known.
    fn issuers(&self) -> Vec<&Certificate> {
        std::iter::once(self.certificate()).chain(self.chain()).collect()
    }
}

/// What is checked of the earlier certificate before it is repeated.
fn profile(certificate: &Certificate, terms: &Reissue) -> SigningProfile {
    let extended = certificate.extended_key_usages().iter().copied().collect();
    let earlier = certificate.validity();
    let length = earlier.length().as_seconds().saturating_sub(terms.backdate.as_seconds());
    let endless = terms.expiry.is_none() && earlier.not_after == Validity::NO_EXPIRY;
    SigningProfile {
        expiry: terms.expiry.unwrap_or(Period::seconds(length)),
        backdate: terms.backdate,
        not_after: endless.then_some(Validity::NO_EXPIRY),
        outliving_issuer: terms.outliving_issuer,
        strictness: terms.strictness,
        authority: certificate.constraint(),
        name_constraints: certificate.name_constraints().cloned().unwrap_or_default(),
        ..SigningProfile::new(Usages { extended, ..Usages::default() })
    }
}

/// The constraint, with a path length that every issuer allows. Where one allows no authority at all it stays, and is
/// refused.
/// Whether a certificate is one of this issuer's.
pub(crate) fn check_issued(certificate: &Certificate, issuer: &Certificate) -> Result<(), IssueError> {
    if certificate.is_issued_by(issuer) {
        return Ok(());
    }
    Err(IssueError::OtherIssuer { subject: certificate.subject_text(), issuer: issuer.subject_text() })
}

fn lowest(asked: Option<AuthorityConstraint>, issuers: &[&Certificate]) -> Option<AuthorityConstraint> {
    let limits = (1_u8..).zip(issuers).filter_map(|(depth, issuer)| {
        issuer.constraint()?.path_length.map(|limit| limit.saturating_sub(depth))
    });
    let asked = asked?;
    let path_length = limits.chain(asked.path_length).min();
    Some(AuthorityConstraint { path_length })
}

/// Signed certificate timestamps (RFC 6962 §3.3).
const ABOUT_THE_CERTIFICATE: [&str; 1] = ["1.3.6.1.4.1.11129.2.4.2"];
/// These, and issuer alternative names, distribution points, newest lists and authority information access.
const ABOUT_THE_ISSUER: [&str; 5] =
    ["1.3.6.1.4.1.11129.2.4.2", "2.5.29.18", "2.5.29.31", "2.5.29.46", "1.3.6.1.5.5.7.1.1"];

struct Successor<'a> {
    of: &'a Certificate,
    issuer: &'a Name,
    validity: Validity,
}

impl Successor<'_> {
    /// The extensions of the earlier certificate as they were encoded.
    fn kept(&self, left_out: &[&str]) -> Extensions {
        let left_out: Vec<ObjectIdentifier> =
            left_out.iter().map(|oid| ObjectIdentifier::new_unwrap(oid)).collect();
        let extensions = self.of.extensions().iter();
        extensions.filter(|extension| !left_out.contains(&extension.extn_id)).cloned().collect()
    }

    /// Names the issuer's key, in the same place as before or after the certificate's own.
    fn name_issuer(&self, extensions: &mut Extensions, identifier: &[u8]) -> der::Result<()> {
        let key_identifier = Some(OctetString::new(identifier)?);
        let identifier = AuthorityKeyIdentifier { key_identifier, ..Default::default() };
        let extension = (&identifier).to_extension(self.of.encoded_subject(), extensions)?;
        let place = |oid| extensions.iter().position(|extension| extension.extn_id == oid);
        match (place(AuthorityKeyIdentifier::OID), place(SubjectKeyIdentifier::OID)) {
            (Some(place), _) => extensions[place] = extension,
            (None, Some(place)) => extensions.insert(place + 1, extension),
            (None, None) => extensions.push(extension),
        }
        Ok(())
    }

    /// Changes the constraint of an authority, if it is not the same as before.
    fn constrain(
        &self,
        extensions: &mut Extensions,
        constraint: Option<AuthorityConstraint>,
    ) -> der::Result<()> {
        let old = extensions.iter().position(|extension| extension.extn_id == BasicConstraints::OID);
        if let (Some(place), Some(AuthorityConstraint { path_length })) = (old, constraint)
            && constraint != self.of.constraint()
        {
            let basic = BasicConstraints { ca: true, path_len_constraint: path_length };
            extensions[place] = (&basic).to_extension(self.of.encoded_subject(), extensions)?;
        }
        Ok(())
    }

    fn sign(
        &self,
        extensions: Extensions,
        key: &PrivateKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Certificate, Error> {
        let failed = |_| IssueError::Encoding;
        let bound = |at| time::to_x509(at).ok_or(IssueError::Calendar);
        let content = TbsCertificate {
            version: Version::V3,
            serial_number: serial_number(rng).map_err(failed)?,
            signature: key.signature_identifier(),
            issuer: self.issuer.clone(),
            validity: EncodedValidity::new(bound(self.validity.not_before)?, bound(self.validity.not_after)?),
            subject: self.of.encoded_subject().clone(),
            subject_public_key_info: self.of.public_key().to_info().map_err(failed)?,
            extensions: Some(extensions).filter(|extensions| !extensions.is_empty()),
        };
        let signed = Signed::sign(&content.to_der().map_err(failed)?, key)?;
        // Reading it back is a last check of the encoding.
        Ok(Certificate::from_der(&signed.to_der().map_err(failed)?)?)
    }
}

#[cfg(test)]
mod tests;

//! Rules for issuing certificates.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::certificate_policy::CertificatePolicy;
use crate::http_url::HttpUrl;
use crate::key::KeyAlgorithm;
use crate::name::DistinguishedName;
use crate::name_constraints::NameConstraints;
use crate::period::Period;
use crate::san::SubjectAltNames;
use crate::strictness::Strictness;
use crate::usage::Usages;

/// Who a certificate is for.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Identity {
    /// The subject. It may be empty where there are alternative names.
    pub subject: DistinguishedName,
    /// The names that a verifier compares with the name of the server it wanted.
    pub subject_alt_names: SubjectAltNames,
}

/// How certificates are issued: what for, for how long, and how carefully.
///
/// ```
/// use pki_core::{KeyAlgorithm, Period, SigningProfile, Usages};
///
/// let profile = SigningProfile {
///     expiry: Period::days(90),
///     ..SigningProfile::new(Usages::server(KeyAlgorithm::EcdsaP256))
/// };
/// assert_eq!(profile.backdate, Period::minutes(5));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningProfile {
    /// What the key may be used for.
    pub usages: Usages,
    /// How long the certificate is valid from now on. Both ends of a validity count, so that a certificate made at
    /// noon for one day ends at 11:59:59.
    pub expiry: Period,
    /// How long before now the validity begins, for verifiers whose clock is late.
    pub backdate: Period,
    /// When the validity begins, instead of `backdate` before now.
    pub not_before: Option<Timestamp>,
    /// The last second of the validity, instead of `expiry` from its beginning;
    /// [`Validity::NO_EXPIRY`](crate::Validity::NO_EXPIRY) is possible.
    pub not_after: Option<Timestamp>,
    /// Makes the certificate one of an authority.
    pub authority: Option<AuthorityConstraint>,
    /// The names that the authority may issue for. They have to be inside of what its own issuer allows.
    pub name_constraints: NameConstraints,
    /// What becomes of a certificate that would outlive its issuer.
    pub outliving_issuer: OutlivingIssuer,
    /// Whether the certificate carries an identifier of its own key, as it should. Authorities always do.
    pub subject_key_identifier: bool,
    /// Whether a self-signed certificate repeats that identifier as its issuer's. Others always carry their issuer's.
    pub self_signed_authority_key_identifier: bool,
    /// Where the issuer publishes its revocation lists.
    pub crl_distribution_points: Vec<HttpUrl>,
    /// Where the issuer's OCSP responders are.
    pub ocsp_urls: Vec<HttpUrl>,
    /// Where the issuer's certificate is.
    pub issuer_urls: Vec<HttpUrl>,
    /// The policies that the certificate is issued under.
    pub certificate_policies: Vec<CertificatePolicy>,
    /// For an OCSP responder: whether verifiers of its answers need not ask whether it is revoked itself.
    pub ocsp_no_check: bool,
    /// What is taken over from a certificate request.
    pub honoured: BTreeSet<RequestField>,
    /// How remarks of a linter are treated.
    pub strictness: Strictness,
}

impl SigningProfile {
    /// A profile for certificates that are no authorities, valid for a year of 365 days.
    #[must_use]
    pub fn new(usages: Usages) -> Self {
        Self {
            usages,
            expiry: Period::days(365),
            backdate: Period::minutes(5),
            not_before: None,
            not_after: None,
            authority: None,
            name_constraints: NameConstraints::default(),
            outliving_issuer: OutlivingIssuer::default(),
            subject_key_identifier: true,
            self_signed_authority_key_identifier: true,
            crl_distribution_points: Vec::new(),
            ocsp_urls: Vec::new(),
            issuer_urls: Vec::new(),
            certificate_policies: Vec::new(),
            ocsp_no_check: false,
            honoured: RequestField::ALL.into(),
            strictness: Strictness::default(),
        }
    }

    /// A profile for servers, valid for a year of 365 days.
    #[must_use]
    pub fn server(algorithm: KeyAlgorithm) -> Self {
        Self::new(Usages::server(algorithm))
    }

    /// A profile for clients, valid for a year of 365 days.
    #[must_use]
    pub fn client(algorithm: KeyAlgorithm) -> Self {
        Self::new(Usages::client(algorithm))
    }

    /// A profile for authorities, valid for five years of 365 days.
    #[must_use]
    pub fn authority(constraint: AuthorityConstraint) -> Self {
        Self {
            expiry: Period::days(5 * 365),
            authority: Some(constraint),
            self_signed_authority_key_identifier: false,
            ..Self::new(Usages::authority())
        }
    }
}

/// A part of a certificate request that a profile may let decide.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RequestField {
    /// The subject.
    Subject,
    /// Alternative names that are DNS names.
    DnsNames,
    /// Alternative names that are IP addresses.
    IpAddresses,
    /// Alternative names that are e-mail addresses.
    EmailAddresses,
    /// Alternative names that are URIs.
    Uris,
}

impl RequestField {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Subject, Self::DnsNames, Self::IpAddresses, Self::EmailAddresses, Self::Uris];
}

/// The basic constraints of an authority (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct AuthorityConstraint {
    /// How many authorities may stand between this one and a certificate that is none: with 0 it issues no authorities,
    /// and without a value there is no limit but the issuer's.
    pub path_length: Option<u8>,
}

/// What becomes of a certificate that would end after its issuer, and thus be useless from then on.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum OutlivingIssuer {
    /// It ends with its issuer, and a finding says so.
    #[default]
    Clamp,
    /// It is not issued.
    Refuse,
}

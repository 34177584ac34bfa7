//! What a certificate says.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::text::{line, list};
use crate::certificate::Certificate;
use crate::certificate_policy::CertificatePolicy;
use crate::san::{SubjectAltName, SubjectAltNames};
use crate::text::colon_hex;
use crate::time::shown;

/// Everything that a certificate says, as text.
///
/// The fields and their names are stable, and it serializes as an object of them; what is not in the certificate is
/// `null` or an empty list. It prints as lines for people.
///
/// ```
/// # use pki_core::{CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey, SigningProfile};
/// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
/// # let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
/// # let identity = Identity { subject: DistinguishedName::common("Kubernetes"), ..Identity::default() };
/// # let profile = SigningProfile::authority(Default::default());
/// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
/// # let (root, _) = CertificateAuthority::self_signed(key, &identity, &profile, now, &mut rng).unwrap();
/// # let certificate = root.certificate();
/// let details = certificate.inspect(Some("2026-12-22T12:00:00Z".parse().unwrap()));
/// assert_eq!(details.subject, "CN=Kubernetes");
/// assert_eq!(details.days_left, Some(5 * 365 - 31));
/// assert!(details.is_authority && details.is_self_signed);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CertificateDetails {
    /// The subject in the form of RFC 4514.
    pub subject: String,
    /// The issuer in the form of RFC 4514.
    pub issuer: String,
    /// The serial number in decimal.
    pub serial_number: String,
    /// The serial number in hexadecimal with colons.
    pub serial_number_hex: String,
    /// The version of X.509: 3, but for relics.
    pub version: u8,
    /// The first second of its validity (RFC 3339).
    pub not_before: String,
    /// The last second of its validity (RFC 3339).
    pub not_after: String,
    /// Whole days until it ends, negative when it has ended; nothing without a time to compare with.
    pub days_left: Option<i64>,
    /// Whether it is the certificate of an authority.
    pub is_authority: bool,
    /// How many authorities may stand below this one, if that is limited.
    pub path_length: Option<u8>,
    /// Whether its own key has signed it.
    pub is_self_signed: bool,
    /// Kind and size of the key, such as `RSA-2048`.
    pub public_key_algorithm: String,
    /// SHA-256 of the `SubjectPublicKeyInfo` in hexadecimal.
    pub public_key_sha256: String,
    /// The signature algorithm in Go's words, such as `SHA256-RSA`, or its object identifier.
    pub signature_algorithm: String,
    /// The alternative names: `DNS:`, `IP:`, `email:` or `URI:` and the name, in order.
    pub subject_alternative_names: Vec<String>,
    /// What is wrong with further alternative names that this library would not issue.
    pub odd_subject_alternative_names: Vec<String>,
    /// The key usages by cfssl's names.
    pub key_usages: Vec<String>,
    /// The extended key usages by cfssl's names, or their object identifiers.
    pub extended_key_usages: Vec<String>,
    /// The identifier of its key in hexadecimal with colons.
    pub subject_key_identifier: Option<String>,
    /// The identifier of the issuer's key in hexadecimal with colons.
    pub authority_key_identifier: Option<String>,
    /// The names that an authority may issue for.
    pub name_constraints: Option<NameConstraintDetails>,
    /// Where the issuer's revocation lists are.
    pub crl_distribution_points: Vec<String>,
    /// Where the issuer's OCSP responders are.
    pub ocsp_urls: Vec<String>,
    /// Where the issuer's certificate is.
    pub issuer_urls: Vec<String>,
    /// The object identifiers of the policies that it was issued under.
    pub certificate_policies: Vec<String>,
    /// The object identifiers of critical extensions that this library does not understand.
    pub unknown_critical_extensions: Vec<String>,
    /// SHA-256 of the DER encoding in hexadecimal.
    pub fingerprint_sha256: String,
    /// SHA-1 of the DER encoding in hexadecimal.
    pub fingerprint_sha1: String,
}

/// The names that an authority may issue for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NameConstraintDetails {
    /// Names of a kind that occurs here must be within one of these.
    pub permitted: Vec<String>,
    /// Names must not be within any of these.
    pub excluded: Vec<String>,
}

impl Certificate {
    /// Everything that it says. With a time also how many days are left then.
    #[must_use]
    pub fn inspect(&self, now: Option<Timestamp>) -> CertificateDetails {
        let constraints = self.name_constraints().map(|constraints| NameConstraintDetails {
            permitted: texts(&constraints.permitted),
            excluded: texts(&constraints.excluded),
        });
        CertificateDetails {
            subject: self.subject_text(),
            issuer: self.issuer_text(),
            serial_number: self.serial_decimal(),
            serial_number_hex: self.serial_hex(),
            version: self.version(),
            not_before: shown(self.not_before()),
            not_after: shown(self.not_after()),
            days_left: now.map(|now| (self.not_after().as_second() - now.as_second()).div_euclid(DAY)),
            is_authority: self.is_authority(),
            path_length: self.constraint().and_then(|constraint| constraint.path_length),
            is_self_signed: self.is_self_signed(),
            public_key_algorithm: self.public_key().algorithm().to_string(),
            public_key_sha256: self.public_key().spki_sha256(),
            signature_algorithm: self.signature_algorithm(),
            subject_alternative_names: names(self.subject_alt_names()),
            odd_subject_alternative_names: texts(self.odd_subject_alt_names()),
            key_usages: texts(self.key_usages()),
            extended_key_usages: [
                texts(self.extended_key_usages()),
                self.unknown_extended_key_usages().to_vec(),
            ]
            .concat(),
            subject_key_identifier: self.subject_key_identifier().map(colon_hex),
            authority_key_identifier: self.authority_key_identifier().map(colon_hex),
            name_constraints: constraints,
            crl_distribution_points: self.crl_distribution_points().to_vec(),
            ocsp_urls: self.ocsp_urls().to_vec(),
            issuer_urls: self.issuer_urls().to_vec(),
            certificate_policies: self.certificate_policies().iter().map(CertificatePolicy::oid).collect(),
            unknown_critical_extensions: self.unknown_critical_extensions().to_vec(),
            fingerprint_sha256: self.fingerprint_sha256(),
            fingerprint_sha1: self.fingerprint_sha1(),
        }
    }
}

impl fmt::Display for CertificateDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Certificate of {}",
            if self.subject.is_empty() { "nobody by name" } else { &self.subject }
        )?;
        let self_signed = if self.is_self_signed { " (self-signed)" } else { "" };
        line(f, "issuer", &format!("{}{self_signed}", self.issuer))?;
        line(f, "serial number", &self.serial_number_hex)?;
        line(f, "valid", &self.validity())?;
        line(f, "authority", &self.authority())?;
        line(f, "key", &self.public_key_algorithm)?;
        line(f, "key SHA-256", &self.public_key_sha256)?;
        line(f, "signature", &self.signature_algorithm)?;
        list(f, "names", &self.subject_alternative_names)?;
        list(f, "odd names", &self.odd_subject_alternative_names)?;
        list(f, "key usage", &self.key_usages)?;
        list(f, "extended key usage", &self.extended_key_usages)?;
        line(f, "key id", self.subject_key_identifier.as_deref().unwrap_or_default())?;
        line(f, "issuer's key id", self.authority_key_identifier.as_deref().unwrap_or_default())?;
        if let Some(constraints) = &self.name_constraints {
            list(f, "permitted names", &constraints.permitted)?;
            list(f, "excluded names", &constraints.excluded)?;
        }
        list(f, "revocation lists", &self.crl_distribution_points)?;
        list(f, "OCSP", &self.ocsp_urls)?;
        list(f, "issuer at", &self.issuer_urls)?;
        list(f, "policies", &self.certificate_policies)?;
        list(f, "unknown critical", &self.unknown_critical_extensions)?;
        line(f, "SHA-256", &self.fingerprint_sha256)?;
        line(f, "SHA-1", &self.fingerprint_sha1)
    }
}

impl CertificateDetails {
    fn validity(&self) -> String {
        let left = match self.days_left {
            None => String::new(),
            Some(0) => " (it ends within a day)".to_owned(),
            Some(1) => " (1 day left)".to_owned(),
            Some(days) if days < 0 => " (expired)".to_owned(),
            Some(days) => format!(" ({days} days left)"),
        };
        format!("{} to {}{left}", self.not_before, self.not_after)
    }

    fn authority(&self) -> String {
        match (self.is_authority, self.path_length) {
            (false, _) => "no".to_owned(),
            (true, None) => "yes".to_owned(),
            (true, Some(length)) => format!("yes, with the path length {length}"),
        }
    }
}

const DAY: i64 = 86_400;

/// The names with their kinds, as name constraints have them, too.
pub(super) fn names(names: &SubjectAltNames) -> Vec<String> {
    let kind = |name: &SubjectAltName| match name {
        SubjectAltName::Dns(_) => "DNS",
        SubjectAltName::Ip(_) => "IP",
        SubjectAltName::Email(_) => "email",
        SubjectAltName::Uri(_) => "URI",
    };
    names.iter().map(|name| format!("{}:{name}", kind(name))).collect()
}

pub(super) fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

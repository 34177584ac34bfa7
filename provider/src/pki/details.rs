//! What a certificate says, as attributes.

use pki_core::{Certificate as X509, SubjectAltName};
use tfplugin::prelude::*;

/// What a certificate says.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Details {
    /// The certificate as PEM.
    #[attr(computed)]
    cert_pem: Attr<String>,
    /// Distinguished name of the subject, in the form of RFC 4514.
    #[attr(computed)]
    subject: Attr<String>,
    /// Distinguished name of the issuer, in the form of RFC 4514.
    #[attr(computed)]
    issuer: Attr<String>,
    /// Serial number, in decimal.
    #[attr(computed)]
    serial_number: Attr<String>,
    /// First second of its validity, by RFC 3339.
    #[attr(computed)]
    not_before: Attr<String>,
    /// Last second of its validity, by RFC 3339.
    #[attr(computed)]
    not_after: Attr<String>,
    /// DNS names.
    #[attr(computed)]
    dns_names: Attr<Vec<String>>,
    /// IP addresses.
    #[attr(computed)]
    ip_addresses: Attr<Vec<String>>,
    /// E-mail addresses.
    #[attr(computed)]
    email_addresses: Attr<Vec<String>>,
    /// URIs.
    #[attr(computed)]
    uris: Attr<Vec<String>>,
    /// Key usages and extended key usages, by cfssl's names.
    #[attr(computed)]
    usages: Attr<Vec<String>>,
    /// Whether it is the certificate of an authority.
    #[attr(computed)]
    is_ca: Attr<bool>,
    /// How many authorities may stand below it; null without a limit.
    #[attr(computed)]
    max_path_length: Attr<u8>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    public_key_algorithm: Attr<String>,
    /// Identifier of the key, in hexadecimal digits.
    #[attr(computed)]
    subject_key_id: Attr<String>,
    /// Identifier of the issuer's key, in hexadecimal digits.
    #[attr(computed)]
    authority_key_id: Attr<String>,
    /// SHA-256 of the certificate.
    #[attr(computed)]
    fingerprint_sha256: Attr<String>,
}

impl Details {
    /// What this certificate says.
    pub(crate) fn of(certificate: &X509) -> Self {
        let names = |pick: fn(&SubjectAltName) -> bool| {
            let names = certificate.subject_alt_names().iter().filter(|name| pick(name));
            Attr::Known(names.map(ToString::to_string).collect::<Vec<_>>())
        };
        let key = certificate.key_usages().iter().map(|usage| usage.as_str().to_owned());
        let extended = certificate.extended_key_usages().iter().map(|usage| usage.as_str().to_owned());
        Self {
            cert_pem: certificate.to_pem().into(),
            subject: certificate.subject_text().into(),
            issuer: certificate.issuer_text().into(),
            serial_number: certificate.serial_decimal().into(),
            not_before: certificate.not_before().to_string().into(),
            not_after: certificate.not_after().to_string().into(),
            dns_names: names(|name| matches!(name, SubjectAltName::Dns(_))),
            ip_addresses: names(|name| matches!(name, SubjectAltName::Ip(_))),
            email_addresses: names(|name| matches!(name, SubjectAltName::Email(_))),
            uris: names(|name| matches!(name, SubjectAltName::Uri(_))),
            usages: Attr::Known(key.chain(extended).collect()),
            is_ca: certificate.is_authority().into(),
            max_path_length: certificate.constraint().and_then(|constraint| constraint.path_length).into(),
            public_key_algorithm: certificate.public_key().algorithm().family().into(),
            subject_key_id: certificate.subject_key_identifier().map(hex::encode).into(),
            authority_key_id: certificate.authority_key_identifier().map(hex::encode).into(),
            fingerprint_sha256: certificate.fingerprint_sha256().into(),
        }
    }
}

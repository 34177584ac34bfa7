//! Certificates and requests as arguments.

use std::fmt;
use std::str::FromStr;

use pki_core::{Certificate, CertificateError, CertificateRequest, Chain, Error as PkiError};

/// The PEM text of one certificate. Two texts of the same certificate are the same.
#[derive(Clone, Debug)]
pub(crate) struct CertificatePem(pub(crate) Certificate);

impl FromStr for CertificatePem {
    type Err = CertificateError;

    fn from_str(pem: &str) -> std::result::Result<Self, CertificateError> {
        Ok(Self(Certificate::from_pem(pem)?))
    }
}

impl PartialEq for CertificatePem {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The PEM text of an issuer's certificate, with those of its own issuers beside it where they are given. Two texts of
/// the same certificates are the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IssuerPem(Chain);

impl IssuerPem {
    /// The issuer.
    pub(super) fn certificate(&self) -> &Certificate {
        self.0.leaf()
    }

    /// The issuer and whoever stands above it, each the issuer of the one before.
    pub(super) fn chain(&self) -> &[Certificate] {
        self.0.certificates()
    }
}

impl FromStr for IssuerPem {
    type Err = String;

    fn from_str(pem: &str) -> std::result::Result<Self, String> {
        Chain::from_pem(pem)
            .map(Self)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

/// The PEM text of a certificate request. Two texts of the same request are the same.
#[derive(Clone, Debug)]
pub(crate) struct RequestPem(pub(super) CertificateRequest);

impl FromStr for RequestPem {
    type Err = PkiError;

    fn from_str(pem: &str) -> std::result::Result<Self, PkiError> {
        Ok(Self(CertificateRequest::from_pem(pem)?))
    }
}

impl PartialEq for RequestPem {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_der() == other.0.as_der()
    }
}

impl fmt::Display for RequestPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_pem())
    }
}

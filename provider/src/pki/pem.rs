//! Certificates and requests as arguments.

use std::fmt;
use std::str::FromStr;

use pki_core::{Certificate, CertificateRequest, Error as PkiError};

/// The PEM text of one certificate. Two texts of the same certificate are the same.
#[derive(Clone, Debug)]
pub(crate) struct CertificatePem(pub(super) Certificate);

impl FromStr for CertificatePem {
    type Err = PkiError;

    fn from_str(pem: &str) -> std::result::Result<Self, PkiError> {
        Ok(Self(Certificate::from_pem(pem)?))
    }
}

impl PartialEq for CertificatePem {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_der() == other.0.as_der()
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

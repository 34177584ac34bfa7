//! Files that can hold several things: certificates, requests and revocation lists, in PEM or DER.

use pki_core::{Certificate, CertificateRequest, PemBlock};
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::input::Input;

/// One thing in a file.
pub(crate) struct Material {
    pub(crate) kind: Kind,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Certificate,
    Request,
    RevocationList,
    /// A key, or anything else.
    Other,
}

impl Material {
    /// Everything in a file, at least one thing.
    pub(crate) fn read(input: &Input) -> Result<Vec<Self>, Failure> {
        let bytes = input.bytes()?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Ok(vec![Self { kind: Kind::of_der(&bytes), der: bytes }]);
        };
        let blocks = PemBlock::parse_all(text).map_err(|error| Failure::about(input, error))?;
        if blocks.is_empty() {
            return Err(Failure::NoPem { input: input.to_string() });
        }
        let material = blocks.iter().map(|block| Self {
            kind: Kind::of_label(block.label()),
            der: Zeroizing::new(block.der().to_vec()),
        });
        Ok(material.collect())
    }
}

impl Kind {
    fn of_label(label: &str) -> Self {
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::Request,
            "X509 CRL" => Self::RevocationList,
            _ => Self::Other,
        }
    }

    /// DER does not say what it is. What nothing reads is taken for a certificate, so that the error is about one.
    fn of_der(der: &[u8]) -> Self {
        if Certificate::from_der(der).is_ok() {
            Self::Certificate
        } else if CertificateRequest::from_der(der).is_ok() {
            Self::Request
        } else {
            Self::Certificate
        }
    }
}

/// All certificates of a file, at least one, and nothing else.
pub(crate) fn certificates(input: &Input) -> Result<Vec<Certificate>, Failure> {
    Material::read(input)?
        .iter()
        .map(|material| match material.kind {
            Kind::Certificate => {
                Certificate::from_der(&material.der).map_err(|error| Failure::about(input, error))
            }
            _ => Err(Failure::NotACertificate { input: input.to_string() }),
        })
        .collect()
}

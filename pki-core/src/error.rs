//! The error of the whole library.

use crate::certificate::CertificateError;
use crate::certificate_policy::CertificatePolicyError;
use crate::cfssl::CfsslError;
use crate::chain::ChainError;
use crate::crl::CrlError;
use crate::csr::RequestError;
use crate::derive::{KeyLabelError, SeedError};
use crate::finding::{Finding, Place};
use crate::http_url::HttpUrlError;
use crate::integer::NumberError;
use crate::issue::IssueError;
use crate::key::KeyError;
use crate::kubernetes::KubernetesError;
use crate::name::NameError;
use crate::name_constraints::NameConstraintError;
use crate::pem::PemError;
use crate::period::ParsePeriodError;
use crate::pkcs12::Pkcs12Error;
use crate::renewal::RenewalError;
use crate::rotation::RotationError;
use crate::san::SanError;
use crate::time::ParseTimeError;
use crate::usage::UsageError;
use crate::verify::VerifyError;

/// Everything that can go wrong in this library.
///
/// No variant ever carries a secret: an error may be logged and shown.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// A key is malformed, too weak or of an unsupported kind.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The seed of derived keys is malformed.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The label of a derived key is invalid.
    #[error(transparent)]
    KeyLabel(#[from] KeyLabelError),
    /// A distinguished name is invalid.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A subject alternative name is invalid.
    #[error("{source}")]
    SubjectAltName {
        /// Index in the list of names.
        index: usize,
        /// What is wrong with it.
        source: SanError,
    },
    /// A name constraint is invalid.
    #[error(transparent)]
    NameConstraint(#[from] NameConstraintError),
    /// A URL that verifiers fetch from is invalid.
    #[error(transparent)]
    HttpUrl(#[from] HttpUrlError),
    /// A certificate policy is invalid.
    #[error(transparent)]
    CertificatePolicy(#[from] CertificatePolicyError),
    /// A time is invalid.
    #[error(transparent)]
    Time(#[from] ParseTimeError),
    /// A renewal makes no sense.
    #[error(transparent)]
    Renewal(#[from] RenewalError),
    /// A duration is invalid.
    #[error(transparent)]
    Period(#[from] ParsePeriodError),
    /// A usage is unknown or contradicts the rest of the profile.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A certificate request is malformed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A certificate is malformed.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A certificate cannot be issued as asked.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// Certificates do not form a chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A certificate does not verify.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A step of a rotation would break something.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// A revocation list is malformed or cannot be issued.
    #[error(transparent)]
    Crl(#[from] CrlError),
    /// A serial number or the number of a revocation list is invalid.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// A PKCS#12 file cannot be read or written.
    #[error(transparent)]
    Pkcs12(#[from] Pkcs12Error),
    /// A cfssl file is invalid.
    #[error(transparent)]
    Cfssl(#[from] CfsslError),
    /// The description of a Kubernetes cluster is invalid.
    #[error(transparent)]
    Kubernetes(#[from] KubernetesError),
    /// A finding, where [`Strictness::Strict`](crate::Strictness::Strict) makes it an error.
    #[error("{0}")]
    Finding(Finding),
}

impl Error {
    /// The part of the certificate's description that is at fault, where one can be named.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Name(error) => Some(Place::Subject(error.attribute())),
            Self::SubjectAltName { index, .. } => Some(Place::SubjectAltName(*index)),
            Self::Usage(_) => Some(Place::Usages),
            Self::NameConstraint(_) => Some(Place::Authority),
            Self::CertificatePolicy(_) => Some(Place::Extension("certificatePolicies")),
            Self::Time(_) | Self::Renewal(_) => Some(Place::Validity),
            Self::Issue(error) => Some(error.place()),
            Self::Finding(finding) => Some(finding.place()),
            _ => None,
        }
    }
}

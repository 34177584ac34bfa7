#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod authority;
mod certificate;
mod certificate_policy;
pub mod cfssl;
mod chain;
mod crl;
mod csr;
mod derive;
mod encryption;
mod error;
mod finding;
mod http_url;
mod inspect;
mod integer;
mod issue;
mod key;
pub mod kubernetes;
pub mod lint;
mod name;
mod name_constraints;
mod pem;
mod period;
mod pkcs12;
mod profile;
#[cfg(feature = "rehearsal")]
pub mod rehearsal;
mod renewal;
mod rotation;
mod san;
mod serial;
mod strictness;
mod suggest;
#[cfg(test)]
mod test_support;
mod text;
mod time;
mod usage;
mod verify;

pub use authority::CertificateAuthority;
pub use certificate::{Certificate, CertificateError};
pub use certificate_policy::{CertificatePolicy, CertificatePolicyError, PolicyQualifier};
pub use chain::{Chain, ChainError, TrustBundle};
pub use crl::{
    CertificateRevocationList, CertificateRevocationListParams, CrlError, CrlNumber, CrlScope,
    RevocationReason, RevokedCertificate,
};
pub use csr::{CertificateRequest, RequestError, RequestedExtensions};
pub use derive::{KeyLabel, KeyLabelError, Seed, SeedError, SymmetricAlgorithm, SymmetricKey};
pub use encryption::EncryptionError;
pub use error::Error;
pub use finding::{Finding, FindingCode, Place, Severity};
pub use http_url::{HttpUrl, HttpUrlError};
pub use inspect::{CertificateDetails, NameConstraintDetails, RequestDetails};
pub use integer::NumberError;
pub use issue::{IssueError, Reissue, RequestOverrides, Validity};
pub use key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, RsaWeakness};
pub use name::{DistinguishedName, NameAttribute, NameError, NameProblem, ParseNameError};
pub use name_constraints::{
    DirectoryName, EmailSubtree, GeneralSubtree, HostSubtree, NameConstraintError, NameConstraints,
    NameViolation,
};
pub use pem::{PemBlock, PemError};
pub use period::{ParsePeriodError, Period};
pub use pkcs12::{Pkcs12, Pkcs12Encryption, Pkcs12Error};
pub use profile::{AuthorityConstraint, Identity, OutlivingIssuer, RequestField, SigningProfile};
pub use renewal::{EarlyRenewal, Jitter, Percentage, Renewal, RenewalError};
pub use rotation::{Rotation, RotationError, RotationStep};
pub use san::{DnsName, EmailAddress, SanError, SubjectAltName, SubjectAltNames, Uri};
pub use serial::SerialNumber;
pub use strictness::Strictness;
pub use time::{ParseTimeError, parse_time};
pub use usage::{ExtendedKeyUsage, KeyUsage, Usage, UsageError, Usages};
pub use verify::{Purpose, Refusal, Verifier, VerifyError};

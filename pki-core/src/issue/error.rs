//! Why a certificate is not issued.

use jiff::Timestamp;

use crate::finding::Place;
use crate::name::NameAttribute;
use crate::name_constraints::NameViolation;
use crate::time::shown;

/// A certificate cannot be issued as asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// A certificate that nobody could refer to.
    #[error("a certificate needs a subject or a subject alternative name")]
    NoName,
    /// The certificates below would have an issuer without a name.
    #[error("a certificate authority needs a subject")]
    AuthorityWithoutSubject,
    /// The certificate would never be valid.
    #[error("the certificate would be valid for no time at all")]
    NoLifetime,
    /// The validity leaves the calendar of certificates.
    #[error("the certificate would not begin and end in the years 1970 to 9999")]
    Calendar,
    /// The end is before the beginning.
    #[error("the certificate would end at {}, before it begins at {}", shown(*.not_after), shown(*.not_before))]
    EndsBeforeItBegins {
        /// The first second asked for.
        not_before: Timestamp,
        /// The last second asked for.
        not_after: Timestamp,
    },
    /// The end is in the past.
    #[error("the certificate would have ended at {} already", shown(*.not_after))]
    AlreadyOver {
        /// The last second asked for.
        not_after: Timestamp,
    },
    /// Name constraints in a certificate that issues nothing.
    #[error("name constraints are for certificate authorities only")]
    ConstraintsWithoutAuthority,
    /// Two statements about one policy.
    #[error("the certificate policy {oid} is given twice")]
    DuplicatePolicy {
        /// The policy's object identifier.
        oid: String,
    },
    /// The mark of an OCSP responder in another certificate.
    #[error("`ocsp_no_check` is for certificates with the usage `ocsp signing` only")]
    NoCheckWithoutOcspSigning,
    /// The issuer is not an authority.
    #[error("the issuer {issuer} is not a certificate authority")]
    NotAnAuthority {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The issuer has no name that the certificate could refer to.
    #[error("the certificate of the issuer has an empty subject, so that nothing could refer to it")]
    IssuerWithoutSubject,
    /// The issuer must not sign certificates.
    #[error("the key usage of the issuer {issuer} does not allow it to sign certificates")]
    CannotSign {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The issuer has a critical extension that this library cannot honour.
    #[error("the issuer {issuer} has the critical extension {oid}, which is not supported")]
    UnknownCritical {
        /// Subject of the issuer.
        issuer: String,
        /// The extension's object identifier.
        oid: String,
    },
    /// The issuer has name constraints that this library cannot honour.
    #[error("the issuer {issuer} has name constraints that are not supported: {constraint}")]
    UnknownConstraint {
        /// Subject of the issuer.
        issuer: String,
        /// The constraint in words.
        constraint: String,
    },
    /// The issuer's name constraints do not allow a name, or the constraints of an authority below.
    #[error("the name constraints of the issuer {issuer} do not allow it: {violation}")]
    NameConstraint {
        /// Subject of the issuer.
        issuer: String,
        /// The name and the constraint.
        violation: NameViolation,
    },
    /// The issuer's extended key usage does not include that of the certificate, so that verifiers reject it.
    #[error("the issuer {issuer} may issue for {allowed} only, not for `{purpose}`")]
    Purpose {
        /// Subject of the issuer.
        issuer: String,
        /// The usage asked for.
        purpose: String,
        /// What the issuer may issue for.
        allowed: String,
    },
    /// The key is not the issuer's.
    #[error("the private key does not belong to the certificate of {issuer}")]
    KeyMismatch {
        /// Subject of the issuer.
        issuer: String,
    },
    /// Somebody else has issued the certificate.
    #[error("the certificate of {subject} was not issued by {issuer}")]
    OtherIssuer {
        /// Subject of the certificate.
        subject: String,
        /// Subject of the authority.
        issuer: String,
    },
    /// An authority that does not vouch for itself.
    #[error("{subject} is not a root: its certificate is renewed by its issuer")]
    NotARoot {
        /// Subject of the authority.
        subject: String,
    },
    /// An authority that was to cross-sign itself.
    #[error("{subject} cannot vouch for its own key")]
    SameAuthority {
        /// Subject of the authority.
        subject: String,
    },
    /// A certificate of a chain is not signed by the next.
    #[error("the certificate of {subject} is not signed by {issuer}, which follows it in the chain")]
    BrokenChain {
        /// Subject of the certificate.
        subject: String,
        /// Subject of the one that follows.
        issuer: String,
    },
    /// A chain is longer than one of its path lengths.
    #[error("the chain has more authorities below {issuer} than its path length of {limit} allows")]
    ChainTooLong {
        /// Subject of the authority with the path length.
        issuer: String,
        /// Its path length.
        limit: u8,
    },
    /// The issuer may not issue authorities.
    #[error("the issuer {issuer} has the path length 0 and cannot issue another certificate authority")]
    NoAuthorityBelow {
        /// Subject of the issuer.
        issuer: String,
    },
    /// The path length is not below the issuer's.
    #[error("the path length {asked} is not below that of the issuer {issuer}, which is {limit}")]
    PathLength {
        /// Subject of the issuer.
        issuer: String,
        /// The path length asked for.
        asked: u8,
        /// The issuer's own.
        limit: u8,
    },
    /// The issuer is not valid now.
    #[error("the issuer {issuer} is only valid from {} to {}", shown(*.not_before), shown(*.not_after))]
    IssuerNotValid {
        /// Subject of the issuer.
        issuer: String,
        /// First second of its validity.
        not_before: Timestamp,
        /// Last second of its validity.
        not_after: Timestamp,
    },
    /// The certificate would begin after its issuer has ended.
    #[error("the certificate would begin at {}, after its issuer {issuer} has ended at {}", shown(*.asked), shown(*.limit))]
    BeginsAfterIssuer {
        /// Subject of the issuer.
        issuer: String,
        /// The beginning asked for.
        asked: Timestamp,
        /// The end of the issuer.
        limit: Timestamp,
    },
    /// The certificate would end after its issuer.
    #[error("the certificate would be valid until {}, but its issuer {issuer} ends at {}", shown(*.asked), shown(*.limit))]
    OutlivesIssuer {
        /// Subject of the issuer.
        issuer: String,
        /// The end asked for.
        asked: Timestamp,
        /// The end of the issuer.
        limit: Timestamp,
    },
    /// The request asks to be an authority, and the profile does not make it one.
    #[error(
        "the certificate request asks for a certificate authority, which the signing profile does not issue"
    )]
    RequestAsksForAuthority,
    /// The request has a critical extension that this library does not know.
    #[error("the certificate request asks for the critical extension {oid}, which is not supported")]
    RequestAsksForUnknown {
        /// The extension's object identifier.
        oid: String,
    },
    /// The certificate could not be encoded.
    #[error("the certificate cannot be encoded")]
    Encoding,
}

impl IssueError {
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::NoName | Self::AuthorityWithoutSubject => Place::Subject(NameAttribute::CommonName),
            Self::NoLifetime
            | Self::Calendar
            | Self::EndsBeforeItBegins { .. }
            | Self::AlreadyOver { .. }
            | Self::BeginsAfterIssuer { .. }
            | Self::OutlivesIssuer { .. } => Place::Validity,
            Self::NoAuthorityBelow { .. }
            | Self::PathLength { .. }
            | Self::ConstraintsWithoutAuthority
            | Self::RequestAsksForAuthority => Place::Authority,
            Self::NoCheckWithoutOcspSigning | Self::Purpose { .. } => Place::Usages,
            Self::NameConstraint { violation, .. } => violation.place(),
            Self::DuplicatePolicy { .. } => Place::Extension("certificatePolicies"),
            Self::RequestAsksForUnknown { .. } => Place::Request,
            Self::NotAnAuthority { .. }
            | Self::IssuerWithoutSubject
            | Self::CannotSign { .. }
            | Self::UnknownCritical { .. }
            | Self::UnknownConstraint { .. }
            | Self::KeyMismatch { .. }
            | Self::OtherIssuer { .. }
            | Self::NotARoot { .. }
            | Self::SameAuthority { .. }
            | Self::BrokenChain { .. }
            | Self::ChainTooLong { .. }
            | Self::IssuerNotValid { .. }
            | Self::Encoding => Place::Issuer,
        }
    }
}

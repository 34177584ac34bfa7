//! What can be wrong with revocation lists.

use jiff::Timestamp;

use super::reason;
use crate::http_url::HttpUrlError;
use crate::integer::NumberError;
use crate::pem::PemError;
use crate::suggest::DidYouMean;
use crate::time::shown;

/// A revocation list is malformed, cannot be issued, or does not say what it is asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CrlError {
    /// The PEM text is malformed.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// There is no number after the last one.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The list before is distributed in a way that is not supported.
    #[error("the distribution point of the revocation list: {0}")]
    DistributionPoint(#[from] HttpUrlError),
    /// The structure does not decode.
    #[error("the revocation list is malformed, has trailing data, or is of version 1")]
    Malformed,
    /// The two places that name the signature algorithm differ.
    #[error("the revocation list contradicts itself about its signature algorithm")]
    AlgorithmMismatch,
    /// An extension occurs twice, in the list or in one of its entries.
    #[error("the revocation list has the extension {oid} twice")]
    DuplicateExtension {
        /// The extension's object identifier.
        oid: String,
    },
    /// An extension does not decode.
    #[error("the extension {oid} of the revocation list is malformed")]
    MalformedExtension {
        /// The extension's object identifier.
        oid: String,
    },
    /// A critical extension that changes the meaning of the list, as those of delta lists and indirect lists do.
    #[error("the revocation list has the critical extension {oid}, which is not supported")]
    UnknownCritical {
        /// The extension's object identifier.
        oid: String,
    },
    /// A list for some reasons, of others' certificates, or of attribute certificates.
    #[error("the revocation list is indirect, for attribute certificates, or for some reasons only")]
    Partial,
    /// The reason is unknown.
    #[error("unknown reason `{name}`{}; known are {known}", DidYouMean(*.suggestion), known = reason::list())]
    UnknownReason {
        /// The name as given.
        name: String,
        /// The known name that is nearest, if one is near.
        suggestion: Option<&'static str>,
    },
    /// A reason that means no reason.
    #[error("the reason `unspecified` must not be written (RFC 5280 §5.3.1); leave the reason out")]
    Unspecified,
    /// Somebody else issued the list, or the certificate that it is asked about.
    #[error("the revocation list is of `{list}`, not of `{wanted}`")]
    OtherIssuer {
        /// Issuer of the list.
        list: String,
        /// The issuer that was wanted.
        wanted: String,
    },
    /// The right name, but another key.
    #[error("the revocation list names another key than that of `{issuer}`")]
    OtherKey {
        /// Subject of the authority.
        issuer: String,
    },
    /// The certificate does not allow to sign revocation lists.
    #[error("`{issuer}` must not sign revocation lists: its certificate lacks the usage `crl sign`")]
    CannotSign {
        /// Subject of the authority.
        issuer: String,
    },
    /// The signature is wrong.
    #[error("the signature of the revocation list is not that of `{issuer}`")]
    BadSignature {
        /// Subject of the authority.
        issuer: String,
    },
    /// The list does not cover certificates of this kind.
    #[error("the revocation list covers {covers} only, and `{subject}` is not among them")]
    OutOfScope {
        /// What it covers.
        covers: &'static str,
        /// Subject of the certificate.
        subject: String,
    },
    /// The number is not higher than the last one.
    #[error(
        "the number of the revocation list must be higher than the last one, {previous}, and is {number}"
    )]
    NumberNotHigher {
        /// The number asked for.
        number: String,
        /// The number of the list before.
        previous: String,
    },
    /// The list before is from the future.
    #[error("the previous revocation list is from {previous}, which is later than now, {now}")]
    BeforePrevious {
        /// When the list before was issued.
        previous: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// The same certificate twice.
    #[error("the certificate with the serial number {serial} is in the revocation list twice")]
    DuplicateEntry {
        /// The serial number in decimal.
        serial: String,
    },
    /// A revocation that has not happened yet.
    #[error("the certificate with the serial number {serial} cannot be revoked in the future, at {time}")]
    Future {
        /// The serial number in decimal.
        serial: String,
        /// The time.
        time: Timestamp,
    },
    /// A list that would be valid for no time.
    #[error("the revocation list would be valid for no time at all")]
    NoLifetime,
    /// Outside of the calendar of certificates.
    #[error("the revocation list would begin before 1970 or end after 9999")]
    Calendar,
    /// The issuer is not valid now.
    #[error("the issuer `{issuer}` is only valid from {not_before} to {}", shown(*.not_after))]
    IssuerNotValid {
        /// Subject of the issuer.
        issuer: String,
        /// First second of its validity.
        not_before: Timestamp,
        /// Last second of its validity.
        not_after: Timestamp,
    },
    /// The list could not be encoded or signed.
    #[error("the revocation list cannot be encoded")]
    Encoding,
}

//! Why a certificate is refused.

use jiff::Timestamp;

use super::Purpose;
use crate::certificate::Certificate;
use crate::san::SubjectAltName;
use crate::text::quoted_list;

/// A certificate does not verify.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the certificate `{subject}` {refusal}")]
#[non_exhaustive]
pub struct VerifyError {
    /// The subject of the certificate at fault: the one that was to be verified, or one on the way to the root.
    pub subject: String,
    /// What is wrong with it.
    pub refusal: Refusal,
}

/// What is wrong with a certificate, as a predicate: it goes on after "the certificate `CN=…`".
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its time is over.
    #[error("expired at {not_after}, before {time}: issue it anew")]
    Expired {
        /// Its last second.
        not_after: Timestamp,
        /// The time of the verification.
        time: Timestamp,
    },
    /// Its time has not come.
    #[error("is valid from {not_before} on, after {time}: compare the clocks, or wait")]
    NotYetValid {
        /// Its first second.
        not_before: Timestamp,
        /// The time of the verification.
        time: Timestamp,
    },
    /// It is for other names.
    #[error("is not for `{name}` {}", others(.names))]
    WrongName {
        /// The name that it should have.
        name: String,
        /// The names that it has.
        names: Vec<String>,
    },
    /// Its extended key usages, which restrict what is below an authority as well, lack the purpose.
    #[error("is not for `{purpose}` but for {}: add the usage and issue it anew", quoted_or(.usages, "purposes unknown here"))]
    WrongPurpose {
        /// The purpose that was asked for.
        purpose: Purpose,
        /// The extended key usages that it has, as far as this library knows them.
        usages: Vec<&'static str>,
    },
    /// Its key usages do not allow a TLS handshake.
    #[error("must not take part in TLS, by its key usages {}: add `digital signature` and issue it anew", quoted_list(.usages))]
    WrongKeyUsage {
        /// The key usages that it has.
        usages: Vec<&'static str>,
    },
    /// No certificate of its issuer was given.
    #[error("was issued by `{issuer}`, which is neither trusted nor among the intermediates; trusted is {}", quoted_or(.trusted, "nobody"))]
    UnknownIssuer {
        /// The name of the issuer.
        issuer: String,
        /// The names of the trusted authorities.
        trusted: Vec<String>,
    },
    /// Its issuer was given, but the two write the name with different types of strings.
    #[error(
        "was issued by `{issuer}`, which was given, but with its name in another encoding: names are compared byte by byte"
    )]
    IssuerEncoding {
        /// The name of the issuer.
        issuer: String,
    },
    /// It is a root, but none that is trusted.
    #[error("is self-signed and not trusted itself; trusted is {}", quoted_or(.trusted, "nobody"))]
    UntrustedRoot {
        /// The names of the trusted authorities.
        trusted: Vec<String>,
    },
    /// The certificate with its issuer's name has another key.
    #[error(
        "was not signed by the key of `{issuer}` that was given: an authority made anew under the same name has another key, and its certificates have to be issued anew too"
    )]
    WrongSignature {
        /// The name of the issuer.
        issuer: String,
    },
    /// The signature algorithm is too old or unknown, or does not fit the key of the issuer.
    #[error("has a signature that is not supported ({algorithm})")]
    UnsupportedSignature {
        /// The algorithm's name or object identifier.
        algorithm: String,
    },
    /// It is an authority's, where a server's or client's is wanted.
    #[error("is the certificate of an authority: verify one that it has issued")]
    IsAuthority,
    /// It has issued a certificate and is no authority.
    #[error("has issued a certificate, but is not the certificate of an authority")]
    NotAnAuthority,
    /// It has issued a certificate and must not.
    #[error("has issued a certificate, but lacks the key usage `cert sign`")]
    CannotSign,
    /// There are too many authorities below it.
    #[error("allows {allowed} authorities below it, and there are {below}")]
    PathTooLong {
        /// Its path length.
        allowed: u8,
        /// How many authorities stand between it and the end of the path.
        below: usize,
    },
    /// A name is outside of what an authority above may vouch for.
    #[error("has a name that an authority above it must not vouch for (name constraints of {})", quoted_or(.authorities, "an authority"))]
    NameConstraints {
        /// The authorities with name constraints.
        authorities: Vec<String>,
    },
    /// It was revoked.
    #[error("was revoked at {since}")]
    Revoked {
        /// The time that the revocation list gives.
        since: Timestamp,
    },
    /// No revocation list is responsible for it.
    #[error("is in no revocation list's responsibility: add the current list of `{issuer}`")]
    RevocationUnknown {
        /// The name of the issuer.
        issuer: String,
    },
    /// The revocation list of its issuer is too old.
    #[error(
        "cannot be looked up: the revocation list of its issuer was to be replaced by {next_update}, before {time}"
    )]
    RevocationListExpired {
        /// When the next list was announced for.
        next_update: Timestamp,
        /// The time of the verification.
        time: Timestamp,
    },
    /// A revocation list is malformed, not signed by its issuer, or of a kind that is not supported (delta, indirect).
    #[error("cannot be looked up: {problem}")]
    RevocationList {
        /// What is wrong with the list.
        problem: &'static str,
    },
    /// A critical extension is unknown. RFC 5280 §4.2 forbids to rely on the certificate.
    #[error("has a critical extension that is not understood{}", bracketed(.oids))]
    UnknownCritical {
        /// The object identifiers of such extensions, as far as they could be told.
        oids: Vec<String>,
    },
    /// It is of X.509 version 1 or 2, which cannot say what it is for.
    #[error("is of X.509 version {version}: issue it anew, with version 3")]
    OldVersion {
        /// The version.
        version: u8,
    },
    /// It does not decode.
    #[error("is malformed ({detail})")]
    Malformed {
        /// What the decoder met.
        detail: String,
    },
    /// There are so many paths that the search was given up.
    #[error("has too many possible issuers: give only those of its own path")]
    TooComplex,
}

impl VerifyError {
    pub(super) fn new(certificate: &Certificate, refusal: Refusal) -> Self {
        Self { subject: certificate.subject_text(), refusal }
    }

    pub(super) fn malformed(certificate: &Certificate, error: &webpki::Error) -> Self {
        Self::new(certificate, Refusal::Malformed { detail: error.to_string() })
    }

    pub(super) fn wrong_name(certificate: &Certificate, name: &SubjectAltName) -> Self {
        let names = certificate.subject_alt_names().iter().map(ToString::to_string).collect();
        Self::new(certificate, Refusal::WrongName { name: name.to_string(), names })
    }

    pub(super) fn wrong_purpose(certificate: &Certificate, purpose: Purpose) -> Self {
        let usages = certificate.extended_key_usages().iter().map(|usage| usage.as_str()).collect();
        Self::new(certificate, Refusal::WrongPurpose { purpose, usages })
    }
}

fn others(names: &[String]) -> String {
    if names.is_empty() {
        "nor any other name: the common name does not count; add the name and issue it anew".to_owned()
    } else {
        format!("but for {}: add the name and issue it anew", quoted_list(names))
    }
}

fn quoted_or<T: std::fmt::Display>(items: &[T], nothing: &str) -> String {
    if items.is_empty() { nothing.to_owned() } else { quoted_list(items) }
}

fn bracketed(oids: &[String]) -> String {
    if oids.is_empty() { String::new() } else { format!(" ({})", oids.join(", ")) }
}

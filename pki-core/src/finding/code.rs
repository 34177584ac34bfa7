//! The kinds of findings.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Severity;

/// Declares the enumeration together with what is known about each code, so that nothing can be left out.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $variant:ident, $text:literal, $severity:ident, $reference:literal;)+) => {
        /// The kinds of [`Finding`](super::Finding).
        ///
        /// The text form of a code is stable, as is its severity; new ones may come.
        ///
        /// ```
        /// use pki_core::{FindingCode, Severity};
        ///
        /// assert_eq!(FindingCode::SerialZero.to_string(), "serial-zero");
        /// assert_eq!(FindingCode::SerialZero.severity(), Severity::Error);
        /// assert_eq!(FindingCode::SerialZero.reference(), "RFC 5280 §4.1.2.2");
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum FindingCode {
            $(
                $(#[doc = $meaning])+
                #[doc = concat!("\n`", $text, "`: ", stringify!($severity), ", ", $reference)]
                $variant,
            )+
        }

        impl FindingCode {
            /// Every code, in the order in which findings of the same severity are sorted.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// A stable identifier, such as `country-not-iso-3166`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// How grave it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// The rule that is broken: a standard and its section.
            #[must_use]
            pub fn reference(self) -> &'static str {
                match self { $(Self::$variant => $reference,)+ }
            }

            /// What the code stands for, in a sentence of English.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    // The structure.
    /// The structure does not decode, or something follows it.
    Malformed, "malformed", Error, "RFC 5280 §4.1";
    /// It decodes, but not from the one encoding that DER allows.
    NotDer, "not-der", Error, "X.690 §10";
    /// A value is encoded although it is the default.
    EncodedDefault, "encoded-default", Error, "X.690 §11.5";
    /// The version is not 3.
    VersionNotThree, "version-not-3", Error, "RFC 5280 §4.1.2.1";
    /// The serial number is zero.
    SerialZero, "serial-zero", Error, "RFC 5280 §4.1.2.2";
    /// The serial number is negative.
    SerialNegative, "serial-negative", Error, "RFC 5280 §4.1.2.2";
    /// The serial number has more than 20 octets.
    SerialTooLong, "serial-too-long", Error, "RFC 5280 §4.1.2.2";
    /// The two places that name the signature algorithm differ.
    AlgorithmMismatch, "algorithm-mismatch", Error, "RFC 5280 §4.1.1.2";
    /// The parameters of an algorithm are not what its standard demands.
    AlgorithmParameters, "algorithm-parameters", Error, "RFC 5912 §6";
    /// The signature uses MD5 or SHA-1.
    WeakSignature, "weak-signature", Error, "RFC 9155 §2";
    /// There is an issuer or subject unique identifier.
    UniqueIdentifier, "unique-identifier", Error, "RFC 5280 §4.1.2.8";

    // The key.
    /// The public key does not decode.
    MalformedKey, "malformed-key", Error, "RFC 5280 §4.1.2.7";
    /// The key can be broken: RSA below 2048 bits, with primes that are found or a senseless exponent; a curve below 256.
    WeakKey, "weak-key", Error, "NIST SP 800-131A §3";
    /// The key or signature is of a kind that this library does not know, and was not looked at.
    UnknownAlgorithm, "unknown-algorithm", Notice, "RFC 5280 §4.1.2.7";
    /// The public exponent of an RSA key is not 65537.
    RsaExponent, "rsa-exponent", Warning, "FIPS 186-5 §A.1.1";

    // The validity.
    /// A time is not written to the second in UTC, or does not exist.
    TimeFormat, "time-format", Error, "RFC 5280 §4.1.2.5";
    /// A time before 2050 is a `GeneralizedTime`, or one from then on an `UTCTime`.
    TimeType, "time-type", Error, "RFC 5280 §4.1.2.5";
    /// The validity ends before it begins.
    ValidityReversed, "validity-reversed", Error, "RFC 5280 §4.1.2.5";
    /// The certificate never expires.
    NoExpiry, "no-expiry", Notice, "RFC 5280 §4.1.2.5";
    /// The certificate was shortened to end with its issuer.
    LifetimeClamped, "lifetime-clamped", Notice, "RFC 5280 §6.1.3";

    // Subject and issuer.
    /// The issuer is empty.
    IssuerEmpty, "issuer-empty", Error, "RFC 5280 §4.1.2.4";
    /// An authority, or a signer of revocation lists, has no subject.
    AuthorityWithoutSubject, "authority-without-subject", Error, "RFC 5280 §4.1.2.6";
    /// There is neither a subject nor a subject alternative name.
    NoName, "no-name", Error, "RFC 5280 §4.1.2.6";
    /// An attribute of a name has a string type that its standard does not allow.
    NameStringType, "name-string-type", Error, "RFC 5280 §4.1.2.4";
    /// An attribute of a name has no value.
    NameEmptyValue, "name-empty-value", Error, "RFC 5280 appendix A.1";
    /// An attribute of a name is longer than its upper bound.
    NameTooLong, "name-too-long", Error, "RFC 5280 appendix A.1";
    /// An attribute of a name has a character that its type does not allow, or a control character.
    NameCharacter, "name-character", Error, "RFC 5280 §4.1.2.4";
    /// An attribute of a name is not in the Unicode normal form C.
    NameNotNormalized, "name-not-normalized", Warning, "RFC 5280 §4.1.2.4";
    /// An attribute of a name begins or ends with a space.
    NameOuterSpace, "name-outer-space", Warning, "RFC 5280 §7.1";
    /// Several attributes share one place of a name.
    MultiValuedName, "multi-valued-name", Warning, "RFC 5280 §4.1.2.4";
    /// One place of a name has the same attribute twice.
    DuplicateNameAttribute, "duplicate-name-attribute", Error, "X.501 §9.3";
    /// The country is not two letters.
    CountryFormat, "country-format", Error, "RFC 5280 appendix A.1";
    /// The country is two letters, but no code of ISO 3166-1 (`UK` for `GB`).
    CountryNotIso3166, "country-not-iso-3166", Warning, "ISO 3166-1";
    /// The e-mail address of the subject is not repeated among the alternative names.
    EmailOnlyInSubject, "email-only-in-subject", Warning, "RFC 5280 §4.1.2.6";

    // Extensions in general.
    /// There is an empty list of extensions.
    ExtensionsEmpty, "extensions-empty", Error, "RFC 5280 §4.1";
    /// An extension occurs twice.
    DuplicateExtension, "duplicate-extension", Error, "RFC 5280 §4.2";
    /// An extension does not decode.
    MalformedExtension, "malformed-extension", Error, "RFC 5280 §4.2";
    /// An extension that this library does not know is critical, and makes verifiers refuse.
    UnknownCriticalExtension, "unknown-critical-extension", Error, "RFC 5280 §4.2";
    /// An extension that must be critical is not.
    ExtensionNotCritical, "extension-not-critical", Error, "RFC 5280 §4.2";
    /// An extension that must not be critical is.
    ExtensionCritical, "extension-critical", Error, "RFC 5280 §4.2";
    /// An extension is critical that should not be, or the other way round.
    ExtensionCriticality, "extension-criticality", Warning, "RFC 5280 §4.2";
    /// An extension for authorities is in a certificate that is none.
    ExtensionForAuthorities, "extension-for-authorities", Error, "RFC 5280 §4.2.1";

    // Rights.
    /// There is a path length, but no authority.
    PathLengthWithoutAuthority, "path-length-without-authority", Error, "RFC 5280 §4.2.1.9";
    /// There is a path length, but no right to sign certificates.
    PathLengthWithoutCertSign, "path-length-without-cert-sign", Error, "RFC 5280 §4.2.1.9";
    /// An authority has no key usage.
    KeyUsageMissing, "key-usage-missing", Error, "RFC 5280 §4.2.1.3";
    /// The key usage has no bit set.
    KeyUsageEmpty, "key-usage-empty", Error, "RFC 5280 §4.2.1.3";
    /// The key may sign certificates, but is no authority's.
    CertSignWithoutAuthority, "cert-sign-without-authority", Error, "RFC 5280 §4.2.1.9";
    /// An authority may not sign certificates.
    AuthorityWithoutCertSign, "authority-without-cert-sign", Error, "RFC 5280 §4.2.1.3";
    /// A usage that encrypts was asked for a key that can only sign; it is left out.
    EnciphermentWithoutRsa, "encipherment-without-rsa", Warning, "RFC 8813 §3";
    /// A key that can only sign, or only be used for RSA, is to agree on secrets.
    AgreementWithoutCurve, "agreement-without-curve", Error, "RFC 8410 §5";
    /// `encipherOnly` or `decipherOnly` without `keyAgreement`, or both of them.
    OnlyWithoutAgreement, "only-without-agreement", Error, "RFC 5280 §4.2.1.3";
    /// There is an empty list of purposes.
    PurposesEmpty, "purposes-empty", Error, "RFC 5280 §4.2.1.12";
    /// A purpose occurs twice.
    DuplicatePurpose, "duplicate-purpose", Warning, "RFC 5280 §4.2.1.12";
    /// Every purpose is allowed.
    AnyPurpose, "any-purpose", Warning, "RFC 5280 §4.2.1.12";
    /// The key usage allows nothing of what a purpose needs.
    PurposeWithoutUsage, "purpose-without-usage", Warning, "RFC 5280 §4.2.1.12";
    /// A key for time stamps has another purpose too.
    TimeStampingNotAlone, "time-stamping-not-alone", Warning, "RFC 3161 §2.3";
    /// The purpose of time stamps is not critical.
    TimeStampingNotCritical, "time-stamping-not-critical", Warning, "RFC 3161 §2.3";

    // Subject alternative names.
    /// There is an empty list of alternative names.
    AltNamesEmpty, "alt-names-empty", Error, "RFC 5280 §4.2.1.6";
    /// A server's certificate has no alternative names: no client of today accepts it.
    ServerWithoutNames, "server-without-names", Notice, "RFC 9525 §6.3";
    /// A DNS name is malformed.
    DnsNameSyntax, "dns-name-syntax", Error, "RFC 5280 §4.2.1.6";
    /// A wildcard is anything but the whole first label before at least two others.
    WildcardPosition, "wildcard-position", Error, "RFC 9525 §6.3";
    /// A DNS name of a single label.
    SingleLabelName, "single-label-name", Warning, "RFC 1034 §3.5";
    /// A DNS name with an underscore.
    UnderscoreInName, "underscore-in-name", Warning, "RFC 1034 §3.5";
    /// An IP address stands in the place of a DNS name, where no verifier looks for it.
    IpAsDnsName, "ip-as-dns-name", Error, "RFC 5280 §4.2.1.6";
    /// An IP address has neither 4 nor 16 octets.
    IpAddressLength, "ip-address-length", Error, "RFC 5280 §4.2.1.6";
    /// An IPv4 address has the form of IPv6, which verifiers do not match.
    IpAddressMapped, "ip-address-mapped", Warning, "RFC 4291 §2.5.5";
    /// An e-mail address is malformed.
    EmailSyntax, "email-syntax", Error, "RFC 5280 §4.2.1.6";
    /// An internationalised e-mail address is malformed, or could be an ordinary one.
    SmtpUtf8Mailbox, "smtp-utf8-mailbox", Error, "RFC 9598 §3";
    /// A URI is relative or malformed.
    UriSyntax, "uri-syntax", Error, "RFC 5280 §4.2.1.6";
    /// An alternative name occurs twice.
    DuplicateAltName, "duplicate-alt-name", Warning, "RFC 5280 §4.2.1.6";

    // Key identifiers.
    /// An authority does not identify its key.
    SubjectKeyIdentifierMissing, "subject-key-identifier-missing", Error, "RFC 5280 §4.2.1.2";
    /// A certificate that is no authority's does not identify its key.
    SubjectKeyIdentifierAdvised, "subject-key-identifier-advised", Notice, "RFC 5280 §4.2.1.2";
    /// The identifier of the key is no hash of it that a standard describes.
    SubjectKeyIdentifierMethod, "subject-key-identifier-method", Notice, "RFC 7093 §2";
    /// The key of the issuer is not identified.
    AuthorityKeyIdentifierMissing, "authority-key-identifier-missing", Error, "RFC 5280 §4.2.1.1";
    /// A self-signed certificate does not repeat its key as its issuer's, which only authorities may leave out.
    AuthorityKeyIdentifierAdvised, "authority-key-identifier-advised", Notice, "RFC 5280 §4.2.1.1";
    /// The key of the issuer is identified by the issuer's name alone or serial number alone.
    AuthorityKeyIdentifierPartial, "authority-key-identifier-partial", Error, "RFC 5280 §4.2.1.1";

    // Name constraints.
    /// There are name constraints without a subtree.
    NameConstraintsEmpty, "name-constraints-empty", Error, "RFC 5280 §4.2.1.10";
    /// A name constraint has a minimum or a maximum.
    NameConstraintDistance, "name-constraint-distance", Error, "RFC 5280 §4.2.1.10";
    /// The address of a name constraint is not one of 8 or 32 octets with a mask of leading ones.
    NameConstraintAddress, "name-constraint-address", Error, "RFC 5280 §4.2.1.10";
    /// A name constraint is malformed.
    NameConstraintSyntax, "name-constraint-syntax", Error, "RFC 5280 §4.2.1.10";
    /// A DNS name constraint begins with a dot, which verifiers read in different ways.
    NameConstraintDot, "name-constraint-dot", Warning, "RFC 5280 §4.2.1.10";

    // Places on the network.
    /// There is an empty list of places where to learn about the issuer or its revocations.
    LocationsEmpty, "locations-empty", Error, "RFC 5280 §4.2.2.1";
    /// A place is named by something else than a plain `http` URL, which would need trust to find out whom to trust.
    LocationNotHttp, "location-not-http", Warning, "RFC 5280 §4.2.1.13";
    /// A distribution point names neither a place nor an issuer of revocation lists.
    DistributionPointWithoutLocation, "distribution-point-without-location", Error, "RFC 5280 §4.2.1.13";

    // Policies.
    /// There is an empty list of policies.
    PoliciesEmpty, "policies-empty", Error, "RFC 5280 §4.2.1.4";
    /// A policy occurs twice.
    DuplicatePolicy, "duplicate-policy", Error, "RFC 5280 §4.2.1.4";
    /// The explicit text of a policy has a string type that is not allowed.
    PolicyTextType, "policy-text-type", Error, "RFC 6818 §3";
    /// The explicit text of a policy has more than 200 characters.
    PolicyTextTooLong, "policy-text-too-long", Error, "RFC 5280 §4.2.1.4";
    /// The explicit text of a policy has control characters, or is not in the normal form NFC.
    PolicyTextCharacters, "policy-text-characters", Warning, "RFC 6818 §3";

    // Against the issuer.
    /// The signature is not one of the issuer's key.
    SignatureInvalid, "signature-invalid", Error, "RFC 5280 §6.1.3";
    /// The issuer's name is not, byte for byte, the subject of the issuer.
    IssuerNameMismatch, "issuer-name-mismatch", Error, "RFC 5280 §6.1.3";
    /// The identifier of the issuer's key is not the one that the issuer calls it by.
    AuthorityKeyIdentifierMismatch, "authority-key-identifier-mismatch", Error, "RFC 5280 §4.2.1.1";
    /// The issuer is no authority that may sign this.
    IssuerNotAuthority, "issuer-not-authority", Error, "RFC 5280 §6.1.4";
    /// The issuer must not have an authority below it.
    PathLengthExceeded, "path-length-exceeded", Error, "RFC 5280 §6.1.4";
    /// The path length promises more than the issuer's allows.
    PathLengthNotBelowIssuer, "path-length-not-below-issuer", Warning, "RFC 5280 §6.1.4";
    /// The certificate ends after its issuer, and is useless from then on.
    OutlivesIssuer, "outlives-issuer", Warning, "RFC 5280 §6.1.3";
    /// The certificate begins before its issuer, and is useless until then.
    PrecedesIssuer, "precedes-issuer", Notice, "RFC 5280 §6.1.3";
    /// The issuer's own certificate is signed with MD5 or SHA-1.
    WeakSignatureOfIssuer, "weak-signature-of-issuer", Warning, "RFC 9155 §2";
    /// A name is outside of what the issuer's name constraints permit.
    NameConstraintViolation, "name-constraint-violation", Error, "RFC 5280 §4.2.1.10";

    // Against what was asked for.
    /// A certificate request asks for a usage that the signing profile does not give.
    RequestUsageIgnored, "request-usage-ignored", Warning, "RFC 2985 §5.4.2";
    /// A certificate request asks for an extension that only the signing profile decides about.
    RequestExtensionIgnored, "request-extension-ignored", Warning, "RFC 2985 §5.4.2";
    /// A certificate request asks for a name of a kind that the signing profile does not take over.
    RequestNameIgnored, "request-name-ignored", Warning, "RFC 2985 §5.4.2";
    /// At the next renewal the issuer has less time left than the certificate is to have.
    IssuerEndsFirst, "issuer-ends-first", Warning, "RFC 5280 §6.1.3";

    // Revocation lists.
    /// The version of a revocation list is not 2.
    CrlVersionNotTwo, "crl-version-not-2", Error, "RFC 5280 §5.1.2.1";
    /// A revocation list does not say when the next one comes.
    CrlWithoutNextUpdate, "crl-without-next-update", Error, "RFC 5280 §5.1.2.5";
    /// An empty list of revoked certificates is there instead of none.
    CrlEmptyList, "crl-empty-list", Error, "RFC 5280 §5.1.2.6";
    /// A revocation list has no number, or one that is negative or has more than 20 octets.
    CrlNumber, "crl-number", Error, "RFC 5280 §5.2.3";
    /// A reason of revocation is `unspecified`, unknown, or for lists of changes only.
    CrlReason, "crl-reason", Warning, "RFC 5280 §5.3.1";
    /// A certificate is revoked twice.
    CrlDuplicateEntry, "crl-duplicate-entry", Warning, "RFC 5280 §5.3";
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_unique_and_explained() {
        let texts: BTreeSet<_> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), FindingCode::ALL.len());
        for code in FindingCode::ALL {
            let text = code.as_str();
            assert!(
                text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{text}"
            );
            assert!(code.meaning().ends_with('.') && !code.meaning().contains('\n'), "{text}");
            let standard = ["RFC ", "X.", "FIPS ", "NIST SP ", "ISO "];
            assert!(standard.iter().any(|name| code.reference().starts_with(name)), "{text}");
        }
    }

    #[test]
    fn older_codes_keep_their_names() {
        for (code, text) in [
            (FindingCode::CountryNotIso3166, "country-not-iso-3166"),
            (FindingCode::EnciphermentWithoutRsa, "encipherment-without-rsa"),
            (FindingCode::SingleLabelName, "single-label-name"),
            (FindingCode::UnderscoreInName, "underscore-in-name"),
            (FindingCode::LifetimeClamped, "lifetime-clamped"),
        ] {
            assert_eq!(code.to_string(), text);
        }
    }
}

//! The linter on what others get wrong, and on what this library makes.

mod rules;

use std::collections::BTreeSet;
use std::path::PathBuf;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::finding::{FindingCode, Severity};
use crate::kubernetes::{ClusterNames, Role};
use crate::pem::{self, Surroundings};
use crate::{
    AuthorityConstraint, CertificateAuthority, CertificatePolicy, DistinguishedName, Identity, KeyAlgorithm,
    NameConstraints, PrivateKey, SigningProfile, Strictness, SubjectAltNames, Usages, Validity,
};

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", "faults"].iter().collect()
}

fn der(name: &str) -> Vec<u8> {
    let pem = std::fs::read_to_string(folder().join(name).with_extension("pem")).unwrap();
    pem::single(&pem, "CERTIFICATE", Surroundings::Ignored).unwrap().to_vec()
}

fn codes(findings: &[Finding]) -> Vec<FindingCode> {
    findings.iter().map(Finding::code).collect()
}

/// Every certificate of the corpus, its issuer unless it is self-signed, and what is to be found.
const CORPUS: &[(&str, &str, &[FindingCode])] = {
    use FindingCode::*;
    &[
        ("ca", "", &[]),
        ("constrained-ca", "", &[]),
        ("path-length-0-ca", "", &[]),
        ("legal-wildcard", "ca", &[]),
        ("ca-basic-constraints-not-critical", "", &[ExtensionNotCritical]),
        ("key-usage-not-critical", "ca", &[ExtensionCriticality]),
        ("cert-sign-on-leaf", "ca", &[CertSignWithoutAuthority]),
        ("empty-subject-names-not-critical", "ca", &[ExtensionNotCritical]),
        ("no-authority-key-identifier", "ca", &[AuthorityKeyIdentifierMissing]),
        ("ca-no-subject-key-identifier", "", &[SubjectKeyIdentifierMissing]),
        ("ca-name-constraints-not-critical", "", &[ExtensionNotCritical]),
        ("name-constraints-on-leaf", "ca", &[ExtensionForAuthorities]),
        ("path-length-on-leaf", "ca", &[PathLengthWithoutAuthority]),
        ("encipherment-on-ec", "ca", &[EnciphermentWithoutRsa]),
        ("wildcard-in-the-middle", "ca", &[WildcardPosition]),
        ("underscore", "ca", &[UnderscoreInName]),
        ("country-uk", "", &[CountryNotIso3166]),
        ("serial-zero", "ca", &[SerialZero]),
        ("serial-negative", "ca", &[SerialNegative]),
        ("serial-21-octets", "ca", &[SerialTooLong]),
        ("outlives-issuer", "ca", &[OutlivesIssuer]),
        ("name-constraint-violation", "constrained-ca", &[NameConstraintViolation]),
        ("key-usage-empty", "ca", &[KeyUsageEmpty, PurposeWithoutUsage]),
        ("key-usage-not-trimmed", "ca", &[NotDer]),
        ("only-without-agreement", "ca", &[OnlyWithoutAgreement]),
        ("purposes-empty", "ca", &[PurposesEmpty]),
        ("any-purpose", "ca", &[AnyPurpose]),
        ("time-stamping-not-critical", "ca", &[TimeStampingNotCritical]),
        ("names-empty", "ca", &[AltNamesEmpty]),
        ("names-critical", "ca", &[ExtensionCriticality]),
        ("ip-as-dns-name", "ca", &[IpAsDnsName]),
        ("ip-5-octets", "ca", &[IpAddressLength]),
        ("names-twice", "ca", &[DuplicateAltName]),
        ("trailing-dot", "ca", &[DnsNameSyntax]),
        ("relative-uri", "ca", &[UriSyntax]),
        ("email-malformed", "ca", &[EmailSyntax]),
        ("email-only-in-subject", "ca", &[EmailOnlyInSubject]),
        ("access-critical", "ca", &[ExtensionCritical]),
        ("distribution-points-critical", "ca", &[ExtensionCriticality]),
        ("location-https", "ca", &[LocationNotHttp]),
        ("policy-twice", "ca", &[DuplicatePolicy]),
        ("policy-text-ia5", "ca", &[PolicyTextType]),
        ("unknown-critical", "ca", &[UnknownCriticalExtension]),
        ("malformed-extension", "ca", &[MalformedExtension]),
        ("key-identifier-critical", "ca", &[ExtensionCritical, SubjectKeyIdentifierMethod]),
        ("key-identifier-unknown-method", "ca", &[SubjectKeyIdentifierMethod]),
        ("default-encoded", "ca", &[EncodedDefault]),
        ("ca-no-key-usage", "", &[KeyUsageMissing]),
        ("ca-constraint-mask", "", &[NameConstraintAddress]),
        ("ca-constraint-distance", "", &[NameConstraintDistance]),
        ("authority-below-path-length-0", "path-length-0-ca", &[PathLengthExceeded]),
        ("weak-signature", "ca", &[WeakSignature]),
        ("two-in-one-place", "ca", &[MultiValuedName]),
        ("version-1", "ca", &[VersionNotThree, AuthorityKeyIdentifierMissing, SubjectKeyIdentifierAdvised]),
        ("rsa-1024", "ca", &[WeakKey]),
    ]
};

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, issuer, expected) in CORPUS {
        let issuer = (!issuer.is_empty()).then(|| Certificate::from_der(&der(issuer)).unwrap());
        let findings = certificate(&der(name), issuer.as_ref());
        if codes(&findings) != *expected {
            wrong.push(format!("{name}: {findings:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_list_is_the_folder() {
    let listed: BTreeSet<_> = CORPUS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let there: BTreeSet<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pem"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn a_line_says_what_is_wrong_where_and_by_which_rule() {
    let findings = certificate(&der("serial-negative"), None);
    let lines: Vec<_> = findings.iter().map(|finding| format!("{finding:#}")).collect();
    assert_eq!(
        lines,
        ["error serial-negative (serial number): the serial number is negative [RFC 5280 §4.1.2.2]"]
    );
}

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, &mut rng()).unwrap()
}

fn named(common_name: &str) -> Identity {
    Identity { subject: DistinguishedName::common(common_name), ..Identity::default() }
}

/// Kinds of keys that are made quickly; the rules do not know more.
const QUICK: [KeyAlgorithm; 5] = [
    KeyAlgorithm::RSA_2048,
    KeyAlgorithm::EcdsaP256,
    KeyAlgorithm::EcdsaP384,
    KeyAlgorithm::EcdsaP521,
    KeyAlgorithm::Ed25519,
];

fn authority(algorithm: KeyAlgorithm, path_length: Option<u8>) -> CertificateAuthority {
    let profile = SigningProfile::authority(AuthorityConstraint { path_length });
    CertificateAuthority::self_signed(key(algorithm), &named("Root"), &profile, now(), &mut rng()).unwrap().0
}

/// Everything that this library makes for a cluster is without any remark, even a notice.
#[test]
fn our_own_certificates_are_clean() {
    let cluster =
        ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() };
    for algorithm in QUICK {
        let root = authority(algorithm, Some(1));
        assert_eq!(certificate(root.certificate().as_der(), None), [], "root with {algorithm}");
        assert_eq!(
            certificate(root.certificate().as_der(), Some(root.certificate())),
            [],
            "root with {algorithm}"
        );
        let profile = SigningProfile::authority(AuthorityConstraint { path_length: Some(0) });
        let (intermediate, _) =
            root.intermediate(key(algorithm), &named("Below"), &profile, now(), &mut rng()).unwrap();
        assert_eq!(certificate(intermediate.certificate().as_der(), Some(root.certificate())), []);
        let key = key(algorithm);
        for name in Role::NAMES {
            let role = Role::parse(name, (name == "kubelet").then_some("node-0.example.com")).unwrap();
            let profile = SigningProfile { strictness: Strictness::Strict, ..role.profile(algorithm) };
            let identity = role.identity(&cluster, ["10.0.0.1"]).unwrap();
            let issued =
                intermediate.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
            assert_eq!(issued.1, [], "{name} with {algorithm}");
            let findings = certificate(issued.0.as_der(), Some(intermediate.certificate()));
            assert_eq!(findings, [], "{name} with {algorithm}");
        }
    }
}

/// So is what profiles add.
#[test]
fn every_option_is_clean() {
    let url = |text: &str| vec![text.parse().unwrap()];
    let root = authority(KeyAlgorithm::EcdsaP256, None);
    let key = key(KeyAlgorithm::EcdsaP256);
    let constraints = NameConstraints::parse(
        ["DNS:example.com", "IP:10.0.0.0/8", "IP:fd00::/8", "email:.example.com", "URI:.example.com"],
        ["DNS:secret.example.com", "IP:10.1.0.0/16"],
    );
    let profile = SigningProfile {
        crl_distribution_points: url("http://crl.example.com/ca.crl"),
        ocsp_urls: url("http://ocsp.example.com/"),
        issuer_urls: url("http://ca.example.com/ca.crt"),
        certificate_policies: vec![
            CertificatePolicy::new("1.3.6.1.4.1.32473.1")
                .and_then(|policy| policy.with_cps("https://pki.example.com/cps.html"))
                .and_then(|policy| policy.with_user_notice("Für die Maschinen eines Clusters"))
                .unwrap(),
        ],
        not_after: Some(Validity::NO_EXPIRY),
        strictness: Strictness::Strict,
        name_constraints: constraints.unwrap(),
        ..SigningProfile::authority(AuthorityConstraint { path_length: Some(0) })
    };
    let (endless, _) = CertificateAuthority::self_signed(
        self::key(KeyAlgorithm::EcdsaP256),
        &named("Endless"),
        &profile,
        now(),
        &mut rng(),
    )
    .unwrap();
    assert_eq!(codes(&certificate(endless.certificate().as_der(), None)), [FindingCode::NoExpiry]);
    let names = [
        "a.example.com",
        "10.0.0.1",
        "fd00::1",
        "ops@mail.example.com",
        "https://www.example.com/x",
        "Bücher.example.com",
    ];
    let identity = Identity {
        subject: DistinguishedName {
            country: Some("GB".to_owned()),
            organization: vec!["Zürich & Söhne".to_owned()],
            email_address: Some("ops@mail.example.com".to_owned()),
            serial_number: Some("42".to_owned()),
            ..DistinguishedName::common("a")
        },
        subject_alt_names: SubjectAltNames::parse(names).unwrap(),
    };
    let leaf = |usages: &[&str]| SigningProfile {
        usages: Usages::parse(usages).unwrap(),
        authority: None,
        name_constraints: NameConstraints::default(),
        not_after: None,
        ..profile.clone()
    };
    for (authority, usages) in [
        (&endless, &["signing", "server auth", "client auth"][..]),
        (&root, &["signing", "key agreement", "email protection"]),
        (&root, &["signing", "timestamping"]),
        (&root, &["signing", "content commitment", "code signing"]),
        (&root, &["signing", "ocsp signing"]),
    ] {
        let profile = SigningProfile { ocsp_no_check: usages.contains(&"ocsp signing"), ..leaf(usages) };
        let (issued, findings) =
            authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
        assert_eq!(findings, [], "{usages:?}");
        assert_eq!(certificate(issued.as_der(), Some(authority.certificate())), [], "{usages:?}");
    }
}

#[test]
fn issuing_runs_the_rules() {
    let root = authority(KeyAlgorithm::EcdsaP256, None);
    let key = key(KeyAlgorithm::EcdsaP256);
    let identity = Identity {
        subject: DistinguishedName {
            email_address: Some("ops@example.com".to_owned()),
            ..DistinguishedName::common("web")
        },
        subject_alt_names: SubjectAltNames::parse(["a_b.example.com"]).unwrap(),
    };
    let mut profile = SigningProfile::server(KeyAlgorithm::EcdsaP256);
    let (_, findings) = root.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
    assert_eq!(codes(&findings), [FindingCode::UnderscoreInName, FindingCode::EmailOnlyInSubject]);
    profile.strictness = Strictness::Strict;
    let identity =
        Identity { subject_alt_names: SubjectAltNames::parse(["ab.example.com"]).unwrap(), ..identity };
    let errors = root.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["the e-mail address `ops@example.com` of the subject is not among the alternative names"]
    );
}

/// The exception for self-signed certificates is one for authorities.
#[test]
fn a_server_that_stands_alone_names_its_issuers_key() {
    let key = key(KeyAlgorithm::EcdsaP256);
    let identity =
        Identity { subject_alt_names: SubjectAltNames::parse(["a.example.com"]).unwrap(), ..named("alone") };
    let mut profile = SigningProfile::server(KeyAlgorithm::EcdsaP256);
    let (alone, _) = Certificate::self_signed(&key, &identity, &profile, now(), &mut rng()).unwrap();
    assert_eq!(alone.authority_key_identifier(), alone.subject_key_identifier());
    assert_eq!(certificate(alone.as_der(), Some(&alone)).len(), 1, "it is no authority");
    assert_eq!(certificate(alone.as_der(), None), []);
    profile.self_signed_authority_key_identifier = false;
    let (alone, findings) = Certificate::self_signed(&key, &identity, &profile, now(), &mut rng()).unwrap();
    assert_eq!(findings, []);
    assert_eq!(codes(&certificate(alone.as_der(), None)), [FindingCode::AuthorityKeyIdentifierAdvised]);
}

#[test]
fn a_stranger_is_not_the_issuer() {
    let (root, stranger) =
        (authority(KeyAlgorithm::EcdsaP256, None), authority(KeyAlgorithm::EcdsaP256, None));
    let profile = SigningProfile::client(KeyAlgorithm::EcdsaP256);
    let key = key(KeyAlgorithm::EcdsaP256);
    let (leaf, _) = root.issue(&named("web"), key.public_key(), &profile, now(), &mut rng()).unwrap();
    let found = codes(&certificate(leaf.as_der(), Some(stranger.certificate())));
    assert_eq!(found, [FindingCode::SignatureInvalid, FindingCode::AuthorityKeyIdentifierMismatch]);
    let found = codes(&certificate(root.certificate().as_der(), Some(&leaf)));
    assert_eq!(
        found,
        [
            FindingCode::SignatureInvalid,
            FindingCode::IssuerNameMismatch,
            FindingCode::IssuerNotAuthority,
            FindingCode::OutlivesIssuer,
        ]
    );
}

#[test]
fn rubbish_is_a_remark() {
    for rubbish in [&b""[..], b"rubbish", &[0x30, 0], &[0x30, 0x80, 0, 0]] {
        let findings = certificate(rubbish, None);
        assert_eq!(codes(&findings), [FindingCode::Malformed]);
        assert_eq!(codes(&revocation_list(rubbish, None)), [FindingCode::Malformed]);
    }
}

/// A certificate with some bytes changed: whatever is refused has an explanation, and nothing panics.
fn is_explained(changed: &[u8]) -> bool {
    let findings = certificate(changed, None);
    let explains = |finding: &Finding| {
        finding.severity() == Severity::Error || finding.code() == FindingCode::UnknownAlgorithm
    };
    Certificate::from_der(changed).is_ok() || findings.iter().any(explains)
}

#[test]
fn a_changed_byte_is_survived_and_explained() {
    let original = der("legal-wildcard");
    for index in 0..original.len() {
        for change in [0x00, 0xff, original[index] ^ 1, original[index] ^ 0x80] {
            let mut changed = original.clone();
            changed[index] = change;
            assert!(is_explained(&changed), "byte {index} as {change:#x}");
            let _ = revocation_list(&changed, None);
        }
    }
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = certificate(&bytes, None);
        let _ = revocation_list(&bytes, None);
    }

    #[test]
    fn whatever_is_cut_or_repeated_is_explained(from in 0_usize..400, length in 0_usize..40, to in 0_usize..400) {
        let mut changed = der("legal-wildcard");
        let (from, to) = (from.min(changed.len()), to.min(changed.len()));
        let piece: Vec<u8> = changed[from..].iter().take(length).copied().collect();
        changed.splice(to..to, piece);
        prop_assert!(is_explained(&changed));
    }
}

//! What issuers and requests of OpenSSL may and may not do. The files are in `tests/data/issue`.

use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, Certificate, CertificateAuthority, CertificatePolicy, CertificateRequest,
    DistinguishedName, ExtendedKeyUsage, FindingCode, Identity, KeyAlgorithm, KeyUsage, NameConstraints,
    OutlivingIssuer, Period, PolicyQualifier, RequestField, RequestOverrides, RequestedExtensions,
    SigningProfile, Strictness, SubjectAltNames, Usages, Validity, parse_time,
};

use crate::support::{identity, key, messages, rng};

macro_rules! read {
    ($file:literal) => {
        include_str!(concat!("../data/issue/", $file))
    };
}

fn now() -> Timestamp {
    parse_time("2026-12-01T12:00:00Z").unwrap()
}

fn certificate(pem: &str) -> Certificate {
    Certificate::from_pem(pem).unwrap()
}

fn client() -> SigningProfile {
    SigningProfile::client(KeyAlgorithm::EcdsaP256)
}

fn server() -> SigningProfile {
    SigningProfile::server(KeyAlgorithm::EcdsaP256)
}

fn authority(path_length: Option<u8>) -> SigningProfile {
    SigningProfile::authority(AuthorityConstraint { path_length })
}

/// Why an issuer cannot issue.
fn refusal(pem: &str, profile: &SigningProfile) -> Vec<String> {
    certificate(pem).check_issuing(profile, now()).map_err(messages).unwrap_err()
}

fn root(profile: &SigningProfile) -> CertificateAuthority {
    let key = key(KeyAlgorithm::EcdsaP256);
    CertificateAuthority::self_signed(key, &identity("Root", &[]), profile, now(), &mut rng()).unwrap().0
}

fn below(
    issuer: &CertificateAuthority,
    name: &str,
    profile: &SigningProfile,
) -> Result<CertificateAuthority, Vec<String>> {
    let key = key(KeyAlgorithm::EcdsaP256);
    let made = issuer.intermediate(key, &identity(name, &[]), profile, now(), &mut rng());
    made.map(|(made, _)| made).map_err(messages)
}

fn leaf(
    issuer: &CertificateAuthority,
    names: &[&str],
    profile: &SigningProfile,
) -> Result<Certificate, Vec<String>> {
    let key = key(KeyAlgorithm::EcdsaP256);
    let made = issuer.issue(&identity("a", names), key.public_key(), profile, now(), &mut rng());
    made.map(|(made, _)| made).map_err(messages)
}

#[test]
fn an_issuer_has_to_have_the_right_to_sign() {
    assert_eq!(refusal(read!("leaf.pem"), &client()), ["the issuer CN=Leaf is not a certificate authority"]);
    assert_eq!(
        refusal(read!("no-cert-sign.pem"), &client()),
        ["the key usage of the issuer CN=Lists does not allow it to sign certificates"]
    );
    assert_eq!(
        refusal(read!("unknown-critical.pem"), &client()),
        ["the issuer CN=Odd has the critical extension 1.3.6.1.4.1.32473.9, which is not supported"]
    );
    assert_eq!(
        refusal(read!("no-subject.pem"), &client()),
        ["the certificate of the issuer has an empty subject, so that nothing could refer to it"]
    );
    assert_eq!(
        CertificateAuthority::new(certificate(read!("sha1.pem")), key(KeyAlgorithm::EcdsaP256))
            .unwrap_err()
            .to_string(),
        "the private key does not belong to the certificate of CN=Broken"
    );
    assert_eq!(
        Certificate::from_pem(read!("rsa-1024.pem")).unwrap_err().to_string(),
        "the public key of the certificate: the RSA key has 1024 bits; at least 2048 and at most 8192 are accepted"
    );
}

#[test]
fn a_broken_hash_of_the_issuer_is_told() {
    for (pem, hash, name) in [(read!("sha1.pem"), "SHA-1", "Broken"), (read!("md5.pem"), "MD5", "Old")] {
        let strict = SigningProfile { strictness: Strictness::Strict, ..client() };
        assert!(certificate(pem).check_issuing(&client(), now()).is_ok());
        assert_eq!(
            refusal(pem, &strict),
            [format!(
                "the certificate of the issuer CN={name} is signed with {hash}, which can be forged and which verifiers \
                 reject"
            )]
        );
    }
}

#[test]
fn the_purposes_of_an_issuer_hold_below() {
    assert!(certificate(read!("client-only.pem")).check_issuing(&client(), now()).is_ok());
    assert_eq!(
        refusal(read!("client-only.pem"), &server()),
        [
            "the issuer CN=Clients may issue for `client auth`, 1.3.6.1.4.1.32473.8 only, not for `server auth`"
        ]
    );
    assert_eq!(certificate(read!("client-only.pem")).unknown_extended_key_usages(), ["1.3.6.1.4.1.32473.8"]);
    assert!(certificate(read!("any-purpose.pem")).check_issuing(&server(), now()).is_ok());
}

#[test]
fn path_lengths_of_the_whole_chain_count() {
    assert_eq!(
        refusal(read!("path-length-0.pem"), &authority(None)),
        ["the issuer CN=Last has the path length 0 and cannot issue another certificate authority"]
    );
    assert_eq!(
        refusal(read!("path-length-2.pem"), &authority(Some(2))),
        ["the path length 2 is not below that of the issuer CN=Long, which is 2"]
    );
    // The limit of the root reaches further than the next authority says.
    let root = root(&authority(Some(1)));
    let middle = below(&root, "Middle", &authority(None)).unwrap();
    assert_eq!(middle.certificate().constraint(), Some(AuthorityConstraint { path_length: Some(0) }));
    assert_eq!(middle.chain(), [root.certificate().clone()]);
    assert_eq!(
        below(&middle, "Low", &authority(None)).unwrap_err(),
        ["the issuer CN=Middle has the path length 0 and cannot issue another certificate authority"]
    );
    assert!(leaf(&middle, &[], &client()).is_ok());
}

#[test]
fn a_chain_has_to_hold_together() {
    let (root, other) = (root(&authority(None)), root(&authority(None)));
    let middle = below(&root, "Middle", &authority(None)).unwrap();
    let (certificate, key) = middle.into_parts();
    let middle = CertificateAuthority::new(certificate.clone(), key).unwrap();
    assert_eq!(
        middle.with_chain(vec![other.certificate().clone()]).unwrap_err().to_string(),
        "the certificate of CN=Middle is not signed by CN=Root, which follows it in the chain"
    );
}

#[test]
fn constraints_of_openssl_are_read() {
    let bound = certificate(read!("constraints.pem"));
    let constraints = bound.name_constraints().unwrap();
    let texts = |list: &[pki_core::GeneralSubtree]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        texts(&constraints.permitted),
        [
            "DNS:example.com",
            "DNS:.example.net",
            "IP:10.0.0.0/8",
            "IP:fd00::/8",
            "email:example.com",
            "email:.example.net",
            "email:ops@example.org",
            "URI:.example.com",
        ]
    );
    assert_eq!(texts(&constraints.excluded), ["DNS:secret.example.com", "IP:10.9.0.0/16"]);
    assert_eq!(bound.unknown_critical_extensions(), [""; 0]);
    assert_eq!(certificate(read!("leaf.pem")).name_constraints(), None);
}

#[test]
fn constraints_of_openssl_are_enforced() {
    let bound = certificate(read!("constraints.pem"));
    let check = |names: &[&str]| bound.check_identity(&identity("a", names)).map_err(messages);
    assert_eq!(
        check(&[
            "a.example.com",
            "a.example.net",
            "10.1.1.1",
            "fd00::1",
            "ops@example.org",
            "https://a.example.com/"
        ]),
        Ok(())
    );
    let not_permitted = |name: &str, permitted: &str| {
        format!(
            "the name constraints of the issuer CN=Bound do not allow it: `{name}` is not within the permitted {permitted}"
        )
    };
    assert_eq!(
        check(&["example.net", "192.168.0.1", "a@b.example.com", "https://example.com/"]).unwrap_err(),
        [
            not_permitted("example.net", "DNS:example.com, DNS:.example.net"),
            not_permitted("192.168.0.1", "IP:10.0.0.0/8, IP:fd00::/8"),
            not_permitted("a@b.example.com", "email:example.com, email:.example.net, email:ops@example.org"),
            not_permitted("https://example.com/", "URI:.example.com"),
        ]
    );
    let request = CertificateRequest::from_pem(read!("outside.csr")).unwrap();
    assert_eq!(
        bound.check_identity(&request.identity()).map_err(messages).unwrap_err(),
        [
            "the name constraints of the issuer CN=Bound do not allow it: `a.secret.example.com` is within the excluded \
             DNS:secret.example.com"
                .to_owned(),
            "the name constraints of the issuer CN=Bound do not allow it: `10.9.0.1` is within the excluded \
             IP:10.9.0.0/16"
                .to_owned(),
            not_permitted("web.example.org", "DNS:example.com, DNS:.example.net"),
        ]
    );
}

#[test]
fn constraints_of_the_directory_are_honoured() {
    let bound = certificate(read!("directory.pem"));
    let subject = |country: &str, organization: &str| {
        let subject = DistinguishedName {
            country: Some(country.to_owned()),
            organization: vec![organization.to_owned()],
            ..DistinguishedName::common("a")
        };
        bound.check_identity(&Identity { subject, ..Identity::default() }).map_err(messages)
    };
    assert_eq!(subject("GB", "ACME"), Ok(()));
    assert_eq!(
        subject("GB", "Other").unwrap_err(),
        [
            "the name constraints of the issuer CN=Bound,O=Acme,C=GB do not allow it: `CN=a,O=Other,C=GB` is not within \
             the permitted dirName:O=Acme,C=GB"
        ]
    );
}

#[test]
fn constraints_that_cannot_be_honoured_are_refused() {
    assert_eq!(
        refusal(read!("registered-id.pem"), &client()),
        [
            "the issuer CN=Bound has name constraints that are not supported: a subtree of the kind registeredID"
        ]
    );
    assert_eq!(
        refusal(read!("mask-with-holes.pem"), &client()),
        [
            "the issuer CN=Bound has name constraints that are not supported: an IP address range without a contiguous \
             mask"
        ]
    );
}

#[test]
fn constraints_hold_through_a_chain() {
    let constrained = |permitted: &[&str]| SigningProfile {
        name_constraints: NameConstraints::parse(permitted, [""; 0]).unwrap(),
        ..authority(None)
    };
    let root = root(&constrained(&["example.com", "10.0.0.0/8"]));
    let written = root.certificate().name_constraints().unwrap();
    assert_eq!(*written, NameConstraints::parse(["example.com", "10.0.0.0/8"], [""; 0]).unwrap());
    assert_eq!(
        below(&root, "Middle", &constrained(&["example.org"])).unwrap_err(),
        [
            "the name constraints of the issuer CN=Root do not allow it: `DNS:example.org` is not within the permitted \
             DNS:example.com"
        ]
    );
    // An authority without constraints of its own is bound by those above it.
    let middle = below(&root, "Middle", &authority(None)).unwrap();
    assert!(leaf(&middle, &["a.example.com", "10.1.2.3"], &server()).is_ok());
    assert_eq!(
        leaf(&middle, &["a.example.org"], &server()).unwrap_err(),
        [
            "the name constraints of the issuer CN=Root do not allow it: `a.example.org` is not within the permitted \
             DNS:example.com"
        ]
    );
    let narrow = below(&root, "Narrow", &constrained(&["a.example.com"])).unwrap();
    assert_eq!(leaf(&narrow, &["b.example.com"], &server()).unwrap_err().len(), 1);
    let (certificate, key) = middle.into_parts();
    let alone = CertificateAuthority::new(certificate, key).unwrap();
    assert!(leaf(&alone, &["a.example.org"], &server()).is_ok());
    let known = alone.with_chain(vec![root.certificate().clone()]).unwrap();
    assert!(leaf(&known, &["a.example.org"], &server()).is_err());
}

#[test]
fn a_profile_must_not_contradict_itself() {
    let policy = CertificatePolicy::new("1.2.3").unwrap();
    let profile = SigningProfile {
        name_constraints: NameConstraints::parse(["example.com"], [""; 0]).unwrap(),
        certificate_policies: vec![policy.clone(), policy],
        ocsp_no_check: true,
        not_before: Some(parse_time("2027-01-02T00:00:00Z").unwrap()),
        not_after: Some(parse_time("2027-01-01T00:00:00Z").unwrap()),
        ..client()
    };
    assert_eq!(
        leaf(&root(&authority(None)), &[], &profile).unwrap_err(),
        [
            "the certificate would end at 2027-01-01T00:00:00Z, before it begins at 2027-01-02T00:00:00Z",
            "name constraints are for certificate authorities only",
            "the certificate policy 1.2.3 is given twice",
            "`ocsp_no_check` is for certificates with the usage `ocsp signing` only",
        ]
    );
    let usages = Usages::parse(["timestamping", "client auth"]).unwrap();
    assert_eq!(
        leaf(&root(&authority(None)), &[], &SigningProfile::new(usages)).unwrap_err(),
        ["the usage `timestamping` must be the only purpose"]
    );
}

#[test]
fn a_profile_says_where_to_find_more() {
    let policy = CertificatePolicy::new("1.3.6.1.4.1.32473.1").unwrap();
    let profile = SigningProfile {
        crl_distribution_points: vec!["http://pki.example/a.crl".parse().unwrap()],
        ocsp_urls: vec!["http://ocsp.example/".parse().unwrap()],
        issuer_urls: vec!["http://pki.example/a.cer".parse().unwrap()],
        certificate_policies: vec![policy.with_cps("https://pki.example/cps").unwrap()],
        ocsp_no_check: true,
        ..SigningProfile::new(Usages::parse(["digital signature", "ocsp signing"]).unwrap())
    };
    let made = leaf(&root(&authority(None)), &[], &profile).unwrap();
    assert_eq!(made.crl_distribution_points(), ["http://pki.example/a.crl"]);
    assert_eq!(made.ocsp_urls(), ["http://ocsp.example/"]);
    assert_eq!(made.issuer_urls(), ["http://pki.example/a.cer"]);
    assert_eq!(made.certificate_policies()[0].oid(), "1.3.6.1.4.1.32473.1");
    assert_eq!(
        made.certificate_policies()[0].qualifiers(),
        [PolicyQualifier::Cps("https://pki.example/cps".to_owned())]
    );
    assert!(made.has_ocsp_no_check());
    assert_eq!(made.unknown_critical_extensions(), [""; 0]);
    let plain = leaf(&root(&authority(None)), &[], &client()).unwrap();
    assert_eq!(plain.crl_distribution_points(), [""; 0]);
    assert!(!plain.has_ocsp_no_check());
}

#[test]
fn dates_can_be_set() {
    let dated = |not_before: &str, not_after: &str| SigningProfile {
        not_before: Some(parse_time(not_before).unwrap()),
        not_after: Some(parse_time(not_after).unwrap()),
        ..client()
    };
    let forever = SigningProfile { not_after: Some(Validity::NO_EXPIRY), ..authority(None) };
    let root = root(&forever);
    assert_eq!(root.certificate().not_after(), Validity::NO_EXPIRY);
    assert!(root.certificate().as_der().windows(15).any(|part| part == b"99991231235959Z"));
    assert!(root.certificate().is_valid_at(parse_time("9999-12-30T00:00:00Z").unwrap()));

    let made = leaf(&root, &[], &dated("2026-12-24T00:00:00Z", "2049-12-31T23:59:59Z")).unwrap();
    assert_eq!(made.not_before().to_string(), "2026-12-24T00:00:00Z");
    assert!(made.as_der().windows(15).any(|part| part == b"\x17\x0d491231235959Z"));
    let made = leaf(&root, &[], &dated("2026-12-24T00:00:00Z", "2050-01-01T00:00:00Z")).unwrap();
    assert!(made.as_der().windows(17).any(|part| part == b"\x18\x0f20500101000000Z"));
    assert_eq!(
        leaf(&root, &[], &dated("2026-01-01T00:00:00Z", "2026-12-01T11:59:59Z")).unwrap_err(),
        ["the certificate would have ended at 2026-12-01T11:59:59Z already"]
    );
    let relative = SigningProfile {
        not_before: Some(parse_time("2027-01-01T00:00:00Z").unwrap()),
        expiry: Period::days(1),
        ..client()
    };
    assert_eq!(leaf(&root, &[], &relative).unwrap().not_after().to_string(), "2027-01-01T23:59:59Z");
}

#[test]
fn dates_stay_inside_of_the_issuers() {
    let short = SigningProfile { expiry: Period::days(10), ..authority(None) };
    let root = root(&short);
    let issue = |profile: &SigningProfile| {
        let key = key(KeyAlgorithm::EcdsaP256);
        root.issue(&identity("a", &[]), key.public_key(), profile, now(), &mut rng())
    };
    let early = SigningProfile { not_before: Some(parse_time("2026-01-01T00:00:00Z").unwrap()), ..client() };
    let (made, findings) = issue(&early).unwrap();
    assert_eq!(made.validity(), root.certificate().validity());
    assert_eq!(
        findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "the certificate is valid from 2026-12-01T11:55:00Z instead of 2026-01-01T00:00:00Z: its issuer CN=Root begins \
             then",
            "the certificate is valid until 2026-12-11T11:59:59Z instead of 2026-12-31T23:59:59Z: its issuer CN=Root ends \
             then",
        ]
    );
    let refused = SigningProfile { outliving_issuer: OutlivingIssuer::Refuse, ..client() };
    assert_eq!(
        messages(issue(&refused).unwrap_err()),
        [
            "the certificate would be valid until 2027-12-01T11:59:59Z, but its issuer CN=Root ends at 2026-12-11T11:59:59Z"
        ]
    );
    let late = SigningProfile { not_before: Some(parse_time("2027-01-01T00:00:00Z").unwrap()), ..client() };
    assert_eq!(
        messages(issue(&late).unwrap_err()),
        ["the certificate would begin at 2027-01-01T00:00:00Z, after its issuer CN=Root has ended at \
             2026-12-11T11:59:59Z"]
    );
    let later = parse_time("2027-01-01T00:00:00Z").unwrap();
    assert_eq!(
        messages(root.certificate().check_issuing(&client(), later).unwrap_err()),
        ["the issuer CN=Root is only valid from 2026-12-01T11:55:00Z to 2026-12-11T11:59:59Z"]
    );
}

/// What becomes of a request.
fn answer(pem: &str, profile: &SigningProfile) -> (Result<Certificate, Vec<String>>, Vec<String>) {
    let request = CertificateRequest::from_pem(pem).unwrap();
    match root(&authority(None)).issue_from_request(&request, profile, now(), &mut rng()) {
        Ok((made, findings)) => (Ok(made), findings.iter().map(ToString::to_string).collect()),
        Err(errors) => (Err(messages(errors)), Vec::new()),
    }
}

fn refused(pem: &str, profile: &SigningProfile) -> Vec<String> {
    answer(pem, profile).0.unwrap_err()
}

#[test]
fn a_profile_decides_about_usages() {
    let request = CertificateRequest::from_pem(read!("usages.csr")).unwrap();
    assert_eq!(
        *request.requested(),
        RequestedExtensions {
            usages: Usages {
                key: [KeyUsage::DigitalSignature, KeyUsage::KeyAgreement].into(),
                extended: [ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth].into(),
            },
            authority: None,
        }
    );
    let (made, findings) = answer(read!("usages.csr"), &server());
    assert_eq!(made.unwrap().extended_key_usages(), [ExtendedKeyUsage::ServerAuth]);
    let expected = [
        "the certificate request asks for `key agreement`, `client auth`, 1.3.6.1.4.1.32473.8, which the signing profile \
         does not give",
    ];
    assert_eq!(findings, expected);
    let strict = SigningProfile { strictness: Strictness::Strict, ..server() };
    assert_eq!(refused(read!("usages.csr"), &strict), expected);
    let (made, findings) =
        answer(read!("leaf-usages.csr"), &SigningProfile { strictness: Strictness::Strict, ..server() });
    assert!(made.is_ok());
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_profile_decides_about_authorities() {
    assert_eq!(
        refused(read!("authority.csr"), &client()),
        [
            "the certificate request asks for a certificate authority, which the signing profile does not issue"
        ]
    );
    let (made, findings) = answer(read!("authority.csr"), &authority(Some(0)));
    assert_eq!(made.unwrap().constraint(), Some(AuthorityConstraint { path_length: Some(0) }));
    assert_eq!(findings, [""; 0]);
}

#[test]
fn other_extensions_are_told_or_refused() {
    assert_eq!(
        refused(read!("unknown-critical.csr"), &client()),
        [
            "the certificate request asks for the critical extension 1.3.6.1.4.1.32473.9, which is not supported"
        ]
    );
    let (made, findings) = answer(read!("others.csr"), &client());
    let made = made.unwrap();
    assert!(made.certificate_policies().is_empty());
    assert_eq!(
        findings,
        [
            "the certificate request asks for the extension 1.3.6.1.5.5.7.1.24, which only the signing profile decides about",
            "the certificate request asks for the extension 2.5.29.32, which only the signing profile decides about",
        ]
    );
}

#[test]
fn a_profile_decides_which_names_are_taken() {
    let (made, findings) = answer(read!("names.csr"), &client());
    let names =
        |made: &Certificate| made.subject_alt_names().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        names(&made.unwrap()),
        ["web.example.com", "10.0.0.1", "ops@example.com", "spiffe://example.com/x"]
    );
    assert_eq!(findings, [""; 0]);
    let picky =
        SigningProfile { honoured: [RequestField::Subject, RequestField::DnsNames].into(), ..client() };
    let (made, findings) = answer(read!("names.csr"), &picky);
    assert_eq!(names(&made.unwrap()), ["web.example.com"]);
    let ignored = |name: &str| {
        format!("the certificate request asks for the {name}, which the signing profile does not take over")
    };
    assert_eq!(
        findings,
        [
            ignored("IP address `10.0.0.1`"),
            ignored("e-mail address `ops@example.com`"),
            ignored("URI `spiffe://example.com/x`"),
        ]
    );
    let nobody = SigningProfile { honoured: [].into(), ..client() };
    assert_eq!(
        refused(read!("usages.csr"), &nobody),
        ["a certificate needs a subject or a subject alternative name"]
    );
}

#[test]
fn names_of_a_request_can_be_replaced() {
    let request = CertificateRequest::from_pem(read!("names.csr")).unwrap();
    let overrides = RequestOverrides {
        subject: Some(DistinguishedName::common("other")),
        subject_alt_names: Some(SubjectAltNames::parse(["b.example.com"]).unwrap()),
    };
    let (made, findings) = root(&authority(None))
        .issue_from_request_as(&request, &overrides, &server(), now(), &mut rng())
        .unwrap();
    assert_eq!(findings, []);
    assert_eq!(made.subject_text(), "CN=other");
    assert_eq!(*made.subject_alt_names(), SubjectAltNames::parse(["b.example.com"]).unwrap());
    assert_eq!(made.public_key(), request.public_key());
    let none = RequestOverrides { subject_alt_names: Some(SubjectAltNames::default()), ..overrides };
    let (made, _) =
        root(&authority(None)).issue_from_request_as(&request, &none, &client(), now(), &mut rng()).unwrap();
    assert!(made.subject_alt_names().is_empty());
}

#[test]
fn every_name_of_a_request_is_checked() {
    assert_eq!(
        CertificateRequest::from_pem(read!("mapped-address.csr")).unwrap_err().to_string(),
        "the certificate request asks for an invalid name: `::ffff:10.0.0.1` is an IPv4 address in the form of IPv6, \
         which verifiers do not match (did you mean `10.0.0.1`?)"
    );
    // The first of two common names is looked at as well.
    assert_eq!(
        refused(read!("two-names.csr"), &client()),
        ["common_name: the value begins or ends with a space"]
    );
    assert_eq!(
        refused(read!("teletex.csr"), &client()),
        ["organization: the value is encoded as TeletexString, which is not allowed"]
    );
    let (made, findings) = answer(read!("multi-valued.csr"), &client());
    assert!(made.is_ok());
    assert_eq!(findings, ["`CN=web+OU=web` are several attributes in one place of the subject"]);
}

#[test]
fn requests_may_ask_for_usages() {
    let asked = RequestedExtensions {
        usages: Usages::parse(["digital signature", "client auth"]).unwrap(),
        authority: None,
    };
    let key = key(KeyAlgorithm::EcdsaP256);
    let request = CertificateRequest::create_with(&key, &identity("a", &["a.example"]), &asked).unwrap();
    let read = CertificateRequest::from_pem(&request.to_pem()).unwrap();
    assert_eq!(*read.requested(), asked);
    assert_eq!(read.subject_alt_names(), request.subject_alt_names());
    let asked = RequestedExtensions {
        authority: Some(AuthorityConstraint { path_length: Some(0) }),
        ..RequestedExtensions::default()
    };
    let request = CertificateRequest::create_with(&key, &identity("a", &[]), &asked).unwrap();
    assert_eq!(*CertificateRequest::from_der(request.as_der()).unwrap().requested(), asked);
}

#[test]
fn an_email_address_of_the_subject_is_repeated() {
    let subject =
        DistinguishedName { email_address: Some("Ops@Example.com".into()), ..DistinguishedName::common("a") };
    let mut identity = Identity { subject, ..Identity::default() };
    let findings = client().check(&identity, KeyAlgorithm::EcdsaP256).unwrap();
    assert_eq!(
        findings.iter().map(pki_core::Finding::code).collect::<Vec<_>>(),
        [FindingCode::EmailOnlyInSubject]
    );
    assert_eq!(
        findings[0].message(),
        "the e-mail address `Ops@example.com` of the subject is not among the alternative names"
    );
    let strict = SigningProfile { strictness: Strictness::Strict, ..client() };
    assert!(strict.check(&identity, KeyAlgorithm::EcdsaP256).is_err());
    identity.subject_alt_names = SubjectAltNames::parse(["Ops@example.COM"]).unwrap();
    assert_eq!(strict.check(&identity, KeyAlgorithm::EcdsaP256), Ok(vec![]));
}

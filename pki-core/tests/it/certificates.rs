//! Certificates under the eyes of a strict verifier.

use jiff::{SignedDuration, Timestamp};
use pki_core::kubernetes::{ClusterNames, Role};
use pki_core::{
    AuthorityConstraint, Certificate, CertificateAuthority, DistinguishedName, FindingCode, Identity,
    KeyAlgorithm, OutlivingIssuer, Period, SigningProfile, Strictness, SubjectAltNames, Usages,
};

use crate::support::{Files, identity, key, messages, now, rng, root};

const CLUSTER: &str = "10.32.0.0/24";

fn cluster() -> ClusterNames {
    ClusterNames { service_cidrs: vec![CLUSTER.parse().unwrap()], ..ClusterNames::default() }
}

#[test]
fn chains_of_every_algorithm_are_strictly_valid() {
    for algorithm in KeyAlgorithm::ALL {
        let files = Files::new();
        let root = root(algorithm, Some(1));
        let profile = SigningProfile::authority(AuthorityConstraint::default());
        let (middle, _) =
            root.intermediate(key(algorithm), &identity("Middle", &[]), &profile, now(), &mut rng()).unwrap();
        assert_eq!(middle.certificate().constraint(), Some(AuthorityConstraint { path_length: Some(0) }));
        let server = Role::ApiServer.identity(&cluster(), ["lb.example.com", "2001:db8::1"]).unwrap();
        let server_key = key(algorithm);
        let (leaf, findings) = middle
            .issue(&server, server_key.public_key(), &SigningProfile::server(algorithm), now(), &mut rng())
            .unwrap();
        assert_eq!(findings, []);
        assert!(leaf.is_signed_by(middle.certificate()) && !leaf.is_signed_by(root.certificate()));

        files.write("root.pem", &root.certificate().to_pem());
        files.write("middle.pem", &middle.certificate().to_pem());
        files.write("leaf.pem", &leaf.to_pem());
        files.run("openssl verify -x509_strict -check_ss_sig -CAfile root.pem root.pem");
        files.run("openssl verify -x509_strict -CAfile root.pem middle.pem");
        let verify = "openssl verify -x509_strict -CAfile root.pem -untrusted middle.pem";
        for check in [
            "-purpose sslserver",
            "-verify_hostname kubernetes",
            "-verify_hostname kubernetes.default.svc.cluster.local",
            "-verify_hostname lb.example.com",
            "-verify_ip 10.32.0.1",
            "-verify_ip 127.0.0.1",
            "-verify_ip 2001:db8::1",
        ] {
            files.run(&format!("{verify} {check} leaf.pem"));
        }
        assert!(
            files
                .fail(&format!("{verify} -purpose sslclient leaf.pem"))
                .contains("unsuitable certificate purpose")
        );
        assert!(
            files.fail(&format!("{verify} -verify_hostname other leaf.pem")).contains("hostname mismatch")
        );
        assert!(
            files
                .fail("openssl verify -x509_strict -CAfile root.pem leaf.pem")
                .contains("unable to get local issuer")
        );
    }
}

#[test]
fn every_role_is_strictly_valid() {
    let files = Files::new();
    let authority = root(KeyAlgorithm::EcdsaP256, Some(0));
    files.write("ca.pem", &authority.certificate().to_pem());
    for name in Role::NAMES {
        let role = Role::parse(name, (name == "kubelet").then_some("ip-172-31-0-20")).unwrap();
        let key = key(KeyAlgorithm::EcdsaP256);
        let identity = role.identity(&cluster(), ["172.31.0.20"]).unwrap();
        let profile = role.profile(key.algorithm());
        let (leaf, _) = authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
        files.write("leaf.pem", &leaf.to_pem());
        for (purpose, usage) in [("sslserver", "server auth"), ("sslclient", "client auth")] {
            if profile.usages.names().any(|name| name == usage) {
                files.run(&format!("openssl verify -x509_strict -purpose {purpose} -CAfile ca.pem leaf.pem"));
            }
        }
        files.run("openssl verify -x509_strict -CAfile ca.pem leaf.pem");
    }
}

#[test]
fn openssl_shows_what_the_accessors_give() {
    let files = Files::new();
    let authority = root(KeyAlgorithm::RSA_2048, Some(0));
    let subject = DistinguishedName {
        organization: vec!["system:nodes".into()],
        country: Some("GB".into()),
        locality: Some("Zürich".into()),
        ..DistinguishedName::common("system:node:a")
    };
    let identity = Identity { subject, ..identity("", &["a.example", "10.0.0.1"]) };
    let key = key(KeyAlgorithm::RSA_2048);
    let profile = SigningProfile::new(Usages::server_and_client(key.algorithm()));
    let (leaf, _) = authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
    let leaf = Certificate::from_pem(&leaf.to_pem()).unwrap();
    files.write("leaf.pem", &leaf.to_pem());
    let show = |what: &str| {
        files.run(&format!("openssl x509 -in leaf.pem -noout -nameopt RFC2253,-esc_msb,utf8 {what}"))
    };
    assert_eq!(show("-subject").trim_end(), format!("subject={}", leaf.subject_text()));
    assert_eq!(leaf.subject_text(), "CN=system:node:a,O=system:nodes,L=Zürich,C=GB");
    assert_eq!(leaf.subject(), identity.subject);
    assert_eq!(show("-issuer").trim_end(), format!("issuer={}", leaf.issuer_text()));
    assert_eq!(
        show("-serial").trim_end().to_lowercase(),
        format!("serial={}", leaf.serial_hex().replace(':', ""))
    );
    let fingerprint = show("-fingerprint -sha256").trim_end().to_lowercase().replace(':', "");
    assert_eq!(fingerprint, format!("sha256 fingerprint={}", leaf.fingerprint_sha256()));
    let text = show("-text");
    for expected in [
        "Version: 3 (0x2)",
        "Signature Algorithm: sha256WithRSAEncryption",
        "X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment",
        "X509v3 Extended Key Usage: \n                TLS Web Server Authentication, TLS Web Client Authentication",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Subject Alternative Name: \n                DNS:a.example, IP Address:10.0.0.1",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert_eq!(leaf.authority_key_identifier(), authority.certificate().subject_key_identifier());
    assert_eq!(leaf.subject_key_identifier(), Some(&key.public_key().key_identifier()[..]));
    assert_eq!(leaf.key_usages().len() + leaf.extended_key_usages().len(), 4);
    assert_eq!((leaf.version(), leaf.signature_algorithm().as_str()), (3, "SHA256-RSA"));
    let fingerprint = show("-fingerprint -sha1").trim_end().to_lowercase().replace(':', "");
    assert_eq!(fingerprint, format!("sha1 fingerprint={}", leaf.fingerprint_sha1()));
    assert!(!leaf.is_authority() && !leaf.is_self_signed() && leaf.matches_key(&key));
}

#[test]
fn a_path_length_of_zero_is_written() {
    let files = Files::new();
    files.write("ca.pem", &root(KeyAlgorithm::Ed25519, Some(0)).certificate().to_pem());
    let text = files.run("openssl x509 -in ca.pem -noout -text");
    assert!(
        text.contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0"),
        "{text}"
    );
    assert!(
        text.contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign"),
        "{text}"
    );
    assert!(!text.contains("Authority Key Identifier"), "{text}");
}

#[test]
fn an_empty_subject_makes_the_names_critical() {
    let files = Files::new();
    let authority = root(KeyAlgorithm::Ed25519, None);
    let identity =
        Identity { subject_alt_names: SubjectAltNames::parse(["a.example"]).unwrap(), ..Identity::default() };
    let key = key(KeyAlgorithm::Ed25519);
    let profile = SigningProfile::server(key.algorithm());
    let (leaf, _) = authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
    files.write("ca.pem", &authority.certificate().to_pem());
    files.write("leaf.pem", &leaf.to_pem());
    assert!(
        files.run("openssl x509 -in leaf.pem -noout -text").contains("Subject Alternative Name: critical")
    );
    files.run("openssl verify -x509_strict -CAfile ca.pem leaf.pem");
}

#[test]
fn a_self_signed_server_is_no_authority() {
    let files = Files::new();
    let key = key(KeyAlgorithm::EcdsaP256);
    let profile = SigningProfile::server(key.algorithm());
    let (certificate, _) =
        Certificate::self_signed(&key, &identity("web", &["web.example"]), &profile, now(), &mut rng())
            .unwrap();
    assert!(!certificate.is_authority() && certificate.is_self_signed());
    files.write("web.pem", &certificate.to_pem());
    files.run(
        "openssl verify -x509_strict -purpose sslserver -verify_hostname web.example -CAfile web.pem web.pem",
    );
}

#[test]
fn both_ends_count_and_the_start_is_backdated() {
    let at: Timestamp = "2026-11-22T12:00:00.7Z".parse().unwrap();
    let profile = SigningProfile {
        expiry: Period::days(365),
        ..SigningProfile::authority(AuthorityConstraint::default())
    };
    let (root, _) = CertificateAuthority::self_signed(
        key(KeyAlgorithm::Ed25519),
        &identity("r", &[]),
        &profile,
        at,
        &mut rng(),
    )
    .unwrap();
    assert_eq!(root.certificate().not_before().to_string(), "2026-11-22T11:55:00Z");
    assert_eq!(root.certificate().not_after().to_string(), "2027-11-22T11:59:59Z");
    assert!(root.certificate().is_valid_at("2027-11-22T11:59:59.9Z".parse().unwrap()));
    assert!(!root.certificate().is_valid_at("2027-11-22T12:00:00Z".parse().unwrap()));
}

#[test]
fn serial_numbers_are_long_positive_and_random() {
    let serials: Vec<String> =
        (0..20).map(|_| root(KeyAlgorithm::Ed25519, None).certificate().serial_hex()).collect();
    for (index, serial) in serials.iter().enumerate() {
        let first = u8::from_str_radix(&serial[..2], 16).unwrap();
        assert_eq!((serial.split(':').count(), first > 0 && first < 0x80), (20, true), "{serial}");
        assert!(!serials[..index].contains(serial));
    }
}

#[test]
fn a_leaf_does_not_outlive_its_issuer() {
    let authority = root(KeyAlgorithm::Ed25519, None);
    let key = key(KeyAlgorithm::Ed25519);
    let mut profile =
        SigningProfile { expiry: Period::days(100 * 365), ..SigningProfile::client(key.algorithm()) };
    let identity = identity("a", &[]);
    let (leaf, findings) = authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap();
    assert_eq!(leaf.not_after(), authority.certificate().not_after());
    assert_eq!(
        findings.iter().map(pki_core::Finding::code).collect::<Vec<_>>(),
        [FindingCode::LifetimeClamped]
    );
    profile.outliving_issuer = OutlivingIssuer::Refuse;
    let errors = authority.issue(&identity, key.public_key(), &profile, now(), &mut rng()).unwrap_err();
    assert!(messages(errors)[0].contains("but its issuer CN=Root ends at"));
}

#[test]
fn an_issuer_does_not_sign_what_it_may_not() {
    let root = root(KeyAlgorithm::Ed25519, Some(0));
    let (identity, leaf_key) = (identity("a", &[]), key(KeyAlgorithm::Ed25519));
    let authority = SigningProfile::authority(AuthorityConstraint::default());
    let errors =
        root.intermediate(key(KeyAlgorithm::Ed25519), &identity, &authority, now(), &mut rng()).unwrap_err();
    assert_eq!(
        messages(errors),
        ["the issuer CN=Root has the path length 0 and cannot issue another certificate authority"]
    );

    let profile = SigningProfile::client(leaf_key.algorithm());
    let (leaf, _) = root.issue(&identity, leaf_key.public_key(), &profile, now(), &mut rng()).unwrap();
    let error = CertificateAuthority::new(leaf, leaf_key).unwrap_err();
    assert_eq!(error.to_string(), "the issuer CN=a is not a certificate authority");

    let error =
        CertificateAuthority::new(root.certificate().clone(), key(KeyAlgorithm::Ed25519)).unwrap_err();
    assert_eq!(error.to_string(), "the private key does not belong to the certificate of CN=Root");

    let later = now() + SignedDuration::from_hours(24 * 365 * 6);
    let errors = root.certificate().check_issuing(&profile, later).unwrap_err();
    assert!(messages(errors)[0].starts_with("the issuer CN=Root is only valid from "));
}

#[test]
fn path_lengths_count_down() {
    let root = root(KeyAlgorithm::Ed25519, Some(2));
    let sub = |path_length| {
        let profile = SigningProfile::authority(AuthorityConstraint { path_length });
        root.intermediate(key(KeyAlgorithm::Ed25519), &identity("s", &[]), &profile, now(), &mut rng())
            .map(|(sub, _)| sub.certificate().constraint().unwrap().path_length)
            .map_err(messages)
    };
    assert_eq!(sub(None), Ok(Some(1)));
    assert_eq!(sub(Some(0)), Ok(Some(0)));
    assert_eq!(
        sub(Some(2)),
        Err(vec!["the path length 2 is not below that of the issuer CN=Root, which is 2".to_owned()])
    );
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let profile = SigningProfile {
        expiry: Period::ZERO,
        strictness: Strictness::Strict,
        ..SigningProfile::new(Usages::parse(["cert sign", "key encipherment"]).unwrap())
    };
    let subject =
        DistinguishedName { country: Some("UK".into()), ..DistinguishedName::common("x".repeat(65)) };
    let identity = Identity { subject, ..identity("", &["node-1", "a_b.example"]) };
    let expected = [
        format!("common_name: the value has 65 characters; at most {} are allowed", 64),
        "country `UK` is not a code of ISO 3166-1 (did you mean `GB`?)".to_owned(),
        "`node-1` is a DNS name of a single label, which no public resolver knows".to_owned(),
        "`a_b.example` has an underscore, which host names do not allow".to_owned(),
        "the usage `cert sign` is for certificate authorities only".to_owned(),
        "`key encipherment` is left out: a key of Ed25519 cannot encrypt".to_owned(),
        "the certificate would be valid for no time at all".to_owned(),
    ];
    assert_eq!(profile.check(&identity, KeyAlgorithm::Ed25519).map_err(messages), Err(expected.to_vec()));
}

#[test]
fn the_key_identifier_is_the_issuers_own() {
    let files = Files::new();
    files.write(
        "ca.cnf",
        "[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\nbasicConstraints=critical,CA:TRUE\n\
         keyUsage=critical,keyCertSign\nsubjectKeyIdentifier=0102030405\n",
    );
    files.run("openssl req -x509 -config ca.cnf -newkey ed25519 -nodes -keyout ca.key -out ca.pem -subj /CN=Foreign");
    let authority = CertificateAuthority::new(
        Certificate::from_pem(&files.read("ca.pem")).unwrap(),
        pki_core::PrivateKey::from_pem(&files.read("ca.key")).unwrap(),
    )
    .unwrap();
    let key = key(KeyAlgorithm::EcdsaP256);
    let profile = SigningProfile { expiry: Period::days(1), ..SigningProfile::client(key.algorithm()) };
    let (leaf, _) =
        authority.issue(&identity("a", &[]), key.public_key(), &profile, now(), &mut rng()).unwrap();
    assert_eq!(leaf.authority_key_identifier(), Some(&[1, 2, 3, 4, 5][..]));
    files.write("leaf.pem", &leaf.to_pem());
    files.run("openssl verify -x509_strict -CAfile ca.pem leaf.pem");
}

#[test]
fn an_issuer_with_constraints_that_cannot_be_honoured_is_refused() {
    let files = Files::new();
    files.run(
        "openssl req -x509 -newkey ed25519 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Bound \
         -addext 'nameConstraints=critical,permitted;RID:1.2.3.4'",
    );
    let error = CertificateAuthority::new(
        Certificate::from_pem(&files.read("ca.pem")).unwrap(),
        pki_core::PrivateKey::from_pem(&files.read("ca.key")).unwrap(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the issuer CN=Bound has name constraints that are not supported: a subtree of the kind registeredID"
    );
}

#[test]
fn reads_bundles_and_refuses_what_is_none() {
    let pems = [root(KeyAlgorithm::Ed25519, None), root(KeyAlgorithm::EcdsaP256, None)]
        .map(|authority| authority.certificate().to_pem());
    let bundle = format!("first\n{}\nsecond\n{}", pems[0], pems[1]);
    let read: Vec<String> =
        Certificate::bundle_from_pem(&bundle).unwrap().iter().map(Certificate::to_pem).collect();
    assert_eq!(read, pems);
    let error = |pem: &str| Certificate::from_pem(pem).unwrap_err().to_string();
    assert_eq!(error(&bundle), "expected one PEM block, found 2");
    assert_eq!(error("garbage"), "no PEM block found: expected `-----BEGIN CERTIFICATE-----`");
    assert_eq!(
        error(&key(KeyAlgorithm::EcdsaP256).to_pem()),
        "expected a PEM block `CERTIFICATE`, found `EC PRIVATE KEY`"
    );
    assert_eq!(
        error("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
        "the certificate is malformed or has trailing data"
    );
}

#[test]
fn wrong_signatures_are_noticed() {
    let authority = root(KeyAlgorithm::EcdsaP256, None);
    let mut der = authority.certificate().as_der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let forged = Certificate::from_der(&der).unwrap();
    assert!(!forged.is_self_signed());
    let namesake = root(KeyAlgorithm::EcdsaP256, None);
    assert!(!authority.certificate().is_signed_by(namesake.certificate()));
}

//! Revocation lists, judged by OpenSSL, pkilint and pyca/cryptography.

use jiff::Timestamp;
use pki_core::{
    Certificate, CertificateAuthority, CertificateRevocationList, CertificateRevocationListParams, CrlScope,
    KeyAlgorithm, Period, RevocationReason, RevokedCertificate, SigningProfile,
};

use super::hierarchy::{Folder, authority_profile, identity, intermediate, key, now, rng, root, server};

const ALGORITHMS: [KeyAlgorithm; 5] = [
    KeyAlgorithm::RSA_2048,
    KeyAlgorithm::EcdsaP256,
    KeyAlgorithm::EcdsaP384,
    KeyAlgorithm::EcdsaP521,
    KeyAlgorithm::Ed25519,
];

fn list(authority: &CertificateAuthority, revoked: Vec<RevokedCertificate>) -> CertificateRevocationList {
    let params = CertificateRevocationListParams::new(1.into(), revoked);
    authority.issue_revocation_list(&params, None, now()).unwrap()
}

fn entry(certificate: &Certificate, reason: RevocationReason) -> RevokedCertificate {
    RevokedCertificate::of(certificate, now(), Some(reason))
}

/// A hierarchy of three levels with the lists of both authorities.
struct Revoked {
    folder: Folder,
    good: Certificate,
    bad: Certificate,
}

impl Revoked {
    fn new(algorithm: KeyAlgorithm) -> Self {
        let root = root("Root", algorithm);
        let middle = intermediate(&root, "Middle", algorithm);
        let withdrawn = intermediate(&root, "Withdrawn", algorithm);
        let (good, bad) = (server(&middle, "good.example"), server(&middle, "bad.example"));
        let of_root = list(&root, vec![entry(withdrawn.certificate(), RevocationReason::CaCompromise)]);
        let of_middle = list(&middle, vec![entry(&bad, RevocationReason::KeyCompromise)]);

        let folder = Folder::new();
        folder.write("root.pem", root.certificate().to_pem());
        folder.write("middle.pem", middle.certificate().to_pem());
        folder.write("withdrawn.pem", withdrawn.certificate().to_pem());
        folder.write("good.pem", good.to_pem());
        folder.write("bad.pem", bad.to_pem());
        folder.write("below-withdrawn.pem", server(&withdrawn, "c.example").to_pem());
        folder.write("root.crl", of_root.to_pem());
        folder.write("middle.crl", of_middle.to_pem());
        folder.write("withdrawn.crl", list(&withdrawn, vec![]).to_pem());
        Self { folder, good, bad }
    }
}

fn verify(checks: &str) -> String {
    format!("openssl verify -x509_strict -attime {} -CAfile root.pem {checks}", now().as_second())
}

#[test]
fn openssl_refuses_what_is_revoked_and_nothing_else() {
    for algorithm in ALGORITHMS {
        let Revoked { folder, .. } = Revoked::new(algorithm);
        let below = "-untrusted middle.pem -CRLfile root.crl -CRLfile middle.crl";
        folder.run(&verify(&format!("-crl_check {below} good.pem")));
        folder.run(&verify(&format!("-crl_check_all {below} good.pem")));
        folder.run(&verify("-crl_check -CRLfile root.crl middle.pem"));
        let refused = folder.fail(&verify(&format!("-crl_check {below} bad.pem")));
        assert!(refused.contains("certificate revoked"), "{algorithm}: {refused}");

        let below = "-untrusted withdrawn.pem -CRLfile root.crl -CRLfile withdrawn.crl";
        folder.run(&verify(&format!("-crl_check {below} below-withdrawn.pem")));
        let refused = folder.fail(&verify(&format!("-crl_check_all {below} below-withdrawn.pem")));
        assert!(refused.contains("certificate revoked"), "{algorithm}: {refused}");
    }
}

#[test]
fn openssl_needs_a_current_list_of_the_right_authority() {
    let Revoked { folder, .. } = Revoked::new(KeyAlgorithm::EcdsaP256);
    let missing = folder.fail(&verify("-crl_check -untrusted middle.pem -CRLfile root.crl good.pem"));
    assert!(missing.contains("unable to get certificate CRL"), "{missing}");
    let late = now() + jiff::SignedDuration::from_hours(8 * 24);
    let command = verify("-crl_check -untrusted middle.pem -CRLfile middle.crl good.pem");
    let expired =
        folder.fail(&command.replace(&now().as_second().to_string(), &late.as_second().to_string()));
    assert!(expired.contains("CRL has expired"), "{expired}");
}

#[test]
fn openssl_shows_what_was_asked_for() {
    let entries = vec![
        RevokedCertificate {
            reason: Some(RevocationReason::KeyCompromise),
            invalidity_date: Some("2026-11-01T00:00:00Z".parse().unwrap()),
            ..RevokedCertificate::new("0x1a2b".parse().unwrap(), now())
        },
        RevokedCertificate::new("7".parse().unwrap(), "2049-12-31T23:59:59Z".parse().unwrap()),
        RevokedCertificate::new("8".parse().unwrap(), "2050-01-01T00:00:00Z".parse().unwrap()),
    ];
    let params = CertificateRevocationListParams {
        validity: Period::days(30),
        ..CertificateRevocationListParams::new("31".parse().unwrap(), entries)
    };
    // The authority must be valid when its list is issued.
    let long = SigningProfile { expiry: Period::days(50 * 365), ..authority_profile() };
    let (key, name) = (key(KeyAlgorithm::EcdsaP256), identity("Root", &[]));
    let (root, _) = CertificateAuthority::self_signed(key, &name, &long, now(), &mut rng()).unwrap();
    let late: Timestamp = "2060-01-01T00:00:00Z".parse().unwrap();
    let list = root.issue_revocation_list(&params, None, late).unwrap();
    let folder = Folder::new();
    folder.write("root.crl", list.to_pem());
    let text = folder.run("openssl crl -in root.crl -noout -text");
    // With spaces or without, as the version has it.
    let text = text.replace("CN = ", "CN=");
    let shown: Vec<&str> =
        text.lines().map(str::trim).take_while(|line| !line.starts_with("Signature Value")).collect();
    let key_identifier = hex(root.certificate().subject_key_identifier().unwrap());
    assert_eq!(
        shown,
        [
            "Certificate Revocation List (CRL):",
            "Version 2 (0x1)",
            "Signature Algorithm: ecdsa-with-SHA256",
            "Issuer: CN=Root",
            "Last Update: Dec 31 23:55:00 2059 GMT",
            "Next Update: Jan 31 00:00:00 2060 GMT",
            "CRL extensions:",
            "X509v3 Authority Key Identifier:",
            &key_identifier,
            "X509v3 CRL Number:",
            "31",
            "Revoked Certificates:",
            "Serial Number: 1A2B",
            "Revocation Date: Nov 22 12:00:00 2026 GMT",
            "CRL entry extensions:",
            "X509v3 CRL Reason Code:",
            "Key Compromise",
            "Invalidity Date:",
            "Nov  1 00:00:00 2026 GMT",
            "Serial Number: 07",
            "Revocation Date: Dec 31 23:59:59 2049 GMT",
            "Serial Number: 08",
            "Revocation Date: Jan  1 00:00:00 2050 GMT",
            "Signature Algorithm: ecdsa-with-SHA256",
        ]
    );
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":")
}

#[test]
fn openssl_honours_the_scope_and_the_distribution_point() {
    let root = root("Root", KeyAlgorithm::EcdsaP256);
    let url = "http://crl.example.com/users.crl".parse().unwrap();
    let leaf_key = key(KeyAlgorithm::EcdsaP256);
    let profile =
        SigningProfile { crl_distribution_points: vec![url], ..SigningProfile::server(leaf_key.algorithm()) };
    let name = identity("a.example", &["a.example"]);
    let issue = || root.issue(&name, leaf_key.public_key(), &profile, now(), &mut rng()).unwrap().0;
    let (good, bad) = (issue(), issue());
    let params = CertificateRevocationListParams {
        scope: CrlScope::EndEntities,
        distribution_points: profile.crl_distribution_points.clone(),
        ..CertificateRevocationListParams::new(1.into(), vec![entry(&bad, RevocationReason::Superseded)])
    };
    let list = root.issue_revocation_list(&params, None, now()).unwrap();
    let folder = Folder::new();
    folder.write("root.pem", root.certificate().to_pem());
    folder.write("good.pem", good.to_pem());
    folder.write("bad.pem", bad.to_pem());
    folder.write("other.pem", server(&root, "b.example").to_pem());
    folder.write("middle.pem", intermediate(&root, "Middle", KeyAlgorithm::EcdsaP256).certificate().to_pem());
    folder.write("users.crl", list.to_pem());
    let check = |file: &str| verify(&format!("-crl_check -CRLfile users.crl {file}"));
    folder.run(&check("good.pem"));
    assert!(folder.fail(&check("bad.pem")).contains("certificate revoked"));
    // An authority, and a certificate that names no distribution point, are beyond the list.
    for file in ["middle.pem", "other.pem"] {
        let refused = folder.fail(&check(file)).to_lowercase();
        assert!(refused.contains("different crl scope"), "{file}: {refused}");
    }
    folder.lint("lint_crl lint -t CRL -p PKIX -s NOTICE users.crl");
}

#[test]
fn pkilint_has_no_objection() {
    for algorithm in ALGORITHMS {
        let Revoked { folder, .. } = Revoked::new(algorithm);
        for file in ["root.crl", "middle.crl", "withdrawn.crl"] {
            folder.lint(&format!("lint_crl lint -t CRL -p PKIX -s NOTICE {file}"));
        }
    }
}

#[test]
fn pyca_reads_the_same() {
    let Revoked { folder, good, bad } = Revoked::new(KeyAlgorithm::EcdsaP256);
    let script = format!(
        "
from cryptography import x509
crl = x509.load_pem_x509_crl(open('middle.crl', 'rb').read())
signer = x509.load_pem_x509_certificate(open('middle.pem', 'rb').read())
print(crl.is_signature_valid(signer.public_key()), crl.issuer == signer.subject, len(crl))
print(crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
key = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
print(key == signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest)
print(crl.last_update_utc.isoformat(), crl.next_update_utc.isoformat())
print(crl.get_revoked_certificate_by_serial_number({good}))
entry = crl.get_revoked_certificate_by_serial_number({bad})
print(entry.revocation_date_utc.isoformat(), entry.extensions.get_extension_for_class(x509.CRLReason).value.reason)
print([extension.critical for extension in [*crl.extensions, *entry.extensions]])
print(len(x509.load_pem_x509_crl(open('withdrawn.crl', 'rb').read())))
",
        good = good.serial_number(),
        bad = bad.serial_number(),
    );
    assert_eq!(
        folder.python(&script),
        "True True 1\n1\nTrue\n2026-11-22T11:55:00+00:00 2026-11-29T12:00:00+00:00\nNone\n\
         2026-11-22T12:00:00+00:00 ReasonFlags.key_compromise\n[False, False, False]\n0\n"
    );
}

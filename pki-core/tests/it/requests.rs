//! Requests, made here and elsewhere.

use pki_core::{CertificateRequest, DistinguishedName, Identity, KeyAlgorithm, SigningProfile};

use crate::support::{Files, identity, key, messages, now, rng, root};

const NAMES: [&str; 5] =
    ["kubernetes.default", "10.32.0.1", "::1", "ops@example.com", "spiffe://cluster.local/ns/x"];

/// The object identifier 1.2.840.113549.1.9.14.
const EXTENSION_REQUEST: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];

#[test]
fn openssl_verifies_requests_of_every_algorithm() {
    for algorithm in KeyAlgorithm::ALL {
        let files = Files::new();
        let request = CertificateRequest::create(&key(algorithm), &identity("kubernetes", &NAMES)).unwrap();
        files.write("r.csr", &request.to_pem());
        let text = files.run("openssl req -verify -noout -text -in r.csr 2>&1");
        assert!(text.contains("verify OK"), "{algorithm}: {text}");
        assert!(text.contains(
            "DNS:kubernetes.default, IP Address:10.32.0.1, IP Address:0:0:0:0:0:0:0:1, email:ops@example.com, \
             URI:spiffe://cluster.local/ns/x"
        ));
    }
}

#[test]
fn a_request_without_names_has_no_extensions() {
    let files = Files::new();
    let request = CertificateRequest::create(&key(KeyAlgorithm::Ed25519), &identity("admin", &[])).unwrap();
    files.write("r.csr", &request.to_pem());
    let text = files.run("openssl req -verify -noout -text -in r.csr 2>&1");
    assert!(text.contains("Attributes:\n            (none)"), "{text}");
    assert!(!request.as_der().windows(9).any(|part| part == EXTENSION_REQUEST));
}

#[test]
fn reads_back_what_it_wrote() {
    let subject =
        DistinguishedName { organization: vec!["a".into(), "b".into()], ..DistinguishedName::common("c") };
    let asked = Identity { subject, ..identity("c", &NAMES) };
    let request = CertificateRequest::create(&key(KeyAlgorithm::EcdsaP384), &asked).unwrap();
    let read = CertificateRequest::from_pem(&request.to_pem()).unwrap();
    assert_eq!(read.identity(), asked);
    assert_eq!(read.public_key(), request.public_key());
    assert!(!read.asks_for_authority());
}

#[test]
fn issues_for_requests_of_openssl() {
    let files = Files::new();
    let request = files.run(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
         -subj '/DC=example/O=Acme/CN=web' -addext 'subjectAltName=DNS:Web.Example.com,IP:10.0.0.1'",
    );
    let request = CertificateRequest::from_pem(&request).unwrap();
    let authority = root(KeyAlgorithm::EcdsaP256, Some(0));
    let profile = SigningProfile::server(KeyAlgorithm::EcdsaP256);
    let (certificate, findings) =
        authority.issue_from_request(&request, &profile, now(), &mut rng()).unwrap();
    assert_eq!(findings, []);
    // The attribute that this library has no field for is still there.
    assert_eq!(certificate.subject_text(), "CN=web,O=Acme,DC=example");
    files.write("ca.pem", &authority.certificate().to_pem());
    files.write("leaf.pem", &certificate.to_pem());
    files.run("openssl verify -x509_strict -purpose sslserver -verify_hostname web.example.com -CAfile ca.pem leaf.pem");
    let key = pki_core::PrivateKey::from_pem(&files.read("key.pem")).unwrap();
    assert!(certificate.matches_key(&key));
}

#[test]
fn refuses_a_request_that_proves_nothing() {
    let files = Files::new();
    let request = CertificateRequest::create(&key(KeyAlgorithm::Ed25519), &identity("a", &[])).unwrap();
    let mut der = request.as_der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    assert_eq!(
        CertificateRequest::from_der(&der).unwrap_err().to_string(),
        "the certificate request does not prove possession of its key: the signature does not verify"
    );
    let weak = files.run("openssl req -new -newkey rsa:1024 -nodes -keyout k.pem -subj /CN=a 2>/dev/null");
    assert_eq!(
        CertificateRequest::from_pem(&weak).unwrap_err().to_string(),
        "the public key of the certificate request: the RSA key has 1024 bits; at least 2048 and at most 8192 are accepted"
    );
    let sha1 =
        files.run("openssl req -new -sha1 -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=a 2>/dev/null");
    assert_eq!(
        CertificateRequest::from_pem(&sha1).unwrap_err().to_string(),
        "the certificate request does not prove possession of its key: signatures of the algorithm \
         1.2.840.113549.1.1.5 are not supported"
    );
}

#[test]
fn refuses_a_request_for_an_authority_unless_the_profile_makes_one() {
    let files = Files::new();
    let pem = files.run(
        "openssl req -new -newkey ed25519 -nodes -keyout k.pem -subj /CN=Sub -addext basicConstraints=critical,CA:TRUE",
    );
    let request = CertificateRequest::from_pem(&pem).unwrap();
    assert!(request.asks_for_authority());
    let profile = SigningProfile::client(KeyAlgorithm::Ed25519);
    let errors = root(KeyAlgorithm::Ed25519, None).issue_from_request(&request, &profile, now(), &mut rng());
    assert_eq!(
        messages(errors.unwrap_err()),
        [
            "the certificate request asks for a certificate authority, which the signing profile does not issue"
        ]
    );
}

#[test]
fn refuses_a_request_with_an_invalid_name() {
    let files = Files::new();
    let pem = files.run(
        "openssl req -new -newkey ed25519 -nodes -keyout k.pem -subj /CN=a -addext 'subjectAltName=DNS:bad host'",
    );
    assert_eq!(
        CertificateRequest::from_pem(&pem).unwrap_err().to_string(),
        "the certificate request asks for an invalid name: `bad host` is not a DNS name: it contains ' '"
    );
}

//! What must hold for any input of `pki-core`'s parsers, besides that none of them panics.
//!
//! The fuzzers call these functions with inputs they invent, and the tests with the inputs that are kept.

use pki_core::cfssl::{Config, CsrFile};
use pki_core::{
    Certificate, CertificateRequest, Period, PrivateKey, PublicKey, SubjectAltName, SubjectAltNames,
};

/// The name of a fuzzer, and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// The parsers by the names of their fuzzers.
pub const ALL: &[Target] = &[
    ("certificate", certificate),
    ("certificate_bundle", certificate_bundle),
    ("cfssl", cfssl),
    ("certificate_request", certificate_request),
    ("names", names),
    ("period", period),
    ("private_key", private_key),
    ("public_key", public_key),
];

/// DER. What is read is kept to the byte, and every question about it has an answer.
pub fn certificate(data: &[u8]) {
    let Ok(certificate) = Certificate::from_der(data) else { return };
    assert_eq!(certificate.as_der(), data);
    assert!(!format!("{certificate:?}").is_empty());
    assert!(!certificate.is_self_signed() || certificate.is_signed_by(&certificate));
    assert_eq!(Certificate::from_pem(&certificate.to_pem()).as_ref(), Ok(&certificate));
}

/// PEM, any number of blocks.
pub fn certificate_bundle(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(certificates) = Certificate::bundle_from_pem(text) else { return };
    let again: String = certificates.iter().map(Certificate::to_pem).collect();
    assert_eq!(Certificate::bundle_from_pem(&again).as_ref(), Ok(&certificates));
}

/// DER.
pub fn certificate_request(data: &[u8]) {
    let Ok(request) = CertificateRequest::from_der(data) else { return };
    assert_eq!(request.as_der(), data);
    assert_eq!(CertificateRequest::from_pem(&request.to_pem()), Ok(request));
}

/// The JSON files of cfssl: both kinds read any text without surprise, and a profile that a configuration names exists
/// or says why it cannot be used.
pub fn cfssl(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(file) = text.parse::<CsrFile>() {
        let _ = file.root_profile();
    }
    if let Ok(config) = text.parse::<Config>() {
        for name in config.names() {
            let unknown =
                config.profile(name).err().filter(|error| error.to_string().contains("unknown profile"));
            assert_eq!(unknown, None);
        }
    }
}

/// Subject alternative names, one in each line. What is read is in its normal form: it reads as itself.
pub fn names(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    for line in text.lines() {
        let all = [SubjectAltName::dns, SubjectAltName::ip, SubjectAltName::email, SubjectAltName::uri];
        for parse in all {
            if let Ok(name) = parse(line) {
                assert_eq!(parse(&name.to_string()), Ok(name));
            }
        }
    }
    let Ok(names) = SubjectAltNames::parse(text.lines()) else { return };
    let again = SubjectAltNames::parse(names.iter().map(ToString::to_string));
    assert_eq!(again, Ok(names));
}

/// Durations.
pub fn period(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(period) = text.parse::<Period>() else { return };
    assert_eq!(period.to_string().parse(), Ok(period));
}

/// PEM in all its kinds. The traditional form and PKCS#8 hold the same key.
pub fn private_key(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(key) = PrivateKey::from_pem(text) else { return };
    for pem in [key.to_pem(), key.to_pkcs8_pem()] {
        assert_eq!(
            PrivateKey::from_pem(&pem).map(|key| key.public_key().clone()).as_ref(),
            Ok(key.public_key())
        );
    }
}

/// PEM.
pub fn public_key(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(key) = PublicKey::from_pem(text) else { return };
    assert_eq!(PublicKey::from_pem(&key.to_pem()).as_ref(), Ok(&key));
}

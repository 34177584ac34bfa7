//! What must hold for any input of `pki-core`'s parsers, besides that none of them panics.
//!
//! The fuzzers call these functions with inputs they invent, and the tests with the inputs that are kept.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use pki_core::cfssl::{Config, CsrFile};
use pki_core::{
    Certificate, CertificateRequest, CertificateRevocationList, CrlNumber, DistinguishedName, EarlyRenewal,
    GeneralSubtree, HttpUrl, KeyAlgorithm, KeyLabel, Period, Pkcs12, PrivateKey, PublicKey, RevocationReason,
    Seed, SerialNumber, SubjectAltName, SubjectAltNames, lint,
};

/// The name of a fuzzer, and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// The parsers by the names of their fuzzers.
pub const ALL: &[Target] = &[
    ("certificate", certificate),
    ("certificate_bundle", certificate_bundle),
    ("certificate_request", certificate_request),
    ("cfssl", cfssl),
    ("encrypted_key", encrypted_key),
    ("names", names),
    ("pkcs12", pkcs12),
    ("private_key", private_key),
    ("public_key", public_key),
    ("revocation_list", revocation_list),
    ("seed", seed),
    ("words", words),
];

/// DER. What is read is kept to the byte, and every question about it has an answer.
pub fn certificate(data: &[u8]) {
    let findings = lint::certificate(data, None);
    let Ok(certificate) = Certificate::from_der(data) else {
        // Whatever cannot be read, the linter has a word for.
        assert!(!findings.is_empty());
        return;
    };
    assert_eq!(certificate.as_der(), data);
    let _ = lint::certificate(data, Some(&certificate));
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

/// The passphrase of the encrypted inputs that are kept.
const PASSPHRASE: &str = "passphrase";

/// PEM of encrypted keys, OpenSSH's among them.
pub fn encrypted_key(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(key) = PrivateKey::from_encrypted_pem(text, PASSPHRASE) else { return };
    let again = PrivateKey::from_pem(&key.to_pkcs8_pem());
    assert_eq!(again.map(|key| key.public_key().clone()).as_ref(), Ok(key.public_key()));
}

/// DER of PKCS#12.
pub fn pkcs12(data: &[u8]) {
    let Ok(file) = Pkcs12::from_der(data, PASSPHRASE) else { return };
    assert!(file.certificate().matches_key(file.private_key()));
}

/// DER of revocation lists.
pub fn revocation_list(data: &[u8]) {
    let findings = lint::revocation_list(data, None);
    let Ok(list) = CertificateRevocationList::from_der(data) else {
        assert!(!findings.is_empty());
        return;
    };
    assert_eq!(list.as_der(), data);
    assert!(!format!("{list:?}").is_empty());
    assert_eq!(
        CertificateRevocationList::from_pem(&list.to_pem()).map(|list| list.as_der().to_vec()),
        Ok(data.to_vec())
    );
}

/// Seeds. What is refused is not told; whatever has a space in it is no seed, but may be a part of the message.
pub fn seed(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match text.parse::<Seed>() {
        Ok(seed) => assert!(!format!("{seed:?}").contains(text.trim())),
        Err(error) => {
            let harmless = text.trim().len() < 16 || text.trim().contains(' ');
            assert!(harmless || !error.to_string().contains(text.trim()));
        }
    }
}

/// Everything small that is written as text reads as itself once it has been read.
pub fn words(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    reads_as_itself::<CrlNumber>(text);
    reads_as_itself::<DistinguishedName>(text);
    reads_as_itself::<EarlyRenewal>(text);
    reads_as_itself::<GeneralSubtree>(text);
    reads_as_itself::<HttpUrl>(text);
    reads_as_itself::<KeyAlgorithm>(text);
    reads_as_itself::<KeyLabel>(text);
    reads_as_itself::<Period>(text);
    reads_as_itself::<RevocationReason>(text);
    reads_as_itself::<SerialNumber>(text);
}

fn reads_as_itself<T: FromStr<Err: Debug> + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().unwrap(), value);
    }
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

/// PEM in all its kinds, and OpenSSH's lines.
pub fn public_key(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(key) = PublicKey::from_openssh(text) {
        assert_eq!(PublicKey::from_openssh(&key.to_openssh("")).as_ref(), Ok(&key));
    }
    let Ok(keys) = PublicKey::bundle_from_pem(text) else { return };
    for key in keys {
        assert_eq!(PublicKey::from_pem(&key.to_pem()).as_ref(), Ok(&key));
    }
}

//! Rules that the corpus does not reach, on encodings made by hand.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode};

use super::super::extensions::{check, presence};
use super::super::facts::Facts;
use super::super::name::{self, Whose};
use super::super::raw::{RawCertificate, RawExtension};
use super::super::report::Report;
use super::super::{algorithm, certificate::serial};
use super::{codes, der};
use crate::finding::FindingCode::{self, *};

/// An encoded value.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let header = match u8::try_from(length) {
        Ok(length @ 0..=0x7f) => vec![tag, length],
        Ok(length) => vec![tag, 0x81, length],
        Err(_) => [vec![tag, 0x82], u16::try_from(length).unwrap().to_be_bytes().to_vec()].concat(),
    };
    [header, content].concat()
}

fn oid(text: &str) -> Vec<u8> {
    ObjectIdentifier::new_unwrap(text).to_der().unwrap()
}

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const TELETEX: u8 = 0x14;
const IA5: u8 = 0x16;
const BMP: u8 = 0x1e;

fn pair(attribute: &str, tag: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&oid(attribute), &tlv(tag, &[value])])
}

fn found(rule: impl FnOnce(&mut Report)) -> Vec<FindingCode> {
    let mut report = Report::default();
    rule(&mut report);
    codes(&report.sorted())
}

/// What is found in a name of these pairs, all in one place.
fn in_place(pairs: &[&[u8]]) -> Vec<FindingCode> {
    let encoded = tlv(0x30, &[&tlv(0x31, pairs)]);
    found(|report| name::check(AnyRef::from_der(&encoded).unwrap(), Whose::Subject, report).unwrap())
}

fn in_name(attribute: &str, tag: u8, value: &str) -> Vec<FindingCode> {
    in_place(&[&pair(attribute, tag, value.as_bytes())])
}

const CN: &str = "2.5.4.3";
const COUNTRY: &str = "2.5.4.6";
const SERIAL: &str = "2.5.4.5";
const EMAIL: &str = "1.2.840.113549.1.9.1";
const DOMAIN: &str = "0.9.2342.19200300.100.1.25";

#[test]
fn names() {
    for (attribute, tag, value) in [
        (CN, UTF8, "Zoë"),
        (CN, PRINTABLE, "Kubernetes"),
        (COUNTRY, PRINTABLE, "GB"),
        (EMAIL, IA5, "ops@example.com"),
        (DOMAIN, IA5, "example"),
        ("1.2.3.4", TELETEX, "whatever"),
    ] {
        assert_eq!(in_name(attribute, tag, value), [], "{value}");
    }
    assert_eq!(in_name(CN, TELETEX, "Kubernetes"), [NameStringType]);
    assert_eq!(in_place(&[&pair(CN, BMP, b"\0a")]), [NameStringType]);
    assert_eq!(in_name(COUNTRY, UTF8, "GB"), [NameStringType]);
    assert_eq!(in_name(SERIAL, UTF8, "42"), [NameStringType]);
    assert_eq!(in_name(EMAIL, UTF8, "ops@example.com"), [NameStringType]);
    assert_eq!(in_name(DOMAIN, UTF8, "example"), [NameStringType]);
    assert_eq!(in_name(CN, UTF8, ""), [NameEmptyValue]);
    assert_eq!(in_name(CN, UTF8, &"x".repeat(65)), [NameTooLong]);
    assert_eq!(in_name(CN, UTF8, "a\nb"), [NameCharacter]);
    assert_eq!(in_name(CN, PRINTABLE, "a_b"), [NameCharacter]);
    assert_eq!(in_place(&[&pair(CN, UTF8, &[0xff])]), [NameCharacter]);
    assert_eq!(in_name(CN, UTF8, "Kubernetes "), [NameOuterSpace]);
    assert_eq!(in_name(COUNTRY, PRINTABLE, "GBR"), [CountryFormat]);
    assert_eq!(in_name(COUNTRY, PRINTABLE, "UK"), [CountryNotIso3166]);
    assert_eq!(in_name(EMAIL, IA5, "nobody"), [EmailSyntax]);
    let (a, b) = (pair(CN, UTF8, b"a"), pair(CN, UTF8, b"b"));
    assert_eq!(in_place(&[&a, &b]), [DuplicateNameAttribute, MultiValuedName]);
}

/// What is found in an extension in the place of those of a good certificate.
fn in_extension(certificate: &str, oid: &str, critical: bool, value: &[u8]) -> Vec<FindingCode> {
    let encoded = der(certificate);
    let mut raw = RawCertificate::decode(&encoded).unwrap();
    let oid = ObjectIdentifier::new_unwrap(oid);
    let extension = RawExtension { oid, critical, default_is_encoded: false, value };
    let list = raw.content.extensions.as_mut().unwrap();
    list.retain(|extension| extension.oid != oid);
    list.push(extension);
    found(|report| check(&Facts::new(&raw, None, false), report))
}

fn in_alt_name(tag: u8, value: &[u8]) -> Vec<FindingCode> {
    in_extension("legal-wildcard", "2.5.29.17", false, &tlv(0x30, &[&tlv(tag, &[value])]))
}

#[test]
fn alternative_names() {
    assert_eq!(in_alt_name(0x82, b"www.example.com"), []);
    for bad in ["", "a..b", "-a.example.com", "a b.example.com", "xn--a", "bücher.example.com", "https://a"]
    {
        assert_eq!(in_alt_name(0x82, bad.as_bytes()), [DnsNameSyntax], "{bad}");
    }
    for bad in ["*", "*.com", "a*.example.com", "a.*.example.com"] {
        assert_eq!(in_alt_name(0x82, bad.as_bytes()), [WildcardPosition], "{bad}");
    }
    assert_eq!(in_alt_name(0x82, b"node"), [SingleLabelName]);
    assert_eq!(in_alt_name(0x82, b"::1"), [IpAsDnsName]);
    assert_eq!(in_alt_name(0x87, &[10, 0, 0, 1]), []);
    assert_eq!(in_alt_name(0x87, &[0; 16]), []);
    assert_eq!(
        in_alt_name(0x87, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1]),
        [IpAddressMapped]
    );
    assert_eq!(in_alt_name(0x87, &[]), [IpAddressLength]);
    assert_eq!(in_alt_name(0x81, b"\"a b\"@example.com"), []);
    assert_eq!(in_alt_name(0x81, b"a@b@"), [EmailSyntax]);
    assert_eq!(in_alt_name(0x86, b"spiffe://example.com/x"), []);
    assert_eq!(in_alt_name(0x88, &[0x2a, 3]), []);
    assert_eq!(in_alt_name(0x89, &[]), [MalformedExtension]);
}

/// RFC 9598 §3.
#[test]
fn internationalised_mail() {
    let mailbox = |text: &str| {
        let value = tlv(0xa0, &[&tlv(UTF8, &[text.as_bytes()])]);
        in_alt_name(0xa0, &[oid("1.3.6.1.5.5.7.8.9"), value].concat())
    };
    assert_eq!(mailbox("zoë@example.com"), []);
    assert_eq!(mailbox("zoë@xn--bcher-kva.example"), []);
    for bad in [
        "zoe@example.com",
        "zoë",
        "zoë@bücher.example",
        "zoë@Example.com",
        "\u{feff}zoë@example.com",
        "zoë@-",
    ] {
        assert_eq!(mailbox(bad), [SmtpUtf8Mailbox], "{bad}");
    }
}

#[test]
fn criticality_of_each_extension() {
    let empty: &[u8] = &[0x30, 0];
    assert_eq!(in_extension("ca", "2.5.29.36", false, empty), [ExtensionNotCritical]);
    assert_eq!(in_extension("ca", "2.5.29.54", false, &[2, 1, 0]), [ExtensionNotCritical]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.36", true, empty), [ExtensionForAuthorities]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.9", true, empty), [ExtensionCritical]);
    assert_eq!(in_extension("legal-wildcard", "1.3.6.1.5.5.7.1.24", true, empty), [ExtensionCriticality]);
    assert_eq!(in_extension("legal-wildcard", "1.3.6.1.5.5.7.48.1.5", true, &[5, 0]), [ExtensionCriticality]);
    assert_eq!(in_extension("legal-wildcard", "1.2.3.4", false, empty), []);
}

#[test]
fn name_constraints() {
    let check = |base: &[u8]| {
        let value = tlv(0x30, &[&tlv(0xa0, &[&tlv(0x30, &[base])])]);
        in_extension("ca", "2.5.29.30", true, &value)
    };
    assert_eq!(check(&tlv(0x82, &[b"example.com"])), []);
    assert_eq!(check(&tlv(0x82, &[b".example.com"])), [NameConstraintDot]);
    assert_eq!(check(&tlv(0x82, &[b"*.example.com"])), [NameConstraintSyntax]);
    assert_eq!(check(&tlv(0x81, &[b".example.com"])), []);
    assert_eq!(check(&tlv(0x81, &[b"a@example.com"])), []);
    assert_eq!(check(&tlv(0x86, &[b"https://example.com"])), [NameConstraintSyntax]);
    for good in [&[10, 0, 0, 0, 255, 0, 0, 0][..], &[0; 8], &[10, 0, 0, 1, 255, 255, 255, 255], &[0; 32]] {
        assert_eq!(check(&tlv(0x87, &[good])), [], "{good:?}");
    }
    for bad in [
        &[10, 0, 0, 0, 0, 255, 0, 0][..],
        &[10, 0, 0, 1, 255, 0, 0, 0],
        &[10, 0, 0, 0],
        &[10, 0, 0, 0, 253, 0, 0, 0],
    ] {
        assert_eq!(check(&tlv(0x87, &[bad])), [NameConstraintAddress], "{bad:?}");
    }
    assert_eq!(in_extension("ca", "2.5.29.30", true, &[0x30, 0]), [NameConstraintsEmpty]);
    assert_eq!(in_extension("ca", "2.5.29.30", true, &[0x30, 2, 0xa0, 0]), [NameConstraintsEmpty]);
    let minimum = tlv(0x30, &[&tlv(0xa0, &[&tlv(0x30, &[&tlv(0x82, &[b"a.b"]), &[0x80, 1, 0]])])]);
    assert_eq!(in_extension("ca", "2.5.29.30", true, &minimum), [EncodedDefault]);
}

#[test]
fn locations() {
    let point = |content: &[u8]| {
        in_extension("legal-wildcard", "2.5.29.31", false, &tlv(0x30, &[&tlv(0x30, &[content])]))
    };
    let full = |url: &str| point(&tlv(0xa0, &[&tlv(0xa0, &[&tlv(0x86, &[url.as_bytes()])])]));
    assert_eq!(full("http://crl.example.com/ca.crl"), []);
    assert_eq!(full("ldap://example.com/cn=ca"), []);
    assert_eq!(full("https://crl.example.com/ca.crl"), [LocationNotHttp]);
    assert_eq!(full("crl.example.com"), [LocationNotHttp]);
    assert_eq!(point(&[0x81, 2, 6, 0x40]), [DistributionPointWithoutLocation]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.31", false, &[0x30, 0]), [LocationsEmpty]);
    assert_eq!(in_extension("legal-wildcard", "1.3.6.1.5.5.7.1.1", false, &[0x30, 0]), [LocationsEmpty]);
}

#[test]
fn policies() {
    let text = |tag: u8, text: &[u8]| {
        let notice = tlv(0x30, &[&oid("1.3.6.1.5.5.7.2.2"), &tlv(0x30, &[&tlv(tag, &[text])])]);
        let policy = tlv(0x30, &[&oid("1.2.3.4"), &tlv(0x30, &[&notice])]);
        in_extension("legal-wildcard", "2.5.29.32", false, &tlv(0x30, &[&policy]))
    };
    assert_eq!(text(UTF8, b"notice"), []);
    assert_eq!(text(0x1a, b"notice"), []);
    assert_eq!(text(IA5, b"notice"), [PolicyTextType]);
    assert_eq!(text(UTF8, &[b'x'; 201]), [PolicyTextTooLong]);
    assert_eq!(text(UTF8, b"a\tb"), [PolicyTextCharacters]);
    assert_eq!(text(UTF8, "e\u{301}".as_bytes()), [PolicyTextCharacters]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.32", false, &[0x30, 0]), [PoliciesEmpty]);
}

#[test]
fn key_identifiers() {
    let authority = |value: &[u8]| in_extension("legal-wildcard", "2.5.29.35", false, value);
    assert_eq!(authority(&tlv(0x30, &[&[0x80, 1, 7]])), []);
    assert_eq!(authority(&[0x30, 0]), [AuthorityKeyIdentifierMissing]);
    assert_eq!(authority(&tlv(0x30, &[&[0x80, 1, 7], &[0x82, 1, 7]])), [AuthorityKeyIdentifierPartial]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.14", false, &[4, 0]), [MalformedExtension]);
    // RFC 7093 §2, the first method: 160 bits of SHA-256.
    let encoded = der("legal-wildcard");
    let raw = RawCertificate::decode(&encoded).unwrap();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(algorithm::key_bits(&raw).unwrap());
    assert_eq!(in_extension("legal-wildcard", "2.5.29.14", false, &tlv(4, &[&hash[..20]])), []);
    assert_eq!(
        in_extension("legal-wildcard", "2.5.29.14", false, &tlv(4, &[&hash[..19]])),
        [SubjectKeyIdentifierMethod]
    );
}

#[test]
fn rights() {
    let basic = |value: &[u8]| in_extension("ca", "2.5.29.19", true, value);
    assert_eq!(basic(&[0x30, 6, 1, 1, 0xff, 2, 1, 3]), []);
    assert_eq!(basic(&[0x30, 7, 1, 1, 0xff, 2, 2, 1, 0]), []);
    assert_eq!(basic(&[0x30, 6, 1, 1, 0xff, 2, 1, 0x80]), [MalformedExtension]);
    assert_eq!(in_extension("ca", "2.5.29.15", true, &[3, 2, 1, 2]), [AuthorityWithoutCertSign]);
    assert_eq!(in_extension("legal-wildcard", "2.5.29.15", true, &[3, 2, 3, 8]), []);
    assert_eq!(
        in_extension("legal-wildcard", "2.5.29.15", true, &[3, 3, 7, 9, 0x80]),
        [OnlyWithoutAgreement]
    );
    let purposes = |oids: &[&str]| {
        let oids: Vec<u8> = oids.iter().flat_map(|text| oid(text)).collect();
        in_extension("legal-wildcard", "2.5.29.37", false, &tlv(0x30, &[&oids]))
    };
    assert_eq!(purposes(&["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.1"]), [DuplicatePurpose]);
    assert_eq!(
        purposes(&["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8"]),
        [TimeStampingNotAlone, TimeStampingNotCritical]
    );
}

#[test]
fn what_is_missing() {
    let missing = |certificate: &str, oids: &[&str]| {
        let encoded = der(certificate);
        let mut raw = RawCertificate::decode(&encoded).unwrap();
        let list = raw.content.extensions.as_mut().unwrap();
        list.retain(|extension| !oids.contains(&extension.oid.to_string().as_str()));
        found(|report| presence(&Facts::new(&raw, None, false), report))
    };
    assert_eq!(missing("legal-wildcard", &[]), []);
    assert_eq!(missing("legal-wildcard", &["2.5.29.14"]), [SubjectKeyIdentifierAdvised]);
    assert_eq!(missing("legal-wildcard", &["2.5.29.17"]), [ServerWithoutNames]);
    assert_eq!(missing("legal-wildcard", &["2.5.29.35"]), [AuthorityKeyIdentifierMissing]);
}

#[test]
fn serial_numbers() {
    let check = |bytes: &[u8]| found(|report| serial(bytes, report));
    assert_eq!(check(&[1]), []);
    assert_eq!(check(&[0x7f; 20]), []);
    assert_eq!(check(&[0]), [SerialZero]);
    assert_eq!(check(&[0x80]), [SerialNegative]);
    assert_eq!(check(&[0x7f; 21]), [SerialTooLong]);
}

#[test]
fn algorithms() {
    let identifier = |text: &str, parameters: &[u8]| tlv(0x30, &[&oid(text), parameters]);
    let check = |text: &str, parameters: &[u8]| {
        let encoded = identifier(text, parameters);
        let identifier = AnyRef::from_der(&encoded).unwrap();
        found(|report| algorithm::signature(identifier, identifier, report).unwrap())
    };
    let null: &[u8] = &[5, 0];
    assert_eq!(check("1.2.840.113549.1.1.11", null), []);
    assert_eq!(check("1.2.840.113549.1.1.11", &[]), [AlgorithmParameters]);
    assert_eq!(check("1.2.840.10045.4.3.2", &[]), []);
    assert_eq!(check("1.2.840.10045.4.3.2", null), [AlgorithmParameters]);
    assert_eq!(check("1.3.101.112", null), [AlgorithmParameters]);
    assert_eq!(check("1.2.840.113549.1.1.4", null), [WeakSignature]);
    assert_eq!(check("1.2.840.113549.1.1.10", &[0x30, 0]), [UnknownAlgorithm]);
    let (inner, outer) = (identifier("1.2.840.10045.4.3.2", &[]), identifier("1.2.840.10045.4.3.3", &[]));
    let differ = found(|report| {
        algorithm::signature(AnyRef::from_der(&inner).unwrap(), AnyRef::from_der(&outer).unwrap(), report)
            .unwrap();
    });
    assert_eq!(differ, [AlgorithmMismatch]);
}

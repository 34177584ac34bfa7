//! What is classified how, and what is refused with which words.

use proptest::prelude::*;

use super::*;
use crate::finding::FindingCode;

fn parse(text: &str) -> String {
    match text.parse::<SubjectAltName>() {
        Ok(SubjectAltName::Dns(name)) => format!("DNS:{name}"),
        Ok(SubjectAltName::Ip(ip)) => format!("IP:{ip}"),
        Ok(SubjectAltName::Email(address)) => format!("email:{address}"),
        Ok(SubjectAltName::Uri(uri)) => format!("URI:{uri}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn classifies() {
    assert_eq!(parse("kubernetes.default.svc"), "DNS:kubernetes.default.svc");
    assert_eq!(parse("ip-172-31-0-10"), "DNS:ip-172-31-0-10");
    assert_eq!(parse("3com.example"), "DNS:3com.example");
    assert_eq!(parse("EXAMPLE.com"), "DNS:example.com");
    assert_eq!(parse("bücher.example"), "DNS:xn--bcher-kva.example");
    assert_eq!(parse("XN--Bcher-KVA.example"), "DNS:xn--bcher-kva.example");
    assert_eq!(parse("*.apps.example.com"), "DNS:*.apps.example.com");
    assert_eq!(parse("127.0.0.1"), "IP:127.0.0.1");
    assert_eq!(parse("2001:DB8::1"), "IP:2001:db8::1");
    assert_eq!(parse("Ops@Example.com"), "email:Ops@example.com");
    assert_eq!(parse("spiffe://cluster.local/ns/default"), "URI:spiffe://cluster.local/ns/default");
    assert_eq!(parse("HTTPS://U@Example.COM:8443/A?B#C"), "URI:https://U@example.com:8443/A?B#C");
    assert_eq!(parse("bücher。example"), "DNS:xn--bcher-kva.example");
    assert_eq!(parse("ops@bücher.example"), "email:ops@xn--bcher-kva.example");
    assert_eq!(parse("fassbräu-straße.example"), "DNS:xn--fassbru-strae-mdb2e.example");
    assert_eq!(parse("URN:a:B"), "URI:urn:a:B");
    assert_eq!(
        parse("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        "URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    );
}

#[test]
fn refuses_in_plain_words() {
    for (text, message) in [
        ("", "a subject alternative name is empty"),
        ("  ", "a subject alternative name is empty"),
        ("bad host", "`bad host` is not a DNS name: it contains ' '"),
        (
            "10.0.0.1/24",
            "`10.0.0.1/24` is an address range, but a certificate names single addresses (did you mean `10.0.0.1`?)",
        ),
        ("host:8443", "`host:8443` has a port, which certificates do not name (did you mean `host`?)"),
        (
            "10.0.0.1:6443",
            "`10.0.0.1:6443` has a port, which certificates do not name (did you mean `10.0.0.1`?)",
        ),
        ("[::1]:6443", "`[::1]:6443` has a port, which certificates do not name (did you mean `::1`?)"),
        ("[::1]", "`[::1]` is in brackets (did you mean `::1`?)"),
        (
            "fe80::1%eth0",
            "`fe80::1%eth0` has a zone, which has a meaning on one machine only; a certificate cannot carry it",
        ),
        ("a..b", "`a..b` is not a DNS name: it has an empty label"),
        (".a", "`.a` is not a DNS name: it has an empty label"),
        (
            "example.com.",
            "`example.com.` ends with a dot, which a certificate must not carry (did you mean `example.com`?)",
        ),
        ("010.0.0.1", "`010.0.0.1` is not an IP address"),
        ("256.1.1.1", "`256.1.1.1` is not an IP address"),
        (
            "::ffff:10.0.0.1",
            "`::ffff:10.0.0.1` is an IPv4 address in the form of IPv6, which verifiers do not match (did you mean `10.0.0.1`?)",
        ),
        ("/abs/path", "`/abs/path` is a path, not a DNS name"),
        ("*", "`*` is not a valid wildcard: only `*.` before a name of at least two labels is"),
        ("*.com", "`*.com` is not a valid wildcard: only `*.` before a name of at least two labels is"),
        ("a.*.com", "`a.*.com` is not a valid wildcard: only `*.` before a name of at least two labels is"),
        (
            "f*.example.com",
            "`f*.example.com` is not a valid wildcard: only `*.` before a name of at least two labels is",
        ),
        ("-a.example", "`-a.example` is not a DNS name: a label begins or ends with a hyphen"),
        ("a$b", "`a$b` is not a DNS name: it contains '$'"),
        ("xn--.example", "`xn--.example` is not a valid internationalised DNS name"),
        (
            "@example.com",
            "`@example.com` is not an e-mail address: the part before the `@` must have 1 to 64 characters",
        ),
        ("a@b c", "`a@b c` is not an e-mail address: the part after the `@` is not a domain"),
        ("https://a b", "`https://a b` is not an absolute URI: the character ' ' must be percent-encoded"),
        ("10.0.0.１", "`10.0.0.１` is the IP address 10.0.0.1, not a DNS name"),
        ("bücher.7", "`bücher.7` is not an IP address"),
        ("ä@example.com", "`ä@example.com` is not an e-mail address: the part before the `@` is not ASCII"),
        ("a..b@c", "`a..b@c` is not an e-mail address: the part before the `@` is malformed"),
        (
            "a@*.example.com",
            "`a@*.example.com` is not an e-mail address: the part after the `@` is not a domain",
        ),
        ("https:///", "`https:///` is not an absolute URI: empty host"),
        ("https://a/%zz", "`https://a/%zz` is not an absolute URI: `%zz` is not a percent-encoded character"),
        ("https://a/%a", "`https://a/%a` is not an absolute URI: `%a` is not a percent-encoded character"),
        ("urn:", "`urn:` is not an absolute URI: nothing follows the scheme"),
        ("https://u:secret@a", "`(hidden)` is not an absolute URI: it contains a password"),
    ] {
        assert_eq!(parse(text), message);
    }
    assert_eq!(
        parse(&"a".repeat(64)),
        format!("`{}` is not a DNS name: a label has 64 characters, and 63 are allowed", "a".repeat(64))
    );
    assert!(parse(&vec!["abcdefghi"; 26].join(".")).ends_with("it has 259 characters, and 253 are allowed"));
}

#[test]
fn known_kinds_are_not_guessed() {
    assert_eq!(
        SubjectAltName::ip("kubernetes").unwrap_err().to_string(),
        "`kubernetes` is not an IP address"
    );
    assert_eq!(
        SubjectAltName::dns("10.0.0.1").unwrap_err().to_string(),
        "`10.0.0.1` is the IP address 10.0.0.1, not a DNS name"
    );
    assert_eq!(
        SubjectAltName::dns("::1").unwrap_err().to_string(),
        "`::1` is the IP address ::1, not a DNS name"
    );
    assert_eq!(
        SubjectAltName::dns("a.b.7").unwrap_err().to_string(),
        "`a.b.7` is not a DNS name: its last label `7` is a number"
    );
    assert_eq!(
        SubjectAltName::uri("https:example.com").unwrap_err().to_string(),
        "`https:example.com` is not an absolute URI: `//` is missing after the scheme"
    );
    let long = format!("a@{}example", "b.".repeat(123));
    assert_eq!(
        SubjectAltName::email(&long).unwrap_err().to_string(),
        format!("`{long}` is not an e-mail address: it has more than 254 characters")
    );
    assert!(SubjectAltName::email("kubernetes").is_err());
    assert!(SubjectAltName::uri("kubernetes").is_err());
}

#[test]
fn the_wildcard_counts_for_the_length() {
    let host = format!("{}.example", "a.".repeat(121) + "abc");
    assert_eq!(host.len(), 253);
    assert_eq!(parse(&host), format!("DNS:{host}"));
    assert_eq!(
        parse(&format!("*.{host}")),
        format!("`*.{host}` is not a DNS name: it has 255 characters, and 253 are allowed")
    );
}

#[test]
fn an_ipv4_address_never_has_the_form_of_ipv6() {
    let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
    assert_eq!(SubjectAltName::from(mapped).to_string(), "10.0.0.1");
    let encoded = x509_cert::ext::pkix::name::GeneralName::from(mapped);
    assert_eq!(
        decode(&encoded).unwrap_err().to_string(),
        "`::ffff:10.0.0.1` is an IPv4 address in the form of IPv6, which verifiers do not match (did you mean \
         `10.0.0.1`?)"
    );
}

#[test]
fn lists_keep_the_first_of_equal_names() {
    let names = SubjectAltNames::parse(["b.example", "10.0.0.1", "B.example", "a.example"]).unwrap();
    assert_eq!(
        names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["b.example", "10.0.0.1", "a.example"]
    );
}

#[test]
fn lists_report_every_fault_with_its_index() {
    let errors = SubjectAltNames::parse(["ok.example", "bad host", "", "10.0.0.1"]).unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.place().unwrap()).collect();
    assert_eq!(places, [Place::SubjectAltName(1), Place::SubjectAltName(2)]);
}

#[test]
fn linters_dislike_some_names_that_work() {
    let names = SubjectAltNames::parse(["kubernetes", "localhost", "ip-172-31-0-10", "a_b.example"]).unwrap();
    let codes: Vec<_> = names.findings().iter().map(|f| (f.place(), f.code())).collect();
    assert_eq!(
        codes,
        [
            (Place::SubjectAltName(2), FindingCode::SingleLabelName),
            (Place::SubjectAltName(3), FindingCode::UnderscoreInName)
        ]
    );
}

#[test]
fn encoding_is_reversible() {
    let names =
        SubjectAltNames::parse(["*.a.example", "10.0.0.1", "::1", "a@b.example", "https://c.example/"])
            .unwrap();
    let decoded: Result<SubjectAltNames, _> = encode(&names).unwrap().iter().map(decode).collect();
    assert_eq!(decoded.unwrap(), names);
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = text.parse::<SubjectAltName>();
    }

    #[test]
    fn never_panics_near_names(text in "[-a-zA-Z0-9.:/*@%\\[\\]_äß ]{0,80}") {
        let _ = text.parse::<SubjectAltName>();
    }

    #[test]
    fn what_is_accepted_is_stable(text in "[-a-zA-Z0-9.:*@_äß]{0,40}") {
        if let Ok(name) = text.parse::<SubjectAltName>() {
            prop_assert_eq!(name.to_string().parse::<SubjectAltName>(), Ok(name));
        }
    }
}

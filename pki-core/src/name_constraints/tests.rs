//! What is read with which words, and which names are allowed.

use proptest::prelude::*;

use super::*;
use crate::name::DistinguishedName;
use crate::profile::Identity;
use crate::san::SubjectAltNames;

fn read(text: &str) -> String {
    text.parse::<GeneralSubtree>().map_or_else(|error| error.to_string(), |subtree| subtree.to_string())
}

fn violations(permitted: &[&str], excluded: &[&str], common_name: &str, names: &[&str]) -> Vec<String> {
    let identity = Identity {
        subject: DistinguishedName::common(common_name),
        subject_alt_names: SubjectAltNames::parse(names).unwrap(),
    };
    let constraints = NameConstraints::parse(permitted, excluded).unwrap();
    constraints.violations(&identity).iter().map(ToString::to_string).collect()
}

#[test]
fn reads_every_kind() {
    for (text, expected) in [
        ("Example.COM", "DNS:example.com"),
        ("DNS:bücher.example", "DNS:xn--bcher-kva.example"),
        ("10.0.0.0/8", "IP:10.0.0.0/8"),
        ("IP:fd00::/8", "IP:fd00::/8"),
        ("fd00::/8", "IP:fd00::/8"),
        ("10.1.2.3", "IP:10.1.2.3/32"),
        ("::1", "IP:::1/128"),
        ("ops@Example.com", "email:ops@example.com"),
        ("email:example.com", "email:example.com"),
        ("email:.example.com", "email:.example.com"),
        ("URI:example.com", "URI:example.com"),
        ("uri:.example.com", "URI:.example.com"),
    ] {
        assert_eq!(read(text), expected);
    }
}

#[test]
fn refuses_in_plain_words() {
    for (text, message) in [
        ("", "a subject alternative name is empty"),
        (
            ".example.com",
            "`.example.com` begins with a dot; a constraint of DNS names is a domain and everything below: write \
             `example.com`",
        ),
        (
            "*.example.com",
            "`*.example.com` has a wildcard, which constraints do not know: write `example.com`",
        ),
        ("10.1.0.0/8", "`10.1.0.0/8` is an address in a network, not a network (did you mean `10.0.0.0/8`?)"),
        ("IP:x", "`x` is not a range of IP addresses; write for example `10.0.0.0/8` or `fd00::/8`"),
        (
            "10.0.0.0/33",
            "`10.0.0.0/33` is not a range of IP addresses; write for example `10.0.0.0/8` or `fd00::/8`",
        ),
        (
            "::ffff:10.0.0.0/104",
            "`::ffff:10.0.0.0/104` is a range of IPv4 addresses in the form of IPv6, which verifiers do not match",
        ),
        (
            "URI:https://example.com/x",
            "`https://example.com/x` is a URI; a constraint names the host alone: write `example.com`",
        ),
        ("bad host", "`bad host` is not a DNS name: it contains ' '"),
        ("email:a@b c", "`a@b c` is not an e-mail address: the part after the `@` is not a domain"),
    ] {
        assert_eq!(read(text), message);
    }
}

#[test]
fn lists_report_every_fault() {
    let errors = NameConstraints::parse([".a.example", "b.example"], ["10.0.0.1/8"]).unwrap_err();
    assert_eq!(errors.len(), 2);
}

#[test]
fn names_of_other_kinds_are_not_affected() {
    assert_eq!(violations(&["example.com"], &[], "x", &["10.0.0.1", "a@b.example", "urn:a:b"]), [""; 0]);
    assert_eq!(violations(&["10.0.0.0/8"], &[], "x", &["a.example", "10.1.2.3"]), [""; 0]);
}

#[test]
fn every_kind_is_enforced() {
    let permitted = ["example.com", "10.0.0.0/8", "email:.example.com", "URI:example.com"];
    let bad = ["example.org", "192.168.0.1", "::1", "a@example.com", "https://a.example.com/", "urn:a:b"];
    assert_eq!(
        violations(&permitted, &[], "x", &bad),
        [
            "`example.org` is not within the permitted DNS:example.com",
            "`192.168.0.1` is not within the permitted IP:10.0.0.0/8",
            "`::1` is not within the permitted IP:10.0.0.0/8",
            "`a@example.com` is not within the permitted email:.example.com",
            "`https://a.example.com/` is not within the permitted URI:example.com",
            "`urn:a:b` has no host name, and the hosts of URIs are constrained",
        ]
        .map(str::to_owned)
    );
    let good = ["example.com", "*.a.example.com", "10.1.2.3", "a@b.example.com", "spiffe://example.com/x"];
    assert_eq!(violations(&permitted, &[], "x", &good), [""; 0]);
}

#[test]
fn excluded_counts_more_than_permitted() {
    let names = ["a.example.com", "*.example.com", "b.secret.example.com"];
    assert_eq!(
        violations(&["example.com"], &["secret.example.com"], "x", &names),
        [
            "`*.example.com` is within the excluded DNS:secret.example.com",
            "`b.secret.example.com` is within the excluded DNS:secret.example.com",
        ]
    );
    assert_eq!(
        violations(&[], &["0.0.0.0/0"], "x", &["10.0.0.1", "::1"]),
        ["`10.0.0.1` is within the excluded IP:0.0.0.0/0"]
    );
}

#[test]
fn the_subject_counts_too() {
    let expected = ["`web.example.org` is not within the permitted DNS:example.com"];
    assert_eq!(violations(&["example.com"], &[], "web.example.org", &[]), expected);
    assert_eq!(violations(&["example.com"], &[], "system:node:web.example.org", &[]), [""; 0]);
    assert_eq!(violations(&["example.com"], &[], "admin", &[]), [""; 0]);
    assert_eq!(
        violations(&["10.0.0.0/8"], &[], "192.168.0.1", &[]),
        ["`192.168.0.1` is not within the permitted IP:10.0.0.0/8"]
    );
    let subject =
        DistinguishedName { email_address: Some("a@example.org".into()), ..DistinguishedName::common("x") };
    let constraints = NameConstraints::parse(["email:example.com"], [""; 0]).unwrap();
    let found = constraints.violations(&Identity { subject, ..Identity::default() });
    assert_eq!(found[0].to_string(), "`a@example.org` is not within the permitted email:example.com");
    assert_eq!(found[0].place(), crate::Place::Subject(crate::NameAttribute::EmailAddress));
}

#[test]
fn an_authority_below_stays_inside() {
    let wide = NameConstraints::parse(["example.com", "10.0.0.0/8"], ["secret.example.com"]).unwrap();
    let below = |permitted: &[&str]| {
        let below = NameConstraints::parse(permitted, [""; 0]).unwrap();
        wide.violations_below(&below).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(below(&["a.example.com", "10.1.0.0/16", "email:b.example"]), [""; 0]);
    assert_eq!(
        below(&["example.org", "0.0.0.0/0", "a.secret.example.com"]),
        [
            "`DNS:example.org` is not within the permitted DNS:example.com",
            "`IP:0.0.0.0/0` is not within the permitted IP:10.0.0.0/8",
            "`DNS:a.secret.example.com` is within the excluded DNS:secret.example.com",
        ]
    );
}

#[test]
fn encoding_is_reversible_and_without_defaults() {
    use der::Encode;
    let constraints = NameConstraints::parse(
        ["example.com", "10.0.0.0/8", "fd00::/8", "email:.example.com", "a@b.example", "URI:.example.com"],
        ["DNS:secret.example.com"],
    )
    .unwrap();
    let encoded = encode(&constraints).unwrap();
    assert_eq!(decode(&encoded), constraints);
    let small = encode(&NameConstraints::parse(["a.b", "10.0.0.0/8"], [""; 0]).unwrap()).unwrap();
    assert_eq!(
        small.to_der().unwrap(),
        [&[48, 21, 160, 19, 48, 5, 0x82, 3][..], b"a.b", &[48, 10, 0x87, 8, 10, 0, 0, 0, 255, 0, 0, 0]]
            .concat()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = text.parse::<GeneralSubtree>();
    }

    #[test]
    fn what_is_accepted_is_stable(text in "(DNS:|IP:|email:|URI:)?[-a-z0-9.:/@*]{0,30}") {
        if let Ok(subtree) = text.parse::<GeneralSubtree>() {
            prop_assert_eq!(subtree.to_string().parse::<GeneralSubtree>(), Ok(subtree));
        }
    }

    #[test]
    fn what_a_subtree_covers_it_contains(wide in "[ab]\\.c|c", narrow in "[ab]\\.[ab]\\.c|[ab]\\.c", host in "[ab](\\.[ab]){0,2}\\.c") {
        let [wide, narrow] = [wide, narrow].map(|domain| NameConstraints::parse([domain], [""; 0]).unwrap());
        let identity = Identity { subject_alt_names: SubjectAltNames::parse([host]).unwrap(), ..Identity::default() };
        if wide.violations_below(&narrow).is_empty() && narrow.violations(&identity).is_empty() {
            prop_assert_eq!(wide.violations(&identity), vec![]);
        }
    }
}

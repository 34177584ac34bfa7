use super::*;
use crate::key::{KeyAlgorithm, PrivateKey};
use crate::name::DistinguishedName;
use crate::pem;
use crate::profile::{AuthorityConstraint, Identity, SigningProfile};

/// Made by pyca/cryptography, see `verify.py` beside it.
const FILE: &str = include_str!("../../tests/data/verify.pem");

const TIME: &str = "2026-12-01T00:00:00Z";

fn block(label: &str) -> &'static str {
    let start = FILE.find(&format!("\n\n{label}\n-----BEGIN")).map(|start| start + 2).unwrap_or_default();
    assert!(FILE[start..].starts_with(label), "no {label}");
    let text = &FILE[start + label.len() + 1..];
    &text[..text.find("\n\n").unwrap_or(text.len())]
}

fn certificate(label: &str) -> Certificate {
    Certificate::from_pem(block(label)).unwrap()
}

fn certificates(labels: &[&str]) -> Vec<Certificate> {
    labels.iter().map(|label| certificate(label)).collect()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Verifies the first certificate with the others as intermediates.
fn verify(
    roots: &[&str],
    chain: &[&str],
    with: impl Fn(Verifier) -> Verifier,
) -> Result<Vec<String>, String> {
    let (roots, chain) = (certificates(roots), certificates(chain));
    let verifier = with(Verifier::new(&roots, time(TIME)).intermediates(&chain[1..]));
    verifier
        .verify(&chain[0])
        .map(|path| path.iter().map(Certificate::subject_text).collect())
        .map_err(|error| error.to_string())
}

fn error(roots: &[&str], chain: &[&str], with: impl Fn(Verifier) -> Verifier) -> String {
    verify(roots, chain, with).unwrap_err()
}

const LEAF: [&str; 2] = ["leaf", "middle"];

#[test]
fn gives_the_path() {
    assert_eq!(
        verify(&["root"], &LEAF, |v| v),
        Ok(vec!["CN=leaf".into(), "CN=Middle".into(), "CN=Root".into()])
    );
    // What else lies around does no harm.
    let pile = ["leaf", "leaf", "server", "deep", "middle", "root", "middle"];
    assert_eq!(verify(&["alone", "root-anew", "root"], &pile, |v| v).unwrap().len(), 3);
    assert_eq!(verify(&["alone"], &["alone"], |v| v), Ok(vec!["CN=alone".into()]));
    assert_eq!(
        error(&["root"], &["root"], |v| v),
        "the certificate `CN=Root` is the certificate of an authority: verify one that it has issued"
    );
}

#[test]
fn every_signature_algorithm_is_accepted() {
    for bits in [256, 384, 512] {
        let root = format!("rsa-{bits}-root");
        for leaf in ["rsa", "pss"] {
            assert_eq!(
                verify(&[&root], &[&format!("{leaf}-{bits}")], |v| v).unwrap().len(),
                2,
                "{leaf} {bits}"
            );
        }
        for curve in ["secp256r1", "secp384r1"] {
            let (root, leaf) = (format!("{curve}-root"), format!("{curve}-{bits}"));
            assert_eq!(verify(&[&root], &[&leaf], |v| v).unwrap().len(), 2, "{leaf}");
        }
    }
    assert_eq!(
        error(&["root"], &["sha3", "middle"], |v| v),
        "the certificate `CN=sha3` has a signature that is not supported (2.16.840.1.101.3.4.3.10)"
    );
}

#[test]
fn a_changed_signature_is_refused() {
    for (root, leaf) in
        [("rsa-256-root", "rsa-256"), ("rsa-256-root", "pss-256"), ("secp384r1-root", "secp384r1-384")]
    {
        let mut der = pem::single(block(leaf), "CERTIFICATE", pem::Surroundings::Ignored).unwrap().to_vec();
        let last = der.len() - 1;
        der[last] ^= 1;
        let (root, leaf) = ([certificate(root)], Certificate::from_der(&der).unwrap());
        let refusal = Verifier::new(&root, time(TIME)).verify(&leaf).unwrap_err().refusal;
        assert_eq!(refusal, Refusal::WrongSignature { issuer: root[0].subject_text() });
    }
}

#[test]
fn times_are_those_of_the_whole_path() {
    let at = |text: &str, chain: &[&str]| {
        let (roots, chain) = (certificates(&["root"]), certificates(chain));
        let verifier = Verifier::new(&roots, time(text)).intermediates(&chain[1..]);
        verifier.verify(&chain[0]).map(|path| path.len()).map_err(|error| error.to_string())
    };
    assert_eq!(at("2027-02-01T00:00:00Z", &LEAF), Ok(3));
    assert_eq!(
        at("2027-02-01T00:00:01Z", &LEAF),
        Err("the certificate `CN=leaf` expired at 2027-02-01T00:00:00Z, before 2027-02-01T00:00:01Z: issue it anew"
            .into())
    );
    assert_eq!(at("2026-02-01T00:00:00Z", &LEAF), Ok(3));
    assert_eq!(
        at("2026-01-31T23:59:59Z", &LEAF),
        Err("the certificate `CN=leaf` is valid from 2026-02-01T00:00:00Z on, after 2026-01-31T23:59:59Z: compare the \
             clocks, or wait"
            .into())
    );
    assert_eq!(
        at(TIME, &["ended-leaf", "ended"]),
        Err("the certificate `CN=Ended` expired at 2026-02-01T00:00:00Z, before 2026-12-01T00:00:00Z: issue it anew"
            .into())
    );
}

/// webpki takes a root for a name and a key; its certificate counts nevertheless.
#[test]
fn the_root_is_checked() {
    assert_eq!(
        error(&["root-ended"], &LEAF, |v| v),
        "the certificate `CN=Root` expired at 2026-05-01T00:00:00Z, before 2026-12-01T00:00:00Z: issue it anew"
    );
    assert_eq!(verify(&["root-ended", "root"], &LEAF, |v| v).unwrap().len(), 3);
    assert_eq!(
        error(&["root-no-authority"], &LEAF, |v| v),
        "the certificate `CN=Root` has issued a certificate, but is not the certificate of an authority"
    );
    assert_eq!(verify(&["root-clients"], &LEAF, |v| v.purpose(Purpose::Client)).unwrap().len(), 3);
    assert_eq!(
        error(&["root-clients"], &LEAF, |v| v.purpose(Purpose::Server)),
        "the certificate `CN=Root` is not for `server auth` but for `client auth`: add the usage and issue it anew"
    );
    assert_eq!(
        error(&["root"], &["wider-leaf", "wider", "wide"], |v| v),
        "the certificate `CN=Root` allows 1 authorities below it, and there are 2"
    );
}

#[test]
fn names_are_those_of_the_certificate() {
    let named = |chain: &[&str], name: &str| {
        let name: SubjectAltName = name.parse().unwrap();
        let (roots, chain) = (certificates(&["root"]), certificates(chain));
        let verifier = Verifier::new(&roots, time(TIME)).intermediates(&chain[1..]).name(&name);
        verifier.verify(&chain[0]).map(drop).map_err(|error| error.to_string())
    };
    for name in ["a.example", "A.Example", "x.b.example", "*.b.example", "10.0.0.1"] {
        assert_eq!(named(&LEAF, name), Ok(()), "{name}");
    }
    for name in
        ["b.example", "x.y.b.example", "x.a.example", "*.a.example", "leaf", "10.0.0.2", "::1", "m@a.example"]
    {
        assert_eq!(
            named(&LEAF, name),
            Err(format!(
                "the certificate `CN=leaf` is not for `{name}` but for `a.example`, `*.b.example` and `10.0.0.1`: add \
                 the name and issue it anew"
            ))
        );
    }
    assert_eq!(
        named(&["nameless", "middle"], "nameless.example"),
        Err("the certificate `CN=nameless.example` is not for `nameless.example` nor any other name: the common name \
             does not count; add the name and issue it anew"
            .into())
    );
}

#[test]
fn purposes_are_those_of_the_whole_path() {
    let client = |chain: &[&str]| verify(&["root"], chain, |v| v.purpose(Purpose::Client)).map(drop);
    let server = |chain: &[&str]| verify(&["root"], chain, |v| v.purpose(Purpose::Server)).map(drop);
    for leaf in ["leaf", "any", "unrestricted"] {
        assert_eq!((client(&[leaf, "middle"]), server(&[leaf, "middle"])), (Ok(()), Ok(())), "{leaf}");
    }
    assert_eq!(server(&["server", "middle"]), Ok(()));
    assert_eq!(
        client(&["server", "middle"]),
        Err("the certificate `CN=server` is not for `client auth` but for `server auth`: add the usage and issue it anew"
            .into())
    );
    assert_eq!(server(&["servers-only-leaf", "servers-only"]), Ok(()));
    assert_eq!(
        client(&["servers-only-leaf", "servers-only"]),
        Err("the certificate `CN=Servers Only` is not for `client auth` but for `server auth`: add the usage and issue \
             it anew"
            .into())
    );
    assert_eq!(
        client(&["encipher", "middle"]),
        Err("the certificate `CN=encipher` must not take part in TLS, by its key usages `data encipherment`: add \
             `digital signature` and issue it anew"
            .into())
    );
    assert_eq!(verify(&["root"], &["encipher", "middle"], |v| v).unwrap().len(), 3);
}

#[test]
fn an_unknown_issuer_is_named() {
    assert_eq!(
        error(&["root", "alone"], &["leaf"], |v| v),
        "the certificate `CN=leaf` was issued by `CN=Middle`, which is neither trusted nor among the intermediates; \
         trusted is `CN=Root` and `CN=alone`"
    );
    assert_eq!(
        error(&["alone"], &LEAF, |v| v),
        "the certificate `CN=Middle` was issued by `CN=Root`, which is neither trusted nor among the intermediates; \
         trusted is `CN=alone`"
    );
    assert_eq!(
        error(&[], &["leaf", "middle", "root"], |v| v),
        "the certificate `CN=Root` is self-signed and not trusted itself; trusted is nobody"
    );
    assert_eq!(
        error(&["root-anew"], &LEAF, |v| v),
        "the certificate `CN=Middle` was not signed by the key of `CN=Root` that was given: an authority made anew under \
         the same name has another key, and its certificates have to be issued anew too"
    );
}

#[test]
fn authorities_need_the_right() {
    assert_eq!(
        error(&["root"], &["no-authority-leaf", "no-authority"], |v| v),
        "the certificate `CN=No Authority` has issued a certificate, but is not the certificate of an authority"
    );
    assert_eq!(
        error(&["root"], &["cannot-sign-leaf", "cannot-sign"], |v| v),
        "the certificate `CN=Cannot Sign` has issued a certificate, but lacks the key usage `cert sign`"
    );
    assert_eq!(
        error(&["root"], &["deep-leaf", "deep", "middle"], |v| v),
        "the certificate `CN=Middle` allows 0 authorities below it, and there are 1"
    );
}

#[test]
fn name_constraints_are_kept() {
    assert_eq!(verify(&["root"], &["constrained-good", "constrained"], |v| v).unwrap().len(), 3);
    for (leaf, subject) in [("constrained-leaf", "below Constrained"), ("constrained-secret", "secret")] {
        assert_eq!(
            error(&["root"], &[leaf, "constrained"], |v| v),
            format!(
                "the certificate `CN={subject}` has a name that an authority above it must not vouch for (name \
                 constraints of `CN=Constrained`)"
            )
        );
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    assert_eq!(
        error(&["root"], &["critical", "middle"], |v| v),
        "the certificate `CN=critical` has a critical extension that is not understood (1.2.3.4)"
    );
    assert_eq!(
        error(&["root"], &["version-1", "middle"], |v| v),
        "the certificate `CN=version 1` is of X.509 version 1: issue it anew, with version 3"
    );
}

#[test]
fn revocations_are_looked_up() {
    let lists = |lists: &[&str], chain: &[&str]| {
        let lists: Vec<_> = lists
            .iter()
            .map(|list| {
                pem::single(block(&format!("{list} list")), "X509 CRL", pem::Surroundings::Ignored).unwrap()
            })
            .collect();
        let (roots, chain) = (certificates(&["root"]), certificates(chain));
        let verifier = Verifier::new(&roots, time(TIME)).intermediates(&chain[1..]);
        let verifier = verifier.revocation_lists(lists.iter().map(|list| list.as_slice()));
        verifier.verify(&chain[0]).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(lists(&["root", "middle"], &LEAF), Ok(()));
    assert_eq!(
        lists(&["root", "middle-revokes-leaf"], &LEAF),
        Err("the certificate `CN=leaf` was revoked at 2026-03-01T00:00:00Z".into())
    );
    assert_eq!(
        lists(&["root-revokes-middle", "middle"], &LEAF),
        Err("the certificate `CN=Middle` was revoked at 2026-03-01T00:00:00Z".into())
    );
    assert_eq!(
        lists(&["middle"], &LEAF),
        Err("the certificate `CN=Middle` is in no revocation list's responsibility: add the current list of `CN=Root`"
            .into())
    );
    assert_eq!(
        lists(&["root", "middle-old"], &LEAF),
        Err("the certificate `CN=leaf` cannot be looked up: the revocation list of its issuer was to be replaced by \
             2026-02-01T00:00:00Z, before 2026-12-01T00:00:00Z"
            .into())
    );
    assert_eq!(
        lists(&["root", "middle-forged"], &LEAF),
        Err("the certificate `CN=leaf` cannot be looked up: the revocation list of its issuer was not signed by the \
             issuer's key"
            .into())
    );
    assert_eq!(
        lists(&["root", "blind"], &["blind-leaf", "blind"]),
        Err("the certificate `CN=below Blind` cannot be looked up: its issuer has signed a revocation list, but lacks \
             the key usage `crl sign`"
            .into())
    );
    let garbage: [&[u8]; 1] = [b"garbage"];
    let (roots, leaf) = ([certificate("root")], certificate("leaf"));
    assert_eq!(
        Verifier::new(&roots, time(TIME)).revocation_lists(garbage).verify(&leaf).unwrap_err().to_string(),
        "the certificate `CN=leaf` cannot be looked up: a revocation list is malformed"
    );
}

#[test]
fn a_search_without_end_is_given_up() {
    let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    let identity = Identity { subject: DistinguishedName::common("Middle"), ..Identity::default() };
    let mut profile = SigningProfile::authority(AuthorityConstraint::default());
    profile.authority = None;
    profile.usages = crate::usage::Usages::client(KeyAlgorithm::Ed25519);
    let now = time("2026-06-01T00:00:00Z");
    let strangers: Vec<_> = (0..102)
        .map(|_| {
            let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &mut rng).unwrap();
            Certificate::self_signed(&key, &identity, &profile, now, &mut rng).unwrap().0
        })
        .collect();
    let error =
        |leaf: &Certificate| Verifier::new(&strangers[1..], time(TIME)).verify(leaf).unwrap_err().to_string();
    assert_eq!(
        error(&strangers[0]),
        "the certificate `CN=Middle` has too many possible issuers: give only those of its own path"
    );
    // pyca writes UTF8String, this library PrintableString.
    assert_eq!(
        error(&certificate("leaf")),
        "the certificate `CN=leaf` was issued by `CN=Middle`, which was given, but with its name in another encoding: \
         names are compared byte by byte"
    );
}

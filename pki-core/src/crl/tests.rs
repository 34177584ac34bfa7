use proptest::prelude::*;

use super::*;
use crate::authority::CertificateAuthority;
use crate::test_support::{identity, intermediate, key, leaf, now, rng, root};
use crate::{
    AuthorityConstraint, KeyAlgorithm, Period, PrivateKey, Seed, SerialNumber, SigningProfile, Usages,
};

const FOREIGN: &str = include_str!("../../tests/data/crl/full.pem");
const FOREIGN_ROOT: &str = include_str!("../../tests/data/crl/root.pem");

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn entry(serial: &str) -> RevokedCertificate {
    RevokedCertificate::new(serial.parse().unwrap(), now())
}

fn params(number: u64, revoked: Vec<RevokedCertificate>) -> CertificateRevocationListParams {
    CertificateRevocationListParams::new(number.into(), revoked)
}

fn list(authority: &CertificateAuthority, revoked: Vec<RevokedCertificate>) -> CertificateRevocationList {
    authority.issue_revocation_list(&params(1, revoked), None, now()).unwrap()
}

fn messages(result: Result<CertificateRevocationList, Vec<CrlError>>) -> Vec<String> {
    result.unwrap_err().iter().map(ToString::to_string).collect()
}

/// The structure, as x509-cert reads it.
fn content(list: &CertificateRevocationList) -> x509_cert::crl::TbsCertList {
    CertificateList::from_der(list.as_der()).unwrap().tbs_cert_list
}

#[test]
fn says_what_was_asked_for() {
    let root = root("Root");
    let entries = vec![
        RevokedCertificate {
            reason: Some(RevocationReason::KeyCompromise),
            invalidity_date: Some(at("2026-11-01T00:00:00Z")),
            ..entry("0x1a2b")
        },
        entry("730750818665451459101842416358141509827966271487"),
    ];
    let list = list(&root, entries.clone());
    assert_eq!(list.revoked(), entries);
    assert_eq!(list.number(), Some(&CrlNumber::from(1)));
    assert_eq!(list.this_update(), at("2026-11-22T11:55:00Z"));
    assert_eq!(list.next_update(), Some(at("2026-11-29T12:00:00Z")));
    assert!(list.is_current_at(now()) && !list.is_current_at(at("2026-11-29T12:00:01Z")));
    assert_eq!((list.scope(), list.distribution_points().len()), (CrlScope::All, 0));
    assert_eq!((list.issuer_text(), list.signature_algorithm().as_str()), ("CN=Root".into(), "ECDSA-SHA256"));
    assert_eq!(list.verify(root.certificate()), Ok(()));
    assert_eq!(CertificateRevocationList::from_pem(&list.to_pem()), Ok(list));
}

#[test]
fn names_the_key_of_the_signer_and_not_of_its_issuer() {
    let root = root("Root");
    let middle = intermediate(&root, "Middle");
    let list = list(&middle, vec![]);
    assert_eq!(list.authority_key_identifier(), middle.certificate().subject_key_identifier());
    assert_ne!(list.authority_key_identifier(), middle.certificate().authority_key_identifier());
    assert_eq!(list.verify(middle.certificate()), Ok(()));
    assert_eq!(
        list.verify(root.certificate()).unwrap_err().to_string(),
        "the revocation list is of `CN=Middle`, not of `CN=Root`"
    );
}

#[test]
fn has_the_structure_that_the_standard_wants() {
    let root = root("Root");
    let empty = content(&list(&root, vec![]));
    assert_eq!((empty.version, empty.revoked_certificates), (Version::V2, None));
    let extensions: Vec<(String, bool)> = empty
        .crl_extensions
        .unwrap()
        .iter()
        .map(|extension| (extension.extn_id.to_string(), extension.critical))
        .collect();
    assert_eq!(extensions, [("2.5.29.35".to_owned(), false), ("2.5.29.20".to_owned(), false)]);

    let one = content(&list(&root, vec![entry("1")])).revoked_certificates.unwrap();
    assert_eq!(one[0].crl_entry_extensions, None, "no reason is no extension");
}

/// Key, number and time are fixed, and the signature is deterministic: the bytes are a promise.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let (seed, label) = (Seed::from_bytes([7; 32]), "test/root".parse().unwrap());
    let generation = std::num::NonZeroU32::MIN;
    let key = PrivateKey::derive(KeyAlgorithm::Ed25519, &seed, &label, generation).unwrap();
    let profile = SigningProfile::authority(AuthorityConstraint::default());
    let name = identity("Root", &[]);
    let (root, _) = CertificateAuthority::self_signed(key, &name, &profile, now(), &mut rng()).unwrap();
    let entries = vec![
        RevokedCertificate {
            reason: Some(RevocationReason::KeyCompromise),
            invalidity_date: Some(at("2026-11-01T00:00:00Z")),
            ..entry("0x1a2b")
        },
        entry("0x80"),
    ];
    let params = CertificateRevocationListParams {
        scope: CrlScope::EndEntities,
        distribution_points: vec!["http://crl.example.com/users.crl".parse().unwrap()],
        ..params(31, entries)
    };
    let list = root.issue_revocation_list(&params, None, now()).unwrap();
    assert_eq!(list.to_pem(), include_str!("../../tests/data/crl/golden.pem"));
}

#[test]
fn the_linter_has_no_objection() {
    let root = root("Root");
    let entry = RevokedCertificate { reason: Some(RevocationReason::Superseded), ..entry("5") };
    for list in [list(&root, vec![]), list(&root, vec![entry])] {
        assert_eq!(crate::lint::revocation_list(list.as_der(), Some(root.certificate())), []);
    }
}

#[test]
fn times_change_their_encoding_with_the_year_2050() {
    let root = root("Root");
    let long = CertificateRevocationListParams { validity: Period::days(40 * 365), ..params(1, vec![]) };
    let content = content(&root.issue_revocation_list(&long, None, now()).unwrap());
    assert!(matches!(content.this_update, x509_cert::time::Time::UtcTime(_)));
    assert!(matches!(content.next_update, Some(x509_cert::time::Time::GeneralTime(_))));
}

#[test]
fn a_scope_is_critical_and_read_back() {
    let root = root("Root");
    let params = CertificateRevocationListParams {
        scope: CrlScope::EndEntities,
        distribution_points: vec!["http://crl.example.com/users.crl".parse().unwrap()],
        ..params(1, vec![])
    };
    let list = root.issue_revocation_list(&params, None, now()).unwrap();
    assert_eq!(list.scope(), CrlScope::EndEntities);
    assert_eq!(list.distribution_points(), ["http://crl.example.com/users.crl"]);
    let extension = content(&list).crl_extensions.unwrap().pop().unwrap();
    assert_eq!((extension.extn_id.to_string().as_str(), extension.critical), ("2.5.29.28", true));
    let middle = intermediate(&root, "Middle");
    assert_eq!(
        list.is_revoked(middle.certificate()).unwrap_err().to_string(),
        "the revocation list covers certificates that are no authorities only, and `CN=Middle` is not among them"
    );
    assert_eq!(list.is_revoked(&leaf(&root, "a.example")), Ok(false));
}

#[test]
fn tells_the_revoked_from_the_others() {
    let (root, other) = (root("Root"), root("Other"));
    let (bad, good) = (leaf(&root, "a.example"), leaf(&root, "b.example"));
    let entry = RevokedCertificate::of(&bad, now(), Some(RevocationReason::Superseded));
    let list = list(&root, vec![entry.clone()]);
    assert_eq!(list.entry_of(&bad), Ok(Some(&entry)));
    assert_eq!((list.is_revoked(&bad), list.is_revoked(&good)), (Ok(true), Ok(false)));
    assert_eq!(
        list.is_revoked(&leaf(&other, "a.example")).unwrap_err().to_string(),
        "the revocation list is of `CN=Root`, not of `CN=Other`"
    );
}

#[test]
fn follows_the_list_before() {
    let root = root("Root");
    let held = RevokedCertificate { reason: Some(RevocationReason::CertificateHold), ..entry("2") };
    let first = list(&root, vec![entry("1"), held]);
    let mut next = CertificateRevocationListParams::following(&first).unwrap();
    next.revoke(entry("3"));
    next.revoke(RevokedCertificate { reason: Some(RevocationReason::CaCompromise), ..entry("1") });
    next.release(&"2".parse().unwrap());
    let second = root.issue_revocation_list(&next, Some(&first), now()).unwrap();
    assert_eq!(second.number(), Some(&CrlNumber::from(2)));
    assert_eq!(second.revoked(), [entry("1"), entry("3")]);
    assert_eq!(
        messages(root.issue_revocation_list(&next, Some(&second), now())),
        ["the number of the revocation list must be higher than the last one, 2, and is 2"]
    );
    let earlier = at("2026-11-22T11:00:00Z");
    assert_eq!(
        messages(root.issue_revocation_list(&params(3, vec![]), Some(&second), earlier)),
        [
            "the issuer `CN=Root` is only valid from 2026-11-22T11:55:00Z to 2031-11-21T11:59:59Z",
            "the previous revocation list is from 2026-11-22T11:55:00Z, which is later than now, 2026-11-22T11:00:00Z",
        ]
    );
}

#[test]
fn refuses_everything_at_once() {
    let root = root("Root");
    let foreign = list(&crate::test_support::root("Other"), vec![]);
    let wrong = CertificateRevocationListParams {
        validity: Period::ZERO,
        ..params(
            1,
            vec![
                entry("5"),
                entry("7"),
                entry("5"),
                RevokedCertificate { revoked_at: at("2027-01-01T00:00:00Z"), ..entry("9") },
            ],
        )
    };
    assert_eq!(
        messages(root.issue_revocation_list(&wrong, Some(&foreign), now())),
        [
            "the revocation list is of `CN=Other`, not of `CN=Root`",
            "the certificate with the serial number 5 is in the revocation list twice",
            "the certificate with the serial number 9 cannot be revoked in the future, at 2027-01-01T00:00:00Z",
            "the revocation list would be valid for no time at all",
        ]
    );
    let endless = CertificateRevocationListParams { validity: Period::days(8000 * 365), ..params(1, vec![]) };
    assert_eq!(
        messages(root.issue_revocation_list(&endless, None, now())),
        ["the revocation list would begin before 1970 or end after 9999"]
    );
}

#[test]
fn an_authority_needs_the_right_to_sign_lists() {
    let profile = SigningProfile {
        usages: Usages::parse(["cert sign"]).unwrap(),
        ..SigningProfile::authority(AuthorityConstraint::default())
    };
    let name = identity("Root", &[]);
    let (root, _) = CertificateAuthority::self_signed(key(), &name, &profile, now(), &mut rng()).unwrap();
    let message = "`CN=Root` must not sign revocation lists: its certificate lacks the usage `crl sign`";
    assert_eq!(messages(root.issue_revocation_list(&params(1, vec![]), None, now())), [message]);
}

#[test]
fn a_false_signature_is_found() {
    let (root, namesake) = (root("Root"), root("Root"));
    let list = list(&root, vec![entry("1")]);
    assert_eq!(
        list.verify(namesake.certificate()).unwrap_err().to_string(),
        "the revocation list names another key than that of `CN=Root`"
    );
    let mut der = list.as_der().to_vec();
    let serial = der.windows(3).position(|bytes| bytes == [2, 1, 1]).unwrap();
    // The first INTEGER 1 is the version.
    let serial = serial + 3 + der[serial + 3..].windows(3).position(|bytes| bytes == [2, 1, 1]).unwrap();
    der[serial + 2] = 2;
    let forged = CertificateRevocationList::from_der(&der).unwrap();
    assert_eq!(forged.revoked(), [entry("2")]);
    assert_eq!(
        forged.verify(root.certificate()).unwrap_err().to_string(),
        "the signature of the revocation list is not that of `CN=Root`"
    );
}

#[test]
fn reads_what_openssl_writes() {
    let root = Certificate::from_pem(FOREIGN_ROOT).unwrap();
    let list = CertificateRevocationList::from_pem(FOREIGN).unwrap();
    assert_eq!(list.verify(&root), Ok(()));
    assert_eq!(list.issuer_text(), "CN=Root,O=Example,C=GB");
    assert_eq!(list.number(), Some(&CrlNumber::from(0x1f)));
    assert_eq!(
        list.revoked(),
        [
            RevokedCertificate {
                serial: "3".parse().unwrap(),
                revoked_at: at("2026-11-22T11:45:00Z"),
                reason: Some(RevocationReason::KeyCompromise),
                invalidity_date: Some(at("2026-11-01T00:00:00Z")),
            },
            RevokedCertificate {
                reason: Some(RevocationReason::KeyCompromise),
                ..RevokedCertificate::new("0x1a2b".parse().unwrap(), at("2026-11-22T11:00:00Z"))
            },
            RevokedCertificate::new(list.revoked()[2].serial.clone(), at("2026-11-22T11:30:00Z")),
        ]
    );
    assert_eq!(
        list.revoked()[2].serial.to_hex(),
        "00:ff:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13"
    );
    let users = CertificateRevocationList::from_pem(include_str!("../../tests/data/crl/users.pem")).unwrap();
    assert_eq!(users.scope(), CrlScope::EndEntities);
    assert_eq!(users.distribution_points(), ["http://crl.example.com/root.crl"]);
}

#[test]
fn refuses_lists_that_mean_something_else() {
    let error = |pem| CertificateRevocationList::from_pem(pem).unwrap_err().to_string();
    assert_eq!(
        error(include_str!("../../tests/data/crl/delta.pem")),
        "the revocation list has the critical extension 2.5.29.27, which is not supported"
    );
    assert_eq!(
        error(include_str!("../../tests/data/crl/some.pem")),
        "the revocation list is indirect, for attribute certificates, or for some reasons only"
    );
    assert_eq!(error(FOREIGN_ROOT), "expected a PEM block `X509 CRL`, found `CERTIFICATE`");
}

#[test]
fn serial_numbers_are_those_of_certificates() {
    let certificate = leaf(&root("Root"), "a.example");
    let serial = certificate.serial_number();
    assert_eq!(
        (serial.to_string(), serial.to_hex()),
        (certificate.serial_decimal(), certificate.serial_hex())
    );
    assert_eq!(serial.to_string().parse::<SerialNumber>(), Ok(serial.clone()));
    assert_eq!(serial.to_hex().parse(), Ok(serial));
}

proptest! {
    #[test]
    fn never_panics(der in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = CertificateRevocationList::from_der(&der);
    }

    #[test]
    fn never_panics_near_lists(place in 0_usize..500, byte in any::<u8>(), cut in 0_usize..500) {
        static DER: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| CertificateRevocationList::from_pem(FOREIGN).unwrap().as_der().to_vec());
        let mut der = DER.clone();
        let length = der.len();
        der[place % length] = byte;
        if let Ok(list) = CertificateRevocationList::from_der(&der) {
            let root = Certificate::from_pem(FOREIGN_ROOT).unwrap();
            prop_assert!(der == *DER || list.verify(&root).is_err());
        }
        prop_assert!(CertificateRevocationList::from_der(&DER[..cut.min(length - 1)]).is_err());
    }

    #[test]
    fn reads_what_it_writes(serials in proptest::collection::hash_set(1_u64.., 0..20), reason in 0_usize..9) {
        static ROOT: std::sync::LazyLock<CertificateAuthority> = std::sync::LazyLock::new(|| root("Root"));
        let entries: Vec<RevokedCertificate> = serials
            .into_iter()
            .map(|serial| RevokedCertificate {
                reason: RevocationReason::ALL.get(reason).copied(),
                ..entry(&serial.to_string())
            })
            .collect();
        let written = list(&ROOT, entries.clone());
        prop_assert_eq!(written.revoked(), entries);
    }
}

//! Revocation lists, good ones and such with one fault.

use const_oid::AssociatedOid;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use x509_cert::crl::{CertificateList, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::CrlNumber as EncodedNumber;

use super::*;
use crate::test_support::{leaf, now, root};
use crate::{
    CertificateAuthority, CertificateRevocationListParams, CrlNumber, CrlScope, RevocationReason,
    RevokedCertificate,
};

fn params(authority: &CertificateAuthority) -> CertificateRevocationListParams {
    let certificates = [leaf(authority, "a.example.com"), leaf(authority, "b.example.com")];
    let revoked = vec![
        RevokedCertificate::of(&certificates[0], now(), Some(RevocationReason::KeyCompromise)),
        RevokedCertificate::of(&certificates[1], now(), None),
    ];
    CertificateRevocationListParams::new(CrlNumber::from(7), revoked)
}

fn der(authority: &CertificateAuthority, params: &CertificateRevocationListParams) -> Vec<u8> {
    authority.issue_revocation_list(params, None, now()).unwrap().as_der().to_vec()
}

fn codes(findings: &[Finding]) -> Vec<FindingCode> {
    findings.iter().map(Finding::code).collect()
}

/// What is found in a good list after a change.
fn faulty(change: impl FnOnce(&mut TbsCertList)) -> Vec<FindingCode> {
    let authority = root("Root");
    let mut list: CertificateList = CertificateList::from_der(&der(&authority, &params(&authority))).unwrap();
    change(&mut list.tbs_cert_list);
    codes(&lint(&list.to_der().unwrap(), None))
}

fn extension(list: &mut TbsCertList, oid: ObjectIdentifier) -> &mut Extension {
    list.crl_extensions.iter_mut().flatten().find(|extension| extension.extn_id == oid).unwrap()
}

#[test]
fn our_own_are_clean() {
    let authority = root("Root");
    let mut params = params(&authority);
    for scope in [CrlScope::All, CrlScope::EndEntities, CrlScope::Authorities] {
        params.scope = scope;
        assert_eq!(lint(&der(&authority, &params), Some(authority.certificate())), []);
    }
    params.revoked.clear();
    assert_eq!(lint(&der(&authority, &params), Some(authority.certificate())), []);
}

#[test]
fn the_list_itself() {
    use FindingCode::*;
    assert_eq!(faulty(|list| list.next_update = None), [CrlWithoutNextUpdate]);
    assert_eq!(
        faulty(|list| list.next_update = Some(crate::time::to_x509(jiff::Timestamp::UNIX_EPOCH).unwrap())),
        [ValidityReversed]
    );
    assert_eq!(faulty(|list| list.revoked_certificates = Some(Vec::new())), [CrlEmptyList]);
    assert_eq!(faulty(|list| list.version = x509_cert::Version::V1), [CrlVersionNotTwo]);
    assert_eq!(faulty(|list| list.issuer = x509_cert::name::Name::default()), [IssuerEmpty]);
    assert_eq!(faulty(|list| list.crl_extensions = None), [AuthorityKeyIdentifierMissing, CrlNumber]);
    assert_eq!(
        faulty(|list| list.crl_extensions = Some(Vec::new())),
        [ExtensionsEmpty, AuthorityKeyIdentifierMissing, CrlNumber]
    );
    assert_eq!(
        faulty(|list| list.signature.oid = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1")),
        [AlgorithmMismatch, WeakSignature]
    );
}

#[test]
fn its_extensions() {
    use FindingCode::*;
    assert_eq!(faulty(|list| extension(list, EncodedNumber::OID).critical = true), [ExtensionCritical]);
    let negative = OctetString::new([2, 1, 0x80]).unwrap();
    assert_eq!(faulty(|list| extension(list, EncodedNumber::OID).extn_value = negative), [CrlNumber]);
    assert_eq!(
        faulty(|list| {
            let twice = extension(list, EncodedNumber::OID).clone();
            list.crl_extensions.as_mut().unwrap().push(twice);
        }),
        [DuplicateExtension]
    );
    assert_eq!(
        faulty(|list| {
            let extension = extension(list, EncodedNumber::OID);
            extension.extn_id = ObjectIdentifier::new_unwrap("1.2.3.4");
            extension.critical = true;
        }),
        [UnknownCriticalExtension, CrlNumber]
    );
}

#[test]
fn its_entries() {
    use FindingCode::*;
    assert_eq!(
        faulty(|list| {
            let entries = list.revoked_certificates.as_mut().unwrap();
            entries.push(entries[1].clone());
        }),
        [CrlDuplicateEntry]
    );
    for reason in [0, 7, 8, 11] {
        let changed = faulty(|list| {
            let extensions = &mut list.revoked_certificates.as_mut().unwrap()[0].crl_entry_extensions;
            extensions.as_mut().unwrap()[0].extn_value = OctetString::new([10, 1, reason]).unwrap();
        });
        assert_eq!(changed, [CrlReason], "{reason}");
    }
    assert_eq!(
        faulty(|list| list.revoked_certificates.as_mut().unwrap()[1].crl_entry_extensions = Some(Vec::new())),
        [ExtensionsEmpty]
    );
}

#[test]
fn another_authority_is_not_the_issuer() {
    let (authority, other) = (root("Root"), root("Other"));
    let list = der(&authority, &params(&authority));
    assert_eq!(
        codes(&lint(&list, Some(other.certificate()))),
        [
            FindingCode::SignatureInvalid,
            FindingCode::IssuerNameMismatch,
            FindingCode::AuthorityKeyIdentifierMismatch,
        ]
    );
    let leaf = leaf(&authority, "a.example.com");
    assert!(codes(&lint(&list, Some(&leaf))).contains(&FindingCode::IssuerNotAuthority));
}

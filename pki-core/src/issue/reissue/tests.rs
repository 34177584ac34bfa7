use x509_cert::ext::Extension;

use super::*;
use crate::test_support::{identity, intermediate, key, leaf, now, rng, root};
use crate::{Chain, NameConstraints};

fn later() -> Timestamp {
    "2027-06-01T00:00:00Z".parse().unwrap()
}

fn messages<T: std::fmt::Debug>(result: Result<T, Vec<Error>>) -> Vec<String> {
    result.unwrap_err().iter().map(ToString::to_string).collect()
}

/// Extensions as they are encoded, but for the issuer's key.
fn kept(certificate: &Certificate) -> Vec<Extension> {
    let extensions = certificate.extensions().iter();
    extensions.filter(|extension| extension.extn_id != AuthorityKeyIdentifier::OID).cloned().collect()
}

fn oids(certificate: &Certificate) -> Vec<String> {
    certificate.extensions().iter().map(|extension| extension.extn_id.to_string()).collect()
}

#[test]
fn a_leaf_keeps_everything_but_serial_number_and_dates() {
    let root = root("Root");
    let old = leaf(&root, "a.example");
    let (new, findings) = root.renew(&old, &Reissue::default(), later(), &mut rng()).unwrap();
    assert_eq!(findings, []);
    assert_eq!(new.extensions(), old.extensions());
    assert_eq!(new.encoded_subject(), old.encoded_subject());
    assert_eq!(new.public_key().as_spki(), old.public_key().as_spki());
    assert_ne!(new.serial_number(), old.serial_number());
    assert_eq!(new.not_before().to_string(), "2027-05-31T23:55:00Z");
    assert_eq!(new.validity().length(), old.validity().length(), "a year and the five minutes before");
    assert!(new.is_issued_by(root.certificate()));

    let short = Reissue { expiry: Some(Period::days(30)), ..Reissue::default() };
    let (new, _) = root.renew(&old, &short, later(), &mut rng()).unwrap();
    assert_eq!(new.not_after().to_string(), "2027-06-30T23:59:59Z");
}

#[test]
fn what_an_authority_has_issued_outlives_its_certificate() {
    let root = root("Root");
    let middle = intermediate(&root, "Middle");
    let leaf = leaf(&middle, "a.example");
    let (new_middle, _) = root.renew(middle.certificate(), &Reissue::default(), later(), &mut rng()).unwrap();
    let (new_root, _) = root.renew_root(&Reissue::default(), later(), &mut rng()).unwrap();
    assert_eq!(new_root.extensions(), root.certificate().extensions());
    assert_eq!(new_root.not_after().to_string(), "2032-05-29T23:59:59Z");
    let chain = Chain::order([new_root.clone(), leaf.clone(), new_middle.clone()]).unwrap();
    assert_eq!(chain.certificates(), [leaf, new_middle, new_root]);
}

#[test]
fn only_its_own_certificates_are_renewed() {
    let (root, other) = (root("Root"), root("Root"));
    let middle = intermediate(&root, "Middle");
    assert_eq!(
        messages(other.renew(middle.certificate(), &Reissue::default(), now(), &mut rng())),
        ["the certificate of CN=Middle was not issued by CN=Root"]
    );
    assert_eq!(
        messages(middle.renew_root(&Reissue::default(), now(), &mut rng())),
        ["CN=Middle is not a root: its certificate is renewed by its issuer"]
    );
}

#[test]
fn ends_with_its_issuer() {
    let root = root("Root");
    let old = leaf(&root, "a.example");
    let last_year = "2031-06-01T00:00:00Z".parse().unwrap();
    let (new, findings) = root.renew(&old, &Reissue::default(), last_year, &mut rng()).unwrap();
    assert_eq!(new.not_after(), root.certificate().not_after());
    assert_eq!(findings.len(), 1);
    let refuse = Reissue { outliving_issuer: OutlivingIssuer::Refuse, ..Reissue::default() };
    assert_eq!(
        messages(root.renew(&old, &refuse, last_year, &mut rng())),
        ["the certificate would be valid until 2032-05-30T23:59:59Z, but its issuer CN=Root ends at \
             2031-11-21T11:59:59Z"]
    );
}

#[test]
fn a_certificate_without_expiry_stays_so() {
    let endless = SigningProfile {
        not_after: Some(Validity::NO_EXPIRY),
        ..SigningProfile::authority(AuthorityConstraint::default())
    };
    let (root, _) =
        CertificateAuthority::self_signed(key(), &identity("Root", &[]), &endless, now(), &mut rng())
            .unwrap();
    let (new, findings) = root.renew_root(&Reissue::default(), later(), &mut rng()).unwrap();
    assert_eq!((new.not_after(), findings), (Validity::NO_EXPIRY, vec![]));
}

#[test]
fn a_cross_certificate_has_the_others_subject_key_and_identifier() {
    let (old, new) = (root("Old"), root("New"));
    let leaf = leaf(&new, "a.example");
    let (cross, _) = old.cross_sign(new.certificate(), &Reissue::default(), now(), &mut rng()).unwrap();
    assert_eq!(cross.encoded_subject(), new.certificate().encoded_subject());
    assert_eq!(cross.public_key().as_spki(), new.certificate().public_key().as_spki());
    assert_eq!(cross.subject_key_identifier(), new.certificate().subject_key_identifier());
    assert_eq!(cross.authority_key_identifier(), old.certificate().subject_key_identifier());
    assert_eq!(kept(&cross), kept(new.certificate()));
    // Key usage, basic constraints, own key, issuer's key.
    assert_eq!(oids(&cross), ["2.5.29.15", "2.5.29.19", "2.5.29.14", "2.5.29.35"]);
    let chain = Chain::order([old.certificate().clone(), cross.clone(), leaf.clone()]).unwrap();
    assert_eq!(chain.certificates(), [leaf, cross, old.certificate().clone()]);
}

#[test]
fn a_cross_certificate_keeps_to_the_path_length() {
    let limited = |path_length| {
        let profile = SigningProfile::authority(AuthorityConstraint { path_length: Some(path_length) });
        CertificateAuthority::self_signed(key(), &identity("Limited", &[]), &profile, now(), &mut rng())
            .unwrap()
            .0
    };
    let free = root("Free");
    let terms = Reissue::default();
    let cross = |issuer: &CertificateAuthority, of: &CertificateAuthority| {
        let made = issuer.cross_sign(of.certificate(), &terms, now(), &mut rng());
        made.map(|(cross, _)| cross.constraint().unwrap().path_length)
    };
    assert_eq!(cross(&limited(3), &free), Ok(Some(2)));
    assert_eq!(cross(&limited(3), &limited(7)), Ok(Some(2)));
    assert_eq!(cross(&limited(3), &limited(0)), Ok(Some(0)));
    assert_eq!(cross(&free, &limited(0)), Ok(Some(0)));
    assert_eq!(
        messages(cross(&limited(0), &free)),
        ["the issuer CN=Limited has the path length 0 and cannot issue another certificate authority"]
    );
    assert_eq!(messages(cross(&free, &free)), ["CN=Free cannot vouch for its own key"]);
    let leaf = leaf(&free, "a.example");
    assert_eq!(messages(limited(1).cross_sign(&leaf, &terms, now(), &mut rng())).len(), 1);
}

#[test]
fn pointers_to_the_other_issuer_are_left_out() {
    let (old, new) = (root("Old"), root("New"));
    let profile = SigningProfile {
        crl_distribution_points: vec!["http://pki.example.com/new.crl".parse().unwrap()],
        ocsp_urls: vec!["http://ocsp.example.com".parse().unwrap()],
        ..SigningProfile::authority(AuthorityConstraint::default())
    };
    let (middle, _) = new.intermediate(key(), &identity("Middle", &[]), &profile, now(), &mut rng()).unwrap();
    let (cross, _) = old.cross_sign(middle.certificate(), &Reissue::default(), now(), &mut rng()).unwrap();
    assert_eq!((cross.crl_distribution_points().len(), cross.ocsp_urls().len()), (0, 0));
    let (renewed, _) = new.renew(middle.certificate(), &Reissue::default(), now(), &mut rng()).unwrap();
    assert_eq!(renewed.extensions(), middle.certificate().extensions());
}

#[test]
fn constraints_of_the_issuer_hold_for_what_is_repeated() {
    let constrained = SigningProfile {
        name_constraints: NameConstraints::parse(["DNS:example.com"], Vec::<&str>::new()).unwrap(),
        ..SigningProfile::authority(AuthorityConstraint::default())
    };
    let (strict, _) =
        CertificateAuthority::self_signed(key(), &identity("Strict", &[]), &constrained, now(), &mut rng())
            .unwrap();
    let other = root("Other");
    let leaf = leaf(&other, "a.example");
    let errors = messages(strict.take_over(&leaf, &Reissue::default(), now(), &mut rng()));
    // As its common name and as its alternative name.
    let error = "the name constraints of the issuer CN=Strict do not allow it: `a.example` is not within the permitted \
                 DNS:example.com";
    assert_eq!(errors, [error; 2]);
}

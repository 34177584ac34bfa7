use pki_core::{CertificateAuthority, CertificateRequest, KeyUsage, PrivateKey};

use super::super::super::issuer::IssuerKey;
use super::super::super::keys::{self, OwnKey, StatelessKey};
use super::super::super::pem::{IssuerPem, RequestPem};
use super::super::super::subject::{DnsName, Subject};
use super::*;
use crate::common::derive::KeyArgument;

const P256: Key = Key::Awaited(Some(KeyAlgorithm::EcdsaP256));

fn issuer_key(ca_private_key_pem: Attr<Secret>) -> IssuerKey {
    IssuerKey { ca_private_key_pem, ..IssuerKey::default() }
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut keys::rng()).unwrap()
}

fn root() -> CertificateAuthority {
    let identity = Identity { subject: DistinguishedName::common("root"), ..Identity::default() };
    let profile = SigningProfile::authority(AuthorityConstraint::default());
    CertificateAuthority::self_signed(key(), &identity, &profile, jiff::Timestamp::now(), &mut keys::rng())
        .unwrap()
        .0
}

fn complaints(certificate: &Certificate) -> Vec<(String, String)> {
    let mut check = Check::default();
    Resource::validate(certificate, &mut check);
    let place = |told: &Diagnostic| told.path.as_ref().map(ToString::to_string).unwrap_or_default();
    check.iter().map(|told| (place(told), told.detail.clone())).collect()
}

fn scheduler() -> Certificate {
    Certificate {
        ca_cert_pem: Attr::Unknown,
        issuer_key: issuer_key(Attr::Unknown),
        role: "scheduler".into(),
        ..Certificate::default()
    }
}

#[test]
fn a_role_says_everything() {
    let specification = scheduler().specification(&P256, Strictness::Compat);
    assert_eq!(specification.subject_dn().as_str(), Some("CN=system:kube-scheduler"));
    assert_eq!(
        specification.usages(),
        Attr::Known(vec!["digital signature".to_owned(), "client auth".to_owned()])
    );
    assert_eq!(complaints(&scheduler()), []);
}

#[test]
fn a_subject_wins_over_the_role() {
    let subject =
        Subject { organizational_unit: "OPS".into(), common_name: "me".into(), ..Subject::default() };
    let certificate = Certificate { role: "admin".into(), subject: vec![subject].into(), ..scheduler() };
    let name = certificate.specification(&P256, Strictness::Compat).subject_dn();
    assert_eq!(name.as_str(), Some("CN=me,OU=OPS,O=system:masters"));
}

#[test]
fn unknown_parts_are_no_mistake() {
    let certificate =
        Certificate { dns_names: vec![Attr::Unknown].into(), role: Attr::Unknown, ..scheduler() };
    assert_eq!(complaints(&certificate), []);
    let specification = certificate.specification(&P256, Strictness::Compat);
    assert_eq!(specification.subject_alternative_names(), Attr::Unknown);
    assert_eq!(specification.usages(), Attr::Unknown);
}

#[test]
fn every_mistake_is_told_at_its_argument() {
    let certificate = Certificate {
        role: "kubelet".into(),
        subject: vec![Subject { country: "GBR".into(), ..Subject::default() }].into(),
        max_path_length: 0.into(),
        profile_name: "x".into(),
        ..scheduler()
    };
    let places: Vec<_> = complaints(&certificate).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["profile_name", "max_path_length", "role", "subject[0].country"]);
}

#[test]
fn something_must_say_what_it_is_for() {
    let certificate =
        Certificate { role: Attr::Null, dns_names: vec![name("a.example")].into(), ..scheduler() };
    let detail = "One of `allowed_uses`, `profile`, `profile_json`, `role` is required: it says what the certificate \
                  may be used for.";
    assert_eq!(complaints(&certificate)[0], (String::new(), detail.to_owned()));
}

#[test]
fn an_unknown_usage_is_told_with_the_nearest() {
    let uses = vec!["digital_signature".to_owned(), "server_atuh".to_owned()];
    let certificate = Certificate { role: Attr::Null, allowed_uses: uses.into(), ..scheduler() };
    let told = complaints(&certificate);
    let detail = "Unknown usage `server_atuh` (did you mean `server_auth`?).";
    assert_eq!(told[0], ("allowed_uses[1]".to_owned(), detail.to_owned()));
}

#[test]
fn an_issuer_without_its_key_is_refused() {
    let certificate = Certificate {
        ca_cert_pem: Parsed::<IssuerPem>::new(root().certificate().to_pem()).unwrap().into(),
        issuer_key: issuer_key(Secret::new(key().to_pem().as_str()).into()),
        ..scheduler()
    };
    let detail = "The private key does not belong to the certificate of CN=root.";
    assert_eq!(complaints(&certificate), [("ca_private_key_pem".to_owned(), detail.to_owned())]);
}

#[test]
fn a_request_brings_key_and_names() {
    let identity = Identity {
        subject: DistinguishedName::common("x"),
        subject_alt_names: SubjectAltNames::parse(["a.example"]).unwrap(),
    };
    let request = CertificateRequest::create(&key(), &identity).unwrap();
    let certificate = Certificate {
        cert_request_pem: Parsed::<RequestPem>::new(request.to_pem()).unwrap().into(),
        role: Attr::Null,
        allowed_uses: vec!["server_auth".to_owned(), "key_encipherment".to_owned()].into(),
        ..scheduler()
    };
    assert_eq!(complaints(&certificate), []);
    let specification = certificate.specification(&certificate.requested_key(), Strictness::Compat);
    assert_eq!(specification.identity, identity);
    assert!(specification.profile.usages.key.contains(&KeyUsage::KeyEncipherment));
    assert_eq!(specification.usages(), Attr::Known(vec!["server auth".to_owned()]));
    let both = Certificate { dns_names: vec![name("b.example")].into(), ..certificate };
    let detail = "`dns_names` cannot be set together with `cert_request_pem`.";
    assert_eq!(complaints(&both), [("dns_names".to_owned(), detail.to_owned())]);
}

#[test]
fn what_was_issued_does_not_differ() {
    let specification = scheduler().specification(&P256, Strictness::Compat);
    let (root, leaf) = (root(), key());
    let now = jiff::Timestamp::now();
    let (issued, _) = root
        .issue(&specification.identity, leaf.public_key(), &specification.profile, now, &mut keys::rng())
        .unwrap();
    assert!(!specification.differs_from(&issued));
    let other = Certificate { role: "controller-manager".into(), ..scheduler() };
    assert!(other.specification(&P256, Strictness::Compat).differs_from(&issued));
}

fn name(text: &str) -> Attr<Parsed<DnsName>> {
    Attr::parse(text).unwrap()
}

#[test]
fn a_pkcs12_file_needs_a_key() {
    let certificate = Certificate {
        cert_request_pem: Attr::Unknown,
        pkcs12_password: Secret::new("secret").into(),
        ..scheduler()
    };
    assert_eq!(complaints(&certificate), [], "the request may turn out to be none");
    let identity = Identity { subject: DistinguishedName::common("someone"), ..Identity::default() };
    let request = CertificateRequest::create(&key(), &identity).unwrap().to_pem();
    let certificate = Certificate {
        cert_request_pem: Parsed::<RequestPem>::new(request).unwrap().into(),
        allowed_uses: vec!["client_auth".to_owned()].into(),
        role: Attr::Null,
        ..certificate
    };
    let detail = "`pkcs12_password` cannot be set together with `cert_request_pem`.";
    assert_eq!(complaints(&certificate), [("pkcs12_password".to_owned(), detail.to_owned())]);
}

#[test]
fn a_pkcs12_file_is_no_way_into_state() {
    let stateless = StatelessKey { private_key_pem_wo: Attr::Known(key_text()), ..StatelessKey::default() };
    let certificate = Certificate {
        own: OwnKey { stateless, ..OwnKey::default() },
        pkcs12_password: Secret::new("secret").into(),
        ..scheduler()
    };
    let detail = "The PKCS#12 form holds the private key and is kept in state, which `private_key_pem_wo` is to keep it out \
                  of. Leave `pkcs12_password` out, or give the key as `private_key_pem`.";
    assert_eq!(complaints(&certificate), [("pkcs12_password".to_owned(), detail.to_owned())]);
}

#[test]
fn one_key_and_one_issuing_key() {
    let both = OwnKey {
        private_key_pem: key_text().into(),
        stateless: StatelessKey {
            private_key_pem_wo: key_text().into(),
            private_key_pem_wo_version: 1.into(),
            key: KeyArgument::default().into(),
            ..StatelessKey::default()
        },
        ..OwnKey::default()
    };
    let certificate = Certificate { own: both, issuer_key: IssuerKey::default(), ..scheduler() };
    let expected = [
        ("private_key_pem_wo", "`private_key_pem_wo` cannot be set together with `private_key_pem`."),
        ("key", "`key` cannot be set together with `private_key_pem`."),
    ];
    let told = complaints(&certificate);
    assert_eq!(told, expected.map(|(place, detail)| (place.to_owned(), detail.to_owned())));
    let issued = Certificate {
        ca_cert_pem: Parsed::<IssuerPem>::new(root().certificate().to_pem()).unwrap().into(),
        issuer_key: IssuerKey::default(),
        ..scheduler()
    };
    let detail =
        "One of `ca_private_key_pem`, `ca_private_key_pem_wo`, `ca_key` is required with `ca_cert_pem`.";
    assert_eq!(complaints(&issued), [("ca_cert_pem".to_owned(), detail.to_owned())]);
    let odd = IssuerKey { ca_private_key_pem_wo_version: 1.into(), ..issuer_key(Attr::Unknown) };
    let detail = "`ca_private_key_pem_wo_version` has no effect without `ca_private_key_pem_wo`.";
    let told = complaints(&Certificate { issuer_key: odd, ..scheduler() });
    assert_eq!(told, [("ca_private_key_pem_wo_version".to_owned(), detail.to_owned())]);
}

fn key_text() -> Secret {
    Secret::new(key().to_pem().as_str())
}

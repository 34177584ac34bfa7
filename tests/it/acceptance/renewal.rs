//! Certificates whose time has come.

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use pki_core::{
    Certificate, CertificateAuthority, DistinguishedName, Finding, Identity, Period, PrivateKey, Reissue,
    SigningProfile, SubjectAltNames, Usages,
};
use serde_json::{Value, json};

use crate::support::run::Run;
use crate::support::terraform::Terraform;

const ROOT: &str = "groundup_certificate_authority.root";
const LEAF: &str = "groundup_certificate.leaf";
const SERVER: &str = "groundup_self_signed_certificate.server";
const ALL: [&str; 3] = [ROOT, LEAF, SERVER];

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// A root, a leaf and a server that stands alone, each with a line for its early renewal.
fn configuration(root: &str, leaf: &str, server: &str) -> String {
    format!(
        r#"resource "groundup_certificate_authority" "root" {{
  validity = "365d"
  {root}
  subject {{
    common_name = "root"
  }}
}}
resource "groundup_certificate" "leaf" {{
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  role               = "scheduler"
  validity           = "90d"
  {leaf}
}}
resource "groundup_private_key" "key" {{
  algorithm = "ED25519"
}}
resource "groundup_self_signed_certificate" "server" {{
  private_key_pem       = groundup_private_key.key.private_key_pem
  allowed_uses          = ["server_auth"]
  dns_names             = ["a.example"]
  validity_period_hours = 2400
  {server}
  subject {{
    common_name = "a.example"
  }}
}}
"#
    )
}

/// The configuration, its root applied so many days ago, and the rest.
fn applied(configuration: &str, root: i64, others: i64) -> Terraform {
    let terraform = Terraform::new();
    terraform.write("main.tf", configuration);
    terraform.apply().succeeded();
    let state = terraform.state();
    let [root_then, then] = [root, others].map(|ago| Timestamp::now() - days(ago));
    let text = |object: &Value, name: &str| object[name].as_str().unwrap().to_owned();
    let authority = |object: &Value| {
        let key = PrivateKey::from_pem(&text(object, "private_key_pem")).unwrap();
        let certificate = Certificate::from_pem(&text(object, "cert_pem")).unwrap();
        CertificateAuthority::new(certificate, key).unwrap()
    };
    let (terms, mut rng) = (Reissue::default(), UnwrapErr(SysRng));
    let root = authority(&state.attributes(ROOT));
    let (old_root, _) = root.renew_root(&terms, root_then, &mut rng).unwrap();
    let root = CertificateAuthority::new(old_root, root.into_parts().1).unwrap();
    let leaf = Certificate::from_pem(&text(&state.attributes(LEAF), "cert_pem")).unwrap();
    let (leaf, _) = root.renew(&leaf, &terms, then, &mut rng).unwrap();
    let (server, _) = server(&state.attributes(SERVER), then);
    for (address, certificate) in ALL.into_iter().zip([root.certificate(), &leaf, &server]) {
        terraform.edit_state(address, |object| object["cert_pem"] = json!(certificate.to_pem()));
    }
    terraform.edit_state(ROOT, |object| object["trust_bundle_pem"] = object["cert_pem"].clone());
    terraform.edit_state(LEAF, |object| object["ca_cert_pem"] = json!(root.certificate().to_pem()));
    terraform
}

/// The server's certificate as it would have been made then.
fn server(object: &Value, then: Timestamp) -> (Certificate, Vec<Finding>) {
    let key = PrivateKey::from_pem(object["private_key_pem"].as_str().unwrap()).unwrap();
    let identity = Identity {
        subject: DistinguishedName::common("a.example"),
        subject_alt_names: SubjectAltNames::parse(["a.example"]).unwrap(),
    };
    let profile = SigningProfile {
        expiry: Period::days(100),
        subject_key_identifier: false,
        self_signed_authority_key_identifier: false,
        ..SigningProfile::new(Usages::parse(["server_auth"]).unwrap())
    };
    Certificate::self_signed(&key, &identity, &profile, then, &mut UnwrapErr(SysRng)).unwrap()
}

/// The dates of an object's certificate.
fn dates(terraform: &Terraform, address: &str) -> (Timestamp, Timestamp) {
    let object = terraform.state().attributes(address);
    let certificate = Certificate::from_pem(object["cert_pem"].as_str().unwrap()).unwrap();
    (certificate.not_before(), certificate.not_after())
}

/// What is told of renewals: address, line and detail.
fn renewals(run: &Run) -> Vec<(String, usize, String)> {
    let warnings = run.warnings().into_iter().filter(|told| told.summary == "Certificate Due for Renewal");
    let mut told: Vec<_> = warnings.map(|told| (told.address, told.line, told.detail)).collect();
    told.sort_unstable();
    told.dedup();
    told
}

#[test]
fn a_renewal_tells_the_old_end_and_why_it_comes() {
    let hcl =
        configuration("early_renewal = \"80%\"", "early_renewal = \"11w\"", "early_renewal_hours = 1800");
    let terraform = applied(&hcl, 80, 80);
    let before = ALL.map(|address| terraform.state().attributes(address));
    let ends = ALL.map(|address| dates(&terraform, address).1);
    let second = SignedDuration::from_secs(1);
    // 80% of 365 days and the five minutes before the issue, 77 days, 75 days.
    let dues = [days(292) + SignedDuration::from_mins(4), days(77), days(75)]
        .into_iter()
        .zip(ends)
        .map(|(early, end)| end + second - early);
    let reasons = ["`early_renewal = \"80%\"`", "`early_renewal = \"11w\"`", "`early_renewal_hours = 1800`"];
    let mut expected: Vec<_> = ALL
        .into_iter()
        .zip([3, 13, 23])
        .zip(ends.into_iter().zip(dues).zip(reasons))
        .map(|((address, line), ((end, due), reason))| {
            let detail = format!(
                "The certificate is valid until {end}, and due for renewal since {due} by {reason}. It is issued again by \
                 this apply."
            );
            (address.to_owned(), line, detail)
        })
        .collect();
    expected.sort_unstable();
    let run = terraform.plan().succeeded();
    assert_eq!(renewals(&run), expected);
    assert!(ALL.iter().all(|address| run.changes()[*address] == "update"), "{:?}", run.changes());

    terraform.apply().succeeded();
    for (address, before) in ALL.into_iter().zip(before) {
        let after = terraform.state().attributes(address);
        assert_ne!(after["id"], before["id"], "{address}");
        assert_eq!(after["private_key_pem"], before["private_key_pem"], "{address}");
        assert_eq!(after["ready_for_renewal"], false, "{address}");
    }
    let run = terraform.plan();
    assert_eq!(renewals(&run), []);
    run.is_empty();
}

#[test]
fn the_dates_of_a_renewal_are_not_known_before() {
    let terraform = applied(&configuration("", "early_renewal = \"33%\"", ""), 80, 80);
    let plan = terraform.planned();
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let change = &changes.clone().find(|change| change["address"] == LEAF).unwrap()["change"];
    let unknown =
        change["after_unknown"].as_object().unwrap().iter().filter(|(_, unknown)| **unknown == true);
    let unknown: Vec<_> = unknown.map(|(name, _)| name).collect();
    assert_eq!(
        unknown,
        [
            "cert_chain_pem",
            "cert_pem",
            "fingerprint_sha256",
            "id",
            "renew_at",
            "serial_number",
            "validity_end_time",
            "validity_start_time"
        ]
    );
    assert_eq!(change["after"]["ready_for_renewal"], false);
    assert_eq!(change["actions"], json!(["update"]));
}

#[test]
fn what_has_ended_is_issued_again_without_being_asked() {
    let terraform = applied(&configuration("", "", ""), 95, 95);
    let (_, end) = dates(&terraform, LEAF);
    let detail = format!("The certificate was valid until {end}. It is issued again by this apply.");
    let run = terraform.apply().succeeded();
    assert_eq!(renewals(&run), [(LEAF.to_owned(), 12, detail)]);
    assert_eq!(run.changes().into_keys().collect::<Vec<_>>(), [LEAF]);
    terraform.plan().is_empty();
}

/// When it is renewed stands in state from the issue on, and moves only with the argument.
#[test]
fn early_renewal_moves_without_a_new_certificate() {
    let with = |early: &str| configuration("", early, "");
    let terraform = applied(&with("early_renewal = \"10d\""), 5, 5);
    terraform.plan().is_empty();
    terraform.succeed(&["apply", "-refresh-only", "-auto-approve"]);
    let renew_at =
        || -> Timestamp { terraform.state().attributes(LEAF)["renew_at"].as_str().unwrap().parse().unwrap() };
    let id = terraform.state().attributes(LEAF)["id"].clone();
    let (_, end) = dates(&terraform, LEAF);
    assert_eq!(renew_at(), end + SignedDuration::from_secs(1) - days(10));

    let passed = Timestamp::from_second(Timestamp::now().as_second()).unwrap() - days(1);
    for (early, due) in [
        (
            "early_renewal = \"50%\"".to_owned(),
            end + SignedDuration::from_secs(1) - days(45) - SignedDuration::from_secs(150),
        ),
        ("early_renewal_hours = 240".to_owned(), end + SignedDuration::from_secs(1) - days(10)),
        (String::new(), end),
        (format!("early_renewal = \"{}\"", end - days(3)), end - days(3)),
    ] {
        terraform.write("main.tf", &with(&early));
        let run = terraform.apply().succeeded();
        assert_eq!(renewals(&run), [], "{early}");
        assert_eq!(renew_at(), due, "{early}");
        assert_eq!(terraform.state().attributes(LEAF)["id"], id, "{early}");
        terraform.plan().is_empty();
    }
    // A date that has passed since it was issued makes it due.
    terraform.write("main.tf", &with(&format!("early_renewal = \"{passed}\"")));
    assert_eq!(renewals(&terraform.apply().succeeded()).len(), 1);
    assert_ne!(terraform.state().attributes(LEAF)["id"], id);
    terraform.plan().is_empty();
}

/// A renewal below an issuer that ends soon is shorter, and says so.
#[test]
fn a_renewal_ends_with_its_issuer() {
    let terraform = applied(&configuration("", "early_renewal = \"33%\"", ""), 305, 80);
    let (_, end) = dates(&terraform, ROOT);
    let run = terraform.plan().succeeded();
    assert_eq!(renewals(&run).len(), 1);
    let ends_first = run.warnings().into_iter().filter(|told| told.summary == "Issuer Ends First");
    let told: Vec<_> = ends_first.map(|told| (told.address, told.line, told.detail)).collect();
    let [(address, line, detail)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((address.as_str(), *line), (LEAF, 12));
    let beginning = format!("The certificate is valid until {end} instead of ");
    assert!(detail.starts_with(&beginning), "{detail}");
    assert!(detail.ends_with(": its issuer ends then. Renew the issuer first, or ask for less."), "{detail}");
    terraform.apply().succeeded();
    assert_eq!(dates(&terraform, LEAF).1, end);
    terraform.plan().is_empty();
}

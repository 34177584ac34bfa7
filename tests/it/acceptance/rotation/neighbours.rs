//! What stands beside a rotation: renewal, intermediates, keys in state, and starting afresh.

use std::num::NonZeroU32;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use pki_core::{Certificate, CertificateAuthority, KeyAlgorithm, PrivateKey, Reissue};
use serde_json::{Value, json};

use super::{ALONE, Cluster, LEAF, Planned, ROOT, SEED, Seen, root};

const INTERMEDIATE: &str = "groundup_certificate_authority.intermediate";

/// A generation that does not sign is trusted as long as its certificate lasts, and so that is renewed too.
#[test]
fn a_generation_that_does_not_sign_is_renewed_as_well() {
    let cluster = Cluster::new();
    let lasting = |root: &str| format!("{root}\nvalidity = \"365d\"\nearly_renewal = \"60d\"");
    cluster.apply(&lasting(&root("[1, 2]", 1)));
    let before = cluster.apply(&lasting(&root("[1, 2]", 2)));
    let key = PrivateKey::derive(
        KeyAlgorithm::EcdsaP256,
        &SEED.parse().unwrap(),
        &"prod/ca".parse().unwrap(),
        NonZeroU32::MIN,
    );
    let certificate = Certificate::from_pem(before.of("1").as_str().unwrap()).unwrap();
    let authority = CertificateAuthority::new(certificate, key.unwrap()).unwrap();
    let then = Timestamp::now() - SignedDuration::from_hours(24 * 310);
    let (old, _) = authority.renew_root(&Reissue::default(), then, &mut UnwrapErr(SysRng)).unwrap();
    cluster.0.edit_state(ROOT, |object| {
        object["trusted_cert_pems"]["1"] = json!(old.to_pem());
        object["trust_bundle_pem"] = json!(format!("{}{}", before.of("2").as_str().unwrap(), old.to_pem()));
    });

    let end = old.not_after();
    let due = end + SignedDuration::from_secs(1) - SignedDuration::from_hours(24 * 60);
    let detail = format!(
        "The certificate of generation 1 is valid until {end}, and due for renewal since {due} by `early_renewal = \"60d\"`. \
         It is issued again by this apply."
    );
    let run = cluster.0.plan().succeeded();
    let told: Vec<_> =
        run.warnings().into_iter().map(|told| (told.line, told.summary, told.detail)).collect();
    assert_eq!(told, [(6, "Certificate Due for Renewal".to_owned(), detail)]);
    let plan = Planned(cluster.0.planned());
    assert_eq!(plan.unknown(ROOT), ["trust_bundle_pem"]);
    assert_eq!(plan.change(ROOT)["after_unknown"]["trusted_cert_pems"], json!({"1": true}));
    assert_eq!(plan.change(LEAF)["actions"], json!(["no-op"]));
    cluster.0.apply().succeeded();
    let after = cluster.seen();
    assert_eq!(after.of("2"), before.of("2"));
    let renewed = Certificate::from_pem(after.of("1").as_str().unwrap()).unwrap();
    assert_eq!(renewed.public_key(), old.public_key());
    assert!(renewed.not_after() > end);
    assert_eq!(*after.bundle(), after.bundle_of(&["2", "1"]));
}

/// An intermediate has one generation: its certificate travels with what it has issued.
#[test]
fn an_intermediate_is_issued_again_at_once() {
    let cluster = Cluster::new();
    let write = |root: &str, generation: u32| {
        let subject = |name: &str| format!("subject {{\n common_name = {name:?}\n}}");
        let ca_key = |label: &str, generation: &str| {
            format!("ca_key = {{ derive = {{ label = {label:?}, generation = {generation} }} }}")
        };
        cluster.0.write(
            "main.tf",
            &format!(
                r#"resource "groundup_certificate_authority" "root" {{
                  {root}
                  {}
                }}
                resource "groundup_certificate_authority" "intermediate" {{
                  key         = {{ derive = {{ label = "prod/intermediate", generation = {generation} }} }}
                  ca_cert_pem = {ROOT}.cert_pem
                  {}
                  {}
                }}
                resource "groundup_certificate" "leaf" {{
                  key         = {{ derive = {{ label = "prod/server" }} }}
                  ca_cert_pem = {INTERMEDIATE}.cert_chain_pem
                  role        = "scheduler"
                  {}
                }}"#,
                subject("root"),
                ca_key("prod/ca", &format!("{ROOT}.signing_generation")),
                subject("intermediate"),
                ca_key("prod/intermediate", &format!("{INTERMEDIATE}.signing_generation")),
            ),
        );
    };
    let apply = |root: &str, generation: u32| {
        write(root, generation);
        cluster.0.apply().succeeded();
        (cluster.seen(), cluster.0.state().attributes(INTERMEDIATE))
    };
    let (first, intermediate) = apply(ALONE, 1);
    assert_eq!(intermediate["signing_generation"], 1);
    assert_eq!(intermediate["trusted_generations"], Value::Null);
    assert_eq!(intermediate["trusted_cert_pems"], Value::Null);

    // Another root: the intermediate gets a new certificate, and what is below keeps its own.
    apply(&root("[1, 2]", 1), 1);
    let (switched, again) = apply(&root("[1, 2]", 2), 1);
    assert_ne!(again["cert_pem"], intermediate["cert_pem"]);
    assert_eq!(again["public_key_pem"], intermediate["public_key_pem"]);
    assert_eq!(switched.leaf(), first.leaf());

    write(&root("[1, 2]", 2), 2);
    let plan = Planned(cluster.0.planned());
    let planned = plan.change(INTERMEDIATE);
    assert_eq!(planned["actions"], json!(["update"]));
    assert_eq!(planned["after"]["signing_generation"], 2);
    assert!(planned["after"]["public_key_pem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    let (raised, other) = apply(&root("[1, 2]", 2), 2);
    assert_ne!(other["public_key_pem"], again["public_key_pem"]);
    assert_eq!(other["public_key_pem"], planned["after"]["public_key_pem"]);
    assert_ne!(raised.leaf(), switched.leaf());
}

/// A root whose key was in state stays trusted until it ends, whatever generations follow it.
#[test]
fn a_derived_key_follows_one_in_state() {
    let cluster = Cluster::new();
    let apply = |arguments: &str| {
        let subject = "subject {\n common_name = \"root\"\n}";
        let text =
            format!("resource \"groundup_certificate_authority\" \"root\" {{\n{arguments}\n{subject}\n}}");
        cluster.0.write("main.tf", &text);
        cluster.0.apply().succeeded();
        cluster.0.plan().is_empty();
        Seen { root: cluster.0.state().attributes(ROOT), leaf: Value::Null }
    };
    let kept = apply("");
    for name in ["signing_generation", "trusted_generations", "trusted_cert_pems"] {
        assert_eq!(kept.root[name], Value::Null, "{name}");
    }
    let old = kept.bundle().as_str().unwrap();
    let derived = apply(ALONE);
    assert_eq!(derived.root["private_key_pem"], Value::Null);
    assert_eq!(*derived.bundle(), format!("{}{old}", derived.bundle_of(&["1"])));
    apply(&root("[1, 2]", 1));
    let switched = apply(&root("[1, 2]", 2));
    assert_eq!(*switched.bundle(), format!("{}{old}", switched.bundle_of(&["2", "1"])));
    let dropped = apply(&root("[2]", 2));
    assert_eq!(*dropped.bundle(), format!("{}{old}", dropped.bundle_of(&["2"])));
    let back = apply("");
    assert!(back.root["private_key_pem"].as_str().unwrap().contains("PRIVATE KEY-----\n"));
    let root = back.root["cert_pem"].as_str().unwrap();
    assert_eq!(*back.bundle(), format!("{root}{}{old}", dropped.bundle_of(&["2"])));
}

/// What may be known to others goes at once, with everything below it.
#[test]
fn a_forgotten_root_begins_with_any_generation() {
    let cluster = Cluster::new();
    let before = cluster.apply(ALONE);
    cluster.0.succeed(&["state", "rm", ROOT]);
    let after = cluster.apply(&root("[5]", 5));
    assert_eq!(*after.bundle(), after.bundle_of(&["5"]));
    assert_ne!(after.root["public_key_pem"], before.root["public_key_pem"]);
    assert!(cluster.accepts(after.bundle(), after.leaf()));
    assert!(!cluster.accepts(after.bundle(), before.leaf()));
}

//! Ephemeral resources.

use serde_json::{Value as Json, json};
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::diagnostic::Severity;

use crate::support::core::Core;
use crate::support::schema::with;
use crate::support::wire::{errors, no_errors};

/// Configurations of the real resources: the first one derived, the second one made anew.
fn samples() -> [(&'static str, [Json; 2]); 2] {
    let derive = json!({"label": "prod/ca"});
    [
        (
            "groundup_private_key",
            [json!({"derive": derive, "ecdsa_curve": "P384"}), json!({"algorithm": "ED25519"})],
        ),
        (
            "groundup_encryption_key",
            [json!({"derive": derive, "provider_type": "aescbc"}), json!({"provider_type": "secretbox"})],
        ),
    ]
}

#[tokio::test]
async fn item_66_results_are_known_and_derived_ones_the_same_in_every_process() {
    let (core, other) = (Core::configured().await, Core::configured().await);
    for (type_name, [derived, fresh]) in samples() {
        let mut opened = Vec::new();
        for config in [&derived, &fresh] {
            for core in [&core, &other] {
                let mut resource = core.ephemeral(type_name);
                let config = resource.config(config);
                no_errors(&resource.validate(&config).await);
                let (answer, result) = resource.open(&config).await;
                no_errors(&answer.diagnostics);
                assert_eq!(answer.renew_at, None);
                for _ in 0..2 {
                    no_errors(&resource.close(answer.private.clone()).await);
                }
                opened.push(result);
            }
        }
        assert_eq!(opened[0], opened[1], "{type_name}");
        assert_ne!(opened[2], opened[3], "{type_name}");
        assert_eq!(opened[0].attribute("derive").attribute("generation"), &Value::from(1));
    }
}

#[tokio::test]
async fn item_66_what_names_the_key_has_to_be_right() {
    let core = Core::configured().await;
    for (type_name, name) in
        [("groundup_private_key", "public_key_pem"), ("groundup_encryption_key", "fingerprint")]
    {
        let mut resource = core.ephemeral(type_name);
        let of = |label: &str| resource.config(&json!({"derive": {"label": label}}));
        let (one, other) = (of("one"), of("other"));
        let (_, result) = resource.open(&one).await;
        let (again, same) = resource.open(&with(&one, name, result.attribute(name).clone())).await;
        no_errors(&again.diagnostics);
        assert_eq!(same, result);
        let (answer, _) = resource.open(&with(&other, name, result.attribute(name).clone())).await;
        let [error] = answer.diagnostics.as_slice() else { panic!("{:?}", answer.diagnostics) };
        assert_eq!(error.summary, "Derived Key Differs");
    }
}

#[tokio::test]
async fn item_66_without_a_seed_nothing_is_opened() {
    let mut core = Core::start().await;
    let unknown = with(&core.empty_config(), "pki_seed", Value::UNKNOWN);
    for (config, summary) in [(core.empty_config(), "Missing Seed"), (unknown, "Unknown Seed")] {
        no_errors(&core.configure(&config).await);
        for (type_name, [derived, fresh]) in samples() {
            let mut resource = core.ephemeral(type_name);
            let (answer, _) = resource.open(&resource.config(&derived)).await;
            let [error] = answer.diagnostics.as_slice() else { panic!("{:?}", answer.diagnostics) };
            assert_eq!(error.summary, summary, "{type_name}");
            no_errors(&resource.open(&resource.config(&fresh)).await.0.diagnostics);
        }
    }
}

/// No host sends them, and none gets more than an error for it.
#[tokio::test]
async fn item_66_unknown_arguments_open_nothing() {
    let core = Core::configured().await;
    for (type_name, _) in samples() {
        let mut resource = core.ephemeral(type_name);
        let config = with(&resource.config(&json!({})), "derive", Value::UNKNOWN);
        let (answer, _) = resource.open(&config).await;
        assert_eq!(errors(&answer.diagnostics).len(), 1, "{type_name}");
    }
}

/// Terraform closes with what Open gave, OpenTofu with what the last Renew gave.
#[tokio::test]
async fn item_66_a_handle_serves_to_the_end() {
    let core = Core::fixture().await;
    let mut lease = core.ephemeral("fixture_lease");
    let config = lease.config(&json!({"name": "a", "terms": {"seconds": 7}}));
    let (opened, result) = lease.open(&config).await;
    assert_eq!(result.attribute("token"), &Value::from("token of a"));
    assert_eq!(opened.renew_at.map(|time| time.seconds), Some(7));
    let renewed = lease.renew(opened.private.clone()).await;
    no_errors(&renewed.diagnostics);
    assert_eq!((&renewed.private, renewed.renew_at.map(|time| time.seconds)), (&opened.private, Some(120)));
    no_errors(&lease.renew(renewed.private.clone()).await.diagnostics);

    assert_eq!(errors(&lease.open(&config).await.0.diagnostics), [": Lease Taken: Somebody has `a`."]);
    for private in [&opened.private, &renewed.private, &opened.private] {
        no_errors(&lease.close(private.clone()).await);
    }
    let late = lease.renew(renewed.private.clone()).await;
    assert_eq!(errors(&late.diagnostics), [": No Such Lease: Nobody has `a`."]);
    assert_eq!((late.private, late.renew_at), (renewed.private, None));
    no_errors(&lease.open(&config).await.0.diagnostics);
}

/// A host closes only what it accepts, so what it would refuse is closed before.
#[tokio::test]
async fn item_66_what_breaks_the_rules_is_told_and_closed() {
    let core = Core::fixture().await;
    let mut lease = core.ephemeral("fixture_lease");
    for (misdeed, detail) in [
        ("unknown", "Some values of the result are not known."),
        ("contradiction", "The result contradicts the configuration of `name`."),
        ("invention", "The result contradicts the configuration of `terms.note`."),
    ] {
        let config = |misdeed: &str| lease.config(&json!({"name": misdeed, "misdeed": misdeed, "terms": {}}));
        let (wrong, right) = (config(misdeed), with(&config(misdeed), "misdeed", Value::Null));
        let (answer, _) = lease.open(&wrong).await;
        assert_eq!(errors(&answer.diagnostics), [format!(": Provider Defect: {detail}")]);
        assert_eq!((answer.private, answer.renew_at), (None, None));
        no_errors(&lease.open(&right).await.0.diagnostics);
    }
}

#[tokio::test]
async fn item_66_warnings_are_told_with_an_error_too() {
    let core = Core::fixture().await;
    let mut lease = core.ephemeral("fixture_lease");
    let (answer, _) = lease.open(&lease.config(&json!({"name": "a", "misdeed": "failure"}))).await;
    let told: Vec<_> = answer.diagnostics.iter().map(|one| (one.severity(), one.summary.as_str())).collect();
    assert_eq!(told, [(Severity::Warning, "Lease Asked For"), (Severity::Error, "Lease Failed")]);
}

//! Planning.

use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::{ClientCapabilities, plan_resource_change};

use super::samples::samples;
use super::validate::{unknown, unknowns};
use crate::support::core::Core;
use crate::support::managed::Instance;
use crate::support::proposed::proposed;
use crate::support::schema::with;
use crate::support::wire::{encode, errors, no_errors};

/// Items 40 and 44: what the configuration does not know, the plan does not know, and the host's rules are kept.
#[tokio::test]
async fn item_40_every_type_plans_the_unknown() {
    let core = Core::configured().await;
    let mut problems = Vec::new();
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        for config in unknowns(&resource.block().clone()) {
            let (planned, faults) = resource.judged_plan(&Instance::NONE, &config).await;
            problems.extend(faults.into_iter().map(|fault| format!("{type_name}.{fault}")));
            problems
                .extend(errors(&planned.diagnostics).into_iter().map(|error| format!("{type_name}.{error}")));
            assert!(planned.requires_replace.is_empty(), "{type_name}");
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn item_40_samples_plan_by_the_rules() {
    let core = Core::configured().await;
    for sample in samples() {
        let mut resource = core.resource(sample.type_name);
        let config = resource.config(&sample.config);
        no_errors(&resource.validate(&config).await);
        let planned = resource.plan(&Instance::NONE, &config).await;
        no_errors(&planned.diagnostics);
        assert!(planned.requires_replace.is_empty());
    }
}

#[tokio::test]
async fn item_41_an_unchanged_configuration_changes_nothing() {
    let core = Core::configured().await;
    for sample in samples() {
        let mut resource = core.resource(sample.type_name);
        let config = resource.config(&sample.config);
        let created = resource.create(&config).await;
        let (read, _) = resource.read(&created).await;
        let planned = resource.plan(&read, &config).await;
        no_errors(&planned.diagnostics);
        assert_eq!(planned.state, created.state, "{}", sample.type_name);
        assert!(planned.requires_replace.is_empty(), "{}", sample.type_name);
        resource.destroy(&created).await;
    }
}

#[tokio::test]
async fn item_42_a_change_changes_only_what_it_must() {
    let core = Core::configured().await;
    for sample in samples() {
        let Some(change) = sample.change else { continue };
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        let config = resource.config(&change.config);
        let planned = resource.plan(&created, &config).await;
        no_errors(&planned.diagnostics);
        assert_eq!(planned.requires_replace, Vec::<String>::new(), "{}", sample.type_name);
        for (name, value) in created.state.as_object().unwrap() {
            if !change.touches.contains(&name.as_str()) {
                assert_eq!(planned.state.attribute(name), value, "{}.{name}", sample.type_name);
            }
        }
        let updated = resource.bring(&created, &config).await;
        let again = resource.plan(&updated, &config).await;
        assert_eq!(again.state, updated.state, "{}", sample.type_name);
        resource.destroy(&updated).await;
    }
}

#[tokio::test]
async fn item_43_planning_is_repeatable() {
    let core = Core::configured().await;
    for sample in samples() {
        let mut resource = core.resource(sample.type_name);
        let config = resource.config(&sample.config);
        let first = resource.plan(&Instance::NONE, &config).await;
        let second = resource.plan(&Instance::NONE, &config).await;
        assert_eq!(first.state, second.state, "{}", sample.type_name);
        assert_eq!(first.requires_replace, second.requires_replace);

        // Each argument once unknown: what is planned as known then stays so when it becomes known.
        for (name, value) in config.as_object().unwrap() {
            if value.is_null() || matches!(value, Value::List(elements) if elements.is_empty()) {
                continue;
            }
            let vague = resource.plan(&Instance::NONE, &with(&config, name, Value::UNKNOWN)).await;
            no_errors(&vague.diagnostics);
            for (planned, value) in vague.state.as_object().unwrap() {
                let later = first.state.attribute(planned);
                assert!(
                    value.is_unknown() || contains(value, later),
                    "{}.{planned} without {name}",
                    sample.type_name
                );
            }
        }
    }
}

/// Whether `later` says the same as `earlier` where that says something.
fn contains(earlier: &Value, later: &Value) -> bool {
    crate::support::plan_rules::result_faults(earlier, &later.clone().unknowns_to_null()).is_empty()
        || earlier == later
}

#[tokio::test]
async fn item_45_a_destroy_is_planned_as_nothing() {
    let core = Core::configured().await;
    for sample in samples() {
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        let planned = resource.plan(&created, &Value::Null).await;
        no_errors(&planned.diagnostics);
        assert!(planned.state.is_null());
        resource.destroy(&created).await;
    }
}

#[tokio::test]
async fn item_46_a_replacement_is_planned_in_two_steps() {
    let core = Core::configured().await;
    for sample in samples() {
        let Some(replacement) = sample.replacement else { continue };
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        let config = resource.config(&replacement.config);
        let planned = resource.plan(&created, &config).await;
        no_errors(&planned.diagnostics);
        assert_eq!(planned.requires_replace, replacement.touches, "{}", sample.type_name);
        let names: Vec<_> = resource.block().attributes.iter().map(|one| one.name.clone()).collect();
        for path in &planned.requires_replace {
            assert!(names.iter().any(|name| path == name || path.starts_with(&format!("{name}."))), "{path}");
        }

        // The host asks again as for a new object, with the private state of the first plan.
        let prior = Instance { state: Value::Null, private: planned.private, identity: planned.identity };
        let second = resource.plan(&prior, &config).await;
        no_errors(&second.diagnostics);
        let fresh = resource.plan(&Instance::NONE, &config).await;
        assert_eq!(second.state, fresh.state, "{}", sample.type_name);

        resource.destroy(&created).await;
        let recreated = resource.bring(&Instance::NONE, &config).await;
        resource.destroy(&recreated).await;
    }
}

#[tokio::test]
async fn item_47_write_only_values_are_not_planned() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let config = resource.config(&json!({"hidden_wo": "hidden"}));
    assert_eq!(
        proposed(resource.block(), &Value::Null, &config).attribute("hidden_wo"),
        &Value::from("hidden")
    );
    let planned = resource.plan(&Instance::NONE, &config).await;
    no_errors(&planned.diagnostics);
    assert!(planned.state.attribute("hidden_wo").is_null());
}

#[tokio::test]
async fn item_47_write_only_values_of_the_provider_are_in_no_answer() {
    let core = Core::configured().await;
    let folder = tempfile::tempdir().unwrap();
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let subject = json!([{"common_name": "kubernetes-ca"}]);
    for (type_name, name, config) in [
        (
            "groundup_file",
            "content_wo",
            json!({"filename": folder.path().join("a"), "content_wo": "swordfish"}),
        ),
        (
            "groundup_private_key",
            "private_key_passphrase",
            json!({"algorithm": "ED25519", "private_key_passphrase": "swordfish"}),
        ),
        (
            "groundup_certificate_authority",
            "private_key_pem_wo",
            json!({"private_key_pem_wo": key, "subject": subject}),
        ),
    ] {
        let mut resource = core.resource(type_name);
        let config = resource.config(&config);
        let secret = config.attribute(name).as_str().unwrap().to_owned();
        let planned = resource.plan(&Instance::NONE, &config).await;
        no_errors(&planned.diagnostics);
        let applied = resource.apply(&planned).await;
        no_errors(&applied.diagnostics);
        for (state, private) in
            [(&planned.state, &planned.private), (&applied.instance.state, &applied.instance.private)]
        {
            assert!(state.attribute(name).is_null(), "{type_name}");
            let answer = [encode(state, &resource.ty()).msgpack, private.clone()].concat();
            assert!(!String::from_utf8_lossy(&answer).contains(&secret), "{type_name}");
        }
    }
}

/// Terraform 1.11 says during apply that deferral is allowed, and fails if it is used.
#[tokio::test]
async fn item_48_nothing_is_deferred() {
    let core = Core::configured().await;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let config = unknown(resource.block());
        let ty = resource.ty();
        let request = plan_resource_change::Request {
            type_name: type_name.clone(),
            prior_state: Some(encode(&Value::Null, &ty)),
            proposed_new_state: Some(encode(&proposed(resource.block(), &Value::Null, &config), &ty)),
            config: Some(encode(&config, &ty)),
            client_capabilities: Some(ClientCapabilities {
                deferral_allowed: true,
                write_only_attributes_allowed: true,
            }),
            ..Default::default()
        };
        let answer = resource.rpc.plan_resource_change(request).await.unwrap().into_inner();
        assert_eq!(answer.deferred, None, "{type_name}");
    }
}

#[tokio::test]
async fn item_49_a_plan_is_applied_by_another_process() {
    for sample in samples() {
        let core = Core::configured().await;
        let mut resource = core.resource(sample.type_name);
        let config = resource.config(&sample.config);
        let planned = resource.plan(&Instance::NONE, &config).await;
        no_errors(&planned.diagnostics);
        core.process.shut_down().await;

        let core = Core::configured().await;
        let mut resource = core.resource(sample.type_name);
        let applied = resource.apply(&planned).await;
        no_errors(&applied.diagnostics);
        resource.destroy(&applied.instance).await;
    }
}

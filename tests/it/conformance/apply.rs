//! Applying plans, and what is kept when that fails.

use serde_json::json;
use tfplugin::value::Value;

use crate::support::core::Core;
use crate::support::managed::Instance;
use crate::support::schema::with;
use crate::support::wire::{errors, no_errors};

#[tokio::test]
async fn item_50_a_result_keeps_its_plan() {
    let core = Core::configured().await;
    for sample in super::samples::samples() {
        let mut resource = core.resource(sample.type_name);
        let config = resource.config(&sample.config);
        // `create` checks the result against the plan, and that nothing in it is unknown.
        let created = resource.create(&config).await;
        let (read, diagnostics) = resource.read(&created).await;
        no_errors(&diagnostics);
        assert_eq!(read.state, created.state, "{}", sample.type_name);
        resource.destroy(&created).await;
    }
}

#[tokio::test]
async fn item_51_a_create_that_fails_midway_keeps_what_there_is() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "half", "behaviour": "fail_late"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    let applied = object.apply(&planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);
    assert_eq!(applied.instance.state.attribute("id"), &Value::from("half"));
    assert!(applied.instance.state.is_wholly_known());

    let (read, diagnostics) = object.read(&applied.instance).await;
    no_errors(&diagnostics);
    assert_eq!(read.state.attribute("id"), &Value::from("half"));
    object.destroy(&read).await;
}

#[tokio::test]
async fn item_52_a_create_that_fails_at_once_leaves_nothing() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "none", "behaviour": "fail_early"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    let applied = object.apply(&planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);
    assert!(applied.instance.state.is_null());
}

#[tokio::test]
async fn item_53_an_update_that_fails_midway_tells_the_truth() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let created = object.create(&object.config(&json!({"name": "a", "size": 1}))).await;

    // The size is changed, and then something fails.
    let config = object.config(&json!({"name": "a", "size": 2, "behaviour": "fail_late"}));
    let planned = object.plan(&created, &config).await;
    let applied = object.apply(&planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);
    assert_eq!(applied.instance.state.attribute("size"), &Value::from(2));
    assert_eq!(applied.instance.state.attribute("behaviour"), created.state.attribute("behaviour"));

    let config = object.config(&json!({"name": "a", "size": 2}));
    let repaired = object.bring(&applied.instance, &config).await;
    assert_eq!(repaired.state.attribute("size"), &Value::from(2));
    object.destroy(&repaired).await;
}

#[tokio::test]
async fn item_54_deleting_what_is_gone_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let core = Core::configured().await;
    let mut file = core.resource("groundup_file");
    let config = file.config(&json!({"filename": path, "content": "a"}));
    let created = file.create(&config).await;
    std::fs::remove_file(&path).unwrap();
    file.destroy(&created).await;
}

#[tokio::test]
async fn item_54_a_delete_that_fails_keeps_the_object() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let created = object.create(&object.config(&json!({"name": "a", "behaviour": "fail_delete"}))).await;
    let planned = object.plan(&created, &Value::Null).await;
    let applied = object.apply(&planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);
    assert_eq!(applied.instance.state, created.state);
    assert_eq!(applied.instance.private, created.private);
}

#[tokio::test]
async fn item_55_a_delete_needs_no_more_than_the_state() {
    for sample in super::samples::samples() {
        let core = Core::configured().await;
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        core.process.shut_down().await;

        // Another process, another day: no plan of the destroy either, as when an object is replaced.
        let core = Core::configured().await;
        let mut resource = core.resource(sample.type_name);
        let mut planned = resource.plan(&created, &Value::Null).await;
        planned.config = Value::Null;
        planned.private = created.private.clone();
        let applied = resource.apply(&planned).await;
        no_errors(&applied.diagnostics);
        assert!(applied.instance.state.is_null(), "{}", sample.type_name);
    }
}

/// A write-only value reaches the provider at each step, and comes back from none.
#[tokio::test]
async fn write_only_values_are_used_and_not_kept() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let config = resource.config(&json!({"hidden_wo": "hidden"}));
    let created = resource.create(&config).await;
    assert!(created.state.attribute("hidden_wo").is_null());
    assert_eq!(created.state.attribute("hidden_length"), &Value::from(6));

    let (read, _) = resource.read(&created).await;
    assert!(read.state.attribute("hidden_wo").is_null());
    let longer = with(&config, "hidden_wo", "more hidden");
    let longer = with(&longer, "text", "changed");
    let updated = resource.bring(&created, &longer).await;
    assert!(updated.state.attribute("hidden_wo").is_null());
    assert_eq!(updated.state.attribute("hidden_length"), &Value::from(11));
}

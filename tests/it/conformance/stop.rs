//! Interruption.

use std::time::{Duration, Instant};

use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::diagnostic::Severity;
use tfplugin_proto::tfplugin6::stop_provider;

use crate::support::core::Core;
use crate::support::host::Launch;
use crate::support::managed::{Applied, Instance, Managed, Planned};
use crate::support::provider_binary;
use crate::support::wire::{errors, no_errors};

#[tokio::test]
async fn item_57_a_stop_ends_running_work_and_nothing_else() {
    let mut core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "a", "behaviour": "slow"}));
    let planned = object.plan(&Instance::NONE, &config).await;

    let mut running = object.clone();
    let apply = tokio::spawn(async move { running.apply(&planned).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!apply.is_finished());

    let asked = Instant::now();
    let answer = core.rpc.stop_provider(stop_provider::Request {}).await.unwrap().into_inner();
    assert_eq!(answer.error, "");
    assert!(asked.elapsed() < Duration::from_secs(1));

    let applied = apply.await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(errors(&applied.diagnostics).len(), 1);
    assert!(!applied.instance.state.attribute("id").is_null(), "what there is already is kept");

    // The stop is over: what follows runs as ever.
    object.destroy(&applied.instance).await;
    let config = object.config(&json!({"name": "b"}));
    let created = object.create(&config).await;
    let (read, diagnostics) = object.read(&created).await;
    no_errors(&diagnostics);
    assert_eq!(read.state, created.state);
}

/// Applies a plan and stops the provider while that is under way.
async fn interrupt(core: &mut Core, object: &Managed, planned: Planned) -> Applied {
    let mut running = object.clone();
    let apply = tokio::spawn(async move { running.apply(&planned).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!apply.is_finished());
    core.rpc.stop_provider(stop_provider::Request {}).await.unwrap();
    apply.await.unwrap()
}

fn warnings(applied: &Applied) -> Vec<(&str, &str)> {
    let told = applied.diagnostics.iter().filter(|told| told.severity() == Severity::Warning);
    told.map(|told| (told.summary.as_str(), told.detail.as_str())).collect()
}

/// An error would taint the object, and the next apply would replace it.
#[tokio::test]
async fn an_interrupted_wait_of_a_create_leaves_the_object_untainted() {
    let mut core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "a", "behaviour": "interrupted"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    let applied = interrupt(&mut core, &object, planned).await;
    no_errors(&applied.diagnostics);
    let [("Interrupted", detail)] = warnings(&applied)[..] else { panic!("{:?}", applied.diagnostics) };
    assert!(detail.starts_with("The wait for object a to shine was ended."), "{detail}");
    // What the create had not learnt yet is read.
    assert_eq!(applied.instance.state.attribute("serial"), &Value::from(7));

    let again = object.plan(&applied.instance, &config).await;
    assert_eq!(again.state, applied.instance.state, "nothing is left to do");
    object.destroy(&applied.instance).await;
}

#[tokio::test]
async fn an_interrupted_create_that_is_not_complete_stays_an_error() {
    for (behaviour, size) in [("interrupted_halfway", 3), ("interrupted_for_ever", 3)] {
        let mut core = Core::fixture().await;
        let mut object = core.resource("fixture_object");
        let config = object.config(&json!({"name": "a", "size": size, "behaviour": behaviour}));
        let planned = object.plan(&Instance::NONE, &config).await;
        let applied = interrupt(&mut core, &object, planned).await;
        assert_eq!(errors(&applied.diagnostics).len(), 1, "{behaviour}");
        assert_eq!(warnings(&applied), [], "{behaviour}");
        assert_eq!(applied.instance.state.attribute("id"), &Value::from("a"), "what there is is kept");
    }
}

#[tokio::test]
async fn an_interrupted_wait_of_an_update_is_no_error_when_everything_is_done() {
    for (behaviour, failures) in [("interrupted", 0), ("interrupted_halfway", 1)] {
        let mut core = Core::fixture().await;
        let mut object = core.resource("fixture_object");
        let created = object.create(&object.config(&json!({"name": "a", "size": 1}))).await;
        let config = object.config(&json!({"name": "a", "size": 3, "behaviour": behaviour}));
        let planned = object.plan(&created, &config).await;
        let applied = interrupt(&mut core, &object, planned).await;
        assert_eq!(errors(&applied.diagnostics).len(), failures, "{behaviour}");
        assert_eq!(warnings(&applied).len(), 1 - failures, "{behaviour}");
        assert_eq!(applied.instance.state.attribute("size"), &Value::from(3), "{behaviour}");
    }
}

/// Without the rule the same interruption is an error.
#[tokio::test]
async fn an_interrupted_wait_is_an_error_without_the_safeguard() {
    let launch = Launch::new(provider_binary::fixture()).env("GROUNDUP_TEST_WITHOUT", "interrupted-wait");
    let mut core = Core::launch(launch).await;
    no_errors(&core.configure(&core.empty_config()).await);
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "a", "behaviour": "interrupted"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    let applied = interrupt(&mut core, &object, planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);
}

/// The host may close a call's stream; what was begun is brought to an end all the same.
#[tokio::test]
async fn item_56_an_abandoned_apply_is_completed() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "left-behind", "behaviour": "unhurried"}));
    let planned = object.plan(&Instance::NONE, &config).await;

    let mut running = object.clone();
    let apply = tokio::spawn(async move { running.apply(&planned).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    apply.abort();
    assert!(apply.await.unwrap_err().is_cancelled());

    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if object.import("left-behind").await.is_ok() {
            return;
        }
        assert!(Instant::now() < deadline, "the object was never finished");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

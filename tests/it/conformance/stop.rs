//! Interruption.

use std::time::{Duration, Instant};

use serde_json::json;
use tfplugin_proto::tfplugin6::stop_provider;

use crate::support::core::Core;
use crate::support::managed::Instance;
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

//! What is written to standard error.

use std::time::Instant;

use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::apply_resource_change;

use crate::support::core::Core;
use crate::support::host::Launch;
use crate::support::managed::Instance;
use crate::support::provider_binary::provider;
use crate::support::schema::empty;
use crate::support::wire::{encode, errors, no_errors};

/// Longer lines are shown raw by hosts.
const LONGEST_LINE: usize = 64 << 10;

/// Checks each line as a host does; gives their messages.
fn check_log(stderr: &str) -> Vec<String> {
    let mut messages = Vec::new();
    for line in stderr.lines() {
        assert!(line.len() < LONGEST_LINE);
        let entry: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"));
        let text = |key: &str| entry[key].as_str().unwrap_or_else(|| panic!("no text {key}: {line}"));
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text("@level")), "{line}");
        assert!(!text("@module").is_empty());
        assert_timestamp(text("@timestamp"));
        for (key, value) in entry.as_object().unwrap() {
            assert!(!value.is_object() && !value.is_array(), "{key} is not flat: {line}");
        }
        messages.push(text("@message").to_owned());
    }
    messages
}

/// `2006-01-02T15:04:05.000000Z`: hosts parse exactly this many digits.
#[track_caller]
fn assert_timestamp(text: &str) {
    let shape: String =
        text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
}

#[tokio::test]
async fn item_16_every_line_is_a_log_entry() {
    let mut core = Core::launch(Launch::new(provider()).env("TF_LOG", "TRACE")).await;
    let empty_config = core.empty_config();
    no_errors(&core.configure(&empty_config).await);
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let config = empty(resource.block());
        resource.validate(&config).await;
        resource.read(&Instance { state: config, ..Instance::NONE }).await;
    }
    let exit = core.process.shut_down().await;
    assert!(!check_log(&exit.stderr).is_empty(), "TRACE shows something");
}

#[tokio::test]
async fn item_16_without_a_wish_there_are_no_lines() {
    let core = Core::configured().await;
    let exit = core.process.shut_down().await;
    assert_eq!(exit.stderr, "");
}

#[tokio::test]
async fn item_17_a_panic_is_an_error_and_the_process_lives() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&serde_json::json!({"name": "a", "behaviour": "panic"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    no_errors(&planned.diagnostics);

    let applied = object.apply(&planned).await;
    assert_eq!(errors(&applied.diagnostics).len(), 1);

    let config = object.config(&serde_json::json!({"name": "a"}));
    let instance = object.create(&config).await;
    object.destroy(&instance).await;

    let exit = core.process.shut_down().await;
    assert!(exit.status.success());
    let messages = check_log(&exit.stderr);
    assert!(messages.iter().any(|message| message.contains("panic")), "{messages:?}");
}

#[tokio::test]
async fn item_17_an_abort_is_announced_as_a_crash() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&serde_json::json!({"name": "a", "behaviour": "abort"}));
    let planned = object.plan(&Instance::NONE, &config).await;
    let ty = object.ty();
    let request = apply_resource_change::Request {
        type_name: object.type_name.clone(),
        prior_state: Some(encode(&Value::Null, &ty)),
        planned_state: Some(encode(&planned.state, &ty)),
        config: Some(encode(&config, &ty)),
        ..Default::default()
    };
    assert!(object.rpc.apply_resource_change(request).await.is_err());

    let exit = core.process.wait(Instant::now()).await;
    assert!(!exit.status.success());
    assert!(exit.stderr.lines().any(|line| line.starts_with("panic: ")), "{}", exit.stderr);
}

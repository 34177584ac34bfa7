//! Reading, importing and upgrading objects.

use std::collections::BTreeMap;

use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::RawState;

use crate::support::core::Core;
use crate::support::host::Launch;
use crate::support::managed::Instance;
use crate::support::provider_binary::provider;
use crate::support::schema::{empty, with};
use crate::support::wire::{errors, no_errors};

#[tokio::test]
async fn item_58_what_is_gone_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    let core = Core::configured().await;
    let mut file = core.resource("groundup_file");
    let created = file.create(&file.config(&json!({"filename": path, "content": "a"}))).await;
    std::fs::remove_file(&path).unwrap();
    let (read, diagnostics) = file.read(&created).await;
    no_errors(&diagnostics);
    assert!(read.state.is_null());
}

#[tokio::test]
async fn item_58_what_cannot_be_reached_is_not_gone() {
    // A port on which nobody answers.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let launch = Launch::new(provider())
        .env("AWS_ENDPOINT_URL", format!("http://{free}"))
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    let mut core = Core::launch(launch).await;
    let config = core.empty_config();
    no_errors(&core.configure(&config).await);

    let mut vpc = core.resource("groundup_vpc");
    let state = with(&empty(vpc.block()), "id", "vpc-0123456789abcdef0");
    let (read, diagnostics) = vpc.read(&Instance { state: state.clone(), ..Instance::NONE }).await;
    assert!(!errors(&diagnostics).is_empty());
    assert_eq!(read.state, state);
}

#[tokio::test]
async fn item_58_a_failed_read_keeps_the_object() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let created = object.create(&object.config(&json!({"name": "a", "behaviour": "unreachable"}))).await;
    let (read, diagnostics) = object.read(&created).await;
    assert_eq!(errors(&diagnostics).len(), 1);
    assert!(!read.state.is_null());
}

#[tokio::test]
async fn item_59_an_unchanged_object_reads_the_same() {
    let core = Core::configured().await;
    for sample in super::samples::samples() {
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        let (read, diagnostics) = resource.read(&created).await;
        no_errors(&diagnostics);
        assert_eq!(read.state, created.state, "{}", sample.type_name);
        assert_eq!(read.private, created.private, "{}", sample.type_name);
        assert_eq!(read.identity, created.identity, "{}", sample.type_name);
        resource.destroy(&created).await;
    }
}

#[tokio::test]
async fn item_60_an_imported_object_needs_no_change() {
    let core = Core::fixture().await;
    let mut object = core.resource("fixture_object");
    let config = object.config(&json!({"name": "found", "size": 7}));
    let created = object.create(&config).await;

    let imported = object.import("found").await.unwrap();
    let (read, diagnostics) = object.read(&imported).await;
    no_errors(&diagnostics);
    assert_eq!(read.state, created.state);
    let planned = object.plan(&read, &config).await;
    assert_eq!(planned.state, read.state);
    assert!(planned.requires_replace.is_empty());

    let missing = match object.import("missing").await {
        Err(diagnostics) => !errors(&diagnostics).is_empty(),
        Ok(imported) => object.read(&imported).await.0.state.is_null(),
    };
    assert!(missing);
}

#[tokio::test]
async fn item_60_ids_that_are_none_are_refused() {
    let core = Core::configured().await;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        // Without AWS there is nothing to ask, so whatever comes is an error of the id or of the connection.
        let refused = match resource.import("not an id\u{0}").await {
            Err(diagnostics) => !errors(&diagnostics).is_empty(),
            Ok(imported) => {
                let (read, diagnostics) = resource.read(&imported).await;
                read.state.is_null() || !errors(&diagnostics).is_empty()
            }
        };
        assert!(refused, "{type_name}");
    }
}

#[tokio::test]
async fn item_62_state_of_the_same_version_is_taken_as_it_is() {
    let core = Core::configured().await;
    for sample in super::samples::samples() {
        let mut resource = core.resource(sample.type_name);
        let created = resource.create(&resource.config(&sample.config)).await;
        let state = RawState { json: json(&created.state), flatmap: BTreeMap::new() };
        let version = resource.version();
        let (upgraded, diagnostics) = resource.upgrade(version, state).await;
        no_errors(&diagnostics);
        assert_eq!(upgraded, created.state, "{}", sample.type_name);
        resource.destroy(&created).await;
    }
}

#[tokio::test]
async fn item_62_attributes_may_have_come_and_gone() {
    let core = Core::start().await;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let version = resource.version();
        let raw = |json: &str| RawState { json: json.into(), flatmap: BTreeMap::new() };

        let (upgraded, diagnostics) =
            resource.upgrade(version, raw(r#"{ "zz_gone": [1, {"a": null}] }"#)).await;
        no_errors(&diagnostics);
        assert!(!upgraded.is_null() && upgraded.is_wholly_known(), "{type_name}");

        for json in ["", "[]", "{", "\"x\""] {
            let (_, diagnostics) = resource.upgrade(version, raw(json)).await;
            assert_eq!(errors(&diagnostics).len(), 1, "{type_name}: {json}");
        }

        let flatmap = [("id".to_owned(), "x".to_owned())].into();
        let (_, diagnostics) = resource.upgrade(version, RawState { json: Vec::new(), flatmap }).await;
        assert_eq!(errors(&diagnostics).len(), 1, "{type_name}");

        let (_, diagnostics) = resource.upgrade(version + 1, raw("{}")).await;
        assert_eq!(errors(&diagnostics).len(), 1, "{type_name}: a state of the future");
    }
}

/// The JSON that a host writes into its state file.
fn json(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => b"null".to_vec(),
        Value::Bool(value) => value.to_string().into_bytes(),
        Value::Number(number) => number.to_string().into_bytes(),
        Value::String(text) => serde_json::to_vec(text).unwrap(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            let elements: Vec<_> = elements.iter().map(json).collect();
            [b"[", elements.join(&b","[..]).as_slice(), b"]"].concat()
        }
        Value::Map(fields) | Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                [serde_json::to_vec(name).unwrap(), json(value)].join(&b":"[..])
            };
            let fields: Vec<_> = fields.iter().map(field).collect();
            [b"{", fields.join(&b","[..]).as_slice(), b"}"].concat()
        }
        Value::Dynamic(ty, value) => {
            [br#"{"value":"#, json(value).as_slice(), br#","type":"#, &ty.to_bytes(), b"}"].concat()
        }
        Value::Unknown(_) => panic!("state is known"),
    }
}

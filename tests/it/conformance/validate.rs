//! Validation of configurations.

use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::schema::{Attribute, Block};
use tfplugin_proto::tfplugin6::{
    Diagnostic, validate_data_resource_config, validate_ephemeral_resource_config, validate_resource_config,
};

use crate::support::core::{Core, block};
use crate::support::schema::{block_type, empty, filled, with};
use crate::support::wire::{encode, errors, path_text};

/// The configuration in which everything that can be set is unknown.
pub(super) fn unknown(block: &Block) -> Value {
    filled(block, |attribute| if settable(attribute) { Value::UNKNOWN } else { Value::Null })
}

/// That configuration, the same with unknown blocks, and the same with one block of each kind.
pub(super) fn unknowns(block: &Block) -> Vec<Value> {
    let plain = unknown(block);
    let mut all = vec![plain.clone()];
    for nested in &block.block_types {
        let name = nested.type_name.as_str();
        all.push(with(&plain, name, Value::UNKNOWN));
        let one = unknown(nested.block.as_ref().unwrap());
        all.push(with(&plain, name, one_of(plain.attribute(name), one)));
    }
    all
}

fn one_of(absent: &Value, one: Value) -> Value {
    match absent {
        Value::List(_) => Value::List(vec![one]),
        Value::Set(_) => Value::set([one]),
        Value::Map(_) => Value::Map([("key".to_owned(), one)].into()),
        _ => one,
    }
}

fn settable(attribute: &Attribute) -> bool {
    attribute.required || attribute.optional
}

#[tokio::test]
async fn item_34_what_is_unknown_is_never_wrong() {
    let mut core = Core::start().await;
    let mut problems = Vec::new();
    let mut judge = |type_name: &str, diagnostics: &[Diagnostic]| {
        problems.extend(errors(diagnostics).into_iter().map(|error| format!("{type_name}.{error}")));
    };
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        for config in unknowns(&resource.block().clone()) {
            judge(&type_name, &resource.validate(&config).await);
        }
    }
    for (type_name, schema) in core.schema.data_source_schemas.clone() {
        for config in unknowns(block(&schema)) {
            let config = Some(encode(&config, &block_type(block(&schema))));
            let request = validate_data_resource_config::Request { type_name: type_name.clone(), config };
            let answer = core.rpc.validate_data_resource_config(request).await.unwrap().into_inner();
            judge(&type_name, &answer.diagnostics);
        }
    }
    for (type_name, schema) in core.schema.ephemeral_resource_schemas.clone() {
        for config in unknowns(block(&schema)) {
            let config = Some(encode(&config, &block_type(block(&schema))));
            let request =
                validate_ephemeral_resource_config::Request { type_name: type_name.clone(), config };
            let answer = core.rpc.validate_ephemeral_resource_config(request).await.unwrap().into_inner();
            judge(&type_name, &answer.diagnostics);
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What is unknown alone may miss others, but is not itself at fault: it may turn out null.
#[tokio::test]
async fn item_34_a_single_unknown_is_never_at_fault() {
    let core = Core::start().await;
    let mut problems = Vec::new();
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        for attribute in resource.block().attributes.clone().iter().filter(|attribute| attribute.optional) {
            let config = with(&empty(resource.block()), &attribute.name, Value::UNKNOWN);
            let diagnostics = resource.validate(&config).await;
            let at = format!("{}: ", attribute.name);
            let blamed = errors(&diagnostics).into_iter().filter(|error| error.starts_with(&at));
            problems.extend(blamed.map(|error| format!("{type_name}.{error}")));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn item_35_every_missing_argument_is_told_at_its_place() {
    let core = Core::start().await;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let config = empty(resource.block());
        let diagnostics = resource.validate(&config).await;
        let places: Vec<_> =
            diagnostics.iter().filter_map(|one| one.attribute.as_ref()).map(path_text).collect();
        for attribute in resource.block().attributes.iter().filter(|attribute| attribute.required) {
            assert!(places.contains(&attribute.name), "{type_name}.{}: {places:?}", attribute.name);
        }
    }
}

#[tokio::test]
async fn item_35_every_problem_is_told_at_once_and_at_its_place() {
    let core = Core::start().await;
    let mut key = core.resource("groundup_private_key");
    let config = key.config(&json!({"algorithm": "DSA", "rsa_bits": 17}));
    let diagnostics = key.validate(&config).await;
    let places: Vec<_> = diagnostics.iter().filter_map(|one| one.attribute.as_ref()).map(path_text).collect();
    assert!(
        places.contains(&"algorithm".to_owned()) && places.contains(&"rsa_bits".to_owned()),
        "{diagnostics:?}"
    );

    let mut file = core.resource("groundup_file");
    let config = file.config(&json!({"filename": "/tmp/x", "content": "a", "content_base64": "YQ=="}));
    let diagnostics = file.validate(&config).await;
    assert!(!errors(&diagnostics).is_empty());
    assert!(diagnostics.iter().all(|one| one.attribute.is_some()), "{diagnostics:?}");
}

/// Old hosts would write the value to the state.
#[tokio::test]
async fn item_36_write_only_values_need_a_host_that_knows_them() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let config = resource.config(&json!({"hidden_wo": "swordfish"}));
    assert_eq!(errors(&resource.validate(&config).await), Vec::<String>::new());

    let request = validate_resource_config::Request {
        type_name: resource.type_name.clone(),
        config: Some(encode(&config, &resource.ty())),
        client_capabilities: None,
    };
    let answer = resource.rpc.validate_resource_config(request).await.unwrap().into_inner();
    let [error] = answer.diagnostics.as_slice() else { panic!("{:?}", answer.diagnostics) };
    assert_eq!(error.attribute.as_ref().map(path_text).as_deref(), Some("hidden_wo"));
    assert!(!format!("{error:?}").contains("swordfish"));
}

//! Functions: the same answer everywhere, before anything is configured.

use std::collections::BTreeSet;

use tfplugin::value::{Number, Type, Value, msgpack};
use tfplugin_proto::tfplugin6::{DynamicValue, FunctionError, call_function};

use crate::support::core::Core;

/// A call of each function that succeeds.
fn calls() -> Vec<(&'static str, Vec<Value>)> {
    let list = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::from(*text)).collect());
    let certificate = rcgen::generate_simple_self_signed(["example.com".to_owned()]).unwrap().cert.pem();
    let profiles = r#"{"signing": {"default": {"expiry": "1h", "usages": ["signing"]}}}"#;
    vec![
        ("apiserver_sans", vec![list(&["10.32.0.0/24"]), list(&["lb.example"]), Value::Null]),
        ("cfssl_csr", vec![r#"{"CN": "admin"}"#.into()]),
        ("cfssl_profile", vec![profiles.into(), Value::Null]),
        ("cidr_host_name", vec!["172.31.0.20".into()]),
        ("cloud_config", vec![object(&[("package_update", Value::Bool(true)), ("hostname", "node".into())])]),
        ("encryption_config", vec![encryption_config(&format!("{}=", "A".repeat(43)))]),
        ("kubeconfig", vec![kubeconfig("https://lb.example:6443")]),
        ("lint_certificate", vec![certificate.clone().into(), Value::Null]),
        ("parse_certificate", vec![certificate.into()]),
        ("private_dns_domain", vec!["us-east-1".into()]),
    ]
}

/// A call of each function that is wrong in one argument, and which.
fn wrong_calls() -> Vec<(&'static str, Vec<Value>, i64)> {
    let list = |text: &str| Value::List(vec![text.into()]);
    vec![
        ("apiserver_sans", vec![list("10.32.0.0/24"), list("bad host"), Value::Null], 1),
        ("cfssl_csr", vec!["{".into()], 0),
        ("cfssl_profile", vec![r#"{"signing": {}}"#.into(), "kubernetes".into()], 1),
        ("cidr_host_name", vec!["::1".into()], 0),
        ("cloud_config", vec![object(&[("write_files", Value::Bool(true))])], 0),
        ("encryption_config", vec![encryption_config("short")], 0),
        ("kubeconfig", vec![kubeconfig("http://lb.example")], 0),
        ("lint_certificate", vec!["".into(), Value::Null], 0),
        ("parse_certificate", vec!["".into()], 0),
        ("private_dns_domain", vec!["moon".into()], 0),
    ]
}

fn kubeconfig(server: &str) -> Value {
    object(&[
        ("cluster_name", "k8s".into()),
        ("server", server.into()),
        ("user", "admin".into()),
        ("token", Value::Number(Number::from(7_i64))),
    ])
}

fn encryption_config(secret: &str) -> Value {
    let key = Value::object([("name", Value::from("key1")), ("secret", secret.into())]);
    object(&[("keys", Value::Tuple(vec![key]))])
}

/// An object as it stands in a place of any type.
fn object(fields: &[(&str, Value)]) -> Value {
    let value = Value::object(fields.to_vec());
    Value::Dynamic(type_of(&value), Box::new(value))
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::Tuple(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Value::Object(fields) => {
            Type::Object(fields.iter().map(|(name, value)| (name.clone(), type_of(value))).collect())
        }
        _ => Type::String,
    }
}

async fn call(core: &mut Core, name: &str, arguments: &[Value]) -> Result<DynamicValue, FunctionError> {
    let parameters = core.schema.functions[name].parameters.iter();
    let types = parameters.map(|parameter| Type::from_bytes(&parameter.r#type).unwrap());
    let encoded = types
        .zip(arguments)
        .map(|(ty, value)| DynamicValue { msgpack: msgpack::to_vec(value, &ty), json: Vec::new() });
    let request = call_function::Request { name: name.to_owned(), arguments: encoded.collect() };
    let answer = core.rpc.call_function(request).await.unwrap().into_inner();
    answer.error.map_or_else(|| Ok(answer.result.unwrap()), Err)
}

#[tokio::test]
async fn item_67_two_processes_give_the_same_result() {
    let (mut one, mut other) = (Core::start().await, Core::start().await);
    let calls = calls();
    let called: BTreeSet<_> = calls.iter().map(|(name, _)| *name).collect();
    assert!(one.schema.functions.keys().map(String::as_str).eq(called), "a function is not called");
    // Nothing has been configured: item 68.
    for (name, arguments) in &calls {
        let result = call(&mut one, name, arguments).await.unwrap();
        assert_eq!(call(&mut other, name, arguments).await.as_ref(), Ok(&result), "{name}");
        assert_eq!(call(&mut one, name, arguments).await.as_ref(), Ok(&result), "{name}");
    }
}

#[tokio::test]
async fn item_67_an_error_names_the_wrong_argument() {
    let mut core = Core::start().await;
    for (name, arguments, index) in wrong_calls() {
        let error = call(&mut core, name, &arguments).await.unwrap_err();
        assert_eq!(error.function_argument, Some(index), "{name}: {}", error.text);
        // The host goes on after it, with a full stop of its own.
        assert!(!error.text.is_empty() && !error.text.ends_with('.'), "{name}: {}", error.text);
    }
}

#[tokio::test]
async fn item_67_hosts_keep_nulls_and_unknowns_away() {
    let mut core = Core::start().await;
    for (name, arguments) in calls() {
        for (index, parameter) in core.schema.functions[name].parameters.clone().iter().enumerate() {
            assert!(!parameter.allow_unknown_values, "{name}");
            let with = |value: Value| {
                let mut arguments = arguments.clone();
                arguments[index] = value;
                arguments
            };
            // What a host should not send is an error about that argument, too.
            let place = i64::try_from(index).ok();
            if !parameter.allow_null_value {
                let error = call(&mut core, name, &with(Value::Null)).await.unwrap_err();
                assert_eq!(error.function_argument, place, "{name}");
            }
            if arguments[index] != Value::Null {
                let error = call(&mut core, name, &with(Value::UNKNOWN)).await.unwrap_err();
                assert_eq!(error.function_argument, place, "{name}");
            }
        }
    }
}

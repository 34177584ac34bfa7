//! Data sources.

use rcgen::generate_simple_self_signed;
use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::{Diagnostic, read_data_source};

use crate::support::core::{Core, block};
use crate::support::plan_rules::plan_faults;
use crate::support::schema::{block_type, from_json};
use crate::support::wire::{CAPABILITIES, decode, encode, errors, no_errors};

/// Reads a data source, and checks the answer by the rules for plans, which no host does.
async fn read(core: &mut Core, type_name: &str, config: &serde_json::Value) -> (Value, Vec<Diagnostic>) {
    let block = block(&core.schema.data_source_schemas[type_name]).clone();
    let (ty, config) = (block_type(&block), from_json(&block, config));
    let request = read_data_source::Request {
        type_name: type_name.to_owned(),
        config: Some(encode(&config, &ty)),
        provider_meta: None,
        client_capabilities: Some(CAPABILITIES),
    };
    let answer = core.rpc.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(answer.deferred, None);
    let state = decode(answer.state.as_ref(), &ty);
    if errors(&answer.diagnostics).is_empty() {
        assert_eq!(plan_faults(&block, &Value::Null, &config, &state), Vec::<String>::new());
        assert!(state.is_wholly_known(), "{type_name}");
    }
    (state, answer.diagnostics)
}

#[tokio::test]
async fn item_65_what_is_read_is_known_and_keeps_the_configuration() {
    let mut core = Core::configured().await;
    let pem = generate_simple_self_signed(["example.com".to_owned()]).unwrap().cert.pem();
    let (certificate, told) = read(&mut core, "groundup_certificate", &json!({"content": pem})).await;
    no_errors(&told);
    assert_eq!(certificate.attribute("certificates").elements().unwrap().len(), 1);

    let config = json!({"member": [
        {"role": "scheduler", "subject_dn": "CN=system:kube-scheduler"},
        {"role": "kube-proxy", "subject_dn": "CN=system:kube-proxy"},
    ]});
    let (matrix, told) = read(&mut core, "groundup_trust_matrix", &config).await;
    no_errors(&told);
    assert!(!matrix.attribute("table").is_null());
}

#[tokio::test]
async fn item_65_what_is_not_found_is_an_error() {
    let mut core = Core::configured().await;
    for (type_name, config) in [
        ("groundup_certificate", json!({"content": "none"})),
        ("groundup_ami", json!({"owners": ["self"], "most_recent": true})),
        ("groundup_availability_zones", json!({})),
        ("groundup_caller_identity", json!({})),
    ] {
        let (state, told) = read(&mut core, type_name, &config).await;
        assert!(state.is_null() && !errors(&told).is_empty(), "{type_name}: {told:?}");
    }
}

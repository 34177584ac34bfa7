//! What the provider says it offers.

use std::collections::BTreeSet;

use prost::Message as _;
use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use tfplugin_proto::tfplugin6::schema::object::NestingMode as ObjectNesting;
use tfplugin_proto::tfplugin6::schema::{Attribute, Block, NestedBlock};
use tfplugin_proto::tfplugin6::{
    DynamicValue, RawState, apply_resource_change, call_function, close_ephemeral_resource, get_functions,
    get_metadata, get_provider_schema, get_resource_identity_schemas, import_resource_state,
    move_resource_state, open_ephemeral_resource, plan_resource_change, read_data_source, read_resource,
    renew_ephemeral_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_data_resource_config, validate_ephemeral_resource_config, validate_resource_config,
};
use tonic::Code;

use crate::support::core::{Core, block};
use crate::support::host::Launch;
use crate::support::managed::{Instance, Managed};
use crate::support::provider_binary::provider;
use crate::support::wire::no_errors;

/// The most a host takes as an answer to `GetProviderSchema`.
const LARGEST_SCHEMA: usize = 64 << 20;
/// Names that hosts give a meaning of their own.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

/// Whether a type is one, and says nothing about dynamic parts inside of sets.
fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
        Type::Bool | Type::Number | Type::String => false,
    }
}

fn check_attribute(attribute: &Attribute, path: &str, in_set: bool) {
    let path = format!("{path}.{}", attribute.name);
    assert!(is_name(&attribute.name), "{path}");
    assert!(attribute.required || attribute.optional || attribute.computed, "{path} is neither");
    assert!(!(attribute.required && (attribute.optional || attribute.computed)), "{path} is both");
    assert!(!attribute.write_only || (!attribute.computed && !in_set), "{path} is write-only");
    assert!(attribute.deprecation_message.is_empty() || attribute.deprecated, "{path}");
    assert!(!attribute.description.is_empty(), "{path} has no description");
    if let Some(object) = &attribute.nested_type {
        assert!(attribute.r#type.is_empty(), "{path} has two types");
        assert_ne!(object.nesting(), ObjectNesting::Invalid, "{path}");
        let in_set = in_set || object.nesting() == ObjectNesting::Set;
        for attribute in &object.attributes {
            check_attribute(attribute, &path, in_set);
        }
    } else {
        let ty = Type::from_bytes(&attribute.r#type).unwrap_or_else(|_| panic!("{path} has no type"));
        assert!(!in_set || !has_dynamic(&ty), "{path} is dynamic in a set");
    }
}

fn check_counts(nested: &NestedBlock, path: &str) {
    let (min, max) = (nested.min_items, nested.max_items);
    let good = match nested.nesting() {
        BlockNesting::Single => min == max && (0..=1).contains(&max),
        BlockNesting::List | BlockNesting::Set => min >= 0 && max >= 0 && (max == 0 || min <= max),
        BlockNesting::Map | BlockNesting::Group => min == 0 && max == 0,
        BlockNesting::Invalid => false,
    };
    assert!(good, "{path}: {:?} {min}..{max}", nested.nesting());
}

fn check_block(block: &Block, path: &str, in_set: bool) {
    let names = block.attributes.iter().map(|attribute| &attribute.name);
    let names = names.chain(block.block_types.iter().map(|nested| &nested.type_name));
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{path}.{name} is there twice");
    }
    for attribute in &block.attributes {
        check_attribute(attribute, path, in_set);
    }
    for nested in &block.block_types {
        let path = format!("{path}.{}", nested.type_name);
        assert!(is_name(&nested.type_name), "{path}");
        check_counts(nested, &path);
        let in_set = in_set || nested.nesting() == BlockNesting::Set;
        check_block(nested.block.as_ref().expect("a nested block has a body"), &path, in_set);
    }
}

#[tokio::test]
async fn item_20_schemas_keep_the_rules() {
    let mut core = Core::start().await;
    let schema = core.schema.clone();
    no_errors(&schema.diagnostics);
    assert!(schema.diagnostics.is_empty());

    check_block(block(schema.provider.as_ref().expect("the provider has a schema")), "provider", false);
    let all = [&schema.resource_schemas, &schema.data_source_schemas, &schema.ephemeral_resource_schemas];
    for (name, schema) in all.into_iter().flatten() {
        assert!(schema.version >= 0);
        check_block(block(schema), name, false);
        for attribute in &block(schema).attributes {
            assert!(!RESERVED.contains(&attribute.name.as_str()), "{name}.{}", attribute.name);
        }
    }
    for (name, function) in &schema.functions {
        assert!(is_name(name), "{name}");
        let result = function.r#return.as_ref().expect("a function has a result");
        assert!(Type::from_bytes(&result.r#type).is_ok(), "{name}");
        let parameters: Vec<_> = function.parameters.iter().chain(&function.variadic_parameter).collect();
        for (index, parameter) in parameters.iter().enumerate() {
            assert!(is_name(&parameter.name) && Type::from_bytes(&parameter.r#type).is_ok(), "{name}");
            assert!(parameters[..index].iter().all(|other| other.name != parameter.name), "{name}");
        }
    }

    let bytes = schema.encode_to_vec();
    assert!(bytes.len() < LARGEST_SCHEMA, "{}", bytes.len());
    let again = core.rpc.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
    assert!(again.encode_to_vec() == bytes, "the schema is not the same the second time");
    let other = Core::start().await;
    assert!(other.schema.encode_to_vec() == bytes, "the schema is not the same in another process");
}

#[tokio::test]
async fn item_21_names_agree_everywhere() {
    let mut core = Core::start().await;
    let metadata = core.rpc.get_metadata(get_metadata::Request {}).await.unwrap().into_inner();
    let functions = core.rpc.get_functions(get_functions::Request {}).await.unwrap().into_inner();
    let schema = &core.schema;
    no_errors(&metadata.diagnostics);
    no_errors(&functions.diagnostics);

    let mut resources: Vec<_> = metadata.resources.into_iter().map(|one| one.type_name).collect();
    let mut data_sources: Vec<_> = metadata.data_sources.into_iter().map(|one| one.type_name).collect();
    let mut ephemeral: Vec<_> = metadata.ephemeral_resources.into_iter().map(|one| one.type_name).collect();
    let mut names: Vec<_> = metadata.functions.into_iter().map(|one| one.name).collect();
    for list in [&mut resources, &mut data_sources, &mut ephemeral, &mut names] {
        list.sort();
    }
    assert!(!resources.is_empty());
    assert!(resources.iter().eq(schema.resource_schemas.keys()));
    assert!(data_sources.iter().eq(schema.data_source_schemas.keys()));
    assert!(ephemeral.iter().eq(schema.ephemeral_resource_schemas.keys()));
    assert!(names.iter().eq(schema.functions.keys()));
    assert_eq!(functions.functions, schema.functions);
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
    for name in resources.iter().chain(&data_sources).chain(&ephemeral) {
        assert!(name.starts_with("groundup_"), "{name}");
    }
}

#[tokio::test]
async fn item_22_identities_keep_the_rules() {
    let mut core = Core::start().await;
    let request = get_resource_identity_schemas::Request {};
    let answer = core.rpc.get_resource_identity_schemas(request).await.unwrap().into_inner();
    no_errors(&answer.diagnostics);
    for (name, identity) in &answer.identity_schemas {
        assert!(core.schema.resource_schemas.contains_key(name), "{name}");
        assert!(identity.version >= 0 && !identity.identity_attributes.is_empty(), "{name}");
        for attribute in &identity.identity_attributes {
            assert!(attribute.required_for_import != attribute.optional_for_import, "{name}");
            let ty = Type::from_bytes(&attribute.r#type).unwrap();
            let primitive = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String);
            let good = primitive(&ty) || matches!(&ty, Type::List(element) if primitive(element));
            assert!(good, "{name}.{}", attribute.name);
        }
    }
}

#[tokio::test]
async fn item_23_nobody_needs_to_ask_for_the_schema_first() {
    let known = Core::start().await;
    assert!(known.schema.server_capabilities.as_ref().unwrap().get_provider_schema_optional);

    for type_name in known.resource_types() {
        let process = Launch::new(provider()).start().await;
        let schema = known.schema.resource_schemas[&type_name].clone();
        let mut resource = Managed::new(process.provider().await, &type_name, schema);
        let config = crate::support::schema::empty(resource.block());
        let fresh = resource.validate(&config).await;
        let told = known.resource(&type_name).validate(&config).await;
        assert_eq!(fresh, told, "{type_name}");
    }
}

#[tokio::test]
async fn item_24_unknown_names_are_diagnostics() {
    let mut core = Core::configured().await;
    let name = || "groundup_nonsense".to_owned();
    let value = || Some(DynamicValue { msgpack: vec![0x80], json: Vec::new() });
    let raw = || Some(RawState { json: b"{}".to_vec(), ..RawState::default() });

    macro_rules! refused {
        ($rpc:ident, $module:ident { $($field:ident: $value:expr),* $(,)? }) => {
            let mut request = $module::Request::default();
            $(request.$field = $value;)*
            let answer = core.rpc.$rpc(request).await.unwrap().into_inner();
            assert_eq!(crate::support::wire::errors(&answer.diagnostics).len(), 1, stringify!($rpc));
        };
    }
    refused!(validate_resource_config, validate_resource_config { type_name: name(), config: value() });
    refused!(upgrade_resource_state, upgrade_resource_state { type_name: name(), raw_state: raw() });
    refused!(upgrade_resource_identity, upgrade_resource_identity { type_name: name(), raw_identity: raw() });
    refused!(read_resource, read_resource { type_name: name(), current_state: value() });
    refused!(
        plan_resource_change,
        plan_resource_change { type_name: name(), proposed_new_state: value(), config: value() }
    );
    refused!(
        apply_resource_change,
        apply_resource_change { type_name: name(), planned_state: value(), config: value() }
    );
    refused!(import_resource_state, import_resource_state { type_name: name(), id: "x".to_owned() });
    refused!(move_resource_state, move_resource_state { target_type_name: name(), source_state: raw() });
    refused!(
        validate_data_resource_config,
        validate_data_resource_config { type_name: name(), config: value() }
    );
    refused!(read_data_source, read_data_source { type_name: name(), config: value() });
    refused!(
        validate_ephemeral_resource_config,
        validate_ephemeral_resource_config { type_name: name(), config: value() }
    );
    refused!(open_ephemeral_resource, open_ephemeral_resource { type_name: name(), config: value() });
    refused!(renew_ephemeral_resource, renew_ephemeral_resource { type_name: name() });
    refused!(close_ephemeral_resource, close_ephemeral_resource { type_name: name() });

    let request = call_function::Request { name: name(), arguments: Vec::new() };
    assert!(core.rpc.call_function(request).await.unwrap().into_inner().error.is_some());
}

#[tokio::test]
async fn item_25_newer_calls_are_unimplemented() {
    let process = Launch::new(provider()).start().await;
    let mut rpc = tonic::client::Grpc::new(process.connect().await);
    for name in ["GenerateResourceConfig", "ListResource", "PlanAction", "GetStates"] {
        rpc.ready().await.unwrap();
        let path = format!("/tfplugin6.Provider/{name}").parse().unwrap();
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let error = rpc.unary(tonic::Request::new(()), path, codec).await.unwrap_err();
        assert_eq!(error.code(), Code::Unimplemented, "{name}");
    }
}

/// A null object where one is asked for must not be taken for an object of nulls.
#[tokio::test]
async fn reading_nothing_gives_nothing() {
    let core = Core::configured().await;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let (instance, _) = resource.read(&Instance { state: Value::Null, ..Instance::NONE }).await;
        assert!(instance.state.is_null(), "{type_name}");
    }
}

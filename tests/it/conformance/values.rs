//! Values on the wire, byte by byte.

use tfplugin::value::{Number, Value};
use tfplugin_proto::tfplugin6::{
    DynamicValue, call_function, configure_provider, plan_resource_change, read_resource,
    validate_provider_config, validate_resource_config,
};
use tokio::task::JoinSet;

use crate::support::core::Core;
use crate::support::managed::{Instance, Managed};
use crate::support::schema::with;
use crate::support::wire::{CAPABILITIES, decode, encode, errors, no_errors};

/// An object of the fixture's `fixture_value` on the wire: what is not given is null, blocks are absent.
fn object(core: &Core, given: &[(&str, &[u8])]) -> Vec<u8> {
    let block = core.resource_block("fixture_value");
    let attributes = block.attributes.iter().map(|attribute| (attribute.name.as_str(), &b"\xc0"[..]));
    let blocks = block.block_types.iter().map(|nested| (nested.type_name.as_str(), &b"\x90"[..]));
    let fields: Vec<_> = attributes
        .chain(blocks)
        .map(|(name, absent)| {
            given.iter().find(|(given, _)| *given == name).copied().unwrap_or((name, absent))
        })
        .collect();
    map(&fields)
}

fn map(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xde];
    bytes.extend(u16::try_from(fields.len()).unwrap().to_be_bytes());
    for (name, value) in fields {
        bytes.push(0xa0 | u8::try_from(name.len()).unwrap());
        bytes.extend(name.as_bytes());
        bytes.extend(*value);
    }
    bytes
}

/// Plans a create from bytes; gives the planned value.
async fn plan(resource: &mut Managed, bytes: Vec<u8>) -> Result<Value, Vec<String>> {
    let value = Some(DynamicValue { msgpack: bytes, json: Vec::new() });
    let request = plan_resource_change::Request {
        type_name: resource.type_name.clone(),
        proposed_new_state: value.clone(),
        config: value,
        client_capabilities: Some(CAPABILITIES),
        ..Default::default()
    };
    let answer = resource.rpc.plan_resource_change(request).await.unwrap().into_inner();
    let errors = errors(&answer.diagnostics);
    if errors.is_empty() { Ok(decode(answer.planned_state.as_ref(), &resource.ty())) } else { Err(errors) }
}

#[tokio::test]
async fn item_26_numbers_are_exact_in_every_form() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let forms: &[(&[u8], &str)] = &[
        (b"\x00", "0"),
        (b"\x7f", "127"),
        (b"\xcc\x80", "128"),
        (b"\xcc\xff", "255"),
        (b"\xcd\x01\x00", "256"),
        (b"\xce\x00\x01\x11\x70", "70000"),
        (b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", "9223372036854775807"),
        (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
        (b"\xff", "-1"),
        (b"\xd0\xdf", "-33"),
        (b"\xd1\x00\x07", "7"),
        (b"\xd2\x00\x00\x00\x07", "7"),
        (b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808"),
        (b"\xca\x3f\xc0\x00\x00", "1.5"),
        (b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", "1.5"),
        (b"\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00", "0.5"),
        (b"\xcb\x80\x00\x00\x00\x00\x00\x00\x00", "0"),
        (b"\xa3\x30\x2e\x31", "0.1"),
        (b"\xb39223372036854775808", "9223372036854775808"),
        (b"\xbf1000000000000000000000000000000", "1000000000000000000000000000000"),
        (b"\xa41e30", "1000000000000000000000000000000"),
        (b"\xcf\x00\x20\x00\x00\x00\x00\x00\x01", "9007199254740993"),
    ];
    for (bytes, number) in forms {
        let planned = plan(&mut resource, object(&core, &[("number", bytes)])).await.unwrap();
        let number: Number = number.parse().unwrap();
        assert_eq!(planned.attribute("number"), &Value::Number(number), "{bytes:02x?}");
    }
}

#[tokio::test]
async fn item_26_numbers_are_the_same_in_state() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    for number in ["0.1", "9223372036854775808", "1e30", "9007199254740993", "-0.000001"] {
        let number = Value::Number(number.parse().unwrap());
        let config = with(&resource.config(&serde_json::json!({})), "number", number.clone());
        let created = resource.create(&config).await;
        assert_eq!(created.state.attribute("number"), &number);
        let (read, _) = resource.read(&created).await;
        assert_eq!(read.state.attribute("number"), &number);
    }
}

#[tokio::test]
async fn item_27_every_extension_is_an_unknown() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let forms: &[&[u8]] = &[
        b"\xd4\x00\x00",
        b"\xd4\x63\x00",
        b"\xc7\x01\x63\x00",
        b"\xd5\x63\x00\x00",
        b"\xc7\x03\x0c\x81\x01\xc2",
        b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-",
        b"\xc7\x07\x0c\x82\x01\xc2\x03\x92\x00\xc3",
        b"\xc7\x07\x0c\x83\x01\xc2\x05\x01\x06\x03",
    ];
    for bytes in forms {
        for name in ["text", "number", "any", "words", "texts", "nested", "part"] {
            let planned = plan(&mut resource, object(&core, &[(name, bytes)])).await.unwrap();
            assert!(planned.attribute(name).is_unknown(), "{name} {bytes:02x?}: {planned:?}");
        }
    }
}

#[tokio::test]
async fn item_28_shapes_are_checked() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");

    let mut fields: Vec<(&str, &[u8])> = core
        .resource_block("fixture_value")
        .attributes
        .iter()
        .map(|one| (one.name.as_str(), &b"\xc0"[..]))
        .collect();
    fields.push(("part", b"\x90"));
    fields.reverse();
    assert!(plan(&mut resource, map(&fields)).await.is_ok(), "keys come in any order");

    let missing = plan(&mut resource, map(&fields[1..])).await;
    assert_eq!(missing.unwrap_err().len(), 1);
    fields.push(("zzz", b"\xc0"));
    assert_eq!(plan(&mut resource, map(&fields)).await.unwrap_err().len(), 1);

    for (name, bytes) in [
        ("text", &b"\x01"[..]),
        ("number", b"\xa3abc"),
        ("number", b"\xc3"),
        ("words", b"\x80"),
        ("texts", b"\x90"),
        ("nested", b"\x80"),
        ("part", b"\xa1x"),
        ("any", b"\x92\xc4\x01x\xc0"),
        ("text", b"\xa2\xff\xfe"),
    ] {
        let errors = plan(&mut resource, object(&core, &[(name, bytes)])).await.unwrap_err();
        assert_eq!(errors.len(), 1, "{name} {bytes:02x?}");
    }
}

#[tokio::test]
async fn item_28_random_bytes_do_no_harm() {
    let core = Core::fixture().await;
    let good = object(&core, &[("number", b"\xa3\x30\x2e\x31"), ("any", b"\xc0"), ("text", b"\xa1x")]);
    let all: JoinSet<_> =
        (0..4).map(|seed| feed_garbage(core.resource("fixture_value"), good.clone(), seed)).collect();
    all.join_all().await;

    assert!(plan(&mut core.resource("fixture_value"), good).await.is_ok());
    let exit = core.process.shut_down().await;
    assert!(!exit.stderr.contains("panic"), "{}", exit.stderr);
}

/// Asks with random bytes, and with good ones of which one was changed or the end cut off.
async fn feed_garbage(mut resource: Managed, good: Vec<u8>, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..2_500 {
        let bytes = if round % 2 == 0 {
            let length = random.usize(..64);
            std::iter::repeat_with(|| random.u8(..)).take(length).collect()
        } else {
            let mut bytes = good.clone();
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
            bytes.truncate(random.usize(at..=bytes.len()));
            bytes
        };
        // Whatever it answers, it answers.
        let request = validate_resource_config::Request {
            type_name: resource.type_name.clone(),
            config: Some(DynamicValue { msgpack: bytes.clone(), json: Vec::new() }),
            client_capabilities: Some(CAPABILITIES),
        };
        let answer = resource.rpc.validate_resource_config(request).await;
        assert!(answer.is_ok(), "{bytes:02x?}: {answer:?}");
    }
}

#[tokio::test]
async fn item_29_no_bytes_are_null() {
    let mut core = Core::fixture().await;
    let nothing = || [None, Some(DynamicValue::default())];

    for config in nothing() {
        let request = validate_provider_config::Request { config: config.clone() };
        no_errors(&core.rpc.validate_provider_config(request).await.unwrap().into_inner().diagnostics);
        let request = configure_provider::Request { config, ..Default::default() };
        no_errors(&core.rpc.configure_provider(request).await.unwrap().into_inner().diagnostics);
    }

    let mut resource = core.resource("fixture_value");
    let config = resource.config(&serde_json::json!({"text": "x"}));
    let created = resource.create(&config).await;
    for empty in nothing() {
        // An empty proposal is a destroy.
        let request = plan_resource_change::Request {
            type_name: resource.type_name.clone(),
            prior_state: Some(encode(&created.state, &resource.ty())),
            proposed_new_state: empty.clone(),
            config: empty.clone(),
            provider_meta: empty.clone(),
            prior_private: created.private.clone(),
            ..Default::default()
        };
        let answer = resource.rpc.plan_resource_change(request).await.unwrap().into_inner();
        no_errors(&answer.diagnostics);
        assert!(decode(answer.planned_state.as_ref(), &resource.ty()).is_null());

        let request = read_resource::Request {
            type_name: resource.type_name.clone(),
            current_state: empty.clone(),
            provider_meta: empty.clone(),
            ..Default::default()
        };
        let answer = resource.rpc.read_resource(request).await.unwrap().into_inner();
        no_errors(&answer.diagnostics);
        assert!(decode(answer.new_state.as_ref(), &resource.ty()).is_null());
    }

    let arguments = vec![DynamicValue::default()];
    let request = call_function::Request { name: "is_null".to_owned(), arguments };
    let answer = core.rpc.call_function(request).await.unwrap().into_inner();
    assert_eq!(answer.error, None);
    assert_eq!(answer.result.unwrap().msgpack, b"\xc3");
}

#[tokio::test]
async fn item_30_json_is_taken_where_messagepack_is() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let mut fields: serde_json::Map<_, _> = core
        .resource_block("fixture_value")
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), serde_json::Value::Null))
        .collect();
    fields.insert("part".to_owned(), serde_json::json!([]));
    fields.insert("text".to_owned(), serde_json::json!("x"));
    let json = serde_json::Value::Object(fields).to_string().replace("\"number\":null", "\"number\":0.10");
    let value = Some(DynamicValue { msgpack: Vec::new(), json: json.into_bytes() });
    let request = plan_resource_change::Request {
        type_name: resource.type_name.clone(),
        proposed_new_state: value.clone(),
        config: value,
        client_capabilities: Some(CAPABILITIES),
        ..Default::default()
    };
    let answer = resource.rpc.plan_resource_change(request).await.unwrap().into_inner();
    no_errors(&answer.diagnostics);
    let planned = decode(answer.planned_state.as_ref(), &resource.ty());
    assert_eq!(planned.attribute("number"), &Value::Number("0.1".parse().unwrap()));
    assert_eq!(planned.attribute("text"), &Value::from("x"));
}

#[tokio::test]
async fn item_31_order_of_sets_and_form_of_strings_do_not_count() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let one =
        plan(&mut resource, object(&core, &[("words", b"\x92\xa1a\xa1b"), ("text", b"\xa2\xc3\xa9")])).await;
    let other =
        plan(&mut resource, object(&core, &[("words", b"\x92\xa1b\xa1a"), ("text", b"\xa3e\xcc\x81")])).await;
    assert_eq!(one.unwrap(), other.unwrap());
}

/// A dynamic value keeps its type through config, plan, state and read.
#[tokio::test]
async fn item_32_dynamic_values_keep_their_type() {
    let core = Core::fixture().await;
    let mut resource = core.resource("fixture_value");
    let forms: &[&[u8]] = &[
        b"\x92\xc4\x08\"string\"\xa1x",
        b"\x92\xc4\x08\"string\"\xc0",
        b"\x92\xc4\x08\"string\"\xd4\x00\x00",
        b"\x92\xc4\x2d[\"object\",{\"a\":\"number\",\"b\":[\"list\",\"bool\"]}]\x82\xa1a\x01\xa1b\x91\xc3",
    ];
    for bytes in forms {
        let planned = plan(&mut resource, object(&core, &[("any", bytes)])).await.unwrap();
        assert!(matches!(planned.attribute("any"), Value::Dynamic(..)), "{bytes:02x?}: {planned:?}");
        if planned.attribute("any").is_wholly_known() {
            let created = resource
                .create(&with(
                    &resource.config(&serde_json::json!({})),
                    "any",
                    planned.attribute("any").clone(),
                ))
                .await;
            assert_eq!(created.state.attribute("any"), planned.attribute("any"));
            let (read, _): (Instance, _) = resource.read(&created).await;
            assert_eq!(read.state, created.state);
        }
    }
}

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::Model;
use crate::attr::{Attr, Parsed, Secret};

/// A key.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Key {
    /// Name.
    #[attr(required)]
    name: Attr<String>,
    /// Secret.
    #[attr(optional, check = not_empty)]
    secret: Attr<Secret>,
    /// Generation.
    #[attr(optional, default = 1)]
    generation: Attr<u32>,
}

/// A service.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Service {
    /// Endpoint.
    #[attr(required)]
    endpoint: Attr<String>,
}

/// A configuration.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Config {
    /// Result.
    #[attr(computed)]
    id: Attr<String>,
    /// Addresses.
    #[attr(optional)]
    addresses: Attr<Vec<Parsed<std::net::IpAddr>>>,
    /// Labels.
    #[attr(optional)]
    labels: Attr<BTreeMap<String, String>>,
    /// Names.
    #[attr(optional)]
    names: Attr<std::collections::BTreeSet<String>>,
    /// Keys.
    #[attr(required)]
    keys: Attr<Vec<Key>>,
    /// Services.
    #[attr(block, max = 2)]
    service: Attr<Vec<Service>>,
    /// Main service.
    #[attr(block = "single")]
    main: Attr<Service>,
    /// Mode, decided where it is not said.
    #[attr(optional, computed)]
    mode: Attr<String>,
    /// Whether it is on.
    #[attr(optional, default = true)]
    enabled: Attr<bool>,
}

fn not_empty(secret: &Secret) -> Result<(), String> {
    if secret.expose().is_empty() { Err("must not be empty".to_owned()) } else { Ok(()) }
}

fn decode(value: Value) -> Result<Config, Vec<String>> {
    let mut found = Diagnostics::new();
    let value = Value::Dynamic(Type::Dynamic, Box::new(value));
    let decoded = Object::<Config>::decode(&value, &Path::root(), &mut found);
    let tell =
        |told: &crate::Diagnostic| format!("{}: {}", told.path.clone().unwrap_or_default(), told.detail);
    decoded.map(Object::into_inner).ok_or_else(|| found.iter().map(tell).collect())
}

fn tuple<const N: usize>(elements: [Value; N]) -> Value {
    Value::Tuple(elements.into())
}

fn key<const N: usize>(more: [(&'static str, Value); N]) -> Value {
    Value::object([("name", Value::from("k"))].into_iter().chain(more))
}

fn config<const N: usize>(more: [(&'static str, Value); N]) -> Value {
    Value::object([("keys", tuple([key([])]))].into_iter().chain(more))
}

#[test]
fn what_is_left_out_is_null_or_the_default() {
    let config = decode(config([])).unwrap();
    let keys = config.keys.known().unwrap();
    assert_eq!(keys[0].generation, Attr::Known(1));
    assert!(keys[0].secret.is_null() && config.mode.is_null() && config.id.is_null());
    assert_eq!(config.enabled, Attr::Known(true));
    assert_eq!((config.service.known(), config.main), (Some(&Vec::new()), Attr::Null));
}

#[test]
fn values_are_converted_as_in_a_block() {
    let config = decode(Value::object([
        ("addresses", tuple([Value::from("10.0.0.1")])),
        ("labels", Value::object([("a", Value::from(1)), ("b", Value::from(true))])),
        ("names", tuple([Value::from("x"), Value::from(2), Value::from("x")])),
        ("keys", tuple([key([("generation", Value::from("7")), ("secret", Value::from(5))])])),
        ("service", Value::object([("endpoint", Value::from("unix:///a"))])),
        ("main", Value::object([("endpoint", Value::from("unix:///b"))])),
        ("enabled", Value::from("false")),
    ]))
    .unwrap();
    assert_eq!(config.addresses.known().unwrap()[0].text(), "10.0.0.1");
    assert_eq!(config.labels.known().unwrap()["b"], "true");
    assert_eq!(config.names.known().unwrap().iter().collect::<Vec<_>>(), ["2", "x"]);
    let keys = config.keys.known().unwrap();
    assert_eq!((&keys[0].generation, keys[0].secret.known().unwrap().expose()), (&Attr::Known(7), "5"));
    assert_eq!(config.service.known().unwrap()[0].endpoint.as_str(), Some("unix:///a"));
    assert_eq!(config.main.known().unwrap().endpoint.as_str(), Some("unix:///b"));
    assert_eq!(config.enabled, Attr::Known(false));
}

#[test]
fn every_problem_is_told_with_its_place() {
    let service = || Value::object([("endpoint", Value::from("a"))]);
    let told = decode(Value::object([
        ("id", Value::from("x")),
        ("adresses", tuple([])),
        ("colour", Value::Null),
        ("addresses", tuple([Value::from("10.0.0.1"), Value::from("nowhere")])),
        ("keys", tuple([key([("secret", Value::from(""))]), Value::object([("nmae", Value::from("k"))])])),
        ("service", tuple([service(), service(), service()])),
        ("main", Value::from("unix:///b")),
        ("enabled", Value::from("yes")),
    ]));
    assert_eq!(
        told.unwrap_err(),
        [
            "adresses: There is no argument of this name. Did you mean `addresses`?",
            "colour: There is no argument of this name. There are: `addresses`, `labels`, `names`, `keys`, `mode`, \
             `enabled`, `service`, `main`.",
            "id: This is a result, which cannot be set.",
            "keys[1].nmae: There is no argument of this name. Did you mean `name`?",
            "enabled: A value of type bool is required.",
            "service: At most 2 can be given.",
            "main: An object is required.",
            "keys[1].name: The argument `name` is required, but no value was given.",
            "addresses[1]: Invalid IP address syntax.",
            "keys[0].secret: Must not be empty.",
        ]
    );
}

#[test]
fn only_known_objects_are_read() {
    let told = ["An object is required, and all of it must be known."].map(|told| format!(": {told}"));
    assert_eq!(decode(Value::Null).unwrap_err(), told);
    assert_eq!(decode(Value::UNKNOWN).unwrap_err(), told);
    assert_eq!(decode(config([("mode", Value::UNKNOWN)])).unwrap_err(), told);
    assert_eq!(decode(Value::from("x")).unwrap_err(), [": An object is required."]);
    let nulls = config([("main", Value::Null), ("service", Value::Null), ("enabled", Value::Null)]);
    assert_eq!(decode(nulls), decode(config([])));
}

/// Names that occur in the model, so that its deeper parts are reached.
fn name() -> impl Strategy<Value = String> + Clone {
    const KNOWN: [&str; 10] =
        ["id", "addresses", "labels", "names", "keys", "name", "secret", "generation", "service", "main"];
    prop_oneof![9 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned), 1 => ".{0,4}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(Value::UNKNOWN),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        let fields = prop::collection::btree_map(name(), inner, 0..6);
        prop_oneof![
            list.clone().prop_map(Value::List),
            list.clone().prop_map(Value::set),
            list.prop_map(Value::Tuple),
            fields.clone().prop_map(Value::Map),
            fields.prop_map(Value::Object),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_read_or_refused(value in value()) {
        match decode(value) {
            // What was read can be written, and reads the same again.
            Ok(config) => prop_assert_eq!(decode(config.encode_fields()), Ok(config)),
            Err(told) => prop_assert!(!told.is_empty()),
        }
    }
}

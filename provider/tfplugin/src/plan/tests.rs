use tfplugin_derive::Model;

use super::*;
use crate::attr::{Attr, AttrType, Parsed, Secret};
use crate::model::Model as _;

/// A thing.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Thing {
    /// Identifier.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// Stamp of the last change.
    #[attr(computed)]
    etag: Attr<String>,
    /// Name.
    #[attr(required, replace)]
    name: Attr<String>,
    /// Size.
    #[attr(optional, default = 7)]
    size: Attr<i64>,
    /// Number in a text.
    #[attr(optional)]
    number: Attr<Parsed<i64>>,
    /// Zone.
    #[attr(optional, computed, keep)]
    zone: Attr<String>,
    /// A secret.
    #[attr(optional, write_only)]
    secret_wo: Attr<Secret>,
    /// Disks.
    #[attr(block)]
    disk: Attr<Vec<Disk>>,
}

/// A disk.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Disk {
    /// Kind.
    #[attr(optional, default = "ssd", replace)]
    kind: Attr<String>,
    /// Identifier.
    #[attr(computed, keep)]
    id: Attr<String>,
}

fn thing(change: impl FnOnce(&mut Thing)) -> Value {
    let mut thing = Thing { name: "x".into(), disk: vec![].into(), ..Thing::default() };
    change(&mut thing);
    thing.encode_fields()
}

fn plan(config: &Value, prior: &Value, proposed: &Value) -> Proposal {
    propose(&Thing::block(), config, prior, proposed.clone(), <Thing as AttrType>::settle)
}

fn applied() -> Value {
    thing(|thing| {
        thing.id = "i-1".into();
        thing.etag = "e1".into();
        thing.size = 7.into();
        thing.zone = "a".into();
        thing.disk = vec![Disk { kind: "ssd".into(), id: "d-1".into() }].into();
    })
}

#[test]
fn a_create_leaves_what_the_provider_decides_unknown() {
    let config = thing(|thing| thing.disk = vec![Disk::default()].into());
    let planned = plan(&config, &Value::Null, &config).planned;
    let expected = thing(|thing| {
        thing.id = Attr::Unknown;
        thing.etag = Attr::Unknown;
        thing.zone = Attr::Unknown;
        thing.size = 7.into();
        thing.disk = vec![Disk { kind: "ssd".into(), id: Attr::Unknown }].into();
    });
    assert_eq!(planned, expected);
}

#[test]
fn nothing_changes_when_nothing_changes() {
    let config = thing(|thing| thing.disk = vec![Disk::default()].into());
    let Proposal { planned, replace } = plan(&config, &applied(), &applied());
    assert_eq!(planned, applied());
    assert_eq!(replace, []);
}

#[test]
fn an_update_keeps_what_it_can() {
    let config = thing(|thing| {
        thing.size = 8.into();
        thing.disk = vec![Disk::default()].into();
    });
    let Value::Object(mut proposed) = applied() else { panic!("not an object") };
    proposed.insert("size".into(), 8.into());
    let Proposal { planned, replace } = plan(&config, &applied(), &Value::Object(proposed));
    assert_eq!(planned.attribute("id"), &Value::from("i-1"));
    assert_eq!(planned.attribute("zone"), &Value::from("a"));
    assert_eq!(planned.attribute("etag"), &Value::UNKNOWN);
    assert_eq!(planned.attribute("disk"), applied().attribute("disk"));
    assert_eq!(replace, []);
}

#[test]
fn null_is_kept_like_any_other_value() {
    let without = |fields: &Value| {
        let Value::Object(mut fields) = fields.clone() else { panic!("not an object") };
        fields.insert("zone".into(), Value::Null);
        fields
    };
    let prior = Value::Object(without(&applied()));
    let mut proposed = without(&applied());
    proposed.insert("size".into(), 8.into());
    let disks = vec![Disk { kind: "ssd".into(), id: "d-1".into() }, Disk::default()];
    proposed.insert("disk".into(), disks.encode());
    let config = thing(|thing| {
        thing.size = 8.into();
        thing.disk = vec![Disk::default(), Disk::default()].into();
    });
    let planned = plan(&config, &prior, &Value::Object(proposed)).planned;
    assert_eq!(planned.attribute("zone"), &Value::Null);
    let disks = planned.attribute("disk").elements().unwrap();
    assert_eq!(disks[0].attribute("id"), &Value::from("d-1"));
    assert_eq!(disks[1].attribute("id"), &Value::UNKNOWN);
}

#[test]
fn replacement_names_the_attribute_that_changed() {
    let config = thing(|thing| thing.disk = vec![Disk { kind: "hdd".into(), ..Disk::default() }].into());
    let proposed = {
        let Value::Object(mut fields) = applied() else { panic!("not an object") };
        fields.insert("name".into(), "y".into());
        fields.insert("disk".into(), vec![Disk { kind: "hdd".into(), id: "d-1".into() }].encode());
        Value::Object(fields)
    };
    let paths: Vec<_> =
        plan(&config, &applied(), &proposed).replace.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["name", "disk[0].kind"]);
}

#[test]
fn a_removed_block_with_a_replacing_attribute_replaces() {
    let Value::Object(mut proposed) = applied() else { panic!("not an object") };
    proposed.insert("disk".into(), Value::List(vec![]));
    let paths = plan(&thing(|_| ()), &applied(), &Value::Object(proposed)).replace;
    assert_eq!(paths, [Path::from("disk")]);
}

#[test]
fn another_text_of_the_same_value_is_no_change() {
    let prior = {
        let Value::Object(mut fields) = applied() else { panic!("not an object") };
        fields.insert("number".into(), "7".into());
        Value::Object(fields)
    };
    let config = thing(|thing| {
        thing.number = Parsed::<i64>::new("007").unwrap().into();
        thing.disk = vec![Disk::default()].into();
    });
    let Value::Object(mut proposed) = prior.clone() else { panic!("not an object") };
    proposed.insert("number".into(), "007".into());
    assert_eq!(plan(&config, &prior, &Value::Object(proposed)).planned, prior);
}

#[test]
fn write_only_values_are_in_no_plan() {
    let config = thing(|thing| thing.secret_wo = Secret::new("hunter2").into());
    let planned = plan(&config, &Value::Null, &config).planned;
    assert_eq!(planned.attribute("secret_wo"), &Value::Null);
    let body = Body::of(&Thing::block()).attributes.to_vec();
    let body = Body { attributes: &body, blocks: &[] };
    let shown = overlay_write_only(&body, &config, planned);
    assert_eq!(shown.attribute("secret_wo").as_str(), Some("hunter2"));
    assert_eq!(write_only_set(&body, &config), ["secret_wo"]);
}

#[test]
fn the_schema_has_no_faults() {
    let schema = crate::schema::Schema { version: 0, block: Thing::block() };
    assert_eq!(schema.faults(), Vec::<String>::new());
}

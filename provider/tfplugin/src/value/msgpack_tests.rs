use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn object(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn numbers_have_the_bytes_terraform_sends() {
    for (number, bytes) in [
        ("127", "7f"),
        ("128", "cc80"),
        ("255", "ccff"),
        ("256", "cd0100"),
        ("70000", "ce00011170"),
        ("9223372036854775807", "cf7fffffffffffffff"),
        ("-1", "ff"),
        ("-33", "d0df"),
        ("-9223372036854775808", "d38000000000000000"),
        ("1.5", "cb3ff8000000000000"),
        ("0.5", "cb3fe0000000000000"),
        ("0.1", "a3302e31"),
        ("9223372036854775808", "b339323233333732303336383534373735383038"),
    ] {
        let value = Value::Number(number.parse().unwrap());
        assert_eq!(to_vec(&value, &Type::Number), hex(bytes), "{number}");
        assert_eq!(from_slice(&hex(bytes), &Type::Number).unwrap(), value, "{number}");
    }
}

#[test]
fn every_extension_is_an_unknown() {
    for bytes in ["d40000", "c7030c8101c2", "c7030563aabb", "d5630000"] {
        assert_eq!(from_slice(&hex(bytes), &Type::String).unwrap(), Value::UNKNOWN, "{bytes}");
    }
}

#[test]
fn promises_survive() {
    let not_null = Refinement::NOT_NULL;
    for (refinement, bytes) in [
        (not_null.clone(), "c7030c8101c2"),
        (Refinement { prefix: Some("pre-".into()), ..not_null.clone() }, "c7090c8201c202a47072652d"),
        (Refinement { lower: Some((Number::from(0_i64), true)), ..not_null.clone() }, "c7070c8201c2039200c3"),
        (Refinement { min_length: Some(1), max_length: Some(3), ..not_null }, "c7070c8301c205010603"),
    ] {
        let value = Value::Unknown(refinement.clone());
        assert_eq!(to_vec(&value, &Type::String), hex(bytes));
        let Value::Unknown(read) = from_slice(&hex(bytes), &Type::String).unwrap() else { panic!("known") };
        assert_eq!(read, refinement);
    }
}

#[test]
fn a_long_prefix_is_cut_or_dropped() {
    let value = Value::Unknown(Refinement { prefix: Some("x".repeat(300)), ..Refinement::NOT_NULL });
    assert_eq!(to_vec(&value, &Type::String), hex("c7030c8101c2"));
}

#[test]
fn dynamic_values_carry_their_type() {
    for (value, bytes) in [
        (Value::Dynamic(Type::String, Box::new(Value::from("x"))), "92c40822737472696e6722a178"),
        (Value::Dynamic(Type::String, Box::new(Value::Null)), "92c40822737472696e6722c0"),
        (Value::Dynamic(Type::String, Box::new(Value::UNKNOWN)), "92c40822737472696e6722d40000"),
        (Value::Null, "c0"),
        (Value::UNKNOWN, "d40000"),
    ] {
        assert_eq!(to_vec(&value, &Type::Dynamic), hex(bytes));
        assert_eq!(from_slice(&hex(bytes), &Type::Dynamic).unwrap(), value);
    }
}

/// Proposed state of a resource with every kind of attribute and block, as terraform 1.11.4 sent it.
#[test]
fn a_recorded_object_survives_to_the_byte() {
    let bytes = hex(include_str!("testdata/proposed.hex"));
    let text = Type::String;
    let ty = object(&[
        ("any", Type::Dynamic),
        ("comp", text.clone()),
        ("id", text.clone()),
        ("list", Type::list(Type::Number)),
        ("map", Type::map(text.clone())),
        ("name", text.clone()),
        ("nested", object(&[("x", text.clone()), ("y", text.clone())])),
        ("num", Type::Number),
        ("obj", object(&[("a", text.clone()), ("b", Type::Number)])),
        ("opt", text.clone()),
        ("sec", text.clone()),
        ("set", Type::set(text.clone())),
        ("tup", Type::Tuple(vec![text.clone(), Type::Number])),
        ("wo", text.clone()),
        ("blk", Type::list(object(&[("v", text.clone())]))),
        ("grp", object(&[("v", text.clone())])),
        ("one", object(&[("v", text.clone())])),
        ("sblk", Type::set(object(&[("v", text)]))),
    ]);
    let value = from_slice(&bytes, &ty).unwrap();
    assert_eq!(value.attribute("num"), &Value::Number("0.1".parse().unwrap()));
    assert_eq!(value.attribute("wo").as_str(), Some("secret"));
    assert!(value.attribute("opt").is_unknown());
    assert_eq!(value.attribute("set").elements().unwrap().len(), 3);
    // Terraform writes an object's attributes in the order of their names, maps of more than 15 as `map 16`.
    let mut again = to_vec(&value, &ty);
    assert_eq!(again.len(), bytes.len());
    assert_eq!(from_slice(&again, &ty).unwrap(), value);
    again.truncate(3);
    assert_eq!(again, hex("de0012"));
}

#[test]
fn wrong_shapes_are_told_with_their_place() {
    let ty = object(&[("a", Type::list(Type::Number)), ("b", Type::String)]);
    for (bytes, message) in [
        ("81a161c0", "an object with 2 attributes is required (1 given)"),
        ("82a16191a178a162c0", "a[0]: number is required"),
        ("82a16190a16201", "b: string is required"),
        ("82a16190a163c0", "unsupported attribute \"c\""),
        ("82a16190a161c0", "an attribute is given twice"),
        ("82a16190a162", "b: value cut short"),
        ("c0c0", "trailing bytes"),
    ] {
        assert_eq!(from_slice(&hex(bytes), &ty).unwrap_err().to_string(), message);
    }
}

fn arbitrary() -> impl Strategy<Value = (Type, Value)> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|value| (Type::Bool, Value::Bool(value))),
        any::<i64>().prop_map(|value| (Type::Number, Value::from(value))),
        "-?[0-9]{1,30}\\.[0-9]{1,20}".prop_map(|text| (Type::Number, Value::Number(text.parse().unwrap()))),
        ".{0,40}".prop_map(|text| (Type::String, Value::string(text))),
        Just((Type::String, Value::UNKNOWN)),
        Just((Type::String, Value::Null)),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            (inner.clone(), 0..4_usize)
                .prop_map(|((ty, value), n)| (Type::list(ty), Value::List(vec![value; n]))),
            inner.clone().prop_map(|(ty, value)| (Type::set(ty), Value::set([value]))),
            inner.clone().prop_map(|(ty, value)| { (Type::Dynamic, Value::Dynamic(ty, Box::new(value))) }),
            (inner.clone(), ".{0,5}")
                .prop_map(|((ty, value), key)| (Type::map(ty), Value::Map(BTreeMap::from([(key, value)])))),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..20).prop_map(|fields| {
                let types = fields.iter().map(|(name, (ty, _))| (name.clone(), ty.clone())).collect();
                (
                    Type::Object(types),
                    Value::object(fields.into_iter().map(|(name, (_, value))| (name, value))),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read((ty, value) in arbitrary()) {
        prop_assert_eq!(from_slice(&to_vec(&value, &ty), &ty).unwrap(), value);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), (ty, _) in arbitrary()) {
        let _ = from_slice(&bytes, &ty);
    }
}

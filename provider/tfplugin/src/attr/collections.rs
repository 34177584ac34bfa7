use std::collections::{BTreeMap, BTreeSet};

use super::{AttrType, BlockType, INVALID_VALUE, differs_in_meaning};
use crate::diagnostic::Diagnostics;
use crate::schema::{Block, Nesting, Shape};
use crate::value::{Path, Type, Value};

fn collection(element: Shape, ty: impl FnOnce(Type) -> Type, nesting: Nesting) -> Shape {
    match element {
        Shape::Type(element) => Shape::Type(ty(element)),
        Shape::Nested(Nesting::Single, attributes) => Shape::Nested(nesting, attributes),
        nested @ Shape::Nested(..) => Shape::Type(ty(nested.ty())),
    }
}

/// Decodes every element, so that each wrong one is told; one that cannot be used makes the whole unusable.
fn decode_elements<'a, T: AttrType>(
    elements: impl IntoIterator<Item = (&'a Value, Path)>,
    found: &mut Diagnostics,
) -> Option<Vec<T>> {
    let mut decoded = Vec::new();
    let mut complete = true;
    for (value, path) in elements {
        match decode_element(value, &path, found) {
            Some(element) => decoded.push(element),
            None => complete = false,
        }
    }
    complete.then_some(decoded)
}

fn decode_element<T: AttrType>(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<T> {
    let mut told = Diagnostics::new();
    let element = T::decode(value, path, &mut told);
    // An element that is decided later is no mistake, whatever its type says of it.
    if element.is_some() || !value.is_unknown() {
        found.extend(told);
    }
    element
}

impl<T: AttrType> AttrType for Vec<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn shape() -> Shape {
        collection(T::shape(), Type::list, Nesting::List)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        let Some(elements) = value.elements() else {
            found.error(path, INVALID_VALUE, "A list is required.");
            return None;
        };
        // Elements of a set of blocks cannot be addressed; those of a list can.
        let is_set = matches!(value, Value::Set(_));
        let place = |index| if is_set { path.element() } else { path.index(index) };
        decode_elements(elements.iter().enumerate().map(|(index, value)| (value, place(index))), found)
    }

    fn encode(&self) -> Value {
        Value::List(self.iter().map(AttrType::encode).collect())
    }

    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| one.same(other))
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        for (index, element) in self.iter().enumerate() {
            element.check(&path.index(index), found);
        }
    }

    fn settle(new: Value, old: &Value) -> Value {
        match (new, old) {
            (Value::List(new), Value::List(old)) if new.len() == old.len() => {
                Value::List(new.into_iter().zip(old).map(|(new, old)| T::settle(new, old)).collect())
            }
            // Blocks of a set are a list in the model.
            (new @ Value::Set(_), Value::Set(old)) => settle_set::<T>(new, old),
            (new, old) => {
                if differs_in_meaning::<Self>(&new, old) {
                    new
                } else {
                    old.clone()
                }
            }
        }
    }
}

impl<T: BlockType> BlockType for Vec<T> {
    fn block() -> Block {
        T::block()
    }
}

impl<T: AttrType + Ord> AttrType for BTreeSet<T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn shape() -> Shape {
        collection(T::shape(), Type::set, Nesting::Set)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        let Some(elements) = value.elements() else {
            found.error(path, INVALID_VALUE, "A set is required.");
            return None;
        };
        decode_elements(elements.iter().map(|value| (value, path.element())), found)
            .map(|elements| elements.into_iter().collect())
    }

    fn encode(&self) -> Value {
        Value::set(self.iter().map(AttrType::encode))
    }

    fn settle(new: Value, old: &Value) -> Value {
        match old {
            // A set that the model could not hold because of an unknown element keeps its known ones.
            Value::Set(_) if new.is_unknown() && !old.is_wholly_known() => old.clone(),
            Value::Set(old) => settle_set::<T>(new, old),
            _ => new,
        }
    }
}

/// Each new element gives way to an old one of the same meaning.
fn settle_set<T: AttrType>(new: Value, old: &[Value]) -> Value {
    let Value::Set(elements) = new else { return new };
    Value::set(elements.into_iter().map(|element| {
        let equal = old.iter().find(|old| !differs_in_meaning::<T>(&element, old));
        equal.cloned().unwrap_or(element)
    }))
}

impl<T: AttrType> AttrType for BTreeMap<String, T> {
    const SENSITIVE: bool = T::SENSITIVE;

    fn shape() -> Shape {
        collection(T::shape(), Type::map, Nesting::Map)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        let (Value::Map(elements) | Value::Object(elements)) = value else {
            found.error(path, INVALID_VALUE, "A map is required.");
            return None;
        };
        let decoded = decode_elements(elements.iter().map(|(key, value)| (value, path.key(key))), found)?;
        Some(elements.keys().cloned().zip(decoded).collect())
    }

    fn encode(&self) -> Value {
        Value::Map(self.iter().map(|(key, value)| (key.clone(), value.encode())).collect())
    }

    fn same(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .zip(other)
                .all(|((key, one), (other_key, other))| key == other_key && one.same(other))
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        for (key, element) in self {
            element.check(&path.key(key), found);
        }
    }

    fn settle(new: Value, old: &Value) -> Value {
        match (new, old) {
            (Value::Map(new), Value::Map(old)) => Value::Map(
                new.into_iter()
                    .map(|(key, new)| {
                        let settled = match old.get(&key) {
                            Some(old) => T::settle(new, old),
                            None => new,
                        };
                        (key, settled)
                    })
                    .collect(),
            ),
            // A map that the model could not hold because of an unknown element keeps its known ones.
            (new, old) => {
                if new.is_unknown() && !old.is_wholly_known() {
                    old.clone()
                } else {
                    new
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::{Attr, Parsed};

    type Numbers = Vec<Parsed<i64>>;

    fn list(texts: &[&str]) -> Value {
        Value::List(texts.iter().map(|text| Value::from(*text)).collect())
    }

    #[test]
    fn every_wrong_element_is_told() {
        let mut found = Diagnostics::new();
        let decoded = Attr::<Numbers>::decode(&list(&["1", "x", "y"]), &Path::from("n"), &mut found);
        assert_eq!(decoded, Attr::Unknown);
        let places: Vec<_> = found.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect();
        assert_eq!(places, ["n[1]", "n[2]"]);
    }

    #[test]
    fn an_unknown_element_makes_the_whole_unknown_without_complaint() {
        let mut found = Diagnostics::new();
        let value = Value::List(vec![Value::from("1"), Value::UNKNOWN]);
        assert_eq!(Attr::<Numbers>::decode(&value, &Path::from("n"), &mut found), Attr::Unknown);
        assert!(found.is_empty());
        assert_eq!(
            Attr::<Vec<Attr<Parsed<i64>>>>::decode(&value, &Path::from("n"), &mut found)
                .known()
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn equal_meanings_keep_the_old_text() {
        let old = list(&["01", "2"]);
        assert_eq!(Numbers::settle(list(&["1", "3"]), &old), list(&["01", "3"]));
        assert_eq!(Numbers::settle(list(&["1"]), &old), list(&["1"]));
    }

    #[test]
    fn what_the_model_could_not_hold_is_kept() {
        let old = Value::List(vec![Value::from("1"), Value::UNKNOWN]);
        let Value::List(settled) = Numbers::settle(Value::UNKNOWN, &old) else { panic!("lost the elements") };
        assert_eq!(settled.len(), 2);

        let old = Value::set([Value::from("1"), Value::UNKNOWN]);
        assert!(matches!(BTreeSet::<String>::settle(Value::UNKNOWN, &old), Value::Set(_)));
    }
}

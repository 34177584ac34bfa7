//! A model is a struct with named fields of type `Attr<T>`.

use tfplugin_derive::Model;

/// A choice.
#[derive(Model)]
enum Choice {
    One,
}

/// A pair.
#[derive(Model)]
struct Pair(Attr<String>, Attr<String>);

/// Null and unknown would be lost in an `Option`, and in a bare type.
#[derive(Model)]
struct Bare {
    /// Name.
    #[attr(required)]
    name: Option<String>,
}

struct Attr<T>(T);

fn main() {}

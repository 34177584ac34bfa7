//! A misspelt word is told, not ignored.

use tfplugin_derive::Model;

/// A thing.
#[derive(Model)]
struct Misspelt {
    /// Name.
    #[attr(required, forces_new)]
    name: Attr<String>,
}

/// A thing.
#[derive(Model)]
struct Valueless {
    /// Port.
    #[attr(optional, default)]
    port: Attr<i64>,
}

struct Attr<T>(T);

fn main() {}

//! Every model and every field is documented: the comment is what users read.

use tfplugin_derive::Model;

#[derive(Model)]
struct Undocumented {
    /// Name.
    #[attr(required)]
    name: Attr<String>,
}

/// A thing.
#[derive(Model)]
struct Thing {
    #[attr(required)]
    name: Attr<String>,
}

struct Attr<T>(T);

fn main() {}

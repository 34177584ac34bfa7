//! Who sets an attribute is said, and without contradiction.

use tfplugin_derive::Model;

/// Nobody sets it.
#[derive(Model)]
struct Nobody {
    /// Name.
    #[attr(replace)]
    name: Attr<String>,
}

/// Must it be set or not?
#[derive(Model)]
struct Both {
    /// Name.
    #[attr(required, optional)]
    name: Attr<String>,
}

/// A default of what is always set is never used.
#[derive(Model)]
struct NeverUsed {
    /// Port.
    #[attr(required, default = 6443)]
    port: Attr<i64>,
}

/// What the provider sets is in the state; what is write-only never is.
#[derive(Model)]
struct WriteOnly {
    /// Content.
    #[attr(optional, computed, write_only)]
    content: Attr<String>,
}

struct Attr<T>(T);

fn main() {}

//! A block is repeated, never required or computed.

use tfplugin_derive::Model;

struct Rule;

/// How often a block is needed is said by `min`.
#[derive(Model)]
struct Required {
    /// Rules.
    #[attr(block, required)]
    rule: Attr<Vec<Rule>>,
}

/// There are no bags.
#[derive(Model)]
struct Nesting {
    /// Rules.
    #[attr(block = "bag")]
    rule: Attr<Vec<Rule>>,
}

struct Attr<T>(T);

fn main() {}

//! The rules by which Terraform refuses a schema, checked before it does.

use std::collections::BTreeSet;

use super::{Attribute, Block, Nesting, Schema, Shape};
use crate::value::{Path, Type};

/// Names that Terraform gives a meaning of its own inside a resource.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

impl Schema {
    /// Every way in which the schema breaks a rule; empty for a good one.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.version < 0 {
            faults.push("the version is negative".to_owned());
        }
        for name in names(&self.block).filter(|name| RESERVED.contains(name)) {
            faults.push(format!("{name}: is a name that Terraform reserves"));
        }
        check_block(&self.block, &Path::root(), &mut faults);
        check_as_blocks(&self.block, &mut faults);
        faults
    }
}

/// Hosts accept an attribute in the form of blocks only where no attribute of the whole schema has a nested schema.
fn check_as_blocks(block: &Block, faults: &mut Vec<String>) {
    for attribute in block.attributes.iter().filter(|attribute| attribute.as_blocks) {
        if !matches!(attribute.shape, Shape::Nested(Nesting::List | Nesting::Set, _)) {
            faults.push(format!("{}: is written as blocks but is no list or set of objects", attribute.name));
        }
        if has_nested_schemas(block) {
            faults
                .push(format!("{}: is written as blocks beside an attribute with a schema", attribute.name));
        }
    }
}

fn has_nested_schemas(block: &Block) -> bool {
    let nested = |attribute: &Attribute| !attribute.as_blocks && matches!(attribute.shape, Shape::Nested(..));
    block.attributes.iter().any(nested) || block.blocks.iter().any(|nested| has_nested_schemas(&nested.block))
}

fn names(block: &Block) -> impl Iterator<Item = &str> {
    let attributes = block.attributes.iter().map(|attribute| attribute.name.as_str());
    attributes.chain(block.blocks.iter().map(|nested| nested.name.as_str()))
}

fn check_block(block: &Block, path: &Path, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names(block) {
        let path = path.attr(name);
        if !is_identifier(name) {
            faults
                .push(format!("{path}: is not an identifier of lower-case letters, digits and underscores"));
        }
        if !seen.insert(name) {
            faults.push(format!("{path}: is declared twice"));
        }
    }
    for attribute in &block.attributes {
        check_attribute(attribute, &path.attr(&attribute.name), faults);
    }
    for nested in &block.blocks {
        let path = path.attr(&nested.name);
        check_counts(nested.nesting, nested.min, nested.max, &path, faults);
        if nested.nesting == Nesting::Set {
            check_set(&nested.block.attributes, &path, faults);
        }
        check_block(&nested.block, &path, faults);
    }
}

fn check_counts(nesting: Nesting, min: i64, max: i64, path: &Path, faults: &mut Vec<String>) {
    let good = match nesting {
        Nesting::Single => min == max && (0..=1).contains(&max),
        Nesting::List | Nesting::Set => min >= 0 && max >= 0 && (max == 0 || min <= max),
        Nesting::Map => min == 0 && max == 0,
    };
    if !good {
        faults.push(format!("{path}: the limits {min} and {max} do not fit the nesting"));
    }
}

fn check_attribute(attribute: &Attribute, path: &Path, faults: &mut Vec<String>) {
    let mut fault = |text: &str| faults.push(format!("{path}: {text}"));
    if !(attribute.required || attribute.optional || attribute.computed) {
        fault("is neither required, optional nor computed");
    }
    if attribute.required && (attribute.optional || attribute.computed) {
        fault("is required and also optional or computed");
    }
    if attribute.write_only && (attribute.computed || attribute.default.is_some()) {
        fault("is write-only and also computed");
    }
    if attribute.default.is_some() && !attribute.computed {
        fault("has a default without being computed");
    }
    if attribute.description.is_empty() {
        fault("has no description");
    }
    if let Shape::Nested(nesting, attributes) = &attribute.shape {
        if *nesting == Nesting::Set {
            check_set(attributes, path, faults);
        }
        for attribute in attributes {
            check_attribute(attribute, &path.attr(&attribute.name), faults);
        }
    }
}

/// Elements of a set are told apart by their values, so nothing in them may be dynamic, hidden or decided later.
fn check_set(attributes: &[Attribute], path: &Path, faults: &mut Vec<String>) {
    for attribute in attributes {
        let path = path.attr(&attribute.name);
        if attribute.write_only || attribute.shape == Shape::Type(Type::Dynamic) || attribute.computed {
            faults.push(format!("{path}: is write-only, dynamic or computed inside a set"));
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

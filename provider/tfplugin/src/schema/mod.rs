//! What a provider, resource or data source accepts and returns.

mod check;
mod fit;
mod missing;
mod shown;
mod wire;

use std::collections::BTreeMap;

use crate::value::{Type, Value};

/// The schema of a resource, data source, ephemeral resource or of the provider itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Version of the state's shape.
    pub version: i64,
    /// Attributes and blocks.
    pub block: Block,
}

/// A body of attributes and nested blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Markdown.
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Its nested blocks.
    pub blocks: Vec<NestedBlock>,
    /// Why and in favour of what it should not be used any more.
    pub deprecation: Option<String>,
}

/// An argument or a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Name in the configuration.
    pub name: String,
    /// What values it takes.
    pub shape: Shape,
    /// Markdown.
    pub description: String,
    /// The configuration must set it.
    pub required: bool,
    /// The configuration may set it.
    pub optional: bool,
    /// The provider may set it.
    pub computed: bool,
    /// Not shown in plans.
    pub sensitive: bool,
    /// Only in the configuration, never in plan or state.
    pub write_only: bool,
    /// Why and in favour of what it should not be used any more.
    pub deprecation: Option<String>,
    /// The value when the configuration sets none.
    pub default: Option<Value>,
    /// A change of it replaces the object.
    pub replace: bool,
    /// Where the provider decides, it keeps the value of the prior state.
    pub keep: bool,
    /// What a text that is not decided yet is promised to begin with.
    pub prefix: Option<String>,
    /// Whether its objects are written as blocks as well, which makes none of them (`name = []`) something else than
    /// nothing said. Hosts learn the type of such an attribute only: then they accept both ways of writing it.
    pub as_blocks: bool,
}

/// What values an attribute takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Values of one type.
    Type(Type),
    /// Objects whose attributes have schemas of their own.
    Nested(Nesting, Vec<Attribute>),
}

/// A block inside a block.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedBlock {
    /// Name in the configuration.
    pub name: String,
    /// How often, and whether order or keys count.
    pub nesting: Nesting,
    /// Its body.
    pub block: Block,
    /// Least number of blocks.
    pub min: i64,
    /// Greatest number of blocks; 0 is no limit.
    pub max: i64,
}

/// How objects are repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nesting {
    /// One or none.
    Single,
    /// Any number, in order.
    List,
    /// Any number, each different.
    Set,
    /// Any number, under string keys.
    Map,
}

impl Nesting {
    /// The type of this many objects of the given type.
    fn of(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }

    /// The value of no block at all.
    #[must_use]
    pub fn absent(self) -> Value {
        match self {
            Self::Single => Value::Null,
            Self::List => Value::List(Vec::new()),
            Self::Set => Value::Set(Vec::new()),
            Self::Map => Value::Map(BTreeMap::new()),
        }
    }
}

impl Shape {
    /// The type of the attribute's values.
    #[must_use]
    pub fn ty(&self) -> Type {
        match self {
            Self::Type(ty) => ty.clone(),
            Self::Nested(nesting, attributes) => nesting.of(object(attributes)),
        }
    }
}

impl Block {
    /// The type of the block's values.
    #[must_use]
    pub fn ty(&self) -> Type {
        let Type::Object(mut types) = object(&self.attributes) else {
            unreachable!("object() makes objects")
        };
        types.extend(
            self.blocks.iter().map(|nested| (nested.name.clone(), nested.nesting.of(nested.block.ty()))),
        );
        Type::Object(types)
    }

    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

fn object(attributes: &[Attribute]) -> Type {
    Type::Object(attributes.iter().map(|attribute| (attribute.name.clone(), attribute.shape.ty())).collect())
}

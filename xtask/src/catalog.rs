//! What the provider offers, as its `--schema` prints it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;

/// Everything that a provider offers.
#[derive(Debug, Deserialize)]
pub(crate) struct Catalog {
    pub(crate) name: String,
    pub(crate) provider: Block,
    pub(crate) resources: Vec<Entry>,
    pub(crate) data_sources: Vec<Entry>,
    pub(crate) ephemeral_resources: Vec<Entry>,
    pub(crate) functions: Vec<Function>,
}

/// A resource, data source or ephemeral resource.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    /// With the provider's prefix.
    pub(crate) name: String,
    pub(crate) category: Option<String>,
    pub(crate) block: Block,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Block {
    pub(crate) description: String,
    pub(crate) deprecation: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<NestedBlock>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: Option<Type>,
    pub(crate) nested: Option<Nested>,
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) replace: bool,
    pub(crate) as_blocks: bool,
    pub(crate) deprecation: Option<String>,
    pub(crate) default: Option<Value>,
}

/// The type of an attribute whose own attributes are described.
#[derive(Debug, Deserialize)]
pub(crate) struct Nested {
    pub(crate) nesting: Nesting,
    pub(crate) attributes: Vec<Attribute>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NestedBlock {
    pub(crate) name: String,
    pub(crate) nesting: Nesting,
    pub(crate) min: u32,
    /// 0 is no limit.
    pub(crate) max: u32,
    pub(crate) block: Block,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
    Map,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) category: Option<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returns: Type,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: Type,
    pub(crate) description: String,
    pub(crate) nullable: bool,
}

/// A type of the Terraform type system.
#[derive(Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Value")]
pub(crate) enum Type {
    Named(String),
    /// A list, set or map.
    Collection(String, Box<Type>),
    Tuple(Vec<Type>),
    Object(BTreeMap<String, Type>),
}

impl Catalog {
    /// Asks the provider binary.
    pub(crate) fn of(provider: &Path) -> Result<Self> {
        let output = Command::new(provider).arg("--schema").output().with_context(|| {
            format!("running {}: build it first: `cargo build --workspace`", provider.display())
        })?;
        ensure!(
            output.status.success(),
            "{} --schema failed: {}",
            provider.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).context("reading the output of --schema")
    }

    /// A type's name without the provider's prefix, as file names have it.
    pub(crate) fn short<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('_')).unwrap_or(name)
    }
}

impl TryFrom<Value> for Type {
    type Error = anyhow::Error;

    fn try_from(json: Value) -> Result<Self> {
        let (kind, of) = match json {
            Value::String(name) => return Ok(Self::Named(name)),
            Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
                Ok([Value::String(kind), of]) => (kind, of),
                _ => bail!("a type is a name, or a kind with its content"),
            },
            other => bail!("not a type: {other}"),
        };
        Ok(match kind.as_str() {
            "list" | "set" | "map" => Self::Collection(kind, Box::new(of.try_into()?)),
            "tuple" => Self::Tuple(serde_json::from_value(of)?),
            "object" => Self::Object(serde_json::from_value(of)?),
            unknown => bail!("not a kind of type: {unknown}"),
        })
    }
}

/// As a type constraint of the Terraform language.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) if name == "dynamic" => f.write_str("any"),
            Self::Named(name) => f.write_str(name),
            Self::Collection(kind, element) => write!(f, "{kind}({element})"),
            Self::Tuple(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
            Self::Object(attributes) => {
                let attributes: Vec<_> =
                    attributes.iter().map(|(name, ty)| format!("{name} = {ty}")).collect();
                write!(f, "object({{ {} }})", attributes.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_read_as_the_language_writes_them() {
        for (json, text) in [
            (json!("string"), "string"),
            (json!("dynamic"), "any"),
            (json!(["map", ["list", "number"]]), "map(list(number))"),
            (
                json!(["object", { "a": "bool", "b": ["set", "string"] }]),
                "object({ a = bool, b = set(string) })",
            ),
            (json!(["tuple", ["string", "bool"]]), "tuple([string, bool])"),
        ] {
            assert_eq!(Type::try_from(json).unwrap().to_string(), text);
        }
        assert!(Type::try_from(json!(["list"])).is_err());
        assert!(Type::try_from(json!(7)).is_err());
    }
}

//! The provider described for documentation and tools: what its schemas say, with what the protocol has no words for
//! (categories, defaults, what a change replaces).

use serde_json::{Map, json};

use super::Service;
use crate::function::AnyFunction;
use crate::provider::Provider;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Schema, Shape};
use crate::serve::Describe;
use crate::value::Value;

type Json = serde_json::Value;

impl<P: Provider> Describe for Service<P> {
    fn describe(&self) -> Json {
        let registry = &self.registry;
        let resources = registry.resources.iter().map(|(name, entry)| {
            let mut described = self.entry("resource", name, &entry.shape().schema);
            let identity = entry.identity().map(|identity| identity.attributes).unwrap_or_default();
            described["identity"] = identity
                .iter()
                .map(|attribute| {
                    json!({
                        "name": attribute.name,
                        "type": attribute.ty.to_json(),
                        "description": attribute.description,
                        "required": attribute.required_for_import,
                    })
                })
                .collect();
            described
        });
        let data_sources = registry.data_sources.iter();
        let ephemerals = registry.ephemerals.iter();
        let functions = registry.functions.iter();
        json!({
            "name": P::NAME,
            "provider": block(&self.config.schema.block),
            "resources": resources.collect::<Vec<_>>(),
            "data_sources": data_sources
                .map(|(name, entry)| self.entry("data source", name, &entry.shape().schema))
                .collect::<Vec<_>>(),
            "ephemeral_resources": ephemerals
                .map(|(name, entry)| self.entry("ephemeral resource", name, &entry.shape().schema))
                .collect::<Vec<_>>(),
            "functions": functions.map(|(name, entry)| self.function(name, entry)).collect::<Vec<_>>(),
        })
    }
}

impl<P: Provider> Service<P> {
    fn entry(&self, kind: &'static str, name: &'static str, schema: &Schema) -> Json {
        json!({
            "name": Self::long(name),
            "category": self.registry.categories.get(&(kind, name)),
            "version": schema.version,
            "block": block(&schema.block),
        })
    }

    fn function(&self, name: &'static str, function: &AnyFunction) -> Json {
        let parameters = function.parameters.iter().map(|(parameter, ty, nullable)| {
            json!({
                "name": parameter.name,
                "type": ty.to_json(),
                "description": parameter.description,
                "nullable": nullable,
            })
        });
        json!({
            "name": name,
            "category": self.registry.categories.get(&("function", name)),
            "summary": function.summary,
            "description": function.description,
            "parameters": parameters.collect::<Vec<_>>(),
            "returns": function.output.to_json(),
        })
    }
}

fn block(block: &Block) -> Json {
    json!({
        "description": block.description,
        "deprecation": block.deprecation,
        "attributes": attributes(&block.attributes),
        "blocks": block.blocks.iter().map(nested).collect::<Vec<_>>(),
    })
}

fn nested(nested: &NestedBlock) -> Json {
    json!({
        "name": nested.name,
        "nesting": nesting(nested.nesting),
        "min": nested.min,
        "max": nested.max,
        "block": block(&nested.block),
    })
}

fn attributes(attributes: &[Attribute]) -> Vec<Json> {
    attributes.iter().map(attribute).collect()
}

fn attribute(attribute: &Attribute) -> Json {
    let (ty, nested) = match &attribute.shape {
        Shape::Type(ty) => (ty.to_json(), Json::Null),
        Shape::Nested(mode, inner) => {
            (Json::Null, json!({ "nesting": nesting(*mode), "attributes": attributes(inner) }))
        }
    };
    json!({
        "name": attribute.name,
        "type": ty,
        "nested": nested,
        "description": attribute.description,
        "required": attribute.required,
        "optional": attribute.optional,
        "computed": attribute.computed,
        "sensitive": attribute.sensitive,
        "write_only": attribute.write_only,
        "replace": attribute.replace,
        "as_blocks": attribute.as_blocks,
        "deprecation": attribute.deprecation,
        "default": attribute.default.as_ref().map(plain),
    })
}

const fn nesting(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "single",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}

/// A default value as it would be written in JSON configuration. A default is never unknown.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| json!(number.to_string()), |number| json!(number))
        }
        Value::String(text) => json!(text),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(plain).collect()
        }
        Value::Map(fields) | Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>().into()
        }
        Value::Dynamic(_, value) => plain(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_written_as_configuration_has_them() {
        let value = Value::object([
            ("flag", Value::Bool(true)),
            ("list", Value::List(vec!["a".into(), Value::Number(7.into())])),
            ("none", Value::Null),
        ]);
        assert_eq!(plain(&value), json!({ "flag": true, "list": ["a", 7], "none": null }));
    }

    #[test]
    fn an_attribute_tells_all_that_documentation_needs() {
        let told = attribute(&Attribute {
            name: "port".to_owned(),
            shape: Shape::Type(crate::value::Type::Number),
            description: "Port.".to_owned(),
            required: false,
            optional: true,
            computed: true,
            sensitive: false,
            write_only: false,
            deprecation: Some("Use x.".to_owned()),
            default: Some(Value::Number(6443.into())),
            replace: true,
            keep: false,
            prefix: None,
            as_blocks: false,
        });
        assert_eq!(told["type"], "number");
        assert_eq!(told["default"], 6443);
        assert_eq!(told["replace"], true);
        assert_eq!(told["deprecation"], "Use x.");
    }
}

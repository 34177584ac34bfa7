//! The schema as the protocol sends it.

use tfplugin_proto::tfplugin6 as wire;

use super::{Attribute, Block, NestedBlock, Nesting, Schema, Shape};

impl From<&Schema> for wire::Schema {
    fn from(schema: &Schema) -> Self {
        Self { version: schema.version, block: Some((&schema.block).into()) }
    }
}

impl From<&Block> for wire::schema::Block {
    fn from(block: &Block) -> Self {
        Self {
            attributes: block.attributes.iter().map(Into::into).collect(),
            block_types: block.blocks.iter().map(Into::into).collect(),
            description: block.description.clone(),
            description_kind: wire::StringKind::Markdown.into(),
            deprecated: block.deprecation.is_some(),
            deprecation_message: block.deprecation.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl From<&Attribute> for wire::schema::Attribute {
    fn from(attribute: &Attribute) -> Self {
        let (ty, nested_type) = match &attribute.shape {
            Shape::Type(ty) => (ty.to_bytes(), None),
            nested @ Shape::Nested(..) if attribute.as_blocks => (nested.ty().to_bytes(), None),
            Shape::Nested(nesting, attributes) => {
                let nesting = match nesting {
                    Nesting::Single => wire::schema::object::NestingMode::Single,
                    Nesting::List => wire::schema::object::NestingMode::List,
                    Nesting::Set => wire::schema::object::NestingMode::Set,
                    Nesting::Map => wire::schema::object::NestingMode::Map,
                };
                let attributes = attributes.iter().map(Into::into).collect();
                (
                    Vec::new(),
                    Some(wire::schema::Object { attributes, nesting: nesting.into(), ..Default::default() }),
                )
            }
        };
        Self {
            name: attribute.name.clone(),
            r#type: ty,
            nested_type,
            description: attribute.description.clone(),
            description_kind: wire::StringKind::Markdown.into(),
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            sensitive: attribute.sensitive,
            write_only: attribute.write_only,
            deprecated: attribute.deprecation.is_some(),
            deprecation_message: attribute.deprecation.clone().unwrap_or_default(),
        }
    }
}

impl From<&NestedBlock> for wire::schema::NestedBlock {
    fn from(nested: &NestedBlock) -> Self {
        let nesting = match nested.nesting {
            Nesting::Single => wire::schema::nested_block::NestingMode::Single,
            Nesting::List => wire::schema::nested_block::NestingMode::List,
            Nesting::Set => wire::schema::nested_block::NestingMode::Set,
            Nesting::Map => wire::schema::nested_block::NestingMode::Map,
        };
        Self {
            type_name: nested.name.clone(),
            block: Some((&nested.block).into()),
            nesting: nesting.into(),
            min_items: nested.min,
            max_items: nested.max,
        }
    }
}

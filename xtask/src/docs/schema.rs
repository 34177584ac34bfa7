//! The section "Schema": arguments and results in three groups, nested ones further down under anchors of their own.

use std::fmt::Write as _;

use crate::catalog::{Attribute, Block, NestedBlock, Nesting, Type};

/// The section for a whole type.
pub(crate) fn section(block: &Block) -> String {
    let mut text = "## Schema\n\n".to_owned();
    let body = Body { path: Vec::new(), attributes: &block.attributes, blocks: &block.blocks };
    body.write(&mut text, "### ", "\n\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Continuation lines of a list item or block scalar, set under its first line.
pub(crate) fn indented(text: &str, by: usize) -> String {
    let margin = format!("\n{}", " ".repeat(by));
    text.trim().replace('\n', &margin).replace(&format!("{margin}\n"), "\n\n")
}

/// Attributes and blocks at one place of a schema.
struct Body<'a> {
    path: Vec<&'a str>,
    attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
}

/// Who sets an attribute.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

/// A line of a group, and the schema that it points to.
struct Line<'a> {
    name: &'a str,
    group: Group,
    text: String,
    below: Option<(&'static str, Body<'a>)>,
}

impl Group {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Required, "Required"), (Self::Optional, "Optional"), (Self::ReadOnly, "Read-Only")];
}

impl<'a> Body<'a> {
    /// Writes the groups, then every nested schema.
    fn write(self, out: &mut String, heading: &str, after: &str) {
        let attributes = self.attributes.iter().map(|attribute| self.attribute(attribute));
        let mut lines: Vec<_> = attributes.chain(self.blocks.iter().map(|block| self.block(block))).collect();
        lines.sort_by_key(|line| line.name);
        for (group, title) in Group::ALL {
            if lines.iter().any(|line| line.group == group) {
                let _ = write!(out, "{heading}{title}{after}");
                lines.iter().filter(|line| line.group == group).for_each(|line| out.push_str(&line.text));
                out.push('\n');
            }
        }
        for (kind, body) in lines.into_iter().filter_map(|line| line.below) {
            let _ = writeln!(out, "<a id=\"{}\"></a>", body.anchor(kind));
            let _ = write!(out, "### Nested Schema for `{}`\n\n", body.path.join("."));
            body.write(out, "", ":\n\n");
        }
    }

    fn below(&self, name: &'a str, attributes: &'a [Attribute], blocks: &'a [NestedBlock]) -> Self {
        let path = self.path.iter().copied().chain([name]).collect();
        Self { path, attributes, blocks }
    }

    fn anchor(&self, kind: &str) -> String {
        format!("{kind}--{}", self.path.join("--"))
    }

    fn attribute(&self, attribute: &'a Attribute) -> Line<'a> {
        let Attribute { name, nested, as_blocks, .. } = attribute;
        let kind = if *as_blocks { "nestedblock" } else { "nestedatt" };
        let below = nested.as_ref().map(|nested| (kind, self.below(name, &nested.attributes, &[])));
        let mut facts = vec![attribute_kind(attribute)];
        facts.extend(markers(attribute));
        let mut says = attribute.description.clone();
        if let Some(text) = &attribute.deprecation {
            let _ = write!(says, " **Deprecated:** {text}");
        }
        let group = if attribute.required {
            Group::Required
        } else if attribute.optional {
            Group::Optional
        } else {
            Group::ReadOnly
        };
        Line { name, group, text: line(name, &facts, &says, below.as_ref()), below }
    }

    fn block(&self, nested: &'a NestedBlock) -> Line<'a> {
        let NestedBlock { name, nesting, min, max, block } = nested;
        let kind = match nesting {
            Nesting::Single => "Block".to_owned(),
            _ => format!("Block {nesting:?}"),
        };
        let min = (*min > 0).then(|| format!("Min: {min}"));
        let max = (*max > 0).then(|| format!("Max: {max}"));
        let group = if min.is_some() { Group::Required } else { Group::Optional };
        let facts: Vec<_> = [Some(kind), min, max].into_iter().flatten().collect();
        let below = Some(("nestedblock", self.below(name, &block.attributes, &block.blocks)));
        Line { name, group, text: line(name, &facts, &block.description, below.as_ref()), below }
    }
}

fn line(name: &str, facts: &[String], says: &str, below: Option<&(&str, Body<'_>)>) -> String {
    let link = below.map(|(kind, body)| format!(" (see [below for nested schema](#{}))", body.anchor(kind)));
    format!("- `{name}` ({}) {}{}\n", facts.join(", "), indented(says, 2), link.unwrap_or_default())
}

fn attribute_kind(attribute: &Attribute) -> String {
    match (&attribute.ty, &attribute.nested) {
        (_, Some(nested)) if attribute.as_blocks => format!("Block {:?}, or `[]`", nested.nesting),
        (_, Some(nested)) if nested.nesting == Nesting::Single => "Attributes".to_owned(),
        (_, Some(nested)) => format!("Attributes {:?}", nested.nesting),
        (Some(ty), None) => words(ty),
        (None, None) => "Any".to_owned(),
    }
}

fn markers(attribute: &Attribute) -> Vec<String> {
    let Attribute { description, sensitive, write_only, deprecation, default, replace, .. } = attribute;
    // Many descriptions say what is replaced, and when it is not.
    let replace = *replace && !description.contains("replaces");
    let facts = [
        sensitive.then(|| "Sensitive".to_owned()),
        write_only.then(|| "Write-only".to_owned()),
        deprecation.is_some().then(|| "Deprecated".to_owned()),
        default.as_ref().map(|default| format!("default `{default}`")),
        replace.then(|| "forces replacement".to_owned()),
    ];
    facts.into_iter().flatten().collect()
}

/// A type as the registries' pages name it.
fn words(ty: &Type) -> String {
    match ty {
        Type::Named(name) if name == "dynamic" => "Any".to_owned(),
        Type::Named(name) => capitalised(name),
        Type::Collection(kind, element) => format!("{} of {}", capitalised(kind), words(element)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attribute(name: &str, more: &serde_json::Value) -> serde_json::Value {
        let mut attribute = json!({
            "name": name, "type": "string", "nested": null, "description": "Text.", "required": false,
            "optional": false, "sensitive": false, "write_only": false, "replace": false, "as_blocks": false,
            "deprecation": null, "default": null,
        });
        for (key, value) in more.as_object().unwrap() {
            attribute[key] = value.clone();
        }
        attribute
    }

    #[test]
    fn arguments_are_grouped_and_nested_ones_linked() {
        let block = json!({
            "description": "A thing.",
            "deprecation": null,
            "attributes": [
                attribute("name", &json!({ "required": true, "replace": true })),
                attribute("mode", &json!({ "optional": true, "default": "0600" })),
                attribute("id", &json!({})),
                attribute("key", &json!({ "optional": true, "sensitive": true, "deprecation": "Use x." })),
                attribute("parts", &json!({ "type": null, "nested": {
                    "nesting": "list", "attributes": [attribute("part", &json!({ "required": true }))],
                } })),
            ],
            "blocks": [{
                "name": "limits", "nesting": "list", "min": 1, "max": 2,
                "block": { "description": "Limits.\n\nTwo.", "deprecation": null, "blocks": [],
                    "attributes": [attribute("most", &json!({ "type": ["list", "number"], "optional": true }))] },
            }],
        });
        let block: Block = serde_json::from_value(block).unwrap();
        let expected = "\
## Schema

### Required

- `limits` (Block List, Min: 1, Max: 2) Limits.

  Two. (see [below for nested schema](#nestedblock--limits))
- `name` (String, forces replacement) Text.

### Optional

- `key` (String, Sensitive, Deprecated) Text. **Deprecated:** Use x.
- `mode` (String, default `\"0600\"`) Text.

### Read-Only

- `id` (String) Text.
- `parts` (Attributes List) Text. (see [below for nested schema](#nestedatt--parts))

<a id=\"nestedblock--limits\"></a>
### Nested Schema for `limits`

Optional:

- `most` (List of Number) Text.

<a id=\"nestedatt--parts\"></a>
### Nested Schema for `parts`

Required:

- `part` (String) Text.
";
        assert_eq!(section(&block), expected);
    }
}

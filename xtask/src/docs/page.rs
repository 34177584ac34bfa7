//! Whole pages: front matter, description, example, schema, import.

use std::fmt::Write as _;

use super::example::Example;
use super::schema;
use crate::catalog::{Catalog, Entry, Function};

/// The page of a resource, data source or ephemeral resource.
pub(crate) fn entry(catalog: &Catalog, kind: &str, entry: &Entry, example: &Example) -> String {
    let Entry { name, category, block } = entry;
    let title = format!("{name} {kind} - {}", catalog.name);
    let warning = block.deprecation.as_ref().map(|text| format!("~> **Deprecated** {text}\n\n"));
    let head = front_matter(&title, category.as_deref(), &block.description);
    let page = format!(
        "{head}# {name} ({kind})\n\n{}{}\n\n{}{}\n{}",
        warning.unwrap_or_default(),
        block.description,
        example.usage(),
        schema::section(block),
        example.import(),
    );
    finish(&page)
}

/// The page of the provider itself.
pub(crate) fn provider(catalog: &Catalog, example: &Example) -> String {
    let Catalog { name, provider, .. } = catalog;
    let head = front_matter(&format!("Provider: {name}"), None, &provider.description);
    let description = &provider.description;
    let page = format!(
        "{head}# {name} Provider\n\n{description}\n\n{}{}",
        example.usage(),
        schema::section(provider)
    );
    finish(&page)
}

/// The page of a function.
pub(crate) fn function(catalog: &Catalog, function: &Function, example: &Example) -> String {
    let Function { name, category, summary, description, parameters, returns } = function;
    let title = format!("{name} function - {}", catalog.name);
    let head = front_matter(&title, category.as_deref(), summary);
    let signature: Vec<_> =
        parameters.iter().map(|parameter| format!("{} {}", parameter.name, parameter.ty)).collect();
    let mut arguments = String::new();
    for (index, parameter) in parameters.iter().enumerate() {
        let nullable = if parameter.nullable { ", may be null" } else { "" };
        let description = schema::indented(&parameter.description, 3);
        let _ = writeln!(
            arguments,
            "{}. `{}` ({}{nullable}) {description}",
            index + 1,
            parameter.name,
            parameter.ty
        );
    }
    let page = format!(
        "{head}# function: {name}\n\n{description}\n\n{}\
         ## Signature\n\n```text\n{name}({}) {returns}\n```\n\n## Arguments\n\n{arguments}",
        example.usage(),
        signature.join(", "),
    );
    finish(&page)
}

/// What the registries read: title, group in the navigation, and the text of search results.
fn front_matter(title: &str, category: Option<&str>, description: &str) -> String {
    let subcategory = category.map(|category| format!("subcategory: {category:?}\n")).unwrap_or_default();
    let paragraph = description.split("\n\n").next().unwrap_or_default();
    format!(
        "---\npage_title: {title:?}\n{subcategory}description: |-\n  {}\n---\n\n",
        schema::indented(paragraph, 2)
    )
}

/// A page ends in exactly one newline.
fn finish(page: &str) -> String {
    format!("{}\n", page.trim_end())
}

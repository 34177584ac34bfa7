//! Writes `docs/`, the pages that the Terraform and OpenTofu registries show, from what the provider says about itself
//! and from the examples in `examples-hcl/docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::catalog::Catalog;

mod example;
mod page;
mod schema;

use example::Example;

/// What to do with the pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// Write those that changed, and remove those of types that are gone.
    Write,
    /// Fail when there is anything to write or remove.
    Check,
}

/// The pages that a provider's types need, by path below `docs/`.
type Pages = BTreeMap<PathBuf, String>;

/// Brings `docs/` of the checkout at `root` up to date with `provider`, or checks that it is.
pub(crate) fn run(root: &Path, provider: &Path, mode: Mode) -> Result<()> {
    let pages = pages(&Catalog::of(provider)?, &root.join("examples-hcl/docs"))?;
    let docs = root.join("docs");
    let present = present(&docs)?;
    let stale: Vec<_> = pages.iter().filter(|(path, text)| present.get(*path) != Some(text)).collect();
    let gone: Vec<_> = present.keys().filter(|path| !pages.contains_key(*path)).collect();
    if mode == Mode::Check {
        let names: BTreeSet<_> =
            stale.iter().map(|(path, _)| *path).chain(gone).map(|path| path.to_string_lossy()).collect();
        let names = Vec::from_iter(names).join(", ");
        ensure!(names.is_empty(), "stale in docs/: {names}\n\nRun `make docs`.");
        return Ok(());
    }
    for (path, text) in stale {
        let path = docs.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&docs))?;
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    for path in gone {
        fs::remove_file(docs.join(path))?;
    }
    Ok(())
}

fn pages(catalog: &Catalog, examples: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    let mut lacking = Vec::new();
    let mut page = |kind: &str, name: &str, write: &dyn Fn(&Example) -> String| -> Result<()> {
        let example = Example::read(&examples.join(kind).join(name))?;
        if example.is_empty() {
            lacking.push(format!("{kind}/{name}"));
        }
        pages.insert(Path::new(kind).join(format!("{name}.md")), write(&example));
        Ok(())
    };
    for entry in &catalog.resources {
        page("resources", catalog.short(&entry.name), &|example| {
            page::entry(catalog, "Resource", entry, example)
        })?;
    }
    for entry in &catalog.data_sources {
        page("data-sources", catalog.short(&entry.name), &|example| {
            page::entry(catalog, "Data Source", entry, example)
        })?;
    }
    for entry in &catalog.ephemeral_resources {
        page("ephemeral-resources", catalog.short(&entry.name), &|example| {
            page::entry(catalog, "Ephemeral Resource", entry, example)
        })?;
    }
    for function in &catalog.functions {
        page("functions", &function.name, &|example| page::function(catalog, function, example))?;
    }
    let provider = Example::read(&examples.join("provider"))?;
    if provider.is_empty() {
        lacking.push("provider".to_owned());
    }
    pages.insert("index.md".into(), page::provider(catalog, &provider));
    ensure!(lacking.is_empty(), "no example (*.tf) in {}: {}", examples.display(), lacking.join(", "));
    forget_nothing(examples, &pages)?;
    Ok(pages)
}

/// Fails when there are examples of types that do not exist.
fn forget_nothing(examples: &Path, pages: &Pages) -> Result<()> {
    for kind in ["resources", "data-sources", "ephemeral-resources", "functions"] {
        for name in names(&examples.join(kind))? {
            let page = Path::new(kind).join(format!("{name}.md"));
            ensure!(
                pages.contains_key(&page),
                "{kind}/{name} in {} is an example of nothing",
                examples.display()
            );
        }
    }
    Ok(())
}

/// The pages that there are, apart from guides, which are written by hand.
fn present(docs: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    for folder in ["", "resources", "data-sources", "ephemeral-resources", "functions"] {
        for name in names(&docs.join(folder))? {
            let path = Path::new(folder).join(name);
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(docs.join(&path))?;
                pages.insert(path, text);
            }
        }
    }
    Ok(pages)
}

/// The names in a folder; none when it does not exist.
fn names(folder: &Path) -> Result<BTreeSet<String>> {
    if !folder.is_dir() {
        return Ok(BTreeSet::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

//! The example of one type: `*.tf`, and `import.sh` where it can be imported.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What a folder of `examples-hcl/docs/` holds.
#[derive(Debug, Default)]
pub(crate) struct Example {
    configurations: Vec<String>,
    import: Option<Import>,
}

/// A command `terraform import ADDRESS ID`, with what is said about it.
#[derive(Debug, Eq, PartialEq)]
struct Import {
    /// The lines of comment above the command.
    says: String,
    command: String,
    address: String,
    id: String,
}

impl Example {
    /// Reads the folder; one that does not exist holds nothing.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut example = Self::default();
        if !folder.is_dir() {
            return Ok(example);
        }
        for name in super::names(folder)? {
            let path = folder.join(&name);
            let read = || fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()));
            if name == "import.sh" {
                let import = Import::parse(&read()?);
                example.import =
                    Some(import.with_context(|| format!("{}: no import command", path.display()))?);
            } else if path.extension().is_some_and(|extension| extension == "tf") {
                example.configurations.push(read()?.trim().to_owned());
            }
        }
        Ok(example)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.configurations.is_empty()
    }

    /// The section that shows how to write it.
    pub(crate) fn usage(&self) -> String {
        let mut text = "## Example Usage\n\n".to_owned();
        for configuration in &self.configurations {
            let _ = write!(text, "```terraform\n{configuration}\n```\n\n");
        }
        text
    }

    /// The section that shows how to import it; empty when that is impossible.
    pub(crate) fn import(&self) -> String {
        let Some(Import { says, command, address, id }) = &self.import else { return String::new() };
        let says = if says.is_empty() { String::new() } else { format!("{says}\n\n") };
        format!(
            "## Import\n\n{says}With an `import` block:\n\n\
             ```terraform\nimport {{\n  to = {address}\n  id = {id:?}\n}}\n```\n\n\
             Or on the command line:\n\n```shell\n{command}\n```\n"
        )
    }
}

impl Import {
    fn parse(script: &str) -> Option<Self> {
        let comments = script.lines().filter_map(|line| line.strip_prefix('#')).map(str::trim);
        let says = comments.filter(|line| !line.starts_with('!')).collect::<Vec<_>>().join("\n");
        let command = script.lines().find(|line| line.starts_with("terraform import "))?;
        let (address, id) = command.strip_prefix("terraform import ")?.split_once(' ')?;
        Some(Self {
            says,
            command: command.to_owned(),
            address: address.trim_matches('\'').to_owned(),
            id: id.trim_matches(['\'', '"']).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_shown_in_both_forms() {
        let script = "# By the id of\n# the VPC.\nterraform import groundup_vpc.main 'vpc-1,a'\n";
        let example = Example { configurations: Vec::new(), import: Import::parse(script) };
        let text = example.import();
        assert!(text.starts_with("## Import\n\nBy the id of\nthe VPC.\n\n"), "{text}");
        assert!(text.contains("  to = groundup_vpc.main\n  id = \"vpc-1,a\"\n"), "{text}");
        assert!(text.contains("\nterraform import groundup_vpc.main 'vpc-1,a'\n"), "{text}");
    }

    #[test]
    fn a_script_without_command_is_none() {
        assert_eq!(Import::parse("# nothing\nterraform import x\n"), None);
        assert_eq!(Example::default().import(), "");
    }
}

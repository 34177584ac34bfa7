//! The examples that the documentation shows.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::terraform::Terraform;
use crate::support::tool;

fn folder() -> PathBuf {
    tool::workspace().join("examples-hcl")
}

/// The folders with configurations, one for each page.
fn examples(folder: &Path) -> Vec<PathBuf> {
    let kinds = ["resources", "data-sources", "ephemeral-resources", "functions"];
    let kinds = kinds.into_iter().map(|kind| folder.join("docs").join(kind)).filter(|kind| kind.is_dir());
    kinds.flat_map(|kind| fs::read_dir(kind).unwrap()).map(|entry| entry.unwrap().path()).collect()
}

/// Each is a module of one configuration, so that one command checks them all.
#[test]
fn every_example_is_valid() {
    let terraform = Terraform::new();
    let mut main = String::new();
    let mut variables = BTreeSet::new();
    let provider = folder().join("docs/provider");
    for (index, example) in examples(&folder()).into_iter().chain([provider]).enumerate() {
        let module = terraform.path(&format!("example-{index}"));
        fs::create_dir(&module).unwrap();
        let mut names_provider = false;
        let mut arguments = String::new();
        for file in fs::read_dir(&example).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "tf") {
                let text = fs::read_to_string(&file).unwrap();
                names_provider |= text.contains("required_providers");
                for name in
                    text.lines().filter_map(|line| line.strip_prefix("variable \"")?.split('"').next())
                {
                    let _ = writeln!(arguments, "  {name} = var.{name}");
                    variables.insert(name.to_owned());
                }
                fs::write(module.join(file.file_name().unwrap()), text).unwrap();
            }
        }
        if !names_provider {
            fs::copy(terraform.path("versions.tf"), module.join("versions.tf")).unwrap();
        }
        let _ =
            write!(main, "module \"example_{index}\" {{\n  source = \"./example-{index}\"\n{arguments}}}\n");
    }
    for name in variables {
        let _ = writeln!(main, "variable {name:?} {{\n  type = string\n}}");
    }
    let certificate = rcgen::generate_simple_self_signed(["example.com".to_owned()]).unwrap().cert;
    terraform.write("ca.pem", &certificate.pem());
    terraform.write("main.tf", &main);
    terraform.succeed(&["get"]);
    terraform.succeed(&["validate"]);
}

#[test]
fn every_example_is_formatted() {
    let mut command = Command::new(tool::terraform());
    tool::succeed(command.args(["fmt", "-check", "-diff", "-recursive"]).arg(folder()));
}

/// The tables in the module's README are what its files say.
#[test]
fn the_modules_readme_is_true() {
    let module = folder().join("modules/cluster");
    let read = |name: &str| fs::read_to_string(module.join(name)).unwrap();
    let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let inputs = blocks("variable", &[read("variables.tf"), read("rotation.tf")].concat());
    let mut expected: Vec<_> = inputs
        .into_iter()
        .map(|(name, description, default)| {
            row(&[name, description, default.map_or("required".to_owned(), |default| format!("`{default}`"))])
        })
        .collect();
    expected.sort();
    let outputs = blocks("output", &read("outputs.tf"));
    expected.extend(outputs.into_iter().map(|(name, description, _)| row(&[name, description])));
    let readme = read("README.md");
    let rows: Vec<_> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows == expected, "the rows of the README's tables have to be:\n{}", expected.join("\n"));
}

/// Name, description and default of each block of a kind, as `terraform fmt` leaves them.
fn blocks(kind: &str, text: &str) -> Vec<(String, String, Option<String>)> {
    let begin = format!("{kind} \"");
    let blocks = text.split("\n}\n").filter_map(|block| block.split_once(&begin).map(|(_, block)| block));
    blocks
        .map(|block| {
            let argument = |name: &str| {
                let lines = block.lines().filter_map(|line| line.strip_prefix("  ")?.split_once('='));
                lines.filter(|(word, _)| word.trim_end() == name).map(|(_, value)| value.trim()).next()
            };
            let description: String = serde_json::from_str(argument("description").unwrap()).unwrap();
            let name = block.split('"').next().unwrap();
            (format!("`{name}`"), description, argument("default").map(str::to_owned))
        })
        .collect()
}

/// The first configuration of the README, and the error that it shows.
#[test]
fn the_readme_is_true() {
    let readme = fs::read_to_string(tool::workspace().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```terraform\n").unwrap();
    let (configuration, rest) = rest.split_once("```").unwrap();
    let terraform = Terraform::new();
    // It names the provider itself.
    fs::remove_file(terraform.path("versions.tf")).unwrap();
    terraform.write("main.tf", configuration);
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    assert!(terraform.read("apiserver.pem").starts_with("-----BEGIN CERTIFICATE-----\n"));

    terraform.write("main.tf", &configuration.replace("api.example.com", "bad host"));
    let errors = terraform.plan().failed().errors();
    let [error] = errors.as_slice() else { panic!("one error is expected: {errors:?}") };
    for shown in [&error.summary, &error.detail, &format!("on main.tf line {}", error.line)] {
        assert!(rest.contains(shown), "the README does not show {shown:?}");
    }
}

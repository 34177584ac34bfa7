//! The command line, which only people use: hosts pass no argument.

use std::ffi::OsString;

use super::Info;

/// What the binary was started for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Command {
    /// Serve the host that started this process.
    Serve,
    /// Serve whoever is told the address, for use under a debugger.
    Debug,
    /// Print the version.
    Version,
    /// Print what the provider offers.
    Schema,
    /// Print what the binary is and takes.
    Help,
}

impl Command {
    /// Reads the arguments after the program name; an unknown one is given back.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut command = Self::Serve;
        for argument in arguments {
            command = match argument.to_str() {
                Some("--debug" | "-debug") => Self::Debug,
                Some("--version" | "-version" | "-V") => return Ok(Self::Version),
                Some("--schema" | "-schema") => return Ok(Self::Schema),
                Some("--help" | "-help" | "-h") => return Ok(Self::Help),
                _ => return Err(argument.to_string_lossy().into_owned()),
            };
        }
        Ok(command)
    }
}

pub(super) fn version(info: &Info) -> String {
    format!("terraform-provider-{} {} (plugin protocol 6)\n", info.name, info.version)
}

pub(super) fn help(info: &Info) -> String {
    format!(
        "\
terraform-provider-{name} {version}

A provider for Terraform and OpenTofu. They start it by themselves for every
configuration that names it:

    terraform {{
      required_providers {{
        {name} = {{
          source = \"{source}\"
        }}
      }}
    }}

Options:
    --debug      serve without a host: print the TF_REATTACH_PROVIDERS value
                 to give to Terraform, and stop at Ctrl-C
    --schema     print everything the provider offers, as JSON
    --version    print the version
    --help       print this text
",
        name = info.name,
        version = info.version,
        source = info.source,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, String> {
        Command::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn hosts_pass_nothing() {
        assert_eq!(parse(&[]), Ok(Command::Serve));
    }

    #[test]
    fn people_pass_flags() {
        assert_eq!(parse(&["--debug"]), Ok(Command::Debug));
        assert_eq!(parse(&["--version"]), Ok(Command::Version));
        assert_eq!(parse(&["--schema"]), Ok(Command::Schema));
        assert_eq!(parse(&["--debug", "-h"]), Ok(Command::Help));
        assert_eq!(parse(&["serve"]), Err("serve".to_owned()));
    }
}

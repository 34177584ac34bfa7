//! The shared configuration and credentials files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aws_runtime::env_config::file::{EnvConfigFileKind as FileKind, EnvConfigFiles};
use aws_runtime::env_config::section::{EnvConfigSections, Profile};
use aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};

use crate::config::{Config, expand_home, variable};
use crate::setup_error::SetupError;

/// The shared files and what is in them.
#[derive(Debug)]
pub(super) struct SharedFiles {
    /// For the SDK, which reads them again where it needs them.
    pub(super) files: EnvConfigFiles,
    /// The name of the profile in use.
    pub(super) profile: String,
    sections: EnvConfigSections,
    paths: Vec<PathBuf>,
}

impl SharedFiles {
    /// Reads the files; a profile that somebody names has to be there.
    pub(super) async fn load(config: &Config) -> Result<Self, SetupError> {
        let mut paths =
            paths(&config.shared_config_files, "AWS_CONFIG_FILE", "~/.aws/config", FileKind::Config);
        paths.extend(self::paths(
            &config.shared_credentials_files,
            "AWS_SHARED_CREDENTIALS_FILE",
            "~/.aws/credentials",
            FileKind::Credentials,
        ));
        let mut files = EnvConfigFiles::builder().with_contents(FileKind::Config, "");
        for file in &paths {
            if file.check()? {
                files = files.with_file(file.kind, &file.path);
            }
        }
        let (files, named) = (files.build(), config.profile_name());
        let paths = paths.into_iter().map(|file| file.path).collect();
        let sections = parse(&files, named.as_ref().map(|(name, _)| name.clone())).await?;
        let profile = sections.selected_profile().to_owned();
        let shared = Self { files, profile, sections, paths };
        if let Some((profile, origin)) = named
            && shared.profile(&profile).is_none()
            && profile != "default"
        {
            let mut found: Vec<_> = shared.sections.profiles().map(|name| format!("`{name}`")).collect();
            found.sort();
            return Err(SetupError::UnknownProfile { origin, profile, files: shared.looked_at(), found });
        }
        Ok(shared)
    }

    /// A setting of the profile in use.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.sections.get(key)
    }

    /// A profile by its name.
    pub(super) fn profile(&self, name: &str) -> Option<&Profile> {
        self.sections.get_profile(name)
    }

    /// The files, for people.
    pub(super) fn looked_at(&self) -> String {
        let paths: Vec<_> = self.paths.iter().map(|path| path.display().to_string()).collect();
        format!("Looked into {}.", paths.join(" and "))
    }
}

struct File {
    kind: FileKind,
    path: PathBuf,
    /// A file that the configuration names has to exist.
    required: bool,
}

impl File {
    /// Whether the file is there. One that is there can be read: the SDK would take it for empty.
    fn check(&self) -> Result<bool, SetupError> {
        let wrong = |line, reason| SetupError::SharedFile { path: self.path.clone(), line, reason };
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && !self.required => return Ok(false),
            Err(error) => return Err(wrong(None, error.to_string())),
        };
        match std::str::from_utf8(&bytes) {
            Ok(_) => Ok(true),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                Err(wrong(Some(line), "it is not a text in UTF-8".into()))
            }
        }
    }
}

fn paths(given: &[PathBuf], variable_name: &str, usual: &str, kind: FileKind) -> Vec<File> {
    if given.is_empty() {
        let path = variable(variable_name).unwrap_or_else(|| usual.to_owned());
        return vec![File { kind, path: expand_home(Path::new(&path)), required: false }];
    }
    given.iter().map(|path| File { kind, path: expand_home(path), required: true }).collect()
}

async fn parse(files: &EnvConfigFiles, profile: Option<String>) -> Result<EnvConfigSections, SetupError> {
    let unreadable = |error: &dyn std::fmt::Display| SetupError::SharedFile {
        path: PathBuf::new(),
        line: None,
        reason: error.to_string(),
    };
    let mut source =
        source::load(&Env::real(), &Fs::real(), files).await.map_err(|error| unreadable(&error))?;
    source.profile = profile.unwrap_or_else(|| "default".to_owned()).into();
    EnvConfigSections::parse(source).map_err(|error| located(&error.to_string()))
}

/// The SDK tells file and line in its text alone: `error parsing <path> on line <n>:\n  <reason>`.
fn located(text: &str) -> SetupError {
    let parts = text.strip_prefix("error parsing ").and_then(|rest| rest.split_once(" on line "));
    let parts = parts.and_then(|(path, rest)| {
        let (line, reason) = rest.split_once(':')?;
        Some((path, line.parse().ok()?, reason))
    });
    match parts {
        Some((path, line, reason)) => SetupError::SharedFile {
            path: path.into(),
            line: Some(line),
            reason: reason.trim().trim_end_matches('.').to_owned(),
        },
        None => SetupError::SharedFile { path: PathBuf::new(), line: None, reason: text.to_owned() },
    }
}

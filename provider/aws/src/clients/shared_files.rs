//! The shared configuration and credentials files.

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};

use crate::config::Config;

/// The files to read in place of the default ones; a kind that is not replaced keeps its default file.
pub(super) fn profile_files(config: &Config) -> Option<EnvConfigFiles> {
    if config.shared_config_files.is_empty() && config.shared_credentials_files.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(config.shared_config_files.is_empty())
        .include_default_credentials_file(config.shared_credentials_files.is_empty());
    for file in &config.shared_config_files {
        files = files.with_file(EnvConfigFileKind::Config, file);
    }
    for file in &config.shared_credentials_files {
        files = files.with_file(EnvConfigFileKind::Credentials, file);
    }
    Some(files.build())
}

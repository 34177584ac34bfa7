//! What the clients of all services have in common.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, FrameworkMetadata, Region, SdkConfig};

use super::credentials::without_metadata_service;
use super::shared_files::profile_files;
use crate::config::{Config, variable};
use crate::{Error, Result, Safeguard};

/// The EC2 and load balancing APIs retry a throttled call this often before it counts as failed: applies run ten
/// operations side by side, and the SDK's three attempts do not outlast the token bucket of a busy account.
const ATTEMPTS: u32 = 10;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(5);

/// Everything the clients of all services have in common.
pub(super) async fn load(config: &Config) -> Result<SdkConfig> {
    if !config.unresolved.is_empty() {
        return Err(Error::Unresolved(config.unresolved.join(", ")));
    }
    let behaviour = BehaviorVersion::v2026_01_12();
    let mut loader = aws_config::defaults(behaviour)
        .retry_config(RetryConfig::standard().with_max_attempts(attempts(config)))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        );
    if let Some(agent) = user_agent(config) {
        loader = loader.framework_metadata(agent);
    }
    if let Some(enabled) = config.use_dualstack_endpoint {
        loader = loader.use_dual_stack(enabled);
    }
    if let Some(enabled) = config.use_fips_endpoint {
        loader = loader.use_fips(enabled);
    }
    let (profile, files) = (config.profile_name(), profile_files(config));
    if let Some(profile) = &profile {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = &files {
        loader = loader.profile_files(files.clone());
    }
    let region = config.region.clone().map(Region::new);
    loader = if config.may_ask_metadata_service() {
        match region {
            Some(region) => loader.region(region),
            None => loader,
        }
    } else {
        without_metadata_service(loader, config, region, profile, files).await
    };
    Ok(loader.load().await)
}

/// How often a call is made before it counts as failed.
pub(super) fn attempts(config: &Config) -> u32 {
    if !Safeguard::ThrottledRetry.is_on() {
        return 1;
    }
    let from_environment = || variable("AWS_MAX_ATTEMPTS").and_then(|text| text.parse().ok());
    config.max_retries.map(|retries| retries.saturating_add(1)).or_else(from_environment).unwrap_or(ATTEMPTS)
}

/// `groundup/<version>` in the user agent, with a hyphen for what may not stand there.
fn user_agent(config: &Config) -> Option<FrameworkMetadata> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let version = config.version.as_ref().map(|version| version.replace(|c| !allowed(c), "-"));
    FrameworkMetadata::new("groundup", version).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_from_the_configuration_first() {
        assert_eq!(attempts(&Config { max_retries: Some(0), ..Config::default() }), 1);
        assert_eq!(attempts(&Config { max_retries: Some(u32::MAX), ..Config::default() }), u32::MAX);
    }

    #[test]
    fn any_version_fits_the_user_agent() {
        let config = Config { version: Some("0.1.0 (host 1.11.4)".into()), ..Config::default() };
        assert!(user_agent(&config).is_some());
    }
}

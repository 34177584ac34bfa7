//! What the clients of all services have in common.

use std::sync::Arc;
use std::time::Duration;

use aws_config::imds;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, FrameworkMetadata, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::credentials::{Chain, Surroundings};
use super::http::Http;
use super::region::region;
use super::role::Sts;
use super::shared_files::SharedFiles;
use crate::Safeguard;
use crate::config::{Config, RetryMode, variable};
use crate::setup_error::SetupError;

/// The EC2 and load balancing APIs retry a throttled call this often before it counts as failed: applies run ten
/// operations side by side, and the SDK's three attempts do not outlast the token bucket of a busy account.
const ATTEMPTS: u32 = 10;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(5);
/// Who asks for credentials wants to know soon whether that works: no account is that busy.
const SETUP_ATTEMPTS: u32 = 3;
/// Where there is no instance metadata service, often nobody even refuses the connection.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);
/// Where somebody says that it is, it may be slow.
const NAMED_METADATA_TIMEOUT: Duration = Duration::from_secs(5);

/// What the clients are made of.
#[derive(Debug)]
pub(super) struct Loaded {
    /// For EC2 and load balancing.
    pub(super) shared: SdkConfig,
    /// For the Security Token Service.
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) region: String,
    pub(super) credentials: Arc<Chain>,
}

/// Looks at configuration, environment and shared files.
pub(super) async fn load(config: &Config) -> Result<Loaded, SetupError> {
    if !config.unresolved.is_empty() {
        return Err(SetupError::Unresolved(config.unresolved.join(", ")));
    }
    let http = SharedHttpClient::new(Http::new(config)?);
    let files = SharedFiles::load(config).await?;
    let provider = ProviderConfig::without_region()
        .with_behavior_version(Some(behaviour()))
        .with_http_client(http.clone());
    let metadata = metadata_service(config, &provider)?;
    let region = region(config, &files, metadata.as_ref()).await?;
    let provider = provider.with_region(Some(Region::new(region.clone())));

    let retry = retry(config, &files);
    let mut loader = aws_config::defaults(behaviour())
        .http_client(http)
        .region(Region::new(region.clone()))
        .profile_name(&files.profile)
        .profile_files(files.files.clone())
        .retry_config(retry.clone())
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        )
        .no_credentials();
    for agent in agents(config) {
        loader = loader.framework_metadata(agent);
    }
    if let Some(enabled) = config.use_dualstack_endpoint {
        loader = loader.use_dual_stack(enabled);
    }
    if let Some(enabled) = config.use_fips_endpoint {
        loader = loader.use_fips(enabled);
    }
    let shared = loader.load().await;

    let attempts = retry.max_attempts().min(SETUP_ATTEMPTS);
    let patient =
        shared.to_builder().retry_config(RetryConfig::standard().with_max_attempts(attempts)).build();
    let sts = Sts::new(config, &patient);
    let around =
        Surroundings { config, files: &files, provider: &provider, metadata: metadata.as_ref(), sts: &sts };
    let credentials = Arc::new(Chain::new(&around)?);
    let shared = shared.to_builder().credentials_provider(shared_provider(&credentials)).build();
    tracing::debug!(region, profile = files.profile, "AWS configuration loaded");
    Ok(Loaded { shared, sts: sts.with(shared_provider(&credentials)), region, credentials })
}

fn behaviour() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn shared_provider(chain: &Arc<Chain>) -> SharedCredentialsProvider {
    let chain: Arc<dyn ProvideCredentials> = chain.clone();
    SharedCredentialsProvider::new(chain)
}

/// The instance metadata service, unless there is no use in asking it.
fn metadata_service(config: &Config, provider: &ProviderConfig) -> Result<Option<imds::Client>, SetupError> {
    if config.spares_metadata_service().is_some() {
        return Ok(None);
    }
    let timeout = if config.names_metadata_service() { NAMED_METADATA_TIMEOUT } else { METADATA_TIMEOUT };
    let mut client = imds::Client::builder()
        .configure(provider)
        .max_attempts(2)
        .connect_timeout(timeout)
        .read_timeout(timeout);
    if let Some(mode) = &config.metadata_service.mode {
        let mode: imds::client::EndpointMode = mode
            .parse()
            .map_err(|_| SetupError::Metadata(format!("its mode is `IPv4` or `IPv6`, not `{mode}`")))?;
        client = client.endpoint_mode(mode);
    }
    if let Some(endpoint) = &config.metadata_service.endpoint {
        let wrong = |error| SetupError::Metadata(format!("`{endpoint}` is not an address: {error}"));
        client = client.endpoint(endpoint).map_err(wrong)?;
    }
    Ok(Some(client.build()))
}

/// How failed calls are repeated: as configured, then by the environment, then by the profile.
fn retry(config: &Config, files: &SharedFiles) -> RetryConfig {
    let mode = || variable("AWS_RETRY_MODE").or_else(|| files.get("retry_mode").map(str::to_owned));
    let is_adaptive = match config.retry_mode {
        Some(mode) => mode == RetryMode::Adaptive,
        None => mode().is_some_and(|mode| mode.eq_ignore_ascii_case("adaptive")),
    };
    let retry = if is_adaptive { RetryConfig::adaptive() } else { RetryConfig::standard() };
    retry.with_max_attempts(attempts(config, files.get("max_attempts")))
}

/// How often a call is made before it counts as failed.
pub(super) fn attempts(config: &Config, of_profile: Option<&str>) -> u32 {
    if !Safeguard::ThrottledRetry.is_on() {
        return 1;
    }
    let number = |text: String| text.parse().ok().filter(|attempts| *attempts > 0);
    let given = config.max_retries.map(|retries| retries.saturating_add(1));
    let given = given.or_else(|| variable("AWS_MAX_ATTEMPTS").and_then(number));
    given.or_else(|| of_profile.map(str::to_owned).and_then(number)).unwrap_or(ATTEMPTS)
}

/// Who calls: the provider, its host, and what `TF_APPEND_USER_AGENT` adds, as `name/version` each.
fn agents(config: &Config) -> Vec<FrameworkMetadata> {
    let added = variable("TF_APPEND_USER_AGENT").unwrap_or_default();
    let added = added.split_whitespace().map(|agent| match agent.split_once('/') {
        Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
        None => (agent.to_owned(), None),
    });
    let own = config.agents.iter().map(|(name, version)| (name.clone(), Some(version.clone())));
    own.chain(added).filter_map(|(name, version)| agent(&name, version.as_deref())).collect()
}

/// With a hyphen for what may not stand there.
fn agent(name: &str, version: Option<&str>) -> Option<FrameworkMetadata> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let tame = |text: &str| text.replace(|c| !allowed(c), "-");
    FrameworkMetadata::new(tame(name), version.map(tame)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_from_the_configuration_first() {
        let with = |max_retries| Config { max_retries, ..Config::default() };
        assert_eq!(attempts(&with(Some(0)), Some("7")), 1);
        assert_eq!(attempts(&with(Some(u32::MAX)), None), u32::MAX);
        assert_eq!(attempts(&with(None), Some("7")), 7);
        assert_eq!(attempts(&with(None), Some("many")), ATTEMPTS);
    }

    #[test]
    fn any_version_fits_the_user_agent() {
        for version in ["0.1.0", "0.1.0 (host 1.11.4)", "ä/ö"] {
            assert!(agent("ground up", Some(version)).is_some(), "{version}");
        }
    }
}

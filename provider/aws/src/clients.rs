//! The service clients, made on first use.

use std::sync::OnceLock;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, ConfigLoader, FrameworkMetadata, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use tokio::sync::OnceCell;

use crate::config::{Config, variable};
use crate::ec2::Ec2;
use crate::elbv2::Elbv2;
use crate::{Arn, Error, Result, Safeguard, failed, partition};

/// The EC2 and load balancing APIs retry a throttled call this often before it counts as failed: applies run ten
/// operations side by side, and the SDK's three attempts do not outlast the token bucket of a busy account.
const ATTEMPTS: u32 = 10;
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(5);

/// Access to AWS in one region with one set of credentials.
///
/// Making one costs nothing: configuration files, environment and credentials are looked at when the first operation
/// runs. Share it behind an `Arc`.
#[derive(Debug)]
pub struct Clients {
    config: Config,
    sdk: OnceCell<Sdk>,
    account: OnceCell<String>,
}

/// The SDK's clients of one region.
#[derive(Debug)]
pub(crate) struct Sdk {
    shared: SdkConfig,
    region: String,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    elbv2: OnceLock<aws_sdk_elasticloadbalancingv2::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
}

impl Clients {
    /// Keeps the settings for the first operation.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, sdk: OnceCell::new(), account: OnceCell::new() }
    }

    /// The operations of Elastic Compute Cloud.
    #[must_use]
    pub fn ec2(&self) -> Ec2<'_> {
        Ec2::new(self)
    }

    /// The operations of Elastic Load Balancing version 2.
    #[must_use]
    pub fn elbv2(&self) -> Elbv2<'_> {
        Elbv2::new(self)
    }

    /// The region of every call.
    ///
    /// # Errors
    ///
    /// [`Error::NoRegion`] when none is configured anywhere.
    pub async fn region(&self) -> Result<&str> {
        Ok(&self.sdk().await?.region)
    }

    /// The partition the region belongs to: `aws`, `aws-cn`, `aws-us-gov`, ...
    ///
    /// # Errors
    ///
    /// [`Error::NoRegion`] when none is configured anywhere.
    pub async fn partition(&self) -> Result<&'static str> {
        Ok(partition(self.region().await?))
    }

    /// The account the credentials belong to. Asked once, then remembered.
    ///
    /// # Errors
    ///
    /// When the region or credentials are missing, or the service refuses them.
    pub async fn account_id(&self) -> Result<&str> {
        let ask = || async {
            let reply = self.sts_client().await?.get_caller_identity().send().await;
            let reply = reply.map_err(failed("sts:GetCallerIdentity"))?;
            reply.account.ok_or_else(|| Error::reply("sts:GetCallerIdentity", "the reply names no account"))
        };
        self.account.get_or_try_init(ask).await.map(String::as_str)
    }

    /// The name of an EC2 object of this region. `owner` is the account that owns it; without one the account of the
    /// credentials is meant.
    ///
    /// # Errors
    ///
    /// When the region is missing, or the account is needed and cannot be asked for.
    pub async fn ec2_arn(&self, owner: Option<&str>, kind: &str, id: &str) -> Result<Arn> {
        let account = match owner {
            Some(owner) => owner,
            None => self.account_id().await?,
        };
        let region = self.region().await?;
        Ok(Arn::new("ec2", region, account, format!("{kind}/{id}")))
    }

    pub(crate) async fn ec2_client(&self) -> Result<&aws_sdk_ec2::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.ec2.get_or_init(|| {
            let mut config = aws_sdk_ec2::config::Builder::from(&sdk.shared);
            if let Some(url) = &self.config.endpoints.ec2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_ec2::Client::from_conf(config.build())
        }))
    }

    pub(crate) async fn elbv2_client(&self) -> Result<&aws_sdk_elasticloadbalancingv2::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.elbv2.get_or_init(|| {
            let mut config = aws_sdk_elasticloadbalancingv2::config::Builder::from(&sdk.shared);
            if let Some(url) = &self.config.endpoints.elbv2 {
                config = config.endpoint_url(url);
            }
            aws_sdk_elasticloadbalancingv2::Client::from_conf(config.build())
        }))
    }

    pub(crate) async fn sts_client(&self) -> Result<&aws_sdk_sts::Client> {
        let sdk = self.sdk().await?;
        Ok(sdk.sts.get_or_init(|| {
            let mut config = aws_sdk_sts::config::Builder::from(&sdk.shared);
            if let Some(url) = &self.config.endpoints.sts {
                config = config.endpoint_url(url);
            }
            aws_sdk_sts::Client::from_conf(config.build())
        }))
    }

    async fn sdk(&self) -> Result<&Sdk> {
        self.sdk.get_or_try_init(|| load(&self.config)).await
    }
}

async fn load(config: &Config) -> Result<Sdk> {
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
    let shared = loader.load().await;
    let region = shared.region().map(ToString::to_string).ok_or(Error::NoRegion)?;
    tracing::debug!(region, "AWS configuration loaded");
    Ok(Sdk { shared, region, ec2: OnceLock::new(), elbv2: OnceLock::new(), sts: OnceLock::new() })
}

/// Region and credentials from everywhere the default chains look, except the instance metadata service.
async fn without_metadata_service(
    loader: ConfigLoader,
    config: &Config,
    region: Option<Region>,
    profile: Option<String>,
    files: Option<EnvConfigFiles>,
) -> ConfigLoader {
    let mut regions = ProfileFileRegionProvider::builder();
    let mut credentials = ProfileFileCredentialsProvider::builder();
    if let Some(profile) = profile {
        regions = regions.profile_name(&profile);
        credentials = credentials.profile_name(profile);
    }
    if let Some(files) = files {
        regions = regions.profile_files(files.clone());
        credentials = credentials.profile_files(files);
    }
    let region = RegionProviderChain::first_try(region)
        .or_else(EnvironmentVariableRegionProvider::new())
        .or_else(regions.build())
        .region()
        .await;
    let loader = loader.region(RegionProviderChain::first_try(region.clone()));
    if let (Some(key), Some(secret)) = (&config.access_key, &config.secret_key) {
        let token = config.token.as_ref().map(|token| token.reveal().to_owned());
        return loader.credentials_provider(Credentials::new(key, secret.reveal(), token, None, "provider"));
    }
    let provider = ProviderConfig::without_region()
        .with_region(region)
        .with_behavior_version(Some(BehaviorVersion::v2026_01_12()));
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&provider).build();
    let container = aws_config::ecs::EcsCredentialsProvider::builder().configure(&provider).build();
    loader.credentials_provider(
        CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("Profile", credentials.configure(&provider).build())
            .or_else("WebIdentityToken", web_identity)
            .or_else("EcsContainer", container),
    )
}

fn attempts(config: &Config) -> u32 {
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

/// The files to read in place of the default ones; a kind that is not replaced keeps its default file.
fn profile_files(config: &Config) -> Option<EnvConfigFiles> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::testing::Server;

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

    #[test]
    fn a_client_is_made_without_touching_anything() {
        let clients = Clients::new(Config {
            shared_config_files: vec!["/nonexistent/config".into()],
            ..Config::default()
        });
        assert!(clients.sdk.get().is_none());
    }

    #[tokio::test]
    async fn a_missing_region_is_named_at_the_first_call() {
        let config = Config {
            profile: Some("nobody".into()),
            shared_config_files: vec!["/dev/null".into()],
            shared_credentials_files: vec!["/dev/null".into()],
            access_key: Some("a".into()),
            secret_key: Some(Secret::new("b")),
            ..Config::default()
        };
        if variable("AWS_REGION").is_some() || variable("AWS_DEFAULT_REGION").is_some() {
            return;
        }
        let error = Clients::new(config).region().await.unwrap_err();
        assert!(matches!(error, Error::NoRegion), "{error:?}");
        assert!(error.to_string().contains("AWS_REGION"), "{error}");
    }

    #[tokio::test]
    async fn the_account_is_asked_once() {
        let server = Server::start(|_| {
            (
                200,
                r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId><Account>123456789012</Account>
                </GetCallerIdentityResult></GetCallerIdentityResponse>"#
                    .into(),
            )
        })
        .await;
        let clients = server.clients();
        assert_eq!(clients.account_id().await.unwrap(), "123456789012");
        let arn = clients.ec2_arn(None, "vpc", "vpc-1").await.unwrap();
        assert_eq!(arn.to_string(), "arn:aws:ec2:us-east-2:123456789012:vpc/vpc-1");
        assert_eq!(server.actions(), ["GetCallerIdentity"]);
    }
}

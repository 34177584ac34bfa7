//! Where region and credentials come from.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_credential_types::Credentials;
use aws_runtime::env_config::file::EnvConfigFiles;

use crate::config::Config;

/// Region and credentials from everywhere the default chains look, except the instance metadata service.
pub(super) async fn without_metadata_service(
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

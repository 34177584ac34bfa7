//! Roles that are assumed with other credentials.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::Client;
use aws_sdk_sts::types::{self, PolicyDescriptorType, Tag};

use crate::config::{AssumeRole, Config};
use crate::service_error::ServiceError;
use crate::setup_error::{SetupError, setup_error};

/// The Security Token Service, for whoever needs a client of it.
#[derive(Clone, Debug)]
pub(super) struct Sts {
    shared: SdkConfig,
    endpoint: Option<String>,
}

impl Sts {
    pub(super) fn new(config: &Config, shared: &SdkConfig) -> Self {
        let shared = match config.sts_region.clone() {
            Some(region) => shared.to_builder().region(Region::new(region)).build(),
            None => shared.clone(),
        };
        Self { shared, endpoint: config.endpoints.sts.clone() }
    }

    /// A client without credentials.
    pub(super) fn anonymous(&self) -> Client {
        self.client(&self.shared)
    }

    /// A client with these credentials.
    pub(super) fn with(&self, credentials: impl ProvideCredentials + 'static) -> Client {
        let credentials = SharedCredentialsProvider::new(credentials);
        self.client(&self.shared.to_builder().credentials_provider(credentials).build())
    }

    fn client(&self, shared: &SdkConfig) -> Client {
        let mut config = aws_sdk_sts::config::Builder::from(shared);
        if let Some(url) = &self.endpoint {
            config = config.endpoint_url(url);
        }
        Client::from_conf(config.build())
    }
}

/// A role and a client that may assume it.
#[derive(Debug)]
pub(super) struct Role {
    given: AssumeRole,
    session: String,
    position: (usize, usize),
    sts: Client,
}

impl Role {
    pub(super) fn new(role: AssumeRole, position: (usize, usize), sts: Client) -> Self {
        let session = role.session_name.clone().unwrap_or_else(session_name);
        Self { given: role, session, position, sts }
    }

    async fn assume(&self) -> Result<Credentials, Arc<SetupError>> {
        let AssumeRole { role_arn, external_id, policy, source_identity, tags, .. } = &self.given;
        let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags: Vec<_> = tags.collect::<Result<_, _>>().map_err(|error| self.failed(error.to_string()))?;
        let request = self.sts.assume_role().role_arn(role_arn).role_session_name(&self.session);
        let reply = request
            .set_duration_seconds(seconds(self.given.duration))
            .set_external_id(external_id.as_ref().map(|id| id.reveal().to_owned()))
            .set_policy(policy.clone())
            .set_policy_arns(policies(&self.given.policy_arns))
            .set_source_identity(source_identity.clone())
            .set_tags(some(tags))
            .set_transitive_tag_keys(some(self.given.transitive_tag_keys.clone()))
            .send()
            .await
            .map_err(|error| match setup_error(&error) {
                Some(error) => self.failed(error.to_string()),
                None => self.failed(ServiceError::new("sts:AssumeRole", &error).to_string()),
            })?;
        tracing::info!(role = role_arn, session = self.session, "role assumed");
        credentials(reply.credentials).ok_or_else(|| self.failed("the reply holds no credentials".into()))
    }

    fn failed(&self, reason: String) -> Arc<SetupError> {
        Arc::new(SetupError::Role {
            role: self.given.role_arn.clone(),
            session: self.session.clone(),
            position: self.position,
            reason,
        })
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.assume().await.map_err(CredentialsError::provider_error)
        })
    }
}

/// A name for a session that nobody named.
pub(super) fn session_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("groundup-{}", now.as_secs())
}

pub(super) fn seconds(duration: Option<Duration>) -> Option<i32> {
    duration.map(|duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX))
}

pub(super) fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    some(arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect())
}

/// The service takes no empty list.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

pub(super) fn credentials(found: Option<types::Credentials>) -> Option<Credentials> {
    let found = found?;
    let expiry = SystemTime::try_from(found.expiration).ok();
    Some(Credentials::new(
        found.access_key_id,
        found.secret_access_key,
        Some(found.session_token),
        expiry,
        "role",
    ))
}

//! Where credentials come from: the arguments, the environment, the shared files, the container, the machine; then the
//! roles to assume with them.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use super::profile;
use super::role::{Role, Sts};
use super::shared_files::SharedFiles;
use super::web_identity::TokenRole;
use crate::config::{Config, variable};
use crate::service_error::root_cause;
use crate::setup_error::{SetupError, setup_error};

/// Credentials that end so soon are asked for anew.
const RESERVE: Duration = Duration::from_mins(1);

/// The first source that has credentials, and those it had last.
#[derive(Debug)]
pub(super) struct Chain {
    sources: Vec<Source>,
    kept: Mutex<Option<(Credentials, String)>>,
}

/// One place where credentials may be.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    provider: SharedCredentialsProvider,
}

impl Source {
    pub(super) fn new(name: impl Into<String>, provider: impl ProvideCredentials + 'static) -> Self {
        Self { name: name.into(), provider: SharedCredentialsProvider::new(provider) }
    }
}

/// What the sources need to ask around.
pub(super) struct Surroundings<'a> {
    pub(super) config: &'a Config,
    pub(super) files: &'a SharedFiles,
    pub(super) provider: &'a ProviderConfig,
    pub(super) metadata: Option<&'a imds::Client>,
    pub(super) sts: &'a Sts,
}

impl Chain {
    /// The sources that the configuration leaves open, with the roles to assume behind them.
    pub(super) fn new(around: &Surroundings<'_>) -> Result<Self, SetupError> {
        let mut chain = Self::of(sources(around)?);
        let roles = &around.config.assume_role;
        for (index, role) in roles.iter().enumerate() {
            let position = (index + 1, roles.len());
            let name = format!("the role {}", role.role_arn);
            let role = Role::new(role.clone(), position, around.sts.with(chain));
            chain = Self::of(vec![Source::new(name, role)]);
        }
        Ok(chain)
    }

    pub(super) fn of(sources: Vec<Source>) -> Self {
        Self { sources, kept: Mutex::default() }
    }

    /// Credentials that are good for a while, and where they come from. Whoever asks meanwhile waits for the answer.
    pub(super) async fn find(&self) -> Result<(Credentials, String), Arc<SetupError>> {
        let mut kept = self.kept.lock().await;
        if let Some((credentials, origin)) = &*kept
            && credentials.expiry().is_none_or(|end| end > SystemTime::now() + RESERVE)
        {
            return Ok((credentials.clone(), origin.clone()));
        }
        let found = self.ask().await?;
        tracing::debug!(origin = found.1, "credentials found");
        *kept = Some(found.clone());
        Ok(found)
    }

    async fn ask(&self) -> Result<(Credentials, String), Arc<SetupError>> {
        let mut looked = Vec::new();
        for Source { name, provider } in &self.sources {
            match provider.provide_credentials().await {
                Ok(credentials) => return Ok((credentials, name.clone())),
                Err(error) => match (setup_error(&error), error) {
                    (Some(error), _) => return Err(error),
                    (None, error @ CredentialsError::CredentialsNotLoaded(_)) => {
                        looked.push(format!("{name}: {}", reason(&error)));
                    }
                    (None, error) => {
                        let reason = reason(&error);
                        return Err(Arc::new(SetupError::Source { origin: name.clone(), reason }));
                    }
                },
            }
        }
        Err(Arc::new(SetupError::NoCredentials(looked)))
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.find().await;
            found.map(|(credentials, _)| credentials).map_err(CredentialsError::provider_error)
        })
    }
}

/// The root of a failure, without a full stop.
fn reason(error: &(dyn StdError + 'static)) -> String {
    root_cause(error).trim_end_matches('.').to_owned()
}

/// The sources in the order of hashicorp/aws. What the configuration names is not passed over for anything else.
fn sources(around: &Surroundings<'_>) -> Result<Vec<Source>, SetupError> {
    let Surroundings { config, files, .. } = around;
    let given = pair(
        [("`access_key`", config.access_key.clone()), ("`secret_key`", revealed(config.secret_key.as_ref()))],
        revealed(config.token.as_ref()),
    )?;
    if let Some(web_identity) = &config.web_identity {
        let role = TokenRole::new(web_identity.clone(), around.sts.clone())?;
        return Ok(vec![Source::new(role.origin(), role)]);
    }
    if let Some(keys) = given {
        return Ok(vec![Source::new("the provider configuration", keys)]);
    }
    if config.profile.is_some() {
        return Ok(vec![profile::required(around, &files.profile)?]);
    }
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let environment = pair(names.map(|name| (name, variable(name))), variable("AWS_SESSION_TOKEN"))?;
    let absent = |name: &str, reason: &'static str| Source::new(name, Absent(reason));
    let web_identity = TokenRole::from_environment(around.sts.clone());
    let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    Ok(vec![
        match environment {
            Some(keys) => Source::new("the environment", keys),
            None => absent("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "not set"),
        },
        match web_identity {
            Some(role) => Source::new(role.origin(), role),
            None => absent("AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN", "not set"),
        },
        profile::source(around, &files.profile)?,
        if container.into_iter().any(|name| variable(name).is_some()) {
            Source::new("the container", EcsCredentialsProvider::builder().configure(around.provider).build())
        } else {
            absent("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI", "not set")
        },
        machine(around),
    ])
}

/// The role of the instance that this runs on.
pub(super) fn machine(around: &Surroundings<'_>) -> Source {
    let name = "the instance metadata service";
    match around.metadata {
        Some(client) => {
            let provider = ImdsCredentialsProvider::builder().imds_client(client.clone());
            Source::new(name, provider.configure(around.provider).build())
        }
        None => Source::new(name, Absent(around.config.spares_metadata_service().unwrap_or("not asked"))),
    }
}

fn revealed(secret: Option<&crate::Secret>) -> Option<String> {
    secret.map(|secret| secret.reveal().to_owned())
}

/// Two keys that belong together, and their token.
pub(super) fn pair(
    [(id_name, id), (secret_name, secret)]: [(&'static str, Option<String>); 2],
    token: Option<String>,
) -> Result<Option<Credentials>, SetupError> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some(Credentials::new(id, secret, token, None, "keys"))),
        (Some(_), None) => Err(SetupError::HalfPair { present: id_name, missing: secret_name }),
        (None, Some(_)) => Err(SetupError::HalfPair { present: secret_name, missing: id_name }),
        (None, None) => Ok(None),
    }
}

/// A source that has nothing, and why.
#[derive(Debug)]
pub(super) struct Absent(pub(super) &'static str);

impl ProvideCredentials for Absent {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded(self.0)))
    }
}

#[cfg(test)]
mod tests;

//! Credentials of a profile. The SDK reads them; the roles that a profile assumes are assumed here, at the
//! configured address of the service and with errors that name them.

use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_runtime::env_config::section::Profile;

use super::credentials::{Absent, Chain, Source, Surroundings, machine, pair};
use super::role::Role;
use super::web_identity::TokenRole;
use crate::config::{AssumeRole, Secret, WebIdentity, variable};
use crate::setup_error::SetupError;

/// The credentials of a profile, if it has any.
pub(super) fn source(around: &Surroundings<'_>, name: &str) -> Result<Source, SetupError> {
    let Some(profile) = around.files.profile(name) else {
        return Ok(Source::new(format!("the AWS profile `{name}`"), Absent("there is none")));
    };
    follow(around, profile, &mut Vec::new())
}

/// The credentials of a profile that is meant to have some.
pub(super) fn required(around: &Surroundings<'_>, name: &str) -> Result<Source, SetupError> {
    let found = source(around, name)?;
    Ok(Source::new(
        format!("the AWS profile `{name}`"),
        Required { name: name.to_owned(), found: Chain::of(vec![found]) },
    ))
}

fn follow(
    around: &Surroundings<'_>,
    profile: &Profile,
    passed: &mut Vec<String>,
) -> Result<Source, SetupError> {
    let name = profile.name();
    let origin = format!("the AWS profile `{name}`");
    let wrong = |reason: String| SetupError::Profile { profile: name.to_owned(), reason };
    let has_keys = profile.get("aws_access_key_id").is_some();
    let Some(role_arn) =
        profile.get("role_arn").filter(|_| !(has_keys && passed.iter().any(|one| one == name)))
    else {
        return stored(around, profile, origin);
    };
    if passed.iter().any(|one| one == name) {
        passed.push(name.to_owned());
        return Err(wrong(format!("its `source_profile` leads in a circle: {}", passed.join(", "))));
    }
    passed.push(name.to_owned());
    if let Some(file) = profile.get("web_identity_token_file") {
        let role = WebIdentity {
            role_arn: Some(role_arn.to_owned()),
            session_name: profile.get("role_session_name").map(str::to_owned),
            token_file: Some(file.into()),
            ..WebIdentity::default()
        };
        return Ok(Source::new(origin, TokenRole::new(role, around.sts.clone())?));
    }
    let base = match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(source), None) => {
            let found = around.files.profile(source);
            let found =
                found.ok_or_else(|| wrong(format!("its `source_profile`, `{source}`, does not exist")))?;
            follow(around, found, passed)?
        }
        (None, Some("Environment")) => environment()?,
        (None, Some("Ec2InstanceMetadata")) => machine(around),
        (None, Some("EcsContainer")) => {
            Source::new("the container", EcsCredentialsProvider::builder().configure(around.provider).build())
        }
        (None, Some(other)) => {
            let known = "`Environment`, `Ec2InstanceMetadata` or `EcsContainer`";
            return Err(wrong(format!("its `credential_source` is {known}, not `{other}`")));
        }
        _ => {
            return Err(wrong(
                "with `role_arn` it needs either `source_profile` or `credential_source`".into(),
            ));
        }
    };
    let seconds = profile.get("duration_seconds").and_then(|text| text.parse().ok());
    let role = AssumeRole {
        role_arn: role_arn.to_owned(),
        session_name: profile.get("role_session_name").map(str::to_owned),
        external_id: profile.get("external_id").map(Secret::new),
        duration: seconds.map(Duration::from_secs),
        ..AssumeRole::default()
    };
    let sts = around.sts.with(Chain::of(vec![base]));
    Ok(Source::new(origin, Role::new(role, (1, 1), sts)))
}

/// What the profile itself holds: keys, or a program that tells them.
fn stored(around: &Surroundings<'_>, profile: &Profile, origin: String) -> Result<Source, SetupError> {
    let name = profile.name();
    let is_login =
        ["sso_session", "sso_start_url", "login_session"].iter().any(|key| profile.get(key).is_some());
    if is_login && profile.get("aws_access_key_id").is_none() && profile.get("credential_process").is_none() {
        let reason = format!(
            "it logs in through a browser; hand its credentials on by a profile with `credential_process = aws \
             configure export-credentials --profile {name}`, or by the environment with `eval \"$(aws configure \
             export-credentials --profile {name} --format env)\"`"
        );
        return Err(SetupError::Profile { profile: name.to_owned(), reason });
    }
    let provider = ProfileFileCredentialsProvider::builder().configure(around.provider);
    let provider = provider.profile_name(name).profile_files(around.files.files.clone());
    Ok(Source::new(origin, provider.build()))
}

fn environment() -> Result<Source, SetupError> {
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    Ok(match pair(names.map(|name| (name, variable(name))), variable("AWS_SESSION_TOKEN"))? {
        Some(keys) => Source::new("the environment", keys),
        None => Source::new("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", Absent("not set")),
    })
}

/// A profile without credentials is no reason to look elsewhere when somebody names it.
#[derive(Debug)]
struct Required {
    name: String,
    found: Chain,
}

impl ProvideCredentials for Required {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.found.find().await.map_err(|error| match &*error {
                SetupError::NoCredentials(_) => Arc::new(SetupError::Profile {
                    profile: self.name.clone(),
                    reason: "it holds neither keys nor a way to get some".into(),
                }),
                _ => error,
            });
            found.map(|(credentials, _)| credentials).map_err(CredentialsError::provider_error)
        })
    }
}

//! The role that is assumed with a token of an identity provider, as pipelines and pods do.

use std::path::Path;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};

use super::role::{Sts, credentials, policies, seconds, session_name};
use crate::config::{Secret, WebIdentity, expand_home, variable};
use crate::service_error::ServiceError;
use crate::setup_error::SetupError;

const FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";

/// A role, its token, and who may exchange them.
#[derive(Debug)]
pub(super) struct TokenRole {
    given: WebIdentity,
    role: String,
    session: String,
    token: Token,
    sts: Sts,
}

#[derive(Debug)]
enum Token {
    Given(Secret),
    File(std::path::PathBuf, &'static str),
}

impl TokenRole {
    /// What the configuration leaves open is in the environment.
    pub(super) fn new(given: WebIdentity, sts: Sts) -> Result<Self, SetupError> {
        let origin = "`assume_role_with_web_identity`";
        let missing = |what: &str| SetupError::Source { origin: origin.to_owned(), reason: what.to_owned() };
        let role = given.role_arn.clone().or_else(|| variable(ROLE));
        let role = role.ok_or_else(|| missing("neither `role_arn` nor AWS_ROLE_ARN is set"))?;
        let token = match (&given.token, &given.token_file, variable(FILE)) {
            (Some(token), ..) => Token::Given(token.clone()),
            (None, Some(file), _) => Token::File(file.clone(), "`web_identity_token_file`"),
            (None, None, Some(file)) => Token::File(file.into(), FILE),
            (None, None, None) => {
                return Err(missing(
                    "neither `web_identity_token`, `web_identity_token_file` nor AWS_WEB_IDENTITY_TOKEN_FILE is set",
                ));
            }
        };
        let session = given.session_name.clone().or_else(|| variable("AWS_ROLE_SESSION_NAME"));
        let session = session.unwrap_or_else(session_name);
        Ok(Self { given, role, session, token, sts })
    }

    /// What the environment names.
    pub(super) fn from_environment(sts: Sts) -> Option<Self> {
        variable(FILE)?;
        variable(ROLE)?;
        Self::new(WebIdentity::default(), sts).ok()
    }

    /// How it is called where credentials were found.
    pub(super) fn origin(&self) -> String {
        format!("the role {} by web identity", self.role)
    }

    async fn assume(&self) -> Result<Credentials, Arc<SetupError>> {
        let token = self.token.read()?;
        let request = self.sts.anonymous().assume_role_with_web_identity();
        let reply = request
            .role_arn(&self.role)
            .role_session_name(&self.session)
            .web_identity_token(token.reveal())
            .set_duration_seconds(seconds(self.given.duration))
            .set_policy(self.given.policy.clone())
            .set_policy_arns(policies(&self.given.policy_arns))
            .send()
            .await
            .map_err(|error| {
                self.failed(ServiceError::new("sts:AssumeRoleWithWebIdentity", &error).to_string())
            })?;
        tracing::info!(role = self.role, session = self.session, "role assumed by web identity");
        credentials(reply.credentials).ok_or_else(|| self.failed("the reply holds no credentials".into()))
    }

    fn failed(&self, reason: String) -> Arc<SetupError> {
        let (role, session) = (self.role.clone(), self.session.clone());
        Arc::new(SetupError::Role { role, session, position: (1, 1), reason })
    }
}

impl Token {
    fn read(&self) -> Result<Secret, SetupError> {
        let (path, origin): (&Path, _) = match self {
            Self::Given(token) => return Ok(token.clone()),
            Self::File(path, origin) => (path, *origin),
        };
        let path = expand_home(path);
        let text = std::fs::read_to_string(&path);
        let wrong = |reason: String| SetupError::TokenFile { origin, path: path.clone(), reason };
        let text = text.map_err(|error| wrong(error.to_string()))?;
        if text.trim().is_empty() {
            return Err(wrong("the file is empty".into()));
        }
        Ok(Secret::new(text.trim()))
    }
}

impl ProvideCredentials for TokenRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.assume().await.map_err(CredentialsError::provider_error)
        })
    }
}

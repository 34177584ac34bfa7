//! The roles that the provider assumes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tfplugin::Timeout;
use tfplugin::prelude::*;

use super::config::secret;

/// A role to assume.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct AssumeRole {
    /// ARN of the role.
    #[attr(required)]
    role_arn: Attr<Parsed<RoleArn>>,
    /// Name of the session, which shows up in the account's records.
    #[attr(optional)]
    session_name: Attr<String>,
    /// How long the credentials last, between 15 minutes and 12 hours, such as `1h30m`. A role that is assumed by a
    /// role lasts for an hour at most.
    #[attr(optional)]
    duration: Attr<Parsed<SessionDuration>>,
    /// What the owner of the role wants to be told.
    #[attr(optional)]
    external_id: Attr<Secret>,
    /// IAM policy, in JSON, that leaves the session fewer permissions.
    #[attr(optional)]
    policy: Attr<String>,
    /// ARNs of managed policies that leave the session fewer permissions.
    #[attr(optional)]
    policy_arns: Attr<BTreeSet<String>>,
    /// Who stands behind the session.
    #[attr(optional)]
    source_identity: Attr<String>,
    /// Tags of the session.
    #[attr(optional)]
    tags: Attr<BTreeMap<String, String>>,
    /// Keys of the tags that the sessions of further roles keep.
    #[attr(optional)]
    transitive_tag_keys: Attr<BTreeSet<String>>,
}

/// A role to assume with a token.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct TokenRole {
    /// ARN of the role. Also `AWS_ROLE_ARN`.
    #[attr(optional)]
    role_arn: Attr<Parsed<RoleArn>>,
    /// Name of the session, which shows up in the account's records. Also `AWS_ROLE_SESSION_NAME`.
    #[attr(optional)]
    session_name: Attr<String>,
    /// How long the credentials last, between 15 minutes and 12 hours, such as `1h30m`.
    #[attr(optional)]
    duration: Attr<Parsed<SessionDuration>>,
    /// IAM policy, in JSON, that leaves the session fewer permissions.
    #[attr(optional)]
    policy: Attr<String>,
    /// ARNs of managed policies that leave the session fewer permissions.
    #[attr(optional)]
    policy_arns: Attr<BTreeSet<String>>,
    /// The token. Conflicts with `web_identity_token_file`.
    #[attr(optional)]
    pub(super) web_identity_token: Attr<Secret>,
    /// File that holds the token; it is read each time credentials are needed. Also `AWS_WEB_IDENTITY_TOKEN_FILE`.
    #[attr(optional)]
    pub(super) web_identity_token_file: Attr<String>,
}

impl AssumeRole {
    pub(super) fn aws(&self) -> aws::AssumeRole {
        aws::AssumeRole {
            role_arn: self.role_arn.known().map(ToString::to_string).unwrap_or_default(),
            session_name: self.session_name.known().cloned(),
            duration: self.duration.known().map(|duration| duration.0.0),
            external_id: secret(&self.external_id),
            policy: self.policy.known().cloned(),
            policy_arns: self.policy_arns.or_default().into_iter().collect(),
            source_identity: self.source_identity.known().cloned(),
            tags: self.tags.or_default(),
            transitive_tag_keys: self.transitive_tag_keys.or_default().into_iter().collect(),
        }
    }

    /// Whether another object decides what it is.
    pub(super) fn is_open(&self) -> bool {
        self.role_arn.is_unknown()
            || self.session_name.is_unknown()
            || self.external_id.is_unknown()
            || self.policy.is_unknown()
    }
}

impl TokenRole {
    pub(super) fn aws(&self) -> aws::WebIdentity {
        aws::WebIdentity {
            role_arn: self.role_arn.known().map(ToString::to_string),
            session_name: self.session_name.known().cloned(),
            duration: self.duration.known().map(|duration| duration.0.0),
            policy: self.policy.known().cloned(),
            policy_arns: self.policy_arns.or_default().into_iter().collect(),
            token: secret(&self.web_identity_token),
            token_file: self.web_identity_token_file.known().map(PathBuf::from),
        }
    }

    /// Whether another object decides what it is.
    pub(super) fn is_open(&self) -> bool {
        self.role_arn.is_unknown()
            || self.session_name.is_unknown()
            || self.web_identity_token.is_unknown()
            || self.web_identity_token_file.is_unknown()
    }
}

/// The ARN of an IAM role.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RoleArn(aws::Arn);

impl FromStr for RoleArn {
    type Err = RoleArnError;

    fn from_str(text: &str) -> Result<Self, RoleArnError> {
        let arn: aws::Arn = text.parse().map_err(|_| RoleArnError)?;
        let is_account = arn.account.len() == 12 && arn.account.bytes().all(|byte| byte.is_ascii_digit());
        let is_role = arn.service == "iam" && is_account && arn.resource.starts_with("role/");
        is_role.then_some(Self(arn)).ok_or(RoleArnError)
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text names no role.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not the ARN of a role, which looks like `arn:aws:iam::123456789012:role/name`")]
pub(crate) struct RoleArnError;

/// How long the credentials of a role last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SessionDuration(Timeout);

impl FromStr for SessionDuration {
    type Err = SessionDurationError;

    fn from_str(text: &str) -> Result<Self, SessionDurationError> {
        let duration: Timeout = text.parse()?;
        let limits = Duration::from_mins(15)..=Duration::from_hours(12);
        limits.contains(&duration.0).then_some(Self(duration)).ok_or(SessionDurationError::Range)
    }
}

/// The text is no duration of a session.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum SessionDurationError {
    /// It is no duration.
    #[error(transparent)]
    Text(#[from] tfplugin::TimeoutError),
    /// It is too short or too long.
    #[error("the credentials of a role last between 15 minutes and 12 hours")]
    Range,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_are_assumed() {
        for arn in ["arn:aws:iam::123456789012:role/a", "arn:aws-cn:iam::123456789012:role/path/a"] {
            assert_eq!(arn.parse::<RoleArn>().unwrap().to_string(), arn);
        }
        for text in ["", "admin", "arn:aws:iam::123456789012:user/a", "arn:aws:iam::1:role/a"] {
            assert!(text.parse::<RoleArn>().is_err(), "{text}");
        }
    }

    #[test]
    fn sessions_have_limits() {
        for text in ["15m", "1h30m", "12h"] {
            assert!(text.parse::<SessionDuration>().is_ok(), "{text}");
        }
        for text in ["14m59s", "12h1s", "an hour"] {
            assert!(text.parse::<SessionDuration>().is_err(), "{text}");
        }
    }
}

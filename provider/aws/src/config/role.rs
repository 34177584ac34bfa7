//! Roles to assume.

use std::path::PathBuf;
use std::time::Duration;

use super::Secret;
use crate::Tags;

/// A role to assume with the credentials at hand.
#[derive(Clone, Debug, Default)]
pub struct AssumeRole {
    /// Its resource name.
    pub role_arn: String,
    /// The name of the session, which shows up in the account's records; one is made up when there is none.
    pub session_name: Option<String>,
    /// How long the credentials last; the service's own limit otherwise.
    pub duration: Option<Duration>,
    /// What the owner of the role wants to be told.
    pub external_id: Option<Secret>,
    /// A policy, in JSON, that leaves the session fewer permissions.
    pub policy: Option<String>,
    /// Managed policies that do the same.
    pub policy_arns: Vec<String>,
    /// Who stands behind the session.
    pub source_identity: Option<String>,
    /// Tags of the session.
    pub tags: Tags,
    /// The tags that the sessions of further roles keep.
    pub transitive_tag_keys: Vec<String>,
}

/// A role to assume with a token of an identity provider. What is unset comes from `AWS_ROLE_ARN`,
/// `AWS_ROLE_SESSION_NAME` and `AWS_WEB_IDENTITY_TOKEN_FILE`.
#[derive(Clone, Debug, Default)]
pub struct WebIdentity {
    /// The resource name of the role.
    pub role_arn: Option<String>,
    /// The name of the session.
    pub session_name: Option<String>,
    /// How long the credentials last.
    pub duration: Option<Duration>,
    /// A policy, in JSON, that leaves the session fewer permissions.
    pub policy: Option<String>,
    /// Managed policies that do the same.
    pub policy_arns: Vec<String>,
    /// The token.
    pub token: Option<Secret>,
    /// The file that holds the token; it is read each time credentials are needed.
    pub token_file: Option<PathBuf>,
}

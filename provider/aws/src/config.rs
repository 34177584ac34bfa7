//! What an operator may configure about the connection to AWS.

use std::fmt;
use std::path::PathBuf;

/// The connection settings; anything left unset is found where the AWS tools look for it (environment variables,
/// shared configuration files, container and instance roles).
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The region of every call.
    pub region: Option<String>,
    /// The access key id; wins over every other source of credentials when `secret_key` is set as well.
    pub access_key: Option<String>,
    /// The secret access key that belongs to `access_key`.
    pub secret_key: Option<Secret>,
    /// The session token that belongs to temporary keys.
    pub token: Option<Secret>,
    /// The profile to read from the shared files.
    pub profile: Option<String>,
    /// Configuration files read in place of `~/.aws/config`.
    pub shared_config_files: Vec<PathBuf>,
    /// Credentials files read in place of `~/.aws/credentials`.
    pub shared_credentials_files: Vec<PathBuf>,
    /// Addresses of the services, for private endpoints and emulators.
    pub endpoints: Endpoints,
    /// How often a failed call is repeated; 9 when neither this nor `AWS_MAX_ATTEMPTS` is set.
    pub max_retries: Option<u32>,
    /// Whether to use endpoints that speak IPv6 as well.
    pub use_dualstack_endpoint: Option<bool>,
    /// Whether to use endpoints with FIPS 140 validated cryptography.
    pub use_fips_endpoint: Option<bool>,
    /// Never ask the instance metadata service for a region or credentials.
    pub skip_metadata_api_check: bool,
    /// The folder in which creations are written down until their outcome is known; nowhere when there is none.
    pub state_dir: Option<PathBuf>,
    /// Settings whose values are not known yet. No call is made before they are: it could reach the wrong account.
    pub unresolved: Vec<String>,
    /// The version reported in the user agent of every request, as `groundup/<version>`.
    pub version: Option<String>,
}

/// Addresses of single services that replace those of the region.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Elastic Compute Cloud.
    pub ec2: Option<String>,
    /// Elastic Load Balancing version 2.
    pub elbv2: Option<String>,
    /// Security Token Service.
    pub sts: Option<String>,
}

impl Config {
    /// Whether keys are given here, so that no other source is asked.
    #[must_use]
    pub fn has_static_keys(&self) -> bool {
        self.access_key.is_some() && self.secret_key.is_some()
    }

    /// Whether any service is reached at an address other than the region's own.
    pub(crate) fn overrides_endpoints(&self) -> bool {
        let Endpoints { ec2, elbv2, sts } = &self.endpoints;
        ec2.is_some()
            || elbv2.is_some()
            || sts.is_some()
            || ENDPOINT_VARIABLES.iter().any(|name| is_set(name))
    }

    /// Whether the instance metadata service may be asked. With keys at hand there is no need, and beside an
    /// emulator or on a laptop the question costs seconds and finds nothing.
    pub(crate) fn may_ask_metadata_service(&self) -> bool {
        !(self.skip_metadata_api_check || self.has_static_keys() || self.overrides_endpoints())
    }

    /// The profile to use. The SDK knows `AWS_PROFILE` but not its older twin, which other tools honour.
    pub(crate) fn profile_name(&self) -> Option<String> {
        let older = || (!is_set("AWS_PROFILE")).then(|| variable("AWS_DEFAULT_PROFILE")).flatten();
        self.profile.clone().or_else(older)
    }
}

const ENDPOINT_VARIABLES: [&str; 4] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
    "AWS_ENDPOINT_URL_STS",
];

pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(crate) fn is_set(name: &str) -> bool {
    variable(name).is_some()
}

/// A text that never shows up in logs.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let config = Config {
            access_key: Some("AKIAEXAMPLE".into()),
            secret_key: Some(Secret::new("hunter2")),
            token: Some(Secret::new("hunter3")),
            ..Config::default()
        };
        let shown = format!("{config:?}");
        assert!(shown.contains("AKIAEXAMPLE"), "{shown}");
        assert!(!shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn keys_or_an_endpoint_spare_the_metadata_service() {
        let keys =
            Config { access_key: Some("a".into()), secret_key: Some(Secret::new("b")), ..Config::default() };
        assert!(!keys.may_ask_metadata_service());
        let endpoint = Config {
            endpoints: Endpoints { sts: Some("http://127.0.0.1:1".into()), ..Endpoints::default() },
            ..Config::default()
        };
        assert!(!endpoint.may_ask_metadata_service());
    }
}

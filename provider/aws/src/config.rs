//! What an operator may configure about the connection to AWS.

mod accounts;
mod environment;
mod role;
mod secret;

use std::path::PathBuf;

use crate::IgnoredTags;

pub use accounts::Accounts;
pub(crate) use environment::{expand_home, is_set, variable};
pub use role::{AssumeRole, WebIdentity};
pub use secret::Secret;

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
    /// The profile to read from the shared files. Its credentials win over those of the environment.
    pub profile: Option<String>,
    /// Configuration files read in place of `~/.aws/config`.
    pub shared_config_files: Vec<PathBuf>,
    /// Credentials files read in place of `~/.aws/credentials`.
    pub shared_credentials_files: Vec<PathBuf>,
    /// Roles to assume, each with the credentials of the one before.
    pub assume_role: Vec<AssumeRole>,
    /// The role to assume with a token of an identity provider, before all others.
    pub web_identity: Option<WebIdentity>,
    /// Which accounts may be worked on.
    pub accounts: Accounts,
    /// Addresses of the services, for private endpoints and emulators.
    pub endpoints: Endpoints,
    /// The region of the Security Token Service, when it is another one.
    pub sts_region: Option<String>,
    /// Whether to use endpoints that speak IPv6 as well.
    pub use_dualstack_endpoint: Option<bool>,
    /// Whether to use endpoints with FIPS 140 validated cryptography.
    pub use_fips_endpoint: Option<bool>,
    /// Where the instance metadata service is.
    pub metadata_service: MetadataService,
    /// Whether never to ask the instance metadata service for a region or credentials.
    pub skip_metadata_api_check: bool,
    /// The only certificates to trust, in PEM.
    pub custom_ca_bundle: Option<PathBuf>,
    /// Whether to trust any certificate.
    pub insecure: bool,
    /// The proxies between this machine and the services.
    pub proxies: Proxies,
    /// How often a failed call is repeated; 9 when neither this nor `AWS_MAX_ATTEMPTS` is set.
    pub max_retries: Option<u32>,
    /// How failed calls are repeated.
    pub retry_mode: Option<RetryMode>,
    /// Tags that belong to somebody else.
    pub ignored_tags: IgnoredTags,
    /// Do not ask whether the credentials work before they are used.
    pub skip_credentials_validation: bool,
    /// Take any name for a region.
    pub skip_region_validation: bool,
    /// Do not ask for the account; names of objects that need it lack it.
    pub skip_requesting_account_id: bool,
    /// The folder in which creations are written down until their outcome is known; nowhere when there is none.
    pub state_dir: Option<PathBuf>,
    /// Settings whose values are not known yet. No call is made before they are: it could reach the wrong account.
    pub unresolved: Vec<String>,
    /// Who calls, reported in the user agent of every request: names with their versions.
    pub agents: Vec<(String, String)>,
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

/// Where the instance metadata service is.
#[derive(Clone, Debug, Default)]
pub struct MetadataService {
    /// Its address.
    pub endpoint: Option<String>,
    /// The protocol of its usual address: `IPv4` or `IPv6`.
    pub mode: Option<String>,
}

/// Proxies, each empty for none and unset for what the environment says.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For services at `http` addresses; for all when nothing names another.
    pub http: Option<String>,
    /// For services at `https` addresses.
    pub https: Option<String>,
    /// The hosts that are reached without a proxy, separated by commas.
    pub no: Option<String>,
}

/// How failed calls are repeated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RetryMode {
    /// With growing pauses.
    Standard,
    /// Also with a rate that follows what the service lets through.
    Adaptive,
}

impl Config {
    /// Whether keys are given here, so that no other source is asked.
    #[must_use]
    pub fn has_static_keys(&self) -> bool {
        self.access_key.is_some() && self.secret_key.is_some()
    }

    /// Whether any service is reached at an address other than the region's own.
    pub(crate) fn overrides_endpoints(&self) -> bool {
        let Endpoints { ec2, elbv2, .. } = &self.endpoints;
        ec2.is_some()
            || elbv2.is_some()
            || is_set("AWS_ENDPOINT_URL_EC2")
            || is_set("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2")
            || self.overrides_sts()
    }

    fn overrides_sts(&self) -> bool {
        self.endpoints.sts.is_some() || is_set("AWS_ENDPOINT_URL_STS") || is_set("AWS_ENDPOINT_URL")
    }

    /// Whether to ask who the credentials belong to before they are used. Beside an emulator of other services the
    /// real one would be asked, and know nothing of them.
    pub(crate) fn validates_credentials(&self) -> bool {
        let elsewhere = self.overrides_endpoints() && !self.overrides_sts();
        self.accounts != Accounts::Any || !(self.skip_credentials_validation || elsewhere)
    }

    /// Whether somebody says where the instance metadata service is.
    pub(crate) fn names_metadata_service(&self) -> bool {
        self.metadata_service.endpoint.is_some() || is_set("AWS_EC2_METADATA_SERVICE_ENDPOINT")
    }

    /// Why the instance metadata service is not asked, if it is not. With keys at hand there is no need, and beside
    /// an emulator or on a laptop the question costs seconds and finds nothing.
    pub(crate) fn spares_metadata_service(&self) -> Option<&'static str> {
        if self.skip_metadata_api_check {
            Some("not asked, because of `skip_metadata_api_check`")
        } else if variable("AWS_EC2_METADATA_DISABLED").is_some_and(|is| is.eq_ignore_ascii_case("true")) {
            Some("not asked, because of AWS_EC2_METADATA_DISABLED")
        } else if self.overrides_endpoints() && !self.names_metadata_service() {
            Some("not asked, because the address of a service is set")
        } else {
            None
        }
    }

    /// The profile to use, and who names it. The SDK knows `AWS_PROFILE` but not its older twin, which other tools
    /// honour.
    pub(crate) fn profile_name(&self) -> Option<(String, &'static str)> {
        let argument = self.profile.clone().map(|profile| (profile, "`profile`"));
        argument.or_else(|| {
            let names = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
            names.into_iter().find_map(|name| Some((variable(name)?, name)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let secret = |text: &str| Some(Secret::new(text));
        let config = Config {
            access_key: Some("AKIAEXAMPLE".into()),
            secret_key: secret("hunter2"),
            token: secret("hunter3"),
            assume_role: vec![AssumeRole { external_id: secret("hunter4"), ..AssumeRole::default() }],
            web_identity: Some(WebIdentity { token: secret("hunter5"), ..WebIdentity::default() }),
            ..Config::default()
        };
        let shown = format!("{config:?}");
        assert!(shown.contains("AKIAEXAMPLE"), "{shown}");
        assert!(!shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn the_metadata_service_is_spared_beside_an_emulator() {
        let endpoints = Endpoints { sts: Some("http://127.0.0.1:1".into()), ..Endpoints::default() };
        let beside = Config { endpoints, ..Config::default() };
        assert!(beside.spares_metadata_service().is_some());
        let skipped = Config { skip_metadata_api_check: true, ..Config::default() };
        assert_eq!(
            skipped.spares_metadata_service(),
            Some("not asked, because of `skip_metadata_api_check`")
        );
    }

    #[test]
    fn credentials_of_an_emulator_are_not_shown_to_others() {
        let with = |sts: Option<&str>, accounts| Config {
            endpoints: Endpoints {
                ec2: Some("http://127.0.0.1:1".into()),
                sts: sts.map(Into::into),
                ..Endpoints::default()
            },
            accounts,
            ..Config::default()
        };
        assert!(!with(None, Accounts::Any).validates_credentials());
        assert!(with(Some("http://127.0.0.1:1"), Accounts::Any).validates_credentials());
        assert!(with(None, Accounts::Only(vec!["123456789012".into()])).validates_credentials());
    }
}

//! The provider's own configuration, and what it gives to resources.

use jiff::Timestamp;
use tfplugin::prelude::*;
use tfplugin::{Host, Provider};

use crate::common::seen::Seen;
use crate::common::state_dir::state_dir;
use crate::common::tags::{self, Tags};
use crate::compute::PlannedAddresses;
use crate::load_balancer::TargetType;
use crate::network::{Planned, PlannedRanges, SubnetRanges};
use crate::{compute, delivery, functions, kubernetes, load_balancer, network, pki};

/// The provider.
pub(crate) struct Groundup;

/// The `groundup` provider builds Kubernetes from the ground up on AWS: network, load balancer, instances,
/// certificates, kubeconfigs, encryption config and their delivery.
///
/// Certificates, kubeconfigs, encryption configs, files and functions need neither credentials nor a region; AWS is
/// contacted when the first AWS resource needs it.
///
/// What is being created in AWS is written down in `.terraform/groundup`, so that an apply after a crash takes over what
/// the crashed one has left behind. The environment variable `GROUNDUP_STATE_DIR` names another folder, one for each
/// configuration: where runs begin in a fresh folder, as in most pipelines, let it be one that is kept between them.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Config {
    /// AWS region. Also `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's region.
    #[attr(optional)]
    region: Attr<String>,
    /// Access key id. Also `AWS_ACCESS_KEY_ID`, shared files, or a role.
    #[attr(optional)]
    access_key: Attr<String>,
    /// Secret access key. Also `AWS_SECRET_ACCESS_KEY`.
    #[attr(optional)]
    secret_key: Attr<Secret>,
    /// Session token of temporary credentials. Also `AWS_SESSION_TOKEN`.
    #[attr(optional)]
    token: Attr<Secret>,
    /// Profile of the shared configuration and credentials files. Also `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`.
    #[attr(optional)]
    profile: Attr<String>,
    /// Paths of shared configuration files. Also `AWS_CONFIG_FILE`; by default `~/.aws/config`.
    #[attr(optional)]
    shared_config_files: Attr<Vec<String>>,
    /// Paths of shared credentials files. Also `AWS_SHARED_CREDENTIALS_FILE`; by default `~/.aws/credentials`.
    #[attr(optional)]
    shared_credentials_files: Attr<Vec<String>>,
    /// How often a failed call to AWS is repeated; 9 by default. Also `AWS_MAX_ATTEMPTS`.
    #[attr(optional)]
    max_retries: Attr<u32>,
    /// Whether to use endpoints that speak IPv6 as well. Also `AWS_USE_DUALSTACK_ENDPOINT`.
    #[attr(optional)]
    use_dualstack_endpoint: Attr<bool>,
    /// Whether to use endpoints with FIPS 140 validated cryptography. Also `AWS_USE_FIPS_ENDPOINT`.
    #[attr(optional)]
    use_fips_endpoint: Attr<bool>,
    /// Whether never to ask the EC2 instance metadata service for a region or credentials.
    #[attr(optional)]
    skip_metadata_api_check: Attr<bool>,
    /// How remarks about certificates are treated: `compat` (the default) warns about what only a linter dislikes, such
    /// as the country `UK`; `strict` refuses it. What a verifier would reject is refused in both.
    #[attr(optional)]
    strictness: Attr<Strictness>,
    /// Addresses of single AWS services, for private endpoints and emulators.
    #[attr(block, max = 1)]
    endpoints: Attr<Vec<Endpoints>>,
    /// Tags of every AWS object that can have tags; a resource's own tags win.
    #[attr(block, max = 1)]
    default_tags: Attr<Vec<DefaultTags>>,
}

string_enum! {
    /// How remarks about certificates are treated.
    pub(crate) enum Strictness {
        /// With a warning.
        Compat = "compat",
        /// As errors.
        Strict = "strict",
    }
}

/// Addresses of single AWS services.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Endpoints {
    /// Address of EC2. Also `AWS_ENDPOINT_URL_EC2` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    ec2: Attr<String>,
    /// Address of Elastic Load Balancing. Also `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    elbv2: Attr<String>,
    /// Address of the Security Token Service. Also `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    sts: Attr<String>,
}

/// Tags of every AWS object.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct DefaultTags {
    /// Tags by key.
    #[attr(optional)]
    tags: Attr<Tags>,
}

/// What resources work with.
#[derive(Debug)]
pub(crate) struct Client {
    aws: aws::Clients,
    default_tags: Tags,
    strictness: pki_core::Strictness,
    planned: Planned,
    planned_subnets: PlannedRanges,
    subnet_ranges: SubnetRanges,
    planned_addresses: PlannedAddresses,
    subnet_zones: Seen<String>,
    target_types: Seen<TargetType>,
}

impl Client {
    /// AWS. Configuration and credentials are looked at when the first call needs them.
    pub(crate) const fn aws(&self) -> &aws::Clients {
        &self.aws
    }

    /// The provider's tags for every object.
    pub(crate) const fn default_tags(&self) -> &Tags {
        &self.default_tags
    }

    /// How remarks about certificates are treated.
    pub(crate) const fn strictness(&self) -> pki_core::Strictness {
        self.strictness
    }

    /// What has been planned so far.
    pub(crate) const fn planned(&self) -> &Planned {
        &self.planned
    }

    /// The subnets that the plan is about to create.
    pub(crate) const fn planned_subnets(&self) -> &PlannedRanges {
        &self.planned_subnets
    }

    /// The ranges of the subnets that there are.
    pub(crate) const fn subnet_ranges(&self) -> &SubnetRanges {
        &self.subnet_ranges
    }

    /// The addresses that the plan is about to give to new instances.
    pub(crate) const fn planned_addresses(&self) -> &PlannedAddresses {
        &self.planned_addresses
    }

    /// The availability zones of subnets.
    pub(crate) const fn subnet_zones(&self) -> &Seen<String> {
        &self.subnet_zones
    }

    /// What the targets of target groups are.
    pub(crate) const fn target_types(&self) -> &Seen<TargetType> {
        &self.target_types
    }

    /// The present moment.
    #[expect(clippy::unused_self, reason = "the one place that knows the time, for whoever has a client")]
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl Provider for Groundup {
    const NAME: &'static str = "groundup";
    type Config = Config;
    type Client = Client;

    fn validate(config: &Config, check: &mut Check) {
        match (config.access_key.is_set(), config.secret_key.is_set()) {
            (true, false) => {
                check.error("access_key", "Missing Argument", "`secret_key` is required with `access_key`.");
            }
            (false, true) => {
                check.error("secret_key", "Missing Argument", "`access_key` is required with `secret_key`.");
            }
            _ => {}
        }
        if let Some([default_tags]) = config.default_tags.known().map(Vec::as_slice) {
            let path = Path::from("default_tags").index(0).attr("tags");
            tags::validate_at(check, &path, &default_tags.tags);
        }
    }

    async fn configure(config: Config, host: Host) -> Result<Client> {
        let default_tags = config
            .default_tags
            .known()
            .and_then(|blocks| blocks.first())
            .map(|block| block.tags.or_default());
        let strictness = match config.strictness.known() {
            Some(Strictness::Strict) => pki_core::Strictness::Strict,
            Some(Strictness::Compat) | None => pki_core::Strictness::Compat,
        };
        Ok(Client {
            aws: aws::Clients::new(config.aws(&host)),
            default_tags: default_tags.unwrap_or_default(),
            strictness,
            planned: Planned::default(),
            planned_subnets: PlannedRanges::default(),
            subnet_ranges: SubnetRanges::default(),
            planned_addresses: PlannedAddresses::default(),
            subnet_zones: Seen::default(),
            target_types: Seen::default(),
        })
    }

    fn registry() -> Registry<Client> {
        let rooms = [
            network::register,
            load_balancer::register,
            compute::register,
            pki::register,
            kubernetes::register,
            delivery::register,
            functions::register,
        ];
        rooms.into_iter().fold(Registry::new(), |registry, register| register(registry))
    }
}

impl Config {
    fn aws(&self, host: &Host) -> aws::Config {
        let endpoints = self.endpoints.known().and_then(|blocks| blocks.first()).cloned().unwrap_or_default();
        let files = |files: &Attr<Vec<String>>| files.or_default().into_iter().map(Into::into).collect();
        let secret = |secret: &Attr<Secret>| secret.known().map(|secret| aws::Secret::new(secret.expose()));
        aws::Config {
            region: self.region.known().cloned(),
            access_key: self.access_key.known().cloned(),
            secret_key: secret(&self.secret_key),
            token: secret(&self.token),
            profile: self.profile.known().cloned(),
            shared_config_files: files(&self.shared_config_files),
            shared_credentials_files: files(&self.shared_credentials_files),
            max_retries: self.max_retries.known().copied(),
            use_dualstack_endpoint: self.use_dualstack_endpoint.known().copied(),
            use_fips_endpoint: self.use_fips_endpoint.known().copied(),
            skip_metadata_api_check: self.skip_metadata_api_check.or(false),
            state_dir: Some(state_dir()),
            unresolved: self.unresolved(),
            endpoints: aws::Endpoints {
                ec2: endpoints.ec2.into_known(),
                elbv2: endpoints.elbv2.into_known(),
                sts: endpoints.sts.into_known(),
            },
            version: Some(format!("{} (host {})", env!("CARGO_PKG_VERSION"), host.version)),
        }
    }

    /// The arguments that decide where calls go and that another object decides later.
    fn unresolved(&self) -> Vec<String> {
        let arguments = [
            ("region", self.region.is_unknown()),
            ("access_key", self.access_key.is_unknown()),
            ("secret_key", self.secret_key.is_unknown()),
            ("token", self.token.is_unknown()),
            ("profile", self.profile.is_unknown()),
            ("shared_config_files", self.shared_config_files.is_unknown()),
            ("shared_credentials_files", self.shared_credentials_files.is_unknown()),
            ("endpoints", self.endpoints.is_unknown()),
        ];
        arguments.into_iter().filter(|(_, unknown)| *unknown).map(|(name, _)| format!("`{name}`")).collect()
    }
}

#[cfg(test)]
mod tests {
    use tfplugin::Service;

    use super::*;

    #[test]
    fn every_schema_obeys_the_rules_of_terraform() {
        for (name, schema) in Service::<Groundup>::new().all_schemas() {
            assert_eq!(schema.faults(), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn unknown_settings_are_named() {
        let config = Config { region: Attr::Unknown, ..Config::default() };
        assert_eq!(config.unresolved(), ["`region`"]);
        assert_eq!(Config::default().unresolved(), Vec::<String>::new());
    }
}

//! The provider block.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tfplugin::Host;
use tfplugin::prelude::*;

use super::role::{AssumeRole, TokenRole};
use super::{seed, tag_rules};
use crate::common::state_dir::state_dir;
use crate::common::tags::Tags;

/// The `groundup` provider builds Kubernetes from the ground up on AWS: network, load balancer, instances,
/// certificates, kubeconfigs, encryption config and their delivery.
///
/// Certificates, kubeconfigs, encryption configs, files and functions need neither credentials nor a region; AWS is
/// contacted when the first AWS resource needs it.
///
/// What is being created in AWS is written down in `.terraform/groundup`, so that an apply after a crash takes over what
/// the crashed one has left behind. The environment variable `GROUNDUP_STATE_DIR` names another folder, one for each
/// configuration: where runs begin in a fresh folder, as in most pipelines, let it be one that is kept between them.
///
/// ## Keys from a seed
///
/// A key can be derived: `derive = { label = "prod/ca" }` names it, and it follows from the provider's seed, so that it is
/// stored nowhere and the same in every run. The seed is 32 random bytes. Make it once, for each cluster its own:
///
/// ```shell
/// openssl rand -base64 32                   # for a secrets manager
/// groundup-pki seed --out cluster.seed      # or as a file that only its owner can read
/// (umask 077; openssl rand -base64 32 > cluster.seed)
/// ```
///
/// Whoever has the seed has every key that is derived from it, and whoever loses it has none of them: keep it in a secrets
/// manager, and a copy where no outage reaches it. It comes from there by `GROUNDUP_PKI_SEED`, by `pki_seed_file`, or by
/// `pki_seed` and a variable (`TF_VAR_pki_seed`) or an ephemeral resource of the secrets manager's provider.
///
/// **Declare the variable with `ephemeral = true`.** One that is only `sensitive` is written into every plan file, in the
/// clear. An ephemeral one is not, so that `terraform apply plan.tfplan` wants it again. The same holds for the files and
/// variables of the seed: a saved plan does not replace them.
///
/// A derived key that is another one than before, because the seed is, is the error `Derived Key Differs`, and never
/// replaces the old one by itself. To change the seed, give the old one as `previous_pki_seed` beside the new one: keys
/// stay what they are until their generations are raised, and those of a raised generation are of the new seed.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Config {
    /// AWS region. Also `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's region, or that of the instance.
    #[attr(optional)]
    pub(super) region: Attr<String>,
    /// Access key id. Also `AWS_ACCESS_KEY_ID`, shared files, or a role.
    #[attr(optional)]
    pub(super) access_key: Attr<String>,
    /// Secret access key. Also `AWS_SECRET_ACCESS_KEY`.
    #[attr(optional)]
    pub(super) secret_key: Attr<Secret>,
    /// Session token of temporary credentials. Also `AWS_SESSION_TOKEN`.
    #[attr(optional)]
    pub(super) token: Attr<Secret>,
    /// Profile of the shared configuration and credentials files; its credentials win over those of the environment.
    /// Also `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, which keys of the environment win over.
    #[attr(optional)]
    pub(super) profile: Attr<String>,
    /// Paths of shared configuration files. Also `AWS_CONFIG_FILE`; by default `~/.aws/config`.
    #[attr(optional)]
    pub(super) shared_config_files: Attr<Vec<String>>,
    /// Paths of shared credentials files. Also `AWS_SHARED_CREDENTIALS_FILE`; by default `~/.aws/credentials`.
    #[attr(optional)]
    pub(super) shared_credentials_files: Attr<Vec<String>>,
    /// The only accounts to work on: anything else stops before the first call. Conflicts with `forbidden_account_ids`.
    #[attr(optional)]
    pub(super) allowed_account_ids: Attr<BTreeSet<String>>,
    /// Accounts never to work on. Conflicts with `allowed_account_ids`.
    #[attr(optional)]
    pub(super) forbidden_account_ids: Attr<BTreeSet<String>>,
    /// How often a failed call to AWS is repeated; 9 by default. Also `AWS_MAX_ATTEMPTS`, which counts the first call
    /// as well.
    #[attr(optional)]
    pub(super) max_retries: Attr<u32>,
    /// How failed calls are repeated: `standard` (the default), or `adaptive`, which also slows down to what AWS lets
    /// through. Also `AWS_RETRY_MODE`.
    #[attr(optional)]
    pub(super) retry_mode: Attr<RetryMode>,
    /// PEM file of the only certificates to trust, for networks that open TLS and for private endpoints. Also
    /// `AWS_CA_BUNDLE`; by default the system's certificates.
    #[attr(optional)]
    pub(super) custom_ca_bundle: Attr<String>,
    /// Whether to trust any certificate of AWS. Whoever is on the way can read and change what is sent.
    #[attr(optional)]
    pub(super) insecure: Attr<bool>,
    /// Address of a proxy for services at `http` addresses, and for those at `https` addresses when nothing names
    /// another. Also `HTTP_PROXY`. This machine and its metadata service are never behind a proxy.
    #[attr(optional)]
    pub(super) http_proxy: Attr<Secret>,
    /// Address of a proxy for services at `https` addresses; empty for none. Also `HTTPS_PROXY`.
    #[attr(optional)]
    pub(super) https_proxy: Attr<Secret>,
    /// Hosts, domains and networks that are reached without a proxy, separated by commas. Also `NO_PROXY`.
    #[attr(optional)]
    pub(super) no_proxy: Attr<String>,
    /// Address of the EC2 instance metadata service. Also `AWS_EC2_METADATA_SERVICE_ENDPOINT`.
    #[attr(optional)]
    pub(super) ec2_metadata_service_endpoint: Attr<String>,
    /// Protocol of the EC2 instance metadata service, `IPv4` or `IPv6`. Also `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`.
    #[attr(optional)]
    pub(super) ec2_metadata_service_endpoint_mode: Attr<MetadataMode>,
    /// Region of the Security Token Service, when it is another one.
    #[attr(optional)]
    pub(super) sts_region: Attr<String>,
    /// Whether to use endpoints that speak IPv6 as well. Also `AWS_USE_DUALSTACK_ENDPOINT`.
    #[attr(optional)]
    pub(super) use_dualstack_endpoint: Attr<bool>,
    /// Whether to use endpoints with FIPS 140 validated cryptography. Also `AWS_USE_FIPS_ENDPOINT`.
    #[attr(optional)]
    pub(super) use_fips_endpoint: Attr<bool>,
    /// Whether never to ask the EC2 instance metadata service for a region or credentials.
    #[attr(optional)]
    pub(super) skip_metadata_api_check: Attr<bool>,
    /// Whether not to ask the Security Token Service, before anything else, whether the credentials work.
    #[attr(optional)]
    pub(super) skip_credentials_validation: Attr<bool>,
    /// Whether to take any name for a region.
    #[attr(optional)]
    pub(super) skip_region_validation: Attr<bool>,
    /// Whether not to ask for the account id; ARNs that the provider puts together lack it then.
    #[attr(optional)]
    pub(super) skip_requesting_account_id: Attr<bool>,
    /// How remarks about certificates are treated: `compat` (the default) warns about what only a linter dislikes, such
    /// as the country `UK`; `strict` refuses it. What a verifier would reject is refused in both.
    #[attr(optional)]
    pub(super) strictness: Attr<Strictness>,
    /// What derived keys follow from: 32 random bytes in base64, or 64 hexadecimal digits. Also `GROUNDUP_PKI_SEED`. Declare
    /// the variable that it comes from with `ephemeral = true`: one that is only `sensitive` is written into plan files. An
    /// apply of a saved plan needs it again. See [Keys from a seed](#keys-from-a-seed).
    #[attr(optional, check = seed::check)]
    pub(super) pki_seed: Attr<Secret>,
    /// Path of a file that holds the seed, and that nobody but its owner can read. It is never created here:
    /// `groundup-pki seed --out` does that. It wins over `GROUNDUP_PKI_SEED`, and excludes `pki_seed`.
    #[attr(optional)]
    pub(super) pki_seed_file: Attr<String>,
    /// The seed before, while it is being replaced: keys that were made with it are found with it as long as their
    /// generations are not raised. New keys are never derived from it.
    #[attr(optional, check = seed::check)]
    pub(super) previous_pki_seed: Attr<Secret>,
    /// Roles to assume, each with the credentials of the one before.
    #[attr(block)]
    pub(super) assume_role: Attr<Vec<AssumeRole>>,
    /// Role to assume with a token of an identity provider, as pipelines do.
    #[attr(block, max = 1)]
    pub(super) assume_role_with_web_identity: Attr<Vec<TokenRole>>,
    /// Addresses of single AWS services, for private endpoints and emulators.
    #[attr(block, max = 1)]
    pub(super) endpoints: Attr<Vec<Endpoints>>,
    /// Tags of every AWS object that can have tags; a resource's own tags win. Also `TF_AWS_DEFAULT_TAGS_<key>`.
    #[attr(block, max = 1)]
    pub(super) default_tags: Attr<Vec<DefaultTags>>,
    /// Tags that others put on the AWS objects, such as Kubernetes' controllers: they are neither shown nor removed.
    #[attr(block, max = 1)]
    pub(super) ignore_tags: Attr<Vec<IgnoreTags>>,
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

string_enum! {
    /// How failed calls are repeated.
    pub(crate) enum RetryMode {
        /// With growing pauses.
        Standard = "standard",
        /// Also with a rate that follows what AWS lets through.
        Adaptive = "adaptive",
    }
}

string_enum! {
    /// Protocol of the instance metadata service.
    pub(crate) enum MetadataMode {
        /// At 169.254.169.254.
        V4 = "IPv4",
        /// At fd00:ec2::254.
        V6 = "IPv6",
    }
}

/// Addresses of single AWS services.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Endpoints {
    /// Address of EC2. Also `AWS_ENDPOINT_URL_EC2` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    pub(super) ec2: Attr<String>,
    /// Address of Elastic Load Balancing. Also `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    pub(super) elbv2: Attr<String>,
    /// Address of the Security Token Service. Also `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL`.
    #[attr(optional)]
    pub(super) sts: Attr<String>,
}

/// Tags of every AWS object.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct DefaultTags {
    /// Tags by key.
    #[attr(optional)]
    pub(super) tags: Attr<Tags>,
}

/// Tags that others put on the AWS objects.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct IgnoreTags {
    /// Keys. Also `TF_AWS_IGNORE_TAGS_KEYS`, separated by commas.
    #[attr(optional)]
    pub(super) keys: Attr<BTreeSet<String>>,
    /// What keys begin with. Also `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`, separated by commas.
    #[attr(optional)]
    pub(super) key_prefixes: Attr<BTreeSet<String>>,
}

impl Config {
    pub(super) fn default_tags(&self) -> Tags {
        tag_rules::default_tags(first(&self.default_tags).map(|block| block.tags.or_default()))
    }

    pub(super) fn ignored_tags(&self) -> aws::IgnoredTags {
        let block = first(&self.ignore_tags).cloned().unwrap_or_default();
        tag_rules::ignored_tags(block.keys.or_default(), block.key_prefixes.or_default())
    }

    /// The settings of the connection to AWS.
    pub(super) fn aws(&self, host: &Host) -> aws::Config {
        let endpoints = first(&self.endpoints).cloned().unwrap_or_default();
        let files = |files: &Attr<Vec<String>>| files.or_default().into_iter().map(PathBuf::from).collect();
        let roles = self.assume_role.known().into_iter().flatten();
        aws::Config {
            region: self.region.known().cloned(),
            access_key: self.access_key.known().cloned(),
            secret_key: secret(&self.secret_key),
            token: secret(&self.token),
            profile: self.profile.known().cloned(),
            shared_config_files: files(&self.shared_config_files),
            shared_credentials_files: files(&self.shared_credentials_files),
            assume_role: roles.map(AssumeRole::aws).collect(),
            web_identity: first(&self.assume_role_with_web_identity).map(TokenRole::aws),
            accounts: self.accounts(),
            endpoints: aws::Endpoints {
                ec2: endpoints.ec2.into_known(),
                elbv2: endpoints.elbv2.into_known(),
                sts: endpoints.sts.into_known(),
            },
            sts_region: self.sts_region.known().cloned(),
            use_dualstack_endpoint: self.use_dualstack_endpoint.known().copied(),
            use_fips_endpoint: self.use_fips_endpoint.known().copied(),
            metadata_service: aws::MetadataService {
                endpoint: self.ec2_metadata_service_endpoint.known().cloned(),
                mode: self.ec2_metadata_service_endpoint_mode.known().map(ToString::to_string),
            },
            skip_metadata_api_check: self.skip_metadata_api_check.or(false),
            custom_ca_bundle: self.custom_ca_bundle.known().map(PathBuf::from),
            insecure: self.insecure.or(false),
            proxies: aws::Proxies {
                http: self.http_proxy.known().map(|url| url.expose().to_owned()),
                https: self.https_proxy.known().map(|url| url.expose().to_owned()),
                no: self.no_proxy.known().cloned(),
            },
            max_retries: self.max_retries.known().copied(),
            retry_mode: self.retry_mode.known().map(|mode| match mode {
                RetryMode::Standard => aws::RetryMode::Standard,
                RetryMode::Adaptive => aws::RetryMode::Adaptive,
            }),
            ignored_tags: self.ignored_tags(),
            skip_credentials_validation: self.skip_credentials_validation.or(false),
            skip_region_validation: self.skip_region_validation.or(false),
            skip_requesting_account_id: self.skip_requesting_account_id.or(false),
            state_dir: Some(state_dir()),
            unresolved: self.unresolved(),
            agents: vec![
                ("groundup".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
                ("Terraform".to_owned(), host.version.clone()),
            ],
        }
    }

    fn accounts(&self) -> aws::Accounts {
        let list = |accounts: &Attr<BTreeSet<String>>| accounts.or_default().into_iter().collect();
        match (self.allowed_account_ids.is_set(), self.forbidden_account_ids.is_set()) {
            (true, _) => aws::Accounts::Only(list(&self.allowed_account_ids)),
            (false, true) => aws::Accounts::Except(list(&self.forbidden_account_ids)),
            (false, false) => aws::Accounts::Any,
        }
    }

    /// The arguments that decide where calls go and that another object decides later.
    fn unresolved(&self) -> Vec<String> {
        let roles = self.assume_role.known().is_some_and(|roles| roles.iter().any(AssumeRole::is_open));
        let token = first(&self.assume_role_with_web_identity).is_some_and(TokenRole::is_open);
        let endpoint = first(&self.endpoints).is_some_and(|endpoints| {
            [&endpoints.ec2, &endpoints.elbv2, &endpoints.sts].into_iter().any(Attr::is_unknown)
        });
        let arguments = [
            ("region", self.region.is_unknown()),
            ("access_key", self.access_key.is_unknown()),
            ("secret_key", self.secret_key.is_unknown()),
            ("token", self.token.is_unknown()),
            ("profile", self.profile.is_unknown()),
            ("shared_config_files", self.shared_config_files.is_unknown()),
            ("shared_credentials_files", self.shared_credentials_files.is_unknown()),
            ("allowed_account_ids", self.allowed_account_ids.is_unknown()),
            ("forbidden_account_ids", self.forbidden_account_ids.is_unknown()),
            ("custom_ca_bundle", self.custom_ca_bundle.is_unknown()),
            ("http_proxy", self.http_proxy.is_unknown()),
            ("https_proxy", self.https_proxy.is_unknown()),
            ("sts_region", self.sts_region.is_unknown()),
            ("assume_role", self.assume_role.is_unknown() || roles),
            ("assume_role_with_web_identity", self.assume_role_with_web_identity.is_unknown() || token),
            ("endpoints", self.endpoints.is_unknown() || endpoint),
        ];
        arguments.into_iter().filter(|(_, unknown)| *unknown).map(|(name, _)| format!("`{name}`")).collect()
    }
}

/// The one block that there may be.
pub(super) fn first<T>(blocks: &Attr<Vec<T>>) -> Option<&T> {
    blocks.known().and_then(|blocks| blocks.first())
}

pub(super) fn secret(secret: &Attr<Secret>) -> Option<aws::Secret> {
    secret.known().map(|secret| aws::Secret::new(secret.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_settings_are_named() {
        let endpoints = vec![Endpoints { sts: Attr::Unknown, ..Endpoints::default() }];
        let config = Config { region: Attr::Unknown, endpoints: endpoints.into(), ..Config::default() };
        assert_eq!(config.unresolved(), ["`region`", "`endpoints`"]);
        assert_eq!(Config::default().unresolved(), Vec::<String>::new());
    }
}

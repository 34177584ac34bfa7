//! The provider's own configuration, and what it gives to resources.

mod check;
mod config;
mod role;
mod seed;
mod tag_rules;

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use tfplugin::prelude::*;
use tfplugin::{Gate, Host, Provider};

use self::config::{Config, Strictness};
pub(crate) use self::seed::{Seeds, unknown as unknown_seed};
use crate::common::cidr::Ipv4Cidr;
use crate::common::seen::Seen;
use crate::common::tags::Tags;
use crate::compute::PlannedAddresses;
use crate::load_balancer::TargetType;
use crate::network::Planned;
use crate::{compute, delivery, functions, kubernetes, load_balancer, network, pki};

/// The provider.
pub(crate) struct Groundup;

/// What resources work with.
#[derive(Debug)]
pub(crate) struct Client {
    aws: aws::Clients,
    default_tags: Tags,
    /// Whether the user knows that AWS cannot be used.
    told: AtomicBool,
    strictness: pki_core::Strictness,
    seeds: Seeds,
    planned: Planned,
    subnet_ranges: Seen<Ipv4Cidr>,
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

    /// What keys are derived from.
    pub(crate) const fn seeds(&self) -> &Seeds {
        &self.seeds
    }

    /// What has been planned so far.
    pub(crate) const fn planned(&self) -> &Planned {
        &self.planned
    }

    /// The ranges of subnets.
    pub(crate) const fn subnet_ranges(&self) -> &Seen<Ipv4Cidr> {
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

    /// Looks whether AWS can be used, before anything of AWS is planned or read: what does not work is told once, and
    /// not for each object. Settings that another object decides later may be right.
    pub(crate) async fn reach_aws(&self) -> Result<Gate> {
        if self.aws.is_unresolved() {
            return Ok(Gate::Open);
        }
        match self.aws.ready().await {
            Ok(()) => Ok(Gate::Open),
            Err(_) if self.told.swap(true, Ordering::Relaxed) => Ok(Gate::Told),
            Err(error) => Err(error).during("AWS Cannot Be Used"),
        }
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
        check::check(config, check);
    }

    async fn configure(config: Config, host: Host) -> Result<Client> {
        check::check_files(&config)?;
        let strictness = match config.strictness.known() {
            Some(Strictness::Strict) => pki_core::Strictness::Strict,
            Some(Strictness::Compat) | None => pki_core::Strictness::Compat,
        };
        Ok(Client {
            aws: aws::Clients::new(config.aws(&host)),
            default_tags: config.default_tags(),
            told: AtomicBool::new(false),
            strictness,
            seeds: Seeds::new(&config),
            planned: Planned::default(),
            subnet_ranges: Seen::default(),
            planned_addresses: PlannedAddresses::default(),
            subnet_zones: Seen::default(),
            target_types: Seen::default(),
        })
    }

    fn farewell(client: &Client) {
        client.aws.settle();
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
}

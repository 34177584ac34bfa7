//! Compute: key pairs, instances, and what they are chosen from.

mod ami;
mod availability_zones;
mod caller_identity;
mod filter;
mod instance;
mod key_pair;
mod planned_addresses;

use tfplugin::Registry;

use crate::Client;

pub(crate) use instance::USER_DATA_LIMIT;
pub(crate) use planned_addresses::PlannedAddresses;

/// What this room offers.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Compute")
        .gate(|client: std::sync::Arc<Client>| async move { client.reach_aws().await })
        .resource::<instance::Instance>()
        .resource::<key_pair::KeyPair>()
        .data_source::<ami::Ami>()
        .data_source::<availability_zones::AvailabilityZones>()
        .data_source::<caller_identity::CallerIdentity>()
}

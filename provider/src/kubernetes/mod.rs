//! Files that Kubernetes' programs read.

mod encryption_config;
mod kubeconfig;
mod yaml;

use tfplugin::prelude::*;

use crate::provider::Client;

/// Adds this room's resources.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Kubernetes")
        .resource::<kubeconfig::Kubeconfig>()
        .resource::<encryption_config::EncryptionConfig>()
}

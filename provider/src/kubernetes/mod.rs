//! Files that Kubernetes' programs read, and the keys in them.

mod encryption_config;
mod encryption_key;
mod kubeconfig;
mod symmetric;
pub(crate) mod yaml;

use tfplugin::prelude::*;

use crate::provider::Client;

pub(crate) use encryption_config::EncryptionConfig;
pub(crate) use kubeconfig::Kubeconfig;

/// Adds this room's resources.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Kubernetes")
        .resource::<kubeconfig::Kubeconfig>()
        .resource::<encryption_config::EncryptionConfig>()
        .ephemeral::<encryption_key::EncryptionKey>()
}

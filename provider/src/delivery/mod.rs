//! Files brought to where they are used.

mod atomic_file;
mod file;
mod mode;

use tfplugin::prelude::*;

use crate::provider::Client;

/// Adds this room's resources.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry.category("Delivery").resource::<file::LocalFile>()
}

//! Room.

use tfplugin::Registry;

use crate::Client;

/// What this room offers.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
}

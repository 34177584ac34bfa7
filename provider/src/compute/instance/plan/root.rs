//! Planning the root volume.

use tfplugin::prelude::*;

use super::super::Instance;
use super::super::launch::first;
use super::super::observe::{Take, known_mut, root_volume};
use super::super::root_block_device::{RootBlockDevice, VolumeType};
use super::keep;
use crate::Client;

/// What is told of a volume that shall shrink.
pub(in super::super) const SHRINKS: &str = "Volume Cannot Shrink";

pub(in super::super) fn shrinks(current: i32) -> String {
    format!(
        "The root volume has {current} GiB, and a volume never shrinks. Set `volume_size` to {current} or more. A \
         smaller volume needs another instance: `terraform taint` this one, and it will be replaced."
    )
}

pub(super) async fn refine(plan: &mut Plan<Instance>, prior: &Instance, cx: &Cx<Client>) -> Result<()> {
    let Some(config) = first(&plan.config.root_block_device).cloned() else { return Ok(()) };
    let before = match first(&prior.root_block_device) {
        Some(device) => device.clone(),
        None => current(prior, cx).await?,
    };
    let Some(planned) = known_mut(&mut plan.planned.root_block_device).first_mut() else { return Ok(()) };
    keep(&config.encrypted, &before.encrypted, &mut planned.encrypted);
    keep(&config.kms_key_id, &before.kms_key_id, &mut planned.kms_key_id);
    keep(&config.volume_size, &before.volume_size, &mut planned.volume_size);
    keep(&config.volume_type, &before.volume_type, &mut planned.volume_type);
    // With the type, and with the size of most types, the service chooses anew what is not configured.
    let is_gp3 = planned.volume_type == VolumeType::Gp3.into();
    if planned.volume_type == before.volume_type && (is_gp3 || planned.volume_size == before.volume_size) {
        keep(&config.iops, &before.iops, &mut planned.iops);
        keep(&config.throughput, &before.throughput, &mut planned.throughput);
    } else {
        keep(&config.iops, &Attr::Unknown, &mut planned.iops);
        keep(&config.throughput, &Attr::Unknown, &mut planned.throughput);
    }
    let planned = planned.clone();
    let path = Path::from("root_block_device").index(0);
    if planned.encrypted != before.encrypted {
        plan.require_replace(path.attr("encrypted"));
    }
    if planned.kms_key_id != before.kms_key_id {
        plan.require_replace(path.attr("kms_key_id"));
    }
    if let (Some(before), Some(after)) = (before.volume_size.known(), planned.volume_size.known())
        && after < before
        && plan.replace.is_empty()
    {
        plan.error(path.attr("volume_size"), SHRINKS, shrinks(*before));
    }
    Ok(())
}

/// The root volume as it is, for a configuration that begins to speak of it.
async fn current(prior: &Instance, cx: &Cx<Client>) -> Result<RootBlockDevice> {
    let id = prior.id.value()?;
    let seen = cx.client.aws().ec2().instance(id).await.during("Unable to Read Instance")?;
    let mut device = RootBlockDevice::default();
    if let Some(seen) = seen
        && let Some((name, volume)) = root_volume(&seen, cx).await?
    {
        device.take(Take::Everything, &name, &volume);
    }
    Ok(device)
}

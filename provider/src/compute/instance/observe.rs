//! What AWS tells about an instance, taken into the model.

use std::collections::BTreeSet;

use aws::ec2::{self, Volume};
use tfplugin::prelude::*;

use super::Instance;
use super::user_data::Encoded;
use crate::Client;
use crate::common::id::SecurityGroupId;
use crate::common::tags;

/// How much of what AWS tells is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Take {
    /// All of it: the state is read.
    Everything,
    /// Only what the plan left open: the plan is carried out.
    Unknown,
}

impl Take {
    /// Takes a value, be it null.
    pub(super) fn value<T>(self, attr: &mut Attr<T>, seen: impl Into<Attr<T>>) {
        if self == Self::Everything || attr.is_unknown() {
            *attr = seen.into();
        }
    }

    /// Takes a value where AWS tells one; what it does not tell stays as it is.
    pub(super) fn reported<T>(self, attr: &mut Attr<T>, seen: Option<T>) {
        if seen.is_some() || attr.is_unknown() {
            self.value(attr, seen);
        }
    }
}

impl Instance {
    /// Takes over what the description of the instance tells.
    pub(super) fn take(&mut self, take: Take, seen: &ec2::Instance) -> Result<()> {
        const SUMMARY: &str = "Unable to Understand Instance";
        take.value(&mut self.ami, seen.image_id.parse().map(Attr::Known).during(SUMMARY).at("ami")?);
        take.value(&mut self.availability_zone, seen.availability_zone.clone());
        take.value(&mut self.ebs_optimized, seen.ebs_optimized);
        // That there is none can be configured, or left open.
        let none = self.iam_instance_profile.known().map(|_| String::new());
        take.value(&mut self.iam_instance_profile, seen.iam_instance_profile.clone().or(none));
        take.value(&mut self.instance_state, seen.state.to_string());
        take.value(&mut self.instance_type, seen.instance_type.clone());
        take.value(&mut self.key_name, seen.key_name.clone());
        take.value(&mut self.monitoring, seen.monitoring);
        take.value(&mut self.primary_network_interface_id, seen.primary_interface_id.clone());
        take.value(&mut self.private_dns, seen.private_dns.clone().unwrap_or_default());
        take.reported(&mut self.private_ip, seen.private_ip.clone().and_then(|ip| Parsed::new(ip).ok()));
        take.value(&mut self.public_dns, seen.public_dns.clone().unwrap_or_default());
        take.value(&mut self.public_ip, seen.public_ip.clone().unwrap_or_default());
        take.value(&mut self.source_dest_check, seen.source_dest_check);
        let subnet = seen.subnet_id.as_deref().map(str::parse).transpose().during(SUMMARY).at("subnet_id")?;
        take.value(&mut self.subnet_id, subnet);
        let groups = seen
            .security_group_ids
            .iter()
            .map(|id| id.parse())
            .collect::<Result<BTreeSet<SecurityGroupId>, _>>();
        take.value(&mut self.vpc_security_group_ids, groups.during(SUMMARY).at("vpc_security_group_ids")?);
        for options in known_mut(&mut self.metadata_options) {
            options.take(take, &seen.metadata_options);
        }
        Ok(())
    }

    /// Reads the root volume, where the model speaks of it.
    pub(super) async fn take_root(
        &mut self,
        take: Take,
        seen: &ec2::Instance,
        cx: &Cx<Client>,
    ) -> Result<()> {
        let blocks = known_mut(&mut self.root_block_device);
        if blocks.is_empty() {
            return Ok(());
        }
        let Some((device, volume)) = root_volume(seen, cx).await? else { return Ok(()) };
        for block in blocks {
            block.take(take, &device, &volume);
            if take == Take::Everything {
                block.take_tags(&volume, cx);
            }
        }
        Ok(())
    }

    /// Reads what costs a call of its own, where the model speaks of it.
    pub(super) async fn take_attributes(&mut self, cx: &Cx<Client>) -> Result<()> {
        const SUMMARY: &str = "Unable to Read Instance";
        let (ec2, id) = (cx.client.aws().ec2(), self.id.value()?.clone());
        if self.user_data.is_set() || self.user_data_base64.is_set() {
            let data = ec2.user_data(&id).await.during(SUMMARY)?;
            self.take_user_data(data.unwrap_or_default());
        }
        if self.disable_api_termination.is_set() {
            self.disable_api_termination = ec2.api_termination_disabled(&id).await.during(SUMMARY)?.into();
        }
        if self.instance_initiated_shutdown_behavior.is_set() {
            let behavior = ec2.shutdown_behavior(&id).await.during(SUMMARY)?;
            self.instance_initiated_shutdown_behavior = behavior.and_then(|word| word.parse().ok()).into();
        }
        Ok(())
    }

    /// Takes over the user data, in those of the two forms that the model has.
    fn take_user_data(&mut self, data: Vec<u8>) {
        if self.user_data.is_set() {
            // What is no text cannot be what the configuration says; nothing is the honest difference.
            self.user_data = String::from_utf8(data.clone()).ok().into();
        }
        if self.user_data_base64.is_set() {
            self.user_data_base64 = Parsed::of(Encoded::new(data)).into();
        }
    }

    /// Takes over the tags that AWS tells.
    pub(super) fn take_tags(&mut self, seen: &ec2::Instance, cx: &Cx<Client>) {
        tags::read(&mut self.tags, &mut self.tags_all, seen.tags.clone(), cx);
    }
}

/// Whether an instance has, or is about to have, an address in the Internet. One that is being launched does not show
/// it yet; its subnet decides.
pub(super) async fn gets_public_address(seen: &ec2::Instance, cx: &Cx<Client>) -> Result<bool> {
    match (&seen.state, &seen.subnet_id) {
        (ec2::InstanceState::Pending, Some(subnet)) if seen.public_ip.is_none() => {
            let subnet = cx.client.aws().ec2().subnet(subnet).await.during("Unable to Read Subnet")?;
            Ok(subnet.is_some_and(|subnet| subnet.attributes.map_public_ip_on_launch))
        }
        _ => Ok(seen.public_ip.is_some()),
    }
}

/// The root device of an instance and the volume on it; `None` when it boots from no volume.
pub(super) async fn root_volume(
    seen: &ec2::Instance,
    cx: &Cx<Client>,
) -> Result<Option<(ec2::RootDevice, Volume)>> {
    let Some(device) = seen.root_device.clone() else { return Ok(None) };
    let Some(id) = &device.volume_id else { return Ok(None) };
    let volume = cx.client.aws().ec2().volume(id).await.during("Unable to Read Root Volume")?;
    Ok(volume.map(|volume| (device, volume)))
}

/// The blocks of an attribute, to change.
pub(super) fn known_mut<T>(blocks: &mut Attr<Vec<T>>) -> &mut [T] {
    match blocks {
        Attr::Known(blocks) => blocks,
        _ => &mut [],
    }
}

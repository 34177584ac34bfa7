//! What a launch asks for.

use aws::ec2::{self, Launch};
use tfplugin::prelude::*;

use super::credit_specification::is_burstable;
use super::root_block_device::RootBlockDevice;
use super::{Instance, MetadataOptions};
use crate::Client;
use crate::common::tags;

impl Instance {
    /// What to launch.
    pub(super) fn launch(&self, cx: &Cx<Client>) -> Launch {
        let root = first(&self.root_block_device);
        let volume_tags = match root {
            Some(device) => tags::all(&device.tags_all),
            None => tags::all(&cx.client.default_tags().clone().into()),
        };
        let metadata_options = first(&self.metadata_options);
        let instance_type = self.instance_type.or_default();
        let credits = first(&self.credit_specification).filter(|_| is_burstable(&instance_type));
        Launch {
            image_id: self.ami.known().map(ToString::to_string).unwrap_or_default(),
            subnet_id: self.subnet_id.known().map(ToString::to_string),
            availability_zone: self.availability_zone.known().cloned(),
            private_ip: self.private_ip.known().map(|address| **address),
            associate_public_ip_address: self.associate_public_ip_address.known().copied(),
            security_group_ids: self
                .vpc_security_group_ids
                .or_default()
                .iter()
                .map(ToString::to_string)
                .collect(),
            key_name: self.key_name.known().cloned(),
            user_data: self.user_data_bytes().filter(|data| !data.is_empty()),
            iam_instance_profile: self.iam_instance_profile.known().filter(|name| !name.is_empty()).cloned(),
            disable_api_termination: self.disable_api_termination.known().copied(),
            shutdown_behavior: self.instance_initiated_shutdown_behavior.known().map(ToString::to_string),
            monitoring: self.monitoring.known().copied(),
            ebs_optimized: self.ebs_optimized.known().copied(),
            cpu_credits: credits.and_then(|credits| credits.cpu_credits.known()).map(ToString::to_string),
            metadata_options: metadata_options.map(MetadataOptions::launch),
            root_volume: root.map(RootBlockDevice::launch),
            tags: tags::all(&self.tags_all),
            volume_tags,
            instance_type,
        }
    }
}

impl MetadataOptions {
    /// The options to launch with.
    fn launch(&self) -> ec2::MetadataOptions {
        self.wanted(&ec2::MetadataOptions::default())
    }
}

/// The block of an attribute that has at most one.
pub(super) fn first<T>(blocks: &Attr<Vec<T>>) -> Option<&T> {
    blocks.known().and_then(|blocks| blocks.first())
}

//! Instances: what the service tells about them.

mod attribute;
mod capacity;
mod change;
mod launch;
mod lifecycle;
mod profile;

use std::fmt;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    InstanceMetadataOptionsResponse, InstanceMetadataOptionsState, InstanceNetworkInterface,
    InstanceStateName, MonitoringState, StateReason,
};

use super::{Ec2, PAGE, any_of, tags, volume};
use crate::batch::{Described, Key, Reach, Scope};
use crate::{Result, Tags, failed};

pub use launch::{Launch, RootVolume};

/// An instance as the service describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The id, which begins with `i-`.
    pub id: String,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The image it was launched from.
    pub image_id: String,
    /// `t3.small`, ...
    pub instance_type: String,
    /// Where it is in its life.
    pub state: InstanceState,
    /// Why it came to be in that state, where the service gives a reason.
    pub state_reason: Option<String>,
    /// The zone it runs in.
    pub availability_zone: Option<String>,
    /// The VPC of its primary interface.
    pub vpc_id: Option<String>,
    /// The subnet of its primary interface.
    pub subnet_id: Option<String>,
    /// The address in the subnet.
    pub private_ip: Option<String>,
    /// The name of that address inside the VPC.
    pub private_dns: Option<String>,
    /// The address in the Internet; it changes when the instance stops and starts.
    pub public_ip: Option<String>,
    /// The name of that address.
    pub public_dns: Option<String>,
    /// The key pair it was launched with.
    pub key_name: Option<String>,
    /// The name of the IAM instance profile.
    pub iam_instance_profile: Option<String>,
    /// Whether detailed monitoring is on.
    pub monitoring: bool,
    /// Whether it was launched with bandwidth for volumes of its own; of types that always have it, the service says
    /// no.
    pub ebs_optimized: bool,
    /// How the metadata service answers on it.
    pub metadata_options: MetadataOptions,
    /// Whether a change of the metadata options is under way.
    pub metadata_options_pending: bool,
    /// The id of the primary interface.
    pub primary_interface_id: Option<String>,
    /// How many interfaces it has.
    pub interfaces: usize,
    /// The security groups of the primary interface.
    pub security_group_ids: Vec<String>,
    /// Whether the primary interface drops packets of others.
    pub source_dest_check: bool,
    /// The device it boots from.
    pub root_device: Option<RootDevice>,
    /// The tags.
    pub tags: Tags,
}

/// Where an instance is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstanceState {
    /// Being launched or started.
    Pending,
    /// At work.
    Running,
    /// On the way to being stopped.
    Stopping,
    /// Stopped; it can be started again.
    Stopped,
    /// On the way to being terminated.
    ShuttingDown,
    /// Gone; the service remembers it for about an hour.
    Terminated,
    /// A state this library does not know.
    Other(String),
}

/// How the instance metadata service answers on an instance. What is `None` is left to the image and the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataOptions {
    /// `enabled` or `disabled`.
    pub http_endpoint: Option<String>,
    /// `optional`, or `required` for session tokens.
    pub http_tokens: Option<String>,
    /// Over how many hops the answer to a token request may travel; containers need 2.
    pub http_put_response_hop_limit: Option<i32>,
    /// `enabled` to answer over IPv6 as well.
    pub http_protocol_ipv6: Option<String>,
    /// `enabled` to show the instance its own tags.
    pub instance_metadata_tags: Option<String>,
}

/// The device an instance boots from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootDevice {
    /// The device name, such as `/dev/sda1`.
    pub name: String,
    /// The volume; absent while it is being attached.
    pub volume_id: Option<String>,
    /// Whether the volume goes with the instance.
    pub delete_on_termination: Option<bool>,
}

const ID: &str = "instance-id";

impl Ec2<'_> {
    /// The instance of that id. One that is terminated still shows for about an hour.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn instance(&self, id: &str) -> Result<Option<Instance>> {
        self.one(&self.reads().instances, ID, id).await
    }
}

impl Described for Instance {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_instances().filters(any_of(property, values));
        let reservations = request.into_paginator().page_size(PAGE).items().send().try_collect().await;
        let reservations = reservations.map_err(failed("ec2:DescribeInstances"))?.into_iter();
        let instances = reservations.flat_map(|reservation| {
            let (instances, owner) = (reservation.instances.unwrap_or_default(), reservation.owner_id);
            instances.into_iter().map(move |instance| from_sdk(instance, owner.clone()))
        });
        Ok(instances.collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }

    fn explore(&self, scope: &Scope) {
        if let Some(vpc_id) = &self.vpc_id {
            scope.meet_neighbour(vpc_id);
        }
        if let Some(volume_id) = self.root_device.as_ref().and_then(|device| device.volume_id.as_ref()) {
            scope.meet(volume::ID, volume_id);
        }
    }

    fn reach(scope: &Scope, calls: usize) -> Option<Reach> {
        scope.vpcs(calls)
    }
}

impl InstanceState {
    /// The word the service has for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
            Self::Other(word) => word,
        }
    }

    /// Whether the instance is gone for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::ShuttingDown | Self::Terminated)
    }
}

impl fmt::Display for InstanceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<InstanceStateName> for InstanceState {
    fn from(name: InstanceStateName) -> Self {
        match name {
            InstanceStateName::Pending => Self::Pending,
            InstanceStateName::Running => Self::Running,
            InstanceStateName::Stopping => Self::Stopping,
            InstanceStateName::Stopped => Self::Stopped,
            InstanceStateName::ShuttingDown => Self::ShuttingDown,
            InstanceStateName::Terminated => Self::Terminated,
            other => Self::Other(other.as_str().to_owned()),
        }
    }
}

/// `owner` is the account named by the reservation the instance belongs to.
fn from_sdk(instance: aws_sdk_ec2::types::Instance, owner: Option<String>) -> Instance {
    let root_device = root_device(&instance);
    let interfaces = instance.network_interfaces.unwrap_or_default();
    // The instance record repeats what its primary interface says, and not always faithfully.
    let primary =
        interfaces.iter().find(|interface| device_index(interface) == Some(0)).or(interfaces.first());
    let groups = primary.and_then(|interface| interface.groups.clone()).or(instance.security_groups);
    let check = primary.and_then(|interface| interface.source_dest_check).or(instance.source_dest_check);
    let metadata_state = instance.metadata_options.as_ref().and_then(|options| options.state.as_ref());
    let monitoring = instance.monitoring.and_then(|monitoring| monitoring.state);
    let state = instance.state.and_then(|state| state.name);
    Instance {
        owner_id: owner,
        image_id: instance.image_id.unwrap_or_default(),
        instance_type: instance.instance_type.map(|word| word.as_str().to_owned()).unwrap_or_default(),
        state: state.map_or_else(|| InstanceState::Other("unknown".into()), InstanceState::from),
        state_reason: instance.state_reason.and_then(state_reason),
        availability_zone: instance.placement.and_then(|placement| placement.availability_zone),
        vpc_id: not_empty(instance.vpc_id),
        subnet_id: not_empty(instance.subnet_id),
        private_ip: not_empty(instance.private_ip_address),
        private_dns: not_empty(instance.private_dns_name),
        public_ip: not_empty(instance.public_ip_address),
        public_dns: not_empty(instance.public_dns_name),
        key_name: not_empty(instance.key_name),
        iam_instance_profile: instance
            .iam_instance_profile
            .and_then(|profile| profile.arn)
            .map(profile::name),
        ebs_optimized: instance.ebs_optimized.unwrap_or_default(),
        monitoring: matches!(monitoring, Some(MonitoringState::Enabled | MonitoringState::Pending)),
        metadata_options_pending: metadata_state == Some(&InstanceMetadataOptionsState::Pending),
        metadata_options: instance.metadata_options.map(metadata_options).unwrap_or_default(),
        primary_interface_id: primary.and_then(|interface| interface.network_interface_id.clone()),
        interfaces: interfaces.len(),
        security_group_ids: groups
            .unwrap_or_default()
            .into_iter()
            .filter_map(|group| group.group_id)
            .collect(),
        source_dest_check: check.unwrap_or(true),
        root_device,
        tags: tags::from_sdk(instance.tags),
        id: instance.instance_id.unwrap_or_default(),
    }
}

/// The code and the message, which often begins with it.
fn state_reason(reason: StateReason) -> Option<String> {
    match (not_empty(reason.code), not_empty(reason.message)) {
        (Some(code), Some(message)) if !message.starts_with(&code) => Some(format!("{code}: {message}")),
        (code, message) => message.or(code),
    }
}

fn device_index(interface: &InstanceNetworkInterface) -> Option<i32> {
    interface.attachment.as_ref().and_then(|attachment| attachment.device_index)
}

fn root_device(instance: &aws_sdk_ec2::types::Instance) -> Option<RootDevice> {
    let name = instance.root_device_name.as_ref()?;
    let mappings = instance.block_device_mappings.as_deref().unwrap_or_default();
    let ebs = mappings.iter().find(|mapping| mapping.device_name.as_ref() == Some(name));
    let ebs = ebs.and_then(|mapping| mapping.ebs.as_ref());
    Some(RootDevice {
        name: name.clone(),
        volume_id: ebs.and_then(|ebs| ebs.volume_id.clone()),
        delete_on_termination: ebs.and_then(|ebs| ebs.delete_on_termination),
    })
}

fn metadata_options(options: InstanceMetadataOptionsResponse) -> MetadataOptions {
    MetadataOptions {
        http_endpoint: options.http_endpoint.map(|word| word.as_str().to_owned()),
        http_tokens: options.http_tokens.map(|word| word.as_str().to_owned()),
        http_put_response_hop_limit: options.http_put_response_hop_limit,
        http_protocol_ipv6: options.http_protocol_ipv6.map(|word| word.as_str().to_owned()),
        instance_metadata_tags: options.instance_metadata_tags.map(|word| word.as_str().to_owned()),
    }
}

fn not_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;

//! Launching an instance.

use std::net::Ipv4Addr;
use std::time::Instant;

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::types::{
    BlockDeviceMapping, CreditSpecificationRequest, EbsBlockDevice, InstanceMetadataEndpointState,
    InstanceMetadataOptionsRequest, InstanceNetworkInterfaceSpecification, InstanceType, Placement,
    ResourceType, RunInstancesMonitoringEnabled, ShutdownBehavior, TagSpecification, VolumeType,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::{Ec2, once, tags};
use super::{Instance, MetadataOptions, from_sdk, profile};
use crate::creation::{Creation, Token};
use crate::limits::{ADDRESS_RELEASE, VISIBILITY};
use crate::{Error, Result, Safeguard, Tags, Wait, failed};

const OPERATION: &str = "ec2:RunInstances";

/// What to launch. What is `None` or empty is left to the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The image.
    pub image_id: String,
    /// `t3.small`, ...
    pub instance_type: String,
    /// The subnet; a default one of the default VPC when absent.
    pub subnet_id: Option<String>,
    /// The zone, when there is no subnet to decide it.
    pub availability_zone: Option<String>,
    /// The address in the subnet.
    pub private_ip: Option<Ipv4Addr>,
    /// Whether to give it an address in the Internet; the subnet decides when absent.
    pub associate_public_ip_address: Option<bool>,
    /// The security groups; the VPC's default group when empty.
    pub security_group_ids: Vec<String>,
    /// The key pair.
    pub key_name: Option<String>,
    /// What cloud-init reads at the first boot.
    pub user_data: Option<Vec<u8>>,
    /// The name of the IAM instance profile.
    pub iam_instance_profile: Option<String>,
    /// Whether to protect it from being terminated.
    pub disable_api_termination: Option<bool>,
    /// What becomes of it when it shuts itself down: `stop` or `terminate`.
    pub shutdown_behavior: Option<String>,
    /// Whether to turn detailed monitoring on.
    pub monitoring: Option<bool>,
    /// Whether to give it bandwidth for volumes of its own.
    pub ebs_optimized: Option<bool>,
    /// How it gets CPU credits, `standard` or `unlimited`; for burstable types only.
    pub cpu_credits: Option<String>,
    /// How the metadata service shall answer.
    pub metadata_options: Option<MetadataOptions>,
    /// How the root volume shall differ from the image's.
    pub root_volume: Option<RootVolume>,
    /// The tags of the instance.
    pub tags: Tags,
    /// The tags of its volumes.
    pub volume_tags: Tags,
}

/// How a root volume shall differ from the image's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootVolume {
    /// The size in GiB.
    pub size: Option<i32>,
    /// `gp3`, `gp2`, `io2`, ...
    pub volume_type: Option<String>,
    /// Operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
    /// Whether to encrypt it. `false` means what the image and the account say.
    pub encrypted: bool,
    /// The key to encrypt it with.
    pub kms_key_id: Option<String>,
    /// Whether the volume goes with the instance.
    pub delete_on_termination: Option<bool>,
}

impl Ec2<'_> {
    /// Launches an instance and returns at once, while it is still pending.
    ///
    /// Waits up to three minutes for an address that its last owner has not quite released, and up to two for a
    /// subnet, security group or IAM profile that is new. That there is no capacity is told at once.
    ///
    /// # Errors
    ///
    /// When the service refuses, or the patience ends; then with what holds the address.
    pub async fn run_instance(&self, launch: &Launch, wait: &Wait) -> Result<Instance> {
        let device = match &launch.root_volume {
            Some(_) => Some(self.root_device_name(&launch.image_id).await?),
            None => None,
        };
        let device = device.as_deref();
        let attempt = |token: Token| async move {
            let instance = self.launch(launch, device, &token, &token, wait).await?;
            if !instance.state.is_gone() {
                return Ok(instance);
            }
            // The client token brought back an instance of an earlier attempt, which has ended meanwhile.
            self.launch(launch, device, &token, &Token::random(), wait).await
        };
        let look = |token: Token| async move {
            let found = self.made_as::<Instance>(&token).await?;
            Ok(found.into_iter().find(|instance| !instance.state.is_gone()))
        };
        self.clients
            .create(Creation { kind: "instance", tagged: true, request: launch, wait }, attempt, look)
            .await
    }

    async fn launch(
        &self,
        launch: &Launch,
        root_device_name: Option<&str>,
        token: &Token,
        client_token: &Token,
        wait: &Wait,
    ) -> Result<Instance> {
        let client = self.sdk().await?;
        let attempt = || async {
            let request = request(client.run_instances(), launch, root_device_name, token);
            let client_token = Some(client_token.to_string()).filter(|_| Safeguard::ClientToken.is_on());
            let request = request.set_client_token(client_token).customize().config_override(once());
            request.send().await.map_err(failed(OPERATION))
        };
        let started = Instant::now();
        let passes = |error: &Error| match error.code() {
            Some("InvalidIPAddress.InUse") => Safeguard::AddressRelease.is_on(),
            _ => is_new(error) && Safeguard::Visibility.is_on() && started.elapsed() < VISIBILITY,
        };
        let holders = || self.holders_of_address(launch.subnet_id.as_deref(), launch.private_ip);
        let wait = wait.at_most(ADDRESS_RELEASE);
        let reply = wait.retry_blocked("launch of an instance", passes, attempt, holders).await?;
        let owner = reply.owner_id;
        let instance = reply.instances.and_then(|mut instances| instances.pop());
        let instance =
            instance.map(|instance| from_sdk(instance, owner)).filter(|instance| !instance.id.is_empty());
        instance.ok_or_else(|| Error::reply(OPERATION, "the reply names no instance"))
    }
}

/// Whether the service does not know something that may have been made a moment ago.
fn is_new(error: &Error) -> bool {
    const OF_THE_NETWORK: [&str; 3] =
        ["InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"];
    error.has_code(&OF_THE_NETWORK) || profile::is_unknown(error)
}

fn request(
    request: RunInstancesFluentBuilder,
    launch: &Launch,
    root_device_name: Option<&str>,
    token: &Token,
) -> RunInstancesFluentBuilder {
    let interface = InstanceNetworkInterfaceSpecification::builder()
        .device_index(0)
        .set_subnet_id(launch.subnet_id.clone())
        .set_private_ip_address(launch.private_ip.map(|address| address.to_string()))
        .set_associate_public_ip_address(launch.associate_public_ip_address)
        .set_groups((!launch.security_group_ids.is_empty()).then(|| launch.security_group_ids.clone()))
        // Otherwise the address may outlive the instance, and no other instance can have it.
        .delete_on_termination(true)
        .build();
    let zone =
        launch.availability_zone.as_ref().map(|zone| Placement::builder().availability_zone(zone).build());
    let monitoring = launch.monitoring.map(|on| RunInstancesMonitoringEnabled::builder().enabled(on).build());
    let root =
        root_device_name.zip(launch.root_volume.as_ref()).map(|(name, volume)| vec![mapping(name, volume)]);
    request
        .min_count(1)
        .max_count(1)
        .image_id(&launch.image_id)
        .instance_type(InstanceType::from(launch.instance_type.as_str()))
        .network_interfaces(interface)
        .set_placement(zone)
        .set_key_name(launch.key_name.clone())
        .set_user_data(launch.user_data.as_ref().map(|data| BASE64_STANDARD.encode(data)))
        .set_iam_instance_profile(launch.iam_instance_profile.as_deref().map(profile::specification))
        .set_disable_api_termination(launch.disable_api_termination)
        .set_instance_initiated_shutdown_behavior(
            launch.shutdown_behavior.as_deref().map(ShutdownBehavior::from),
        )
        .set_monitoring(monitoring)
        .set_ebs_optimized(launch.ebs_optimized)
        .set_credit_specification(launch.cpu_credits.as_ref().map(credits))
        .set_metadata_options(launch.metadata_options.as_ref().map(metadata_options))
        .set_block_device_mappings(root)
        .set_tag_specifications(specifications(launch, token))
}

fn credits(credits: &String) -> CreditSpecificationRequest {
    CreditSpecificationRequest::builder().cpu_credits(credits).build()
}

fn specifications(launch: &Launch, token: &Token) -> Option<Vec<TagSpecification>> {
    let instance = tags::specification(ResourceType::Instance, &launch.tags, Some(token)).unwrap_or_default();
    let volume = tags::specification(ResourceType::Volume, &launch.volume_tags, None).unwrap_or_default();
    let all = [instance, volume].concat();
    (!all.is_empty()).then_some(all)
}

/// The service refuses all other options together with a disabled endpoint.
fn metadata_options(options: &MetadataOptions) -> InstanceMetadataOptionsRequest {
    let endpoint = options.http_endpoint.as_deref().map(InstanceMetadataEndpointState::from);
    if endpoint == Some(InstanceMetadataEndpointState::Disabled) {
        return InstanceMetadataOptionsRequest::builder().set_http_endpoint(endpoint).build();
    }
    InstanceMetadataOptionsRequest::builder()
        .set_http_endpoint(endpoint)
        .set_http_tokens(options.http_tokens.as_deref().map(Into::into))
        .set_http_put_response_hop_limit(options.http_put_response_hop_limit)
        .set_http_protocol_ipv6(options.http_protocol_ipv6.as_deref().map(Into::into))
        .set_instance_metadata_tags(options.instance_metadata_tags.as_deref().map(Into::into))
        .build()
}

fn mapping(device_name: &str, volume: &RootVolume) -> BlockDeviceMapping {
    let ebs = EbsBlockDevice::builder()
        .set_volume_size(volume.size)
        .set_volume_type(volume.volume_type.as_deref().map(VolumeType::from))
        .set_iops(volume.iops)
        .set_throughput(volume.throughput)
        // To say "unencrypted" of an encrypted snapshot is an error.
        .set_encrypted(volume.encrypted.then_some(true))
        .set_kms_key_id(volume.kms_key_id.clone())
        .set_delete_on_termination(volume.delete_on_termination);
    BlockDeviceMapping::builder().device_name(device_name).ebs(ebs.build()).build()
}

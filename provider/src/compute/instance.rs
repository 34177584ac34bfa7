//! `groundup_instance`: a virtual machine.

mod credit_specification;
mod import;
mod launch;
mod metadata_options;
mod observe;
mod plan;
mod root_block_device;
mod update;
mod user_data;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use aws::ec2::InstanceState;
use aws::limits::INSTANCE;
use tfplugin::prelude::*;

use self::credit_specification::CreditSpecification;
use self::metadata_options::MetadataOptions;
use self::observe::{Take, gets_public_address};
use self::root_block_device::RootBlockDevice;
use self::user_data::Encoded;
pub(crate) use self::user_data::LIMIT as USER_DATA_LIMIT;
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{ImageId, InstanceId, SecurityGroupId, SubnetId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

string_enum! {
    /// What becomes of an instance that shuts itself down.
    pub(crate) enum ShutdownBehavior {
        Stop = "stop",
        Terminate = "terminate",
    }
}

/// Which attribute is to blame when EC2 refuses a launch.
const BLAMED: [(&str, &str); 13] = [
    ("InvalidAMIID.NotFound", "ami"),
    ("InvalidAMIID.Unavailable", "ami"),
    ("InvalidAMIID.Malformed", "ami"),
    ("InvalidIPAddress.InUse", "private_ip"),
    ("InvalidKeyPair.NotFound", "key_name"),
    ("InvalidSubnetID.NotFound", "subnet_id"),
    ("InsufficientFreeAddressesInSubnet", "subnet_id"),
    ("InvalidGroup.NotFound", "vpc_security_group_ids"),
    ("InvalidSecurityGroupID.NotFound", "vpc_security_group_ids"),
    ("InsufficientInstanceCapacity", "instance_type"),
    ("InstanceLimitExceeded", "instance_type"),
    ("VcpuLimitExceeded", "instance_type"),
    ("Unsupported", "instance_type"),
];

/// A virtual machine of EC2.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/aws")]
pub(crate) struct Instance {
    /// Image to launch from, such as the `id` of the data source `groundup_ami`.
    #[attr(required, replace)]
    ami: Attr<ImageId>,
    /// ARN of the instance.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Whether the instance gets an address in the Internet at launch; without it the subnet decides. A change replaces
    /// the instance. That the address goes while the instance is stopped is no change.
    #[attr(optional, computed, keep)]
    associate_public_ip_address: Attr<bool>,
    /// Availability zone; mostly that of the subnet.
    #[attr(optional, computed, keep, replace)]
    availability_zone: Attr<String>,
    /// How the instance gets CPU credits, for the burstable types `t2`, `t3`, `t3a` and `t4g`.
    #[attr(block, max = 1)]
    credit_specification: Attr<Vec<CreditSpecification>>,
    /// Whether EC2 refuses to terminate the instance, by Terraform as by anybody.
    #[attr(optional, computed, keep)]
    disable_api_termination: Attr<bool>,
    /// Whether the instance gets bandwidth for volumes of its own; current types always have it. A change replaces the
    /// instance.
    #[attr(optional, computed, keep, replace)]
    ebs_optimized: Attr<bool>,
    /// Name of the IAM instance profile whose role the instance acts in; `""` takes it away.
    #[attr(optional, computed, keep, check = |name| profile(name))]
    iam_instance_profile: Attr<String>,
    /// Identifier of the instance.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// What becomes of the instance when it shuts itself down: `stop` or `terminate`.
    #[attr(optional, computed, keep)]
    instance_initiated_shutdown_behavior: Attr<ShutdownBehavior>,
    /// State of the instance: `pending`, `running`, `stopping` or `stopped`.
    #[attr(computed, keep)]
    instance_state: Attr<String>,
    /// Type of the instance, such as `t3.small`. A change stops the instance and starts it again.
    #[attr(required, check = |name| instance_type(name))]
    instance_type: Attr<String>,
    /// Key pair whose public key the first boot puts on the instance.
    #[attr(optional, computed, keep, replace, check = |name| key_name(name))]
    key_name: Attr<String>,
    /// How the instance metadata service answers on the instance.
    #[attr(block, max = 1)]
    metadata_options: Attr<Vec<MetadataOptions>>,
    /// Whether detailed monitoring, which costs extra, is on.
    #[attr(optional, computed, keep)]
    monitoring: Attr<bool>,
    /// Identifier of the primary network interface, for routes among others.
    #[attr(computed, keep)]
    primary_network_interface_id: Attr<String>,
    /// Host name of `private_ip` inside the VPC.
    #[attr(computed, keep)]
    private_dns: Attr<String>,
    /// IPv4 address in the subnet. Without it a free one is chosen. An instance with a fixed address cannot be replaced
    /// with `create_before_destroy`: the address is taken.
    #[attr(optional, computed, keep, replace)]
    private_ip: Attr<Parsed<Ipv4Addr>>,
    /// Host name of `public_ip`; empty when there is none.
    #[attr(computed, keep)]
    public_dns: Attr<String>,
    /// IPv4 address in the Internet; empty when there is none.
    #[attr(computed, keep)]
    public_ip: Attr<String>,
    /// The volume that the instance boots from.
    #[attr(block, max = 1)]
    root_block_device: Attr<Vec<RootBlockDevice>>,
    /// Whether the primary network interface drops packets of which the instance is neither source nor destination. A
    /// node that routes packets of pods needs it off.
    #[attr(optional, default = true)]
    source_dest_check: Attr<bool>,
    /// Subnet to launch into; by default one of the default VPC.
    #[attr(optional, computed, keep, replace)]
    subnet_id: Attr<SubnetId>,
    /// Tags of the instance.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the instance with the provider's default tags.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 10 minutes to create, 20 to change, 20 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
    /// What cloud-init reads at the first boot, at most 16 KiB. A change stops the instance and starts it again, and
    /// is not acted upon by most images; see `user_data_replace_on_change`. It is no place for secrets: it is in state, and
    /// anybody who can log in can read it.
    #[attr(optional, computed, keep, check = |text| user_data(text))]
    user_data: Attr<String>,
    /// User data in base64, for what is not text, such as the result of `base64gzip()`.
    #[attr(optional, computed, keep, check = user_data_base64)]
    user_data_base64: Attr<Parsed<Encoded>>,
    /// Whether a change of the user data replaces the instance, so that it is acted upon.
    #[attr(optional, default = false)]
    user_data_replace_on_change: Attr<bool>,
    /// Security groups of the primary network interface; by default that of the VPC.
    #[attr(optional, computed, keep)]
    vpc_security_group_ids: Attr<BTreeSet<SecurityGroupId>>,
}

impl Resource for Instance {
    const TYPE: &'static str = "instance";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[
            ("user_data", self.user_data.presence()),
            ("user_data_base64", self.user_data_base64.presence()),
        ]);
        if let Some(data) = self.user_data_bytes() {
            let form = if self.user_data.is_set() { "user_data" } else { "user_data_base64" };
            check.extend(user_data::problems(&data).map(|problem| problem.at(form)));
        }
        for (index, options) in self.metadata_options.known().into_iter().flatten().enumerate() {
            options.validate(check, &Path::from("metadata_options").index(index));
        }
        self.validate_credits(check);
        for (index, device) in self.root_block_device.known().into_iter().flatten().enumerate() {
            device.validate(check, &Path::from("root_block_device").index(index));
        }
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        plan::refine(plan, cx).await
    }

    async fn plan_destroy(prior: &Self, _cx: &Cx<Client>) -> Result<()> {
        if prior.disable_api_termination.or(false) {
            let id = prior.id.or_default();
            let detail = format!(
                "{id} is protected: EC2 would refuse to terminate it. Set `disable_api_termination = false` and apply, \
                 then destroy."
            );
            return Err(Error::at("disable_api_termination", "Instance Is Protected", detail));
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, self.timeouts.create(INSTANCE.create));
        let aws = cx.client.aws();
        let launched = aws.ec2().run_instance(&self.launch(cx), &wait).await;
        let launched = created(launched, "Unable to Launch Instance", (Self::TYPE, None), &BLAMED)?;
        self.id = launched.id.clone().into();
        saved.save(&self);
        self.arn = arn(cx, &launched).await?.into();
        let mut launching = self.clone();
        launching.take(Take::Unknown, &launched)?;
        saved.save(&launching);
        // What can be set is set before the wait, so that nothing but time is missing when that is interrupted.
        let is_set = self.set_source_dest_check(&launched, cx, &wait).await?;
        let public_ip = self.associate_public_ip_address.or(false);
        let running = aws.ec2().instance_running(&launched.id, public_ip, &wait).await;
        let running = running.during("Unable to Start Instance")?;
        if !is_set && !self.set_source_dest_check(&running, cx, &wait).await? {
            let detail = format!("AWS refuses to turn off the check of {} in its state.", launched.id);
            return Err(Error::at("source_dest_check", "Unable to Configure Instance", detail));
        }
        if self.associate_public_ip_address.is_unknown() {
            self.associate_public_ip_address = running.public_ip.is_some().into();
        }
        self.take(Take::Unknown, &running)?;
        self.take_root(Take::Unknown, &running, cx).await?;
        self.take_credits(Take::Unknown, &running, cx).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?;
        let seen = cx.client.aws().ec2().instance(id).await.during("Unable to Read Instance")?;
        // A terminated instance shows for about an hour.
        let Some(seen) = seen.filter(|seen| !seen.state.is_gone()) else { return Ok(None) };
        if self.arn.is_null() {
            self.take_imported(&seen, cx).await?;
        } else {
            self.take_attributes(cx).await?;
        }
        self.arn = arn(cx, &seen).await?.into();
        self.take(Take::Everything, &seen)?;
        if self.associate_public_ip_address.is_unknown() {
            self.associate_public_ip_address = gets_public_address(&seen, cx).await?.into();
        }
        self.take_root(Take::Everything, &seen, cx).await?;
        self.take_credits(Take::Everything, &seen, cx).await?;
        self.take_tags(&seen, cx);
        if seen.state == InstanceState::Running {
            update::runs_again(cx);
        }
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        Box::pin(update::update(self, prior, cx, saved)).await
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(INSTANCE.delete));
        let id = self.id.value()?;
        cx.client.aws().ec2().terminate_instance(id, &wait).await.during("Unable to Terminate Instance")
    }

    async fn import(id: ImportId, _cx: &Cx<Client>) -> Result<Self> {
        let id: InstanceId = id.id()?.parse().during("Invalid Import ID")?;
        Ok(Self { id: id.to_string().into(), user_data_replace_on_change: false.into(), ..Self::default() })
    }
}

impl Instance {
    /// Turns off the check for packets of others, where that is wanted. Whether it is done: AWS may refuse while an
    /// instance is being launched.
    async fn set_source_dest_check(
        &self,
        seen: &aws::ec2::Instance,
        cx: &Cx<Client>,
        wait: &aws::Wait,
    ) -> Result<bool> {
        if self.source_dest_check.known() != Some(&false) {
            return Ok(true);
        }
        let Some(interface) = &seen.primary_interface_id else { return Ok(false) };
        let ec2 = cx.client.aws().ec2();
        match wait.retry_new(interface, || ec2.set_source_dest_check(interface, false)).await {
            Err(error) if error.kind() == aws::Kind::Conflict => Ok(false),
            result => {
                result.during("Unable to Configure Instance").at("source_dest_check")?;
                Ok(true)
            }
        }
    }

    /// The user data, in whichever form it is given; empty when there is none, `None` when it is not known.
    fn user_data_bytes(&self) -> Option<Vec<u8>> {
        match (&self.user_data, &self.user_data_base64) {
            (Attr::Known(text), _) => Some(text.as_bytes().to_vec()),
            (Attr::Null, Attr::Known(encoded)) => Some(encoded.bytes().to_vec()),
            (Attr::Null, Attr::Null) => Some(Vec::new()),
            _ => None,
        }
    }
}

async fn arn(cx: &Cx<Client>, seen: &aws::ec2::Instance) -> Result<String> {
    let arn = cx.client.aws().ec2_arn(seen.owner_id.as_deref(), "instance", &seen.id).await;
    Ok(arn.during("Unable to Read Instance")?.to_string())
}

fn instance_type(name: &str) -> Result<(), String> {
    let is_name = name.split_once('.').is_some_and(|(family, size)| !family.is_empty() && !size.is_empty())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
    if is_name { Ok(()) } else { Err(format!("{name:?} is no instance type, such as `t3.small`.")) }
}

fn profile(name: &str) -> Result<(), String> {
    if name.starts_with("arn:") {
        return Err("The name of the instance profile is needed, not its ARN.".into());
    }
    Ok(())
}

fn key_name(name: &str) -> Result<(), String> {
    match name.chars().count() {
        1..=255 => Ok(()),
        length => Err(format!("The name of a key pair has 1 to 255 characters, not {length}.")),
    }
}

fn user_data(text: &str) -> Result<(), String> {
    user_data::check_size(text.as_bytes())
}

fn user_data_base64(encoded: &Parsed<Encoded>) -> Result<(), String> {
    user_data::check_size(encoded.bytes())
}

#[cfg(test)]
mod tests;

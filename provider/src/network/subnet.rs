//! `groundup_subnet`: a part of a VPC in one availability zone.

mod place;

use aws::ec2::{NewSubnet, SubnetAttribute};
use aws::limits::SUBNET;
use tfplugin::prelude::*;

use super::object::{import_id, learn, learn_owner, network_size, parse};
use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::creation::created;
use crate::common::id::{SubnetId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

string_enum! {
    /// What the private DNS names of instances are made of.
    pub(crate) enum HostnameType {
        /// The address: `ip-10-240-0-10`.
        IpName = "ip-name",
        /// The id of the instance: `i-0123456789abcdef0`.
        ResourceName = "resource-name",
    }
}

/// A subnet: a part of a VPC that lies in one availability zone.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Subnet {
    /// Id of the subnet, such as `subnet-0123456789abcdef0`.
    #[attr(computed, keep, prefix = "subnet-")]
    id: Attr<SubnetId>,
    /// Amazon Resource Name of the subnet.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the subnet.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// VPC of the subnet. A change replaces the subnet.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// IPv4 range of the subnet: within the VPC's, between a /16 and a /28, without host bits. AWS keeps the first
    /// four addresses and the last one for itself. A change replaces the subnet.
    #[attr(required, replace, check = network_size)]
    cidr_block: Attr<Parsed<Ipv4Cidr>>,
    /// Availability zone by name, such as `us-east-2a`. AWS picks any when neither this nor `availability_zone_id` is
    /// set. A change replaces the subnet.
    #[attr(optional, computed, keep, replace, check = |zone| place::zone_name(zone))]
    availability_zone: Attr<String>,
    /// Availability zone by id, such as `use2-az1`, which means the same place in every account. A change replaces the
    /// subnet.
    #[attr(optional, computed, keep, replace, check = |zone| place::zone_id(zone))]
    availability_zone_id: Attr<String>,
    /// Whether instances get a public address unless they say otherwise.
    #[attr(optional, default = false)]
    map_public_ip_on_launch: Attr<bool>,
    /// What the private DNS names of instances are made of: `ip-name` or `resource-name`. Kubernetes expects
    /// `ip-name` in certificates of kubelets that go by their host name.
    #[attr(optional, computed, keep)]
    private_dns_hostname_type_on_launch: Attr<HostnameType>,
    /// Whether names made of an instance's id resolve to its address.
    #[attr(optional, default = false)]
    enable_resource_name_dns_a_record_on_launch: Attr<bool>,
    /// Tags of the subnet.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the subnet, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 20 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for Subnet {
    const TYPE: &'static str = "subnet";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        check.at_most_one(&[
            ("availability_zone", self.availability_zone.presence()),
            ("availability_zone_id", self.availability_zone_id.presence()),
        ]);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx)?;
        if plan.is_create() {
            cx.client.planned().new_subnets.add(plan.planned.cidr_block.known().map(|range| **range));
            if plan.config.private_dns_hostname_type_on_launch.is_null() {
                plan.planned.private_dns_hostname_type_on_launch = HostnameType::IpName.into();
            }
        }
        place::judge(plan, cx).await;
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Subnet";
        const BLAMED: [(&str, &str); 4] = [
            ("InvalidSubnet.Range", "cidr_block"),
            ("InvalidSubnet.Conflict", "cidr_block"),
            ("InvalidVpcID.NotFound", "vpc_id"),
            ("InvalidParameterValue", "availability_zone"),
        ];
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(SUBNET.create)));
        let new = NewSubnet {
            vpc_id: self.vpc_id.value()?.to_string(),
            cidr_block: self.cidr_block.value()?.to_string(),
            availability_zone: self.availability_zone.known().cloned(),
            availability_zone_id: self.availability_zone_id.known().cloned(),
            tags: tags::all(&self.tags_all),
        };
        let made = ec2.create_subnet(&new, &wait).await;
        let created = created(made, SUMMARY, (Self::TYPE, Some("cidr_block")), &BLAMED)?;
        let id = parse::<SubnetId>(&created.id)?;
        cx.client.subnet_ranges().note(id.as_str(), **self.cidr_block.value()?);
        self.id = id.into();
        saved.save(&self);
        let subnet = ec2.subnet_available(&created.id, &wait).await.during(SUMMARY)?;
        self.turn(cx, &Self::fresh(), &wait).await.during(SUMMARY)?;
        learn(&mut self.availability_zone, subnet.availability_zone);
        learn(&mut self.availability_zone_id, subnet.availability_zone_id);
        self.note_zone(cx);
        let owner = subnet.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "subnet", &created.id).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found = cx.client.aws().ec2().subnet(&id).await.during("Unable to Read Subnet")?;
        let Some(subnet) = found else { return Ok(None) };
        let owner = subnet.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "subnet", &id).await?;
        self.vpc_id = parse::<VpcId>(&subnet.vpc_id)?.into();
        let range = parse::<Ipv4Cidr>(&subnet.cidr_block)?;
        cx.client.subnet_ranges().note(self.id.value()?.as_str(), range);
        self.cidr_block = Parsed::of(range).into();
        self.availability_zone = subnet.availability_zone.into();
        self.availability_zone_id = subnet.availability_zone_id.into();
        self.note_zone(cx);
        let seen = subnet.attributes;
        let kind = seen.private_dns_hostname_type.and_then(|text| text.parse().ok());
        self.map_public_ip_on_launch = seen.map_public_ip_on_launch.into();
        self.private_dns_hostname_type_on_launch = kind.unwrap_or(HostnameType::IpName).into();
        self.enable_resource_name_dns_a_record_on_launch = seen.resource_name_dns_a_record.into();
        tags::read(&mut self.tags, &mut self.tags_all, subnet.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Subnet";
        let wait = wait(cx, self.timeouts.update(SUBNET.update));
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        let retagged = cx.client.aws().ec2().retag(self.id.value()?.as_str(), &from, &to, &wait).await;
        retagged.during(SUMMARY)?;
        saved.save(&Self { tags: self.tags.clone(), tags_all: self.tags_all.clone(), ..prior.clone() });
        self.turn(cx, &prior, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(SUBNET.delete));
        cx.client
            .aws()
            .ec2()
            .delete_subnet(self.id.value()?.as_str(), &wait)
            .await
            .during("Unable to Delete Subnet")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

impl Subnet {
    /// The switches of a subnet as AWS makes it.
    fn fresh() -> Self {
        Self {
            map_public_ip_on_launch: false.into(),
            private_dns_hostname_type_on_launch: HostnameType::IpName.into(),
            enable_resource_name_dns_a_record_on_launch: false.into(),
            ..Self::default()
        }
    }

    /// Turns the switches that are to change.
    async fn turn(&self, cx: &Cx<Client>, from: &Self, wait: &aws::Wait) -> Result<()> {
        let mut changes = Vec::new();
        if self.map_public_ip_on_launch != from.map_public_ip_on_launch {
            changes.push(SubnetAttribute::MapPublicIpOnLaunch(self.map_public_ip_on_launch.or(false)));
        }
        if self.private_dns_hostname_type_on_launch != from.private_dns_hostname_type_on_launch {
            let kind = self.private_dns_hostname_type_on_launch.or(HostnameType::IpName);
            changes.push(SubnetAttribute::PrivateDnsHostnameType(kind.to_string()));
        }
        let records = &self.enable_resource_name_dns_a_record_on_launch;
        if *records != from.enable_resource_name_dns_a_record_on_launch {
            changes.push(SubnetAttribute::ResourceNameDnsARecord(records.or(false)));
        }
        for change in &changes {
            cx.client.aws().ec2().set_subnet_attribute(self.id.value()?.as_str(), change, wait).await?;
        }
        Ok(())
    }

    /// For the plans of load balancers.
    fn note_zone(&self, cx: &Cx<Client>) {
        if let (Some(id), Some(zone)) = (self.id.known(), self.availability_zone.known()) {
            cx.client.subnet_zones().note(id.as_str(), zone.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_named_in_one_way() {
        let subnet = Subnet {
            availability_zone: "us-east-2a".into(),
            availability_zone_id: "use2-az1".into(),
            ..Subnet::default()
        };
        let mut check = Check::default();
        subnet.validate(&mut check);
        assert_eq!(check.iter().next().unwrap().path, Some(Path::from("availability_zone_id")));
    }
}

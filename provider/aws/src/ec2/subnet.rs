//! Subnets: the parts of a VPC that lie in one availability zone.

use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{AttributeBooleanValue, HostnameType, ResourceType};

use super::{Ec2, PAGE, any_of, once, tags};
use crate::batch::{Described, Key, Reach, Scope, VPC};
use crate::creation::{Creation, Token, taken};
use crate::{Error, Result, Tags, Wait, failed};

/// A subnet as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subnet {
    /// The id, which begins with `subnet-`.
    pub id: String,
    /// The name of the object across all of AWS.
    pub arn: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The VPC it is part of.
    pub vpc_id: String,
    /// The IPv4 range.
    pub cidr_block: String,
    /// The zone by its name, such as `us-east-2a`, which means another place in every account.
    pub availability_zone: String,
    /// The zone by its id, such as `use2-az1`, which means the same place everywhere.
    pub availability_zone_id: String,
    /// `pending` or `available`.
    pub state: String,
    /// The switches.
    pub attributes: SubnetAttributes,
    /// The tags.
    pub tags: Tags,
}

/// A subnet to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSubnet {
    /// The VPC to make it part of.
    pub vpc_id: String,
    /// The IPv4 range.
    pub cidr_block: String,
    /// The zone by its name.
    pub availability_zone: Option<String>,
    /// The zone by its id.
    pub availability_zone_id: Option<String>,
    /// The tags to create it with.
    pub tags: Tags,
}

/// The switches of a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubnetAttributes {
    /// Whether instances get a public address.
    pub map_public_ip_on_launch: bool,
    /// What the private names of instances are made of, `ip-name` or `resource-name`; some emulators do not say.
    pub private_dns_hostname_type: Option<String>,
    /// Whether names made of the instance's id resolve.
    pub resource_name_dns_a_record: bool,
}

/// One switch of a subnet and its new position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubnetAttribute {
    /// See [`SubnetAttributes::map_public_ip_on_launch`].
    MapPublicIpOnLaunch(bool),
    /// See [`SubnetAttributes::private_dns_hostname_type`].
    PrivateDnsHostnameType(String),
    /// See [`SubnetAttributes::resource_name_dns_a_record`].
    ResourceNameDnsARecord(bool),
}

const ID: &str = "subnet-id";

impl Ec2<'_> {
    /// Creates a subnet. It is usable when it is [available](Self::subnet_available).
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the VPC has a subnet of that range, and when the service refuses.
    pub async fn create_subnet(&self, new: &NewSubnet, wait: &Wait) -> Result<Subnet> {
        let client = self.sdk().await?;
        let attempt = |token: Token| {
            let request = client
                .create_subnet()
                .vpc_id(&new.vpc_id)
                .cidr_block(&new.cidr_block)
                .set_availability_zone(new.availability_zone.clone())
                .set_availability_zone_id(new.availability_zone_id.clone())
                .set_tag_specifications(tags::specification(ResourceType::Subnet, &new.tags, Some(&token)));
            async move {
                let create = || async {
                    let request = request.clone().customize().config_override(once());
                    request.send().await.map_err(failed("ec2:CreateSubnet"))
                };
                let reply = wait.retry_new(&format!("VPC {} to be known", new.vpc_id), create).await?;
                let subnet = reply.subnet.map(Subnet::from_sdk).filter(|subnet| !subnet.id.is_empty());
                subnet.ok_or_else(|| Error::reply("ec2:CreateSubnet", "the reply has no id"))
            }
        };
        let look = |token: Token| async move { Ok(self.made_as::<Subnet>(&token).await?.into_iter().next()) };
        let creation = Creation { kind: "subnet", tagged: true, request: new, wait };
        let created = self.clients.create(creation, attempt, look).await;
        let other = async {
            let subnets = self.subnets_of_vpc(&new.vpc_id).await?;
            let other = subnets.into_iter().find(|subnet| subnet.cidr_block == new.cidr_block);
            Ok(other.map(|subnet| subnet.id))
        };
        let what = format!("subnet {} of VPC {}", new.cidr_block, new.vpc_id);
        taken(created, &["InvalidSubnet.Conflict"], &what, other).await
    }

    /// Awaits that a new subnet can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn subnet_available(&self, id: &str, wait: &Wait) -> Result<Subnet> {
        let unsettled = |subnet: &Subnet| Ok((subnet.state != "available").then(|| subnet.state.clone()));
        wait.settle(&format!("subnet {id} to become available"), || self.subnet(id), unsettled).await
    }

    /// The subnet of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn subnet(&self, id: &str) -> Result<Option<Subnet>> {
        self.one(&self.reads().subnets, ID, id).await
    }

    /// The subnets of a VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn subnets_of_vpc(&self, vpc_id: &str) -> Result<Vec<Subnet>> {
        let found = self.all(&self.reads().subnets, VPC, vpc_id).await?;
        Ok(found.into_iter().map(Arc::unwrap_or_clone).collect())
    }

    /// Turns one switch, the only number of them that a single call may turn.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_subnet_attribute(
        &self,
        id: &str,
        attribute: &SubnetAttribute,
        wait: &Wait,
    ) -> Result<()> {
        let client = self.sdk().await?;
        let switch = |on: &bool| AttributeBooleanValue::builder().value(*on).build();
        let modify = || async {
            let request = client.modify_subnet_attribute().subnet_id(id);
            let request = match attribute {
                SubnetAttribute::MapPublicIpOnLaunch(on) => request.map_public_ip_on_launch(switch(on)),
                SubnetAttribute::PrivateDnsHostnameType(kind) => {
                    request.private_dns_hostname_type_on_launch(HostnameType::from(kind.as_str()))
                }
                SubnetAttribute::ResourceNameDnsARecord(on) => {
                    request.enable_resource_name_dns_a_record_on_launch(switch(on))
                }
            };
            request.send().await.map_err(failed("ec2:ModifySubnetAttribute"))
        };
        wait.retry_new(&format!("subnet {id} to be known"), modify).await?;
        Ok(())
    }

    /// Deletes a subnet, patiently while something is still in it, and awaits that it is gone. What a load balancer
    /// leaves in a subnet goes minutes after the load balancer.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the names of what is still in it.
    pub async fn delete_subnet(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let delete = || async {
            client.delete_subnet().subnet_id(id).send().await.map_err(failed("ec2:DeleteSubnet")).map(drop)
        };
        let what = format!("subnet {id}");
        self.delete(&what, delete, || self.blockers_of_subnet(id), || self.subnet(id), wait).await
    }
}

impl Described for Subnet {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages =
            client.describe_subnets().filters(any_of(property, values)).into_paginator().page_size(PAGE);
        let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeSubnets"))?;
        Ok(found.into_iter().map(Self::from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id), Key::new(VPC, &self.vpc_id)]
    }

    fn is_unique(property: &str) -> bool {
        property == ID
    }

    fn explore(&self, scope: &Scope) {
        scope.meet_neighbour(&self.vpc_id);
    }

    fn reach(scope: &Scope, calls: usize) -> Option<Reach> {
        scope.vpcs(calls)
    }
}

impl Subnet {
    fn from_sdk(subnet: aws_sdk_ec2::types::Subnet) -> Self {
        let names = subnet.private_dns_name_options_on_launch;
        let attributes = SubnetAttributes {
            map_public_ip_on_launch: subnet.map_public_ip_on_launch.unwrap_or_default(),
            private_dns_hostname_type: names
                .as_ref()
                .and_then(|names| names.hostname_type.as_ref())
                .map(ToString::to_string),
            resource_name_dns_a_record: names
                .and_then(|names| names.enable_resource_name_dns_a_record)
                .unwrap_or_default(),
        };
        Self {
            id: subnet.subnet_id.unwrap_or_default(),
            arn: subnet.subnet_arn,
            owner_id: subnet.owner_id,
            vpc_id: subnet.vpc_id.unwrap_or_default(),
            cidr_block: subnet.cidr_block.unwrap_or_default(),
            availability_zone: subnet.availability_zone.unwrap_or_default(),
            availability_zone_id: subnet.availability_zone_id.unwrap_or_default(),
            state: subnet.state.map(|state| state.to_string()).unwrap_or_default(),
            attributes,
            tags: tags::from_sdk(subnet.tags),
        }
    }
}

//! Virtual private clouds.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Tenancy, VpcAttributeName, VpcCidrBlockStateCode, VpcTenancy,
};

use super::{Ec2, PAGE, any_of, filter, once, tags};
use crate::batch::{Described, Key, Scope, VPC};
use crate::creation::{Creation, Token};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Tags, Wait, failed};

/// A VPC as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vpc {
    /// The id, which begins with `vpc-`.
    pub id: String,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The primary IPv4 range.
    pub cidr_block: String,
    /// All IPv4 ranges, the primary one included.
    pub cidr_blocks: Vec<String>,
    /// `pending` or `available`.
    pub state: String,
    /// `default` or `dedicated`.
    pub instance_tenancy: String,
    /// The DHCP options in use; `default` where the service's own are.
    pub dhcp_options_id: String,
    /// Whether this is the VPC every region of an account begins with.
    pub is_default: bool,
    /// The tags.
    pub tags: Tags,
}

/// A VPC to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewVpc {
    /// The primary IPv4 range.
    pub cidr_block: String,
    /// `default` or `dedicated`.
    pub instance_tenancy: Option<String>,
    /// The tags to create it with.
    pub tags: Tags,
}

/// The switches of a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VpcAttributes {
    /// Whether the service answers DNS queries at the second address of the range.
    pub dns_support: bool,
    /// Whether instances get public host names.
    pub dns_hostnames: bool,
    /// Whether the use of addresses is measured.
    pub network_address_usage_metrics: bool,
}

/// One switch of a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VpcAttribute {
    /// See [`VpcAttributes::dns_support`].
    DnsSupport,
    /// See [`VpcAttributes::dns_hostnames`].
    DnsHostnames,
    /// See [`VpcAttributes::network_address_usage_metrics`].
    NetworkAddressUsageMetrics,
}

/// The objects that come with a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpcDefaults {
    /// The route table of subnets without one of their own.
    pub main_route_table_id: String,
    /// The network ACL of subnets without one of their own.
    pub network_acl_id: String,
    /// The security group of what names none.
    pub security_group_id: String,
}

const DHCP_OPTIONS: &str = "dhcp-options-id";
const IS_DEFAULT: &str = "is-default";

impl Ec2<'_> {
    /// Creates a VPC. It is usable when it is [available](Self::vpc_available).
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn create_vpc(&self, new: &NewVpc, wait: &Wait) -> Result<Vpc> {
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let request = client
                .create_vpc()
                .cidr_block(&new.cidr_block)
                .set_instance_tenancy(new.instance_tenancy.as_deref().map(Tenancy::from))
                .set_tag_specifications(tags::specification(ResourceType::Vpc, &new.tags, Some(&token)));
            let reply = request.customize().config_override(once()).send().await;
            let vpc = reply.map_err(failed("ec2:CreateVpc"))?.vpc.map(Vpc::from_sdk);
            vpc.filter(|vpc| !vpc.id.is_empty())
                .ok_or_else(|| Error::reply("ec2:CreateVpc", "the reply has no id"))
        };
        let look = |token: Token| async move { Ok(self.made_as::<Vpc>(&token).await?.into_iter().next()) };
        self.clients.create(Creation { kind: "VPC", tagged: true, request: new, wait }, attempt, look).await
    }

    /// Awaits that a new VPC can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn vpc_available(&self, id: &str, wait: &Wait) -> Result<Vpc> {
        let unsettled = |vpc: &Vpc| Ok((vpc.state != "available").then(|| vpc.state.clone()));
        wait.settle(&format!("VPC {id} to become available"), || self.vpc(id), unsettled).await
    }

    /// The VPC of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn vpc(&self, id: &str) -> Result<Option<Vpc>> {
        self.one(&self.reads().vpcs, VPC, id).await
    }

    /// The VPC that every region of an account begins with, unless it was deleted.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn default_vpc(&self) -> Result<Option<Vpc>> {
        self.one(&self.reads().vpcs, IS_DEFAULT, "true").await
    }

    /// The ids of the VPCs that use these DHCP options.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn vpcs_with_dhcp_options(&self, dhcp_options_id: &str) -> Result<Vec<String>> {
        let found = self.all(&self.reads().vpcs, DHCP_OPTIONS, dhcp_options_id).await?;
        Ok(found.iter().map(|vpc| vpc.id.clone()).collect())
    }

    /// The switches of a VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the VPC.
    pub async fn vpc_attributes(&self, id: &str) -> Result<VpcAttributes> {
        let (dns_support, dns_hostnames, network_address_usage_metrics) = tokio::try_join!(
            self.vpc_attribute(id, VpcAttribute::DnsSupport),
            self.vpc_attribute(id, VpcAttribute::DnsHostnames),
            self.vpc_attribute(id, VpcAttribute::NetworkAddressUsageMetrics),
        )?;
        Ok(VpcAttributes { dns_support, dns_hostnames, network_address_usage_metrics })
    }

    /// One switch of a VPC, the only number of them that a call tells.
    async fn vpc_attribute(&self, id: &str, attribute: VpcAttribute) -> Result<bool> {
        let request = self.sdk().await?.describe_vpc_attribute().vpc_id(id).attribute(attribute.name());
        let reply = request.send().await.map_err(failed("ec2:DescribeVpcAttribute"))?;
        let (value, fresh) = match attribute {
            VpcAttribute::DnsSupport => (reply.enable_dns_support, true),
            VpcAttribute::DnsHostnames => (reply.enable_dns_hostnames, false),
            VpcAttribute::NetworkAddressUsageMetrics => (reply.enable_network_address_usage_metrics, false),
        };
        Ok(value.and_then(|value| value.value).unwrap_or(fresh))
    }

    /// The objects that came with a VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn vpc_defaults(&self, id: &str) -> Result<VpcDefaults> {
        let client = self.sdk().await?;
        let acl = async {
            let filters = vec![filter("vpc-id", id), filter("default", "true")];
            let pages = client.describe_network_acls().set_filters(Some(filters)).into_paginator();
            let found = pages.items().send().try_next().await.map_err(failed("ec2:DescribeNetworkAcls"))?;
            Ok(found.and_then(|acl| acl.network_acl_id).unwrap_or_default())
        };
        let (table, group, network_acl_id) = tokio::try_join!(
            Box::pin(self.main_route_table(id)),
            Box::pin(self.default_security_group(id)),
            Box::pin(acl)
        )?;
        Ok(VpcDefaults {
            main_route_table_id: table.map(|table| table.id).unwrap_or_default(),
            security_group_id: group.map(|group| group.id).unwrap_or_default(),
            network_acl_id,
        })
    }

    /// Turns one switch, the only number of them that a single call may turn, and awaits that it reads back turned.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn set_vpc_attribute(
        &self,
        id: &str,
        attribute: VpcAttribute,
        on: bool,
        wait: &Wait,
    ) -> Result<()> {
        let client = self.sdk().await?;
        let value = || AttributeBooleanValue::builder().value(on).build();
        let modify = || async {
            let request = client.modify_vpc_attribute().vpc_id(id);
            let request = match attribute {
                VpcAttribute::DnsSupport => request.enable_dns_support(value()),
                VpcAttribute::DnsHostnames => request.enable_dns_hostnames(value()),
                VpcAttribute::NetworkAddressUsageMetrics => {
                    request.enable_network_address_usage_metrics(value())
                }
            };
            request.send().await.map_err(failed("ec2:ModifyVpcAttribute"))
        };
        wait.retry_new(&format!("VPC {id} to be known"), modify).await?;
        let look = || async { self.vpc_attribute(id, attribute).await.ignore_not_found() };
        let unsettled = |seen: &bool| Ok((*seen != on).then(|| format!("{attribute:?} is still {seen}")));
        wait.settle(&format!("{attribute:?} of VPC {id} to become {on}"), look, unsettled).await?;
        Ok(())
    }

    /// Makes a VPC of dedicated tenancy one of default tenancy; the service knows no other change.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_vpc_tenancy_default(&self, id: &str) -> Result<()> {
        let request = self.sdk().await?.modify_vpc_tenancy().vpc_id(id).instance_tenancy(VpcTenancy::Default);
        request.send().await.map_err(failed("ec2:ModifyVpcTenancy"))?;
        Ok(())
    }

    /// Deletes a VPC, patiently while other objects are still in it, and awaits that it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the names of what is still in it.
    pub async fn delete_vpc(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let delete = || async {
            client.delete_vpc().vpc_id(id).send().await.map_err(failed("ec2:DeleteVpc")).map(drop)
        };
        self.delete(&format!("VPC {id}"), delete, || self.blockers_of_vpc(id), || self.vpc(id), wait).await
    }
}

impl VpcAttribute {
    fn name(self) -> VpcAttributeName {
        match self {
            Self::DnsSupport => VpcAttributeName::EnableDnsSupport,
            Self::DnsHostnames => VpcAttributeName::EnableDnsHostnames,
            Self::NetworkAddressUsageMetrics => VpcAttributeName::EnableNetworkAddressUsageMetrics,
        }
    }
}

impl Described for Vpc {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages = client.describe_vpcs().filters(any_of(property, values)).into_paginator().page_size(PAGE);
        let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeVpcs"))?;
        Ok(found.into_iter().map(Self::from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![
            Key::new(VPC, &self.id),
            Key::new(DHCP_OPTIONS, &self.dhcp_options_id),
            Key::new(IS_DEFAULT, self.is_default.to_string()),
        ]
    }

    fn is_unique(property: &str) -> bool {
        property == VPC
    }

    fn explore(&self, scope: &Scope) {
        scope.meet(VPC, &self.id);
    }
}

impl Vpc {
    fn from_sdk(vpc: aws_sdk_ec2::types::Vpc) -> Self {
        let ranges = vpc.cidr_block_association_set.unwrap_or_default().into_iter();
        let ranges = ranges.filter(|range| {
            let state = range.cidr_block_state.as_ref().and_then(|state| state.state.as_ref());
            state.is_none_or(|state| *state == VpcCidrBlockStateCode::Associated)
        });
        Self {
            cidr_blocks: ranges.filter_map(|range| range.cidr_block).collect(),
            id: vpc.vpc_id.unwrap_or_default(),
            owner_id: vpc.owner_id,
            cidr_block: vpc.cidr_block.unwrap_or_default(),
            state: vpc.state.map(|state| state.to_string()).unwrap_or_default(),
            instance_tenancy: vpc.instance_tenancy.map_or("default".into(), |tenancy| tenancy.to_string()),
            dhcp_options_id: vpc.dhcp_options_id.unwrap_or_default(),
            is_default: vpc.is_default.unwrap_or_default(),
            tags: tags::from_sdk(vpc.tags),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    fn quick() -> Wait {
        Wait::new(Duration::from_secs(5), CancellationToken::new())
            .paced(Duration::from_millis(1), Duration::from_millis(5))
    }

    #[tokio::test]
    async fn a_description_is_read_in_full() {
        let server = Server::start(|_| {
            ec2_reply(
                "DescribeVpcs",
                "<vpcSet><item><vpcId>vpc-1</vpcId><ownerId>123456789012</ownerId><state>available</state>\
                 <cidrBlock>10.240.0.0/16</cidrBlock><cidrBlockAssociationSet><item><cidrBlock>10.240.0.0/16</cidrBlock>\
                 <cidrBlockState><state>associated</state></cidrBlockState></item><item>\
                 <cidrBlock>10.250.0.0/16</cidrBlock><cidrBlockState><state>disassociated</state></cidrBlockState>\
                 </item></cidrBlockAssociationSet><dhcpOptionsId>dopt-1</dhcpOptionsId>\
                 <instanceTenancy>dedicated</instanceTenancy><isDefault>false</isDefault><tagSet>\
                 <item><key>Name</key><value>k8s</value></item>\
                 <item><key>aws:cloudformation:stack-id</key><value>x</value></item></tagSet></item></vpcSet>",
            )
        })
        .await;
        let vpc = server.clients().ec2().vpc("vpc-1").await.unwrap().unwrap();
        assert_eq!(
            vpc,
            Vpc {
                id: "vpc-1".into(),
                owner_id: Some("123456789012".into()),
                cidr_block: "10.240.0.0/16".into(),
                cidr_blocks: vec!["10.240.0.0/16".into()],
                state: "available".into(),
                instance_tenancy: "dedicated".into(),
                dhcp_options_id: "dopt-1".into(),
                is_default: false,
                tags: [("Name".to_owned(), "k8s".to_owned())].into(),
            }
        );
        let sent = &server.requests()[0];
        assert_eq!((sent["Filter.1.Name"].as_str(), sent["Filter.1.Value.1"].as_str()), ("vpc-id", "vpc-1"));
    }

    #[tokio::test]
    async fn absence_is_an_answer_in_both_its_forms() {
        let server = Server::start(|_| ec2_reply("DescribeVpcs", "<vpcSet/>")).await;
        assert_eq!(server.clients().ec2().vpc("vpc-1").await.unwrap(), None);
        let server = Server::start(|_| ec2_error(400, "InvalidVpcID.NotFound", "no")).await;
        assert_eq!(server.clients().ec2().vpc("vpc-1").await.unwrap(), None);
        server.clients().ec2().delete_vpc("vpc-1", &quick()).await.unwrap();
        assert_eq!(server.actions(), ["DescribeVpcs", "DeleteVpc"]);
    }

    #[tokio::test]
    async fn deletion_outlasts_what_is_in_the_way() {
        let refusals = std::sync::atomic::AtomicUsize::new(3);
        let server = Server::start(move |request| match request["Action"].as_str() {
            "DeleteVpc" => {
                let left = refusals.load(std::sync::atomic::Ordering::SeqCst);
                refusals.store(left.saturating_sub(1), std::sync::atomic::Ordering::SeqCst);
                match left {
                    0 => ec2_reply("DeleteVpc", "<return>true</return>"),
                    _ => ec2_error(400, "DependencyViolation", "has dependencies"),
                }
            }
            action => ec2_reply(action, "<vpcSet/>"),
        })
        .await;
        server.clients().ec2().delete_vpc("vpc-1", &quick()).await.unwrap();
        assert_eq!(server.actions(), ["DeleteVpc", "DeleteVpc", "DeleteVpc", "DeleteVpc", "DescribeVpcs"]);
    }

    #[tokio::test]
    async fn a_deletion_that_never_succeeds_names_what_is_in_the_way() {
        let server = Server::start(|request| match request["Action"].as_str() {
            "DeleteVpc" => ec2_error(400, "DependencyViolation", "has dependencies"),
            "DescribeSubnets" => ec2_reply(
                "DescribeSubnets",
                "<subnetSet><item><subnetId>subnet-9</subnetId><vpcId>vpc-1</vpcId></item></subnetSet>",
            ),
            action => ec2_reply(action, ""),
        })
        .await;
        let wait = Wait::new(Duration::from_millis(50), CancellationToken::new());
        let error = server.clients().ec2().delete_vpc("vpc-1", &wait).await.unwrap_err();
        assert!(error.to_string().contains("In the way: subnet subnet-9"), "{error}");
    }
}

//! `groundup_vpc`: a network of its own in AWS.

use aws::ec2::{NewVpc, VpcAttribute, VpcAttributes};
use aws::limits::VPC;
use tfplugin::prelude::*;

use super::object::{import_id, learn_owner, network_size, parse};
use crate::Client;
use crate::common::cidr::Ipv4Cidr;
use crate::common::creation::created;
use crate::common::id::VpcId;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

string_enum! {
    /// On whose hardware instances run.
    pub(crate) enum Tenancy {
        /// Shared with other customers, unless an instance says otherwise.
        Default = "default",
        /// Always this customer's alone.
        Dedicated = "dedicated",
    }
}

/// A virtual private cloud: a network of its own, in which everything of a cluster lives.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Vpc {
    /// Id of the VPC, such as `vpc-0123456789abcdef0`.
    #[attr(computed, keep, prefix = "vpc-")]
    id: Attr<VpcId>,
    /// Amazon Resource Name of the VPC.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the VPC.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// IPv4 range of the VPC, between a /16 and a /28, without host bits. A change replaces the VPC.
    #[attr(required, replace, check = network_size)]
    cidr_block: Attr<Parsed<Ipv4Cidr>>,
    /// On whose hardware instances run: `default` or `dedicated`. Going back to `default` is a change in place; the
    /// other way replaces the VPC.
    #[attr(optional, default = "default")]
    instance_tenancy: Attr<Tenancy>,
    /// Whether AWS answers DNS queries at the second address of the range.
    #[attr(optional, default = true)]
    enable_dns_support: Attr<bool>,
    /// Whether instances get DNS host names. Off when the VPC is created without saying.
    #[attr(optional, computed, keep)]
    enable_dns_hostnames: Attr<bool>,
    /// Whether the use of addresses is measured. Off when the VPC is created without saying.
    #[attr(optional, computed, keep)]
    enable_network_address_usage_metrics: Attr<bool>,
    /// DHCP options in use; `default` where they are those of AWS.
    #[attr(computed, keep)]
    dhcp_options_id: Attr<String>,
    /// Route table of subnets that have none of their own.
    #[attr(computed, keep)]
    main_route_table_id: Attr<String>,
    /// Route table that came with the VPC.
    #[attr(computed, keep)]
    default_route_table_id: Attr<String>,
    /// Network ACL that came with the VPC.
    #[attr(computed, keep)]
    default_network_acl_id: Attr<String>,
    /// Security group that came with the VPC.
    #[attr(computed, keep)]
    default_security_group_id: Attr<String>,
    /// Tags of the VPC.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the VPC, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

/// How AWS makes a VPC when nothing is said about its switches.
const FRESH: VpcAttributes =
    VpcAttributes { dns_support: true, dns_hostnames: false, network_address_usage_metrics: false };

impl Resource for Vpc {
    const TYPE: &'static str = "vpc";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        if self.enable_dns_hostnames.known() == Some(&true) && self.enable_dns_support.known() == Some(&false)
        {
            let detail = "Instances get host names only where `enable_dns_support` is on.";
            check.error("enable_dns_hostnames", "Conflicting Arguments", detail);
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        let Some(prior) = prior else {
            cx.client.planned().new_vpcs.add(planned.cidr_block.known().map(|range| **range));
            if config.enable_dns_hostnames.is_null() {
                planned.enable_dns_hostnames = FRESH.dns_hostnames.into();
            }
            if config.enable_network_address_usage_metrics.is_null() {
                planned.enable_network_address_usage_metrics = FRESH.network_address_usage_metrics.into();
            }
            return Ok(());
        };
        if let (Some(id), Some(range)) = (prior.id.known(), prior.cidr_block.known()) {
            cx.client.planned().vpcs.learn(id.as_str(), **range);
        }
        let was = prior.instance_tenancy.known();
        if was == Some(&Tenancy::Default) && planned.instance_tenancy.known() == Some(&Tenancy::Dedicated) {
            plan.require_replace("instance_tenancy");
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create VPC";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(VPC.create)));
        let new = NewVpc {
            cidr_block: self.cidr_block.value()?.to_string(),
            instance_tenancy: self.instance_tenancy.known().map(ToString::to_string),
            tags: tags::all(&self.tags_all),
        };
        let made = ec2.create_vpc(&new, &wait).await;
        let created = created(made, SUMMARY, (Self::TYPE, None), &[("InvalidVpc.Range", "cidr_block")])?;
        self.id = parse::<VpcId>(&created.id)?.into();
        saved.save(&self);
        cx.client.planned().vpcs.created(&created.id, **self.cidr_block.value()?);
        let vpc = ec2.vpc_available(&created.id, &wait).await.during(SUMMARY)?;
        self.turn(cx, FRESH, &wait).await.during(SUMMARY)?;
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), vpc.owner_id.as_deref(), "vpc", &vpc.id).await?;
        self.dhcp_options_id = vpc.dhcp_options_id.into();
        self.learn_defaults(cx).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        const SUMMARY: &str = "Unable to Read VPC";
        let (ec2, id) = (cx.client.aws().ec2(), self.id.value()?.as_str().to_owned());
        let Some(vpc) = ec2.vpc(&id).await.during(SUMMARY)? else { return Ok(None) };
        let (seen, main) = match tokio::try_join!(ec2.vpc_attributes(&id), ec2.main_route_table(&id)) {
            Ok(found) => found,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error).during(SUMMARY),
        };
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), vpc.owner_id.as_deref(), "vpc", &id).await?;
        self.cidr_block = parse::<Ipv4Cidr>(&vpc.cidr_block).map(Parsed::of)?.into();
        self.instance_tenancy = vpc.instance_tenancy.parse().unwrap_or(Tenancy::Default).into();
        self.enable_dns_support = seen.dns_support.into();
        self.enable_dns_hostnames = seen.dns_hostnames.into();
        self.enable_network_address_usage_metrics = seen.network_address_usage_metrics.into();
        self.dhcp_options_id = vpc.dhcp_options_id.into();
        if self.default_security_group_id.known().is_none() {
            self.learn_defaults(cx).await.during(SUMMARY)?;
        }
        self.main_route_table_id = main.map(|table| table.id).into();
        tags::read(&mut self.tags, &mut self.tags_all, vpc.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update VPC";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.update(VPC.update)));
        let id = self.id.value()?.as_str();
        let mut now = prior.clone();
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        ec2.retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        (now.tags, now.tags_all) = (self.tags.clone(), self.tags_all.clone());
        saved.save(&now);
        if self.instance_tenancy != prior.instance_tenancy {
            ec2.set_vpc_tenancy_default(id).await.during(SUMMARY).at("instance_tenancy")?;
            now.instance_tenancy = self.instance_tenancy;
            saved.save(&now);
        }
        self.turn(cx, prior.switches(), &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(VPC.delete));
        cx.client
            .aws()
            .ec2()
            .delete_vpc(self.id.value()?.as_str(), &wait)
            .await
            .during("Unable to Delete VPC")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

impl Vpc {
    fn switches(&self) -> VpcAttributes {
        VpcAttributes {
            dns_support: self.enable_dns_support.or(FRESH.dns_support),
            dns_hostnames: self.enable_dns_hostnames.or(FRESH.dns_hostnames),
            network_address_usage_metrics: self
                .enable_network_address_usage_metrics
                .or(FRESH.network_address_usage_metrics),
        }
    }

    /// Turns the switches that are to change.
    async fn turn(&self, cx: &Cx<Client>, from: VpcAttributes, wait: &aws::Wait) -> Result<(), aws::Error> {
        let to = self.switches();
        let support = (VpcAttribute::DnsSupport, from.dns_support, to.dns_support);
        let names = (VpcAttribute::DnsHostnames, from.dns_hostnames, to.dns_hostnames);
        let metrics = (
            VpcAttribute::NetworkAddressUsageMetrics,
            from.network_address_usage_metrics,
            to.network_address_usage_metrics,
        );
        // Host names need the support, so it comes first and goes last.
        let order = if to.dns_support { [support, names, metrics] } else { [names, support, metrics] };
        let Some(id) = self.id.known() else { return Ok(()) };
        for (attribute, _, to) in order.into_iter().filter(|(_, from, to)| from != to) {
            cx.client.aws().ec2().set_vpc_attribute(id.as_str(), attribute, to, wait).await?;
        }
        Ok(())
    }

    /// Takes down what came with the VPC, which never changes.
    async fn learn_defaults(&mut self, cx: &Cx<Client>) -> Result<()> {
        let defaults = cx.client.aws().ec2().vpc_defaults(self.id.value()?.as_str()).await?;
        self.main_route_table_id = defaults.main_route_table_id.clone().into();
        self.default_route_table_id = defaults.main_route_table_id.into();
        self.default_network_acl_id = defaults.network_acl_id.into();
        self.default_security_group_id = defaults.security_group_id.into();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_need_dns_support() {
        let vpc =
            Vpc { enable_dns_hostnames: true.into(), enable_dns_support: false.into(), ..Vpc::default() };
        let mut check = Check::default();
        vpc.validate(&mut check);
        assert_eq!(check.iter().next().unwrap().path, Some(Path::from("enable_dns_hostnames")));

        let mut check = Check::default();
        Vpc { enable_dns_support: Attr::Unknown, ..vpc }.validate(&mut check);
        assert!(check.is_empty());
    }

    #[test]
    fn what_is_not_said_is_as_aws_makes_it() {
        assert_eq!(Vpc::default().switches(), FRESH);
    }
}

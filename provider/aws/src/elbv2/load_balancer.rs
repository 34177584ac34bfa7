//! Network load balancers.

mod wait;

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerSchemeEnum::{Internal, InternetFacing};
use aws_sdk_elasticloadbalancingv2::types::{self as sdk, LoadBalancerTypeEnum};

use super::{ARNS, Elbv2, once, required, tags};
use crate::batch::{Described, Key, Scope};
use crate::creation::{Creation, Name, Token};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Tags, Wait, failed};

const CREATE: &str = "elasticloadbalancing:CreateLoadBalancer";
const DESCRIBE: &str = "elasticloadbalancing:DescribeLoadBalancers";

pub(super) const ID: &str = "load-balancer-arn";

/// What a network load balancer is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewLoadBalancer {
    /// The name, unique among the load balancers of an account in a region.
    pub name: Name,
    /// Whether its addresses are private ones.
    pub internal: bool,
    /// One subnet for each availability zone it serves.
    pub subnets: Vec<SubnetMapping>,
    /// The security groups that guard it; none means that it is not guarded at all.
    pub security_groups: BTreeSet<String>,
    /// `ipv4` or `dualstack`; the service decides when it is not given.
    pub ip_address_type: Option<String>,
    /// The tags.
    pub tags: Tags,
}

/// A subnet of a load balancer, and the addresses it has there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubnetMapping {
    /// The subnet.
    pub subnet_id: String,
    /// The allocation of the elastic address, where one was chosen.
    pub allocation_id: Option<String>,
    /// The private IPv4 address, where one was chosen.
    pub private_ipv4_address: Option<String>,
    /// The IPv6 address, where one was chosen.
    pub ipv6_address: Option<String>,
}

/// A load balancer as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `network`, `application` or `gateway`.
    pub kind: String,
    /// The name to reach it under.
    pub dns_name: String,
    /// The hosted zone of that name.
    pub zone_id: String,
    /// The VPC of its subnets.
    pub vpc_id: String,
    /// Whether its addresses are private ones.
    pub internal: bool,
    /// How it is.
    pub state: State,
    /// Its subnets, in the order of their ids.
    pub subnets: BTreeSet<SubnetMapping>,
    /// The security groups that guard it.
    pub security_groups: BTreeSet<String>,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: String,
    /// Whether the rules of its security groups apply to traffic through `PrivateLink`: `on`, `off`, or nothing when
    /// it has no security groups.
    pub private_link_rules: Option<String>,
}

/// How a load balancer is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is being set up.
    Provisioning,
    /// It routes traffic.
    Active,
    /// It routes traffic, but lacks the resources to scale.
    Impaired(String),
    /// It could not be set up.
    Failed(String),
    /// A state newer than this program.
    Other(String),
}

impl SubnetMapping {
    /// A subnet in which the service chooses the addresses.
    pub fn new(subnet_id: impl Into<String>) -> Self {
        Self { subnet_id: subnet_id.into(), ..Self::default() }
    }

    /// Whether an address was chosen.
    #[must_use]
    pub fn has_address(&self) -> bool {
        self.allocation_id.is_some() || self.private_ipv4_address.is_some() || self.ipv6_address.is_some()
    }
}

impl Elbv2<'_> {
    /// Creates a network load balancer, which is not active yet.
    ///
    /// The service answers a second creation under the same name with the existing load balancer, whoever made that
    /// one; so the name is looked up first.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the name is taken, and when the service refuses.
    pub async fn create_load_balancer(&self, new: &NewLoadBalancer, wait: &Wait) -> Result<LoadBalancer> {
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let name = new.name.of(&token);
            if let Some(other) = self.load_balancer_named(&name).await? {
                return Err(Error::AlreadyExists { what: format!("load balancer {name}"), id: other.arn });
            }
            let (subnets, mappings) = subnet_members(&new.subnets);
            let groups =
                (!new.security_groups.is_empty()).then(|| new.security_groups.iter().cloned().collect());
            let request = client
                .create_load_balancer()
                .name(name)
                .r#type(LoadBalancerTypeEnum::Network)
                .scheme(if new.internal { Internal } else { InternetFacing })
                .set_subnets(subnets)
                .set_subnet_mappings(mappings)
                .set_security_groups(groups)
                .set_ip_address_type(new.ip_address_type.as_deref().map(Into::into))
                .set_tags(tags::marked(&new.tags, &token));
            let reply = request.customize().config_override(once()).send().await.map_err(failed(CREATE))?;
            let created = reply.load_balancers.unwrap_or_default().into_iter().next();
            from_sdk(CREATE, required(CREATE, "the load balancer", created)?)
        };
        let look = |token: Token| async move {
            let Some(found) = self.load_balancer_named(&new.name.of(&token)).await? else { return Ok(None) };
            Ok(token.is_in(&self.tags(&found.arn).await?).then_some(found))
        };
        let creation = Creation { kind: "load balancer", tagged: true, request: new, wait };
        self.clients.create(creation, attempt, look).await
    }

    /// The load balancer of that ARN.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn load_balancer(&self, arn: &str) -> Result<Option<LoadBalancer>> {
        self.one(&self.reads().load_balancers, ID, arn).await
    }

    /// The load balancer of that name.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn load_balancer_named(&self, name: &str) -> Result<Option<LoadBalancer>> {
        let request = self.sdk().await?.describe_load_balancers().names(name);
        let reply = request.send().await.map_err(failed(DESCRIBE)).ignore_not_found()?;
        let found = reply.and_then(|reply| reply.load_balancers).unwrap_or_default().into_iter().next();
        found.map(|found| from_sdk(DESCRIBE, found)).transpose()
    }

    /// Makes `subnets` the subnets of a load balancer. Those it has already keep their addresses.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_subnets(&self, arn: &str, subnets: &[SubnetMapping]) -> Result<()> {
        let (subnets, mappings) = subnet_members(subnets);
        let request = self.sdk().await?.set_subnets().load_balancer_arn(arn);
        let request = request.set_subnets(subnets).set_subnet_mappings(mappings);
        request.send().await.map_err(failed("elasticloadbalancing:SetSubnets"))?;
        Ok(())
    }

    /// Makes `groups` the security groups of a load balancer. `private_link_rules` (`on` or `off`) says whether their
    /// rules apply to traffic through `PrivateLink`; nothing leaves that as it is.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_security_groups(
        &self,
        arn: &str,
        groups: &BTreeSet<String>,
        private_link_rules: Option<&str>,
    ) -> Result<()> {
        let request = self.sdk().await?.set_security_groups().load_balancer_arn(arn);
        let request = request
            .set_security_groups(Some(groups.iter().cloned().collect()))
            .set_enforce_security_group_inbound_rules_on_private_link_traffic(
                private_link_rules.map(Into::into),
            );
        request.send().await.map_err(failed("elasticloadbalancing:SetSecurityGroups"))?;
        Ok(())
    }

    /// Gives a load balancer addresses of another type: `ipv4` or `dualstack`.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_ip_address_type(&self, arn: &str, ip_address_type: &str) -> Result<()> {
        let request = self.sdk().await?.set_ip_address_type().load_balancer_arn(arn);
        let request = request.ip_address_type(ip_address_type.into());
        request.send().await.map_err(failed("elasticloadbalancing:SetIpAddressType"))?;
        Ok(())
    }
}

impl Described for LoadBalancer {
    type Client = Client;

    async fn describe(client: Client, _: &'static str, arns: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_load_balancers().set_load_balancer_arns(Some(arns));
        let reply = request.send().await.map_err(failed(DESCRIBE))?;
        let found = reply.load_balancers.unwrap_or_default().into_iter();
        found.map(|found| from_sdk(DESCRIBE, found)).collect()
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.arn)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }

    fn values_per_call(_: &str) -> usize {
        ARNS
    }

    fn explore(&self, scope: &Scope) {
        scope.meet(ID, &self.arn);
        scope.meet(tags::OBJECT, &self.arn);
    }
}

/// The two shapes in which requests take subnets: the service accepts one of them at a time.
fn subnet_members(subnets: &[SubnetMapping]) -> (Option<Vec<String>>, Option<Vec<sdk::SubnetMapping>>) {
    if !subnets.iter().any(SubnetMapping::has_address) {
        return (Some(subnets.iter().map(|subnet| subnet.subnet_id.clone()).collect()), None);
    }
    let mapping = |subnet: &SubnetMapping| {
        sdk::SubnetMapping::builder()
            .subnet_id(&subnet.subnet_id)
            .set_allocation_id(subnet.allocation_id.clone())
            .set_private_ipv4_address(subnet.private_ipv4_address.clone())
            .set_ipv6_address(subnet.ipv6_address.clone())
            .build()
    };
    (None, Some(subnets.iter().map(mapping).collect()))
}

fn from_sdk(operation: &'static str, found: sdk::LoadBalancer) -> Result<LoadBalancer> {
    let state = found.state.unwrap_or_else(|| sdk::LoadBalancerState::builder().build());
    Ok(LoadBalancer {
        arn: required(operation, "the ARN", found.load_balancer_arn)?,
        name: required(operation, "the name", found.load_balancer_name)?,
        kind: required(operation, "the type", found.r#type)?.as_str().to_owned(),
        dns_name: found.dns_name.unwrap_or_default(),
        zone_id: found.canonical_hosted_zone_id.unwrap_or_default(),
        vpc_id: found.vpc_id.unwrap_or_default(),
        internal: found.scheme == Some(Internal),
        state: state_from_sdk(state),
        subnets: found
            .availability_zones
            .unwrap_or_default()
            .into_iter()
            .filter_map(subnet_from_sdk)
            .collect(),
        security_groups: found.security_groups.unwrap_or_default().into_iter().collect(),
        ip_address_type: found
            .ip_address_type
            .map_or_else(|| "ipv4".to_owned(), |kind| kind.as_str().to_owned()),
        private_link_rules: found
            .enforce_security_group_inbound_rules_on_private_link_traffic
            .filter(|rules| !rules.is_empty()),
    })
}

fn state_from_sdk(state: sdk::LoadBalancerState) -> State {
    let reason = state.reason.unwrap_or_else(|| "the service gave no reason".into());
    match state.code {
        Some(sdk::LoadBalancerStateEnum::Active) => State::Active,
        Some(sdk::LoadBalancerStateEnum::ActiveImpaired) => State::Impaired(reason),
        Some(sdk::LoadBalancerStateEnum::Failed) => State::Failed(reason),
        Some(sdk::LoadBalancerStateEnum::Provisioning) => State::Provisioning,
        Some(other) => State::Other(other.as_str().to_owned()),
        None => State::Other("unknown".into()),
    }
}

fn subnet_from_sdk(zone: sdk::AvailabilityZone) -> Option<SubnetMapping> {
    let address = zone.load_balancer_addresses.unwrap_or_default().into_iter().next();
    let mapping = SubnetMapping::new(zone.subnet_id?);
    Some(match address {
        Some(address) => SubnetMapping {
            allocation_id: address.allocation_id,
            private_ipv4_address: address.private_ipv4_address,
            ipv6_address: address.ipv6_address,
            ..mapping
        },
        None => mapping,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    pub(super) const ARN: &str =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/50dc6c495c0c9188";

    pub(super) fn described(action: &str, state: &str) -> (u16, String) {
        reply(
            action,
            &format!(
                "<LoadBalancers><member><LoadBalancerArn>{ARN}</LoadBalancerArn><Scheme>internet-facing</Scheme>
                <LoadBalancerName>k8s</LoadBalancerName><VpcId>vpc-1</VpcId><Type>network</Type>
                <CanonicalHostedZoneId>ZLMOA37VPKANP</CanonicalHostedZoneId><IpAddressType>ipv4</IpAddressType>
                <AvailabilityZones><member><SubnetId>subnet-1</SubnetId><ZoneName>us-east-2a</ZoneName>
                <LoadBalancerAddresses><member><AllocationId>eipalloc-1</AllocationId>
                <IpAddress>203.0.113.1</IpAddress></member></LoadBalancerAddresses></member></AvailabilityZones>
                <SecurityGroups><member>sg-1</member></SecurityGroups>
                <DNSName>k8s-50dc6c495c0c9188.elb.us-east-2.amazonaws.com</DNSName>
                <State>{state}</State></member></LoadBalancers>"
            ),
        )
    }

    fn new() -> NewLoadBalancer {
        NewLoadBalancer {
            name: "k8s".into(),
            subnets: vec![SubnetMapping::new("subnet-1"), SubnetMapping::new("subnet-2")],
            tags: [("Name".to_owned(), "k8s".to_owned())].into(),
            ..NewLoadBalancer::default()
        }
    }

    #[tokio::test]
    async fn creation_asks_for_the_name_first() {
        let server = Server::start(|fields| match fields["Action"].as_str() {
            "DescribeLoadBalancers" => error("LoadBalancerNotFound", "no such load balancer"),
            action => described(action, "<Code>provisioning</Code>"),
        })
        .await;
        let clients = server.clients();
        let created = clients.elbv2().create_load_balancer(&new(), &wait()).await.unwrap();
        assert_eq!((created.arn.as_str(), &created.state), (ARN, &State::Provisioning));
        assert_eq!(created.dns_name, "k8s-50dc6c495c0c9188.elb.us-east-2.amazonaws.com");
        assert_eq!(server.actions(), ["DescribeLoadBalancers", "CreateLoadBalancer"]);
        let request = &server.requests()[1];
        assert_eq!((request["Type"].as_str(), request["Scheme"].as_str()), ("network", "internet-facing"));
        assert_eq!(request["Subnets.member.2"], "subnet-2");
        assert!(
            !request.keys().any(|key| key.starts_with("SubnetMappings") || key.starts_with("SecurityGroups"))
        );
    }

    #[tokio::test]
    async fn a_load_balancer_of_that_name_is_never_adopted() {
        let server = Server::start(|fields| described(&fields["Action"], "<Code>active</Code>")).await;
        let clients = server.clients();
        let error = clients.elbv2().create_load_balancer(&new(), &wait()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Conflict);
        assert!(error.to_string().contains(ARN), "{error}");
        assert_eq!(server.actions(), ["DescribeLoadBalancers"]);
    }

    #[tokio::test]
    async fn chosen_addresses_are_sent_as_mappings_and_read_back() {
        let server = Server::start(|fields| described(&fields["Action"], "<Code>active</Code>")).await;
        let clients = server.clients();
        let mapping =
            SubnetMapping { allocation_id: Some("eipalloc-1".into()), ..SubnetMapping::new("subnet-1") };
        clients.elbv2().set_subnets(ARN, std::slice::from_ref(&mapping)).await.unwrap();
        assert_eq!(server.requests()[0]["SubnetMappings.member.1.AllocationId"], "eipalloc-1");
        let found = clients.elbv2().load_balancer(ARN).await.unwrap().unwrap();
        assert_eq!(found.subnets, [mapping].into());
    }

    #[tokio::test]
    async fn what_is_gone_is_gone() {
        let server = Server::start(|_| error("LoadBalancerNotFound", "no such load balancer")).await;
        let clients = server.clients();
        assert_eq!(clients.elbv2().load_balancer(ARN).await.unwrap(), None);
        clients.elbv2().delete_load_balancer(ARN, &wait()).await.unwrap();
    }
}

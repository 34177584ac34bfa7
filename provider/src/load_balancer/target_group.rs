//! `groundup_nlb_target_group`: where a listener sends connections.

mod attributes;
mod health_check;

use std::collections::BTreeSet;

use aws::Wait;
use aws::elbv2::{NewTargetGroup, TargetGroup, arn_suffix};
use aws::limits::TARGET_GROUP;
use tfplugin::prelude::*;

use super::arn::{LoadBalancerArn, TargetGroupArn};
use super::{changed, decide, imported, name, parse, parse_arn};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::VpcId;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;
use attributes::{CrossZone, Stickiness, TargetGroupHealth, TargetHealthState};
use health_check::HealthCheck;

string_enum! {
    /// Protocols of network load balancers.
    pub(super) enum Protocol {
        Tcp = "TCP",
        Tls = "TLS",
        Udp = "UDP",
        TcpUdp = "TCP_UDP",
        Quic = "QUIC",
        TcpQuic = "TCP_QUIC",
    }
}

string_enum! {
    /// What the targets of a group are.
    pub(crate) enum TargetType {
        Instance = "instance",
        Ip = "ip",
        Alb = "alb",
    }
}

string_enum! {
    /// Addresses of targets.
    pub(crate) enum TargetAddressType {
        Ipv4 = "ipv4",
        Ipv6 = "ipv6",
    }
}

/// A target group: the targets that a listener of a network load balancer sends connections to, and how their health is
/// checked.
///
/// A listener uses its target group, so a group that has to be replaced must be created before the old one is destroyed,
/// under another name: leave `name` out (or use `name_prefix`) and set `lifecycle { create_before_destroy = true }`.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct NlbTargetGroup {
    /// ARN of the target group.
    #[attr(computed, keep)]
    id: Attr<TargetGroupArn>,
    /// ARN of the target group.
    #[attr(computed, keep)]
    arn: Attr<TargetGroupArn>,
    /// Part of the ARN that metrics name it by.
    #[attr(computed, keep)]
    arn_suffix: Attr<String>,
    /// Name, unique among the target groups of the account in the region: 1 to 32 letters, digits and hyphens. Made of
    /// `name_prefix` when not given.
    #[attr(optional, computed, keep, replace, check = |text| name::check(text))]
    name: Attr<String>,
    /// Beginning of a name that ends in eight random digits. Conflicts with `name`.
    #[attr(optional, computed, keep, replace, check = |text| name::check_prefix(text))]
    name_prefix: Attr<String>,
    /// Port of targets that are registered without one.
    #[attr(required, replace, check = |port| super::check_range(*port, 1, u16::MAX))]
    port: Attr<u16>,
    /// Protocol of the connections: `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`.
    #[attr(required, replace)]
    protocol: Attr<Protocol>,
    /// VPC of the targets.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// What targets are: `instance`, `ip` or `alb`. Targets of the type `ip` can be clients of the load balancer too,
    /// as API servers are; those of the type `instance` only with `preserve_client_ip = false`.
    #[attr(optional, default = "instance", replace)]
    target_type: Attr<TargetType>,
    /// Addresses of the targets: `ipv4` (as AWS chooses when not given) or `ipv6`.
    #[attr(optional, computed, keep, replace)]
    ip_address_type: Attr<TargetAddressType>,
    /// Seconds that a target which leaves the group may take to finish its connections: 0 to 3600.
    #[attr(optional, default = 300, check = |seconds| super::check_range(*seconds, 0, 3600))]
    deregistration_delay: Attr<u16>,
    /// Whether connections that are left are cut at the end of the delay. AWS chooses when not given: no, except for
    /// `UDP` and `TCP_UDP`.
    #[attr(optional, computed, keep)]
    connection_termination: Attr<bool>,
    /// Whether targets see the addresses of clients instead of the load balancer's. AWS chooses when not given: yes,
    /// except for `TCP` and `TLS` with targets of the type `ip`.
    #[attr(optional, computed, keep)]
    preserve_client_ip: Attr<bool>,
    /// Whether connections to targets begin with a header of the proxy protocol, version 2.
    #[attr(optional, default = false)]
    proxy_protocol_v2: Attr<bool>,
    /// Whether connections go to the targets of all availability zones: `true`, `false`, or
    /// `use_load_balancer_configuration`, as AWS chooses when not given.
    #[attr(optional, computed, keep)]
    load_balancing_cross_zone_enabled: Attr<CrossZone>,
    /// Whether connections of one client go to one target; without it they do not.
    #[attr(block, max = 1)]
    stickiness: Attr<Vec<Stickiness>>,
    /// What happens to the connections of a target that becomes unhealthy; without it they are cut.
    #[attr(block, max = 1)]
    target_health_state: Attr<Vec<TargetHealthState>>,
    /// How many targets must be healthy; without it one is enough.
    #[attr(block, max = 1)]
    target_group_health: Attr<Vec<TargetGroupHealth>>,
    /// How the health of targets is checked. Without it, by a TCP connection every 30 seconds: five in a row that succeed
    /// make a target healthy, two that fail make it unhealthy.
    #[attr(block, max = 1)]
    health_check: Attr<Vec<HealthCheck>>,
    /// ARNs of the load balancers that send connections here.
    #[attr(computed, keep)]
    load_balancer_arns: Attr<BTreeSet<LoadBalancerArn>>,
    /// Tags.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags, with the provider's default tags.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 2 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for NlbTargetGroup {
    const TYPE: &'static str = "nlb_target_group";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[("name", self.name.presence()), ("name_prefix", self.name_prefix.presence())]);
        if self.target_type == Attr::Known(TargetType::Alb)
            && self.protocol.known().is_some_and(|protocol| *protocol != Protocol::Tcp)
        {
            let detail = "Application load balancers are reached with the protocol TCP.";
            check.error("protocol", "Invalid Combination", detail);
        }
        attributes::validate(self, check);
        health_check::validate(&self.health_check, self.target_type, check);
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { config, planned, .. } = plan;
        name::plan(&config.name_prefix, &mut planned.name_prefix);
        health_check::plan(&config.health_check, &mut planned.health_check);
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Target Group";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.create(TARGET_GROUP.create));
        health_check::decide(&mut self.health_check);
        let new = NewTargetGroup {
            name: name::wanted(&self.name, &self.name_prefix),
            protocol: self.protocol.value()?.to_string(),
            port: *self.port.value()?,
            vpc_id: self.vpc_id.value()?.to_string(),
            target_type: self.target_type().to_string(),
            ip_address_type: self.ip_address_type.known().map(ToString::to_string),
            health_check: self.wanted_check()?,
            tags: tags::all(&self.tags_all),
        };
        let made = elb.create_target_group(&new, &wait).await;
        let found = created(made, SUMMARY, (Self::TYPE, Some("name")), &[])?;
        name::settle(&found.name, &mut self.name, &mut self.name_prefix);
        self.identify(&found, cx)?;
        decide(&mut self.load_balancer_arns, || BTreeSet::new().into());
        let address_type = parse::<TargetAddressType>(&found.ip_address_type)?;
        decide(&mut self.ip_address_type, || address_type.into());
        saved.save(&self);

        let wanted = changed(&attributes::wanted(&Self::default()), &attributes::wanted(&self));
        elb.set_target_group_attributes(&found.arn, &wanted, &wait).await.during(SUMMARY)?;
        self.settle(cx, &found.arn, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        const SUMMARY: &str = "Unable to Read Target Group";
        let elb = cx.client.aws().elbv2();
        let arn = self.id.value()?.to_string();
        let Some(found) = elb.target_group(&arn).await.during(SUMMARY)? else { return Ok(None) };
        let (settings, remote) =
            tokio::try_join!(elb.target_group_attributes(&arn), elb.tags(&arn)).during(SUMMARY)?;
        self.identify(&found, cx)?;
        self.observe(found)?;
        attributes::observe(&mut self, &settings)?;
        tags::read(&mut self.tags, &mut self.tags_all, remote, cx);
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Target Group";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.update(TARGET_GROUP.update));
        let arn = prior.id.value()?.to_string();
        let mut now = prior.clone();
        health_check::decide(&mut self.health_check);
        let check = self.wanted_check()?;
        if check != prior.wanted_check()? {
            elb.set_health_check(&arn, &check).await.during(SUMMARY).at("health_check")?;
            now.health_check = self.health_check.clone();
            saved.save(&now);
        }
        let wanted = changed(&attributes::wanted(&prior), &attributes::wanted(&self));
        elb.set_target_group_attributes(&arn, &wanted, &wait).await.during(SUMMARY)?;
        self.settle(cx, &arn, &wait).await.during(SUMMARY)?;
        now = Self { tags: prior.tags.clone(), tags_all: prior.tags_all.clone(), ..self.clone() };
        saved.save(&now);
        elb.retag(&arn, &tags::all(&prior.tags_all), &tags::all(&self.tags_all), &wait)
            .await
            .during(SUMMARY)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(TARGET_GROUP.delete));
        let elb = cx.client.aws().elbv2();
        elb.delete_target_group(self.id.value()?.as_str(), &wait)
            .await
            .during("Unable to Delete Target Group")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: imported(&id)?, ..Self::default() })
    }
}

impl NlbTargetGroup {
    fn target_type(&self) -> TargetType {
        self.target_type.or(TargetType::Instance)
    }

    fn wanted_check(&self) -> Result<aws::elbv2::HealthCheck> {
        health_check::wanted(&self.health_check, self.target_type().as_str())
    }

    /// Learns what was left to AWS.
    async fn settle(&mut self, cx: &Cx<Client>, arn: &str, wait: &Wait) -> Result<()> {
        if attributes::is_open(self) {
            let elb = cx.client.aws().elbv2();
            let what = format!("attributes of {arn}");
            let seen = wait.retry_new(&what, || elb.target_group_attributes(arn)).await?;
            attributes::settle(self, &seen)?;
        }
        Ok(())
    }

    fn identify(&mut self, found: &TargetGroup, cx: &Cx<Client>) -> Result<()> {
        self.id = parse_arn::<TargetGroupArn>(&found.arn)?.into();
        self.arn = self.id.clone();
        self.arn_suffix = arn_suffix(&found.arn).into();
        cx.client.target_types().note(&found.arn, parse(&found.target_type)?);
        Ok(())
    }

    fn observe(&mut self, found: TargetGroup) -> Result<()> {
        self.health_check =
            health_check::observe(&self.health_check, &found.health_check, &found.target_type)?;
        self.port = found.port.into();
        self.protocol = parse::<Protocol>(&found.protocol)?.into();
        self.vpc_id = found.vpc_id.parse::<VpcId>()?.into();
        self.target_type = parse::<TargetType>(&found.target_type)?.into();
        self.ip_address_type = parse::<TargetAddressType>(&found.ip_address_type)?.into();
        let balancers = found.load_balancer_arns.iter().map(|arn| parse_arn(arn));
        self.load_balancer_arns = balancers.collect::<Result<BTreeSet<_>>>()?.into();
        name::read(found.name, &mut self.name, &mut self.name_prefix);
        Ok(())
    }
}

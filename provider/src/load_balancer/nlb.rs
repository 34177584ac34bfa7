//! `groundup_nlb`: a network load balancer.

mod attributes;
mod subnets;

use std::collections::BTreeSet;

use aws::elbv2::{LoadBalancer, NewLoadBalancer, State, arn_suffix};
use aws::limits::LOAD_BALANCER;
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::arn::LoadBalancerArn;
use super::{changed, decide, imported, name, parse, parse_arn};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{SecurityGroupId, SubnetId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;
use attributes::{AccessLogs, RoutingPolicy};
use subnets::SubnetMapping;

/// What is told of a load balancer that AWS will not delete: in the plan, and when it was protected since.
const PROTECTED: &str = "Load Balancer Is Protected";
const UNPROTECT: &str = "Set `enable_deletion_protection = false` and apply that first.";

const PRIVATE_LINK_RULES: &str = "enforce_security_group_inbound_rules_on_private_link_traffic";

string_enum! {
    /// Kinds of load balancers.
    pub(crate) enum LoadBalancerType {
        Network = "network",
    }
}

string_enum! {
    /// Addresses a load balancer has.
    pub(crate) enum IpAddressType {
        Ipv4 = "ipv4",
        Dualstack = "dualstack",
    }
}

string_enum! {
    /// A switch.
    pub(crate) enum OnOff {
        On = "on",
        Off = "off",
    }
}

/// A network load balancer: one stable name and, for each availability zone, one address that forwards connections to
/// the targets of its listeners.
///
/// Creation ends when the load balancer routes traffic, which takes AWS a few minutes. Give it security groups from the
/// start. A public one needs a route to an internet gateway in each of its subnets; let it depend on that route, so
/// that a destroy takes the load balancer down first.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Nlb {
    /// ARN of the load balancer.
    #[attr(computed, keep)]
    id: Attr<LoadBalancerArn>,
    /// ARN of the load balancer.
    #[attr(computed, keep)]
    arn: Attr<LoadBalancerArn>,
    /// Part of the ARN that metrics name it by.
    #[attr(computed, keep)]
    arn_suffix: Attr<String>,
    /// Name, unique among the load balancers of the account in the region: 1 to 32 letters, digits and hyphens. Made of
    /// `name_prefix` when not given.
    #[attr(optional, computed, keep, replace, check = |text| name::check(text).and_then(|()| name::check_reserved(text)))]
    name: Attr<String>,
    /// Beginning of a name that ends in eight random digits. Conflicts with `name`.
    #[attr(optional, computed, keep, replace,
        check = |text| name::check_prefix(text).and_then(|()| name::check_reserved(text)))]
    name_prefix: Attr<String>,
    /// Whether it has private addresses alone, and is reached from inside the VPC only.
    #[attr(optional, default = false, replace)]
    internal: Attr<bool>,
    /// Kind of load balancer; always `network`.
    #[attr(optional, default = "network", replace)]
    load_balancer_type: Attr<LoadBalancerType>,
    /// Addresses it has: `ipv4` (as AWS chooses when not given) or `dualstack`.
    #[attr(optional, computed, keep)]
    ip_address_type: Attr<IpAddressType>,
    /// Subnets to serve, one for each availability zone. Exactly one of `subnets` and `subnet_mapping` is required.
    #[attr(optional, computed, keep)]
    subnets: Attr<BTreeSet<SubnetId>>,
    /// Subnet to serve with an address of your choice. The address of a subnet cannot change later: that replaces the
    /// load balancer.
    #[attr(block = "set")]
    subnet_mapping: Attr<Vec<SubnetMapping>>,
    /// Security groups that guard it. Taking away the last one replaces the load balancer.
    #[attr(optional, computed, keep)]
    security_groups: Attr<BTreeSet<SecurityGroupId>>,
    /// Whether the rules of its security groups apply to traffic through endpoint services: `on` (as AWS chooses when not
    /// given) or `off`. Needs security groups.
    #[attr(optional, computed, keep, name = "enforce_security_group_inbound_rules_on_private_link_traffic")]
    private_link_rules: Attr<OnOff>,
    /// Whether AWS refuses to delete it.
    #[attr(optional, default = false)]
    enable_deletion_protection: Attr<bool>,
    /// Whether each address forwards to the targets of all availability zones. AWS bills the traffic between zones.
    #[attr(optional, default = false)]
    enable_cross_zone_load_balancing: Attr<bool>,
    /// Which addresses clients inside AWS learn from its name: `any_availability_zone`, `availability_zone_affinity` or
    /// `partial_availability_zone_affinity`.
    #[attr(optional, default = "any_availability_zone")]
    dns_record_client_routing_policy: Attr<RoutingPolicy>,
    /// Whether traffic can be shifted away from an impaired availability zone by Amazon's zonal shift.
    #[attr(optional, default = false)]
    enable_zonal_shift: Attr<bool>,
    /// Where a record of each TLS connection is kept; without it nowhere.
    #[attr(block, max = 1)]
    access_logs: Attr<Vec<AccessLogs>>,
    /// Name under which it is reached.
    #[attr(computed, keep)]
    dns_name: Attr<String>,
    /// Route 53 hosted zone of `dns_name`, for alias records.
    #[attr(computed, keep)]
    zone_id: Attr<String>,
    /// VPC of its subnets.
    #[attr(computed, keep)]
    vpc_id: Attr<VpcId>,
    /// Tags.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags, with the provider's default tags.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 10 minutes to create, 10 to change, 10 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for Nlb {
    const TYPE: &'static str = "nlb";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[("name", self.name.presence()), ("name_prefix", self.name_prefix.presence())]);
        let has_no_mapping = self.subnet_mapping.known().is_some_and(Vec::is_empty);
        let mappings = if has_no_mapping { Presence::Absent } else { self.subnet_mapping.presence() };
        check.exactly_one(&[("subnets", self.subnets.presence()), ("subnet_mapping", mappings)]);
        if self.subnets.known().is_some_and(BTreeSet::is_empty) {
            check.error("subnets", "Missing Subnets", "A load balancer serves at least one subnet.");
        }
        subnets::validate(self, check);
        let is_unguarded = self.security_groups.is_null() || self.is_guarded() == Some(false);
        if self.private_link_rules.known().is_some() && is_unguarded {
            let detail = "The switch needs `security_groups`, whose rules it is about.";
            check.error(PRIVATE_LINK_RULES, "Missing Argument", detail);
        }
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { config, planned, prior, told, .. } = &mut *plan;
        name::plan(&config.name_prefix, &mut planned.name_prefix);
        subnets::plan(config, planned);
        if config.private_link_rules.is_null() {
            planned.plan_private_link_rules();
        }
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        let crowded = subnets::crowded_zones(planned, cx.client.subnet_zones());
        let argument = if config.subnets.is_set() { "subnets" } else { "subnet_mapping" };
        for problem in crowded {
            told.error(argument, "Two Subnets in One Availability Zone", problem);
        }
        let Some(prior) = prior else { return Ok(()) };
        let moves_address = subnets::moves_address(prior, planned);
        let protected = prior.protected();
        let loses_guard = prior.is_guarded() == Some(true) && planned.is_guarded() == Some(false);
        if moves_address {
            plan.require_replace("subnet_mapping");
        }
        if loses_guard {
            plan.require_replace("security_groups");
        }
        if let (Some(protected), Some(cause)) = (protected, plan.replace.first().cloned()) {
            plan.error(cause, PROTECTED, format!("The change replaces the load balancer. {protected}"));
        }
        Ok(())
    }

    async fn plan_destroy(prior: &Self, _: &Cx<Client>) -> Result<()> {
        prior.protected().map_or(Ok(()), |protected| Err(Error::new(PROTECTED, protected)))
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Network Load Balancer";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.create(LOAD_BALANCER.create));
        let new = NewLoadBalancer {
            name: name::wanted(&self.name, &self.name_prefix),
            internal: self.internal.or(false),
            subnets: self.wanted_subnets(),
            security_groups: self.wanted_groups(),
            ip_address_type: self.ip_address_type.known().map(ToString::to_string),
            tags: tags::all(&self.tags_all),
        };
        let made = elb.create_load_balancer(&new, &wait).await;
        let found = created(made, SUMMARY, (Self::TYPE, Some("name")), &[])?;
        name::settle(&found.name, &mut self.name, &mut self.name_prefix);
        let arn = found.arn.clone();
        self.identify(&found)?;
        saved.save(&self);
        let mut provisioning = self.clone();
        provisioning.settle(&found)?;
        saved.save(&provisioning);

        let wanted = changed(&attributes::wanted(&Self::default()), &attributes::wanted(&self));
        elb.set_load_balancer_attributes(&arn, &wanted, &wait).await.during(SUMMARY)?;
        // `on` is what a load balancer with security groups begins with.
        if let Some(rules @ OnOff::Off) = self.private_link_rules.known() {
            let set = || elb.set_security_groups(&arn, &new.security_groups, Some(rules.as_str()));
            wait.retry_new(&format!("security groups of {arn}"), set).await.during(SUMMARY)?;
        }
        let active = match elb.active_load_balancer(&arn, &wait).await {
            Err(error @ aws::Error::Failed { .. }) => return Err(Error::new(SUMMARY, given_up(&error))),
            result => result.during(SUMMARY)?,
        };
        warn_if_impaired(&active, cx);
        self.settle(&active)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        const SUMMARY: &str = "Unable to Read Network Load Balancer";
        let elb = cx.client.aws().elbv2();
        let arn = self.id.value()?.to_string();
        let Some(found) = elb.load_balancer(&arn).await.during(SUMMARY)? else { return Ok(None) };
        if found.kind != LoadBalancerType::Network.as_str() {
            let detail = format!(
                "{arn} is of the type {:?}; `groundup_nlb` manages network load balancers.",
                found.kind
            );
            return Err(Error::new("Not a Network Load Balancer", detail));
        }
        let (settings, remote) =
            tokio::try_join!(elb.load_balancer_attributes(&arn), elb.tags(&arn)).during(SUMMARY)?;
        warn_if_failed(&found, cx);
        self.identify(&found)?;
        self.observe(&found)?;
        attributes::observe(&mut self, &settings)?;
        tags::read(&mut self.tags, &mut self.tags_all, remote, cx);
        name::read(found.name, &mut self.name, &mut self.name_prefix);
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Network Load Balancer";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.update(LOAD_BALANCER.update));
        let arn = prior.id.value()?.to_string();
        let mut now = prior.clone();
        if self.wanted_subnets() != prior.wanted_subnets() {
            elb.set_subnets(&arn, &self.wanted_subnets()).await.during(SUMMARY).at("subnets")?;
            (now.subnets, now.subnet_mapping) = (self.subnets.clone(), self.subnet_mapping.clone());
            saved.save(&now);
        }
        if self.wanted_groups() != prior.wanted_groups()
            || self.private_link_rules != prior.private_link_rules
        {
            let rules = self.private_link_rules.known().map(|rules| rules.as_str());
            let set = elb.set_security_groups(&arn, &self.wanted_groups(), rules).await;
            set.during(SUMMARY).at("security_groups")?;
            now.security_groups = self.security_groups.clone();
            now.private_link_rules = self.private_link_rules;
            saved.save(&now);
        }
        if let Some(kind) =
            self.ip_address_type.known().filter(|_| self.ip_address_type != prior.ip_address_type)
        {
            elb.set_ip_address_type(&arn, kind.as_str()).await.during(SUMMARY).at("ip_address_type")?;
            now.ip_address_type = self.ip_address_type;
            saved.save(&now);
        }
        let is_reshaped = now != prior || self.ip_address_type.is_unknown();
        let wanted = changed(&attributes::wanted(&prior), &attributes::wanted(&self));
        elb.set_load_balancer_attributes(&arn, &wanted, &wait).await.during(SUMMARY)?;
        now = Self { tags: prior.tags.clone(), tags_all: prior.tags_all.clone(), ..self.clone() };
        saved.save(&now);
        elb.retag(&arn, &tags::all(&prior.tags_all), &tags::all(&self.tags_all), &wait)
            .await
            .during(SUMMARY)?;
        if is_reshaped {
            let active = elb.active_load_balancer(&arn, &wait).await.during(SUMMARY)?;
            warn_if_impaired(&active, cx);
            self.settle(&active)?;
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.delete(LOAD_BALANCER.delete));
        let arn = self.id.value()?.as_str();
        if let Err(error) = elb.delete_load_balancer(arn, &wait).await {
            if error.has_code(&["OperationNotPermitted"]) {
                return Err(Error::new(PROTECTED, format!("{error}\n\n{UNPROTECT}")));
            }
            return Err(error).during("Unable to Delete Network Load Balancer");
        }
        // What was to be deleted is deleted; what follows only spares the deletion of subnets and groups its retries.
        if let Err(error) = elb.load_balancer_interfaces_gone(arn, &wait).await {
            cx.warn("Network Interfaces Remain", format!("The load balancer is deleted, but {error}."));
        }
        Ok(())
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: imported(&id)?, ..Self::default() })
    }
}

impl Nlb {
    fn wanted_subnets(&self) -> Vec<aws::elbv2::SubnetMapping> {
        subnets::wanted(&self.subnets, &self.subnet_mapping)
    }

    fn wanted_groups(&self) -> BTreeSet<String> {
        self.security_groups.known().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// Whether it has security groups, when that is known.
    fn is_guarded(&self) -> Option<bool> {
        self.security_groups.known().map(|groups| !groups.is_empty())
    }

    /// What stands in the way of its deletion.
    fn protected(&self) -> Option<String> {
        (self.enable_deletion_protection == Attr::Known(true)).then(|| {
            format!(
                "AWS refuses to delete load balancer {} while its deletion protection is on. {UNPROTECT}",
                self.name.or_default()
            )
        })
    }

    /// Plans what AWS chooses: the rules apply everywhere, and without security groups there are none.
    fn plan_private_link_rules(&mut self) {
        match self.is_guarded() {
            Some(true) => decide(&mut self.private_link_rules, || OnOff::On.into()),
            Some(false) => self.private_link_rules = Attr::Null,
            None => {}
        }
    }

    /// Takes over what never changes.
    fn identify(&mut self, found: &LoadBalancer) -> Result<()> {
        self.id = parse_arn::<LoadBalancerArn>(&found.arn)?.into();
        self.arn = self.id.clone();
        self.arn_suffix = arn_suffix(&found.arn).into();
        self.dns_name = found.dns_name.clone().into();
        self.zone_id = found.zone_id.clone().into();
        self.vpc_id = found.vpc_id.parse::<VpcId>()?.into();
        Ok(())
    }

    /// Takes over what was left to AWS.
    fn settle(&mut self, found: &LoadBalancer) -> Result<()> {
        let mut seen = self.clone();
        seen.observe(found)?;
        decide(&mut self.subnets, || seen.subnets);
        decide(&mut self.security_groups, || seen.security_groups);
        decide(&mut self.ip_address_type, || seen.ip_address_type);
        decide(&mut self.private_link_rules, || seen.private_link_rules);
        Ok(())
    }

    /// Takes over everything as it is.
    fn observe(&mut self, found: &LoadBalancer) -> Result<()> {
        self.internal = found.internal.into();
        self.load_balancer_type = LoadBalancerType::Network.into();
        self.ip_address_type = parse::<IpAddressType>(&found.ip_address_type)?.into();
        self.security_groups =
            found.security_groups.iter().map(|id| id.parse()).collect::<Result<BTreeSet<_>, _>>()?.into();
        // What was never set is not always reported.
        let rules = found.private_link_rules.as_deref().map(parse::<OnOff>).transpose()?;
        let default = (!found.security_groups.is_empty()).then_some(OnOff::On);
        self.private_link_rules = rules.or(default).into();
        (self.subnets, self.subnet_mapping) = subnets::observe(&self.subnet_mapping, &found.subnets)?;
        Ok(())
    }
}

/// What the user can do about a load balancer that AWS gave up on.
fn given_up(error: &aws::Error) -> String {
    format!(
        "The {error}. A public load balancer needs an internet gateway in its VPC, and each subnet needs eight free \
         addresses. The next apply replaces the load balancer."
    )
}

/// A load balancer may fail while nobody waits for it. It exists all the same; only the user can decide to replace it.
fn warn_if_failed(found: &LoadBalancer, cx: &Cx<Client>) {
    if let State::Failed(reason) = &found.state {
        let detail = format!(
            "AWS could not set up load balancer {}: {reason}. Repair the cause, then replace it with `-replace`.",
            found.name
        );
        cx.warn("Load Balancer Does Not Work", detail);
    }
}

fn warn_if_impaired(found: &LoadBalancer, cx: &Cx<Client>) {
    if let State::Impaired(reason) = &found.state {
        let detail = format!("Load balancer {} routes traffic, but AWS reports: {reason}.", found.name);
        cx.warn("Load Balancer Is Impaired", detail);
    }
}

#[cfg(test)]
mod tests;

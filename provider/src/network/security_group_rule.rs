//! Rules of security groups: the mechanism that ingress and egress rules share.

mod group_reference;
pub(super) mod ports;
mod protocol;
mod resource;

use aws::ec2::{Direction, Peer, RuleSettings};
use aws::limits::SECURITY_GROUP_RULE;
use tfplugin::Presence;
use tfplugin::prelude::*;

pub(super) use group_reference::GroupReference;
pub(super) use protocol::Protocol;
pub(super) use resource::rule_resource;

use super::inline_rules::{self, InlineRules};
use super::object::{blame, import_id, parse};
use super::security_group::characters;
use crate::Client;
use crate::common::cidr::{Ipv4Cidr, Ipv6Cidr};
use crate::common::creation::created;
use crate::common::id::{PrefixListId, SecurityGroupId, SecurityGroupRuleId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// A rule of a security group.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Rule {
    /// Id of the rule, such as `sgr-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<SecurityGroupRuleId>,
    /// Id of the rule, once more.
    #[attr(computed, keep)]
    security_group_rule_id: Attr<SecurityGroupRuleId>,
    /// Amazon Resource Name of the rule.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Security group of the rule. A change replaces the rule.
    #[attr(required, replace)]
    security_group_id: Attr<SecurityGroupId>,
    /// Who is let through, as an IPv4 network without host bits. One of this, `cidr_ipv6`, `prefix_list_id` and
    /// `referenced_security_group_id` is set; another kind replaces the rule.
    #[attr(optional)]
    cidr_ipv4: Attr<Parsed<Ipv4Cidr>>,
    /// Who is let through, as an IPv6 network without host bits.
    #[attr(optional)]
    cidr_ipv6: Attr<Parsed<Ipv6Cidr>>,
    /// Who is let through, as a managed prefix list.
    #[attr(optional)]
    prefix_list_id: Attr<PrefixListId>,
    /// Who is let through, as the members of a security group; in another account as `123456789012/sg-…`.
    #[attr(optional)]
    referenced_security_group_id: Attr<Parsed<GroupReference>>,
    /// Protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all of them.
    #[attr(required)]
    ip_protocol: Attr<Parsed<Protocol>>,
    /// First port, or the ICMP type, of which -1 means all. Not set with `ip_protocol = "-1"`.
    #[attr(optional)]
    from_port: Attr<i32>,
    /// Last port, or the ICMP code, of which -1 means all. Not set with `ip_protocol = "-1"`.
    #[attr(optional)]
    to_port: Attr<i32>,
    /// What the rule is for.
    #[attr(optional, check = |text| description(text))]
    description: Attr<String>,
    /// Tags of the rule.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the rule, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
}

/// Whether AWS takes a text as the description of a rule.
pub(super) fn description(text: &str) -> Result<(), String> {
    match text.chars().count() {
        0..=255 => characters("description", text),
        length => Err(format!("A description has at most 255 characters; this one has {length}.")),
    }
}

/// The resource for rules of that direction.
const fn type_name(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "vpc_security_group_ingress_rule",
        Direction::Egress => "vpc_security_group_egress_rule",
    }
}

const BLAMED: [(&str, &str); 3] = [
    ("InvalidGroup.NotFound", "security_group_id"),
    ("InvalidGroupId.Malformed", "referenced_security_group_id"),
    ("InvalidPrefixListID.NotFound", "prefix_list_id"),
];

impl Rule {
    pub(super) fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        check.exactly_one(&self.peers());
        self.validate_ports(check);
    }

    fn validate_ports(&self, check: &mut Check) {
        let Some(protocol) = self.ip_protocol.known() else { return };
        let ports = [("from_port", &self.from_port), ("to_port", &self.to_port)];
        if protocol.is_all() {
            for (name, _) in ports.into_iter().filter(|(_, port)| port.known().is_some()) {
                check.error(name, "Conflicting Arguments", "A rule for all protocols is one for all ports.");
            }
            return;
        }
        for (name, summary, detail) in ports::problems(protocol, [&self.from_port, &self.to_port]) {
            check.error(name, summary, detail);
        }
    }

    /// Plans the rule; tells the attribute whose change replaces it, because AWS does not change the kind of a peer.
    pub(super) fn plan(
        direction: Direction,
        prior: Option<&Self>,
        planned: &mut Self,
        cx: &Cx<Client>,
    ) -> Result<Option<&'static str>> {
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        let group = planned.security_group_id.known();
        if let Some(problem) = group.and_then(|id| InlineRules::beside(id.as_str(), direction, cx)) {
            cx.warn_at("security_group_id", inline_rules::TWO_WAYS, problem);
        }
        let now = planned.kind();
        Ok(now.filter(|_| prior.is_some_and(|prior| prior.kind() != now)))
    }

    pub(super) async fn create(
        mut self,
        direction: Direction,
        cx: &Cx<Client>,
        save: impl Fn(&Self) + Send + Sync,
    ) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Security Group Rule";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, SECURITY_GROUP_RULE.create));
        let (group, settings) = (self.security_group_id.value()?.to_string(), self.settings()?);
        let wanted = tags::all(&self.tags_all);
        let made = ec2.authorize_rule(direction, &group, &settings, &wanted, &wait).await;
        let rule = created(made, SUMMARY, (type_name(direction), None), &BLAMED)?;
        self.id = parse::<SecurityGroupRuleId>(&rule.id)?.into();
        self.security_group_rule_id = self.id.clone();
        save(&self);
        let seen = ec2.security_group_rule_visible(&rule.id, &wait).await.during(SUMMARY)?;
        self.learn_arn(&seen, cx).await?;
        Ok(self)
    }

    pub(super) async fn read(mut self, direction: Direction, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.clone();
        let group = self.security_group_id.known().map(SecurityGroupId::as_str);
        let found = cx.client.aws().ec2().security_group_rule(id.as_str(), group).await;
        let Some(rule) = found.during("Unable to Read Security Group Rule")? else { return Ok(None) };
        if rule.direction != direction {
            let detail =
                format!("Rule {id} is about the other direction: import it as the other kind of rule.");
            return Err(Error::new("Wrong Direction of Rule", detail));
        }
        self.learn_arn(&rule, cx).await?;
        self.security_group_rule_id = id.into();
        self.security_group_id = parse::<SecurityGroupId>(&rule.group_id)?.into();
        self.ip_protocol = parse::<Protocol>(&rule.protocol).map(Parsed::of)?.into();
        self.from_port = rule.from_port.into();
        self.to_port = rule.to_port.into();
        // An empty description and none are the same to AWS; the configuration may say either.
        if rule.description.is_some() || self.description.as_str() != Some("") {
            self.description = rule.description.into();
        }
        self.read_peer(rule.peer)?;
        tags::read(&mut self.tags, &mut self.tags_all, rule.tags, cx);
        Ok(Some(self))
    }

    pub(super) async fn update(
        self,
        prior: Self,
        cx: &Cx<Client>,
        save: impl Fn(&Self) + Send + Sync,
    ) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Security Group Rule";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, SECURITY_GROUP_RULE.update));
        let (group, id) = (self.security_group_id.value()?.as_str(), self.id.value()?.as_str());
        let settings = self.settings()?;
        if settings != prior.settings()? {
            let modified = ec2.modify_rule(group, id, &settings).await;
            modified.map_err(|error| blame(error, SUMMARY, &BLAMED))?;
            save(&Self { tags: prior.tags.clone(), tags_all: prior.tags_all.clone(), ..self.clone() });
        }
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        ec2.retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    pub(super) async fn delete(self, direction: Direction, cx: &Cx<Client>) -> Result<()> {
        let (group, id) = (self.security_group_id.value()?.as_str(), self.id.value()?.to_string());
        let revoked = cx.client.aws().ec2().revoke_rules(direction, group, vec![id]).await;
        revoked.during("Unable to Delete Security Group Rule")
    }

    pub(super) fn import(id: &ImportId) -> Result<Self> {
        Ok(Self { id: import_id(id)?, ..Self::default() })
    }

    /// The kinds of peer, and which of them is set.
    fn peers(&self) -> [(&'static str, Presence); 4] {
        [
            ("cidr_ipv4", self.cidr_ipv4.presence()),
            ("cidr_ipv6", self.cidr_ipv6.presence()),
            ("prefix_list_id", self.prefix_list_id.presence()),
            ("referenced_security_group_id", self.referenced_security_group_id.presence()),
        ]
    }

    /// The kind of peer that is set, or else that may be.
    fn kind(&self) -> Option<&'static str> {
        let with =
            |presence| self.peers().into_iter().find(|(_, seen)| *seen == presence).map(|(name, _)| name);
        with(Presence::Present).or_else(|| with(Presence::Undecided))
    }

    fn settings(&self) -> Result<RuleSettings> {
        Ok(RuleSettings {
            protocol: self.ip_protocol.value()?.get().to_string(),
            from_port: self.from_port.known().copied(),
            to_port: self.to_port.known().copied(),
            peer: self.peer()?,
            description: self.description.known().cloned(),
        })
    }

    fn peer(&self) -> Result<Peer> {
        if let Some(cidr) = self.cidr_ipv4.known() {
            Ok(Peer::Ipv4(cidr.get().to_string()))
        } else if let Some(cidr) = self.cidr_ipv6.known() {
            Ok(Peer::Ipv6(cidr.get().to_string()))
        } else if let Some(id) = self.prefix_list_id.known() {
            Ok(Peer::PrefixList(id.to_string()))
        } else {
            Ok(self.referenced_security_group_id.value()?.get().peer())
        }
    }

    fn read_peer(&mut self, peer: Peer) -> Result<()> {
        self.cidr_ipv4 = Attr::Null;
        self.cidr_ipv6 = Attr::Null;
        self.prefix_list_id = Attr::Null;
        let reference = std::mem::take(&mut self.referenced_security_group_id);
        match peer {
            Peer::Ipv4(cidr) => self.cidr_ipv4 = Parsed::of(parse::<Ipv4Cidr>(&cidr)?).into(),
            Peer::Ipv6(cidr) => self.cidr_ipv6 = Parsed::of(parse::<Ipv6Cidr>(&cidr)?).into(),
            Peer::PrefixList(id) => self.prefix_list_id = parse::<PrefixListId>(&id)?.into(),
            Peer::Group { id, owner_id } => {
                let group = parse::<SecurityGroupId>(&id)?;
                let seen = GroupReference { account: owner_id, group };
                // The account may be spelt out although it is the same one.
                let kept =
                    reference.known().filter(|known| seen.account.is_none() && known.group == seen.group);
                self.referenced_security_group_id = kept.cloned().unwrap_or_else(|| Parsed::of(seen)).into();
            }
        }
        Ok(())
    }

    async fn learn_arn(&mut self, rule: &aws::ec2::SecurityGroupRule, cx: &Cx<Client>) -> Result<()> {
        if self.arn.known().is_none() {
            let owner = rule.group_owner_id.as_deref();
            let made = cx.client.aws().ec2_arn(owner, "security-group-rule", &rule.id).await;
            self.arn = made.during("Unable to Name the Owner")?.to_string().into();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, from: Attr<i32>, to: Attr<i32>) -> Rule {
        Rule {
            ip_protocol: Attr::parse(protocol).unwrap(),
            from_port: from,
            to_port: to,
            cidr_ipv4: Attr::Unknown,
            ..Rule::default()
        }
    }

    fn blamed(rule: &Rule) -> Vec<String> {
        let mut check = Check::default();
        rule.validate(&mut check);
        check.iter().map(|told| told.path.clone().unwrap_or_default().to_string()).collect()
    }

    #[test]
    fn ports_fit_their_protocol() {
        let none = Vec::<String>::new();
        assert_eq!(blamed(&rule("tcp", 6443.into(), 6443.into())), none);
        assert_eq!(blamed(&rule("icmp", (-1).into(), (-1).into())), none);
        assert_eq!(blamed(&rule("-1", Attr::Null, Attr::Null)), none);
        assert_eq!(blamed(&rule("50", Attr::Null, Attr::Null)), none);
        assert_eq!(blamed(&rule("tcp", Attr::Unknown, 80.into())), none);
        assert_eq!(blamed(&rule("-1", Attr::Unknown, Attr::Unknown)), none);
        assert_eq!(blamed(&rule("-1", 0.into(), 0.into())), ["from_port", "to_port"]);
        assert_eq!(blamed(&rule("6", Attr::Null, 70_000.into())), ["from_port", "to_port"]);
        assert_eq!(blamed(&rule("udp", 53.into(), 52.into())), ["to_port"]);
        assert_eq!(blamed(&rule("icmp", 8.into(), 256.into())), ["to_port"]);
    }

    #[test]
    fn exactly_one_peer() {
        let mut rule = rule("-1", Attr::Null, Attr::Null);
        rule.cidr_ipv6 = Attr::Known(Parsed::new("::/0").unwrap());
        assert_eq!(blamed(&rule), Vec::<String>::new());
        assert_eq!(rule.kind(), Some("cidr_ipv6"));
        rule.cidr_ipv4 = Attr::Known(Parsed::new("0.0.0.0/0").unwrap());
        assert_eq!(blamed(&rule), ["cidr_ipv6"]);
        (rule.cidr_ipv4, rule.cidr_ipv6) = (Attr::Null, Attr::Null);
        assert_eq!(blamed(&rule).len(), 1);
    }

    #[test]
    fn the_own_account_may_be_spelt_out() {
        let mut rule = Rule {
            referenced_security_group_id: Attr::parse("123456789012/sg-01234567").unwrap(),
            ..Rule::default()
        };
        rule.read_peer(Peer::Group { id: "sg-01234567".into(), owner_id: None }).unwrap();
        assert_eq!(rule.referenced_security_group_id.known().unwrap().text(), "123456789012/sg-01234567");
        rule.read_peer(Peer::Ipv4("10.0.0.0/8".into())).unwrap();
        assert!(rule.referenced_security_group_id.is_null());
        assert_eq!(rule.cidr_ipv4.known().unwrap().text(), "10.0.0.0/8");
    }
}

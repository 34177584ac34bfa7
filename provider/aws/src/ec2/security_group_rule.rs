//! Security group rules: what may come in and go out.

use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRuleRequest,
    SecurityGroupRuleUpdate, TagSpecification, UserIdGroupPair,
};

use super::security_group::ID as GROUP;
use super::{Ec2, PAGE, any_of, once, tags};
use crate::batch::{Described, Key, Reach, Scope};
use crate::creation::{Creation, Token, taken};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Tags, Wait, failed};

/// A rule as the service describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupRule {
    /// The id, which begins with `sgr-`.
    pub id: String,
    /// The name of the object across all of AWS; some emulators do not say.
    pub arn: Option<String>,
    /// The group it is a rule of.
    pub group_id: String,
    /// The account that owns the group.
    pub group_owner_id: Option<String>,
    /// Whether it is about what comes in or what goes out.
    pub direction: Direction,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, another protocol's number, or `-1` for all of them.
    pub protocol: String,
    /// The first port, or the ICMP type.
    pub from_port: Option<i32>,
    /// The last port, or the ICMP code.
    pub to_port: Option<i32>,
    /// Who is let through.
    pub peer: Peer,
    /// What the rule is for.
    pub description: Option<String>,
    /// The tags.
    pub tags: Tags,
}

/// What a rule lets through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleSettings {
    /// See [`SecurityGroupRule::protocol`].
    pub protocol: String,
    /// See [`SecurityGroupRule::from_port`].
    pub from_port: Option<i32>,
    /// See [`SecurityGroupRule::to_port`].
    pub to_port: Option<i32>,
    /// Who is let through.
    pub peer: Peer,
    /// What the rule is for.
    pub description: Option<String>,
}

/// Whether a rule is about what comes in or what goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// What comes in.
    Ingress,
    /// What goes out.
    Egress,
}

/// Who a rule lets through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// An IPv4 network.
    Ipv4(String),
    /// An IPv6 network.
    Ipv6(String),
    /// The networks of a prefix list.
    PrefixList(String),
    /// The members of a security group.
    Group {
        /// The group.
        id: String,
        /// The account that owns it, when it is another one.
        owner_id: Option<String>,
    },
}

const ID: &str = "security-group-rule-id";

impl Ec2<'_> {
    /// Adds a rule to a group.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the group has such a rule, and when the service refuses.
    pub async fn authorize_rule(
        &self,
        direction: Direction,
        group_id: &str,
        settings: &RuleSettings,
        tags: &Tags,
        wait: &Wait,
    ) -> Result<SecurityGroupRule> {
        let attempt = |token: Token| async move {
            let tags = tags::specification(ResourceType::SecurityGroupRule, tags, Some(&token));
            let authorize = || self.authorize(direction, group_id, settings, tags.clone());
            let rule = wait
                .retry_new(&format!("security group {group_id} to be known"), authorize)
                .await?
                .into_iter()
                .next();
            rule.filter(|rule| !rule.id.is_empty())
                .ok_or_else(|| Error::reply(operation(direction), "the reply has no rule id"))
        };
        let look = |token: Token| async move {
            Ok(self.made_as::<SecurityGroupRule>(&token).await?.into_iter().next())
        };
        let request = &(direction, group_id, settings, tags);
        let creation = Creation { kind: "security group rule", tagged: true, request, wait };
        let created = self.clients.create(creation, attempt, look).await;
        let other = async { Ok(self.equal_rule(direction, group_id, settings).await?.map(|rule| rule.id)) };
        let what = format!("such a rule of security group {group_id}");
        taken(created, &["InvalidPermission.Duplicate"], &what, other).await
    }

    async fn authorize(
        &self,
        direction: Direction,
        group_id: &str,
        settings: &RuleSettings,
        tags: Option<Vec<TagSpecification>>,
    ) -> Result<Vec<SecurityGroupRule>> {
        let client = self.sdk().await?;
        let rules = match direction {
            Direction::Ingress => {
                let request = client.authorize_security_group_ingress().group_id(group_id);
                let request = request.ip_permissions(settings.permission()).set_tag_specifications(tags);
                let reply = request.customize().config_override(once()).send().await;
                reply.map_err(failed(operation(direction)))?.security_group_rules
            }
            Direction::Egress => {
                let request = client.authorize_security_group_egress().group_id(group_id);
                let request = request.ip_permissions(settings.permission()).set_tag_specifications(tags);
                let reply = request.customize().config_override(once()).send().await;
                reply.map_err(failed(operation(direction)))?.security_group_rules
            }
        };
        Ok(rules.unwrap_or_default().into_iter().map(SecurityGroupRule::from_sdk).collect())
    }

    /// Awaits that a new rule can be read.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn security_group_rule_visible(&self, id: &str, wait: &Wait) -> Result<SecurityGroupRule> {
        wait.visible(&format!("security group rule {id}"), || self.security_group_rule(id, None)).await
    }

    /// The rule of that id. With the group it is said to be in, the rules of that group may be asked for together.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn security_group_rule(
        &self,
        id: &str,
        group_id: Option<&str>,
    ) -> Result<Option<SecurityGroupRule>> {
        let reads = self.reads();
        if let Some(group_id) = group_id {
            reads.scope.meet(GROUP, group_id);
        }
        self.one(&reads.security_group_rules, ID, id).await
    }

    /// The rules of a group.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn security_group_rules(&self, group_id: &str) -> Result<Vec<SecurityGroupRule>> {
        let found = self.all(&self.reads().security_group_rules, GROUP, group_id).await?;
        Ok(found.into_iter().map(Arc::unwrap_or_clone).collect())
    }

    /// The rule of a group that lets through what these settings would; tells what a "duplicate" is a duplicate of.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn equal_rule(
        &self,
        direction: Direction,
        group_id: &str,
        settings: &RuleSettings,
    ) -> Result<Option<SecurityGroupRule>> {
        let is_equal = |rule: &SecurityGroupRule| rule.direction == direction && rule.lets_through(settings);
        Ok(self.security_group_rules(group_id).await?.into_iter().find(is_equal))
    }

    /// Changes what a rule lets through. The kind of its peer must stay.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn modify_rule(&self, group_id: &str, id: &str, settings: &RuleSettings) -> Result<()> {
        let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id);
        let update = update.security_group_rule(settings.request()).build();
        let request = self.sdk().await?.modify_security_group_rules().group_id(group_id);
        let request = request.security_group_rules(update);
        request.send().await.map_err(failed("ec2:ModifySecurityGroupRules"))?;
        Ok(())
    }

    /// Removes rules from a group. That a rule, or the group, is gone is as good.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn revoke_rules(&self, direction: Direction, group_id: &str, ids: Vec<String>) -> Result<()> {
        let client = self.sdk().await?;
        let revoked = match direction {
            Direction::Ingress => {
                let request = client.revoke_security_group_ingress().group_id(group_id);
                let reply = request.set_security_group_rule_ids(Some(ids)).send().await;
                reply.map_err(failed("ec2:RevokeSecurityGroupIngress")).map(drop)
            }
            Direction::Egress => {
                let request = client.revoke_security_group_egress().group_id(group_id);
                let reply = request.set_security_group_rule_ids(Some(ids)).send().await;
                reply.map_err(failed("ec2:RevokeSecurityGroupEgress")).map(drop)
            }
        };
        revoked.ignore_not_found().map(drop)
    }
}

impl Described for SecurityGroupRule {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages = client
            .describe_security_group_rules()
            .filters(any_of(property, values))
            .into_paginator()
            .page_size(PAGE);
        let found =
            pages.items().send().try_collect().await.map_err(failed("ec2:DescribeSecurityGroupRules"))?;
        Ok(found.into_iter().map(Self::from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id), Key::new(GROUP, &self.group_id)]
    }

    fn is_unique(property: &str) -> bool {
        property == ID
    }

    fn reach(scope: &Scope, _: usize) -> Option<Reach> {
        let groups = scope.met(GROUP);
        (!groups.is_empty()).then_some((GROUP, groups))
    }
}

impl SecurityGroupRule {
    /// Whether this rule lets through exactly what the settings would.
    #[must_use]
    pub fn lets_through(&self, settings: &RuleSettings) -> bool {
        let same_peer = match (&self.peer, &settings.peer) {
            (Peer::Group { id: a, .. }, Peer::Group { id: b, .. }) => a == b,
            (a, b) => a == b,
        };
        let ports = settings.ports();
        same_peer && self.protocol == canonical(&settings.protocol) && (self.from_port, self.to_port) == ports
    }

    /// What the rule lets through.
    #[must_use]
    pub fn settings(&self) -> RuleSettings {
        RuleSettings {
            protocol: self.protocol.clone(),
            from_port: self.from_port,
            to_port: self.to_port,
            peer: self.peer.clone(),
            description: self.description.clone(),
        }
    }

    fn from_sdk(rule: aws_sdk_ec2::types::SecurityGroupRule) -> Self {
        let protocol = canonical(&rule.ip_protocol.unwrap_or_default());
        // A rule for all protocols has no ports: the service says -1 in one reply and nothing in another.
        let port = |port: Option<i32>| port.filter(|_| protocol != ALL);
        let peer = match (rule.cidr_ipv4, rule.cidr_ipv6, rule.prefix_list_id, rule.referenced_group_info) {
            (Some(cidr), ..) => Peer::Ipv4(cidr),
            (_, Some(cidr), ..) => Peer::Ipv6(cidr),
            (_, _, Some(id), _) => Peer::PrefixList(id),
            (.., group) => {
                let (id, owner) = group.map(|group| (group.group_id, group.user_id)).unwrap_or_default();
                let own = rule.group_owner_id.as_ref();
                let owner_id = owner.filter(|owner| own.is_some_and(|own| own != owner));
                Peer::Group { id: id.unwrap_or_default(), owner_id }
            }
        };
        Self {
            id: rule.security_group_rule_id.unwrap_or_default(),
            arn: rule.security_group_rule_arn.filter(|arn| !arn.is_empty()),
            group_id: rule.group_id.unwrap_or_default(),
            group_owner_id: rule.group_owner_id,
            direction: if rule.is_egress == Some(true) { Direction::Egress } else { Direction::Ingress },
            from_port: port(rule.from_port),
            to_port: port(rule.to_port),
            protocol,
            peer,
            description: rule.description.filter(|text| !text.is_empty()),
            tags: tags::from_sdk(rule.tags),
        }
    }
}

impl RuleSettings {
    /// The same in the form in which two rules are compared: the protocol by its one name, ports where the protocol has
    /// them, no empty description, and a group by its id, which is unique among all accounts.
    #[must_use]
    pub fn bare(&self) -> Self {
        let protocol = canonical(&self.protocol);
        let has_ports = matches!(protocol.as_str(), "tcp" | "udp" | "icmp" | "icmpv6");
        let peer = match &self.peer {
            Peer::Group { id, .. } => Peer::Group { id: id.clone(), owner_id: None },
            other => other.clone(),
        };
        Self {
            from_port: self.from_port.filter(|_| has_ports),
            to_port: self.to_port.filter(|_| has_ports),
            protocol,
            peer,
            description: self.description.clone().filter(|text| !text.is_empty()),
        }
    }

    fn ports(&self) -> (Option<i32>, Option<i32>) {
        if canonical(&self.protocol) == ALL { (None, None) } else { (self.from_port, self.to_port) }
    }

    pub(super) fn permission(&self) -> IpPermission {
        let (from, to) = self.ports();
        let permission =
            IpPermission::builder().ip_protocol(&self.protocol).set_from_port(from).set_to_port(to);
        let description = self.description.clone();
        let permission = match &self.peer {
            Peer::Ipv4(cidr) => {
                permission.ip_ranges(IpRange::builder().cidr_ip(cidr).set_description(description).build())
            }
            Peer::Ipv6(cidr) => permission
                .ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).set_description(description).build()),
            Peer::PrefixList(id) => permission.prefix_list_ids(
                PrefixListId::builder().prefix_list_id(id).set_description(description).build(),
            ),
            Peer::Group { id, owner_id } => permission.user_id_group_pairs(
                UserIdGroupPair::builder()
                    .group_id(id)
                    .set_user_id(owner_id.clone())
                    .set_description(description)
                    .build(),
            ),
        };
        permission.build()
    }

    pub(super) fn request(&self) -> SecurityGroupRuleRequest {
        // This call wants the ports spelt out even where they have no meaning.
        let (from, to) = self.ports();
        let (from, to) = (from.or(Some(-1)), to.or(Some(-1)));
        let request = SecurityGroupRuleRequest::builder()
            .ip_protocol(&self.protocol)
            .set_from_port(from)
            .set_to_port(to)
            // What is not said stays as it was: that there is none has to be said too.
            .description(self.description.clone().unwrap_or_default());
        let request = match &self.peer {
            Peer::Ipv4(cidr) => request.cidr_ipv4(cidr),
            Peer::Ipv6(cidr) => request.cidr_ipv6(cidr),
            Peer::PrefixList(id) => request.prefix_list_id(id),
            Peer::Group { id, .. } => request.referenced_group_id(id),
        };
        request.build()
    }
}

impl Peer {
    /// Whether the members of that group are let through.
    #[must_use]
    pub fn names(&self, group_id: &str) -> bool {
        matches!(self, Self::Group { id, .. } if id == group_id)
    }
}

/// The call that adds a rule.
const fn operation(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ec2:AuthorizeSecurityGroupIngress",
        Direction::Egress => "ec2:AuthorizeSecurityGroupEgress",
    }
}

/// The word for all protocols.
const ALL: &str = "-1";

/// A protocol as the service names it: what has a name is not called by its number.
fn canonical(protocol: &str) -> String {
    let lower = protocol.to_ascii_lowercase();
    match lower.as_str() {
        "1" => "icmp".into(),
        "6" => "tcp".into(),
        "17" => "udp".into(),
        "58" => "icmpv6".into(),
        "all" => ALL.into(),
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Server, ec2_reply};

    fn settings(protocol: &str, peer: Peer) -> RuleSettings {
        RuleSettings {
            protocol: protocol.into(),
            from_port: Some(6443),
            to_port: Some(6443),
            peer,
            description: Some("API".into()),
        }
    }

    #[tokio::test]
    async fn a_rule_for_everything_has_no_ports() {
        let server = Server::start(|_| {
            ec2_reply(
                "DescribeSecurityGroupRules",
                "<securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-1</groupId>\
                 <groupOwnerId>1</groupOwnerId><isEgress>false</isEgress><ipProtocol>-1</ipProtocol>\
                 <fromPort>-1</fromPort><toPort>-1</toPort><referencedGroupInfo><groupId>sg-2</groupId>\
                 <userId>1</userId></referencedGroupInfo></item></securityGroupRuleSet>",
            )
        })
        .await;
        let rule = server.clients().ec2().security_group_rule("sgr-1", None).await.unwrap().unwrap();
        assert_eq!((rule.from_port, rule.to_port), (None, None));
        assert_eq!(rule.peer, Peer::Group { id: "sg-2".into(), owner_id: None });
        assert!(rule.peer.names("sg-2"));
        assert!(rule.lets_through(&settings("all", rule.peer.clone())));
    }

    #[tokio::test]
    async fn a_rule_is_asked_for_in_one_call() {
        let server = Server::start(|_| {
            ec2_reply(
                "AuthorizeSecurityGroupIngress",
                "<securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId>\
                 <isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>6443</fromPort><toPort>6443</toPort>\
                 <cidrIpv4>0.0.0.0/0</cidrIpv4></item></securityGroupRuleSet>",
            )
        })
        .await;
        let wait = Wait::new(std::time::Duration::from_secs(5), tokio_util::sync::CancellationToken::new());
        let wanted = settings("6", Peer::Ipv4("0.0.0.0/0".into()));
        let tags = [("Name".to_owned(), "api".to_owned())].into();
        let clients = server.clients();
        let rule =
            clients.ec2().authorize_rule(Direction::Ingress, "sg-1", &wanted, &tags, &wait).await.unwrap();
        assert!(rule.lets_through(&wanted));
        let sent = &server.requests()[0];
        assert_eq!(sent["IpPermissions.1.IpRanges.1.CidrIp"], "0.0.0.0/0");
        assert_eq!(sent["IpPermissions.1.IpRanges.1.Description"], "API");
        assert_eq!(sent["TagSpecification.1.ResourceType"], "security-group-rule");
        assert_eq!(server.actions().len(), 1);
    }

    #[test]
    fn protocols_have_one_name() {
        for (given, name) in
            [("6", "tcp"), ("TCP", "tcp"), ("17", "udp"), ("58", "icmpv6"), ("all", "-1"), ("50", "50")]
        {
            assert_eq!(canonical(given), name);
        }
    }
}

//! The rules of a security group as a whole: exactly these, and no others.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{IpPermission, SecurityGroupRuleUpdate};

use super::{Direction, Ec2, Peer, RuleSettings, SecurityGroupRule};
use crate::{Error, Result, Safeguard, Wait, failed};

/// How often rules are compared anew when somebody else changes them meanwhile.
const ATTEMPTS: usize = 3;

impl Ec2<'_> {
    /// Makes these the only rules of a direction. What is the same stays; what is new comes before what is old goes, so
    /// that traffic which both let through is not interrupted.
    ///
    /// # Errors
    ///
    /// When the service refuses, or the time is over.
    pub async fn set_rules(
        &self,
        direction: Direction,
        group_id: &str,
        wanted: &[RuleSettings],
        wait: &Wait,
    ) -> Result<()> {
        let mut attempts = 1..=ATTEMPTS;
        let change = loop {
            let last = attempts.next().is_none_or(|attempt| attempt == ATTEMPTS);
            let change = RuleChange::between(self.rules(direction, group_id).await?, wanted);
            match self.change_rules(direction, group_id, &change, wait).await {
                // An earlier attempt whose answer was lost, or somebody else, was quicker: that is as good.
                Err(error) if is_duplicate(&error) && !last => {}
                changed => break changed.map(|()| change)?,
            }
        };
        if change.is_empty() {
            return Ok(());
        }
        let look = || async { self.rules(direction, group_id).await.map(Some) };
        let unsettled = |seen: &Vec<_>| {
            let left = RuleChange::between(seen.clone(), wanted);
            Ok((!left.is_empty()).then(|| "some rules are still the old ones".to_owned()))
        };
        wait.settle(&format!("rules of security group {group_id}"), look, unsettled).await?;
        Ok(())
    }

    async fn rules(&self, direction: Direction, group_id: &str) -> Result<Vec<SecurityGroupRule>> {
        let rules = self.security_group_rules(group_id).await?;
        Ok(rules.into_iter().filter(|rule| rule.direction == direction).collect())
    }

    async fn change_rules(
        &self,
        direction: Direction,
        group_id: &str,
        change: &RuleChange,
        wait: &Wait,
    ) -> Result<()> {
        let RuleChange { missing, reworded, excess } = change;
        let revoke = || async {
            if excess.is_empty() {
                return Ok(());
            }
            self.revoke_rules(direction, group_id, excess.clone()).await
        };
        let authorized = self.authorize_rules(direction, group_id, missing, wait).await;
        match authorized {
            // Old and new rules together are too many: the old ones have to go first.
            Err(error) if error.has_code(&["RulesPerSecurityGroupLimitExceeded"]) && !excess.is_empty() => {
                revoke().await?;
                self.authorize_rules(direction, group_id, missing, wait).await?;
                self.reword_rules(group_id, reworded).await
            }
            authorized => {
                authorized?;
                self.reword_rules(group_id, reworded).await?;
                revoke().await
            }
        }
    }

    /// Adds rules to a group in one call.
    async fn authorize_rules(
        &self,
        direction: Direction,
        group_id: &str,
        rules: &[RuleSettings],
        wait: &Wait,
    ) -> Result<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let client = self.sdk().await?;
        let permissions: Vec<_> = rules.iter().map(RuleSettings::permission).collect();
        let authorize = || async {
            let permissions = Some(permissions.clone());
            match direction {
                Direction::Ingress => {
                    let request = client.authorize_security_group_ingress().group_id(group_id);
                    let reply = request.set_ip_permissions(permissions).send().await;
                    reply.map_err(failed("ec2:AuthorizeSecurityGroupIngress")).map(drop)
                }
                Direction::Egress => {
                    let request = client.authorize_security_group_egress().group_id(group_id);
                    let reply = request.set_ip_permissions(permissions).send().await;
                    reply.map_err(failed("ec2:AuthorizeSecurityGroupEgress")).map(drop)
                }
            }
        };
        wait.retry_new(&format!("security group {group_id} to be known"), authorize).await
    }

    /// Gives rules other descriptions in one call.
    async fn reword_rules(&self, group_id: &str, rules: &[(String, RuleSettings)]) -> Result<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let update = |(id, rule): &(String, RuleSettings)| {
            let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id);
            update.security_group_rule(rule.request()).build()
        };
        let request = self.sdk().await?.modify_security_group_rules().group_id(group_id);
        let request = request.set_security_group_rules(Some(rules.iter().map(update).collect()));
        request.send().await.map_err(failed("ec2:ModifySecurityGroupRules"))?;
        Ok(())
    }
}

fn is_duplicate(error: &Error) -> bool {
    error.has_code(&["InvalidPermission.Duplicate"]) && Safeguard::PresentRules.is_on()
}

/// What makes one set of rules another.
#[derive(Debug, Default, PartialEq, Eq)]
struct RuleChange {
    missing: Vec<RuleSettings>,
    /// Rules, by id, that only want another description.
    reworded: Vec<(String, RuleSettings)>,
    /// Ids of rules that are not wanted.
    excess: Vec<String>,
}

impl RuleChange {
    fn between(seen: Vec<SecurityGroupRule>, wanted: &[RuleSettings]) -> Self {
        let mut change = Self::default();
        let mut seen: BTreeMap<_, _> =
            seen.into_iter().map(|rule| (traffic(&rule.settings()), rule)).collect();
        let wanted: BTreeMap<_, _> = wanted.iter().map(|rule| (traffic(rule), rule)).collect();
        for (traffic, rule) in wanted {
            match seen.remove(&traffic) {
                None => change.missing.push(rule.clone()),
                Some(seen) if seen.description != rule.bare().description => {
                    change.reworded.push((seen.id, rule.clone()));
                }
                Some(_) => {}
            }
        }
        change.excess = seen.into_values().map(|rule| rule.id).collect();
        change
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What tells a rule from the others of its group.
fn traffic(rule: &RuleSettings) -> RuleSettings {
    RuleSettings { description: None, ..rule.bare() }
}

/// The single rules that are merged in the permissions of a group, of which `owner` is the account.
pub(super) fn of_permissions(permissions: &[IpPermission], owner: Option<&str>) -> Vec<RuleSettings> {
    permissions.iter().flat_map(|permission| of_permission(permission, owner)).collect()
}

fn of_permission(permission: &IpPermission, owner: Option<&str>) -> Vec<RuleSettings> {
    let rule = |peer: Option<Peer>, description: Option<String>| {
        let rule = RuleSettings {
            protocol: permission.ip_protocol.clone().unwrap_or_default(),
            from_port: permission.from_port,
            to_port: permission.to_port,
            peer: peer?,
            description,
        };
        Some(RuleSettings { peer: rule.peer.clone(), ..rule.bare() })
    };
    let ipv4 = permission.ip_ranges.clone().unwrap_or_default().into_iter();
    let ipv6 = permission.ipv6_ranges.clone().unwrap_or_default().into_iter();
    let lists = permission.prefix_list_ids.clone().unwrap_or_default().into_iter();
    let groups = permission.user_id_group_pairs.clone().unwrap_or_default().into_iter();
    let group = |id: Option<String>, user: Option<String>| {
        Some(Peer::Group { id: id?, owner_id: user.filter(|user| owner.is_some_and(|owner| owner != user)) })
    };
    ipv4.map(|range| rule(range.cidr_ip.map(Peer::Ipv4), range.description))
        .chain(ipv6.map(|range| rule(range.cidr_ipv6.map(Peer::Ipv6), range.description)))
        .chain(lists.map(|list| rule(list.prefix_list_id.map(Peer::PrefixList), list.description)))
        .chain(groups.map(|pair| rule(group(pair.group_id, pair.user_id), pair.description)))
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests;

//! Rules that are written inside a security group: exactly these, however AWS groups and words them.

mod rule;

use std::collections::{BTreeMap, BTreeSet};

use aws::ec2::{Direction, RuleSettings};
use tfplugin::attr::AttrType;
use tfplugin::model::Model as _;
use tfplugin::prelude::*;
use tfplugin::schema::{Nesting, Shape};
use tfplugin::value::Value;

use rule::InlineRule;

use super::object::blame;
use crate::Client;

/// The rules of one direction. Two such sets are the same when they let through the same, whichever way the rules are
/// grouped, ordered, or spelt.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InlineRules(Vec<InlineRule>);

/// Stands for the group itself where its id does not matter.
const OWN: &str = "self";

impl AttrType for InlineRules {
    fn shape() -> Shape {
        Shape::Nested(Nesting::Set, InlineRule::block().attributes)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        Vec::decode(value, path, found).map(Self)
    }

    fn encode(&self) -> Value {
        Value::set(self.0.iter().map(AttrType::encode))
    }

    fn same(&self, other: &Self) -> bool {
        match (self.bare(OWN), other.bare(OWN)) {
            (Some(one), Some(other)) => one == other,
            _ => self == other,
        }
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        self.0.iter().for_each(|rule| rule.check(&path.element(), found));
    }
}

impl InlineRules {
    /// The single rules in the group `own`.
    ///
    /// # Errors
    /// When something is not known, which it is by the time of applying.
    fn singles(&self, own: &str) -> Result<Vec<RuleSettings>> {
        let singles: Option<Vec<_>> = self.0.iter().map(|rule| rule.singles(own)).collect();
        let unknown =
            || Error::new("Missing Value", "A rule is not wholly known. This is a defect of the provider.");
        Ok(singles.ok_or_else(unknown)?.into_iter().flatten().collect())
    }

    fn bare(&self, own: &str) -> Option<BTreeSet<RuleSettings>> {
        let mut all = BTreeSet::new();
        for rule in &self.0 {
            all.extend(rule.singles(own)?.iter().map(RuleSettings::bare));
        }
        Some(all)
    }

    /// The rules as they are: in these words as far as they are still true, and the others as AWS groups them.
    fn as_seen(&self, seen: &[RuleSettings], own: &str) -> Result<Self> {
        let mut left: BTreeMap<RuleSettings, &RuleSettings> =
            seen.iter().map(|single| (single.bare(), single)).collect();
        let all: BTreeSet<RuleSettings> = left.keys().cloned().collect();
        let mut rules = Vec::new();
        for rule in &self.0 {
            let has_peers = |rule: &InlineRule| rule.singles(own).is_some_and(|singles| !singles.is_empty());
            let kept = rule.clone().retain(own, |peer| {
                let Some(single) = rule.single(peer) else { return false };
                left.remove(&single.bare());
                all.contains(&single.bare())
            });
            // A rule for nobody is true as long as it is written.
            if has_peers(&kept) || !has_peers(rule) {
                rules.push(kept);
            }
        }
        let mut others: BTreeMap<RuleSettings, InlineRule> = BTreeMap::new();
        for single in left.into_values() {
            let like = RuleSettings { peer: aws::ec2::Peer::Ipv4(String::new()), ..single.clone() };
            let rule = match others.remove(&like) {
                Some(rule) => Ok(rule),
                None => InlineRule::like(single),
            };
            let mut rule = rule?;
            rule.admit(single.peer.clone(), own)?;
            others.insert(like, rule);
        }
        rules.extend(others.into_values());
        Ok(Self(rules))
    }

    /// Checks the rules of the argument `name`.
    pub(super) fn validate(rules: &Attr<Self>, name: &str, check: &mut Check) {
        let Some(Self(rules)) = rules.known() else { return };
        let path = Path::from(name);
        let mut seen: BTreeMap<RuleSettings, Option<String>> = BTreeMap::new();
        for rule in rules {
            rule.validate(check, &path.element());
            for single in rule.singles(OWN).into_iter().flatten() {
                let bare = single.bare();
                let traffic = RuleSettings { description: None, ..bare.clone() };
                let words = bare.description;
                if seen.insert(traffic, words.clone()).is_some_and(|before| before != words) {
                    let detail = format!(
                        "Two rules let the same through and differ in their descriptions only, which AWS does not \
                         take: {}.",
                        describe(&single)
                    );
                    check.error(&path, "Conflicting Rules", detail);
                }
            }
        }
    }

    /// Notes that the group says its rules itself; tells what is wrong with that when there are resources for them.
    pub(super) fn exclusive(group_id: &str, direction: Direction, cx: &Cx<Client>) -> Option<String> {
        let too = cx.client.planned().owners.whole(&owned(group_id, direction));
        too.then(|| two_ways(group_id, direction))
    }

    /// Notes that a resource is a rule of the group; tells what is wrong with that when the group says its rules itself.
    pub(super) fn beside(group_id: &str, direction: Direction, cx: &Cx<Client>) -> Option<String> {
        let too = cx.client.planned().owners.part(&owned(group_id, direction));
        too.then(|| two_ways(group_id, direction))
    }

    /// Learns the rules of a group as they are.
    pub(super) fn learn(rules: &mut Attr<Self>, seen: &[RuleSettings], own: &str) -> Result<()> {
        let now = rules.or_default().as_seen(seen, own).during("Unexpected Reply")?;
        *rules = now.into();
        Ok(())
    }

    /// Makes these the only rules of a direction.
    pub(super) async fn apply(
        &self,
        direction: Direction,
        own: &str,
        cx: &Cx<Client>,
        wait: &aws::Wait,
        summary: &str,
    ) -> Result<()> {
        let blamed = BLAMED.map(|code| (code, argument(direction)));
        let set = cx.client.aws().ec2().set_rules(direction, own, &self.singles(own)?, wait).await;
        set.map_err(|error| blame(error, summary, &blamed))
    }
}

/// The summary of the warning about rules that are said by the group and by resources of their own.
pub(super) const TWO_WAYS: &str = "Rules Written in Two Ways";

/// The argument for the rules of a direction.
pub(super) const fn argument(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

fn owned(group_id: &str, direction: Direction) -> String {
    format!("{} of {group_id}", argument(direction))
}

fn two_ways(group_id: &str, direction: Direction) -> String {
    let argument = argument(direction);
    format!(
        "Security group {group_id} has rules in its `{argument}` and in resources \
         `groundup_vpc_security_group_{argument}_rule`. What `{argument}` says is all there is: unless its changes are \
         ignored, the next apply revokes the rules of the resources. Write all of them in one way."
    )
}

/// What AWS says of rules that it does not take.
const BLAMED: [&str; 6] = [
    "InvalidGroup.NotFound",
    "InvalidGroupId.Malformed",
    "InvalidPrefixListID.NotFound",
    "InvalidParameterValue",
    "InvalidPermission.Duplicate",
    "RulesPerSecurityGroupLimitExceeded",
];

fn describe(single: &RuleSettings) -> String {
    use aws::ec2::Peer;
    let (Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::PrefixList(peer) | Peer::Group { id: peer, .. }) =
        &single.peer;
    match (single.from_port, single.to_port, single.protocol.as_str()) {
        (_, _, "-1") => format!("everything, for {peer}"),
        (Some(from), Some(to), protocol) if from != to => format!("{protocol} {from}-{to}, for {peer}"),
        (port, _, protocol) => format!("{protocol} {}, for {peer}", port.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests;

//! `groundup_security_group`: a group of hosts for which rules say who may talk to them.

use aws::ec2::{Direction, NewSecurityGroup};
use aws::limits::SECURITY_GROUP;
use tfplugin::prelude::*;

use super::inline_rules::{self, InlineRules};
use super::object::{import_id, learn_owner, parse};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{SecurityGroupId, VpcId};
use crate::common::names;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// A security group: a group of network interfaces for which rules say who may talk to them and to whom they may
/// talk. It lets nothing in and nothing out; `groundup_vpc_security_group_ingress_rule` and
/// `groundup_vpc_security_group_egress_rule` say what may pass, or else `ingress` and `egress` here, but not both.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct SecurityGroup {
    /// Id of the security group, such as `sg-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<SecurityGroupId>,
    /// Amazon Resource Name of the security group.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the security group.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// Name of the security group, unique in its VPC; excludes `name_prefix`. A name is made up when neither is set. A
    /// change replaces the security group.
    #[attr(optional, computed, keep, replace, check = |text| name(text))]
    name: Attr<String>,
    /// Beginning of a name that is made up; excludes `name`. With it, a security group that is in use can be replaced
    /// by `create_before_destroy`. A change replaces the security group.
    #[attr(optional, computed, replace, check = |text| name_prefix(text))]
    name_prefix: Attr<String>,
    /// What the security group is for. A change replaces the security group.
    #[attr(optional, default = "Managed by Terraform", replace, check = |text| description(text))]
    description: Attr<String>,
    /// VPC of the security group. A change replaces the security group.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// What may come in. When it is written, these are the only rules for what comes in: others are revoked, and none
    /// is left with `ingress = []`. When it is not written, the rules are left alone.
    #[attr(optional, computed, keep, as_blocks)]
    ingress: Attr<InlineRules>,
    /// What may go out. When it is written, these are the only rules for what goes out: others are revoked, and none is
    /// left with `egress = []`. When it is not written, a new group lets nothing out, and later the rules are left alone.
    #[attr(optional, computed, keep, as_blocks)]
    egress: Attr<InlineRules>,
    /// Whether to revoke the rules of this group, and those of other groups that name it, before it is deleted.
    #[attr(optional, default = false)]
    revoke_rules_on_delete: Attr<bool>,
    /// Tags of the security group.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the security group, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 15 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

const MAX_LENGTH: usize = 255;

fn name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.len() > MAX_LENGTH {
        return Err(format!(
            "A name has 1 to {MAX_LENGTH} characters; this one has {}.",
            name.chars().count()
        ));
    }
    if name.starts_with("sg-") {
        return Err(format!("{name:?} begins with `sg-`, which only ids do."));
    }
    if name.trim() != name {
        return Err(format!("{name:?} begins or ends with a blank, which AWS drops."));
    }
    characters("name", name)
}

fn name_prefix(prefix: &str) -> Result<(), String> {
    let room = MAX_LENGTH - names::SUFFIX;
    if prefix.len() > room {
        return Err(format!(
            "A prefix has at most {room} characters, which leaves {} for the rest.",
            names::SUFFIX
        ));
    }
    name(prefix)
}

fn description(text: &str) -> Result<(), String> {
    if text.len() > MAX_LENGTH {
        let length = text.chars().count();
        return Err(format!("A description has at most {MAX_LENGTH} characters; this one has {length}."));
    }
    characters("description", text)
}

/// Whether AWS takes every character of a name or description of security groups and their rules.
pub(super) fn characters(what: &str, text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    match text.chars().find(|c| !allowed(*c)) {
        Some(character) => Err(format!(
            "The {what} has {character:?}; AWS takes letters, digits, blanks and `._-:/()#,@[]+=&;{{}}!$*`."
        )),
        None => Ok(()),
    }
}

impl Resource for SecurityGroup {
    const TYPE: &'static str = "security_group";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        check.at_most_one(&[("name", self.name.presence()), ("name_prefix", self.name_prefix.presence())]);
        InlineRules::validate(&self.ingress, "ingress", check);
        InlineRules::validate(&self.egress, "egress", check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, replace, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        if config.name_prefix.is_null() {
            planned.name_prefix = match (&*prior, planned.name.known()) {
                (Some(prior), _) => prior.name_prefix.clone(),
                (None, Some(name)) => names::prefix(name).map(str::to_owned).into(),
                (None, None) => Attr::Unknown,
            };
            replace.retain(|path| *path != Path::from("name_prefix"));
        }
        if let Some(prior) = prior
            && let (Some(was), Some(name)) = (prior.name.as_str(), config.name.as_str())
            && was != name
        {
            let detail = "Another name replaces the security group, and one that is in use cannot be deleted. Use \
                `name_prefix` and `create_before_destroy`, so that its users can change over.";
            plan.warn("name", "Security Group Is Replaced", detail);
        }
        Self::plan_rules(plan, cx);
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Security Group";
        const BLAMED: [(&str, &str); 2] =
            [("InvalidVpcID.NotFound", "vpc_id"), ("InvalidVpcId.NotFound", "vpc_id")];
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(SECURITY_GROUP.create)));
        let new = NewSecurityGroup {
            name: names::wanted(&self.name, &self.name_prefix),
            description: self.description.value()?.clone(),
            vpc_id: self.vpc_id.value()?.to_string(),
            tags: tags::all(&self.tags_all),
        };
        let made = ec2.create_security_group(&new, &wait).await;
        let aws::ec2::SecurityGroup { id, name, .. } =
            created(made, SUMMARY, (Self::TYPE, Some("name")), &BLAMED)?;
        self.id = parse::<SecurityGroupId>(&id)?.into();
        if self.name_prefix.is_unknown() {
            self.name_prefix = names::prefix(&name).map(str::to_owned).into();
        }
        self.name = name.into();
        let empty = |rules: &Attr<InlineRules>| rules.as_ref().map(|_| InlineRules::default());
        let (ingress, egress) = (empty(&self.ingress), empty(&self.egress));
        saved.save(&Self { ingress, egress, ..self.clone() });
        // AWS lets a new group talk to everyone. What may go out is said by rules alone, as what may come in. It comes
        // first, because nobody would miss it: rules are none of what is read of a group.
        ec2.revoke_default_egress(&id, &wait).await.during(SUMMARY)?;
        let group = ec2.security_group_visible(&id, &wait).await.during(SUMMARY)?;
        let owner = group.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "security-group", &id).await?;
        for (direction, rules) in self.rules() {
            if let Some(rules) = rules.known() {
                InlineRules::exclusive(&id, direction, cx);
                rules.apply(direction, &id, cx, &wait, SUMMARY).await?;
            }
        }
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found =
            cx.client.aws().ec2().security_group(&id).await.during("Unable to Read Security Group")?;
        let Some(group) = found else { return Ok(None) };
        let owner = group.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "security-group", &id).await?;
        if self.name_prefix.is_null() {
            self.name_prefix = names::prefix(&group.name).map(str::to_owned).into();
        }
        // Rules that are resources of their own are none of this group's business.
        if self.ingress.is_set() {
            InlineRules::learn(&mut self.ingress, &group.ingress, &id)?;
        }
        if self.egress.is_set() {
            InlineRules::learn(&mut self.egress, &group.egress, &id)?;
        }
        self.name = group.name.into();
        self.description = group.description.into();
        self.vpc_id = parse::<VpcId>(&group.vpc_id)?.into();
        if self.revoke_rules_on_delete.is_null() {
            self.revoke_rules_on_delete = false.into();
        }
        tags::read(&mut self.tags, &mut self.tags_all, group.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Security Group";
        let (id, wait) = (self.id.value()?.as_str(), wait(cx, self.timeouts.update(SECURITY_GROUP.update)));
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        cx.client.aws().ec2().retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        let mut now = Self { ingress: prior.ingress.clone(), egress: prior.egress.clone(), ..self.clone() };
        for (direction, rules) in self.rules() {
            saved.save(&now);
            let was = now.rules_mut(direction);
            if let Some(wanted) = rules.known().filter(|_| !was.same(rules)) {
                wanted.apply(direction, id, cx, &wait, SUMMARY).await?;
            }
            *was = rules.clone();
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        const SUMMARY: &str = "Unable to Delete Security Group";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.delete(SECURITY_GROUP.delete)));
        let id = self.id.value()?.as_str();
        if self.revoke_rules_on_delete.or(false) {
            ec2.revoke_references(id).await.during(SUMMARY)?;
            ec2.revoke_all_rules(id).await.during(SUMMARY)?;
        }
        ec2.delete_security_group(id, &wait).await.during(SUMMARY)
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        let rules = || InlineRules::default().into();
        Ok(Self { id: import_id(&id)?, ingress: rules(), egress: rules(), ..Self::default() })
    }
}

impl SecurityGroup {
    const fn rules(&self) -> [(Direction, &Attr<InlineRules>); 2] {
        [(Direction::Ingress, &self.ingress), (Direction::Egress, &self.egress)]
    }

    const fn rules_mut(&mut self, direction: Direction) -> &mut Attr<InlineRules> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }

    /// Leaves to others the rules of a new group that the configuration does not write, and warns of rules that are
    /// written in two ways.
    fn plan_rules(plan: &mut Plan<Self>, cx: &Cx<Client>) {
        for (direction, rules) in plan.config.rules() {
            if rules.is_null() && plan.prior.is_none() {
                *plan.planned.rules_mut(direction) = Attr::Null;
            }
            let id = plan.planned.id.known().filter(|_| rules.is_set());
            if let Some(problem) = id.and_then(|id| InlineRules::exclusive(id.as_str(), direction, cx)) {
                plan.told.warn(inline_rules::argument(direction), inline_rules::TWO_WAYS, problem);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_aws_refuses() {
        for good in ["k8s", "k8s-cluster-from-ground-up", "a b", "x(1)[2]{3}!$*"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        for bad in ["", "sg-1", " a", "a ", "naïve", "a\"b", "a<b", &"x".repeat(256)] {
            assert!(name(bad).is_err(), "{bad}");
        }
        assert!(name_prefix(&"x".repeat(229)).is_ok() && name_prefix(&"x".repeat(230)).is_err());
        assert!(description("").is_ok() && description(&"x".repeat(256)).is_err());
    }
}

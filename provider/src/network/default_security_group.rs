//! `groundup_default_security_group`: the security group that came with a VPC, without its rules.

use aws::ec2::Direction;
use aws::limits::SECURITY_GROUP;
use tfplugin::prelude::*;

use super::inline_rules::{self, InlineRules};
use super::object::{import_id, learn_owner, parse};
use crate::Client;
use crate::common::id::{SecurityGroupId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// The security group that came with a VPC, and that everything belongs to that names none. AWS neither lets it be
/// created nor deleted: creating this resource adopts the group and **revokes all its rules** but those of `ingress` and
/// `egress`, so that without these it lets nothing in and nothing out. Rules that somebody adds later are revoked too.
/// Destroying it leaves the group as it is.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct DefaultSecurityGroup {
    /// Id of the security group, such as `sg-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<SecurityGroupId>,
    /// Amazon Resource Name of the security group.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the security group.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// Name of the security group, which is always `default`.
    #[attr(computed, keep)]
    name: Attr<String>,
    /// What AWS says the security group is for.
    #[attr(computed, keep)]
    description: Attr<String>,
    /// VPC of the security group; the default VPC of the region when not set. A change adopts another group.
    #[attr(optional, computed, keep, replace)]
    vpc_id: Attr<VpcId>,
    /// What may come in: these rules, and no others. Nothing when it is not written.
    #[attr(optional, computed, as_blocks)]
    ingress: Attr<InlineRules>,
    /// What may go out: these rules, and no others. Nothing when it is not written.
    #[attr(optional, computed, as_blocks)]
    egress: Attr<InlineRules>,
    /// Tags of the security group.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the security group, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
}

impl Resource for DefaultSecurityGroup {
    const TYPE: &'static str = "default_security_group";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        InlineRules::validate(&self.ingress, "ingress", check);
        InlineRules::validate(&self.egress, "egress", check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, told, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        for (config, planned) in
            [(&config.ingress, &mut planned.ingress), (&config.egress, &mut planned.egress)]
        {
            if config.is_null() {
                *planned = InlineRules::default().into();
            }
        }
        let id = prior.as_ref().and_then(|prior| prior.id.known());
        for direction in [Direction::Ingress, Direction::Egress] {
            if let Some(problem) = id.and_then(|id| InlineRules::exclusive(id.as_str(), direction, cx)) {
                told.warn(inline_rules::argument(direction), inline_rules::TWO_WAYS, problem);
            }
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Adopt Default Security Group";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, SECURITY_GROUP.create));
        let vpc_id = if let Some(id) = self.vpc_id.known() {
            id.to_string()
        } else {
            let default = ec2.default_vpc().await.during(SUMMARY)?;
            let none = || Error::at("vpc_id", SUMMARY, "The region has no default VPC; set `vpc_id`.");
            default.ok_or_else(none)?.id
        };
        let what = format!("default security group of VPC {vpc_id}");
        let found = wait.visible(&what, || ec2.default_security_group(&vpc_id)).await;
        let group = found.during(SUMMARY).at("vpc_id")?;
        self.id = parse::<SecurityGroupId>(&group.id)?.into();
        self.vpc_id = parse::<VpcId>(&vpc_id)?.into();
        self.name = group.name.into();
        self.description = group.description.into();
        let owner = group.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "security-group", &group.id).await?;
        let mut now = self.clone();
        InlineRules::learn(&mut now.ingress, &group.ingress, &group.id)?;
        InlineRules::learn(&mut now.egress, &group.egress, &group.id)?;
        saved.save(&now);
        self.set_rules(&now, cx, saved, &wait, SUMMARY).await?;
        ec2.retag(&group.id, &group.tags, &tags::all(&self.tags_all), &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found = cx.client.aws().ec2().security_group(&id).await;
        let Some(group) = found.during("Unable to Read Default Security Group")? else { return Ok(None) };
        if group.name != "default" {
            let detail =
                format!("Security group {id} is called {:?}; it did not come with its VPC.", group.name);
            return Err(Error::new("Not a Default Security Group", detail));
        }
        let owner = group.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "security-group", &id).await?;
        InlineRules::learn(&mut self.ingress, &group.ingress, &id)?;
        InlineRules::learn(&mut self.egress, &group.egress, &id)?;
        self.name = group.name.into();
        self.description = group.description.into();
        self.vpc_id = parse::<VpcId>(&group.vpc_id)?.into();
        tags::read(&mut self.tags, &mut self.tags_all, group.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Default Security Group";
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        let (id, wait) = (self.id.value()?.as_str(), wait(cx, SECURITY_GROUP.update));
        cx.client.aws().ec2().retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        let now = Self { ingress: prior.ingress, egress: prior.egress, ..self.clone() };
        saved.save(&now);
        self.set_rules(&now, cx, saved, &wait, SUMMARY).await?;
        Ok(self)
    }

    async fn delete(self, _: &Cx<Client>) -> Result<()> {
        Ok(())
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

impl DefaultSecurityGroup {
    /// Makes the rules those of this, given that they are those of `now`.
    async fn set_rules(
        &self,
        now: &Self,
        cx: &Cx<Client>,
        saved: &Saved<Self>,
        wait: &aws::Wait,
        summary: &str,
    ) -> Result<()> {
        let id = self.id.value()?.as_str();
        InlineRules::exclusive(id, Direction::Ingress, cx);
        InlineRules::exclusive(id, Direction::Egress, cx);
        if !self.ingress.same(&now.ingress) {
            self.ingress.or_default().apply(Direction::Ingress, id, cx, wait, summary).await?;
            saved.save(&Self { egress: now.egress.clone(), ..self.clone() });
        }
        if !self.egress.same(&now.egress) {
            self.egress.or_default().apply(Direction::Egress, id, cx, wait, summary).await?;
        }
        Ok(())
    }
}

//! `groundup_internet_gateway`: the way out of a VPC.

use aws::limits::INTERNET_GATEWAY;
use tfplugin::prelude::*;

use super::object::{blame, import_id, learn_owner, parse};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{InternetGatewayId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// An internet gateway: the way out of a VPC. It can be detached only when nothing in the VPC has a public address any
/// more, so what has one should depend on it or on the route to it (`depends_on = [groundup_route.internet]`), or the
/// destroy waits until the time is over.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct InternetGateway {
    /// Id of the gateway, such as `igw-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<InternetGatewayId>,
    /// Amazon Resource Name of the gateway.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the gateway.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// VPC to attach the gateway to. A VPC has at most one.
    #[attr(optional, computed, keep)]
    vpc_id: Attr<VpcId>,
    /// Tags of the gateway.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the gateway, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 20 to change, 20 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for InternetGateway {
    const TYPE: &'static str = "internet_gateway";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx)?;
        // Where the configuration names no VPC, the gateway stays attached to what it is attached to.
        if plan.config.vpc_id.is_null() {
            plan.planned.vpc_id = plan.prior.as_ref().map_or(Attr::Null, |prior| prior.vpc_id.clone());
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Internet Gateway";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(INTERNET_GATEWAY.create)));
        let made = ec2.create_internet_gateway(&tags::all(&self.tags_all), &wait).await;
        let created = created(made, SUMMARY, (Self::TYPE, None), &[])?;
        self.id = parse::<InternetGatewayId>(&created.id)?.into();
        saved.save(&Self { vpc_id: Attr::Null, ..self.clone() });
        let gateway = ec2.internet_gateway_visible(&created.id, &wait).await.during(SUMMARY)?;
        self.attach(cx, &wait, SUMMARY).await?;
        let owner = gateway.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "internet-gateway", &created.id).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found =
            cx.client.aws().ec2().internet_gateway(&id).await.during("Unable to Read Internet Gateway")?;
        let Some(gateway) = found else { return Ok(None) };
        let owner = gateway.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "internet-gateway", &id).await?;
        let attachment = gateway.attachment.filter(|attachment| attachment.state != "detached");
        self.vpc_id = attachment.map(|attachment| parse::<VpcId>(&attachment.vpc_id)).transpose()?.into();
        tags::read(&mut self.tags, &mut self.tags_all, gateway.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Internet Gateway";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.update(INTERNET_GATEWAY.update)));
        let id = self.id.value()?.as_str();
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        ec2.retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        let mut now = Self { tags: self.tags.clone(), tags_all: self.tags_all.clone(), ..prior };
        saved.save(&now);
        if self.vpc_id != now.vpc_id {
            if let Some(vpc) = now.vpc_id.known() {
                ec2.detach_internet_gateway(id, vpc.as_str(), &wait).await.during(SUMMARY)?;
                now.vpc_id = Attr::Null;
                saved.save(&now);
            }
            self.attach(cx, &wait, SUMMARY).await?;
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        const SUMMARY: &str = "Unable to Delete Internet Gateway";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.delete(INTERNET_GATEWAY.delete)));
        let id = self.id.value()?.as_str();
        if let Some(vpc) = self.vpc_id.known() {
            ec2.detach_internet_gateway(id, vpc.as_str(), &wait).await.during(SUMMARY)?;
        }
        ec2.delete_internet_gateway(id, &wait).await.during(SUMMARY)
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

impl InternetGateway {
    async fn attach(&self, cx: &Cx<Client>, wait: &aws::Wait, summary: &str) -> Result<()> {
        const BLAMED: [(&str, &str); 3] = [
            ("InvalidVpcID.NotFound", "vpc_id"),
            ("InvalidParameterValue", "vpc_id"),
            ("Resource.AlreadyAssociated", "vpc_id"),
        ];
        let Some(vpc) = self.vpc_id.known() else { return Ok(()) };
        let ec2 = cx.client.aws().ec2();
        let attached = ec2.attach_internet_gateway(self.id.value()?.as_str(), vpc.as_str(), wait).await;
        let Err(error) = attached else { return Ok(()) };
        // A VPC has one gateway. That the look fails leaves the error as AWS told it.
        let other = if error.has_code(&["InvalidParameterValue", "Resource.AlreadyAssociated"]) {
            ec2.internet_gateway_of(vpc.as_str()).await.ok().flatten()
        } else {
            None
        };
        match other.filter(|other| self.id.known().is_some_and(|id| id.as_str() != other.id)) {
            Some(other) => {
                let detail = format!(
                    "{error}\n\nInternet gateway {} is attached to {vpc} already, and a VPC has at most one.",
                    other.id
                );
                Err(Error::at("vpc_id", summary, detail))
            }
            None => Err(blame(error, summary, &BLAMED)),
        }
    }
}

//! `groundup_route_table`: the routes that subnets follow.

use aws::limits::ROUTE_TABLE;
use tfplugin::prelude::*;

use super::object::{blame, import_id, learn_owner, parse};
use crate::Client;
use crate::common::id::{RouteTableId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// A route table. Its routes are `groundup_route` resources, and the subnets that follow it are
/// `groundup_route_table_association` resources.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct RouteTable {
    /// Id of the route table, such as `rtb-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<RouteTableId>,
    /// Amazon Resource Name of the route table.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the route table.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// VPC of the route table. A change replaces the route table.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// Tags of the route table.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the route table, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits of the operations.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for RouteTable {
    const TYPE: &'static str = "route_table";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx);
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Route Table";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(ROUTE_TABLE.create)));
        let created =
            ec2.create_route_table(self.vpc_id.value()?.as_str(), &tags::all(&self.tags_all), &wait).await;
        let created =
            created.map_err(|error| blame(error, SUMMARY, &[("InvalidVpcID.NotFound", "vpc_id")]))?;
        self.id = parse::<RouteTableId>(&created.id)?.into();
        saved.save(&self);
        let table = ec2.route_table_visible(&created.id, &wait).await.during(SUMMARY)?;
        let owner = table.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "route-table", &created.id).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found = cx.client.aws().ec2().route_table(&id).await.during("Unable to Read Route Table")?;
        let Some(table) = found else { return Ok(None) };
        let owner = table.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "route-table", &id).await?;
        self.vpc_id = parse::<VpcId>(&table.vpc_id)?.into();
        tags::read(&mut self.tags, &mut self.tags_all, table.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, self.timeouts.update(ROUTE_TABLE.update));
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        let retagged = cx.client.aws().ec2().retag(self.id.value()?.as_str(), &from, &to, &wait).await;
        retagged.during("Unable to Update Route Table")?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(ROUTE_TABLE.delete));
        let deleted = cx.client.aws().ec2().delete_route_table(self.id.value()?.as_str(), &wait).await;
        deleted.during("Unable to Delete Route Table")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

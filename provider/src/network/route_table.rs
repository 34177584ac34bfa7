//! `groundup_route_table`: the routes that subnets follow.

use aws::limits::ROUTE_TABLE;
use tfplugin::prelude::*;

use super::inline_routes::{self, InlineRoutes};
use super::object::{import_id, learn_owner, parse};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{RouteTableId, VpcId};
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// A route table. Its routes are `groundup_route` resources, or else `route` here, but not both; the subnets that follow
/// it are `groundup_route_table_association` resources.
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
    /// The routes. When they are written, these are the only ones, but for those within the VPC, those that a virtual
    /// private gateway propagates and those of gateway endpoints: others are removed, and none is left with
    /// `route = []`. When they are not written, the routes are left alone.
    #[attr(optional, computed, keep, as_blocks)]
    route: Attr<InlineRoutes>,
    /// Tags of the route table.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the route table, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for RouteTable {
    const TYPE: &'static str = "route_table";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        InlineRoutes::validate(&self.route, check);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, told, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        // Routes of a new table that are not written here are left to others.
        if prior.is_none() && config.route.is_null() {
            planned.route = Attr::Null;
        }
        let vpcs = &cx.client.planned().vpcs;
        if let (Some(id), Some(vpc)) = (planned.id.known(), planned.vpc_id.known()) {
            vpcs.learn_table(id.as_str(), vpc.as_str());
        }
        let Some(routes) = config.route.known() else { return Ok(()) };
        if let Some(range) = planned.vpc_id.known().and_then(|vpc| vpcs.range(vpc.as_str())) {
            for problem in routes.inside(range) {
                told.warn("route", inline_routes::INSIDE, problem);
            }
        }
        let id = planned.id.known();
        if let Some(problem) = id.and_then(|id| InlineRoutes::exclusive(id.as_str(), cx)) {
            told.warn("route", inline_routes::TWO_WAYS, problem);
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Route Table";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(ROUTE_TABLE.create)));
        let made =
            ec2.create_route_table(self.vpc_id.value()?.as_str(), &tags::all(&self.tags_all), &wait).await;
        let created = created(made, SUMMARY, (Self::TYPE, None), &[("InvalidVpcID.NotFound", "vpc_id")])?;
        self.id = parse::<RouteTableId>(&created.id)?.into();
        let route = self.route.as_ref().map(|_| InlineRoutes::default());
        saved.save(&Self { route, ..self.clone() });
        cx.client.planned().vpcs.learn_table(&created.id, self.vpc_id.value()?.as_str());
        let table = ec2.route_table_visible(&created.id, &wait).await.during(SUMMARY)?;
        let owner = table.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "route-table", &created.id).await?;
        if let Some(routes) = self.route.known() {
            InlineRoutes::exclusive(&created.id, cx);
            routes.apply(&created.id, cx, &wait, SUMMARY).await?;
        }
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found = cx.client.aws().ec2().route_table(&id).await.during("Unable to Read Route Table")?;
        let Some(table) = found else { return Ok(None) };
        let owner = table.owner_id.as_deref();
        learn_owner(cx, (&mut self.arn, &mut self.owner_id), owner, "route-table", &id).await?;
        self.vpc_id = parse::<VpcId>(&table.vpc_id)?.into();
        // Routes that are resources of their own are none of this table's business.
        if self.route.is_set() {
            InlineRoutes::learn(&mut self.route, &table, cx)?;
        }
        tags::read(&mut self.tags, &mut self.tags_all, table.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Route Table";
        let (id, wait) = (self.id.value()?.as_str(), wait(cx, self.timeouts.update(ROUTE_TABLE.update)));
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        cx.client.aws().ec2().retag(id, &from, &to, &wait).await.during(SUMMARY)?;
        saved.save(&Self { route: prior.route.clone(), ..self.clone() });
        if let Some(routes) = self.route.known().filter(|_| !self.route.same(&prior.route)) {
            routes.apply(id, cx, &wait, SUMMARY).await?;
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(ROUTE_TABLE.delete));
        let deleted = cx.client.aws().ec2().delete_route_table(self.id.value()?.as_str(), &wait).await;
        deleted.during("Unable to Delete Route Table")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, route: InlineRoutes::default().into(), ..Self::default() })
    }
}

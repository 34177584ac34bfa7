//! `groundup_main_route_table_association`: which route table the subnets without one of their own follow.

use aws::limits::ROUTE_TABLE_ASSOCIATION;
use tfplugin::prelude::*;

use crate::Client;
use crate::common::id::{RouteTableId, VpcId};
use crate::common::wait::wait;

/// Makes a route table the main one of its VPC, which subnets without an association of their own follow. The VPC goes
/// back to its original main route table when this is destroyed.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct MainRouteTableAssociation {
    /// Id of the association, such as `rtbassoc-0123456789abcdef0`. Another table makes another association.
    #[attr(computed)]
    id: Attr<String>,
    /// VPC whose main route table is meant. A change replaces the association.
    #[attr(required, replace)]
    vpc_id: Attr<VpcId>,
    /// Route table to make the main one.
    #[attr(required)]
    route_table_id: Attr<RouteTableId>,
    /// Route table that was the main one before.
    #[attr(computed, keep)]
    original_route_table_id: Attr<String>,
    /// Time limits; by default 5 minutes to create, 5 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for MainRouteTableAssociation {
    const TYPE: &'static str = "main_route_table_association";
    type Client = Client;

    async fn plan(plan: &mut Plan<Self>, _: &Cx<Client>) -> Result<()> {
        if let Some(prior) = &plan.prior
            && prior.route_table_id == plan.planned.route_table_id
        {
            plan.planned.id = prior.id.clone();
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Main Route Table";
        let wait = wait(cx, self.timeouts.create(ROUTE_TABLE_ASSOCIATION.create));
        let (association, table) = self.main(cx).await.during(SUMMARY)?.ok_or_else(|| self.no_main())?;
        self.original_route_table_id = table.into();
        self.replace(&association, cx, saved, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let main = self.main(cx).await.during("Unable to Read Main Route Table")?;
        let Some((association, table)) = main else { return Ok(None) };
        // Back at the original table there is no association of ours any more.
        if self.original_route_table_id.as_str() == Some(&table) {
            return Ok(None);
        }
        self.id = association.into();
        self.route_table_id = table.parse::<RouteTableId>()?.into();
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Main Route Table";
        let wait = wait(cx, self.timeouts.update(ROUTE_TABLE_ASSOCIATION.update));
        if self.route_table_id == prior.route_table_id {
            self.id = prior.id;
        } else {
            let (association, _) = self.main(cx).await.during(SUMMARY)?.ok_or_else(|| self.no_main())?;
            self.replace(&association, cx, saved, &wait).await.during(SUMMARY)?;
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        const SUMMARY: &str = "Unable to Restore Main Route Table";
        let (ec2, wait) =
            (cx.client.aws().ec2(), wait(cx, self.timeouts.delete(ROUTE_TABLE_ASSOCIATION.delete)));
        let Some((association, table)) = self.main(cx).await.during(SUMMARY)? else { return Ok(()) };
        let original = self.original_route_table_id.value()?;
        if table != *original {
            let id = ec2.replace_route_table_association(&association, original).await.during(SUMMARY)?;
            ec2.route_table_associated(&id, &wait).await.during(SUMMARY)?;
        }
        Ok(())
    }
}

impl MainRouteTableAssociation {
    /// The association of the VPC with its main table, and that table; `None` when the VPC is gone.
    async fn main(&self, cx: &Cx<Client>) -> Result<Option<(String, String)>> {
        let table = cx.client.aws().ec2().main_route_table(self.vpc_id.value()?.as_str()).await?;
        Ok(table.and_then(|table| {
            let association = table.associations.into_iter().find(|association| association.main)?;
            Some((association.id, table.id))
        }))
    }

    fn no_main(&self) -> Error {
        let vpc = self.vpc_id.known().map(ToString::to_string).unwrap_or_default();
        let detail = format!("VPC {vpc} has no main route table. Does the VPC exist?");
        Error::at("vpc_id", "Unable to Change Main Route Table", detail)
    }

    async fn replace(
        &mut self,
        association: &str,
        cx: &Cx<Client>,
        saved: &Saved<Self>,
        wait: &aws::Wait,
    ) -> Result<()> {
        let (ec2, table) = (cx.client.aws().ec2(), self.route_table_id.value()?.as_str());
        self.id = ec2.replace_route_table_association(association, table).await?.into();
        saved.save(self);
        ec2.route_table_associated(self.id.value()?, wait).await?;
        Ok(())
    }
}

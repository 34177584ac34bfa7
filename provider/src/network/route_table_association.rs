//! `groundup_route_table_association`: which route table a subnet follows.

use aws::ec2::Follower;
use aws::limits::ROUTE_TABLE_ASSOCIATION;
use tfplugin::prelude::*;

use super::object::{blame, import_id};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::{InternetGatewayId, RouteTableId, SubnetId};
use crate::common::wait::wait;

/// Makes a subnet, or an internet gateway, follow a route table. Without one, a subnet follows the main route table of
/// its VPC.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct RouteTableAssociation {
    /// Id of the association, such as `rtbassoc-0123456789abcdef0`. Another table makes another association.
    #[attr(computed)]
    id: Attr<String>,
    /// Route table to follow.
    #[attr(required)]
    route_table_id: Attr<RouteTableId>,
    /// Subnet that follows it; excludes `gateway_id`. A change replaces the association.
    #[attr(optional, replace)]
    subnet_id: Attr<SubnetId>,
    /// Internet gateway that follows it; excludes `subnet_id`. A change replaces the association.
    #[attr(optional, replace)]
    gateway_id: Attr<InternetGatewayId>,
    /// Time limits; by default 5 minutes to create, 5 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

const BLAMED: [(&str, &str); 4] = [
    ("InvalidRouteTableID.NotFound", "route_table_id"),
    ("InvalidSubnetID.NotFound", "subnet_id"),
    ("InvalidGatewayID.NotFound", "gateway_id"),
    ("Resource.AlreadyAssociated", "subnet_id"),
];

impl Resource for RouteTableAssociation {
    const TYPE: &'static str = "route_table_association";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.exactly_one(&[
            ("subnet_id", self.subnet_id.presence()),
            ("gateway_id", self.gateway_id.presence()),
        ]);
    }

    async fn plan(plan: &mut Plan<Self>, _: &Cx<Client>) -> Result<()> {
        if let Some(prior) = &plan.prior
            && prior.route_table_id == plan.planned.route_table_id
        {
            plan.planned.id = prior.id.clone();
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, self.timeouts.create(ROUTE_TABLE_ASSOCIATION.create));
        self.associate(cx, saved, &wait, "Unable to Associate Route Table").await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        const SUMMARY: &str = "Unable to Read Route Table Association";
        let ec2 = cx.client.aws().ec2();
        let mut found = match self.id.known() {
            Some(id) => ec2.route_table_association(id).await.during(SUMMARY)?,
            None => None,
        };
        // Whoever makes the subnet follow another table makes another association of it.
        if found.is_none() {
            found = ec2.route_table_association_of(&self.follower()?).await.during(SUMMARY)?;
        }
        let Some(association) = found else { return Ok(None) };
        self.id = association.id.into();
        self.route_table_id = association.route_table_id.parse::<RouteTableId>().during(SUMMARY)?.into();
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Update Route Table Association";
        let (ec2, wait) =
            (cx.client.aws().ec2(), wait(cx, self.timeouts.update(ROUTE_TABLE_ASSOCIATION.update)));
        if self.route_table_id == prior.route_table_id {
            self.id = prior.id;
            return Ok(self);
        }
        let table = self.route_table_id.value()?.as_str();
        match ec2.replace_route_table_association(prior.id.value()?, table).await {
            Ok(id) => {
                self.id = id.into();
                saved.save(&self);
                ec2.route_table_associated(self.id.value()?, &wait).await.during(SUMMARY)?;
            }
            Err(error) if error.has_code(&["InvalidAssociationID.NotFound"]) => {
                self.associate(cx, saved, &wait, SUMMARY).await?;
            }
            Err(error) => return Err(blame(error, SUMMARY, &BLAMED)),
        }
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(ROUTE_TABLE_ASSOCIATION.delete));
        let ended = cx.client.aws().ec2().disassociate_route_table(self.id.value()?, &wait).await;
        ended.during("Unable to Disassociate Route Table")
    }

    /// By the follower's id and the route table's: `subnet-…/rtb-…`.
    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        let form = || Error::new("Invalid Import ID", "Write `subnet-…/rtb-…` or `igw-…/rtb-…`.");
        let (follower, table) = id.id()?.split_once('/').ok_or_else(form)?;
        let follower = ImportId::Id(follower.to_owned());
        let route_table_id = import_id(&ImportId::Id(table.to_owned()))?;
        if follower.id()?.starts_with("igw-") {
            Ok(Self { gateway_id: import_id(&follower)?, route_table_id, ..Self::default() })
        } else {
            Ok(Self { subnet_id: import_id(&follower)?, route_table_id, ..Self::default() })
        }
    }
}

impl RouteTableAssociation {
    fn follower(&self) -> Result<Follower> {
        match self.gateway_id.known() {
            Some(gateway) => Ok(Follower::Gateway(gateway.to_string())),
            None => Ok(Follower::Subnet(self.subnet_id.value()?.to_string())),
        }
    }

    async fn associate(
        &mut self,
        cx: &Cx<Client>,
        saved: &Saved<Self>,
        wait: &aws::Wait,
        summary: &str,
    ) -> Result<()> {
        let (ec2, table) = (cx.client.aws().ec2(), self.route_table_id.value()?.as_str());
        let id = ec2.associate_route_table(table, &self.follower()?, wait).await;
        self.id = created(id, summary, (Self::TYPE, None), &BLAMED)?.into();
        saved.save(self);
        ec2.route_table_associated(self.id.value()?, wait).await.during(summary)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_follows() {
        let subnet: Attr<SubnetId> = "subnet-01234567".parse::<SubnetId>().unwrap().into();
        let problems = |association: RouteTableAssociation| {
            let mut check = Check::default();
            association.validate(&mut check);
            check.iter().count()
        };
        let none = RouteTableAssociation::default();
        assert_eq!(problems(none.clone()), 1);
        assert_eq!(problems(RouteTableAssociation { subnet_id: subnet.clone(), ..none.clone() }), 0);
        let both =
            |gateway_id| RouteTableAssociation { subnet_id: subnet.clone(), gateway_id, ..none.clone() };
        assert_eq!(problems(both(Attr::Unknown)), 0);
        assert_eq!(problems(both("igw-01234567".parse::<InternetGatewayId>().unwrap().into())), 1);
    }
}

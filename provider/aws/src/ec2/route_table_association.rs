//! Associations: which subnets and gateways follow a route table.

use super::{Ec2, once, route_table};
use crate::creation::{Creation, Token, taken};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Safeguard, Wait, failed};

/// An association as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteTableAssociation {
    /// The id, which begins with `rtbassoc-`.
    pub id: String,
    /// The table that is followed.
    pub route_table_id: String,
    /// The subnet that follows it.
    pub subnet_id: Option<String>,
    /// The gateway that follows it.
    pub gateway_id: Option<String>,
    /// Whether every subnet without an association of its own follows it.
    pub main: bool,
    /// `associating`, `associated`, `disassociating`, `disassociated` or `failed`.
    pub state: String,
    /// Why the association failed.
    pub state_message: Option<String>,
}

/// What follows a route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Follower {
    /// A subnet.
    Subnet(String),
    /// An internet or virtual private gateway.
    Gateway(String),
}

/// The name of associations in errors and the journal.
const KIND: &str = "route table association";

impl Ec2<'_> {
    /// Makes a subnet or gateway follow a route table; returns the id of the association.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when it follows a table already, and when the service refuses.
    pub async fn associate_route_table(
        &self,
        table_id: &str,
        follower: &Follower,
        wait: &Wait,
    ) -> Result<String> {
        let client = self.sdk().await?;
        let request = client.associate_route_table().route_table_id(table_id);
        let request = match follower {
            Follower::Subnet(id) => request.subnet_id(id),
            Follower::Gateway(id) => request.gateway_id(id),
        };
        let request = &request;
        let attempt = |_: Token| async move {
            let associate = || async {
                let request = request.clone().customize().config_override(once());
                request.send().await.map_err(failed("ec2:AssociateRouteTable"))
            };
            let reply = wait.retry_new(&format!("route table {table_id} to be known"), associate).await?;
            let id = reply.association_id.filter(|id| !id.is_empty());
            id.ok_or_else(|| Error::reply("ec2:AssociateRouteTable", "the reply has no id"))
        };
        // There is one association of each follower: if it is with this table, it is the one that was asked for.
        let look = |_: Token| async move {
            let found = self.route_table_association_of(follower).await?;
            let found = found.filter(|association| association.route_table_id == table_id);
            Ok(found.map(|association| association.id))
        };
        let creation = Creation { kind: KIND, tagged: false, request: follower, wait };
        let created = self.clients.create(creation, attempt, look).await;
        let other = async {
            let found = self.route_table_association_of(follower).await?;
            Ok(found.map(|association| format!("{}/{}", follower.id(), association.route_table_id)))
        };
        let what = format!("route table association of {}", follower.id());
        taken(created, &["Resource.AlreadyAssociated"], &what, other).await
    }

    /// Makes what follows one table follow another; returns the id of the association that takes the place.
    ///
    /// # Errors
    ///
    /// When the service refuses, or there is no such association.
    pub async fn replace_route_table_association(&self, id: &str, table_id: &str) -> Result<String> {
        let request =
            self.sdk().await?.replace_route_table_association().association_id(id).route_table_id(table_id);
        let reply = request.send().await.map_err(failed("ec2:ReplaceRouteTableAssociation"))?;
        let id = reply.new_association_id.filter(|id| !id.is_empty());
        id.ok_or_else(|| Error::reply("ec2:ReplaceRouteTableAssociation", "the reply has no id"))
    }

    /// Awaits that an association works.
    ///
    /// # Errors
    ///
    /// When the service refuses, the association fails, or the time is over.
    pub async fn route_table_associated(&self, id: &str, wait: &Wait) -> Result<RouteTableAssociation> {
        let what = format!("route table association {id}");
        let unsettled = |association: &RouteTableAssociation| match association.state.as_str() {
            // Some emulators give no state at all.
            "associated" | "" => Ok(None),
            "associating" if !Safeguard::AssociationWait.is_on() => Ok(None),
            "failed" => Err(Error::Failed {
                what: what.clone(),
                reason: association.state_message.clone().unwrap_or_else(|| "no reason given".into()),
            }),
            state => Ok(Some(state.to_owned())),
        };
        wait.settle(&what, || self.route_table_association(id), unsettled).await
    }

    /// The association of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn route_table_association(&self, id: &str) -> Result<Option<RouteTableAssociation>> {
        let is_it = |association: &RouteTableAssociation| association.id == id;
        let found = self.association_with(route_table::ASSOCIATION, id, is_it).await?;
        if let Some(follower) = found.as_ref().and_then(RouteTableAssociation::follower) {
            self.clients.seen_untagged(KIND, &follower).await?;
        }
        Ok(found)
    }

    /// The association of a subnet or gateway with the table it follows.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn route_table_association_of(
        &self,
        follower: &Follower,
    ) -> Result<Option<RouteTableAssociation>> {
        let (property, id) = match follower {
            Follower::Subnet(id) => (route_table::SUBNET, id),
            Follower::Gateway(id) => (route_table::GATEWAY, id),
        };
        let follows = |association: &RouteTableAssociation| match follower {
            Follower::Subnet(id) => association.subnet_id.as_ref() == Some(id),
            Follower::Gateway(id) => association.gateway_id.as_ref() == Some(id),
        };
        self.association_with(property, id, follows).await
    }

    async fn association_with(
        &self,
        property: &'static str,
        value: &str,
        is_it: impl Fn(&RouteTableAssociation) -> bool,
    ) -> Result<Option<RouteTableAssociation>> {
        let tables = self.all(&self.reads().route_tables, property, value).await?;
        let mut associations = tables.iter().flat_map(|table| &table.associations);
        let found =
            associations.find(|association| is_it(association) && association.state != "disassociated");
        Ok(found.cloned())
    }

    /// Makes a subnet or gateway follow the main table again. That the association is gone is as good.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn disassociate_route_table(&self, id: &str, wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.disassociate_route_table().association_id(id);
        let reply = request.send().await.map_err(failed("ec2:DisassociateRouteTable"));
        if reply.ignore_not_found()?.is_none() {
            return Ok(());
        }
        wait.gone(&format!("end of route table association {id}"), || self.route_table_association(id)).await
    }
}

impl Follower {
    /// The id of what follows.
    #[must_use]
    pub fn id(&self) -> &str {
        let (Self::Subnet(id) | Self::Gateway(id)) = self;
        id
    }
}

impl RouteTableAssociation {
    fn follower(&self) -> Option<Follower> {
        let subnet = self.subnet_id.clone().map(Follower::Subnet);
        subnet.or_else(|| self.gateway_id.clone().map(Follower::Gateway))
    }

    pub(super) fn from_sdk(association: aws_sdk_ec2::types::RouteTableAssociation) -> Self {
        let state = association
            .association_state
            .unwrap_or_else(|| aws_sdk_ec2::types::RouteTableAssociationState::builder().build());
        Self {
            id: association.route_table_association_id.unwrap_or_default(),
            route_table_id: association.route_table_id.unwrap_or_default(),
            subnet_id: association.subnet_id,
            gateway_id: association.gateway_id,
            main: association.main.unwrap_or_default(),
            state: state.state.map(|state| state.to_string()).unwrap_or_default(),
            state_message: state.status_message,
        }
    }
}

//! Route tables.

use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, ResourceType};

use super::route::Route;
use super::route_table_association::RouteTableAssociation;
use super::{Ec2, any_of, once, tags};
use crate::batch::{Described, Key, Reach, Scope, VPC};
use crate::creation::{Creation, Token};
use crate::{Error, Result, Tags, Wait, failed};

/// A route table as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteTable {
    /// The id, which begins with `rtb-`.
    pub id: String,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// The VPC it is part of.
    pub vpc_id: String,
    /// The routes, those within the VPC included.
    pub routes: Vec<Route>,
    /// What follows these routes.
    pub associations: Vec<RouteTableAssociation>,
    /// The tags.
    pub tags: Tags,
}

/// How many route tables a page may hold.
const PAGE: i32 = 100;

pub(super) const ID: &str = "route-table-id";
pub(super) const ASSOCIATION: &str = "association.route-table-association-id";
pub(super) const SUBNET: &str = "association.subnet-id";
pub(super) const GATEWAY: &str = "association.gateway-id";

impl Ec2<'_> {
    /// Creates a route table with nothing but the route within the VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn create_route_table(&self, vpc_id: &str, tags: &Tags, wait: &Wait) -> Result<RouteTable> {
        let client = self.sdk().await?;
        let attempt = |token: Token| {
            let request = client
                .create_route_table()
                .vpc_id(vpc_id)
                .client_token(token.as_str())
                .set_tag_specifications(tags::specification(ResourceType::RouteTable, tags, Some(&token)));
            async move {
                let create = || async {
                    let request = request.clone().customize().config_override(once());
                    request.send().await.map_err(failed("ec2:CreateRouteTable"))
                };
                let reply = wait.retry_new(&format!("VPC {vpc_id} to be known"), create).await?;
                let table = reply.route_table.map(RouteTable::from_sdk).filter(|table| !table.id.is_empty());
                table.ok_or_else(|| Error::reply("ec2:CreateRouteTable", "the reply has no id"))
            }
        };
        let look =
            |token: Token| async move { Ok(self.made_as::<RouteTable>(&token).await?.into_iter().next()) };
        let creation = Creation { kind: "route table", tagged: true, request: &(vpc_id, tags), wait };
        self.clients.create(creation, attempt, look).await
    }

    /// Awaits that a new route table can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn route_table_visible(&self, id: &str, wait: &Wait) -> Result<RouteTable> {
        wait.visible(&format!("route table {id}"), || self.route_table(id)).await
    }

    /// The route table of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn route_table(&self, id: &str) -> Result<Option<RouteTable>> {
        self.one(&self.reads().route_tables, ID, id).await
    }

    /// The route table of the subnets of a VPC that have none of their own.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn main_route_table(&self, vpc_id: &str) -> Result<Option<RouteTable>> {
        let tables = self.all(&self.reads().route_tables, VPC, vpc_id).await?;
        Ok(tables.into_iter().find(|table| table.is_main()).map(Arc::unwrap_or_clone))
    }

    pub(super) async fn route_tables(&self, filters: Vec<Filter>) -> Result<Vec<RouteTable>> {
        describe(self.sdk().await?, filters).await
    }

    /// Takes a route table from everything that follows it, deletes it, and awaits that it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses, which it does for the main table; when the time is over.
    pub async fn delete_route_table(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let Some(table) = self.route_table(id).await? else { return Ok(()) };
        for association in table.associations.iter().filter(|association| !association.main) {
            self.disassociate_route_table(&association.id, wait).await?;
        }
        let delete = || async {
            let request = client.delete_route_table().route_table_id(id);
            request.send().await.map_err(failed("ec2:DeleteRouteTable")).map(drop)
        };
        let blockers = || self.blockers_of_route_table(id);
        self.delete(&format!("route table {id}"), delete, blockers, || self.route_table(id), wait).await
    }
}

async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<RouteTable>> {
    let pages = client.describe_route_tables().set_filters(Some(filters)).into_paginator().page_size(PAGE);
    let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeRouteTables"))?;
    Ok(found.into_iter().map(RouteTable::from_sdk).collect())
}

/// One call tells of tables, their routes and their associations.
impl Described for RouteTable {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        describe(&client, vec![any_of(property, values)]).await
    }

    fn keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::new(ID, &self.id), Key::new(VPC, &self.vpc_id)];
        for association in self.associations.iter().filter(|association| association.state != "disassociated")
        {
            keys.push(Key::new(ASSOCIATION, &association.id));
            keys.extend(association.subnet_id.iter().map(|id| Key::new(SUBNET, id)));
            keys.extend(association.gateway_id.iter().map(|id| Key::new(GATEWAY, id)));
        }
        keys
    }

    fn is_unique(property: &str) -> bool {
        property != VPC
    }

    fn explore(&self, scope: &Scope) {
        scope.meet_neighbour(&self.vpc_id);
    }

    fn reach(scope: &Scope, calls: usize) -> Option<Reach> {
        scope.vpcs(calls)
    }
}

impl RouteTable {
    /// Whether subnets without a table of their own follow this one.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.main)
    }

    fn from_sdk(table: aws_sdk_ec2::types::RouteTable) -> Self {
        let associations = table.associations.unwrap_or_default();
        Self {
            id: table.route_table_id.unwrap_or_default(),
            owner_id: table.owner_id,
            vpc_id: table.vpc_id.unwrap_or_default(),
            routes: table.routes.unwrap_or_default().into_iter().map(Route::from_sdk).collect(),
            associations: associations.into_iter().map(RouteTableAssociation::from_sdk).collect(),
            tags: tags::from_sdk(table.tags),
        }
    }
}

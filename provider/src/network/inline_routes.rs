//! Routes that are written inside a route table: exactly these, however AWS tells them.

mod route;

use std::collections::BTreeSet;

use aws::ec2::{Destination, RouteTable, RouteTarget};
use tfplugin::attr::AttrType;
use tfplugin::model::Model as _;
use tfplugin::prelude::*;
use tfplugin::schema::{Nesting, Shape};
use tfplugin::value::Value;

use route::InlineRoute;

use super::object::blame;
use crate::Client;
use crate::common::cidr::Ipv4Cidr;

/// The routes of a table. Two such sets are the same when they lead from the same destinations to the same targets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InlineRoutes(Vec<InlineRoute>);

impl AttrType for InlineRoutes {
    fn shape() -> Shape {
        Shape::Nested(Nesting::Set, InlineRoute::block().attributes)
    }

    fn decode(value: &Value, path: &Path, found: &mut Diagnostics) -> Option<Self> {
        Vec::decode(value, path, found).map(Self)
    }

    fn encode(&self) -> Value {
        Value::set(self.0.iter().map(AttrType::encode))
    }

    fn same(&self, other: &Self) -> bool {
        match (self.ways(), other.ways()) {
            (Some(one), Some(other)) => {
                let set = |ways: Vec<(Destination, RouteTarget)>| {
                    ways.into_iter().map(|(from, to)| (from, format!("{to:?}"))).collect::<BTreeSet<_>>()
                };
                set(one) == set(other)
            }
            _ => self == other,
        }
    }

    fn check(&self, path: &Path, found: &mut Diagnostics) {
        self.0.iter().for_each(|route| route.check(&path.element(), found));
    }
}

/// The summary of the warning about routes whose target is gone.
pub(super) const NOWHERE: &str = "Route Leads Nowhere";

/// The summary of the warning about routes within a VPC. It is no error: that would stop `terraform destroy` of what an
/// apply has left half-made, because Terraform plans everything before it destroys.
pub(super) const INSIDE: &str = "Route Within the VPC";

/// The summary of the warning about routes that are said by the table and by resources of their own.
pub(super) const TWO_WAYS: &str = "Routes Written in Two Ways";

impl InlineRoutes {
    /// Destinations and targets; nothing while one is not known.
    fn ways(&self) -> Option<Vec<(Destination, RouteTarget)>> {
        self.0.iter().map(|route| Some((route.destination()?, route.target()?))).collect()
    }

    /// The routes as they are: in these words as far as they are still true. A route that leads nowhere is none, unless
    /// nobody wants it.
    fn as_seen(&self, table: &RouteTable) -> Result<Self> {
        let mut told = BTreeSet::new();
        let mut routes = Vec::new();
        for written in &self.0 {
            let (Some(destination), Some(target)) = (written.destination(), written.target()) else {
                continue;
            };
            let seen = table.routes.iter().find(|route| route.destination.as_ref() == Some(&destination));
            let Some(seen) = seen.filter(|seen| seen.takes(&target)) else { continue };
            if !seen.is_blackhole() {
                routes.push(written.clone());
            }
            told.insert(destination);
        }
        for route in table.own_routes() {
            if !route.destination.as_ref().is_none_or(|destination| told.contains(destination)) {
                routes.push(InlineRoute::of(route)?);
            }
        }
        Ok(Self(routes))
    }

    /// Checks the routes of the argument `route`.
    pub(super) fn validate(routes: &Attr<Self>, check: &mut Check) {
        let Some(Self(routes)) = routes.known() else { return };
        let path = Path::from("route");
        let mut seen = BTreeSet::new();
        for route in routes {
            route.validate(check, &path.element());
            if let Some(destination) = route.destination()
                && !seen.insert(destination.clone())
            {
                let detail =
                    format!("Two routes lead to {destination}; a table has one route to a destination.");
                check.error(&path, "Conflicting Routes", detail);
            }
        }
    }

    /// What is wrong with routes whose packets would have to leave a VPC of that range by a gateway, although they stay
    /// in it.
    pub(super) fn inside(&self, vpc: Ipv4Cidr) -> Vec<String> {
        let inside = self.0.iter().filter(|route| route.leads_out()).filter_map(|route| {
            let Some(Destination::Ipv4(cidr)) = route.destination() else { return None };
            vpc.contains(cidr.parse().ok()?).then_some(cidr)
        });
        inside.map(|cidr| stays_inside(&cidr, vpc)).collect()
    }

    /// Notes that the table says its routes itself; tells what is wrong with that when there are resources for them.
    pub(super) fn exclusive(table_id: &str, cx: &Cx<Client>) -> Option<String> {
        cx.client.planned().owners.whole(table_id).then(|| two_ways(table_id))
    }

    /// Notes that a resource is a route of the table; tells what is wrong with that when the table says its routes
    /// itself.
    pub(super) fn beside(table_id: &str, cx: &Cx<Client>) -> Option<String> {
        cx.client.planned().owners.part(table_id).then(|| two_ways(table_id))
    }

    /// Learns the routes of a table as they are.
    pub(super) fn learn(routes: &mut Attr<Self>, table: &RouteTable, cx: &Cx<Client>) -> Result<()> {
        for route in table.own_routes().filter(|route| route.is_blackhole()) {
            if let Some(destination) = &route.destination {
                cx.warn(NOWHERE, leads_nowhere(destination, &table.id));
            }
        }
        let now = routes.or_default().as_seen(table).during("Unexpected Reply")?;
        *routes = now.into();
        Ok(())
    }

    /// Makes these the only routes of a table.
    pub(super) async fn apply(
        &self,
        table_id: &str,
        cx: &Cx<Client>,
        wait: &aws::Wait,
        summary: &str,
    ) -> Result<()> {
        let unknown =
            || Error::new("Missing Value", "A route is not wholly known. This is a defect of the provider.");
        let set = cx.client.aws().ec2().set_routes(table_id, &self.ways().ok_or_else(unknown)?, wait).await;
        set.map_err(|error| blame(error, summary, &BLAMED.map(|code| (code, "route"))))
    }
}

const BLAMED: [&str; 9] = [
    "InvalidParameterValue",
    "InvalidGatewayID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidNetworkInterfaceID.NotFound",
    "InvalidInstanceID.NotFound",
    "InvalidNatGatewayID.NotFound",
    "NatGatewayNotFound",
    "RouteAlreadyExists",
    "RouteLimitExceeded",
];

/// Says that a route's target is gone.
pub(super) fn leads_nowhere(destination: &Destination, table_id: &str) -> String {
    format!(
        "The target of the route to {destination} in route table {table_id} is gone or stopped; packets that take this \
         route are dropped."
    )
}

/// Says that packets of a route do not leave the VPC.
pub(super) fn stays_inside(destination: &str, vpc: Ipv4Cidr) -> String {
    format!(
        "{destination} lies in the range of the VPC, {vpc}. Packets within a VPC take its `local` route, and AWS refuses \
         to lead them through a gateway."
    )
}

fn two_ways(table_id: &str) -> String {
    format!(
        "Route table {table_id} has routes in its `route` and in resources `groundup_route`. What `route` says is all \
         there is: unless its changes are ignored, the next apply removes the routes of the resources. Write all of them \
         in one way."
    )
}

#[cfg(test)]
mod tests;

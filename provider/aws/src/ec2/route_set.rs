//! The routes of a table as a whole: exactly these, and no others.

use super::{Destination, Ec2, Route, RouteTable, RouteTarget};
use crate::error::IgnoreNotFound;
use crate::{Result, Wait, failed};

impl Ec2<'_> {
    /// Makes these the only routes of a table, but for those that come and go with the VPC, a virtual private gateway
    /// or an endpoint. What is the same stays; what is new comes before what is old goes.
    ///
    /// # Errors
    ///
    /// When the service refuses, or the time is over.
    pub async fn set_routes(
        &self,
        table_id: &str,
        wanted: &[(Destination, RouteTarget)],
        wait: &Wait,
    ) -> Result<()> {
        let what = format!("route table {table_id}");
        let table = wait.visible(&what, || self.route_table(table_id)).await?;
        let change = RouteChange::between(&table, wanted);
        for (destination, target) in &change.missing {
            self.create_route(table_id, destination, target, wait).await?;
        }
        for (destination, target) in &change.redirected {
            self.replace_route(table_id, destination, target, wait).await?;
        }
        for destination in &change.excess {
            self.delete_route(table_id, destination, wait).await?;
        }
        for destination in &change.restored {
            self.restore_local_route(table_id, destination).await?;
        }
        let unsettled = |table: &RouteTable| {
            let left = RouteChange::between(table, wanted);
            // A route of the right kind that leads nowhere waits for its target, not for this.
            let quiet = left.missing.is_empty() && left.excess.is_empty() && left.restored.is_empty();
            Ok((!quiet).then(|| "some routes are still the old ones".to_owned()))
        };
        if !change.is_empty() {
            wait.settle(&what, || self.route_table(table_id), unsettled).await?;
        }
        Ok(())
    }

    /// Lets packets within the VPC take the direct way again. That the route is gone is as good.
    async fn restore_local_route(&self, table_id: &str, destination: &Destination) -> Result<()> {
        let request = self.sdk().await?.replace_route().route_table_id(table_id).local_target(true);
        let request = match destination {
            Destination::Ipv4(cidr) => request.destination_cidr_block(cidr),
            Destination::Ipv6(cidr) => request.destination_ipv6_cidr_block(cidr),
            Destination::PrefixList(id) => request.destination_prefix_list_id(id),
        };
        request.send().await.map_err(failed("ec2:ReplaceRoute")).ignore_not_found().map(drop)
    }
}

impl RouteTable {
    /// The routes that somebody made, and not the VPC, a virtual private gateway or an endpoint.
    pub fn own_routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().filter(|route| {
            let gateway = route.gateway_id.as_deref().unwrap_or_default();
            let of_endpoint =
                matches!(route.destination, Some(Destination::PrefixList(_))) && gateway.starts_with("vpce-");
            let propagated = route.origin == "EnableVgwRoutePropagation";
            gateway != LOCAL && !of_endpoint && !propagated
        })
    }
}

/// The gateway of routes within the VPC.
const LOCAL: &str = "local";

/// What makes one set of routes another.
#[derive(Debug, Default, PartialEq, Eq)]
struct RouteChange {
    missing: Vec<(Destination, RouteTarget)>,
    /// Routes that lead elsewhere, or nowhere.
    redirected: Vec<(Destination, RouteTarget)>,
    /// Routes that are not wanted.
    excess: Vec<Destination>,
    /// Routes that came with the VPC and that are to lead through it again.
    restored: Vec<Destination>,
}

impl RouteChange {
    fn between(table: &RouteTable, wanted: &[(Destination, RouteTarget)]) -> Self {
        let mut change = Self::default();
        for (destination, target) in wanted {
            let seen = table.routes.iter().find(|route| route.destination.as_ref() == Some(destination));
            let wish = (destination.clone(), target.clone());
            match seen {
                None => change.missing.push(wish),
                Some(route) if !route.takes(target) || route.is_blackhole() => change.redirected.push(wish),
                Some(_) => {}
            }
        }
        for route in table.own_routes() {
            let Some(destination) = &route.destination else { continue };
            if wanted.iter().any(|(wanted, _)| wanted == destination) {
                continue;
            }
            if route.origin == "CreateRouteTable" {
                change.restored.push(destination.clone());
            } else {
                change.excess.push(destination.clone());
            }
        }
        change
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_reply};

    fn item(cidr: &str, target: &str, origin: &str, state: &str) -> String {
        format!(
            "<item><destinationCidrBlock>{cidr}</destinationCidrBlock>{target}<state>{state}</state>\
             <origin>{origin}</origin></item>"
        )
    }

    fn table(routes: &[String]) -> (u16, String) {
        let routes = routes.concat();
        let body = format!(
            "<routeTableSet><item><routeTableId>rtb-1</routeTableId><routeSet>{}{routes}</routeSet></item></routeTableSet>",
            item("10.0.0.0/16", "<gatewayId>local</gatewayId>", "CreateRouteTable", "active"),
        );
        ec2_reply("DescribeRouteTables", &body)
    }

    fn ipv4(cidr: &str) -> Destination {
        Destination::Ipv4(cidr.into())
    }

    #[tokio::test]
    async fn only_what_differs_is_touched() {
        const INTERFACE: &str = "<instanceId>i-1</instanceId><networkInterfaceId>eni-1</networkInterfaceId>";
        const GATEWAY: &str = "<gatewayId>igw-1</gatewayId>";
        let looks = AtomicUsize::new(0);
        let server = Server::start(move |request| match request["Action"].as_str() {
            "DescribeRouteTables" if looks.fetch_add(1, Ordering::SeqCst) == 0 => table(&[
                item("0.0.0.0/0", GATEWAY, "CreateRoute", "active"),
                item("10.200.0.0/24", INTERFACE, "CreateRoute", "active"),
                item("10.200.1.0/24", INTERFACE, "CreateRoute", "blackhole"),
                item("192.168.0.0/16", GATEWAY, "CreateRoute", "active"),
                item("172.16.0.0/12", "<gatewayId>vgw-1</gatewayId>", "EnableVgwRoutePropagation", "active"),
            ]),
            "DescribeRouteTables" => table(&[
                item("0.0.0.0/0", GATEWAY, "CreateRoute", "active"),
                item("10.200.0.0/24", INTERFACE, "CreateRoute", "active"),
                item("10.200.1.0/24", "<instanceId>i-2</instanceId>", "CreateRoute", "active"),
                item("10.200.2.0/24", INTERFACE, "CreateRoute", "active"),
            ]),
            action => ec2_reply(action, "<return>true</return>"),
        })
        .await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new())
            .paced(Duration::from_millis(1), Duration::from_millis(5));
        let wanted = [
            (ipv4("0.0.0.0/0"), RouteTarget::Gateway("igw-1".into())),
            // The interface of the instance that the route was made with.
            (ipv4("10.200.0.0/24"), RouteTarget::Instance("i-1".into())),
            (ipv4("10.200.1.0/24"), RouteTarget::Instance("i-2".into())),
            (ipv4("10.200.2.0/24"), RouteTarget::NetworkInterface("eni-1".into())),
        ];
        server.clients().ec2().set_routes("rtb-1", &wanted, &wait).await.unwrap();
        let writes: Vec<_> = server
            .requests()
            .into_iter()
            .filter(|request| !request["Action"].starts_with("Describe"))
            .map(|request| format!("{} {}", request["Action"], request["DestinationCidrBlock"]))
            .collect();
        assert_eq!(
            writes,
            ["CreateRoute 10.200.2.0/24", "ReplaceRoute 10.200.1.0/24", "DeleteRoute 192.168.0.0/16"]
        );
    }

    #[test]
    fn the_way_within_the_vpc_is_restored_and_not_deleted() {
        let within = |gateway: &str| RouteTable {
            routes: vec![Route {
                destination: Some(ipv4("10.0.0.0/16")),
                gateway_id: Some(gateway.into()),
                origin: "CreateRouteTable".into(),
                ..Route::default()
            }],
            ..RouteTable::default()
        };
        assert_eq!(RouteChange::between(&within("local"), &[]), RouteChange::default());
        let change = RouteChange::between(&within("vgw-1"), &[]);
        assert_eq!(change.restored, [ipv4("10.0.0.0/16")]);
        let kept = [(ipv4("10.0.0.0/16"), RouteTarget::Gateway("local".into()))];
        assert_eq!(RouteChange::between(&within("local"), &kept), RouteChange::default());
    }
}

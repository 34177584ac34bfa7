//! Routes: where packets to a destination go.

use std::fmt;

use super::{Ec2, once, route_table};
use crate::creation::{Creation, Token, taken};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Safeguard, Wait, failed};

/// A route as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Where the packets are bound for.
    pub destination: Option<Destination>,
    /// The gateway they take; `local` stays within the VPC.
    pub gateway_id: Option<String>,
    /// The instance they take. The service gives its interface as well, whichever of the two the route was made with.
    pub instance_id: Option<String>,
    /// The account that owns the instance.
    pub instance_owner_id: Option<String>,
    /// The network interface they take.
    pub network_interface_id: Option<String>,
    /// The NAT gateway they take.
    pub nat_gateway_id: Option<String>,
    /// The carrier gateway they take.
    pub carrier_gateway_id: Option<String>,
    /// The core network they take, by its ARN.
    pub core_network_arn: Option<String>,
    /// The egress-only internet gateway they take.
    pub egress_only_gateway_id: Option<String>,
    /// The local gateway they take.
    pub local_gateway_id: Option<String>,
    /// The transit gateway they take.
    pub transit_gateway_id: Option<String>,
    /// The VPC peering connection they take.
    pub vpc_peering_connection_id: Option<String>,
    /// How the route came about, such as `CreateRoute`.
    pub origin: String,
    /// `active`, or `blackhole` when its target is gone.
    pub state: String,
}

/// Where the packets of a route are bound for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// An IPv4 network.
    Ipv4(String),
    /// An IPv6 network.
    Ipv6(String),
    /// The networks of a prefix list.
    PrefixList(String),
}

/// What the packets of a route take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteTarget {
    /// An internet or virtual private gateway.
    Gateway(String),
    /// An instance with exactly one network interface.
    Instance(String),
    /// A network interface.
    NetworkInterface(String),
    /// A NAT gateway.
    NatGateway(String),
    /// A carrier gateway.
    CarrierGateway(String),
    /// A core network, by its ARN.
    CoreNetwork(String),
    /// An egress-only internet gateway.
    EgressOnlyGateway(String),
    /// A local gateway.
    LocalGateway(String),
    /// A transit gateway.
    TransitGateway(String),
    /// A VPC endpoint of a gateway load balancer.
    VpcEndpoint(String),
    /// A VPC peering connection.
    VpcPeeringConnection(String),
}

/// The name of routes in errors and the journal.
const KIND: &str = "route";

/// A target that was made a moment ago may be unknown to `CreateRoute`, which then answers one of these.
const TARGET_UNKNOWN: [&str; 8] = [
    "InvalidParameterException",
    "InvalidGatewayID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidNetworkInterfaceID.NotFound",
    "InvalidInstanceID.NotFound",
    "InvalidNatGatewayID.NotFound",
    "NatGatewayNotFound",
    "InvalidRouteTableID.NotFound",
];

/// The settings that creating and replacing a route have in common, of two types that have nothing in common.
macro_rules! aim {
    ($request:expr, $table:expr, $destination:expr, $target:expr) => {{
        let request = $request.route_table_id($table);
        let request = match $destination {
            Destination::Ipv4(cidr) => request.destination_cidr_block(cidr),
            Destination::Ipv6(cidr) => request.destination_ipv6_cidr_block(cidr),
            Destination::PrefixList(id) => request.destination_prefix_list_id(id),
        };
        match $target {
            RouteTarget::Gateway(id) => request.gateway_id(id),
            RouteTarget::Instance(id) => request.instance_id(id),
            RouteTarget::NetworkInterface(id) => request.network_interface_id(id),
            RouteTarget::NatGateway(id) => request.nat_gateway_id(id),
            RouteTarget::CarrierGateway(id) => request.carrier_gateway_id(id),
            RouteTarget::CoreNetwork(arn) => request.core_network_arn(arn),
            RouteTarget::EgressOnlyGateway(id) => request.egress_only_internet_gateway_id(id),
            RouteTarget::LocalGateway(id) => request.local_gateway_id(id),
            RouteTarget::TransitGateway(id) => request.transit_gateway_id(id),
            RouteTarget::VpcEndpoint(id) => request.vpc_endpoint_id(id),
            RouteTarget::VpcPeeringConnection(id) => request.vpc_peering_connection_id(id),
        }
    }};
}

impl Ec2<'_> {
    /// Adds a route to a table.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the table has a route to that destination; when the service refuses, or the time is
    /// over.
    pub async fn create_route(
        &self,
        table_id: &str,
        destination: &Destination,
        target: &RouteTarget,
        wait: &Wait,
    ) -> Result<()> {
        let client = self.sdk().await?;
        let what = &format!("route to {destination} in route table {table_id}");
        let attempt = |_: Token| async move {
            let create = || async {
                let request = aim!(client.create_route(), table_id, destination, target);
                let request = request.customize().config_override(once());
                request.send().await.map_err(failed("ec2:CreateRoute")).map(drop)
            };
            wait.at_most(crate::limits::VISIBILITY).retry(what, is_target_unknown, create).await
        };
        // A route has no tags, but there is one to each destination.
        let look = |_: Token| async move {
            let found = self.route(table_id, destination).await?;
            Ok(found.filter(|route| route.takes(target)).map(drop))
        };
        let request = &(table_id, destination);
        let created =
            self.clients.create(Creation { kind: KIND, tagged: false, request, wait }, attempt, look).await;
        let id = async { Ok(Some(format!("{table_id}_{destination}"))) };
        taken(created, &["RouteAlreadyExists"], what, id).await
    }

    /// Awaits that a new route shows up.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn route_visible(
        &self,
        table_id: &str,
        destination: &Destination,
        wait: &Wait,
    ) -> Result<Route> {
        let what = format!("route to {destination} in route table {table_id}");
        wait.visible(&what, || self.route(table_id, destination)).await
    }

    /// Gives a route another target and awaits that it shows.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn replace_route(
        &self,
        table_id: &str,
        destination: &Destination,
        target: &RouteTarget,
        wait: &Wait,
    ) -> Result<Route> {
        let client = self.sdk().await?;
        let replace = || async {
            let request = aim!(client.replace_route(), table_id, destination, target);
            request.send().await.map_err(failed("ec2:ReplaceRoute"))
        };
        let what = format!("route to {destination} in route table {table_id}");
        wait.at_most(crate::limits::VISIBILITY).retry(&what, is_target_unknown, replace).await?;
        let unsettled =
            |route: &Route| Ok((!route.takes(target)).then(|| "it has its old target".to_owned()));
        wait.settle(&what, || self.route(table_id, destination), unsettled).await
    }

    /// The route of a table to a destination.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn route(&self, table_id: &str, destination: &Destination) -> Result<Option<Route>> {
        let tables = self.all(&self.reads().route_tables, route_table::ID, table_id).await?;
        let mut routes = tables.iter().flat_map(|table| &table.routes);
        let found = routes.find(|route| route.destination.as_ref() == Some(destination)).cloned();
        if found.is_some() {
            self.clients.seen_untagged(KIND, &(table_id, destination)).await?;
        }
        Ok(found)
    }

    /// Removes a route from a table and awaits that it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn delete_route(&self, table_id: &str, destination: &Destination, wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.delete_route().route_table_id(table_id);
        let request = match destination {
            Destination::Ipv4(cidr) => request.destination_cidr_block(cidr),
            Destination::Ipv6(cidr) => request.destination_ipv6_cidr_block(cidr),
            Destination::PrefixList(id) => request.destination_prefix_list_id(id),
        };
        let reply = request.send().await.map_err(failed("ec2:DeleteRoute"));
        if reply.ignore_not_found()?.is_none() {
            return Ok(());
        }
        let what = format!("end of the route to {destination} in route table {table_id}");
        wait.gone(&what, || self.route(table_id, destination)).await
    }
}

impl Route {
    /// Whether the packets take this target.
    #[must_use]
    pub fn takes(&self, target: &RouteTarget) -> bool {
        let (seen, wanted) = match target {
            // The service tells endpoints as gateways.
            RouteTarget::Gateway(id) | RouteTarget::VpcEndpoint(id) => (&self.gateway_id, id),
            RouteTarget::Instance(id) => (&self.instance_id, id),
            RouteTarget::NetworkInterface(id) => (&self.network_interface_id, id),
            RouteTarget::NatGateway(id) => (&self.nat_gateway_id, id),
            RouteTarget::CarrierGateway(id) => (&self.carrier_gateway_id, id),
            RouteTarget::CoreNetwork(arn) => (&self.core_network_arn, arn),
            RouteTarget::EgressOnlyGateway(id) => (&self.egress_only_gateway_id, id),
            RouteTarget::LocalGateway(id) => (&self.local_gateway_id, id),
            RouteTarget::TransitGateway(id) => (&self.transit_gateway_id, id),
            RouteTarget::VpcPeeringConnection(id) => (&self.vpc_peering_connection_id, id),
        };
        seen.as_ref() == Some(wanted)
    }

    /// Whether the packets go nowhere because the target is gone.
    #[must_use]
    pub fn is_blackhole(&self) -> bool {
        self.state == "blackhole" && Safeguard::BlackHole.is_on()
    }

    pub(super) fn from_sdk(route: aws_sdk_ec2::types::Route) -> Self {
        let destination = route
            .destination_cidr_block
            .map(Destination::Ipv4)
            .or(route.destination_ipv6_cidr_block.map(Destination::Ipv6))
            .or(route.destination_prefix_list_id.map(Destination::PrefixList));
        Self {
            destination,
            gateway_id: route.gateway_id,
            instance_id: route.instance_id,
            instance_owner_id: route.instance_owner_id,
            network_interface_id: route.network_interface_id,
            nat_gateway_id: route.nat_gateway_id,
            carrier_gateway_id: route.carrier_gateway_id,
            core_network_arn: route.core_network_arn,
            egress_only_gateway_id: route.egress_only_internet_gateway_id,
            local_gateway_id: route.local_gateway_id,
            transit_gateway_id: route.transit_gateway_id,
            vpc_peering_connection_id: route.vpc_peering_connection_id,
            origin: route.origin.map(|origin| origin.to_string()).unwrap_or_default(),
            state: route.state.map(|state| state.to_string()).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Ipv4(text) | Self::Ipv6(text) | Self::PrefixList(text)) = self;
        f.write_str(text)
    }
}

fn is_target_unknown(error: &Error) -> bool {
    error.has_code(&TARGET_UNKNOWN) && Safeguard::RouteTarget.is_on()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    const TABLE: &str = "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet>\
        <item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>\
        <state>active</state><origin>CreateRouteTable</origin></item>\
        <item><destinationCidrBlock>10.200.0.0/24</destinationCidrBlock><instanceId>i-1</instanceId>\
        <instanceOwnerId>123456789012</instanceOwnerId><networkInterfaceId>eni-1</networkInterfaceId>\
        <state>blackhole</state><origin>CreateRoute</origin></item></routeSet></item></routeTableSet>";

    #[tokio::test]
    async fn a_route_is_found_by_its_destination() {
        let server = Server::start(|_| ec2_reply("DescribeRouteTables", TABLE)).await;
        let clients = server.clients();
        let pods = Destination::Ipv4("10.200.0.0/24".into());
        let route = clients.ec2().route("rtb-1", &pods).await.unwrap().unwrap();
        assert!(route.is_blackhole());
        assert!(route.takes(&RouteTarget::Instance("i-1".into())));
        assert!(route.takes(&RouteTarget::NetworkInterface("eni-1".into())));
        assert!(!route.takes(&RouteTarget::Gateway("i-1".into())));
        let other = Destination::Ipv4("0.0.0.0/0".into());
        assert_eq!(clients.ec2().route("rtb-1", &other).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_target_that_is_too_new_is_tried_again() {
        let calls = AtomicUsize::new(0);
        let server = Server::start(move |request| match request["Action"].as_str() {
            "CreateRoute" if calls.fetch_add(1, Ordering::SeqCst) < 2 => {
                ec2_error(400, "InvalidInstanceID.NotFound", "no such instance")
            }
            "CreateRoute" => ec2_reply("CreateRoute", "<return>true</return>"),
            action => ec2_reply(action, TABLE),
        })
        .await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new())
            .paced(Duration::from_millis(1), Duration::from_millis(5));
        let pods = Destination::Ipv4("10.200.0.0/24".into());
        let target = RouteTarget::Instance("i-1".into());
        let clients = server.clients();
        clients.ec2().create_route("rtb-1", &pods, &target, &wait).await.unwrap();
        assert!(clients.ec2().route_visible("rtb-1", &pods, &wait).await.unwrap().takes(&target));
        assert_eq!(server.actions(), ["CreateRoute", "CreateRoute", "CreateRoute", "DescribeRouteTables"]);
        assert_eq!(server.requests()[0]["InstanceId"], "i-1");
    }
}

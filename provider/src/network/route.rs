//! `groundup_route`: where packets to a destination go.

mod target;

use aws::ec2::Destination;
use aws::limits::ROUTE;
use tfplugin::prelude::*;

use super::inline_routes::{self, InlineRoutes};
use super::object::{blame, import_id, learn, parse};
use crate::Client;
use crate::common::cidr::{Ipv4Cidr, Ipv6Cidr};
use crate::common::creation::created;
use crate::common::id::{
    CarrierGatewayId, EgressOnlyGatewayId, InstanceId, LocalGatewayId, NatGatewayId, NetworkInterfaceId,
    PrefixListId, RouteTableId, TransitGatewayId, VpcEndpointId, VpcPeeringConnectionId,
};
use crate::common::wait::wait;

/// A route: packets to a destination take a gateway, an instance, a network interface or a NAT gateway.
///
/// A route to an instance, such as that of its pods, follows the instance: when the instance is replaced, the route is
/// changed in place. The instance needs `source_dest_check = false` to forward packets. A route whose target is gone or
/// stopped is led there anew by the next apply.
///
/// Instances and load balancers with public addresses should depend on the route to the internet gateway
/// (`depends_on = [groundup_route.internet]`): so they work when they are there, and are destroyed before the gateway,
/// which AWS does not detach while a public address is left.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of the configuration")]
pub(crate) struct Route {
    /// Id of the route: the route table's and the destination, joined by `_`.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// Route table of the route. A change replaces the route.
    #[attr(required, replace)]
    route_table_id: Attr<RouteTableId>,
    /// Destination as an IPv4 network without host bits. A change replaces the route.
    #[attr(optional, replace)]
    destination_cidr_block: Attr<Parsed<Ipv4Cidr>>,
    /// Destination as an IPv6 network without host bits. A change replaces the route.
    #[attr(optional, replace)]
    destination_ipv6_cidr_block: Attr<Parsed<Ipv6Cidr>>,
    /// Destination as a managed prefix list. A change replaces the route.
    #[attr(optional, replace)]
    destination_prefix_list_id: Attr<PrefixListId>,
    /// Internet gateway or virtual private gateway to take.
    #[attr(optional, computed, check = |id| gateway(id))]
    gateway_id: Attr<String>,
    /// Instance to take, which has exactly one network interface.
    #[attr(optional, computed)]
    instance_id: Attr<InstanceId>,
    /// Network interface to take.
    #[attr(optional, computed)]
    network_interface_id: Attr<NetworkInterfaceId>,
    /// NAT gateway to take.
    #[attr(optional, computed)]
    nat_gateway_id: Attr<NatGatewayId>,
    /// Carrier gateway to take.
    #[attr(optional)]
    carrier_gateway_id: Attr<CarrierGatewayId>,
    /// Core network to take, by its ARN.
    #[attr(optional)]
    core_network_arn: Attr<String>,
    /// Egress-only internet gateway to take.
    #[attr(optional)]
    egress_only_gateway_id: Attr<EgressOnlyGatewayId>,
    /// Local gateway to take.
    #[attr(optional)]
    local_gateway_id: Attr<LocalGatewayId>,
    /// Transit gateway to take.
    #[attr(optional)]
    transit_gateway_id: Attr<TransitGatewayId>,
    /// VPC endpoint of a gateway load balancer to take.
    #[attr(optional)]
    vpc_endpoint_id: Attr<VpcEndpointId>,
    /// VPC peering connection to take.
    #[attr(optional)]
    vpc_peering_connection_id: Attr<VpcPeeringConnectionId>,
    /// Account that owns the instance.
    #[attr(computed)]
    instance_owner_id: Attr<String>,
    /// How the route came about, such as `CreateRoute`.
    #[attr(computed, keep)]
    origin: Attr<String>,
    /// `active`, or `blackhole` when the target is gone or stopped.
    #[attr(computed)]
    state: Attr<String>,
    /// Time limits; by default 2 minutes to create, 2 to change, 2 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

fn gateway(id: &str) -> Result<(), String> {
    match id.split_once('-') {
        Some(("igw" | "vgw", digits)) if !digits.is_empty() => Ok(()),
        _ => Err(format!(
            "{id:?} is neither the id of an internet gateway (`igw-…`) nor of a virtual private gateway (`vgw-…`)."
        )),
    }
}

const BLAMED: [(&str, &str); 7] = [
    ("InvalidRouteTableID.NotFound", "route_table_id"),
    ("InvalidGatewayID.NotFound", "gateway_id"),
    ("InvalidInternetGatewayID.NotFound", "gateway_id"),
    ("InvalidInstanceID.NotFound", "instance_id"),
    ("InvalidInstanceId", "instance_id"),
    ("InvalidNetworkInterfaceID.NotFound", "network_interface_id"),
    ("InvalidNatGatewayID.NotFound", "nat_gateway_id"),
];

impl Resource for Route {
    const TYPE: &'static str = "route";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.exactly_one(&[
            ("destination_cidr_block", self.destination_cidr_block.presence()),
            ("destination_ipv6_cidr_block", self.destination_ipv6_cidr_block.presence()),
            ("destination_prefix_list_id", self.destination_prefix_list_id.presence()),
        ]);
        check.exactly_one(&self.targets());
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        if plan.is_create() {
            plan.planned.id = plan.planned.name();
        }
        plan.planned.judge(&mut plan.told, cx);
        let leads_nowhere = |prior: &Self| prior.state.as_str() == Some("blackhole");
        if plan.prior.as_ref().is_some_and(leads_nowhere) {
            // The target may be back, or be another one by now: the route is led there anew.
            plan.planned.state = Attr::Unknown;
        }
        // A target that is not configured is absent, except that instance and interface come together.
        let Plan { config, planned, .. } = plan;
        let takes_no_instance = config.takes_no_instance();
        if config.gateway_id.is_null() {
            planned.gateway_id = Attr::Null;
        }
        if config.nat_gateway_id.is_null() {
            planned.nat_gateway_id = Attr::Null;
        }
        if takes_no_instance && config.instance_id.is_null() {
            planned.instance_id = Attr::Null;
        }
        if takes_no_instance && config.network_interface_id.is_null() {
            planned.network_interface_id = Attr::Null;
        }
        if takes_no_instance && config.instance_id.is_null() && config.network_interface_id.is_null() {
            planned.instance_owner_id = Attr::Null;
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Route";
        let (table, destination) = (self.route_table_id.value()?.to_string(), self.destination()?);
        let wait = wait(cx, self.timeouts.create(ROUTE.create));
        let ec2 = cx.client.aws().ec2();
        let made = ec2.create_route(&table, &destination, &self.target()?, &wait).await;
        created(made, SUMMARY, (Self::TYPE, None), &BLAMED)?;
        self.id = self.name();
        saved.save(&self);
        let route = ec2.route_visible(&table, &destination, &wait).await.during(SUMMARY)?;
        self.learn(route)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let (table, destination) = (self.route_table_id.value()?.as_str(), self.destination()?);
        let found = cx.client.aws().ec2().route(table, &destination).await.during("Unable to Read Route")?;
        let Some(mut route) = found else { return Ok(None) };
        if route.is_blackhole() {
            cx.warn(inline_routes::NOWHERE, inline_routes::leads_nowhere(&destination, table));
        }
        self.id = self.name();
        self.read_targets(&mut route)?;
        self.gateway_id = Attr::Unknown;
        self.instance_id = Attr::Unknown;
        self.network_interface_id = Attr::Unknown;
        self.nat_gateway_id = Attr::Unknown;
        self.instance_owner_id = Attr::Unknown;
        self.origin = Attr::Unknown;
        self.state = Attr::Unknown;
        self.learn(route).map(Some)
    }

    async fn update(self, _: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Route";
        let (table, destination) = (self.route_table_id.value()?.to_string(), self.destination()?);
        let wait = wait(cx, self.timeouts.update(ROUTE.update));
        let changed = cx.client.aws().ec2().replace_route(&table, &destination, &self.target()?, &wait).await;
        let route = changed.map_err(|error| blame(error, SUMMARY, &BLAMED))?;
        self.learn(route)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(ROUTE.delete));
        let (table, destination) = (self.route_table_id.value()?.as_str(), self.destination()?);
        let deleted = cx.client.aws().ec2().delete_route(table, &destination, &wait).await;
        deleted.during("Unable to Delete Route")
    }

    /// By the route table's id and the destination: `rtb-…_10.0.0.0/8`.
    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        const SUMMARY: &str = "Invalid Import ID";
        let form =
            || Error::new(SUMMARY, "Write `rtb-…_` and the destination, such as `rtb-01234567_0.0.0.0/0`.");
        let (table, destination) = id.id()?.split_once('_').ok_or_else(form)?;
        let mut route =
            Self { route_table_id: import_id(&ImportId::Id(table.to_owned()))?, ..Self::default() };
        if destination.starts_with("pl-") {
            route.destination_prefix_list_id = Attr::Known(destination.parse().during(SUMMARY)?);
        } else if destination.contains(':') {
            route.destination_ipv6_cidr_block = Attr::Known(Parsed::new(destination).during(SUMMARY)?);
        } else {
            route.destination_cidr_block = Attr::Known(Parsed::new(destination).during(SUMMARY)?);
        }
        Ok(route)
    }
}

impl Route {
    /// The id, as far as its parts are known.
    fn name(&self) -> Attr<String> {
        match (self.route_table_id.known(), self.destination()) {
            (Some(table), Ok(destination)) => format!("{table}_{destination}").into(),
            _ => Attr::Unknown,
        }
    }

    /// Tells what is wrong with the route beside its table and its VPC.
    fn judge(&self, told: &mut Diagnostics, cx: &Cx<Client>) {
        let Some(table) = self.route_table_id.known() else { return };
        if let Some(problem) = InlineRoutes::beside(table.as_str(), cx) {
            told.warn("route_table_id", inline_routes::TWO_WAYS, problem);
        }
        let vpc = cx.client.planned().vpcs.range_of_table(table.as_str());
        let (Some(vpc), Some(destination)) = (vpc, self.destination_cidr_block.known()) else { return };
        let leaves = self.gateway_id.is_set() || destination.get() == &vpc;
        if leaves && vpc.contains(**destination) {
            let problem = inline_routes::stays_inside(destination.text(), vpc);
            told.warn("destination_cidr_block", inline_routes::INSIDE, problem);
        }
    }

    fn destination(&self) -> Result<Destination> {
        if let Some(cidr) = self.destination_ipv6_cidr_block.known() {
            Ok(Destination::Ipv6(cidr.get().to_string()))
        } else if let Some(id) = self.destination_prefix_list_id.known() {
            Ok(Destination::PrefixList(id.to_string()))
        } else {
            Ok(Destination::Ipv4(self.destination_cidr_block.value()?.get().to_string()))
        }
    }

    /// Fills in what is open from the route as it is.
    fn learn(mut self, route: aws::ec2::Route) -> Result<Self> {
        learn(&mut self.gateway_id, route.gateway_id);
        learn(&mut self.instance_id, route.instance_id.map(|id| id.parse::<InstanceId>()).transpose()?);
        let interface = route.network_interface_id.map(|id| id.parse::<NetworkInterfaceId>()).transpose()?;
        learn(&mut self.network_interface_id, interface);
        learn(
            &mut self.nat_gateway_id,
            route.nat_gateway_id.map(|id| id.parse::<NatGatewayId>()).transpose()?,
        );
        learn(&mut self.instance_owner_id, route.instance_owner_id);
        learn(&mut self.origin, route.origin);
        learn(&mut self.state, route.state);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use aws::ec2::RouteTarget;

    use super::*;

    fn to_instance() -> Route {
        Route {
            route_table_id: "rtb-01234567".parse::<RouteTableId>().unwrap().into(),
            destination_cidr_block: Attr::parse("10.200.0.0/24").unwrap(),
            instance_id: "i-01234567".parse::<InstanceId>().unwrap().into(),
            gateway_id: Attr::Null,
            nat_gateway_id: Attr::Null,
            network_interface_id: Attr::Unknown,
            instance_owner_id: Attr::Unknown,
            ..Route::default()
        }
    }

    fn problems(route: &Route) -> Vec<String> {
        let mut check = Check::default();
        route.validate(&mut check);
        check.iter().map(|told| told.detail.clone()).collect()
    }

    #[test]
    fn one_destination_and_one_target() {
        let mut route = to_instance();
        route.network_interface_id = Attr::Null;
        assert_eq!(problems(&route), Vec::<String>::new());
        route.gateway_id = Attr::Unknown;
        assert_eq!(problems(&route), Vec::<String>::new());
        route.gateway_id = "igw-01234567".into();
        assert_eq!(problems(&route), ["`instance_id` cannot be set together with `gateway_id`."]);
        assert_eq!(problems(&Route::default()).len(), 2);
    }

    #[test]
    fn what_is_configured_is_the_target_and_the_rest_is_learnt() {
        let route = to_instance();
        assert_eq!(route.target().unwrap(), RouteTarget::Instance("i-01234567".into()));
        assert_eq!(route.name().as_str(), Some("rtb-01234567_10.200.0.0/24"));
        let peering = Route {
            instance_id: Attr::Null,
            vpc_peering_connection_id: Attr::Known("pcx-01234567".parse().unwrap()),
            ..to_instance()
        };
        assert_eq!(peering.target().unwrap(), RouteTarget::VpcPeeringConnection("pcx-01234567".into()));
        let seen = aws::ec2::Route {
            instance_id: Some("i-89abcdef".into()),
            network_interface_id: Some("eni-01234567".into()),
            ..aws::ec2::Route::default()
        };
        let route = route.learn(seen).unwrap();
        assert_eq!(route.instance_id.known().unwrap().as_str(), "i-01234567");
        assert_eq!(route.network_interface_id.known().unwrap().as_str(), "eni-01234567");
        assert_eq!(route.gateway_id, Attr::Null);
    }

    #[test]
    fn an_endpoint_is_told_as_a_gateway() {
        let mut seen = aws::ec2::Route {
            gateway_id: Some("vpce-01234567".into()),
            transit_gateway_id: Some("tgw-01234567".into()),
            ..aws::ec2::Route::default()
        };
        let mut route = Route::default();
        route.read_targets(&mut seen).unwrap();
        assert_eq!(route.vpc_endpoint_id.known().unwrap().as_str(), "vpce-01234567");
        assert_eq!(route.transit_gateway_id.known().unwrap().as_str(), "tgw-01234567");
        assert_eq!(seen.gateway_id, None);
    }

    #[test]
    fn gateways_are_told_by_their_prefix() {
        assert!(gateway("igw-01234567").is_ok() && gateway("vgw-01234567").is_ok());
        assert!(gateway("nat-01234567").is_err() && gateway("null").is_err());
    }
}

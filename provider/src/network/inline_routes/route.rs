//! One route as it is written inside a route table.

use aws::ec2::{Destination, RouteTarget};
use tfplugin::Presence;
use tfplugin::prelude::*;

use crate::common::cidr::{Ipv4Cidr, Ipv6Cidr};
use crate::common::given::Given;
use crate::common::id::{
    CarrierGatewayId, EgressOnlyGatewayId, LocalGatewayId, NatGatewayId, NetworkInterfaceId, PrefixListId,
    TransitGatewayId, VpcEndpointId, VpcPeeringConnectionId,
};
use crate::network::route_gateway::RouteGateway;

/// A route: one destination, and what packets to it take.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct InlineRoute {
    /// Destination as an IPv4 network without host bits. One of this, `ipv6_cidr_block` and
    /// `destination_prefix_list_id` is set.
    #[attr(optional)]
    pub(super) cidr_block: Attr<Parsed<Given<Ipv4Cidr>>>,
    /// Destination as an IPv6 network without host bits.
    #[attr(optional)]
    pub(super) ipv6_cidr_block: Attr<Parsed<Given<Ipv6Cidr>>>,
    /// Destination as a managed prefix list.
    #[attr(optional)]
    pub(super) destination_prefix_list_id: Attr<Parsed<Given<PrefixListId>>>,
    /// Carrier gateway to take. One of this and the arguments below is set.
    #[attr(optional)]
    pub(super) carrier_gateway_id: Attr<Parsed<Given<CarrierGatewayId>>>,
    /// Core network to take, by its ARN.
    #[attr(optional)]
    pub(super) core_network_arn: Attr<Parsed<Given<String>>>,
    /// Egress-only internet gateway to take.
    #[attr(optional)]
    pub(super) egress_only_gateway_id: Attr<Parsed<Given<EgressOnlyGatewayId>>>,
    /// Internet gateway or virtual private gateway to take; `local` for the direct way within the VPC.
    #[attr(optional)]
    pub(super) gateway_id: Attr<Parsed<Given<RouteGateway>>>,
    /// Local gateway to take.
    #[attr(optional)]
    pub(super) local_gateway_id: Attr<Parsed<Given<LocalGatewayId>>>,
    /// NAT gateway to take.
    #[attr(optional)]
    pub(super) nat_gateway_id: Attr<Parsed<Given<NatGatewayId>>>,
    /// Network interface to take, such as an instance's `primary_network_interface_id`.
    #[attr(optional)]
    pub(super) network_interface_id: Attr<Parsed<Given<NetworkInterfaceId>>>,
    /// Transit gateway to take.
    #[attr(optional)]
    pub(super) transit_gateway_id: Attr<Parsed<Given<TransitGatewayId>>>,
    /// VPC endpoint of a gateway load balancer to take.
    #[attr(optional)]
    pub(super) vpc_endpoint_id: Attr<Parsed<Given<VpcEndpointId>>>,
    /// VPC peering connection to take.
    #[attr(optional)]
    pub(super) vpc_peering_connection_id: Attr<Parsed<Given<VpcPeeringConnectionId>>>,
}

/// What an argument says, and whether it says anything.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Says {
    Nothing,
    Unknown,
    Text(String),
}

fn says<T: std::fmt::Display>(argument: &Attr<Parsed<Given<T>>>) -> Says {
    match argument {
        Attr::Unknown => Says::Unknown,
        Attr::Null => Says::Nothing,
        Attr::Known(text) => {
            text.get().0.as_ref().map_or(Says::Nothing, |value| Says::Text(value.to_string()))
        }
    }
}

impl Says {
    const fn presence(&self) -> Presence {
        match self {
            Self::Nothing => Presence::Absent,
            Self::Unknown => Presence::Undecided,
            Self::Text(_) => Presence::Present,
        }
    }
}

/// An argument: its name, what it says, and what is made of that.
type Argument<T> = (&'static str, Says, fn(String) -> T);

fn take<T: std::str::FromStr>(text: Option<&String>) -> Result<Attr<Parsed<Given<T>>>, T::Err> {
    text.map_or(Ok(Attr::Null), Attr::parse)
}

impl InlineRoute {
    fn destinations(&self) -> [Argument<Destination>; 3] {
        [
            ("cidr_block", says(&self.cidr_block), Destination::Ipv4),
            ("ipv6_cidr_block", says(&self.ipv6_cidr_block), Destination::Ipv6),
            ("destination_prefix_list_id", says(&self.destination_prefix_list_id), Destination::PrefixList),
        ]
    }

    fn targets(&self) -> [Argument<RouteTarget>; 10] {
        use RouteTarget as To;
        [
            ("carrier_gateway_id", says(&self.carrier_gateway_id), To::CarrierGateway),
            ("core_network_arn", says(&self.core_network_arn), To::CoreNetwork),
            ("egress_only_gateway_id", says(&self.egress_only_gateway_id), To::EgressOnlyGateway),
            ("gateway_id", says(&self.gateway_id), To::Gateway),
            ("local_gateway_id", says(&self.local_gateway_id), To::LocalGateway),
            ("nat_gateway_id", says(&self.nat_gateway_id), To::NatGateway),
            ("network_interface_id", says(&self.network_interface_id), To::NetworkInterface),
            ("transit_gateway_id", says(&self.transit_gateway_id), To::TransitGateway),
            ("vpc_endpoint_id", says(&self.vpc_endpoint_id), To::VpcEndpoint),
            ("vpc_peering_connection_id", says(&self.vpc_peering_connection_id), To::VpcPeeringConnection),
        ]
    }

    /// The destination, when it is known.
    pub(super) fn destination(&self) -> Option<Destination> {
        pick(self.destinations())
    }

    /// What packets take, when it is known.
    pub(super) fn target(&self) -> Option<RouteTarget> {
        pick(self.targets())
    }

    /// Whether packets leave the VPC by a gateway.
    pub(super) fn leads_out(&self) -> bool {
        let gateway = self.gateway_id.known().and_then(|gateway| gateway.get().0.as_ref());
        gateway.is_some_and(RouteGateway::leads_out)
    }

    /// A route as AWS describes it. A target of a kind that cannot be written here is left out.
    pub(super) fn of(route: &aws::ec2::Route) -> Result<Self> {
        let mut made = Self::default();
        match &route.destination {
            Some(Destination::Ipv4(cidr)) => made.cidr_block = Attr::parse(cidr)?,
            Some(Destination::Ipv6(cidr)) => made.ipv6_cidr_block = Attr::parse(cidr)?,
            Some(Destination::PrefixList(id)) => made.destination_prefix_list_id = Attr::parse(id)?,
            None => {}
        }
        let endpoint = route.gateway_id.as_ref().filter(|id| id.starts_with("vpce-"));
        made.vpc_endpoint_id = take(endpoint)?;
        made.gateway_id = take(route.gateway_id.as_ref().filter(|_| endpoint.is_none()))?;
        made.carrier_gateway_id = take(route.carrier_gateway_id.as_ref())?;
        made.core_network_arn =
            Attr::from(route.core_network_arn.clone()).map(|arn| Parsed::of(Given(Some(arn))));
        made.egress_only_gateway_id = take(route.egress_only_gateway_id.as_ref())?;
        made.local_gateway_id = take(route.local_gateway_id.as_ref())?;
        made.nat_gateway_id = take(route.nat_gateway_id.as_ref())?;
        made.network_interface_id = take(route.network_interface_id.as_ref())?;
        made.transit_gateway_id = take(route.transit_gateway_id.as_ref())?;
        made.vpc_peering_connection_id = take(route.vpc_peering_connection_id.as_ref())?;
        Ok(made)
    }

    /// What is wrong with the route by itself.
    pub(super) fn validate(&self, check: &mut Check, path: &Path) {
        let destinations = self.destinations().map(|(name, says, _)| (name, says.presence()));
        exactly_one(check, path, "destination", &destinations);
        let targets = self.targets().map(|(name, says, _)| (name, says.presence()));
        exactly_one(check, path, "target", &targets);
    }
}

fn pick<T, const N: usize>(arguments: [Argument<T>; N]) -> Option<T> {
    arguments.into_iter().find_map(|(_, says, make)| match says {
        Says::Text(text) => Some(make(text)),
        _ => None,
    })
}

fn exactly_one(check: &mut Check, path: &Path, what: &str, arguments: &[(&'static str, Presence)]) {
    let with = |presence| arguments.iter().filter(move |(_, seen)| *seen == presence).map(|(name, _)| *name);
    let set: Vec<_> = with(Presence::Present).collect();
    if let [first, others @ ..] = set.as_slice() {
        for other in others {
            let detail = format!("A route has one {what}: `{other}` cannot be set together with `{first}`.");
            check.error(path.attr(*other), "Conflicting Arguments", detail);
        }
    } else if with(Presence::Undecided).next().is_none() {
        let names: Vec<_> = arguments.iter().map(|(name, _)| format!("`{name}`")).collect();
        let detail = format!("A route has one {what}: one of {} is required.", names.join(", "));
        check.error(path, "Missing Argument", detail);
    }
}

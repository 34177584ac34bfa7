//! What the packets of a route take.

use aws::ec2::RouteTarget;
use tfplugin::Presence;
use tfplugin::prelude::*;

use super::Route;

impl Route {
    /// The kinds of target, and which of them is set.
    pub(super) const fn targets(&self) -> [(&'static str, Presence); 11] {
        [
            ("gateway_id", self.gateway_id.presence()),
            ("instance_id", self.instance_id.presence()),
            ("network_interface_id", self.network_interface_id.presence()),
            ("nat_gateway_id", self.nat_gateway_id.presence()),
            ("carrier_gateway_id", self.carrier_gateway_id.presence()),
            ("core_network_arn", self.core_network_arn.presence()),
            ("egress_only_gateway_id", self.egress_only_gateway_id.presence()),
            ("local_gateway_id", self.local_gateway_id.presence()),
            ("transit_gateway_id", self.transit_gateway_id.presence()),
            ("vpc_endpoint_id", self.vpc_endpoint_id.presence()),
            ("vpc_peering_connection_id", self.vpc_peering_connection_id.presence()),
        ]
    }

    /// Whether a target is set that is neither an instance nor an interface.
    pub(super) fn takes_no_instance(&self) -> bool {
        let of_instance = ["instance_id", "network_interface_id"];
        let targets = self.targets();
        let mut others = targets.iter().filter(|(name, _)| !of_instance.contains(name));
        others.any(|(_, presence)| *presence != Presence::Absent)
    }

    /// The target that is asked for; the others are unknown or absent.
    pub(super) fn target(&self) -> Result<RouteTarget> {
        use RouteTarget as To;
        fn of<T: ToString>(id: &Attr<T>, make: fn(String) -> To) -> Option<To> {
            id.known().map(|id| make(id.to_string()))
        }
        let target = of(&self.gateway_id, To::Gateway)
            .or_else(|| of(&self.nat_gateway_id, To::NatGateway))
            .or_else(|| of(&self.carrier_gateway_id, To::CarrierGateway))
            .or_else(|| of(&self.core_network_arn, To::CoreNetwork))
            .or_else(|| of(&self.egress_only_gateway_id, To::EgressOnlyGateway))
            .or_else(|| of(&self.local_gateway_id, To::LocalGateway))
            .or_else(|| of(&self.transit_gateway_id, To::TransitGateway))
            .or_else(|| of(&self.vpc_endpoint_id, To::VpcEndpoint))
            .or_else(|| of(&self.vpc_peering_connection_id, To::VpcPeeringConnection))
            .or_else(|| of(&self.instance_id, To::Instance));
        match target {
            Some(target) => Ok(target),
            None => Ok(To::NetworkInterface(self.network_interface_id.value()?.to_string())),
        }
    }

    /// Takes over the targets of kinds that only a configuration sets.
    pub(super) fn read_targets(&mut self, route: &mut aws::ec2::Route) -> Result<()> {
        fn id<T: std::str::FromStr<Err: std::error::Error>>(text: Option<String>) -> Result<Attr<T>> {
            Ok(text.map(|text| super::parse(&text)).transpose()?.into())
        }
        self.carrier_gateway_id = id(route.carrier_gateway_id.take())?;
        self.core_network_arn = route.core_network_arn.take().into();
        self.egress_only_gateway_id = id(route.egress_only_gateway_id.take())?;
        self.local_gateway_id = id(route.local_gateway_id.take())?;
        self.transit_gateway_id = id(route.transit_gateway_id.take())?;
        self.vpc_peering_connection_id = id(route.vpc_peering_connection_id.take())?;
        // AWS tells endpoints as gateways.
        self.vpc_endpoint_id = id(route.gateway_id.take_if(|id| id.starts_with("vpce-")))?;
        Ok(())
    }
}

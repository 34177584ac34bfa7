//! The network of a cluster: VPC, subnets, ways out, routes, and who may talk to whom.

mod default_security_group;
mod inline_routes;
mod inline_rules;
mod internet_gateway;
mod main_route_table_association;
mod object;
mod planned;
mod route;
mod route_gateway;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_range;
mod vpc;
mod vpc_dhcp_options;
mod vpc_dhcp_options_association;
mod vpc_security_group_egress_rule;
mod vpc_security_group_ingress_rule;

use tfplugin::Registry;

use crate::Client;

pub(crate) use planned::Planned;
pub(crate) use subnet_range::subnet_range;

/// What this room offers.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Network")
        .gate(|client: std::sync::Arc<Client>| async move { client.reach_aws().await })
        .resource::<vpc::Vpc>()
        .resource::<vpc_dhcp_options::VpcDhcpOptions>()
        .resource::<vpc_dhcp_options_association::VpcDhcpOptionsAssociation>()
        .resource::<subnet::Subnet>()
        .resource::<internet_gateway::InternetGateway>()
        .resource::<route_table::RouteTable>()
        .resource::<route_table_association::RouteTableAssociation>()
        .resource::<main_route_table_association::MainRouteTableAssociation>()
        .resource::<route::Route>()
        .resource::<security_group::SecurityGroup>()
        .resource::<default_security_group::DefaultSecurityGroup>()
        .resource::<vpc_security_group_ingress_rule::VpcSecurityGroupIngressRule>()
        .resource::<vpc_security_group_egress_rule::VpcSecurityGroupEgressRule>()
}

#[cfg(test)]
mod tests {
    use aws::limits;

    use super::*;
    use crate::common::wait::assert_documented;

    #[test]
    fn time_limits_are_documented() {
        assert_documented::<vpc::Vpc>(limits::VPC);
        assert_documented::<vpc_dhcp_options::VpcDhcpOptions>(limits::DHCP_OPTIONS);
        assert_documented::<vpc_dhcp_options_association::VpcDhcpOptionsAssociation>(limits::DHCP_OPTIONS);
        assert_documented::<subnet::Subnet>(limits::SUBNET);
        assert_documented::<internet_gateway::InternetGateway>(limits::INTERNET_GATEWAY);
        assert_documented::<route_table::RouteTable>(limits::ROUTE_TABLE);
        assert_documented::<route_table_association::RouteTableAssociation>(limits::ROUTE_TABLE_ASSOCIATION);
        assert_documented::<main_route_table_association::MainRouteTableAssociation>(
            limits::ROUTE_TABLE_ASSOCIATION,
        );
        assert_documented::<route::Route>(limits::ROUTE);
        assert_documented::<security_group::SecurityGroup>(limits::SECURITY_GROUP);
    }
}

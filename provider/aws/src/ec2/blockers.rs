//! What stands in the way of a deletion, in words.

mod interface;

use std::net::Ipv4Addr;

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, NetworkInterface};

use super::{Ec2, filter};
use crate::{Error, Result, failed};
use interface::{describe, public_address};

const SOON: Duration = Duration::from_secs(8);

impl Ec2<'_> {
    /// Everything in a VPC that goes before it does.
    pub(super) async fn blockers_of_vpc(&self, vpc_id: &str) -> Result<Vec<String>> {
        let own = || filter("vpc-id", vpc_id);
        let subnets = async {
            let found = self.subnets_of_vpc(vpc_id).await?;
            Ok(found.into_iter().map(|subnet| format!("subnet {}", subnet.id)).collect())
        };
        let groups = async {
            let found = self.security_groups(vec![own()]).await?;
            let made = found.into_iter().filter(|group| group.name != "default");
            Ok(made.map(|group| format!("security group {} ({})", group.id, group.name)).collect())
        };
        let tables = async {
            let found = self.route_tables(vec![own()]).await?;
            let made = found.into_iter().filter(|table| !table.is_main());
            Ok(made.map(|table| format!("route table {}", table.id)).collect())
        };
        let gateway = async {
            let found = self.internet_gateway_of(vpc_id).await?;
            Ok(found.into_iter().map(|gateway| format!("internet gateway {}", gateway.id)).collect())
        };
        let interfaces = async { Ok(names(&self.interfaces(own()).await?)) };
        let (subnets, groups, tables, gateway, interfaces, endpoints, peerings, acls) = tokio::join!(
            soon(subnets),
            soon(groups),
            soon(tables),
            soon(gateway),
            soon(interfaces),
            soon(self.endpoints(own())),
            soon(self.peerings(vpc_id)),
            soon(self.network_acls(own())),
        );
        merged([subnets, interfaces, groups, tables, gateway, endpoints, peerings, acls])
    }

    pub(super) async fn blockers_of_subnet(&self, subnet_id: &str) -> Result<Vec<String>> {
        Ok(names(&self.interfaces(filter("subnet-id", subnet_id)).await?))
    }

    /// What has a public address in the VPC, and thereby holds the gateway.
    pub(super) async fn blockers_of_internet_gateway(&self, vpc_id: &str) -> Result<Vec<String>> {
        let mut found = self.interfaces(filter("vpc-id", vpc_id)).await?;
        found.retain(|interface| public_address(interface).is_some());
        Ok(names(&found))
    }

    /// What uses a security group: interfaces that carry it, and groups whose rules name it.
    pub(super) async fn blockers_of_security_group(&self, group_id: &str) -> Result<Vec<String>> {
        let interfaces = async { Ok(names(&self.interfaces(filter("group-id", group_id)).await?)) };
        let (interfaces, ingress, egress) = tokio::join!(
            soon(interfaces),
            soon(self.groups_naming(group_id, "ip-permission.group-id", "ingress")),
            soon(self.groups_naming(group_id, "egress.ip-permission.group-id", "egress")),
        );
        merged([interfaces, ingress, egress])
    }

    /// The interfaces that have an address of a subnet.
    pub(super) async fn holders_of_address(
        &self,
        subnet_id: Option<&str>,
        address: Option<Ipv4Addr>,
    ) -> Result<Vec<String>> {
        let (Some(subnet_id), Some(address)) = (subnet_id, address) else { return Ok(Vec::new()) };
        let mut found = self.interfaces(filter("addresses.private-ip-address", address.to_string())).await?;
        found.retain(|interface| interface.subnet_id() == Some(subnet_id));
        Ok(names(&found))
    }

    /// What follows a route table.
    pub(super) async fn blockers_of_route_table(&self, table_id: &str) -> Result<Vec<String>> {
        let table = self.route_table(table_id).await?.unwrap_or_default();
        let name = |association: &super::RouteTableAssociation| {
            let follower = association.subnet_id.as_deref().or(association.gateway_id.as_deref());
            match follower {
                _ if association.main => format!("VPC {}, of which it is the main table", table.vpc_id),
                Some(follower) => format!("association {} with {follower}", association.id),
                None => format!("association {}", association.id),
            }
        };
        Ok(table.associations.iter().map(name).collect())
    }

    async fn groups_naming(&self, group_id: &str, property: &str, direction: &str) -> Result<Vec<String>> {
        let found = self.security_groups(vec![filter(property, group_id)]).await?;
        let others = found.into_iter().filter(|group| group.id != group_id);
        let name = |group: super::SecurityGroup| {
            format!("an {direction} rule of security group {} ({})", group.id, group.name)
        };
        Ok(others.map(name).collect())
    }

    async fn interfaces(&self, filter: Filter) -> Result<Vec<NetworkInterface>> {
        let pages = self.sdk().await?.describe_network_interfaces().filters(filter).into_paginator();
        pages.items().send().try_collect().await.map_err(failed("ec2:DescribeNetworkInterfaces"))
    }

    async fn endpoints(&self, filter: Filter) -> Result<Vec<String>> {
        let pages = self.sdk().await?.describe_vpc_endpoints().filters(filter).into_paginator();
        let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeVpcEndpoints"))?;
        let name = |endpoint: aws_sdk_ec2::types::VpcEndpoint| {
            let service = endpoint.service_name.map(|name| format!(" of {name}")).unwrap_or_default();
            format!("VPC endpoint {}{service}", endpoint.vpc_endpoint_id.unwrap_or_default())
        };
        Ok(found.into_iter().map(name).collect())
    }

    async fn peerings(&self, vpc_id: &str) -> Result<Vec<String>> {
        let client = self.sdk().await?;
        let mut names = Vec::new();
        for side in ["requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"] {
            let alive = ["active", "pending-acceptance", "provisioning"].map(str::to_owned).to_vec();
            let alive = Filter::builder().name("status-code").set_values(Some(alive)).build();
            let pages =
                client.describe_vpc_peering_connections().filters(filter(side, vpc_id)).filters(alive);
            let found = pages.into_paginator().items().send().try_collect().await;
            let found = found.map_err(failed("ec2:DescribeVpcPeeringConnections"))?;
            let ids = found.into_iter().filter_map(|peering| peering.vpc_peering_connection_id);
            names.extend(ids.map(|id| format!("peering connection {id}")));
        }
        Ok(names)
    }

    async fn network_acls(&self, vpc: Filter) -> Result<Vec<String>> {
        let request =
            self.sdk().await?.describe_network_acls().filters(vpc).filters(filter("default", "false"));
        let found = request.into_paginator().items().send().try_collect().await;
        let found = found.map_err(failed("ec2:DescribeNetworkAcls"))?;
        let ids = found.into_iter().filter_map(|acl| acl.network_acl_id);
        Ok(ids.map(|id| format!("network ACL {id}")).collect())
    }
}

fn names(interfaces: &[NetworkInterface]) -> Vec<String> {
    interfaces.iter().map(describe).collect()
}

/// What is found out soon: a look that is throttled or refused for long must not hide what the others find.
async fn soon(look: impl Future<Output = Result<Vec<String>>>) -> Result<Vec<String>> {
    let what = "a look for what is in the way";
    let late = |_| Error::Timeout { what: what.into(), state: "no answer yet".into(), elapsed: SOON };
    tokio::time::timeout(SOON, Box::pin(look)).await.unwrap_or_else(|elapsed| Err(late(elapsed)))
}

/// What could be found out; an error only when that is nothing at all. Not everybody may look at everything.
fn merged<const N: usize>(kinds: [Result<Vec<String>>; N]) -> Result<Vec<String>> {
    let (mut names, mut failure) = (Vec::new(), None);
    for kind in kinds {
        match kind {
            Ok(found) => names.extend(found),
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if names.is_empty() => Err(error),
        _ => Ok(names),
    }
}

#[cfg(test)]
mod tests;

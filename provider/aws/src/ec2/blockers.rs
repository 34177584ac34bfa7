//! What stands in the way of a deletion, in words.

use aws_sdk_ec2::types::{Filter, NetworkInterface};

use super::{Ec2, filter};
use crate::{Result, failed};

impl Ec2<'_> {
    pub(super) async fn blockers_of_vpc(&self, vpc_id: &str) -> Result<Vec<String>> {
        let (subnets, interfaces, groups, tables, gateway) = tokio::try_join!(
            self.subnets_of_vpc(vpc_id),
            self.interfaces(vec![filter("vpc-id", vpc_id)]),
            self.security_groups(vec![filter("vpc-id", vpc_id)]),
            self.route_tables(vec![filter("vpc-id", vpc_id)]),
            self.internet_gateway_of(vpc_id),
        )?;
        let groups = groups.into_iter().filter(|group| group.name != "default");
        let tables = tables.into_iter().filter(|table| !table.is_main());
        Ok(subnets
            .into_iter()
            .map(|subnet| format!("subnet {}", subnet.id))
            .chain(groups.map(|group| format!("security group {} ({})", group.id, group.name)))
            .chain(tables.map(|table| format!("route table {}", table.id)))
            .chain(gateway.map(|gateway| format!("internet gateway {}", gateway.id)))
            .chain(interfaces)
            .collect())
    }

    pub(super) async fn blockers_of_subnet(&self, subnet_id: &str) -> Result<Vec<String>> {
        self.interfaces(vec![filter("subnet-id", subnet_id)]).await
    }

    /// What has a public address in the VPC, and thereby holds the gateway.
    pub(super) async fn blockers_of_internet_gateway(&self, vpc_id: &str) -> Result<Vec<String>> {
        self.interfaces(vec![filter("vpc-id", vpc_id), filter("association.public-ip", "*")]).await
    }

    /// What uses a security group: interfaces that carry it, and groups whose rules name it.
    pub(super) async fn blockers_of_security_group(&self, group_id: &str) -> Result<Vec<String>> {
        let (interfaces, ingress, egress) = tokio::try_join!(
            self.interfaces(vec![filter("group-id", group_id)]),
            self.security_groups(vec![filter("ip-permission.group-id", group_id)]),
            self.security_groups(vec![filter("egress.ip-permission.group-id", group_id)]),
        )?;
        let referring = ingress.into_iter().chain(egress).filter(|group| group.id != group_id);
        let mut names: Vec<_> =
            referring.map(|group| format!("a rule of security group {}", group.id)).collect();
        names.dedup();
        Ok(interfaces.into_iter().chain(names).collect())
    }

    async fn interfaces(&self, filters: Vec<Filter>) -> Result<Vec<String>> {
        let pages =
            self.sdk().await?.describe_network_interfaces().set_filters(Some(filters)).into_paginator();
        let found =
            pages.items().send().try_collect().await.map_err(failed("ec2:DescribeNetworkInterfaces"))?;
        Ok(found.iter().map(describe).collect())
    }
}

/// `network interface eni-1 of instance i-1 (203.0.113.7)`.
fn describe(interface: &NetworkInterface) -> String {
    let id = interface.network_interface_id().unwrap_or("without id");
    let instance = interface.attachment().and_then(|attachment| attachment.instance_id());
    let owner = match (instance, interface.description()) {
        (Some(instance), _) => format!(" of instance {instance}"),
        (None, Some(description)) if !description.is_empty() => format!(" of {description:?}"),
        (None, _) => String::new(),
    };
    let address = interface.association().and_then(|association| association.public_ip());
    let address = address.map(|address| format!(" ({address})")).unwrap_or_default();
    format!("network interface {id}{owner}{address}")
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceAssociation, NetworkInterfaceAttachment};

    use super::*;

    #[test]
    fn an_interface_is_described_by_its_owner() {
        let interface = NetworkInterface::builder().network_interface_id("eni-1");
        assert_eq!(describe(&interface.clone().build()), "network interface eni-1");
        let balancer = interface.clone().description("ELB net/k8s/1").build();
        assert_eq!(describe(&balancer), "network interface eni-1 of \"ELB net/k8s/1\"");
        let instance = interface
            .description("primary")
            .attachment(NetworkInterfaceAttachment::builder().instance_id("i-1").build())
            .association(NetworkInterfaceAssociation::builder().public_ip("203.0.113.7").build())
            .build();
        assert_eq!(describe(&instance), "network interface eni-1 of instance i-1 (203.0.113.7)");
    }
}

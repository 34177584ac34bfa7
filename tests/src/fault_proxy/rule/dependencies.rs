//! Objects that others depend on, which AWS does not delete.

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

#[derive(Debug)]
pub(super) struct Dependencies;

impl Habit for Dependencies {
    fn before(&mut self, request: &mut Request, upstream: &Upstream) -> Option<Reply> {
        let dependent = dependent(request, upstream)?;
        let message = format!("{} has a dependent object: {dependent}", request.subject());
        Some(Reply::refusal(request, 400, "DependencyViolation", &message))
    }
}

/// An object that depends on the one that is to be deleted.
fn dependent(request: &Request, upstream: &Upstream) -> Option<String> {
    let find = |action: &str, filters: &[(&str, &str)], id: &str| {
        let numbered = filters.iter().zip(1..).flat_map(|((name, value), number)| {
            [(format!("Filter.{number}.Name"), *name), (format!("Filter.{number}.Value.1"), *value)]
        });
        let numbered: Vec<_> = numbered.collect();
        let filters: Vec<_> = numbered.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let found = upstream.ask(request, action, &filters);
        found
            .map(|found| found.texts(id).into_iter().map(str::to_owned).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let first = |ids: Vec<String>| ids.into_iter().next();
    let interfaces =
        |filters: &[(&str, &str)]| first(find("DescribeNetworkInterfaces", filters, "networkInterfaceId"));
    match request.action.as_str() {
        "DeleteSubnet" => interfaces(&[("subnet-id", request.parameter("SubnetId")?)]),
        "DetachInternetGateway" => {
            interfaces(&[("vpc-id", request.parameter("VpcId")?), ("association.public-ip", "*")])
        }
        "DeleteSecurityGroup" => {
            let id = request.parameter("GroupId")?;
            let referring = |filter| {
                let groups = find("DescribeSecurityGroups", &[(filter, id)], "groupId");
                groups.into_iter().find(|group| group != id)
            };
            interfaces(&[("group-id", id)])
                .or_else(|| referring("ip-permission.group-id"))
                .or_else(|| referring("egress.ip-permission.group-id"))
        }
        "DeleteVpc" => {
            let id = request.parameter("VpcId")?;
            let gateway = find("DescribeInternetGateways", &[("attachment.vpc-id", id)], "internetGatewayId");
            let names = find("DescribeSecurityGroups", &[("vpc-id", id)], "groupName");
            first(gateway).or_else(|| names.into_iter().find(|name| name != "default"))
        }
        _ => None,
    }
}

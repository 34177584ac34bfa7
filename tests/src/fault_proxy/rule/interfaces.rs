//! The network interfaces of network load balancers, of which the emulator has none.

use std::collections::BTreeMap;

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::super::xml::Element;
use super::Habit;

/// The interfaces of load balancers that are there, or were a moment ago.
#[derive(Debug)]
pub(super) struct LingeringInterfaces {
    looks: usize,
    /// By the ARN of the load balancer.
    balancers: BTreeMap<String, Balancer>,
}

#[derive(Debug)]
struct Balancer {
    vpc: String,
    /// Whether it has public addresses, which hold the internet gateway.
    is_public: bool,
    subnets: Vec<String>,
    groups: Vec<String>,
    /// For how many more looks the interfaces are there; absent while the load balancer is.
    left: Option<usize>,
}

impl LingeringInterfaces {
    pub(super) const fn new(looks: usize) -> Self {
        Self { looks, balancers: BTreeMap::new() }
    }

    /// A look at the interfaces of a load balancer.
    fn look(&mut self, arn: &str) {
        let Some(left) = self.balancers.get_mut(arn).and_then(|balancer| balancer.left.as_mut()) else {
            return;
        };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.balancers.remove(arn);
        }
    }

    fn learn(&mut self, document: &Element) {
        let Some(arn) = document.texts("LoadBalancerArn").first().map(|arn| (*arn).to_owned()) else {
            return;
        };
        let texts = |name| document.texts(name).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let groups = document.texts("member").into_iter().filter(|text| text.starts_with("sg-"));
        let balancer = Balancer {
            vpc: texts("VpcId").into_iter().next().unwrap_or_default(),
            is_public: texts("Scheme").iter().any(|scheme| scheme == "internet-facing"),
            subnets: texts("SubnetId"),
            groups: groups.map(str::to_owned).collect(),
            left: None,
        };
        self.balancers.insert(arn, balancer);
    }
}

impl Habit for LingeringInterfaces {
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        let blocks = |balancer: &Balancer| match request.action.as_str() {
            "DeleteSubnet" => {
                balancer.subnets.iter().any(|id| Some(id.as_str()) == request.parameter("SubnetId"))
            }
            "DeleteSecurityGroup" => {
                balancer.groups.iter().any(|id| Some(id.as_str()) == request.parameter("GroupId"))
            }
            "DeleteVpc" => Some(balancer.vpc.as_str()) == request.parameter("VpcId"),
            "DetachInternetGateway" => {
                balancer.is_public && Some(balancer.vpc.as_str()) == request.parameter("VpcId")
            }
            _ => false,
        };
        let arn = self.balancers.iter().find(|(_, balancer)| blocks(balancer))?.0.clone();
        self.look(&arn);
        let message = format!("{} has a dependent object: {}", request.subject(), description(&arn));
        Some(Reply::refusal(request, 400, "DependencyViolation", &message))
    }

    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if !reply.is_success() {
            return;
        }
        match request.action.as_str() {
            "CreateLoadBalancer" => {
                if let Some(document) = reply.document() {
                    self.learn(&document);
                }
            }
            "SetSubnets" | "SetSecurityGroups" => {
                let arn = request.parameter("LoadBalancerArn").unwrap_or_default();
                if let Some(balancer) = self.balancers.get_mut(arn) {
                    let subnets: Vec<_> = request.values("Subnets.member").map(str::to_owned).collect();
                    let groups: Vec<_> = request.values("SecurityGroups.member").map(str::to_owned).collect();
                    balancer.subnets = if subnets.is_empty() { balancer.subnets.clone() } else { subnets };
                    balancer.groups = if groups.is_empty() { balancer.groups.clone() } else { groups };
                }
            }
            "DeleteLoadBalancer" => {
                let arn = request.parameter("LoadBalancerArn").unwrap_or_default();
                if self.looks == 0 {
                    self.balancers.remove(arn);
                } else if let Some(balancer) = self.balancers.get_mut(arn) {
                    balancer.left = Some(self.looks);
                }
            }
            "DescribeNetworkInterfaces" => {
                let mut seen = Vec::new();
                let mut interfaces = Vec::new();
                for (arn, balancer) in &self.balancers {
                    let fitting = (0..balancer.subnets.len())
                        .filter_map(|index| interface(arn, balancer, index, request));
                    let before = interfaces.len();
                    interfaces.extend(fitting);
                    if interfaces.len() > before {
                        seen.push(arn.clone());
                    }
                }
                reply.edit(|document| {
                    if document.find_mut("networkInterfaceSet").is_none() {
                        document.children.push(Element::leaf("networkInterfaceSet", ""));
                    }
                    if let Some(set) = document.find_mut("networkInterfaceSet") {
                        set.children.extend(interfaces);
                    }
                });
                for arn in seen {
                    self.look(&arn);
                }
            }
            _ => {}
        }
    }
}

/// `ELB net/k8s/50dc6c495c0c9188`, as AWS describes the interfaces of a load balancer.
fn description(arn: &str) -> String {
    let name = arn.split_once(":loadbalancer/").map_or(arn, |(_, name)| name);
    // The load balancers here are network ones, whatever the emulator writes.
    format!("ELB {}", name.replacen("app/", "net/", 1))
}

/// The interface in one of the subnets, if it meets the conditions of the request.
fn interface(arn: &str, balancer: &Balancer, index: usize, request: &Request) -> Option<Element> {
    let subnet = balancer.subnets.get(index)?;
    let hash = arn.rsplit('/').next().unwrap_or_default();
    let id = format!("eni-{index:01x}{hash}");
    let meets = |(name, values): &(String, Vec<String>)| match name.as_str() {
        "description" => values.iter().any(|value| super::super::call::matches(value, &description(arn))),
        "subnet-id" => values.contains(subnet),
        "vpc-id" => values.contains(&balancer.vpc),
        "group-id" => values.iter().any(|value| balancer.groups.contains(value)),
        "network-interface-id" => values.contains(&id),
        "requester-id" => values.iter().any(|value| value == "amazon-elb"),
        _ => false,
    };
    let mut named = request.values("NetworkInterfaceId").peekable();
    if (named.peek().is_some() && !named.any(|named| named == id)) || !filters(request).iter().all(meets) {
        return None;
    }
    let group = |id: &String| Element::branch("item", [Element::leaf("groupId", id)]);
    Some(Element::branch(
        "item",
        [
            Element::leaf("networkInterfaceId", &id),
            Element::leaf("subnetId", subnet),
            Element::leaf("vpcId", &balancer.vpc),
            Element::leaf("description", description(arn)),
            Element::leaf("requesterId", "amazon-elb"),
            Element::leaf("requesterManaged", "true"),
            Element::leaf("interfaceType", "network_load_balancer"),
            Element::leaf("status", "in-use"),
            Element::branch("groupSet", balancer.groups.iter().map(group)),
        ],
    ))
}

/// The conditions of a request: names and values.
fn filters(request: &Request) -> Vec<(String, Vec<String>)> {
    let mut filters = Vec::new();
    for number in 1.. {
        let Some(name) = request.parameter(&format!("Filter.{number}.Name")) else { break };
        let prefix = format!("Filter.{number}.Value.");
        let values = request.parameters.iter().filter(|(name, _)| name.starts_with(&prefix));
        filters.push((name.to_owned(), values.map(|(_, value)| value.clone()).collect()));
    }
    filters
}

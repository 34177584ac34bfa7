//! Routes that lead nowhere.

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::super::xml::Element;
use super::Habit;

#[derive(Debug)]
pub(super) struct Blackholes;

impl Habit for Blackholes {
    fn after(&mut self, request: &Request, reply: &mut Reply, upstream: &Upstream) {
        if request.action != "DescribeRouteTables" {
            return;
        }
        let mark = |route: &mut Element, is_target: bool| {
            if !is_target {
                route.set(&["state"], "blackhole");
            }
        };
        let exists = |action, parameter, id: &str, is_target: fn(&Element) -> bool| {
            upstream.ask(request, action, &[(parameter, id)]).is_some_and(|found| is_target(&found))
        };
        let lives = |found: &Element| found.texts("name").iter().all(|name| *name != "terminated");
        let is_attached = |found: &Element| !found.texts("vpcId").is_empty();
        reply.edit(|document| {
            let Some(tables) = document.find_mut("routeTableSet") else { return };
            for table in &mut tables.children {
                let Some(routes) = table.find_mut("routeSet") else { continue };
                routes.visit(&["instanceId"], &mut |route, id| {
                    mark(route, id.is_empty() || exists("DescribeInstances", "InstanceId.1", id, lives));
                });
                routes.visit(&["networkInterfaceId"], &mut |route, id| {
                    let action = "DescribeNetworkInterfaces";
                    mark(route, id.is_empty() || exists(action, "NetworkInterfaceId.1", id, |_| true));
                });
                routes.visit(&["gatewayId"], &mut |route, id| {
                    let action = "DescribeInternetGateways";
                    let other = !id.starts_with("igw-");
                    mark(route, other || exists(action, "InternetGatewayId.1", id, is_attached));
                });
            }
        });
    }
}

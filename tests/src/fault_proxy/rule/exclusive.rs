//! What can be there only once, and what cannot be done while an instance runs.

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

#[derive(Debug)]
pub(super) struct Exclusive;

impl Habit for Exclusive {
    fn before(&mut self, request: &mut Request, upstream: &Upstream) -> Option<Reply> {
        match request.action.as_str() {
            "AssociateRouteTable" => {
                let subnet = request.parameter("SubnetId")?;
                let filter = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", subnet)];
                let found = upstream.ask(request, "DescribeRouteTables", &filter)?;
                let table = (*found.texts("routeTableId").first()?).to_owned();
                let message =
                    format!("the specified association for {subnet} conflicts with that of {table}");
                Some(Reply::refusal(request, 400, "Resource.AlreadyAssociated", &message))
            }
            "ModifyInstanceAttribute" => {
                const STOPPED_ONLY: [&str; 4] = ["InstanceType.", "UserData.", "EbsOptimized.", "Kernel."];
                let is_such =
                    |(name, _): &(String, String)| STOPPED_ONLY.iter().any(|such| name.starts_with(such));
                request.parameters.iter().find(|parameter| is_such(parameter))?;
                let id = request.parameter("InstanceId")?;
                let mut found = upstream.ask(request, "DescribeInstances", &[("InstanceId.1", id)])?;
                let mut is_stopped = false;
                found.visit(&["instanceState", "name"], &mut |_, state| is_stopped = state == "stopped");
                if is_stopped {
                    return None;
                }
                let message = format!("The instance '{id}' is not in the 'stopped' state.");
                Some(Reply::refusal(request, 400, "IncorrectInstanceState", &message))
            }
            _ => None,
        }
    }
}

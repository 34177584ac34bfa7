//! Private addresses that outlive their instances.

use std::collections::BTreeMap;

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

/// Addresses, and how many launches they refuse.
#[derive(Debug)]
pub(super) struct HeldAddresses {
    times: usize,
    held: BTreeMap<String, usize>,
}

impl HeldAddresses {
    pub(super) const fn new(times: usize) -> Self {
        Self { times, held: BTreeMap::new() }
    }
}

impl Habit for HeldAddresses {
    fn before(&mut self, request: &mut Request, upstream: &Upstream) -> Option<Reply> {
        match request.action.as_str() {
            "TerminateInstances" => {
                let ids: Vec<_> = request.values("InstanceId").map(|id| ("InstanceId.1", id)).collect();
                for id in ids {
                    let found = upstream.ask(request, "DescribeInstances", &[id]);
                    for address in found.iter().flat_map(|found| found.texts("privateIpAddress")) {
                        self.held.insert(address.to_owned(), self.times);
                    }
                }
                None
            }
            "RunInstances" => {
                let wanted = request.values("NetworkInterface.PrivateIpAddress");
                let wanted = wanted.chain(request.parameter("PrivateIpAddress")).next()?.to_owned();
                let left = self.held.get_mut(&wanted).filter(|left| **left > 0)?;
                *left -= 1;
                let message = format!("Address {wanted} is in use.");
                Some(Reply::refusal(request, 400, "InvalidIPAddress.InUse", &message))
            }
            _ => None,
        }
    }
}

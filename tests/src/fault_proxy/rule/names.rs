//! Names that belong to one object.

use std::collections::BTreeMap;

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

type Parameters = Vec<(String, String)>;

/// What was created under each name, of each action: with which parameters and which answer.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    taken: BTreeMap<(String, String), (Parameters, Reply)>,
}

/// The actions that create by name, the code when that is taken, and the actions that free it.
const ACTIONS: [(&str, &str, &str, &str); 2] = [
    ("CreateLoadBalancer", "DuplicateLoadBalancerName", "DeleteLoadBalancer", "LoadBalancerArn"),
    ("CreateTargetGroup", "DuplicateTargetGroupName", "DeleteTargetGroup", "TargetGroupArn"),
];

impl Habit for UniqueNames {
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        let (_, code, ..) = ACTIONS.into_iter().find(|(create, ..)| *create == request.action)?;
        let name = request.parameter("Name")?.to_owned();
        let (parameters, reply) = self.taken.get(&(request.action.clone(), name.clone()))?;
        if *parameters == request.parameters {
            return Some(reply.clone());
        }
        let message = format!("An object named '{name}' exists already, with other settings");
        Some(Reply::refusal(request, 400, code, &message))
    }

    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if !reply.is_success() {
            return;
        }
        for (create, _, delete, arn) in ACTIONS {
            if request.action == create
                && let Some(name) = request.parameter("Name")
            {
                let stored = Reply { is_lost: false, ..reply.clone() };
                let key = (create.to_owned(), name.to_owned());
                self.taken.entry(key).or_insert_with(|| (request.parameters.clone(), stored));
            }
            if request.action == delete
                && let Some(arn) = request.parameter(arn)
            {
                self.taken.retain(|_, (_, reply)| !String::from_utf8_lossy(&reply.body).contains(arn));
            }
        }
    }
}

//! Calls that say by a token that they are the same.

use std::collections::BTreeMap;

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

type Parameters = Vec<(String, String)>;

/// The calls done with each token, and their replies.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    done: BTreeMap<(String, String), (Parameters, Reply)>,
}

fn key(request: &Request) -> Option<(String, String)> {
    request.parameter("ClientToken").map(|token| (request.action.clone(), token.to_owned()))
}

impl Habit for Tokens {
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        let (parameters, reply) = self.done.get(&key(request)?)?;
        if *parameters == request.parameters {
            return Some(reply.clone());
        }
        let message = "The specified idempotent token has already been used with different parameters.";
        Some(Reply::refusal(request, 400, "IdempotentParameterMismatch", message))
    }

    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if let Some(key) = key(request).filter(|_| reply.is_success()) {
            let stored = Reply { is_lost: false, ..reply.clone() };
            self.done.entry(key).or_insert_with(|| (request.parameters.clone(), stored));
        }
    }
}

//! ARNs as AWS writes them.

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

/// What ARNs of the emulator's and AWS's network load balancers contain.
const FORMS: [(&str, &str); 2] =
    [(":loadbalancer/app/", ":loadbalancer/net/"), (":listener/app/", ":listener/net/")];

#[derive(Debug)]
pub(super) struct NetworkArns;

impl Habit for NetworkArns {
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        for (_, value) in &mut request.parameters {
            for (emulated, real) in FORMS {
                *value = value.replace(real, emulated);
            }
        }
        None
    }

    fn after(&mut self, _: &Request, reply: &mut Reply, _: &Upstream) {
        let Ok(mut text) = String::from_utf8(std::mem::take(&mut reply.body)) else { return };
        for (emulated, real) in FORMS {
            text = text.replace(emulated, real);
        }
        reply.body = text.into_bytes();
    }
}

//! New objects that do not show at once.

use std::collections::BTreeMap;

use super::super::call::matches;
use super::super::kind::Kind;
use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

/// Objects, and for how many calls they stay hidden.
#[derive(Debug)]
pub(super) struct Hiding {
    kind: Kind,
    created_by: String,
    looks: usize,
    calls: String,
    left: BTreeMap<String, usize>,
}

impl Hiding {
    pub(super) fn new(kind: Kind, created_by: String, looks: usize, calls: String) -> Self {
        Self { kind, created_by, looks, calls, left: BTreeMap::new() }
    }

    /// Whether this look misses the object.
    fn misses(&mut self, id: &str) -> bool {
        let Some(left) = self.left.get_mut(id).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }
}

impl Habit for Hiding {
    /// A call that names the object fails as a whole; a condition only finds less.
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        if !matches(&self.calls, &request.action) {
            return None;
        }
        let named = request.parameters.iter().filter(|(name, _)| !name.starts_with("Filter."));
        let named: Vec<_> = named.map(|(_, value)| value.clone()).collect();
        let missed = named.iter().find(|value| self.misses(value))?;
        let message = format!("The object '{missed}' does not exist");
        Some(Reply::refusal(request, 400, self.kind.words().not_found, &message))
    }

    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        let words = self.kind.words();
        if matches(&self.created_by, &request.action) && reply.is_success() {
            for id in self.kind.objects(request, reply) {
                self.left.entry(id).or_insert(self.looks);
            }
        } else if request.action == words.describe && matches(&self.calls, &request.action) {
            reply.edit(|document| document.remove(words.id, &mut |id| self.misses(id)));
        }
    }
}

//! States that objects pass through.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::super::call::matches;
use super::super::kind::Kind;
use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::super::xml::Element;
use super::Habit;

/// A state that an object is in for some looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The state, such as `pending`.
    pub state: String,
    /// Why, for states that come with a reason.
    pub reason: Option<String>,
    /// How many looks at the object find it in this state; all from now on where this is absent.
    pub looks: Option<usize>,
}

impl Stage {
    /// The object is in a state for so many looks.
    #[must_use]
    pub fn looks(state: &str, looks: usize) -> Self {
        Self { state: state.into(), reason: None, looks: Some(looks) }
    }

    /// The object stays in a state.
    #[must_use]
    pub fn forever(state: &str) -> Self {
        Self { state: state.into(), reason: None, looks: None }
    }

    /// It is in that state for a reason.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

/// Objects, and the stages they have before them.
#[derive(Debug)]
pub(super) struct Staging {
    kind: Kind,
    after: String,
    stages: Vec<Stage>,
    ahead: BTreeMap<String, VecDeque<Stage>>,
}

impl Staging {
    pub(super) fn new(kind: Kind, after: String, stages: Vec<Stage>) -> Self {
        Self { kind, after, stages, ahead: BTreeMap::new() }
    }

    fn look(&mut self, id: &str) -> Option<Stage> {
        let ahead = self.ahead.get_mut(id)?;
        let stage = ahead.front_mut()?;
        let shown = stage.clone();
        if let Some(looks) = &mut stage.looks {
            *looks = looks.saturating_sub(1);
            if *looks == 0 {
                ahead.pop_front();
            }
        }
        Some(shown)
    }

    fn show(&self, object: &mut Element, stage: &Stage) {
        let words = self.kind.words();
        object.set(words.state, &stage.state);
        if let Some(reason) = stage.reason.as_ref().filter(|_| !words.reason.is_empty()) {
            object.set(words.reason, reason);
        }
    }
}

impl Habit for Staging {
    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if !reply.is_success() {
            return;
        }
        let words = self.kind.words();
        if matches(&self.after, &request.action) {
            for id in self.kind.objects(request, reply) {
                self.ahead.insert(id, self.stages.clone().into());
            }
            // The answer of the call itself tells of the first stage, and is no look.
            let Some(first) = self.stages.first() else { return };
            reply.edit(|document| {
                document.visit(words.id, &mut |object, _| {
                    if object.at(words.state).is_some() {
                        self.show(object, first);
                    }
                });
            });
        } else if request.action == words.describe {
            reply.edit(|document| {
                document.visit(words.id, &mut |object, id| {
                    if let Some(stage) = self.look(id) {
                        self.show(object, &stage);
                    }
                });
            });
        }
    }
}

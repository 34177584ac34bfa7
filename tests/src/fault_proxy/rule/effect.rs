//! What happens to a call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::call::matches;
use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::Habit;

/// What happens to a call of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// The service refuses, in its own words.
    Refuse {
        /// The status of the answer.
        status: u16,
        /// The code, such as `DependencyViolation`.
        code: String,
        /// The message.
        message: String,
    },
    /// Something between client and service answers with a page.
    Page {
        /// The status of the answer.
        status: u16,
        /// The page.
        html: String,
    },
    /// The connection ends before the service sees the request.
    LoseRequest,
    /// The service does what it is asked for, and the connection ends before the client sees the answer.
    LoseResponse,
    /// The answer comes so much later.
    Hold {
        /// How much.
        milliseconds: u64,
    },
    /// The answer has another text at all ends of a path, such as `State/Code`, wherever that begins.
    Set {
        /// Names of elements, separated by `/`.
        path: String,
        /// The text.
        value: String,
    },
}

impl Effect {
    /// The service refuses with status 400.
    #[must_use]
    pub fn refuse(code: &str, message: &str) -> Self {
        Self::Refuse { status: 400, code: code.into(), message: message.into() }
    }

    /// Too many calls.
    #[must_use]
    pub fn throttle() -> Self {
        Self::Refuse {
            status: 503,
            code: "RequestLimitExceeded".into(),
            message: "Request limit exceeded.".into(),
        }
    }

    /// Something else depends on the object.
    #[must_use]
    pub fn dependency_violation() -> Self {
        Self::refuse("DependencyViolation", "The object has dependencies and cannot be deleted.")
    }

    /// The page of a server that has failed.
    #[must_use]
    pub fn server_error() -> Self {
        let html = "<html><body><h1>500 Internal Server Error</h1></body></html>";
        Self::Page { status: 500, html: html.into() }
    }
}

/// The calls of an action that something happens to.
#[derive(Debug)]
pub(super) struct OnCalls {
    action: String,
    parameters: Vec<(String, String)>,
    /// What has still to be done before anything happens.
    after: Option<String>,
    skip: usize,
    times: Option<usize>,
    each: bool,
    effect: Effect,
    /// How many calls there were, by their object.
    seen: BTreeMap<String, usize>,
    /// The calls whose replies it happens to.
    chosen: BTreeSet<u64>,
}

impl OnCalls {
    pub(super) fn new(
        action: String,
        parameters: Vec<(String, String)>,
        after: Option<String>,
        skip: usize,
        times: Option<usize>,
        each: bool,
        effect: Effect,
    ) -> Self {
        Self {
            action,
            parameters,
            after,
            skip,
            times,
            each,
            effect,
            seen: BTreeMap::new(),
            chosen: BTreeSet::new(),
        }
    }

    fn chooses(&mut self, request: &Request) -> bool {
        let fits = |(name, pattern): &(String, String)| {
            request.parameter(name).is_some_and(|value| matches(pattern, value))
        };
        if self.after.is_some()
            || !matches(&self.action, &request.action)
            || !self.parameters.iter().all(fits)
        {
            return false;
        }
        let subject = if self.each { request.subject() } else { "" };
        let seen = self.seen.entry(subject.to_owned()).or_default();
        *seen += 1;
        *seen > self.skip && self.times.is_none_or(|times| *seen - self.skip <= times)
    }
}

impl Habit for OnCalls {
    fn before(&mut self, request: &mut Request, _: &Upstream) -> Option<Reply> {
        if !self.chooses(request) {
            return None;
        }
        match &self.effect {
            Effect::Refuse { status, code, message } => Some(Reply::refusal(request, *status, code, message)),
            Effect::Page { status, html } => Some(Reply::new(*status, "text/html", html.as_str())),
            Effect::LoseRequest => Some(Reply::lost()),
            Effect::LoseResponse | Effect::Hold { .. } | Effect::Set { .. } => {
                self.chosen.insert(request.number);
                None
            }
        }
    }

    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if self.after.as_ref().is_some_and(|after| matches(after, &request.action)) && reply.is_success() {
            self.after = None;
            return;
        }
        if !self.chosen.remove(&request.number) {
            return;
        }
        match &self.effect {
            Effect::LoseResponse => reply.is_lost = true,
            Effect::Hold { milliseconds } => reply.delay = Duration::from_millis(*milliseconds),
            Effect::Set { path, value } => {
                let path: Vec<_> = path.split('/').collect();
                reply.edit(|document| document.visit(&path, &mut |element, _| element.set(&path, value)));
            }
            Effect::Refuse { .. } | Effect::Page { .. } | Effect::LoseRequest => {}
        }
    }
}

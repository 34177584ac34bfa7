//! What goes wrong, as data.

mod addresses;
mod arns;
mod blackholes;
mod dependencies;
mod effect;
mod exclusive;
mod forwards;
mod hidden;
mod interfaces;
mod names;
mod stages;
mod tokens;

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::message::{Reply, Request};
use super::upstream::Upstream;

pub use effect::Effect;
pub use stages::Stage;

/// One way in which AWS differs from the emulator.
///
/// Earlier rules are outside of later ones: they see a request first and its reply last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// Something happens to calls of an action.
    On {
        /// The actions, such as `Describe*` or `DeleteVpc|DeleteSubnet`.
        action: String,
        /// Parameters that these calls have, with patterns of their values: `("DryRun", "true")`.
        parameters: Vec<(String, String)>,
        /// Holds only after an action of this pattern has been done.
        after: Option<String>,
        /// The first so many such calls are spared.
        skip: usize,
        /// It happens to so many; to all where this is absent.
        times: Option<usize>,
        /// Whether calls are counted for each object of their own.
        each: bool,
        /// What happens.
        effect: Effect,
    },
    /// A new object does not show at first: calls that name it are refused, and lists lack it.
    Hidden {
        /// What kind of object.
        kind: Kind,
        /// The action that creates it.
        created_by: String,
        /// How many calls miss it.
        looks: usize,
        /// The calls that miss it; lists and refusals alike.
        calls: String,
    },
    /// After a call, objects show states that the emulator skips.
    Stages {
        /// What kind of object.
        kind: Kind,
        /// The action that begins it for the objects that it creates or names.
        after: String,
        /// One after the other; after the last, what the emulator says is the truth again.
        stages: Vec<Stage>,
    },
    /// ARNs of network load balancers and their listeners say `net` as at AWS, where the emulator says `app`.
    NetworkArns,
    /// A forward action with one target group is told in both forms, where the emulator repeats the one it was given.
    BothForwards,
    /// A call with the `ClientToken` of an earlier one is not done again but answered as that was.
    Tokens,
    /// The private address of a terminated instance is in use for so many more launches.
    HeldAddresses {
        /// How many launches are refused.
        times: usize,
    },
    /// Routes to terminated instances, deleted interfaces and detached gateways are black holes.
    Blackholes,
    /// Nothing is deleted that something else depends on.
    Dependencies,
    /// A network load balancer has network interfaces, which stay for a while after it and block what they use.
    LingeringInterfaces {
        /// How many looks at interfaces, or refused deletions, they stay.
        looks: usize,
    },
    /// A load balancer of a name that is taken is the same one, or refused if it is to be different.
    UniqueNames,
    /// What may be there once is refused the second time, and what needs a stopped instance is refused while it runs.
    Exclusive,
}

impl Rule {
    /// It happens to the first `times` calls.
    #[must_use]
    pub fn first(times: usize, action: &str, effect: Effect) -> Self {
        Self::On {
            action: action.into(),
            parameters: Vec::new(),
            after: None,
            skip: 0,
            times: Some(times),
            each: false,
            effect,
        }
    }

    /// It happens to the first `times` calls about each object.
    #[must_use]
    pub fn each(times: usize, action: &str, effect: Effect) -> Self {
        let mut rule = Self::first(times, action, effect);
        if let Self::On { each, .. } = &mut rule {
            *each = true;
        }
        rule
    }

    /// It happens to all calls.
    #[must_use]
    pub fn always(action: &str, effect: Effect) -> Self {
        let mut rule = Self::first(0, action, effect);
        if let Self::On { times, .. } = &mut rule {
            *times = None;
        }
        rule
    }

    /// Spares the first so many calls. Means nothing to rules that are not about calls of an action.
    #[must_use]
    pub fn skip(mut self, calls: usize) -> Self {
        if let Self::On { skip, .. } = &mut self {
            *skip = calls;
        }
        self
    }

    /// Spares calls before an action has been done.
    #[must_use]
    pub fn after(mut self, action: &str) -> Self {
        if let Self::On { after, .. } = &mut self {
            *after = Some(action.into());
        }
        self
    }

    /// Spares calls without a parameter of that name and pattern.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::On { parameters, .. } = &mut self {
            parameters.push((name.into(), value.into()));
        }
        self
    }

    /// New objects do not show to the first so many calls.
    #[must_use]
    pub fn hidden(kind: Kind, created_by: &str, looks: usize) -> Self {
        Self::Hidden { kind, created_by: created_by.into(), looks, calls: "*".into() }
    }

    /// Objects are in states for a while.
    #[must_use]
    pub fn stages(kind: Kind, after: &str, stages: impl IntoIterator<Item = Stage>) -> Self {
        Self::Stages { kind, after: after.into(), stages: stages.into_iter().collect() }
    }

    /// Everything in which AWS is strict and the emulator is not, and nothing that takes time.
    #[must_use]
    pub fn strict() -> Vec<Self> {
        vec![
            Self::NetworkArns,
            Self::BothForwards,
            Self::Tokens,
            Self::UniqueNames,
            Self::Exclusive,
            Self::Blackholes,
            Self::Dependencies,
        ]
    }

    /// What does as the rule says.
    pub(super) fn habit(&self) -> Box<dyn Habit> {
        match self.clone() {
            Self::On { action, parameters, after, skip, times, each, effect } => {
                Box::new(effect::OnCalls::new(action, parameters, after, skip, times, each, effect))
            }
            Self::Hidden { kind, created_by, looks, calls } => {
                Box::new(hidden::Hiding::new(kind, created_by, looks, calls))
            }
            Self::Stages { kind, after, stages } => Box::new(stages::Staging::new(kind, after, stages)),
            Self::NetworkArns => Box::new(arns::NetworkArns),
            Self::BothForwards => Box::new(forwards::BothForwards),
            Self::Tokens => Box::<tokens::Tokens>::default(),
            Self::HeldAddresses { times } => Box::new(addresses::HeldAddresses::new(times)),
            Self::Blackholes => Box::new(blackholes::Blackholes),
            Self::Dependencies => Box::new(dependencies::Dependencies),
            Self::LingeringInterfaces { looks } => Box::new(interfaces::LingeringInterfaces::new(looks)),
            Self::UniqueNames => Box::<names::UniqueNames>::default(),
            Self::Exclusive => Box::new(exclusive::Exclusive),
        }
    }
}

/// What a rule does to calls. Calls of an instance come one after the other.
pub(super) trait Habit: Debug + Send {
    /// Sees a request: may change it, or answer it in place of the emulator.
    fn before(&mut self, _request: &mut Request, _upstream: &Upstream) -> Option<Reply> {
        None
    }

    /// Sees a reply, whoever made it: may change it.
    fn after(&mut self, _request: &Request, _reply: &mut Reply, _upstream: &Upstream) {}
}

#[cfg(test)]
mod tests;

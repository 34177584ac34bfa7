//! What a safeguard is good for, told by a story that goes wrong without it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tests::fault_proxy::{Call, FaultProxy, Outcome, Rule};

use crate::support::moto::Moto;
use crate::support::run::Run;
use crate::support::terraform::Terraform;

const PROVIDER: &str = "provider \"groundup\" {\n  region = \"us-east-2\"\n}\n";

/// A configuration, and what AWS does to it.
#[derive(Debug)]
pub(crate) struct Scenario {
    hcl: String,
    example: Option<&'static str>,
    rules: Vec<Rule>,
    safeguards: Vec<&'static str>,
}

/// What a step has to say when it is not as it should be.
pub(crate) type Verdict<T = ()> = Result<T, String>;

impl Scenario {
    /// A configuration, without a provider block.
    pub(crate) fn given(hcl: &str) -> Self {
        Self { hcl: hcl.into(), example: None, rules: Vec::new(), safeguards: Vec::new() }
    }

    /// One of the examples.
    pub(crate) fn example(name: &'static str) -> Self {
        Self { example: Some(name), ..Self::given("") }
    }

    /// What AWS does, from the start. The first rule is the outermost.
    pub(crate) fn rules(mut self, rules: impl IntoIterator<Item = Rule>) -> Self {
        self.rules.extend(rules);
        self
    }

    /// The safeguards without each of which the story must go wrong, by the names that switch them off.
    pub(crate) fn proves(mut self, safeguards: &[&'static str]) -> Self {
        self.safeguards.extend(safeguards);
        self
    }

    /// Tells the story: once with everything on, then once without each safeguard. An error says what went wrong.
    #[track_caller]
    #[expect(clippy::print_stderr, reason = "who looks at a scenario wants to see it go wrong")]
    pub(crate) fn run(self, story: impl Fn(&World) -> Verdict) {
        let moto = Moto::start();
        let world = self.world(moto, None);
        if let Err(wrong) = story(&world) {
            panic!("{wrong}\n\nThe calls:\n{}", world.calls());
        }
        let mut moto = world.moto;
        for safeguard in self.safeguards.iter().copied() {
            moto.reset();
            let world = self.world(moto, Some(safeguard));
            match story(&world) {
                Err(wrong) => eprintln!("without {safeguard}: {wrong}\n"),
                Ok(()) => panic!("nothing goes wrong without {safeguard}\n\nThe calls:\n{}", world.calls()),
            }
            moto = world.moto;
        }
    }

    fn world(&self, moto: Moto, without: Option<&'static str>) -> World {
        let before = moto.inventory();
        let proxy = FaultProxy::start(moto.address()).unwrap();
        proxy.set_rules(&self.rules);
        let mut environment = moto.environment();
        environment.push(("AWS_ENDPOINT_URL".into(), proxy.url().into()));
        environment.extend(without.map(|name| ("GROUNDUP_TEST_WITHOUT".into(), name.to_owned())));
        let terraform = Terraform::new().with_environment(environment);
        let terraform = if let Some(name) = self.example {
            terraform.with_example(name)
        } else {
            terraform.write("provider.tf", PROVIDER);
            terraform.write("main.tf", &self.hcl);
            terraform
        };
        World { terraform, proxy, moto, before }
    }
}

/// Where a story takes place.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) terraform: Terraform,
    pub(crate) proxy: FaultProxy,
    /// AWS behind the provider's back, and behind the proxy's.
    pub(crate) moto: Moto,
    before: BTreeSet<String>,
}

impl World {
    /// Replaces the configuration.
    pub(crate) fn write(&self, hcl: &str) {
        self.terraform.write("main.tf", hcl);
    }

    /// Applies, with success.
    pub(crate) fn apply(&self) -> Verdict<Run> {
        self.terraform.apply().success()
    }

    /// Applies, in vain; the errors are in the run.
    pub(crate) fn apply_fails(&self) -> Verdict<Run> {
        self.terraform.apply().failure()
    }

    /// Destroys, with success.
    pub(crate) fn destroy(&self) -> Verdict<Run> {
        self.terraform.destroy().success()
    }

    /// Nothing is left to do.
    pub(crate) fn is_settled(&self) -> Verdict {
        let plan = self.terraform.plan().success()?;
        let changes = plan.changes();
        ensure(changes.is_empty(), || format!("there is something left to do: {changes:?}"))
    }

    /// What AWS holds beyond what it held before.
    pub(crate) fn made(&self) -> BTreeSet<String> {
        self.moto.inventory().difference(&self.before).cloned().collect()
    }

    /// AWS holds what it held before.
    pub(crate) fn is_clean(&self) -> Verdict {
        let left = self.made();
        ensure(left.is_empty(), || format!("AWS still holds {left:?}"))
    }

    /// Destroys everything; nothing of it is left.
    pub(crate) fn end(&self) -> Verdict {
        self.destroy()?;
        self.is_clean()
    }

    /// Actions of a pattern were called just so often.
    pub(crate) fn called(&self, pattern: &str, times: usize) -> Verdict {
        let count = self.proxy.count(pattern);
        ensure(count == times, || format!("{pattern} was called {count} times, not {times}"))
    }

    /// Actions of a pattern were called at least so often after the last call of another.
    pub(crate) fn called_after(&self, other: &str, pattern: &str, times: usize) -> Verdict {
        let calls = self.proxy.calls();
        let count =
            calls.iter().rev().take_while(|call| !call.is(other)).filter(|call| call.is(pattern)).count();
        ensure(count >= times, || format!("{pattern} was called {count} times after {other}, not {times}"))
    }

    /// No call was refused with this code.
    pub(crate) fn never_refused(&self, code: &str) -> Verdict {
        let calls = self.proxy.calls();
        let refused =
            calls.iter().find(|call| matches!(&call.outcome, Outcome::Refused(_, other) if other == code));
        ensure(refused.is_none(), || {
            format!("a call was refused: {}", refused.map_or_else(String::new, Call::to_string))
        })
    }

    /// A subnet that was there from the start.
    pub(crate) fn default_subnet(&self) -> String {
        let filter = json!({"Filters": [{"Name": "availability-zone", "Values": ["us-east-2a"]}]});
        let subnets = self.moto.call("ec2.describe_subnets", &filter);
        subnets["Subnets"][0]["SubnetId"].as_str().unwrap().to_owned()
    }

    /// Waits until actions of a pattern were called so often and answered.
    pub(crate) fn wait_for(&self, pattern: &str, times: usize) -> Verdict {
        let came = self.proxy.wait_for(pattern, times, Duration::from_secs(30));
        ensure(came, || format!("{pattern} was not called {times} times within half a minute"))
    }

    fn calls(&self) -> String {
        self.proxy.calls().iter().map(Call::to_string).collect::<Vec<_>>().join("\n")
    }
}

/// Says what is wrong unless it is right.
pub(crate) fn ensure(right: bool, wrong: impl FnOnce() -> String) -> Verdict {
    if right { Ok(()) } else { Err(wrong()) }
}

/// A text contains another.
pub(crate) fn contains(text: &str, part: &str) -> Verdict {
    ensure(text.contains(part), || format!("{part:?} is not in {text:?}"))
}

//! The life of one resource, told in steps.
//!
//! After each step the next plan is empty, and at the end AWS holds what it held before.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::support::moto::Moto;
use crate::support::run::Run;
use crate::support::terraform::Terraform;

const PROVIDER: &str = "provider \"groundup\" {\n  region = \"us-east-2\"\n}\n";

/// A resource, what it needs, and where its life takes place.
#[derive(Debug)]
pub(super) struct Scenario {
    address: &'static str,
    terraform: Terraform,
    moto: Option<Moto>,
}

impl Scenario {
    /// A resource of AWS. `given` is what it needs to exist.
    pub(super) fn aws(address: &'static str, given: &str) -> Self {
        let moto = Moto::start();
        let terraform = Terraform::new().with_environment(moto.environment());
        terraform.write("provider.tf", PROVIDER);
        terraform.write("given.tf", given);
        Self { address, terraform, moto: Some(moto) }
    }

    /// A resource that needs no AWS: there is none.
    pub(super) fn local(address: &'static str, given: &str) -> Self {
        let terraform = Terraform::new();
        terraform.write("given.tf", given);
        Self { address, terraform, moto: None }
    }

    /// Does something in AWS before, in the words of boto3.
    #[track_caller]
    pub(super) fn call(&self, call: &str, parameters: &Value) {
        self.moto.as_ref().expect("a scenario with AWS").call(call, parameters);
    }

    /// Begins the resource's life.
    #[track_caller]
    pub(super) fn begin(self, hcl: &str, expected: &Value) -> Life {
        let (life, run) = self.begin_warned(hcl, expected);
        assert!(run.warnings().is_empty(), "{:?}", run.warnings());
        life
    }

    /// Like [`Self::begin`], of a resource of which there is something to be said.
    #[track_caller]
    pub(super) fn begin_warned(self, hcl: &str, expected: &Value) -> (Life, Run) {
        let before = self.moto.as_ref().map(Moto::inventory).unwrap_or_default();
        let mut life = Life { scenario: self, before, object: Value::Null };
        let run = life.apply(hcl, "create", expected);
        (life, run)
    }
}

/// A resource that exists.
#[derive(Debug)]
pub(super) struct Life {
    scenario: Scenario,
    before: BTreeSet<String>,
    /// The attributes after the last step.
    object: Value,
}

impl Life {
    /// Changes the configuration; the object is changed in place.
    #[track_caller]
    pub(super) fn change(mut self, hcl: &str, expected: &Value) -> Self {
        let id = self.object["id"].clone();
        self.apply(hcl, "update", expected);
        assert_eq!(self.object["id"], id, "it is still the same object");
        self
    }

    /// Like [`Self::change`], of an object whose identifier tells what it contains.
    #[track_caller]
    pub(super) fn rewrite(mut self, hcl: &str, expected: &Value) -> Self {
        self.apply(hcl, "update", expected);
        self
    }

    /// Changes the configuration; the object gives way to another.
    #[track_caller]
    pub(super) fn replace(self, hcl: &str, expected: &Value) -> Self {
        self.replace_by("id", hcl, expected)
    }

    /// Like [`Self::replace`], of an object that another attribute tells from the next.
    #[track_caller]
    pub(super) fn replace_by(mut self, attribute: &str, hcl: &str, expected: &Value) -> Self {
        let before = self.object[attribute].clone();
        self.apply(hcl, "replace", expected);
        assert_ne!(self.object[attribute], before, "it is another object");
        self
    }

    /// Somebody changes the object behind Terraform's back, by a call in the words of boto3: it is changed back.
    #[track_caller]
    pub(super) fn drift(mut self, call: &str, parameters: impl FnOnce(&Value) -> Value) -> Self {
        let (wanted, parameters) = (self.object.clone(), parameters(&self.object));
        self.moto().call(call, &parameters);
        self.repair("update");
        assert_eq!(self.object, wanted, "everything is as it was before the drift");
        self
    }

    /// Somebody does something behind Terraform's back that leaves nothing to do.
    #[track_caller]
    pub(super) fn meanwhile(mut self, call: &str, parameters: impl FnOnce(&Value) -> Value) -> Self {
        let parameters = parameters(&self.object);
        self.moto().call(call, &parameters);
        self.scenario.terraform.apply().succeeded();
        self.settle();
        self
    }

    /// Somebody removes the object behind Terraform's back: there is another one.
    #[track_caller]
    pub(super) fn vanish(mut self, call: &str, parameters: impl FnOnce(&Value) -> Value) -> Self {
        let parameters = parameters(&self.object);
        self.moto().call(call, &parameters);
        self.repair("create");
        self
    }

    /// Forgets the object and imports it by one of its attributes.
    #[track_caller]
    pub(super) fn import(self, attribute: &str) -> Self {
        let id = self.object[attribute].as_str().unwrap().to_owned();
        self.import_by(|_| id)
    }

    /// Forgets the object and imports it.
    #[track_caller]
    pub(super) fn import_by(mut self, id: impl FnOnce(&Value) -> String) -> Self {
        let wanted = self.object.clone();
        self.scenario.terraform.import_again(self.scenario.address, &id(&wanted));
        self.settle();
        for (name, wanted) in wanted.as_object().unwrap().iter().filter(|(_, wanted)| says_something(wanted))
        {
            assert_eq!(&self.object[name], wanted, "the import finds {name}");
        }
        self
    }

    /// Does something else: the object is as it was, unless that says otherwise.
    #[track_caller]
    pub(super) fn and(self, something: impl FnOnce(&Terraform, &Value)) -> Self {
        something(&self.scenario.terraform, &self.object);
        self
    }

    /// Does steps after which an attribute is what it was.
    #[track_caller]
    pub(super) fn keep(self, attribute: &str, steps: impl FnOnce(Self) -> Self) -> Self {
        self.keep_at(&format!("/{attribute}"), steps)
    }

    /// Like [`Self::keep`], with a JSON pointer.
    #[track_caller]
    pub(super) fn keep_at(self, pointer: &str, steps: impl FnOnce(Self) -> Self) -> Self {
        let before = self.object.pointer(pointer).unwrap().clone();
        let life = steps(self);
        assert_eq!(life.object.pointer(pointer), Some(&before), "{pointer} is what it was");
        life
    }

    /// Looks at AWS.
    #[track_caller]
    pub(super) fn see(
        self,
        call: &str,
        parameters: impl FnOnce(&Value) -> Value,
        check: impl FnOnce(&Value),
    ) -> Self {
        let parameters = parameters(&self.object);
        check(&self.moto().call(call, &parameters));
        self
    }

    /// Ends the resource's life: nothing of it is left.
    #[track_caller]
    pub(super) fn end(self) {
        self.scenario.terraform.destroy().succeeded();
        assert_eq!(self.scenario.terraform.state().count(), 0);
        if let Some(moto) = &self.scenario.moto {
            assert_eq!(moto.inventory(), self.before, "AWS holds what it held before");
        }
    }

    fn moto(&self) -> &Moto {
        self.scenario.moto.as_ref().expect("a scenario with AWS")
    }

    #[track_caller]
    fn apply(&mut self, hcl: &str, action: &str, expected: &Value) -> Run {
        self.scenario.terraform.write("resource.tf", hcl);
        let run = self.repair(action);
        assert_includes(&self.object, expected, self.scenario.address);
        run
    }

    /// Applies; the resource itself needs just this action.
    #[track_caller]
    fn repair(&mut self, action: &str) -> Run {
        let run = self.scenario.terraform.apply().succeeded();
        let changes = run.changes();
        let planned = changes.get(self.scenario.address).map(String::as_str);
        assert_eq!(planned, Some(action), "{}: {changes:?}\n{}", self.scenario.address, run.explain());
        self.settle();
        run
    }

    #[track_caller]
    fn settle(&mut self) {
        self.scenario.terraform.plan().is_empty();
        self.object = self.scenario.terraform.state().attributes(self.scenario.address);
    }
}

/// Everything in `part` is in `whole`.
#[track_caller]
fn assert_includes(whole: &Value, part: &Value, place: &str) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (name, part) in part {
                let place = format!("{place}.{name}");
                let whole = whole.get(name).unwrap_or_else(|| panic!("there is no {place}"));
                assert_includes(whole, part, &place);
            }
        }
        (Value::Array(whole), Value::Array(part)) if whole.len() == part.len() => {
            for (index, (whole, part)) in whole.iter().zip(part).enumerate() {
                assert_includes(whole, part, &format!("{place}[{index}]"));
            }
        }
        _ => assert_eq!(whole, part, "{place}"),
    }
}

/// An import cannot tell null from empty, and may find what a configuration left to the provider.
fn says_something(value: &Value) -> bool {
    !(value.is_null() || value == &Value::Object(Map::new()))
}

//! Planning: which changes replace an instance, which restart it, and what will go wrong.

mod address;
mod root;

use tfplugin::prelude::*;

use super::Instance;
use super::observe::known_mut;
use super::update::was_left_stopped;
use crate::Client;
use crate::common::tags;

pub(super) use root::{SHRINKS, shrinks};

pub(super) async fn refine(plan: &mut Plan<Instance>, cx: &Cx<Client>) -> Result<()> {
    tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx)?;
    for device in known_mut(&mut plan.planned.root_block_device) {
        tags::plan(&device.tags, &mut device.tags_all, cx)?;
    }
    let Some(prior) = plan.prior.clone() else {
        leave_unset(plan);
        return address::check(plan, cx).await;
    };
    refine_public_address(plan, &prior);
    root::refine(plan, &prior, cx).await?;
    let user_data = refine_user_data(plan, &prior);
    if !plan.replace.is_empty() {
        return Ok(());
    }
    if user_data || plan.planned.instance_type != prior.instance_type {
        refine_restart(plan, &prior, if user_data { "user_data" } else { "instance_type" });
    }
    if was_left_stopped(cx) {
        refine_start(plan, &prior);
    }
    Ok(())
}

/// What only the configuration sets, and neither image nor account, is unset without it.
fn leave_unset(plan: &mut Plan<Instance>) {
    let (config, planned) = (&plan.config, &mut plan.planned);
    keep(&config.disable_api_termination, &Attr::Null, &mut planned.disable_api_termination);
    keep(&config.iam_instance_profile, &Attr::Null, &mut planned.iam_instance_profile);
    keep(&config.user_data, &Attr::Null, &mut planned.user_data);
    keep(&config.user_data_base64, &Attr::Null, &mut planned.user_data_base64);
    keep(&config.key_name, &Attr::Null, &mut planned.key_name);
    let behavior = &mut planned.instance_initiated_shutdown_behavior;
    keep(&config.instance_initiated_shutdown_behavior, &Attr::Null, behavior);
}

fn keep<T: Clone>(config: &Attr<T>, prior: &Attr<T>, planned: &mut Attr<T>) {
    if config.is_null() {
        planned.clone_from(prior);
    }
}

/// A public address is given at launch or never. An instance that was imported while stopped does not tell.
fn refine_public_address(plan: &mut Plan<Instance>, prior: &Instance) {
    let (before, after) = (&prior.associate_public_ip_address, &mut plan.planned.associate_public_ip_address);
    keep(&plan.config.associate_public_ip_address, before, after);
    if before.is_set() && before != after {
        plan.require_replace("associate_public_ip_address");
    }
}

/// Whether the user data changes, in place or by replacement.
fn refine_user_data(plan: &mut Plan<Instance>, prior: &Instance) -> bool {
    let (config, planned) = (&plan.config, &mut plan.planned);
    // The form that is no longer used would contradict the one that is.
    if config.user_data.is_set() && planned.user_data != prior.user_data {
        planned.user_data_base64 = Attr::Null;
    }
    if config.user_data_base64.is_set() && planned.user_data_base64 != prior.user_data_base64 {
        planned.user_data = Attr::Null;
    }
    let changes = match (planned.user_data_bytes(), prior.user_data_bytes()) {
        (Some(after), Some(before)) => after != before,
        (None, _) => true,
        (Some(after), None) => !after.is_empty(),
    };
    if changes && planned.user_data_replace_on_change.or(false) {
        let form = if config.user_data_base64.is_set() { "user_data_base64" } else { "user_data" };
        plan.require_replace(form);
    }
    changes
}

/// An earlier change stopped the instance and could not start it again: the next apply does.
fn refine_start(plan: &mut Plan<Instance>, prior: &Instance) {
    if prior.instance_state.as_str() != Some("stopped") {
        return;
    }
    leave_open(&mut plan.planned);
    let detail = format!(
        "{} was stopped for a change and could not be started again. It will be started now.",
        prior.id.or_default()
    );
    plan.told.push(Diagnostic::warning("Instance Will Be Started", detail));
}

/// What a start changes.
fn leave_open(planned: &mut Instance) {
    planned.instance_state = Attr::Unknown;
    planned.public_ip = Attr::Unknown;
    planned.public_dns = Attr::Unknown;
}

/// What a stop and a start change.
fn refine_restart(plan: &mut Plan<Instance>, prior: &Instance, because: &str) {
    if prior.instance_state.as_str() == Some("stopped") {
        return;
    }
    leave_open(&mut plan.planned);
    let name = prior.id.or_default();
    let detail = format!(
        "To change `{because}`, {name} will be stopped and started again. Its public address changes unless it is an \
         Elastic IP address; what it holds in memory and on instance store volumes is lost."
    );
    plan.warn(because, "Instance Will Be Restarted", detail);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn plan(prior: Instance, config: Instance) -> Plan<Instance> {
        Plan {
            prior: Some(prior),
            planned: config.clone(),
            config,
            replace: Vec::new(),
            told: Diagnostics::new(),
            promises: BTreeMap::new(),
        }
    }

    fn instance(user_data: &str) -> Instance {
        Instance {
            id: "i-01234567".into(),
            instance_state: "running".into(),
            public_ip: "203.0.113.1".into(),
            user_data: user_data.into(),
            ..Instance::default()
        }
    }

    #[test]
    fn the_same_user_data_in_the_other_form_is_no_change() {
        let prior = instance("#!/bin/sh\n");
        let config = Instance {
            user_data: Attr::Null,
            user_data_base64: Attr::parse("IyEvYmluL3NoCg==").unwrap(),
            ..prior.clone()
        };
        let mut plan = plan(prior.clone(), config);
        assert!(!refine_user_data(&mut plan, &prior));
        assert_eq!(plan.planned.user_data, Attr::Null);
    }

    #[test]
    fn changed_user_data_restarts_or_replaces() {
        let prior = Instance { user_data_base64: Attr::parse("YQ==").unwrap(), ..instance("a") };
        let config = Instance { user_data_base64: Attr::Null, ..instance("b") };
        let mut changed = plan(prior.clone(), config.clone());
        assert!(refine_user_data(&mut changed, &prior));
        assert_eq!(changed.planned.user_data_base64, Attr::Null);
        assert!(changed.replace.is_empty());
        let mut changed =
            plan(prior.clone(), Instance { user_data_replace_on_change: true.into(), ..config });
        assert!(refine_user_data(&mut changed, &prior));
        assert_eq!(changed.replace, ["user_data".into()]);
    }

    #[test]
    fn a_restart_leaves_the_public_address_open() {
        let prior = instance("a");
        let mut restarted = plan(prior.clone(), prior.clone());
        refine_restart(&mut restarted, &prior, "instance_type");
        assert_eq!(restarted.planned.public_ip, Attr::Unknown);
        assert_eq!(restarted.told.iter().count(), 1);
        let stopped = Instance { instance_state: "stopped".into(), ..prior };
        let mut untouched = plan(stopped.clone(), stopped.clone());
        refine_restart(&mut untouched, &stopped, "instance_type");
        assert_eq!(untouched.planned, stopped);
    }

    #[test]
    fn an_instance_left_stopped_is_started() {
        let stopped = Instance { instance_state: "stopped".into(), public_ip: "".into(), ..instance("a") };
        let mut started = plan(stopped.clone(), stopped.clone());
        refine_start(&mut started, &stopped);
        assert_eq!(started.planned.instance_state, Attr::Unknown);
        let told: Vec<_> = started.told.iter().map(|told| told.detail.as_str()).collect();
        assert_eq!(
            told,
            ["i-01234567 was stopped for a change and could not be started again. It will be started now."]
        );
        let running = instance("a");
        let mut untouched = plan(running.clone(), running.clone());
        refine_start(&mut untouched, &running);
        assert_eq!(untouched.planned, running);
    }

    #[test]
    fn what_is_not_set_is_unset() {
        let mut created = plan(instance("a"), instance("a"));
        created.prior = None;
        created.planned.key_name = Attr::Unknown;
        created.planned.disable_api_termination = Attr::Unknown;
        leave_unset(&mut created);
        assert_eq!(created.planned.key_name, Attr::Null);
        assert_eq!(created.planned.disable_api_termination, Attr::Null);
    }

    #[test]
    fn the_intent_about_a_public_address_counts() {
        let known = Instance { associate_public_ip_address: true.into(), ..instance("a") };
        let without = Instance { associate_public_ip_address: false.into(), ..known.clone() };
        let mut changed = plan(known.clone(), without.clone());
        refine_public_address(&mut changed, &known);
        assert_eq!(changed.replace, ["associate_public_ip_address".into()]);
        let unknown = instance("a");
        let mut learned = plan(unknown.clone(), without);
        refine_public_address(&mut learned, &unknown);
        assert!(learned.replace.is_empty());
    }
}

//! Planning: which changes replace an instance, which restart it, and what will go wrong.

use std::net::Ipv4Addr;

use tfplugin::prelude::*;

use super::Instance;
use super::observe::{known_mut, root_volume};
use super::root_block_device::{RootBlockDevice, VolumeType};
use crate::Client;
use crate::common::tags;

pub(super) async fn refine(plan: &mut Plan<Instance>, cx: &Cx<Client>) -> Result<()> {
    tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx);
    for device in known_mut(&mut plan.planned.root_block_device) {
        tags::plan(&device.tags, &mut device.tags_all, cx);
    }
    let Some(prior) = plan.prior.clone() else {
        leave_unset(plan);
        return check_address(plan, cx).await;
    };
    refine_public_address(plan, &prior);
    refine_root(plan, &prior, cx).await?;
    let user_data = refine_user_data(plan, &prior);
    if plan.replace.is_empty() && (user_data || plan.planned.instance_type != prior.instance_type) {
        refine_restart(plan, &prior, if user_data { "user_data" } else { "instance_type" });
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

async fn refine_root(plan: &mut Plan<Instance>, prior: &Instance, cx: &Cx<Client>) -> Result<()> {
    let Some(config) = first(&plan.config.root_block_device).cloned() else { return Ok(()) };
    let before = match first(&prior.root_block_device) {
        Some(device) => device.clone(),
        None => current_root(prior, cx).await?,
    };
    let Some(planned) = known_mut(&mut plan.planned.root_block_device).first_mut() else { return Ok(()) };
    keep(&config.encrypted, &before.encrypted, &mut planned.encrypted);
    keep(&config.kms_key_id, &before.kms_key_id, &mut planned.kms_key_id);
    keep(&config.volume_size, &before.volume_size, &mut planned.volume_size);
    keep(&config.volume_type, &before.volume_type, &mut planned.volume_type);
    // With the type, and with the size of most types, the service chooses anew what is not configured.
    let is_gp3 = planned.volume_type == VolumeType::Gp3.into();
    if planned.volume_type == before.volume_type && (is_gp3 || planned.volume_size == before.volume_size) {
        keep(&config.iops, &before.iops, &mut planned.iops);
        keep(&config.throughput, &before.throughput, &mut planned.throughput);
    } else {
        keep(&config.iops, &Attr::Unknown, &mut planned.iops);
        keep(&config.throughput, &Attr::Unknown, &mut planned.throughput);
    }
    let planned = planned.clone();
    let path = Path::from("root_block_device").index(0);
    if planned.encrypted != before.encrypted {
        plan.require_replace(path.attr("encrypted"));
    }
    if planned.kms_key_id != before.kms_key_id {
        plan.require_replace(path.attr("kms_key_id"));
    }
    if let (Some(before), Some(after)) = (before.volume_size.known(), planned.volume_size.known())
        && after < before
        && plan.replace.is_empty()
    {
        plan.warn(path.attr("volume_size"), SHRINKS, shrinks(*before));
    }
    Ok(())
}

/// What is told of a volume that shall shrink: a warning in the plan, an error when it is applied.
pub(super) const SHRINKS: &str = "Volume Cannot Shrink";

pub(super) fn shrinks(current: i32) -> String {
    format!(
        "The root volume has {current} GiB, and a volume never shrinks. Keep the size, or replace the instance with \
         `-replace`."
    )
}

/// The root volume as it is, for a configuration that begins to speak of it.
async fn current_root(prior: &Instance, cx: &Cx<Client>) -> Result<RootBlockDevice> {
    let id = prior.id.value()?;
    let seen = cx.client.aws().ec2().instance(id).await.during("Unable to Read Instance")?;
    let mut device = RootBlockDevice::default();
    if let Some(seen) = seen
        && let Some((name, volume)) = root_volume(&seen, cx).await?
    {
        device.take(super::observe::Take::Everything, &name, &volume);
    }
    Ok(device)
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

/// What a stop and a start change.
fn refine_restart(plan: &mut Plan<Instance>, prior: &Instance, because: &str) {
    if prior.instance_state.as_str() == Some("stopped") {
        return;
    }
    let planned = &mut plan.planned;
    planned.instance_state = Attr::Unknown;
    planned.public_ip = Attr::Unknown;
    planned.public_dns = Attr::Unknown;
    let name = prior.id.or_default();
    let detail = format!(
        "To change `{because}`, {name} will be stopped and started again. Its public address changes unless it is an \
         Elastic IP address; what it holds in memory and on instance store volumes is lost."
    );
    plan.warn(because, "Instance Will Be Restarted", detail);
}

/// Whether the subnet has the address, before anything is created.
///
/// Only a warning: an error would also stop a `terraform destroy` of what was created so far, which plans first.
async fn check_address(plan: &mut Plan<Instance>, cx: &Cx<Client>) -> Result<()> {
    let (Some(subnet_id), Some(address)) = (plan.planned.subnet_id.known(), plan.planned.private_ip.known())
    else {
        return Ok(());
    };
    let (subnet_id, address) = (subnet_id.as_str().to_owned(), **address);
    let Some(subnet) = cx.client.aws().ec2().subnet(&subnet_id).await.during("Unable to Read Subnet")? else {
        let detail = format!("The region has no subnet {subnet_id}: applying will fail.");
        plan.warn("subnet_id", "Subnet Not Found", detail);
        return Ok(());
    };
    if let Err(problem) = fits(address, &subnet.cidr_block) {
        let detail = format!("{problem} The subnet is {subnet_id}; applying will fail.");
        plan.warn("private_ip", "Address Not Available", detail);
    }
    Ok(())
}

fn fits(address: Ipv4Addr, cidr: &str) -> Result<(), String> {
    let Ok(range) = cidr.parse::<ipnet::Ipv4Net>() else { return Ok(()) };
    if !range.contains(&address) {
        return Err(format!("{address} is not in {range}."));
    }
    let offset = u32::from(address) - u32::from(range.network());
    if offset < 4 || address == range.broadcast() {
        return Err(format!(
            "AWS keeps the first four addresses and the last one of {range}; {address} is one of them."
        ));
    }
    Ok(())
}

fn first(blocks: &Attr<Vec<RootBlockDevice>>) -> Option<&RootBlockDevice> {
    blocks.known().and_then(|blocks| blocks.first())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn some_addresses_belong_to_aws() {
        let fits = |address: &str| fits(address.parse().unwrap(), "172.31.0.0/24");
        assert!(fits("172.31.0.4").is_ok() && fits("172.31.0.254").is_ok());
        for address in ["172.31.0.0", "172.31.0.3", "172.31.0.255"] {
            assert!(fits(address).unwrap_err().starts_with("AWS keeps"), "{address}");
        }
        assert_eq!(fits("172.31.1.10").unwrap_err(), "172.31.1.10 is not in 172.31.0.0/24.");
    }

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

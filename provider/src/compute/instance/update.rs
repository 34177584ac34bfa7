//! Changing an instance in place, one step after the other, each recorded when it is done.

mod restart;

use aws::ec2::{self, Ec2};
use aws::limits::INSTANCE;
use tfplugin::prelude::*;

use super::Instance;
use super::credit_specification::is_burstable;
use super::launch::first;
use super::observe::{Take, known_mut, root_volume};
use super::plan::{SHRINKS, shrinks};
use super::root_block_device::RootBlockDevice;
use crate::Client;
use crate::common::tags;
use crate::common::wait::{Patience, wait};

pub(super) use restart::{runs_again, was_left_stopped};

const SUMMARY: &str = "Unable to Change Instance";

/// A change under way.
struct Update<'a> {
    cx: &'a Cx<Client>,
    ec2: Ec2<'a>,
    wait: Patience<'a>,
    id: String,
    saved: &'a Saved<Instance>,
    /// The instance as AWS told it before the change.
    seen: ec2::Instance,
    /// What is true so far.
    done: Instance,
}

pub(super) async fn update(
    mut new: Instance,
    prior: Instance,
    cx: &Cx<Client>,
    saved: &Saved<Instance>,
) -> Result<Instance> {
    let id = prior.id.value()?.clone();
    let wait = wait(cx, new.timeouts.update(INSTANCE.update));
    let ec2 = cx.client.aws().ec2();
    let seen = ec2.instance(&id).await.during(SUMMARY)?;
    let seen = seen.filter(|seen| !seen.state.is_gone()).ok_or_else(|| gone(&id))?;
    let mut update = Update { cx, ec2, wait, id, saved, seen, done: prior };
    // What takes time comes last, so that an interruption finds the rest done.
    update.tags(&new).await?;
    update.network(&new).await?;
    update.options(&new).await?;
    update.metadata(&new).await?;
    update.root(&new).await?;
    let seen = match update.restart(&new).await? {
        Some(running) => running,
        None => ec2.instance(&update.id).await.during(SUMMARY)?.ok_or_else(|| gone(&update.id))?,
    };
    new.take(Take::Unknown, &seen)?;
    new.take_root(Take::Unknown, &seen, cx).await?;
    new.take_credits(Take::Unknown, &seen, cx).await?;
    Ok(new)
}

impl Update<'_> {
    fn save(&mut self, step: impl FnOnce(&mut Instance)) {
        step(&mut self.done);
        self.saved.save(&self.done);
    }

    async fn tags(&mut self, new: &Instance) -> Result<()> {
        let (from, to) = (tags::all(&self.done.tags_all), tags::all(&new.tags_all));
        self.ec2.retag(&self.id, &from, &to, &self.wait).await.during(SUMMARY).at("tags")?;
        self.save(|done| {
            done.tags.clone_from(&new.tags);
            done.tags_all.clone_from(&new.tags_all);
        });
        Ok(())
    }

    async fn network(&mut self, new: &Instance) -> Result<()> {
        let Some(interface) = self.seen.primary_interface_id.clone() else { return Ok(()) };
        if let Some(groups) = changed(&new.vpc_security_group_ids, &self.done.vpc_security_group_ids) {
            let ids: Vec<_> = groups.iter().map(ToString::to_string).collect();
            let result = self.ec2.set_interface_groups(&interface, &ids).await;
            result.during(SUMMARY).at("vpc_security_group_ids")?;
            self.save(|done| done.vpc_security_group_ids.clone_from(&new.vpc_security_group_ids));
        }
        if let Some(enabled) = changed(&new.source_dest_check, &self.done.source_dest_check) {
            let result = self.ec2.set_source_dest_check(&interface, *enabled).await;
            result.during(SUMMARY).at("source_dest_check")?;
            self.save(|done| done.source_dest_check = new.source_dest_check);
        }
        Ok(())
    }

    async fn options(&mut self, new: &Instance) -> Result<()> {
        if let Some(profile) = changed(&new.iam_instance_profile, &self.done.iam_instance_profile) {
            let profile = Some(profile.as_str()).filter(|name| !name.is_empty());
            let result = self.ec2.set_iam_instance_profile(&self.id, profile, &self.wait).await;
            result.during(SUMMARY).at("iam_instance_profile")?;
            self.save(|done| done.iam_instance_profile.clone_from(&new.iam_instance_profile));
        }
        if let Some(disabled) = changed(&new.disable_api_termination, &self.done.disable_api_termination) {
            let result = self.ec2.set_api_termination_disabled(&self.id, *disabled).await;
            result.during(SUMMARY).at("disable_api_termination")?;
            self.save(|done| done.disable_api_termination = new.disable_api_termination);
        }
        let behavior = &new.instance_initiated_shutdown_behavior;
        if let Some(word) = changed(behavior, &self.done.instance_initiated_shutdown_behavior) {
            let result = self.ec2.set_shutdown_behavior(&self.id, &word.to_string()).await;
            result.during(SUMMARY).at("instance_initiated_shutdown_behavior")?;
            self.save(|done| done.instance_initiated_shutdown_behavior.clone_from(behavior));
        }
        if let Some(enabled) = changed(&new.monitoring, &self.done.monitoring) {
            self.ec2.set_monitoring(&self.id, *enabled).await.during(SUMMARY).at("monitoring")?;
            self.save(|done| done.monitoring = new.monitoring);
        }
        Ok(())
    }

    async fn metadata(&mut self, new: &Instance) -> Result<()> {
        if let Some([options]) =
            changed(&new.metadata_options, &self.done.metadata_options).map(Vec::as_slice)
        {
            let wanted = options.wanted(&self.seen.metadata_options);
            if wanted != self.seen.metadata_options {
                let result = self.ec2.set_metadata_options(&self.id, &wanted, &self.wait).await;
                result.during(SUMMARY).at("metadata_options")?;
            }
        }
        self.save(|done| done.metadata_options.clone_from(&new.metadata_options));
        Ok(())
    }

    /// The type of the instance decides whether it takes credits, so this comes after a change of it.
    async fn credits(&mut self, new: &Instance, instance_type: &str) -> Result<()> {
        let (wanted, done) = (first(&new.credit_specification), first(&self.done.credit_specification));
        let credits = wanted.and_then(|block| block.cpu_credits.known());
        if let Some(credits) = credits.filter(|_| wanted != done && is_burstable(instance_type)) {
            let result = self.ec2.set_cpu_credits(&self.id, &credits.to_string()).await;
            result.during(SUMMARY).at("credit_specification")?;
        }
        self.save(|done| done.credit_specification.clone_from(&new.credit_specification));
        Ok(())
    }

    async fn root(&mut self, new: &Instance) -> Result<()> {
        let path = Path::from("root_block_device").index(0);
        let blocks = changed(&new.root_block_device, &self.done.root_block_device);
        if let Some([wanted]) = blocks.map(Vec::as_slice)
            && let Some((device, volume)) = root_volume(&self.seen, self.cx).await?
        {
            let change = wanted.change(&volume);
            if let (Some(after), Some(before)) = (change.size, volume.size)
                && after < before
            {
                return Err(Error::at(path.attr("volume_size"), SHRINKS, shrinks(before)));
            }
            if let Some(delete) = wanted.delete_on_termination.known()
                && device.delete_on_termination != Some(*delete)
            {
                let result = self.ec2.set_delete_on_termination(&self.id, &device.name, *delete).await;
                result.during(SUMMARY).at(path.attr("delete_on_termination"))?;
                self.save_root(|done| done.delete_on_termination = wanted.delete_on_termination);
            }
            let tags = tags::all(&wanted.tags_all);
            let result = self.ec2.retag(&volume.id, &volume.tags, &tags, &self.wait).await;
            result.during(SUMMARY).at(path.attr("tags"))?;
            if !change.is_empty() {
                let result = self.ec2.modify_volume(&volume.id, &change, &self.wait).await;
                result.during(SUMMARY).at(&path)?;
                self.save_root(|done| done.take_change(wanted));
            }
        }
        self.save(|done| done.root_block_device.clone_from(&new.root_block_device));
        Ok(())
    }

    /// Records a step in the block, when the state has one.
    fn save_root(&mut self, step: impl FnOnce(&mut RootBlockDevice)) {
        self.save(|done| {
            if let Some(block) = known_mut(&mut done.root_block_device).first_mut() {
                step(block);
            }
        });
    }
}

/// The new value, when there is one and it is another.
fn changed<'a, T: PartialEq>(new: &'a Attr<T>, done: &Attr<T>) -> Option<&'a T> {
    new.known().filter(|new| done.known() != Some(new))
}

fn gone(id: &str) -> Error {
    Error::new(SUMMARY, format!("{id} is gone. Plan again, and a new instance will be created."))
}

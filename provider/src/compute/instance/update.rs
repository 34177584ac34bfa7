//! Changing an instance in place, one step after the other, each recorded when it is done.

use aws::ec2::{self, Ec2, InstanceState};
use aws::limits::INSTANCE;
use tfplugin::prelude::*;

use super::Instance;
use super::observe::{Take, root_volume};
use super::plan::{SHRINKS, shrinks};
use crate::Client;
use crate::common::tags;
use crate::common::wait::{Patience, wait};

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
    update.root(&new).await?;
    update.tags(&new).await?;
    update.network(&new).await?;
    update.options(&new).await?;
    update.restart(&new).await?;
    let seen = ec2.instance(&update.id).await.during(SUMMARY)?.ok_or_else(|| gone(&update.id))?;
    new.take(Take::Unknown, &seen)?;
    new.take_root(Take::Unknown, &seen, cx).await?;
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
            let result = self.ec2.set_iam_instance_profile(&self.id, Some(profile), &self.wait).await;
            result.during(SUMMARY).at("iam_instance_profile")?;
            self.save(|done| done.iam_instance_profile.clone_from(&new.iam_instance_profile));
        }
        if let Some(disabled) = changed(&new.disable_api_termination, &self.done.disable_api_termination) {
            let result = self.ec2.set_api_termination_disabled(&self.id, *disabled).await;
            result.during(SUMMARY).at("disable_api_termination")?;
            self.save(|done| done.disable_api_termination = new.disable_api_termination);
        }
        if let Some(enabled) = changed(&new.monitoring, &self.done.monitoring) {
            self.ec2.set_monitoring(&self.id, *enabled).await.during(SUMMARY).at("monitoring")?;
            self.save(|done| done.monitoring = new.monitoring);
        }
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

    async fn root(&mut self, new: &Instance) -> Result<()> {
        let blocks = changed(&new.root_block_device, &self.done.root_block_device);
        if let Some([wanted]) = blocks.map(Vec::as_slice)
            && let Some((device, volume)) = root_volume(&self.seen, self.cx).await?
        {
            let path = Path::from("root_block_device").index(0);
            let change = wanted.change(&volume);
            if let (Some(after), Some(before)) = (change.size, volume.size)
                && after < before
            {
                return Err(Error::at(path.attr("volume_size"), SHRINKS, shrinks(before)));
            }
            if !change.is_empty() {
                let result = self.ec2.modify_volume(&volume.id, &change, &self.wait).await;
                result.during(SUMMARY).at(&path)?;
            }
            if let Some(delete) = wanted.delete_on_termination.known()
                && device.delete_on_termination != Some(*delete)
            {
                let result = self.ec2.set_delete_on_termination(&self.id, &device.name, *delete).await;
                result.during(SUMMARY).at(&path)?;
            }
            let result =
                self.ec2.retag(&volume.id, &volume.tags, &tags::all(&wanted.tags_all), &self.wait).await;
            result.during(SUMMARY).at(&path)?;
        }
        self.save(|done| done.root_block_device.clone_from(&new.root_block_device));
        Ok(())
    }

    /// Makes the changes that only a stopped instance takes.
    async fn restart(&mut self, new: &Instance) -> Result<()> {
        let instance_type = changed(&new.instance_type, &self.done.instance_type).cloned();
        let user_data =
            new.user_data_bytes().filter(|data| self.done.user_data_bytes().as_ref() != Some(data));
        if instance_type.is_some() || user_data.is_some() {
            let ran = self.seen.state != InstanceState::Stopped;
            if ran {
                self.ec2.stop_instance(&self.id, &self.wait).await.during("Unable to Stop Instance")?;
            }
            let outcome = self.change_stopped(new, instance_type, user_data).await;
            // Whatever came of the changes: an instance that ran shall run again.
            if ran {
                let alone = self.seen.interfaces == 1;
                let public_ip = alone && self.seen.public_ip.is_some();
                let started = self.ec2.start_instance(&self.id, public_ip, &self.wait).await;
                outcome.and(started.map(drop).during("Unable to Start Instance"))?;
            } else {
                outcome?;
            }
        }
        self.save(|done| {
            done.user_data.clone_from(&new.user_data);
            done.user_data_base64.clone_from(&new.user_data_base64);
            done.user_data_replace_on_change = new.user_data_replace_on_change;
        });
        Ok(())
    }

    async fn change_stopped(
        &mut self,
        new: &Instance,
        instance_type: Option<String>,
        user_data: Option<Vec<u8>>,
    ) -> Result<()> {
        if let Some(instance_type) = instance_type {
            let result = self.ec2.set_instance_type(&self.id, &instance_type).await;
            result.during(SUMMARY).at("instance_type")?;
            self.save(|done| done.instance_type.clone_from(&new.instance_type));
        }
        if let Some(user_data) = user_data {
            self.ec2.set_user_data(&self.id, &user_data).await.during(SUMMARY).at("user_data")?;
        }
        Ok(())
    }
}

/// The new value, when there is one and it is another.
fn changed<'a, T: PartialEq>(new: &'a Attr<T>, done: &Attr<T>) -> Option<&'a T> {
    new.known().filter(|new| done.known() != Some(new))
}

fn gone(id: &str) -> Error {
    Error::new(SUMMARY, format!("{id} is gone. Plan again, and a new instance will be created."))
}

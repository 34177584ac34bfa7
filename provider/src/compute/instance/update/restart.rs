//! The changes that only a stopped instance takes: stop, change everything at once, start.
//!
//! An instance that ran is started again whatever became of the change. When even that cannot be done, a mark beside
//! the state tells the next plan that the instance was not meant to stay stopped.

use aws::Safeguard;
use aws::ec2::{self, InstanceState};
use tfplugin::prelude::*;

use super::super::Instance;
use super::super::observe::Take;
use super::{SUMMARY, Update, changed};
use crate::Client;

/// What is kept beside the state of an instance that was stopped for a change and does not run again.
const STOPPED_FOR_CHANGE: &str = "stopped_for_change";

/// Forgets about an earlier change: the instance runs.
pub(in super::super) fn runs_again(cx: &Cx<Client>) {
    cx.private_remove(STOPPED_FOR_CHANGE);
}

/// Whether an earlier change stopped the instance and could not start it again.
pub(in super::super) fn was_left_stopped(cx: &Cx<Client>) -> bool {
    cx.private_get(STOPPED_FOR_CHANGE).is_some()
}

impl Update<'_> {
    /// Makes the changes that only a stopped instance takes; tells how it is after a start.
    pub(super) async fn restart(&mut self, new: &Instance) -> Result<Option<ec2::Instance>> {
        let was_running = self.seen.state != InstanceState::Stopped;
        let shall_run = was_running || was_left_stopped(self.cx);
        let needs_stop = changed(&new.instance_type, &self.done.instance_type).is_some()
            || self.new_user_data(new).is_some();
        let mut outcome = Ok(());
        if needs_stop {
            if was_running {
                self.ec2.stop_instance(&self.id).await.during("Unable to Stop Instance")?;
                self.cx.private_set(STOPPED_FOR_CHANGE, Vec::new());
            }
            outcome = self.change_stopped(new).await;
        } else {
            self.credits(new, &self.seen.instance_type.clone()).await?;
        }
        let is_stopped = needs_stop || !was_running;
        let running = if is_stopped && shall_run && (outcome.is_ok() || Safeguard::StartAfterFailure.is_on())
        {
            self.start(outcome).await?
        } else {
            outcome?;
            None
        };
        self.save(|done| {
            done.user_data.clone_from(&new.user_data);
            done.user_data_base64.clone_from(&new.user_data_base64);
            done.user_data_replace_on_change = new.user_data_replace_on_change;
        });
        Ok(running)
    }

    /// The user data, when it is another.
    fn new_user_data(&self, new: &Instance) -> Option<Vec<u8>> {
        new.user_data_bytes().filter(|data| self.done.user_data_bytes().as_ref() != Some(data))
    }

    async fn change_stopped(&mut self, new: &Instance) -> Result<()> {
        let stopped =
            self.ec2.instance_stopped(&self.id, &self.wait).await.during("Unable to Stop Instance")?;
        self.see(&stopped);
        if let Some(instance_type) = changed(&new.instance_type, &self.done.instance_type).cloned() {
            let result = self.ec2.set_instance_type(&self.id, &instance_type).await;
            result.during(SUMMARY).at("instance_type")?;
            self.save(|done| done.instance_type = instance_type.into());
        }
        if let Some(user_data) = self.new_user_data(new) {
            self.ec2.set_user_data(&self.id, &user_data).await.during(SUMMARY).at("user_data")?;
            self.save(|done| {
                done.user_data.clone_from(&new.user_data);
                done.user_data_base64.clone_from(&new.user_data_base64);
            });
        }
        let instance_type = self.done.instance_type.or_default();
        self.credits(new, &instance_type).await
    }

    /// Starts the instance after a change; both what went wrong with the change and with the start is told.
    async fn start(&mut self, outcome: Result<()>) -> Result<Option<ec2::Instance>> {
        let left_stopped = was_left_stopped(self.cx) && self.seen.state == InstanceState::Stopped;
        let had_address = if left_stopped {
            self.done.associate_public_ip_address.or(false)
        } else {
            self.seen.public_ip.is_some()
        };
        // EC2 gives no public address to an instance of several interfaces when it starts.
        let public_ip = had_address && self.seen.interfaces == 1;
        match self.ec2.start_instance(&self.id, public_ip, &self.wait).await {
            Ok(running) => {
                runs_again(self.cx);
                self.see(&running);
                outcome.map_err(|error| {
                    told(&error, &format!("{} was stopped for the change, and runs again.", self.id))
                })?;
                Ok(Some(running))
            }
            Err(error) => {
                let failed = Err::<(), _>(error).during("Unable to Start Instance");
                let advice = format!("{} was stopped for a change. The next apply will start it.", self.id);
                let failed = failed.map_err(|error| told(&error, &advice));
                let errors = [outcome, failed].into_iter().filter_map(Result::err);
                Err(Error::many(errors.flat_map(|error| error.diagnostics().to_vec())))
            }
        }
    }

    /// Records what a stop or a start changes.
    fn see(&mut self, seen: &ec2::Instance) {
        self.save(|done| {
            Take::Everything.value(&mut done.instance_state, seen.state.to_string());
            Take::Everything.value(&mut done.public_ip, seen.public_ip.clone().unwrap_or_default());
            Take::Everything.value(&mut done.public_dns, seen.public_dns.clone().unwrap_or_default());
        });
    }
}

/// The error with a sentence about the instance.
fn told(error: &Error, sentence: &str) -> Error {
    Error::many(error.diagnostics().iter().cloned().map(|mut diagnostic| {
        diagnostic.detail = format!("{}\n\n{sentence}", diagnostic.detail);
        diagnostic
    }))
}

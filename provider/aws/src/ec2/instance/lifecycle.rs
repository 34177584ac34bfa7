//! Stopping, starting and terminating instances.

use super::super::Ec2;
use super::capacity::unless_exhausted;
use super::{Instance, InstanceState};
use crate::error::IgnoreNotFound;
use crate::limits::{CHANGE_VISIBILITY, INSTANCES};
use crate::{Error, Poll, Result, Safeguard, Wait, failed};

impl Ec2<'_> {
    /// Waits until an instance runs; with `public_ip`, until it has an address in the Internet as well, which may
    /// show up a moment later.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] with the service's reason when the instance terminates instead; [`Error::Timeout`].
    pub async fn instance_running(&self, id: &str, public_ip: bool, wait: &Wait) -> Result<Instance> {
        let what = format!("instance {id} to run");
        let unsettled = |instance: &Instance| match &instance.state {
            state if state.is_gone() => Err(fell(&what, instance)),
            _ if !Safeguard::InstanceWait.is_on() => Ok(None),
            InstanceState::Running if public_ip && instance.public_ip.is_none() => {
                Ok(Some("running, but without a public address".to_owned()))
            }
            InstanceState::Running => Ok(None),
            state => Ok(Some(state.to_string())),
        };
        wait.at_pace(INSTANCES).settle(&what, || self.instance(id), unsettled).await
    }

    /// Asks an instance to stop; it has when it is [stopped](Self::instance_stopped).
    ///
    /// # Errors
    ///
    /// When the service refuses; the instance goes on running then.
    pub async fn stop_instance(&self, id: &str) -> Result<()> {
        let request = self.sdk().await?.stop_instances().instance_ids(id).send().await;
        request.map(drop).map_err(failed("ec2:StopInstances"))
    }

    /// Waits until an instance has stopped. Only the deadline ends the wait: an instance that is stopped for a change
    /// has to be started again, which it cannot be before it has stopped.
    ///
    /// # Errors
    ///
    /// When the instance terminates instead, or the patience ends.
    pub async fn instance_stopped(&self, id: &str, wait: &Wait) -> Result<Instance> {
        let what = format!("instance {id} to stop");
        let unsettled = |instance: &Instance| match &instance.state {
            state if state.is_gone() => Err(fell(&what, instance)),
            InstanceState::Stopped => Ok(None),
            _ if !Safeguard::StopWait.is_on() => Ok(None),
            state => Ok(Some(state.to_string())),
        };
        wait.uncancelled().at_pace(INSTANCES).settle(&what, || self.instance(id), unsettled).await
    }

    /// Starts a stopped instance and waits until it runs; `public_ip` as for
    /// [`instance_running`](Self::instance_running). It is started even when the operator has asked to stop.
    ///
    /// # Errors
    ///
    /// When the service refuses, the instance terminates instead, or the patience ends.
    pub async fn start_instance(&self, id: &str, public_ip: bool, wait: &Wait) -> Result<Instance> {
        let client = self.sdk().await?;
        let start = || async {
            let request = client.start_instances().instance_ids(id);
            let sent = request.customize().config_override(unless_exhausted()).send().await;
            sent.map_err(failed("ec2:StartInstances"))
        };
        let is_unsettled = |error: &Error| {
            let refused = error.has_code(&["IncorrectInstanceState"])
                || error.has_code(&["InvalidParameterValue"]) && error.to_string().contains("LaunchPlan");
            refused && Safeguard::InstanceStart.is_on()
        };
        let patience = wait.uncancelled().at_pace(INSTANCES).at_most(CHANGE_VISIBILITY);
        patience.retry(&format!("start of {id}"), is_unsettled, start).await?;
        self.instance_running(id, public_ip, wait).await
    }

    /// Terminates an instance and waits until it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses, as it does for a protected instance, or the patience ends. An instance that does not
    /// exist is as good as terminated.
    pub async fn terminate_instance(&self, id: &str, wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.terminate_instances().instance_ids(id).send().await;
        if request.map_err(failed("ec2:TerminateInstances")).ignore_not_found()?.is_none() {
            return Ok(());
        }
        let look = || async {
            Ok(match self.instance(id).await? {
                Some(instance)
                    if instance.state != InstanceState::Terminated && Safeguard::TerminationWait.is_on() =>
                {
                    Poll::Pending(instance.state.to_string())
                }
                _ => Poll::Ready(()),
            })
        };
        wait.at_pace(INSTANCES).poll(&format!("instance {id} to terminate"), look).await
    }
}

fn fell(what: &str, instance: &Instance) -> Error {
    let reason = instance.state_reason.as_deref().unwrap_or("the service gives no reason");
    Error::Failed { what: what.into(), reason: format!("it is {}: {reason}", instance.state) }
}

//! Targets: what a target group sends traffic to.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{TargetDescription, TargetHealthDescription};

use super::{Elbv2, required, small, target_group};
use crate::batch::{Described, Key};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Safeguard, Wait, failed};

const HEALTH: &str = "elasticloadbalancing:DescribeTargetHealth";
/// The code for a target that cannot be registered yet, such as an instance that is not running, and for one that is
/// not registered any more.
const INVALID_TARGET: &[&str] = &["InvalidTarget"];

/// One target of a target group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The id of an instance, an IP address, or the ARN of an application load balancer.
    pub id: String,
    /// The port; the target group's own when it is not given.
    pub port: Option<u16>,
    /// The availability zone of an IP address, or `all` for one outside the VPC.
    pub availability_zone: Option<String>,
}

/// How a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetHealth {
    /// The target. Its port is always known here.
    pub target: Target,
    /// `initial`, `healthy`, `unhealthy`, `unused`, `draining`, ...
    pub state: String,
    /// The code of the reason, such as `Target.FailedHealthChecks`.
    pub reason: Option<String>,
    /// The reason in words.
    pub description: Option<String>,
}

impl TargetHealth {
    /// Whether the target belongs to the group, in whatever state. One that is being drained is on its way out.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        let leaving = ["Target.NotRegistered", "Target.DeregistrationInProgress"];
        let is_leaving = self.reason.as_deref().is_some_and(|reason| leaving.contains(&reason));
        !is_leaving || !Safeguard::DrainingTarget.is_on()
    }
}

impl Elbv2<'_> {
    /// Registers targets with a target group. Instances that are not running yet are awaited.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn register_targets(&self, group_arn: &str, targets: &[Target], wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.register_targets().target_group_arn(group_arn);
        let request = request.set_targets(Some(targets.iter().map(to_sdk).collect()));
        let register = || async {
            let reply = request.clone().send().await;
            reply.map_err(failed("elasticloadbalancing:RegisterTargets")).map(drop)
        };
        let what = format!("registration of targets with {group_arn}");
        let not_running = |error: &Error| error.has_code(INVALID_TARGET) && Safeguard::RunningTarget.is_on();
        wait.retry(&what, not_running, || wait.retry_new(&what, register)).await
    }

    /// Removes targets from a target group. What is not registered, or whose group is gone, is as good as removed.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn deregister_targets(&self, group_arn: &str, targets: &[Target]) -> Result<()> {
        let request = self.sdk().await?.deregister_targets().target_group_arn(group_arn);
        let request = request.set_targets(Some(targets.iter().map(to_sdk).collect()));
        let reply = request.send().await.map_err(failed("elasticloadbalancing:DeregisterTargets"));
        match reply {
            Err(error) if error.is_not_found() || error.has_code(INVALID_TARGET) => Ok(()),
            result => result.map(drop),
        }
    }

    /// How one target of a target group is; nothing when either is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn target_health(&self, group_arn: &str, target: &Target) -> Result<Option<TargetHealth>> {
        let port = match target.port {
            Some(port) => port,
            None => match self.target_group(group_arn).await? {
                Some(group) => group.port,
                None => return Ok(None),
            },
        };
        let registered = self.all(&self.reads().registrations, target_group::ID, group_arn).await?;
        let mut registered = registered.iter().map(|registration| &registration.health);
        let is_it =
            |health: &&TargetHealth| health.target.id == target.id && health.target.port == Some(port);
        match registered.find(is_it) {
            Some(health) => Ok(Some(health.clone())),
            None => self.health_of_one(group_arn, target).await,
        }
    }

    /// How a target is that the list of its group does not have.
    async fn health_of_one(&self, group_arn: &str, target: &Target) -> Result<Option<TargetHealth>> {
        let request = self.sdk().await?.describe_target_health().target_group_arn(group_arn);
        let reply = request.targets(to_sdk(target)).send().await.map_err(failed(HEALTH));
        let reply = match reply {
            Err(error) if error.has_code(INVALID_TARGET) => return Ok(None),
            result => result.ignore_not_found()?,
        };
        let found = reply.and_then(|reply| reply.target_health_descriptions).unwrap_or_default();
        found.into_iter().next().map(health_from_sdk).transpose()
    }
}

/// A target among all those of its group.
#[derive(Debug)]
pub(crate) struct Registration {
    group_arn: String,
    health: TargetHealth,
}

impl Described for Registration {
    type Client = Client;

    async fn describe(client: Client, _: &'static str, groups: Vec<String>) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for group_arn in groups {
            let reply = client.describe_target_health().target_group_arn(&group_arn).send().await;
            let found = reply.map_err(failed(HEALTH))?.target_health_descriptions.unwrap_or_default();
            for found in found {
                all.push(Self { group_arn: group_arn.clone(), health: health_from_sdk(found)? });
            }
        }
        Ok(all)
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(target_group::ID, &self.group_arn)]
    }

    fn is_unique(_: &str) -> bool {
        false
    }

    fn values_per_call(_: &str) -> usize {
        1
    }
}

fn health_from_sdk(found: TargetHealthDescription) -> Result<TargetHealth> {
    let health = found.target_health;
    let target = required(HEALTH, "the target", found.target)?;
    Ok(TargetHealth {
        target: from_sdk(target)?,
        state: health
            .as_ref()
            .and_then(|health| Some(health.state()?.as_str().to_owned()))
            .unwrap_or_default(),
        reason: health.as_ref().and_then(|health| Some(health.reason()?.as_str().to_owned())),
        description: health.and_then(|health| health.description),
    })
}

fn to_sdk(target: &Target) -> TargetDescription {
    TargetDescription::builder()
        .id(&target.id)
        .set_port(target.port.map(i32::from))
        .set_availability_zone(target.availability_zone.clone())
        .build()
}

fn from_sdk(target: TargetDescription) -> Result<Target> {
    Ok(Target {
        id: target.id.unwrap_or_default(),
        port: target.port.map(|port| small(HEALTH, "the port of the target", port)).transpose()?,
        availability_zone: target.availability_zone,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    const GROUP: &str =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc6c495c0c9188";

    fn target() -> Target {
        Target { id: "172.31.0.10".into(), port: Some(6443), availability_zone: None }
    }

    fn health(state: &str, reason: &str) -> (u16, String) {
        reply(
            "DescribeTargetHealth",
            &format!(
                "<TargetHealthDescriptions><member><Target><Id>172.31.0.10</Id><Port>6443</Port></Target>
                <TargetHealth><State>{state}</State>{reason}</TargetHealth></member></TargetHealthDescriptions>"
            ),
        )
    }

    #[tokio::test]
    async fn an_instance_that_does_not_run_yet_is_awaited() {
        let calls = AtomicU32::new(0);
        let server = Server::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => error("InvalidTarget", "not in a running state"),
            _ => reply("RegisterTargets", ""),
        })
        .await;
        let clients = server.clients();
        clients.elbv2().register_targets(GROUP, &[target()], &wait()).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 3);
        assert_eq!(requests[2]["Targets.member.1.Id"], "172.31.0.10");
        assert_eq!(requests[2]["Targets.member.1.Port"], "6443");
    }

    #[tokio::test]
    async fn what_is_not_registered_needs_no_removal() {
        for code in ["InvalidTarget", "TargetGroupNotFound"] {
            let server = Server::start(move |fields| {
                let names_it = fields.contains_key("Targets.member.1.Id");
                if names_it { error(code, "no") } else { reply("DescribeTargetHealth", "") }
            })
            .await;
            let clients = server.clients();
            clients.elbv2().deregister_targets(GROUP, &[target()]).await.unwrap();
            assert_eq!(clients.elbv2().target_health(GROUP, &target()).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn only_a_leaving_target_counts_as_not_registered() {
        for (state, reason, registered) in [
            ("healthy", "", true),
            ("initial", "<Reason>Elb.RegistrationInProgress</Reason>", true),
            ("unhealthy", "<Reason>Target.FailedHealthChecks</Reason>", true),
            ("unused", "<Reason>Target.NotInUse</Reason>", true),
            ("unused", "<Reason>Target.InvalidState</Reason>", true),
            ("unused", "<Reason>Target.NotRegistered</Reason>", false),
            ("unavailable", "<Reason>Target.NotRegistered</Reason>", false),
            ("draining", "<Reason>Target.DeregistrationInProgress</Reason>", false),
        ] {
            let server = Server::start(move |_| health(state, reason)).await;
            let clients = server.clients();
            let found = clients.elbv2().target_health(GROUP, &target()).await.unwrap().unwrap();
            assert_eq!((found.state.as_str(), found.is_registered()), (state, registered), "{reason}");
            assert_eq!(found.target, target());
        }
    }
}

//! The slow ends of a load balancer's life.

use super::State;
use crate::elbv2::{Elbv2, LoadBalancer, arn_suffix};
use crate::error::IgnoreNotFound;
use crate::limits::{INTERFACES, LOAD_BALANCER_INTERFACES, LOAD_BALANCERS};
use crate::{Error, Poll, Result, Safeguard, Wait, failed};

impl Elbv2<'_> {
    /// Waits until a load balancer routes traffic, and returns it as it is then: [`State::Active`] or
    /// [`State::Impaired`].
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] with the service's reason at the moment it gives up on the load balancer; [`Error::Timeout`].
    pub async fn active_load_balancer(&self, arn: &str, wait: &Wait) -> Result<LoadBalancer> {
        let what = format!("load balancer {arn} to become active");
        let look = || async {
            let Some(found) = self.load_balancer(arn).await? else {
                return Ok(Poll::Pending("it is not visible".into()));
            };
            match &found.state {
                State::Active => Ok(Poll::Ready(found)),
                State::Impaired(_) if Safeguard::ImpairedLoadBalancer.is_on() => Ok(Poll::Ready(found)),
                State::Failed(reason) if Safeguard::FailedLoadBalancer.is_on() => Err(Error::Failed {
                    what: format!("provisioning of load balancer {}", found.name),
                    reason: reason.clone(),
                }),
                State::Provisioning if !Safeguard::LoadBalancerWait.is_on() => Ok(Poll::Ready(found)),
                State::Provisioning => Ok(Poll::Pending("it is provisioning".into())),
                State::Impaired(state) | State::Failed(state) | State::Other(state) => {
                    Ok(Poll::Pending(format!("its state is {state}")))
                }
            }
        };
        wait.at_pace(LOAD_BALANCERS).poll(&what, look).await
    }

    /// Deletes a load balancer together with its listeners, and waits until its name is free. One that is gone already is
    /// as good as deleted.
    ///
    /// # Errors
    ///
    /// When the service refuses: with the code `OperationNotPermitted` while deletion protection is on.
    pub async fn delete_load_balancer(&self, arn: &str, wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.delete_load_balancer().load_balancer_arn(arn);
        let reply = request.send().await.map_err(failed("elasticloadbalancing:DeleteLoadBalancer"));
        if reply.ignore_not_found()?.is_none() {
            return Ok(());
        }
        let look = || async {
            Ok(match self.load_balancer(arn).await? {
                None => Poll::Ready(()),
                Some(_) => Poll::Pending("it is still there".into()),
            })
        };
        wait.at_pace(LOAD_BALANCERS).poll(&format!("deletion of load balancer {arn}"), look).await
    }

    /// Waits, for five minutes at most, until the network interfaces of a deleted load balancer are gone. Until then
    /// its subnets, its security groups and the internet gateway of its VPC cannot be deleted.
    ///
    /// # Errors
    ///
    /// When the service refuses; [`Error::Timeout`] names the interfaces that are left.
    pub async fn load_balancer_interfaces_gone(&self, arn: &str, wait: &Wait) -> Result<()> {
        let client = self.clients.ec2_client().await?;
        let description = format!("ELB {}", arn_suffix(arn));
        let filter = aws_sdk_ec2::types::Filter::builder().name("description").values(&description).build();
        let look = || async {
            let request = client.describe_network_interfaces().filters(filter.clone());
            let reply = request.send().await.map_err(failed("ec2:DescribeNetworkInterfaces"))?;
            let left = reply.network_interfaces.unwrap_or_default();
            let left: Vec<_> =
                left.into_iter().filter_map(|interface| interface.network_interface_id).collect();
            Ok(match left.as_slice() {
                [] => Poll::Ready(()),
                _ if !Safeguard::InterfaceRelease.is_on() => Poll::Ready(()),
                left => Poll::Pending(format!("still there: {}", left.join(", "))),
            })
        };
        let wait = wait.at_most(LOAD_BALANCER_INTERFACES).at_pace(INTERFACES);
        wait.poll(&format!("the network interfaces of {description} to go"), look).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::elbv2::load_balancer::tests::{ARN, described};
    use crate::elbv2::testing::{error, wait};
    use crate::testing::{Server, ec2_reply};

    #[tokio::test]
    async fn provisioning_ends_in_one_of_three_ways() {
        for (end, expected) in [
            ("<Code>active</Code>", Ok(State::Active)),
            (
                "<Code>active_impaired</Code><Reason>no capacity</Reason>",
                Ok(State::Impaired("no capacity".into())),
            ),
            (
                "<Code>failed</Code><Reason>no gateway</Reason>",
                Err("provisioning of load balancer k8s failed: no gateway"),
            ),
        ] {
            let looks = AtomicU32::new(0);
            let server = Server::start(move |fields| match looks.fetch_add(1, Ordering::Relaxed) {
                0 => error("LoadBalancerNotFound", "not yet"),
                1 => described(&fields["Action"], "<Code>provisioning</Code>"),
                _ => described(&fields["Action"], end),
            })
            .await;
            let clients = server.clients();
            let result = clients.elbv2().active_load_balancer(ARN, &wait()).await;
            match expected {
                Ok(state) => assert_eq!(result.unwrap().state, state),
                Err(text) => assert_eq!(result.unwrap_err().to_string(), text),
            }
        }
    }

    #[tokio::test]
    async fn the_interfaces_are_found_by_their_description() {
        let server = Server::start(|fields| ec2_reply(&fields["Action"], "<networkInterfaceSet/>")).await;
        let clients = server.clients();
        clients.elbv2().load_balancer_interfaces_gone(ARN, &wait()).await.unwrap();
        assert_eq!(server.requests()[0]["Filter.1.Value.1"], "ELB net/k8s/50dc6c495c0c9188");
    }
}

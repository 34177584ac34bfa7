//! The end of a target group, which listeners may delay.

use aws_sdk_elasticloadbalancingv2::types::{Action, ForwardActionConfig};

use super::TargetGroup;
use crate::elbv2::{Elbv2, arn_suffix};
use crate::error::IgnoreNotFound;
use crate::wait::is_blocked;
use crate::{Result, Wait, failed};

impl Elbv2<'_> {
    /// Deletes a target group, patiently while a listener uses it: one that was deleted a moment ago still holds its
    /// target groups. One that is gone already is as good as deleted.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the listeners that use it.
    pub async fn delete_target_group(&self, arn: &str, wait: &Wait) -> Result<()> {
        let request = self.sdk().await?.delete_target_group().target_group_arn(arn);
        let delete = || async {
            let reply = request.clone().send().await;
            reply.map_err(failed("elasticloadbalancing:DeleteTargetGroup")).ignore_not_found().map(drop)
        };
        let what = format!("deletion of target group {arn}");
        wait.retry_blocked(&what, is_blocked, delete, || self.users_of_target_group(arn)).await
    }

    /// The listeners that send traffic to a target group, in words.
    async fn users_of_target_group(&self, arn: &str) -> Result<Vec<String>> {
        let Some(TargetGroup { load_balancer_arns, .. }) = self.target_group(arn).await? else {
            return Ok(Vec::new());
        };
        let mut names = Vec::new();
        for balancer in load_balancer_arns {
            let name = arn_suffix(&balancer).split('/').nth(1).unwrap_or(&balancer).to_owned();
            match self.ports_leading_to(arn, &balancer).await?.as_slice() {
                // A rule of a listener leads to it, which only other kinds of load balancers have.
                [] => names.push(format!("load balancer {name}")),
                ports => names.extend(
                    ports.iter().map(|port| format!("the listener on port {port} of load balancer {name}")),
                ),
            }
        }
        Ok(names)
    }

    /// The ports of a load balancer whose listeners send traffic to a target group.
    async fn ports_leading_to(&self, group: &str, balancer: &str) -> Result<Vec<i32>> {
        let listeners = self.sdk().await?.describe_listeners().load_balancer_arn(balancer).into_paginator();
        let listeners = listeners.items().send().try_collect().await;
        let listeners = listeners.map_err(failed("elasticloadbalancing:DescribeListeners"))?;
        let leads = |action: &Action| {
            let forward = action.forward_config().map(ForwardActionConfig::target_groups);
            let mut groups = forward.unwrap_or_default().iter().filter_map(|group| group.target_group_arn());
            action.target_group_arn() == Some(group) || groups.any(|arn| arn == group)
        };
        let using = listeners.into_iter().filter(|listener| listener.default_actions().iter().any(leads));
        Ok(using.filter_map(|listener| listener.port).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::super::tests::{ARN, described};
    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    #[tokio::test]
    async fn deletion_outlasts_the_listener() {
        let calls = AtomicU32::new(0);
        let server = Server::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => error("ResourceInUse", "a listener uses it"),
            1 => reply("DeleteTargetGroup", ""),
            _ => error("TargetGroupNotFound", "no such target group"),
        })
        .await;
        let clients = server.clients();
        clients.elbv2().delete_target_group(ARN, &wait()).await.unwrap();
        clients.elbv2().delete_target_group(ARN, &wait()).await.unwrap();
        assert_eq!(server.actions(), ["DeleteTargetGroup"; 3]);
    }

    #[tokio::test]
    async fn the_listeners_that_use_it_are_named() {
        let server = Server::start(|fields| match fields["Action"].as_str() {
            "DeleteTargetGroup" => error("ResourceInUse", "a listener uses it"),
            "DescribeListeners" => {
                let other = "<TargetGroupArn>arn:other</TargetGroupArn>";
                let this = format!("<TargetGroupArn>{ARN}</TargetGroupArn>");
                let weighted = format!(
                    "<ForwardConfig><TargetGroups><member>{other}</member><member>{this}</member></TargetGroups>\
                     </ForwardConfig>"
                );
                let listener = |port: u16, forward: &str| {
                    format!(
                        "<member><Port>{port}</Port><DefaultActions><member><Type>forward</Type>{forward}</member>\
                         </DefaultActions></member>"
                    )
                };
                let listeners = [listener(1, &this), listener(2, other), listener(3, &weighted)].concat();
                reply("DescribeListeners", &format!("<Listeners>{listeners}</Listeners>"))
            }
            action => described(action, ""),
        })
        .await;
        let wait = wait().at_most(Duration::from_millis(20));
        let refused = server.clients().elbv2().delete_target_group(ARN, &wait).await.unwrap_err().to_string();
        let named = "In the way: the listener on port 1 of load balancer k8s, \
            the listener on port 3 of load balancer k8s.";
        assert!(refused.ends_with(named), "{refused}");
    }
}

//! Attributes: settings that the service keeps as texts under dotted names.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{ListenerAttribute, LoadBalancerAttribute, TargetGroupAttribute};

use super::Elbv2;
use crate::{Result, Wait, failed};

/// Attributes of an object, by name, such as `deletion_protection.enabled`.
///
/// A name that is missing from what is read has its default value: which attributes an object has depends on its
/// protocol, and not every one is reported before it was set.
pub type Attributes = BTreeMap<String, String>;

impl Elbv2<'_> {
    /// The attributes of a load balancer.
    ///
    /// # Errors
    ///
    /// When the service refuses or does not know the load balancer.
    pub async fn load_balancer_attributes(&self, arn: &str) -> Result<Attributes> {
        let request = self.sdk().await?.describe_load_balancer_attributes().load_balancer_arn(arn);
        let reply = request.send().await;
        let reply = reply.map_err(failed("elasticloadbalancing:DescribeLoadBalancerAttributes"))?;
        let attributes = reply.attributes.unwrap_or_default().into_iter();
        Ok(collect(attributes.map(|attribute| (attribute.key, attribute.value))))
    }

    /// Sets attributes of a load balancer; those not named stay as they are.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the load balancer for two minutes.
    pub async fn set_load_balancer_attributes(&self, arn: &str, to: &Attributes, wait: &Wait) -> Result<()> {
        if to.is_empty() {
            return Ok(());
        }
        let attribute = |(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build();
        let request = self.sdk().await?.modify_load_balancer_attributes().load_balancer_arn(arn);
        let request = request.set_attributes(Some(to.iter().map(attribute).collect()));
        let modify = || async {
            let reply = request.clone().send().await;
            reply.map_err(failed("elasticloadbalancing:ModifyLoadBalancerAttributes")).map(drop)
        };
        wait.retry_new(&format!("attributes of load balancer {arn}"), modify).await
    }

    /// The attributes of a target group.
    ///
    /// # Errors
    ///
    /// When the service refuses or does not know the target group.
    pub async fn target_group_attributes(&self, arn: &str) -> Result<Attributes> {
        let request = self.sdk().await?.describe_target_group_attributes().target_group_arn(arn);
        let reply = request.send().await;
        let reply = reply.map_err(failed("elasticloadbalancing:DescribeTargetGroupAttributes"))?;
        let attributes = reply.attributes.unwrap_or_default().into_iter();
        Ok(collect(attributes.map(|attribute| (attribute.key, attribute.value))))
    }

    /// Sets attributes of a target group; those not named stay as they are.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the target group for two minutes.
    pub async fn set_target_group_attributes(&self, arn: &str, to: &Attributes, wait: &Wait) -> Result<()> {
        if to.is_empty() {
            return Ok(());
        }
        let attribute = |(key, value)| TargetGroupAttribute::builder().key(key).value(value).build();
        let request = self.sdk().await?.modify_target_group_attributes().target_group_arn(arn);
        let request = request.set_attributes(Some(to.iter().map(attribute).collect()));
        let modify = || async {
            let reply = request.clone().send().await;
            reply.map_err(failed("elasticloadbalancing:ModifyTargetGroupAttributes")).map(drop)
        };
        wait.retry_new(&format!("attributes of target group {arn}"), modify).await
    }

    /// The attributes of a listener.
    ///
    /// # Errors
    ///
    /// When the service refuses or does not know the listener.
    pub async fn listener_attributes(&self, arn: &str) -> Result<Attributes> {
        let request = self.sdk().await?.describe_listener_attributes().listener_arn(arn);
        let reply = request.send().await;
        let reply = reply.map_err(failed("elasticloadbalancing:DescribeListenerAttributes"))?;
        let attributes = reply.attributes.unwrap_or_default().into_iter();
        Ok(collect(attributes.map(|attribute| (attribute.key, attribute.value))))
    }

    /// Sets attributes of a listener; those not named stay as they are.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the listener for two minutes.
    pub async fn set_listener_attributes(&self, arn: &str, to: &Attributes, wait: &Wait) -> Result<()> {
        if to.is_empty() {
            return Ok(());
        }
        let attribute = |(key, value)| ListenerAttribute::builder().key(key).value(value).build();
        let request = self.sdk().await?.modify_listener_attributes().listener_arn(arn);
        let request = request.set_attributes(Some(to.iter().map(attribute).collect()));
        let modify = || async {
            let reply = request.clone().send().await;
            reply.map_err(failed("elasticloadbalancing:ModifyListenerAttributes")).map(drop)
        };
        wait.retry_new(&format!("attributes of listener {arn}"), modify).await
    }
}

fn collect(pairs: impl Iterator<Item = (Option<String>, Option<String>)>) -> Attributes {
    pairs.filter_map(|(key, value)| Some((key?, value.unwrap_or_default()))).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    #[tokio::test]
    async fn a_new_object_may_be_unknown_for_a_moment() {
        let calls = AtomicU32::new(0);
        let server = Server::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => error("LoadBalancerNotFound", "no such load balancer"),
            _ => reply("ModifyLoadBalancerAttributes", ""),
        })
        .await;
        let clients = server.clients();
        let attributes = [("deletion_protection.enabled".to_owned(), "true".to_owned())].into();
        clients.elbv2().set_load_balancer_attributes("arn", &attributes, &wait()).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 3);
        assert_eq!(requests[2]["Attributes.member.1.Key"], "deletion_protection.enabled");
        assert_eq!(requests[2]["Attributes.member.1.Value"], "true");
    }

    #[tokio::test]
    async fn nothing_to_set_costs_no_call() {
        let server = Server::start(|_| reply("ModifyListenerAttributes", "")).await;
        let clients = server.clients();
        clients.elbv2().set_listener_attributes("arn", &[].into(), &wait()).await.unwrap();
        assert!(server.requests().is_empty());
    }

    #[tokio::test]
    async fn attributes_are_read_by_name() {
        let body =
            "<Attributes><member><Key>deregistration_delay.timeout_seconds</Key><Value>300</Value></member>
            <member><Key>stickiness.enabled</Key><Value>false</Value></member></Attributes>";
        let server = Server::start(move |_| reply("DescribeTargetGroupAttributes", body)).await;
        let clients = server.clients();
        let attributes = clients.elbv2().target_group_attributes("arn").await.unwrap();
        assert_eq!(attributes["deregistration_delay.timeout_seconds"], "300");
        assert_eq!(attributes.len(), 2);
    }
}

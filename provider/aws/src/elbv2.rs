//! Elastic Load Balancing version 2: network load balancers and what belongs to them, one file for each kind of
//! object.
//!
//! Objects are known by their ARN, which is taken as it comes: its shape differs between the service (`net/...`) and
//! emulators of it (`app/...`). Words of the service whose list grows over the years (protocols, target types, address
//! types) stay texts, so that an object with a new one can still be read.

mod attributes;
mod listener;
mod load_balancer;
mod tags;
mod target;
mod target_group;

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::config::Builder;

use crate::batch::{Answer, Batch, Described, Key};
use crate::creation::OnlyWhenNothingHappened;
use crate::reads::Reads;
use crate::{Clients, Error, Result};

pub use attributes::Attributes;
pub use listener::{Forward, Listener, ListenerSettings};
pub use load_balancer::{LoadBalancer, NewLoadBalancer, State, SubnetMapping};
pub use target::{Target, TargetHealth};
pub use target_group::{HealthCheck, NewTargetGroup, TargetGroup};
pub(crate) use {tags::ObjectTags, target::Registration};

/// The operations of Elastic Load Balancing; obtained from [`Clients::elbv2`].
#[derive(Clone, Copy, Debug)]
pub struct Elbv2<'a> {
    clients: &'a Clients,
}

impl<'a> Elbv2<'a> {
    pub(crate) fn new(clients: &'a Clients) -> Self {
        Self { clients }
    }

    async fn sdk(&self) -> Result<&'a aws_sdk_elasticloadbalancingv2::Client> {
        self.clients.elbv2_client().await
    }

    fn reads(self) -> &'a Reads {
        self.clients.reads()
    }

    /// The objects that have the property.
    async fn all<T>(&self, batch: &Batch<T>, property: &'static str, value: &str) -> Result<Answer<T>>
    where
        T: Described<Client = aws_sdk_elasticloadbalancingv2::Client>,
    {
        batch.get(self.sdk().await?, Key::new(property, value)).await
    }

    /// The object that has the property.
    async fn one<T>(&self, batch: &Batch<T>, property: &'static str, value: &str) -> Result<Option<T>>
    where
        T: Described<Client = aws_sdk_elasticloadbalancingv2::Client> + Clone,
    {
        let found = self.all(batch, property, value).await?;
        Ok(found.into_iter().next().map(Arc::unwrap_or_clone))
    }
}

/// How many ARNs one call takes.
const ARNS: usize = 20;

/// The configuration of a call that must not take effect twice: `.customize().config_override(once())`.
fn once() -> Builder {
    Builder::new().retry_classifier(OnlyWhenNothingHappened)
}

/// The part of an ARN that the service uses in metrics and descriptions: `net/name/id` of a load balancer,
/// `targetgroup/name/id` of a target group.
#[must_use]
pub fn arn_suffix(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    resource.strip_prefix("loadbalancer/").unwrap_or(resource)
}

/// Every member of a reply is optional to the SDK; those that every object has are demanded here.
fn required<T>(operation: &'static str, member: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::reply(operation, format!("{member} is missing")))
}

/// A small number of a reply, such as a port.
fn small(operation: &'static str, member: &str, value: i32) -> Result<u16> {
    u16::try_from(value).map_err(|_| Error::reply(operation, format!("{member} is {value}")))
}

#[cfg(test)]
mod testing {
    /// The body of an Elastic Load Balancing answer.
    pub(super) fn reply(action: &str, body: &str) -> (u16, String) {
        let namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
        let body = format!(
            r#"<{action}Response xmlns="{namespace}"><{action}Result>{body}</{action}Result>
            <ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></{action}Response>"#
        );
        (200, body)
    }

    /// The body of an Elastic Load Balancing refusal.
    pub(super) fn error(code: &str, message: &str) -> (u16, String) {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>req-1</RequestId></ErrorResponse>"
        );
        (400, body)
    }

    /// The patience of a test.
    pub(super) fn wait() -> crate::Wait {
        let wait =
            crate::Wait::new(std::time::Duration::from_secs(5), tokio_util::sync::CancellationToken::new());
        wait.paced(std::time::Duration::from_millis(1), std::time::Duration::from_millis(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_does_not_depend_on_the_kind_of_balancer() {
        let arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:";
        for (resource, suffix) in [
            ("loadbalancer/net/k8s/50dc6c495c0c9188", "net/k8s/50dc6c495c0c9188"),
            ("loadbalancer/app/k8s/50dc6c495c0c9188", "app/k8s/50dc6c495c0c9188"),
            ("targetgroup/k8s/50dc6c495c0c9188", "targetgroup/k8s/50dc6c495c0c9188"),
        ] {
            assert_eq!(arn_suffix(&format!("{arn}{resource}")), suffix);
        }
        assert_eq!(arn_suffix("nonsense"), "");
    }

    #[test]
    fn a_reply_that_makes_no_sense_says_so() {
        assert!(
            required::<u8>("x:Y", "the port", None).unwrap_err().to_string().contains("the port is missing")
        );
        assert!(small("x:Y", "the port", 70_000).is_err());
        assert_eq!(small("x:Y", "the port", 6443).unwrap(), 6443);
    }
}

//! Target groups: where listeners send traffic, and how the health of its targets is checked.

mod delete;

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{self as sdk, Matcher};

use super::{ARNS, Elbv2, load_balancer, once, required, small, tags};
use crate::batch::{Described, Key, Scope};
use crate::creation::{Creation, Name, Token};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Tags, Wait, failed};

const CREATE: &str = "elasticloadbalancing:CreateTargetGroup";
const DESCRIBE: &str = "elasticloadbalancing:DescribeTargetGroups";

pub(super) const ID: &str = "target-group-arn";

/// What a target group is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTargetGroup {
    /// The name, unique among the target groups of an account in a region.
    pub name: Name,
    /// The protocol of the traffic: `TCP`, `TLS`, `UDP`, `TCP_UDP`, ...
    pub protocol: String,
    /// The port of targets that bring none of their own.
    pub port: u16,
    /// The VPC of the targets.
    pub vpc_id: String,
    /// What targets are: `instance`, `ip` or `alb`.
    pub target_type: String,
    /// `ipv4` or `ipv6`; the service decides when it is not given.
    pub ip_address_type: Option<String>,
    /// How the health of targets is checked.
    pub health_check: HealthCheck,
    /// The tags.
    pub tags: Tags,
}

/// A target group as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The protocol of the traffic.
    pub protocol: String,
    /// The port of targets that bring none of their own.
    pub port: u16,
    /// The VPC of the targets.
    pub vpc_id: String,
    /// What targets are: `instance`, `ip` or `alb`.
    pub target_type: String,
    /// `ipv4` or `ipv6`.
    pub ip_address_type: String,
    /// How the health of targets is checked.
    pub health_check: HealthCheck,
    /// The load balancers that send traffic here.
    pub load_balancer_arns: BTreeSet<String>,
}

/// How the health of targets is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether it is checked at all.
    pub enabled: bool,
    /// `TCP`, `HTTP` or `HTTPS`.
    pub protocol: String,
    /// A port, or `traffic-port` for that of the target.
    pub port: String,
    /// The path that is asked for; only with HTTP and HTTPS.
    pub path: Option<String>,
    /// The status codes of a healthy target, such as `200-399`; only with HTTP and HTTPS.
    pub matcher: Option<String>,
    /// Seconds between two checks.
    pub interval: u16,
    /// Seconds without an answer after which a check has failed.
    pub timeout: u16,
    /// Checks in a row that must succeed before a target counts as healthy.
    pub healthy_threshold: u16,
    /// Checks in a row that must fail before a target counts as unhealthy.
    pub unhealthy_threshold: u16,
}

impl HealthCheck {
    /// The check the service makes when none is asked for, in a group that takes that type of targets.
    #[must_use]
    pub fn default_for(target_type: &str) -> Self {
        let check = Self {
            enabled: true,
            protocol: "TCP".into(),
            port: "traffic-port".into(),
            path: None,
            matcher: None,
            interval: 30,
            timeout: 10,
            healthy_threshold: 5,
            unhealthy_threshold: 2,
        };
        match target_type {
            // An application load balancer answers HTTP whatever is behind it.
            "alb" => Self {
                protocol: "HTTP".into(),
                path: Some("/".into()),
                matcher: Some("200-399".into()),
                timeout: 6,
                ..check
            },
            _ => check,
        }
    }

    /// Whether the check asks for a path.
    #[must_use]
    pub fn is_http(&self) -> bool {
        matches!(self.protocol.as_str(), "HTTP" | "HTTPS")
    }

    fn matcher(&self) -> Option<Matcher> {
        let codes = self.matcher.as_ref().filter(|_| self.is_http())?;
        Some(Matcher::builder().http_code(codes).build())
    }

    fn path(&self) -> Option<String> {
        self.path.clone().filter(|_| self.is_http())
    }
}

/// The health check of requests that create and change a target group, of two types that have nothing in common.
macro_rules! with_health_check {
    ($request:expr, $check:expr) => {
        $request
            .health_check_enabled($check.enabled)
            .health_check_protocol($check.protocol.as_str().into())
            .health_check_port(&$check.port)
            .set_health_check_path($check.path())
            .set_matcher($check.matcher())
            .health_check_interval_seconds($check.interval.into())
            .health_check_timeout_seconds($check.timeout.into())
            .healthy_threshold_count($check.healthy_threshold.into())
            .unhealthy_threshold_count($check.unhealthy_threshold.into())
    };
}

impl Elbv2<'_> {
    /// Creates a target group.
    ///
    /// The service answers a second creation under the same name with the existing group, whoever made that one; so
    /// the name is looked up first.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the name is taken, and when the service refuses.
    pub async fn create_target_group(&self, new: &NewTargetGroup, wait: &Wait) -> Result<TargetGroup> {
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let name = new.name.of(&token);
            if let Some(other) = self.target_group_named(&name).await? {
                return Err(Error::AlreadyExists { what: format!("target group {name}"), id: other.arn });
            }
            let request = client
                .create_target_group()
                .name(name)
                .protocol(new.protocol.as_str().into())
                .port(new.port.into())
                .vpc_id(&new.vpc_id)
                .target_type(new.target_type.as_str().into())
                .set_ip_address_type(new.ip_address_type.as_deref().map(Into::into))
                .set_tags(tags::marked(&new.tags, &token));
            let request = with_health_check!(request, new.health_check);
            let reply = request.customize().config_override(once()).send().await.map_err(failed(CREATE))?;
            let created = reply.target_groups.unwrap_or_default().into_iter().next();
            from_sdk(CREATE, required(CREATE, "the target group", created)?)
        };
        let look = |token: Token| async move {
            let Some(found) = self.target_group_named(&new.name.of(&token)).await? else { return Ok(None) };
            Ok(token.is_in(&self.tags(&found.arn).await?).then_some(found))
        };
        let creation = Creation { kind: "target group", tagged: true, request: new, wait };
        self.clients.create(creation, attempt, look).await
    }

    /// The target group of that ARN.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn target_group(&self, arn: &str) -> Result<Option<TargetGroup>> {
        self.one(&self.reads().target_groups, ID, arn).await
    }

    /// The target group of that name.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn target_group_named(&self, name: &str) -> Result<Option<TargetGroup>> {
        let request = self.sdk().await?.describe_target_groups().names(name);
        let reply = request.send().await.map_err(failed(DESCRIBE)).ignore_not_found()?;
        let found = reply.and_then(|reply| reply.target_groups).unwrap_or_default().into_iter().next();
        found.map(|found| from_sdk(DESCRIBE, found)).transpose()
    }

    /// Changes how the health of targets is checked.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn set_health_check(&self, arn: &str, check: &HealthCheck) -> Result<()> {
        let request = self.sdk().await?.modify_target_group().target_group_arn(arn);
        let reply = with_health_check!(request, check).send().await;
        reply.map_err(failed("elasticloadbalancing:ModifyTargetGroup")).map(drop)
    }
}

impl Described for TargetGroup {
    type Client = Client;

    async fn describe(client: Client, _: &'static str, arns: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_target_groups().set_target_group_arns(Some(arns));
        let reply = request.send().await.map_err(failed(DESCRIBE))?;
        let found = reply.target_groups.unwrap_or_default().into_iter();
        found.map(|found| from_sdk(DESCRIBE, found)).collect()
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.arn)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }

    fn values_per_call(_: &str) -> usize {
        ARNS
    }

    /// The load balancers that send traffic here are as good as read.
    fn explore(&self, scope: &Scope) {
        scope.meet(tags::OBJECT, &self.arn);
        for arn in &self.load_balancer_arns {
            scope.meet(load_balancer::ID, arn);
            scope.meet(tags::OBJECT, arn);
        }
    }
}

fn from_sdk(operation: &'static str, found: sdk::TargetGroup) -> Result<TargetGroup> {
    let port = required(operation, "the port", found.port)?;
    let protocol = required(operation, "the protocol", found.protocol)?.as_str().to_owned();
    let target_type =
        found.target_type.map_or_else(|| "instance".to_owned(), |kind| kind.as_str().to_owned());
    let number = |member, value: Option<i32>, default: u16| {
        value.map_or(Ok(default), |value| small(operation, member, value))
    };
    let default = HealthCheck::default_for(&target_type);
    let check = HealthCheck {
        enabled: found.health_check_enabled.unwrap_or(default.enabled),
        protocol: found
            .health_check_protocol
            .map_or(default.protocol, |protocol| protocol.as_str().to_owned()),
        port: found.health_check_port.unwrap_or(default.port),
        path: found.health_check_path,
        matcher: found.matcher.and_then(|matcher| matcher.http_code),
        interval: number("the interval", found.health_check_interval_seconds, default.interval)?,
        timeout: number("the timeout", found.health_check_timeout_seconds, default.timeout)?,
        healthy_threshold: number("the threshold", found.healthy_threshold_count, default.healthy_threshold)?,
        unhealthy_threshold: number(
            "the threshold",
            found.unhealthy_threshold_count,
            default.unhealthy_threshold,
        )?,
    };
    // What was set for HTTP may still be reported after a change to TCP, where it means nothing.
    let health_check =
        if check.is_http() { check } else { HealthCheck { path: None, matcher: None, ..check } };
    Ok(TargetGroup {
        arn: required(operation, "the ARN", found.target_group_arn)?,
        name: required(operation, "the name", found.target_group_name)?,
        protocol,
        port: small(operation, "the port", port)?,
        vpc_id: found.vpc_id.unwrap_or_default(),
        target_type,
        ip_address_type: found
            .ip_address_type
            .map_or_else(|| "ipv4".to_owned(), |kind| kind.as_str().to_owned()),
        health_check,
        load_balancer_arns: found.load_balancer_arns.unwrap_or_default().into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    pub(super) const ARN: &str =
        "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc6c495c0c9188";

    pub(super) fn described(action: &str, check: &str) -> (u16, String) {
        reply(
            action,
            &format!(
                "<TargetGroups><member><TargetGroupArn>{ARN}</TargetGroupArn>
                <TargetGroupName>k8s</TargetGroupName><Protocol>TCP</Protocol><Port>6443</Port>
                <VpcId>vpc-1</VpcId><TargetType>ip</TargetType>{check}
                <LoadBalancerArns><member>arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/1</member></LoadBalancerArns></member></TargetGroups>"
            ),
        )
    }

    fn https() -> HealthCheck {
        HealthCheck {
            protocol: "HTTPS".into(),
            path: Some("/readyz".into()),
            matcher: Some("200-399".into()),
            ..HealthCheck::default_for("ip")
        }
    }

    fn new(health_check: HealthCheck) -> NewTargetGroup {
        NewTargetGroup {
            name: "k8s".into(),
            protocol: "TCP".into(),
            port: 6443,
            vpc_id: "vpc-1".into(),
            target_type: "ip".into(),
            ip_address_type: None,
            health_check,
            tags: Tags::new(),
        }
    }

    #[tokio::test]
    async fn creation_asks_for_the_name_first_and_sends_the_whole_check() {
        let server = Server::start(|fields| match fields["Action"].as_str() {
            "DescribeTargetGroups" => error("TargetGroupNotFound", "no such target group"),
            action => described(action, ""),
        })
        .await;
        let clients = server.clients();
        let created = clients.elbv2().create_target_group(&new(https()), &wait()).await.unwrap();
        assert_eq!((created.arn.as_str(), created.port), (ARN, 6443));
        assert_eq!(
            created.load_balancer_arns,
            ["arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/1".to_owned()].into()
        );
        assert_eq!(server.actions(), ["DescribeTargetGroups", "CreateTargetGroup"]);
        let request = &server.requests()[1];
        for (field, value) in [
            ("Protocol", "TCP"),
            ("TargetType", "ip"),
            ("HealthCheckProtocol", "HTTPS"),
            ("HealthCheckPath", "/readyz"),
            ("Matcher.HttpCode", "200-399"),
            ("HealthCheckIntervalSeconds", "30"),
            ("HealthyThresholdCount", "5"),
        ] {
            assert_eq!(request[field], value, "{field}");
        }
    }

    #[tokio::test]
    async fn a_group_of_that_name_is_never_adopted() {
        let server = Server::start(|fields| described(&fields["Action"], "")).await;
        let clients = server.clients();
        let error = clients.elbv2().create_target_group(&new(https()), &wait()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("target group k8s exists already: {ARN}"));
    }

    #[tokio::test]
    async fn a_tcp_check_has_neither_path_nor_matcher() {
        let stale = "<HealthCheckProtocol>TCP</HealthCheckProtocol><HealthCheckPath>/readyz</HealthCheckPath>
            <Matcher><HttpCode>200</HttpCode></Matcher><HealthCheckTimeoutSeconds>10</HealthCheckTimeoutSeconds>";
        let server = Server::start(move |fields| described(&fields["Action"], stale)).await;
        let clients = server.clients();
        let found = clients.elbv2().target_group(ARN).await.unwrap().unwrap();
        assert_eq!(found.health_check, HealthCheck::default_for("ip"));
        clients
            .elbv2()
            .set_health_check(ARN, &HealthCheck { protocol: "TCP".into(), ..https() })
            .await
            .unwrap();
        let request = &server.requests()[1];
        assert!(!request.contains_key("HealthCheckPath") && !request.contains_key("Matcher.HttpCode"));
    }
}

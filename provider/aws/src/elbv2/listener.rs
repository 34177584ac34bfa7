//! Listeners: a port of a load balancer, and where its traffic goes.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{self as sdk, ActionTypeEnum};

use super::{ARNS, Elbv2, load_balancer, once, required, small, tags};
use crate::batch::{Described, Key, Scope};
use crate::creation::{Creation, Token, taken};
use crate::error::IgnoreNotFound;
use crate::limits::{CERTIFICATE_VISIBILITY, VISIBILITY};
use crate::{Error, Result, Safeguard, Tags, Wait, failed};

const CREATE: &str = "elasticloadbalancing:CreateListener";
const DESCRIBE: &str = "elasticloadbalancing:DescribeListeners";

const ID: &str = "listener-arn";

/// The weight of a target group that is given none.
const DEFAULT_WEIGHT: u16 = 1;

/// What a listener does; all of it can change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListenerSettings {
    /// The port of the load balancer.
    pub port: u16,
    /// The protocol: `TCP`, `TLS`, `UDP`, `TCP_UDP`, ...
    pub protocol: String,
    /// Where the traffic goes.
    pub forward: Forward,
    /// The ARN of the server's certificate; only with TLS.
    pub certificate_arn: Option<String>,
    /// The name of the set of protocols and ciphers; only with TLS.
    pub ssl_policy: Option<String>,
    /// The preference among application protocols, such as `HTTP2Preferred`; only with TLS.
    pub alpn_policy: Option<String>,
}

/// The target groups traffic goes to, by ARN, with the share of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forward {
    /// The weight of each group.
    pub weights: BTreeMap<String, u16>,
}

/// A listener as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The load balancer it belongs to.
    pub load_balancer_arn: String,
    /// What it does.
    pub settings: ListenerSettings,
}

impl Forward {
    /// All traffic goes to one target group.
    pub fn to(group_arn: impl Into<String>) -> Self {
        Self { weights: BTreeMap::from([(group_arn.into(), DEFAULT_WEIGHT)]) }
    }

    /// The only target group, when there is one and its weight says nothing.
    #[must_use]
    pub fn single(&self) -> Option<&str> {
        let (group, weight) = self.weights.iter().next()?;
        (self.weights.len() == 1 && *weight == DEFAULT_WEIGHT).then_some(group.as_str())
    }
}

impl Elbv2<'_> {
    /// Creates a listener of a load balancer.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the load balancer listens on the port already; when the service refuses, or does
    /// not know the load balancer or a target group for two minutes, or the certificate for five.
    pub async fn create_listener(
        &self,
        load_balancer_arn: &str,
        settings: &ListenerSettings,
        tags: &Tags,
        wait: &Wait,
    ) -> Result<Listener> {
        let client = self.sdk().await?;
        let what = &format!("creation of a listener of {load_balancer_arn}");
        let attempt = |token: Token| {
            let request = client
                .create_listener()
                .load_balancer_arn(load_balancer_arn)
                .port(settings.port.into())
                .protocol(settings.protocol.as_str().into())
                .default_actions(action_to_sdk(&settings.forward))
                .set_certificates(certificates(settings))
                .set_ssl_policy(settings.ssl_policy.clone())
                .set_alpn_policy(settings.alpn_policy.clone().map(|policy| vec![policy]))
                .set_tags(tags::marked(tags, &token));
            async move {
                let create = || async {
                    let request = request.clone().customize().config_override(once());
                    request.send().await.map_err(failed(CREATE))
                };
                let reply = retry_references(what, wait, create).await?;
                let created = reply.listeners.unwrap_or_default().into_iter().next();
                from_sdk(CREATE, required(CREATE, "the listener", created)?)
            }
        };
        let look = |token: Token| async move {
            let Some(found) = self.listener_on(load_balancer_arn, settings.port).await? else {
                return Ok(None);
            };
            Ok(token.is_in(&self.tags(&found.arn).await?).then_some(found))
        };
        let request = &(load_balancer_arn, settings, tags);
        let created = self
            .clients
            .create(Creation { kind: "listener", tagged: true, request, wait }, attempt, look)
            .await;
        let other = async {
            let other = self.listener_on(load_balancer_arn, settings.port).await?;
            Ok(other.map(|listener| listener.arn))
        };
        taken(created, &["DuplicateListener"], &format!("listener on port {}", settings.port), other).await
    }

    /// The listener of that ARN.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn listener(&self, arn: &str) -> Result<Option<Listener>> {
        self.one(&self.reads().listeners, ID, arn).await
    }

    /// Awaits that a new listener shows up.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn listener_visible(&self, arn: &str, wait: &Wait) -> Result<Listener> {
        wait.visible(&format!("listener {arn}"), || self.listener(arn)).await
    }

    /// Changes what a listener does.
    ///
    /// # Errors
    ///
    /// As those of [`create_listener`](Self::create_listener).
    pub async fn modify_listener(
        &self,
        arn: &str,
        settings: &ListenerSettings,
        wait: &Wait,
    ) -> Result<Listener> {
        const MODIFY: &str = "elasticloadbalancing:ModifyListener";
        let request = self.sdk().await?.modify_listener().listener_arn(arn);
        let request = request
            .port(settings.port.into())
            .protocol(settings.protocol.as_str().into())
            .default_actions(action_to_sdk(&settings.forward))
            .set_certificates(certificates(settings))
            .set_ssl_policy(settings.ssl_policy.clone())
            .set_alpn_policy(alpn_to_modify(settings));
        let modify = || async { request.clone().send().await.map_err(failed(MODIFY)) };
        let reply = retry_references(&format!("change of listener {arn}"), wait, modify).await?;
        let modified = reply.listeners.unwrap_or_default().into_iter().next();
        from_sdk(MODIFY, required(MODIFY, "the listener", modified)?)
    }

    /// Deletes a listener. One that is gone already is as good as deleted.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn delete_listener(&self, arn: &str) -> Result<()> {
        let request = self.sdk().await?.delete_listener().listener_arn(arn);
        let reply = request.send().await.map_err(failed("elasticloadbalancing:DeleteListener"));
        reply.ignore_not_found().map(drop)
    }

    /// The listener of a load balancer on that port.
    async fn listener_on(&self, load_balancer_arn: &str, port: u16) -> Result<Option<Listener>> {
        let pages =
            self.sdk().await?.describe_listeners().load_balancer_arn(load_balancer_arn).into_paginator();
        let found = pages.items().send().try_collect().await.map_err(failed(DESCRIBE))?;
        let found = found.into_iter().find(|listener| listener.port == Some(port.into()));
        found.map(|listener| from_sdk(DESCRIBE, listener)).transpose()
    }
}

impl Described for Listener {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, arns: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_listeners();
        let found = if property == ID {
            let reply = request.set_listener_arns(Some(arns)).send().await.map_err(failed(DESCRIBE))?;
            reply.listeners.unwrap_or_default()
        } else {
            let pages =
                request.set_load_balancer_arn(arns.into_iter().next()).into_paginator().items().send();
            pages.try_collect().await.map_err(failed(DESCRIBE))?
        };
        found.into_iter().map(|found| from_sdk(DESCRIBE, found)).collect()
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.arn), Key::new(load_balancer::ID, &self.load_balancer_arn)]
    }

    fn is_unique(property: &str) -> bool {
        property == ID
    }

    fn values_per_call(property: &str) -> usize {
        if property == ID { ARNS } else { 1 }
    }

    fn explore(&self, scope: &Scope) {
        scope.meet(tags::OBJECT, &self.arn);
    }
}

/// Repeats a call while the service does not know what a listener refers to yet.
async fn retry_references<T, F>(what: &str, wait: &Wait, attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let unknown = |error: &Error| error.is_not_found() && Safeguard::ListenerReferences.is_on();
    let no_certificate = |error: &Error| unknown(error) && error.has_code(&["CertificateNotFound"]);
    let no_other = |error: &Error| unknown(error) && !no_certificate(error);
    let (certificates, neighbours) = (wait.at_most(CERTIFICATE_VISIBILITY), wait.at_most(VISIBILITY));
    certificates.retry(what, no_certificate, || neighbours.retry(what, no_other, &attempt)).await
}

fn certificates(settings: &ListenerSettings) -> Option<Vec<sdk::Certificate>> {
    let arn = settings.certificate_arn.as_ref()?;
    Some(vec![sdk::Certificate::builder().certificate_arn(arn).build()])
}

/// What is not sent stays as it is, so that having no preference has to be said; other protocols have none to send.
fn alpn_to_modify(settings: &ListenerSettings) -> Option<Vec<String>> {
    let policy = settings.alpn_policy.clone().unwrap_or_else(|| "None".to_owned());
    (settings.protocol == "TLS").then(|| vec![policy])
}

/// The simple shape where it says all there is to say: the service answers with both shapes then.
fn action_to_sdk(forward: &Forward) -> sdk::Action {
    let action = sdk::Action::builder().r#type(ActionTypeEnum::Forward);
    if let Some(group) = forward.single() {
        return action.target_group_arn(group).build();
    }
    let group = |(arn, weight): (&String, &u16)| {
        sdk::TargetGroupTuple::builder().target_group_arn(arn).weight((*weight).into()).build()
    };
    let groups = forward.weights.iter().map(group).collect();
    let config = sdk::ForwardActionConfig::builder().set_target_groups(Some(groups)).build();
    action.forward_config(config).build()
}

/// Reads either shape; the richer one wins.
fn forward_from_sdk(action: sdk::Action) -> Result<Forward> {
    let groups = action.forward_config.and_then(|config| config.target_groups).unwrap_or_default();
    let mut forward = action.target_group_arn.map(Forward::to).unwrap_or_default();
    for group in groups {
        let weight =
            group.weight.map_or(Ok(DEFAULT_WEIGHT), |weight| small(DESCRIBE, "the weight", weight))?;
        forward.weights.insert(required(DESCRIBE, "the target group", group.target_group_arn)?, weight);
    }
    Ok(forward)
}

fn from_sdk(operation: &'static str, found: sdk::Listener) -> Result<Listener> {
    let protocol = required(operation, "the protocol", found.protocol)?.as_str().to_owned();
    let mut actions = found.default_actions.unwrap_or_default().into_iter();
    let forward = actions.find(|action| action.r#type == Some(ActionTypeEnum::Forward));
    let is_tls = protocol == "TLS";
    let certificate = found.certificates.unwrap_or_default().into_iter().next();
    let alpn_policy = found.alpn_policy.unwrap_or_default().into_iter().next();
    Ok(Listener {
        arn: required(operation, "the ARN", found.listener_arn)?,
        load_balancer_arn: required(operation, "the load balancer", found.load_balancer_arn)?,
        settings: ListenerSettings {
            port: small(operation, "the port", required(operation, "the port", found.port)?)?,
            protocol,
            forward: forward.map(forward_from_sdk).transpose()?.unwrap_or_default(),
            certificate_arn: certificate
                .and_then(|certificate| certificate.certificate_arn)
                .filter(|_| is_tls),
            ssl_policy: found.ssl_policy.filter(|policy| is_tls && !policy.is_empty()),
            alpn_policy: alpn_policy.filter(|policy| is_tls && !policy.is_empty()),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::elbv2::testing::{error, reply, wait};
    use crate::testing::Server;

    const ARN: &str = "arn:aws:elasticloadbalancing:us-east-2:123456789012:listener/net/k8s/50dc/f2f7";

    const SIMPLE: &str = "<TargetGroupArn>arn:a</TargetGroupArn>";
    const WEIGHTED: &str = "<ForwardConfig><TargetGroups>
        <member><TargetGroupArn>arn:a</TargetGroupArn><Weight>3</Weight></member>
        <member><TargetGroupArn>arn:b</TargetGroupArn></member></TargetGroups></ForwardConfig>";
    const BOTH: &str = "<TargetGroupArn>arn:a</TargetGroupArn><ForwardConfig><TargetGroups>
        <member><TargetGroupArn>arn:a</TargetGroupArn><Weight>1</Weight></member></TargetGroups></ForwardConfig>";

    fn described(action: &str, forward: &str) -> (u16, String) {
        reply(
            action,
            &format!(
                "<Listeners><member><ListenerArn>{ARN}</ListenerArn><LoadBalancerArn>arn:lb</LoadBalancerArn>
                <Port>6443</Port><Protocol>TCP</Protocol><SslPolicy>ELBSecurityPolicy-2016-08</SslPolicy>
                <DefaultActions><member><Type>forward</Type>{forward}</member></DefaultActions></member></Listeners>"
            ),
        )
    }

    fn settings(forward: Forward) -> ListenerSettings {
        ListenerSettings { port: 6443, protocol: "TCP".into(), forward, ..ListenerSettings::default() }
    }

    fn weighted() -> Forward {
        Forward { weights: [("arn:a".to_owned(), 3), ("arn:b".to_owned(), 1)].into() }
    }

    #[tokio::test]
    async fn either_shape_of_an_action_is_read() {
        for (body, forward) in
            [(SIMPLE, Forward::to("arn:a")), (BOTH, Forward::to("arn:a")), (WEIGHTED, weighted())]
        {
            let server = Server::start(move |fields| described(&fields["Action"], body)).await;
            let clients = server.clients();
            let found = clients.elbv2().listener(ARN).await.unwrap().unwrap();
            assert_eq!(found.settings, settings(forward));
        }
    }

    #[tokio::test]
    async fn an_action_is_sent_in_the_simplest_shape() {
        let server = Server::start(|fields| described(&fields["Action"], SIMPLE)).await;
        let clients = server.clients();
        clients
            .elbv2()
            .create_listener("arn:lb", &settings(Forward::to("arn:a")), &Tags::new(), &wait())
            .await
            .unwrap();
        clients.elbv2().modify_listener(ARN, &settings(weighted()), &wait()).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests[0]["DefaultActions.member.1.TargetGroupArn"], "arn:a");
        assert!(!requests[0].keys().any(|key| key.contains("ForwardConfig")));
        let groups = "DefaultActions.member.1.ForwardConfig.TargetGroups.member";
        assert_eq!(requests[1][&format!("{groups}.1.Weight")], "3");
        assert_eq!(requests[1][&format!("{groups}.2.TargetGroupArn")], "arn:b");
        assert!(!requests[1].contains_key("DefaultActions.member.1.TargetGroupArn"));
    }

    #[tokio::test]
    async fn a_preference_that_ends_is_taken_back() {
        let server = Server::start(|fields| described(&fields["Action"], SIMPLE)).await;
        let clients = server.clients();
        let forward = settings(Forward::to("arn:a"));
        for protocol in ["TLS", "TCP"] {
            let settings = ListenerSettings { protocol: protocol.into(), ..forward.clone() };
            clients.elbv2().modify_listener(ARN, &settings, &wait()).await.unwrap();
        }
        let sent = server.requests().into_iter().map(|mut request| request.remove("AlpnPolicy.member.1"));
        assert_eq!(sent.collect::<Vec<_>>(), [Some("None".to_owned()), None]);
    }

    #[tokio::test]
    async fn new_neighbours_may_be_unknown_for_a_moment() {
        let calls = AtomicU32::new(0);
        let server = Server::start(move |fields| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => error("TargetGroupNotFound", "not yet"),
            1 => error("CertificateNotFound", "not yet"),
            _ => described(&fields["Action"], SIMPLE),
        })
        .await;
        let clients = server.clients();
        let forward = settings(Forward::to("arn:a"));
        clients.elbv2().create_listener("arn:lb", &forward, &Tags::new(), &wait()).await.unwrap();
        assert_eq!(server.requests().len(), 3);
    }

    #[tokio::test]
    async fn a_port_in_use_names_its_listener() {
        let server = Server::start(|fields| match fields["Action"].as_str() {
            "CreateListener" => error("DuplicateListener", "a listener exists"),
            action => described(action, SIMPLE),
        })
        .await;
        let clients = server.clients();
        let forward = settings(Forward::to("arn:a"));
        let refused =
            clients.elbv2().create_listener("arn:lb", &forward, &Tags::new(), &wait()).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("listener on port 6443 exists already: {ARN}"));
    }
}

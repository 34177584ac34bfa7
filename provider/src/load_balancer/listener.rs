//! `groundup_nlb_listener`: a port of a network load balancer.

mod action;

use aws::elbv2::{Attributes, ListenerSettings};
use aws::limits::LISTENER;
use tfplugin::prelude::*;

use super::arn::{CertificateArn, ListenerArn, LoadBalancerArn};
use super::target_group::Protocol;
use super::{attributes, changed, check_range, decide, imported, parse, parse_arn};
use crate::Client;
use crate::common::creation::created;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;
use action::DefaultAction;

const IDLE_TIMEOUT: &str = "tcp.idle_timeout.seconds";
const DEFAULT_IDLE_TIMEOUT: u16 = 350;

string_enum! {
    /// Preferences among application protocols.
    pub(crate) enum AlpnPolicy {
        None = "None",
        Http1Only = "HTTP1Only",
        Http2Only = "HTTP2Only",
        Http2Optional = "HTTP2Optional",
        Http2Preferred = "HTTP2Preferred",
    }
}

/// A listener: a port of a network load balancer, and the target groups that its connections go to.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct NlbListener {
    /// ARN of the listener.
    #[attr(computed, keep)]
    id: Attr<ListenerArn>,
    /// ARN of the listener.
    #[attr(computed, keep)]
    arn: Attr<ListenerArn>,
    /// ARN of the load balancer.
    #[attr(required, replace)]
    load_balancer_arn: Attr<LoadBalancerArn>,
    /// Port to listen on.
    #[attr(required, check = |port| check_range(*port, 1, u16::MAX))]
    port: Attr<u16>,
    /// Protocol of the connections: `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC` or `TCP_QUIC`.
    #[attr(required)]
    protocol: Attr<Protocol>,
    /// ARN of the server's certificate; with the protocol `TLS`, which needs it.
    #[attr(optional)]
    certificate_arn: Attr<CertificateArn>,
    /// Name of the policy of TLS versions and ciphers; with the protocol `TLS`. AWS chooses when not given.
    #[attr(optional, computed, keep)]
    ssl_policy: Attr<String>,
    /// Preference among application protocols; with the protocol `TLS`: `HTTP1Only`, `HTTP2Only`, `HTTP2Optional`,
    /// `HTTP2Preferred` or `None`.
    #[attr(optional)]
    alpn_policy: Attr<AlpnPolicy>,
    /// Seconds after which an idle connection is cut: 60 to 6000, and 350 when not given; with the protocol `TCP`.
    /// Streams of `kubectl exec` and `kubectl logs` that stay silent for longer end then.
    #[attr(optional, computed, check = |seconds| check_range(*seconds, 60, 6000))]
    tcp_idle_timeout_seconds: Attr<u16>,
    /// What happens to connections.
    #[attr(block, min = 1, max = 1)]
    default_action: Attr<Vec<DefaultAction>>,
    /// Tags.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags, with the provider's default tags.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 5 minutes to create, 5 to change, 5 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

impl Resource for NlbListener {
    const TYPE: &'static str = "nlb_listener";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        action::validate(&self.default_action, check);
        tags::validate(check, &self.tags);
        let Some(protocol) = self.protocol.known() else { return };
        let (is_tls, is_tcp) = (*protocol == Protocol::Tls, *protocol == Protocol::Tcp);
        if is_tls && self.certificate_arn.is_null() {
            check.error("certificate_arn", "Missing Argument", "The protocol TLS needs a certificate.");
        }
        let misplaced = [
            ("certificate_arn", self.certificate_arn.is_set() && !is_tls, "TLS"),
            ("ssl_policy", self.ssl_policy.is_set() && !is_tls, "TLS"),
            ("alpn_policy", self.alpn_policy.is_set() && !is_tls, "TLS"),
            ("tcp_idle_timeout_seconds", self.tcp_idle_timeout_seconds.is_set() && !is_tcp, "TCP"),
        ];
        for (name, _, needed) in misplaced.into_iter().filter(|(_, is_misplaced, _)| *is_misplaced) {
            let detail =
                format!("`{name}` has a meaning only with the protocol {needed}, not with {protocol}.");
            check.error(name, "Invalid Combination", detail);
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { config, planned, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        planned.follow_protocol(config);
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create Listener";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.create(LISTENER.create));
        let (balancer, tags) = (self.load_balancer_arn.value()?, tags::all(&self.tags_all));
        let listener = elb.create_listener(balancer.as_str(), &self.wanted()?, &tags, &wait).await;
        let found = created(listener, SUMMARY, (Self::TYPE, Some("port")), &[])?;
        self.identify(&found.arn)?;
        decide(&mut self.ssl_policy, || found.settings.ssl_policy.into());
        decide(&mut self.tcp_idle_timeout_seconds, || Self::default_idle_timeout(self.protocol));
        saved.save(&self);
        let default = Self { tcp_idle_timeout_seconds: DEFAULT_IDLE_TIMEOUT.into(), ..Self::default() };
        let wanted = changed(&default.attributes(), &self.attributes());
        elb.set_listener_attributes(&found.arn, &wanted, &wait).await.during(SUMMARY)?;
        elb.listener_visible(&found.arn, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        const SUMMARY: &str = "Unable to Read Listener";
        let elb = cx.client.aws().elbv2();
        let arn = self.id.value()?.to_string();
        let Some(found) = elb.listener(&arn).await.during(SUMMARY)? else { return Ok(None) };
        let (attributes, remote) =
            tokio::try_join!(elb.listener_attributes(&arn), elb.tags(&arn)).during(SUMMARY)?;
        self.identify(&found.arn)?;
        self.load_balancer_arn = parse_arn::<LoadBalancerArn>(&found.load_balancer_arn)?.into();
        self.observe(found.settings)?;
        self.tcp_idle_timeout_seconds = match attributes.get(IDLE_TIMEOUT) {
            Some(seconds) if self.protocol == Attr::Known(Protocol::Tcp) => seconds.parse::<u16>()?.into(),
            _ => Self::default_idle_timeout(self.protocol),
        };
        tags::read(&mut self.tags, &mut self.tags_all, remote, cx);
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Change Listener";
        let elb = cx.client.aws().elbv2();
        let wait = wait(cx, self.timeouts.update(LISTENER.update));
        let arn = prior.id.value()?.to_string();
        if self.wanted()? != prior.wanted()? {
            let found = elb.modify_listener(&arn, &self.wanted()?, &wait).await.during(SUMMARY)?;
            decide(&mut self.ssl_policy, || found.settings.ssl_policy.into());
        }
        decide(&mut self.ssl_policy, || prior.ssl_policy.clone());
        decide(&mut self.tcp_idle_timeout_seconds, || Self::default_idle_timeout(self.protocol));
        let untagged = Self { tags: prior.tags.clone(), tags_all: prior.tags_all.clone(), ..self.clone() };
        saved.save(&Self { tcp_idle_timeout_seconds: prior.tcp_idle_timeout_seconds, ..untagged.clone() });
        let wanted = changed(&prior.attributes(), &self.attributes());
        elb.set_listener_attributes(&arn, &wanted, &wait).await.during(SUMMARY)?;
        saved.save(&untagged);
        elb.retag(&arn, &tags::all(&prior.tags_all), &tags::all(&self.tags_all), &wait)
            .await
            .during(SUMMARY)?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let elb = cx.client.aws().elbv2();
        elb.delete_listener(self.id.value()?.as_str()).await.during("Unable to Delete Listener")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: imported(&id)?, ..Self::default() })
    }
}

impl NlbListener {
    fn identify(&mut self, arn: &str) -> Result<()> {
        self.id = parse_arn::<ListenerArn>(arn)?.into();
        self.arn = self.id.clone();
        Ok(())
    }

    /// Plans what belongs to one protocol alone: nothing with the others, the default with that one.
    fn follow_protocol(&mut self, config: &Self) {
        if config.tcp_idle_timeout_seconds.is_null() {
            self.tcp_idle_timeout_seconds = Self::default_idle_timeout(self.protocol);
        }
        if config.ssl_policy.is_null() {
            match self.protocol {
                Attr::Known(Protocol::Tls) if self.ssl_policy.is_null() => self.ssl_policy = Attr::Unknown,
                Attr::Known(protocol) if protocol != Protocol::Tls => self.ssl_policy = Attr::Null,
                _ => {}
            }
        }
    }

    fn default_idle_timeout(protocol: Attr<Protocol>) -> Attr<u16> {
        match protocol {
            Attr::Known(Protocol::Tcp) => DEFAULT_IDLE_TIMEOUT.into(),
            Attr::Unknown => Attr::Unknown,
            _ => Attr::Null,
        }
    }

    fn wanted(&self) -> Result<ListenerSettings> {
        Ok(ListenerSettings {
            port: *self.port.value()?,
            protocol: self.protocol.value()?.to_string(),
            forward: action::wanted(&self.default_action)?,
            certificate_arn: self.certificate_arn.known().map(ToString::to_string),
            ssl_policy: self.ssl_policy.known().cloned(),
            alpn_policy: self.alpn_policy.known().map(ToString::to_string),
        })
    }

    fn attributes(&self) -> Attributes {
        attributes([(IDLE_TIMEOUT, self.tcp_idle_timeout_seconds.known().map(ToString::to_string))])
    }

    fn observe(&mut self, found: ListenerSettings) -> Result<()> {
        self.default_action = action::observe(&self.default_action, &found.forward)?;
        self.port = found.port.into();
        self.protocol = parse::<Protocol>(&found.protocol)?.into();
        let certificate = found.certificate_arn.map(|arn| arn.parse::<CertificateArn>());
        self.certificate_arn = certificate
            .transpose()
            .map_err(|problem| Error::new("Unexpected Value", format!("AWS reports that {problem}.")))?
            .into();
        self.ssl_policy = found.ssl_policy.into();
        let policy = found.alpn_policy.as_deref().map(parse::<AlpnPolicy>).transpose()?;
        // No policy and the policy `None` are the same to AWS; the configuration may say either.
        let says_none = self.alpn_policy == Attr::Known(AlpnPolicy::None);
        self.alpn_policy = match policy {
            None | Some(AlpnPolicy::None) if says_none => AlpnPolicy::None.into(),
            policy => policy.filter(|policy| *policy != AlpnPolicy::None).into(),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(protocol: Protocol) -> NlbListener {
        NlbListener { protocol: protocol.into(), ..NlbListener::default() }
    }

    #[test]
    fn what_belongs_to_one_protocol_is_refused_with_others() {
        let tls = NlbListener {
            certificate_arn: "arn:aws:acm:us-east-2:123456789012:certificate/1"
                .parse::<CertificateArn>()
                .unwrap()
                .into(),
            ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06".into(),
            alpn_policy: AlpnPolicy::Http2Only.into(),
            ..listener(Protocol::Tls)
        };
        let udp = NlbListener { tcp_idle_timeout_seconds: 600.into(), ..listener(Protocol::Udp) };
        for (listener, expected) in [
            (tls.clone(), vec![]),
            (
                NlbListener { protocol: Protocol::Tcp.into(), ..tls },
                vec!["certificate_arn", "ssl_policy", "alpn_policy"],
            ),
            (listener(Protocol::Tls), vec!["certificate_arn"]),
            (udp.clone(), vec!["tcp_idle_timeout_seconds"]),
            (NlbListener { protocol: Protocol::Tcp.into(), ..udp.clone() }, vec![]),
            (NlbListener { protocol: Attr::Unknown, ..udp }, vec![]),
        ] {
            let mut check = Check::default();
            listener.validate(&mut check);
            let told: Vec<_> = check.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect();
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn the_plan_follows_the_protocol() {
        let config = NlbListener::default();
        for (protocol, policy, seconds) in [
            (Attr::Known(Protocol::Tcp), Attr::Null, Attr::Known(350)),
            (Attr::Known(Protocol::Udp), Attr::Null, Attr::Null),
            (Attr::Known(Protocol::Tls), Attr::Unknown, Attr::Null),
            (Attr::Unknown, Attr::Unknown, Attr::Unknown),
        ] {
            let mut planned = NlbListener { protocol, ssl_policy: Attr::Unknown, ..NlbListener::default() };
            planned.follow_protocol(&config);
            assert_eq!((planned.ssl_policy, planned.tcp_idle_timeout_seconds), (policy, seconds));
        }
        let mut from_tcp = listener(Protocol::Tls);
        from_tcp.follow_protocol(&config);
        assert_eq!(from_tcp.ssl_policy, Attr::Unknown);
    }

    #[test]
    fn the_way_back_to_the_default_is_a_change() {
        let [long, default] = [600, DEFAULT_IDLE_TIMEOUT].map(|seconds| NlbListener {
            tcp_idle_timeout_seconds: seconds.into(),
            ..listener(Protocol::Tcp)
        });
        assert_eq!(changed(&long.attributes(), &default.attributes()), default.attributes());
        assert_eq!(changed(&default.attributes(), &listener(Protocol::Udp).attributes()), Attributes::new());
    }

    #[test]
    fn no_alpn_policy_can_be_said_in_two_ways() {
        for said in [Attr::Null, AlpnPolicy::None.into()] {
            for told in [None, Some("None".to_owned())] {
                let mut seen = NlbListener { alpn_policy: said, ..listener(Protocol::Tls) };
                let found = ListenerSettings {
                    protocol: "TLS".into(),
                    alpn_policy: told,
                    ..ListenerSettings::default()
                };
                seen.observe(found).unwrap();
                assert_eq!(seen.alpn_policy, said);
            }
        }
    }
}

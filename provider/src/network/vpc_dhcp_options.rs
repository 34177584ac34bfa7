//! `groundup_vpc_dhcp_options`: what the hosts of a VPC learn with their address.

use std::net::IpAddr;

use aws::ec2::DhcpConfiguration;
use aws::limits::DHCP_OPTIONS;
use tfplugin::prelude::*;

use super::object::{import_id, learn_owner, parse};
use crate::Client;
use crate::common::creation::created;
use crate::common::id::DhcpOptionsId;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// DHCP options: what the hosts of a VPC learn with their address. They take effect when a
/// `groundup_vpc_dhcp_options_association` gives them to a VPC. A change of the options replaces them; in between, and
/// after they are destroyed, a VPC that used them uses those of AWS.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct VpcDhcpOptions {
    /// Id of the DHCP options, such as `dopt-0123456789abcdef0`.
    #[attr(computed, keep)]
    id: Attr<DhcpOptionsId>,
    /// Amazon Resource Name of the DHCP options.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Account that owns the DHCP options.
    #[attr(computed, keep)]
    owner_id: Attr<String>,
    /// Domain that completes short host names. The domain AWS itself uses is `ec2.internal` in us-east-1 and
    /// `<region>.compute.internal` elsewhere; the function `private_dns_domain` tells it.
    #[attr(optional, replace, check = |name| domain_name(name))]
    domain_name: Attr<String>,
    /// Up to four name servers in the order in which they are asked; `AmazonProvidedDNS` is the one of the VPC.
    #[attr(optional, replace, check = |servers| name_servers(servers))]
    domain_name_servers: Attr<Vec<String>>,
    /// Up to four time servers.
    #[attr(optional, replace, check = |servers| addresses(servers))]
    ntp_servers: Attr<Vec<String>>,
    /// Up to four `NetBIOS` name servers.
    #[attr(optional, replace, check = |servers| addresses(servers))]
    netbios_name_servers: Attr<Vec<String>>,
    /// `NetBIOS` node type: 1, 2, 4 or 8. AWS recommends 2.
    #[attr(optional, replace, check = |text| node_type(text))]
    netbios_node_type: Attr<String>,
    /// Tags of the DHCP options.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the DHCP options, the provider's `default_tags` included.
    #[attr(computed)]
    tags_all: Attr<Tags>,
    /// Time limits; by default 2 minutes to create, 2 to change, 3 to delete.
    #[attr(block = "single")]
    timeouts: Attr<Timeouts>,
}

/// The name server that AWS runs in every VPC.
const AMAZON: &str = "AmazonProvidedDNS";

fn domain_name(name: &str) -> Result<(), String> {
    // Some systems take several names, separated by blanks; the label of a name has limits of its own.
    let is_name = |name: &str| {
        name.len() <= 253
            && name.trim_end_matches('.').split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            })
    };
    if !name.trim().is_empty() && name.split_ascii_whitespace().all(is_name) {
        return Ok(());
    }
    Err(format!("{name:?} is no domain name."))
}

fn name_servers(servers: &[String]) -> Result<(), String> {
    up_to_four(servers)?;
    servers.iter().filter(|server| *server != AMAZON).try_for_each(|server| address(server))
}

fn addresses(servers: &[String]) -> Result<(), String> {
    up_to_four(servers)?;
    servers.iter().try_for_each(|server| address(server))
}

fn address(server: &str) -> Result<(), String> {
    server.parse::<IpAddr>().map(drop).map_err(|_| format!("{server:?} is no IP address."))
}

fn up_to_four(servers: &[String]) -> Result<(), String> {
    match servers.len() {
        1..=4 => Ok(()),
        0 => Err("An empty list says nothing; leave the argument out.".into()),
        count => Err(format!("{count} servers are given; AWS takes at most four.")),
    }
}

fn node_type(text: &str) -> Result<(), String> {
    match text {
        "1" | "2" | "4" | "8" => Ok(()),
        _ => Err(format!("{text:?} is no NetBIOS node type; these are 1, 2, 4 and 8.")),
    }
}

impl Resource for VpcDhcpOptions {
    const TYPE: &'static str = "vpc_dhcp_options";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        tags::validate(check, &self.tags);
        let servers = self.domain_name_servers.or_default();
        if servers.len() > 1 && servers.iter().any(|server| server == AMAZON) {
            let detail = "AWS documents either up to four addresses or AmazonProvidedDNS alone. The address of the \
                latter is the second one of the VPC's range.";
            check.warn("domain_name_servers", "Name Servers of Two Kinds", detail);
        }
        let says_something = self.domain_name.is_set()
            || self.domain_name_servers.is_set()
            || self.ntp_servers.is_set()
            || self.netbios_name_servers.is_set()
            || self.netbios_node_type.is_set();
        if !says_something {
            let detail = "One of `domain_name`, `domain_name_servers`, `ntp_servers`, `netbios_name_servers` and \
                `netbios_node_type` is required.";
            check.extend([Diagnostic::error("Missing Argument", detail)]);
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        tags::plan(&plan.planned.tags, &mut plan.planned.tags_all, cx)?;
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Create DHCP Options";
        let (ec2, wait) = (cx.client.aws().ec2(), wait(cx, self.timeouts.create(DHCP_OPTIONS.create)));
        let wanted = tags::all(&self.tags_all);
        let made = ec2.create_dhcp_options(&self.configuration(), &wanted, &wait).await;
        let created = created(made, SUMMARY, (Self::TYPE, None), &[])?;
        self.id = parse::<DhcpOptionsId>(&created.id)?.into();
        saved.save(&self);
        let options = ec2.dhcp_options_visible(&created.id, &wait).await.during(SUMMARY)?;
        // A no-op where the tags of the creation took effect, which not every service of this kind grants.
        ec2.retag(&created.id, &options.tags, &wanted, &wait).await.during(SUMMARY)?;
        let (owner, names) = (options.owner_id.as_deref(), (&mut self.arn, &mut self.owner_id));
        learn_owner(cx, names, owner, "dhcp-options", &created.id).await?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let id = self.id.value()?.as_str().to_owned();
        let found = cx.client.aws().ec2().dhcp_options(&id).await.during("Unable to Read DHCP Options")?;
        let Some(options) = found else { return Ok(None) };
        let (owner, names) = (options.owner_id.as_deref(), (&mut self.arn, &mut self.owner_id));
        learn_owner(cx, names, owner, "dhcp-options", &id).await?;
        let seen = options.configuration;
        let list = |servers: Vec<String>| Some(servers).filter(|servers| !servers.is_empty()).into();
        self.domain_name = seen.domain_name.into();
        self.domain_name_servers = list(seen.domain_name_servers);
        self.ntp_servers = list(seen.ntp_servers);
        self.netbios_name_servers = list(seen.netbios_name_servers);
        self.netbios_node_type = seen.netbios_node_type.into();
        tags::read(&mut self.tags, &mut self.tags_all, options.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, self.timeouts.update(DHCP_OPTIONS.update));
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        let retagged = cx.client.aws().ec2().retag(self.id.value()?.as_str(), &from, &to, &wait).await;
        retagged.during("Unable to Update DHCP Options")?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let wait = wait(cx, self.timeouts.delete(DHCP_OPTIONS.delete));
        let deleted = cx.client.aws().ec2().delete_dhcp_options(self.id.value()?.as_str(), &wait).await;
        deleted.during("Unable to Delete DHCP Options")
    }

    async fn import(id: ImportId, _: &Cx<Client>) -> Result<Self> {
        Ok(Self { id: import_id(&id)?, ..Self::default() })
    }
}

impl VpcDhcpOptions {
    fn configuration(&self) -> DhcpConfiguration {
        DhcpConfiguration {
            domain_name: self.domain_name.known().cloned(),
            domain_name_servers: self.domain_name_servers.or_default(),
            ntp_servers: self.ntp_servers.or_default(),
            netbios_name_servers: self.netbios_name_servers.or_default(),
            netbios_node_type: self.netbios_node_type.known().cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_must_be_said() {
        let mut check = Check::default();
        VpcDhcpOptions::default().validate(&mut check);
        assert_eq!(check.iter().next().unwrap().summary, "Missing Argument");

        let mut check = Check::default();
        VpcDhcpOptions { domain_name: Attr::Unknown, ..VpcDhcpOptions::default() }.validate(&mut check);
        assert!(check.is_empty());
    }

    #[test]
    fn domains_are_names() {
        for good in ["us-east-2.compute.internal", "ec2.internal", "a.example b.example", "_x.example."] {
            assert_eq!(domain_name(good), Ok(()), "{good}");
        }
        for bad in ["", " ", "a..b", "https://x", &"x".repeat(64)] {
            assert!(domain_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn limits_of_the_lists() {
        assert!(name_servers(&["AmazonProvidedDNS".into()]).is_ok());
        assert!(name_servers(&["10.0.0.2".into(), "fd00:ec2::253".into()]).is_ok());
        assert!(addresses(&[]).is_err());
        assert!(addresses(&vec!["10.0.0.2".into(); 5]).is_err());
        assert_eq!(addresses(&["time.example".into()]).unwrap_err(), "\"time.example\" is no IP address.");
        assert!(node_type("2").is_ok() && node_type("3").is_err());
    }
}

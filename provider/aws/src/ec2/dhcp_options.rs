//! DHCP options: what the hosts of a VPC learn with their address.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{NewDhcpConfiguration, ResourceType};

use super::{Ec2, PAGE, any_of, once, tags};
use crate::batch::{Described, Key};
use crate::creation::{Creation, Token};
use crate::error::IgnoreNotFound;
use crate::wait::is_blocked;
use crate::{Error, Result, Tags, Wait, failed};

/// DHCP options as the service describes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DhcpOptions {
    /// The id, which begins with `dopt-`.
    pub id: String,
    /// The account that owns them.
    pub owner_id: Option<String>,
    /// What the hosts learn.
    pub configuration: DhcpConfiguration,
    /// The tags.
    pub tags: Tags,
}

/// What the hosts of a VPC learn with their address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DhcpConfiguration {
    /// The domain that completes short names.
    pub domain_name: Option<String>,
    /// Name servers in the order in which they are asked; `AmazonProvidedDNS` is the service's own.
    pub domain_name_servers: Vec<String>,
    /// Time servers.
    pub ntp_servers: Vec<String>,
    /// `NetBIOS` name servers.
    pub netbios_name_servers: Vec<String>,
    /// The `NetBIOS` node type: 1, 2, 4 or 8.
    pub netbios_node_type: Option<String>,
}

const ID: &str = "dhcp-options-id";
/// The options that every VPC begins with go by this name in `AssociateDhcpOptions`.
const DEFAULT_DHCP_OPTIONS: &str = "default";

impl Ec2<'_> {
    /// Creates DHCP options.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn create_dhcp_options(
        &self,
        configuration: &DhcpConfiguration,
        tags: &Tags,
        wait: &Wait,
    ) -> Result<DhcpOptions> {
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let request = client
                .create_dhcp_options()
                .set_dhcp_configurations(Some(configuration.to_sdk()))
                .set_tag_specifications(tags::specification(ResourceType::DhcpOptions, tags, Some(&token)));
            let reply = request.customize().config_override(once()).send().await;
            let options = reply.map_err(failed("ec2:CreateDhcpOptions"))?.dhcp_options;
            let options = options.map(DhcpOptions::from_sdk).filter(|options| !options.id.is_empty());
            options.ok_or_else(|| Error::reply("ec2:CreateDhcpOptions", "the reply has no id"))
        };
        let look =
            |token: Token| async move { Ok(self.made_as::<DhcpOptions>(&token).await?.into_iter().next()) };
        let request = &(configuration, tags);
        self.clients
            .create(Creation { kind: "set of DHCP options", tagged: true, request, wait }, attempt, look)
            .await
    }

    /// The DHCP options of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn dhcp_options(&self, id: &str) -> Result<Option<DhcpOptions>> {
        self.one(&self.reads().dhcp_options, ID, id).await
    }

    /// Awaits that new DHCP options can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn dhcp_options_visible(&self, id: &str, wait: &Wait) -> Result<DhcpOptions> {
        wait.visible(&format!("DHCP options {id}"), || self.dhcp_options(id)).await
    }

    /// Makes a VPC use these options, in place of those it used before.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn associate_dhcp_options(
        &self,
        dhcp_options_id: &str,
        vpc_id: &str,
        wait: &Wait,
    ) -> Result<()> {
        let client = self.sdk().await?;
        let associate = || async {
            let request = client.associate_dhcp_options().dhcp_options_id(dhcp_options_id).vpc_id(vpc_id);
            request.send().await.map_err(failed("ec2:AssociateDhcpOptions"))
        };
        wait.retry_new(&format!("DHCP options {dhcp_options_id} to be known"), associate).await?;
        Ok(())
    }

    /// Makes a VPC use the service's own options again. That the VPC is gone is as good.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn disassociate_dhcp_options(&self, vpc_id: &str) -> Result<()> {
        let request = self.sdk().await?.associate_dhcp_options();
        let request = request.dhcp_options_id(DEFAULT_DHCP_OPTIONS).vpc_id(vpc_id);
        request.send().await.map_err(failed("ec2:AssociateDhcpOptions")).ignore_not_found()?;
        Ok(())
    }

    /// Deletes DHCP options. A VPC that still uses them goes back to the service's own: options that are replaced are
    /// deleted before there are others to use.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the names of the VPCs that use them.
    pub async fn delete_dhcp_options(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let delete = || async {
            let request = client.delete_dhcp_options().dhcp_options_id(id);
            let deleted = request.send().await.map_err(failed("ec2:DeleteDhcpOptions")).map(drop);
            if deleted.as_ref().is_err_and(is_blocked) {
                for vpc in self.vpcs_with_dhcp_options(id).await? {
                    self.disassociate_dhcp_options(&vpc).await?;
                }
            }
            deleted
        };
        let blockers = || async {
            let vpcs = self.vpcs_with_dhcp_options(id).await?;
            Ok(vpcs.into_iter().map(|vpc| format!("VPC {vpc}, which uses them")).collect())
        };
        self.delete(&format!("DHCP options {id}"), delete, blockers, || self.dhcp_options(id), wait).await
    }
}

impl Described for DhcpOptions {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages =
            client.describe_dhcp_options().filters(any_of(property, values)).into_paginator().page_size(PAGE);
        let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeDhcpOptions"))?;
        Ok(found.into_iter().map(Self::from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }
}

impl DhcpOptions {
    fn from_sdk(options: aws_sdk_ec2::types::DhcpOptions) -> Self {
        let mut configuration = DhcpConfiguration::default();
        for option in options.dhcp_configurations.unwrap_or_default() {
            let values = option.values.unwrap_or_default().into_iter().filter_map(|value| value.value);
            let mut values: Vec<_> = values.collect();
            match option.key.as_deref() {
                Some("domain-name") => configuration.domain_name = values.pop(),
                Some("domain-name-servers") => configuration.domain_name_servers = values,
                Some("ntp-servers") => configuration.ntp_servers = values,
                Some("netbios-name-servers") => configuration.netbios_name_servers = values,
                Some("netbios-node-type") => configuration.netbios_node_type = values.pop(),
                _ => {}
            }
        }
        Self {
            id: options.dhcp_options_id.unwrap_or_default(),
            owner_id: options.owner_id,
            configuration,
            tags: tags::from_sdk(options.tags),
        }
    }
}

impl DhcpConfiguration {
    fn to_sdk(&self) -> Vec<NewDhcpConfiguration> {
        let options = [
            ("domain-name", self.domain_name.as_slice()),
            ("domain-name-servers", &self.domain_name_servers),
            ("ntp-servers", &self.ntp_servers),
            ("netbios-name-servers", &self.netbios_name_servers),
            ("netbios-node-type", self.netbios_node_type.as_slice()),
        ];
        let given = options.into_iter().filter(|(_, values)| !values.is_empty());
        given
            .map(|(key, values)| {
                NewDhcpConfiguration::builder().key(key).set_values(Some(values.to_vec())).build()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    #[tokio::test]
    async fn a_vpc_that_uses_them_goes_back_to_the_default() {
        let used = AtomicBool::new(true);
        let server = Server::start(move |request| match request["Action"].as_str() {
            "DeleteDhcpOptions" if used.load(Ordering::SeqCst) => {
                ec2_error(400, "DependencyViolation", "in use")
            }
            "DescribeVpcs" => ec2_reply(
                "DescribeVpcs",
                "<vpcSet><item><vpcId>vpc-1</vpcId><dhcpOptionsId>dopt-1</dhcpOptionsId></item></vpcSet>",
            ),
            "AssociateDhcpOptions" => {
                used.store(false, Ordering::SeqCst);
                assert_eq!(request["DhcpOptionsId"], "default");
                ec2_reply("AssociateDhcpOptions", "<return>true</return>")
            }
            action => ec2_reply(action, ""),
        })
        .await;
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
        server.clients().ec2().delete_dhcp_options("dopt-1", &wait).await.unwrap();
        assert_eq!(
            server.actions(),
            [
                "DeleteDhcpOptions",
                "DescribeVpcs",
                "AssociateDhcpOptions",
                "DeleteDhcpOptions",
                "DescribeDhcpOptions"
            ]
        );
    }

    #[tokio::test]
    async fn options_survive_the_round_trip() {
        let body = "<dhcpOptionsId>dopt-1</dhcpOptionsId><dhcpConfigurationSet>\
            <item><key>domain-name</key><valueSet><item><value>ec2.internal</value></item></valueSet></item>\
            <item><key>domain-name-servers</key><valueSet><item><value>10.0.0.2</value></item>\
            <item><value>10.0.0.1</value></item></valueSet></item></dhcpConfigurationSet>";
        let server = Server::start(move |request| match request["Action"].as_str() {
            "CreateDhcpOptions" => {
                ec2_reply("CreateDhcpOptions", &format!("<dhcpOptions>{body}</dhcpOptions>"))
            }
            action => ec2_reply(action, &format!("<dhcpOptionsSet><item>{body}</item></dhcpOptionsSet>")),
        })
        .await;
        let configuration = DhcpConfiguration {
            domain_name: Some("ec2.internal".into()),
            domain_name_servers: vec!["10.0.0.2".into(), "10.0.0.1".into()],
            ..DhcpConfiguration::default()
        };
        let wait = Wait::new(Duration::from_secs(5), CancellationToken::new());
        let clients = server.clients();
        let created = clients.ec2().create_dhcp_options(&configuration, &Tags::new(), &wait).await.unwrap();
        assert_eq!((created.id.as_str(), &created.configuration), ("dopt-1", &configuration));
        assert_eq!(clients.ec2().dhcp_options("dopt-1").await.unwrap(), Some(created));
        let sent = &server.requests()[0];
        assert_eq!(sent["DhcpConfiguration.1.Key"], "domain-name");
        assert_eq!(sent["DhcpConfiguration.2.Value.2"], "10.0.0.1");
        assert!(!sent.contains_key("DhcpConfiguration.3.Key"));
    }
}

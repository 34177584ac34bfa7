//! Security groups.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, IpPermission, IpRange, Ipv6Range, ResourceType};

use super::security_group_rule::{Direction, RuleSettings};
use super::security_group_rules::of_permissions;
use super::{Ec2, PAGE, any_of, filter, once, tags};
use crate::batch::{Described, Key, Reach, Scope, VPC};
use crate::creation::{Creation, Name, Token, taken};
use crate::error::IgnoreNotFound;
use crate::{Error, Result, Tags, Wait, failed};

/// A security group as the service describes it; its rules are objects of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    /// The id, which begins with `sg-`.
    pub id: String,
    /// The name of the object across all of AWS; some emulators do not say.
    pub arn: Option<String>,
    /// The name, which is unique in its VPC.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The VPC it is part of.
    pub vpc_id: String,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// What may come in, rule by rule.
    pub ingress: Vec<RuleSettings>,
    /// What may go out, rule by rule.
    pub egress: Vec<RuleSettings>,
    /// The tags.
    pub tags: Tags,
}

/// A security group to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSecurityGroup {
    /// The name, which is unique in its VPC.
    pub name: Name,
    /// What it is for.
    pub description: String,
    /// The VPC to make it part of.
    pub vpc_id: String,
    /// The tags to create it with.
    pub tags: Tags,
}

pub(super) const ID: &str = "group-id";

impl Ec2<'_> {
    /// Creates a security group, which lets everything out and nothing in. The reply says little; await that it is
    /// [visible](Self::security_group_visible) to know all about it.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when the VPC has a group of that name, and when the service refuses.
    pub async fn create_security_group(&self, new: &NewSecurityGroup, wait: &Wait) -> Result<SecurityGroup> {
        let client = self.sdk().await?;
        let attempt = |token: Token| {
            let request = client
                .create_security_group()
                .group_name(new.name.of(&token))
                .description(&new.description)
                .vpc_id(&new.vpc_id)
                .set_tag_specifications(tags::specification(
                    ResourceType::SecurityGroup,
                    &new.tags,
                    Some(&token),
                ));
            async move {
                let create = || async {
                    let request = request.clone().customize().config_override(once());
                    request.send().await.map_err(failed("ec2:CreateSecurityGroup"))
                };
                let reply = wait.retry_new(&format!("VPC {} to be known", new.vpc_id), create).await?;
                let id = reply.group_id.filter(|id| !id.is_empty());
                let id = id.ok_or_else(|| Error::reply("ec2:CreateSecurityGroup", "the reply has no id"))?;
                Ok(SecurityGroup { id, name: new.name.of(&token), ..SecurityGroup::default() })
            }
        };
        let look =
            |token: Token| async move { Ok(self.made_as::<SecurityGroup>(&token).await?.into_iter().next()) };
        let creation = Creation { kind: "security group", tagged: true, request: new, wait };
        let created = self.clients.create(creation, attempt, look).await;
        let Name::Given(name) = &new.name else { return created };
        let other = async {
            let filters = vec![filter("vpc-id", &new.vpc_id), filter("group-name", name)];
            Ok(self.security_groups(filters).await?.into_iter().next().map(|group| group.id))
        };
        taken(created, &["InvalidGroup.Duplicate"], &format!("security group {name}"), other).await
    }

    /// Awaits that a new security group can be used.
    ///
    /// # Errors
    ///
    /// When the service refuses or the time is over.
    pub async fn security_group_visible(&self, id: &str, wait: &Wait) -> Result<SecurityGroup> {
        wait.visible(&format!("security group {id}"), || self.security_group(id)).await
    }

    /// The security group of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn security_group(&self, id: &str) -> Result<Option<SecurityGroup>> {
        self.one(&self.reads().security_groups, ID, id).await
    }

    /// The security group of what names none in a VPC.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn default_security_group(&self, vpc_id: &str) -> Result<Option<SecurityGroup>> {
        let filters = vec![filter("vpc-id", vpc_id), filter("group-name", "default")];
        Ok(self.security_groups(filters).await?.into_iter().next())
    }

    pub(super) async fn security_groups(&self, filters: Vec<Filter>) -> Result<Vec<SecurityGroup>> {
        describe(self.sdk().await?, filters).await
    }

    /// Revokes the rules that let everything out of a new security group, even when the operator has asked to stop: it
    /// would stay open. That they are gone is as good.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn revoke_default_egress(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let revoke = |permission: IpPermission| async move {
            let request = client.revoke_security_group_egress().group_id(id).ip_permissions(permission);
            request.send().await.map_err(failed("ec2:RevokeSecurityGroupEgress")).map(drop)
        };
        let everything = IpPermission::builder().ip_protocol("-1");
        let v4 = everything.clone().ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
        let v6 = everything.ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build()).build();
        let group_unknown = |error: &Error| error.has_code(&["InvalidGroup.NotFound"]);
        let what = format!("security group {id} to be known");
        let wait = wait.uncancelled().at_most(crate::limits::VISIBILITY);
        wait.retry(&what, group_unknown, || revoke(v4.clone())).await.ignore_not_found()?;
        match wait.retry(&what, group_unknown, || revoke(v6.clone())).await.ignore_not_found() {
            // A VPC without IPv6 has no such rule, and says so in this way too.
            Err(error) if error.has_code(&["InvalidParameterValue"]) => Ok(()),
            result => result.map(drop),
        }
    }

    /// Revokes all rules of a security group.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn revoke_all_rules(&self, id: &str) -> Result<()> {
        let rules = self.security_group_rules(id).await?;
        for direction in [Direction::Ingress, Direction::Egress] {
            let ids = rules.iter().filter(|rule| rule.direction == direction).map(|rule| rule.id.clone());
            let ids: Vec<_> = ids.collect();
            if !ids.is_empty() {
                self.revoke_rules(direction, id, ids).await?;
            }
        }
        Ok(())
    }

    /// Revokes the rules of other groups that name this one, so that nothing but its members holds it.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn revoke_references(&self, id: &str) -> Result<()> {
        for (direction, name) in [
            (Direction::Ingress, "ip-permission.group-id"),
            (Direction::Egress, "egress.ip-permission.group-id"),
        ] {
            for group in self.security_groups(vec![filter(name, id)]).await? {
                let rules = self.security_group_rules(&group.id).await?;
                let names_it =
                    |rule: &&super::SecurityGroupRule| rule.direction == direction && rule.peer.names(id);
                let ids: Vec<_> = rules.iter().filter(names_it).map(|rule| rule.id.clone()).collect();
                if !ids.is_empty() {
                    self.revoke_rules(direction, &group.id, ids).await?;
                }
            }
        }
        Ok(())
    }

    /// Deletes a security group, patiently while something uses it, and awaits that it is gone.
    ///
    /// # Errors
    ///
    /// When the service refuses; when the time is over, with the names of what uses it.
    pub async fn delete_security_group(&self, id: &str, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let delete = || async {
            let request = client.delete_security_group().group_id(id);
            request.send().await.map_err(failed("ec2:DeleteSecurityGroup")).map(drop)
        };
        let what = format!("security group {id}");
        self.delete(&what, delete, || self.blockers_of_security_group(id), || self.security_group(id), wait)
            .await
    }
}

async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<SecurityGroup>> {
    let pages = client.describe_security_groups().set_filters(Some(filters)).into_paginator().page_size(PAGE);
    let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeSecurityGroups"))?;
    Ok(found.into_iter().map(SecurityGroup::from_sdk).collect())
}

impl Described for SecurityGroup {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        describe(&client, vec![any_of(property, values)]).await
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id), Key::new(VPC, &self.vpc_id)]
    }

    fn is_unique(property: &str) -> bool {
        property == ID
    }

    fn explore(&self, scope: &Scope) {
        scope.meet_neighbour(&self.vpc_id);
        scope.meet(ID, &self.id);
    }

    fn reach(scope: &Scope, calls: usize) -> Option<Reach> {
        scope.vpcs(calls)
    }
}

impl SecurityGroup {
    fn from_sdk(group: aws_sdk_ec2::types::SecurityGroup) -> Self {
        let rules = |permissions: Option<Vec<IpPermission>>| {
            of_permissions(&permissions.unwrap_or_default(), group.owner_id.as_deref())
        };
        Self {
            ingress: rules(group.ip_permissions),
            egress: rules(group.ip_permissions_egress),
            id: group.group_id.unwrap_or_default(),
            arn: group.security_group_arn.filter(|arn| !arn.is_empty()),
            name: group.group_name.unwrap_or_default(),
            description: group.description.unwrap_or_default(),
            vpc_id: group.vpc_id.unwrap_or_default(),
            owner_id: group.owner_id,
            tags: tags::from_sdk(group.tags),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    fn wait() -> Wait {
        Wait::new(Duration::from_secs(5), CancellationToken::new())
            .paced(Duration::from_millis(1), Duration::from_millis(5))
    }

    #[tokio::test]
    async fn a_group_without_default_egress_is_left_as_it_is() {
        let server = Server::start(|request| match request.get("IpPermissions.1.Ipv6Ranges.1.CidrIpv6") {
            Some(_) => ec2_error(400, "InvalidParameterValue", "no IPv6 here"),
            None => ec2_error(400, "InvalidPermission.NotFound", "no such rule"),
        })
        .await;
        server.clients().ec2().revoke_default_egress("sg-1", &wait()).await.unwrap();
        assert_eq!(server.actions(), ["RevokeSecurityGroupEgress", "RevokeSecurityGroupEgress"]);
    }

    #[tokio::test]
    async fn adoption_revokes_each_direction_in_one_call() {
        let server = Server::start(|request| match request["Action"].as_str() {
            "DescribeSecurityGroupRules" => ec2_reply(
                "DescribeSecurityGroupRules",
                "<securityGroupRuleSet>\
                 <item><securityGroupRuleId>sgr-1</securityGroupRuleId><groupId>sg-1</groupId><isEgress>true</isEgress></item>\
                 <item><securityGroupRuleId>sgr-2</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress></item>\
                 <item><securityGroupRuleId>sgr-3</securityGroupRuleId><groupId>sg-1</groupId><isEgress>true</isEgress></item>\
                 </securityGroupRuleSet>",
            ),
            action => ec2_reply(action, "<return>true</return>"),
        })
        .await;
        server.clients().ec2().revoke_all_rules("sg-1").await.unwrap();
        let requests = server.requests();
        assert_eq!(
            server.actions(),
            ["DescribeSecurityGroupRules", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"]
        );
        assert_eq!(requests[1]["SecurityGroupRuleId.1"], "sgr-2");
        assert_eq!(requests[2]["SecurityGroupRuleId.2"], "sgr-3");
    }
}

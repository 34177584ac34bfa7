//! Tags of load balancers, target groups and listeners.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::{ARNS, Elbv2, load_balancer};
use crate::batch::{Described, Key, Reach, Scope};
use crate::creation::Token;
use crate::tags::{collect, is_reserved};
use crate::{Result, TagChange, Tags, Wait, failed};

/// The property by which tags are asked for.
pub(super) const OBJECT: &str = "resource-arn";

/// The tags of an object.
#[derive(Clone, Debug)]
pub(crate) struct ObjectTags {
    arn: String,
    tags: Tags,
}

impl Elbv2<'_> {
    /// The tags of an object, without those reserved for the service itself. An object that is gone has none.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn tags(&self, arn: &str) -> Result<Tags> {
        let (client, reads) = (self.sdk().await?, self.reads());
        // The tags of listeners come with those of their load balancers, so these have to be known first.
        let balancers = reads.scope.met(load_balancer::ID).into_iter();
        let balancers = balancers.map(|arn| Key::new(load_balancer::ID, arn)).collect();
        reads.listeners.prepare(client, balancers).await;
        let found = self.one(&reads.object_tags, OBJECT, arn).await?;
        Ok(found.map(|object| object.tags).unwrap_or_default())
    }

    /// Makes the tags of an object those of `to`, given that they are those of `from`. Tags of others stay.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the object for two minutes.
    pub async fn retag(&self, arn: &str, from: &Tags, to: &Tags, wait: &Wait) -> Result<()> {
        let TagChange { set, remove } = TagChange::between(&self.clients.ignored_tags().without(from), to);
        let client = self.sdk().await?;
        if let Some(tags) = list(&set) {
            let add = || async {
                let request = client.add_tags().resource_arns(arn).set_tags(Some(tags.clone()));
                request.send().await.map_err(failed("elasticloadbalancing:AddTags"))
            };
            wait.retry_new(&format!("tags of {arn}"), add).await?;
        }
        if !remove.is_empty() {
            let request = client.remove_tags().resource_arns(arn).set_tag_keys(Some(remove));
            request.send().await.map_err(failed("elasticloadbalancing:RemoveTags"))?;
        }
        Ok(())
    }
}

impl Described for ObjectTags {
    type Client = Client;

    async fn describe(client: Client, _: &'static str, arns: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_tags().set_resource_arns(Some(arns));
        let reply = request.send().await.map_err(failed("elasticloadbalancing:DescribeTags"))?;
        let found = reply.tag_descriptions.unwrap_or_default().into_iter().map(|found| {
            let tags = found.tags.unwrap_or_default().into_iter();
            let tags = collect(tags.map(|tag| (tag.key, tag.value)));
            Self { arn: found.resource_arn.unwrap_or_default(), tags }
        });
        Ok(found.collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(OBJECT, &self.arn)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }

    fn values_per_call(_: &str) -> usize {
        ARNS
    }

    fn reach(scope: &Scope, _: usize) -> Option<Reach> {
        let arns = scope.met(OBJECT);
        (!arns.is_empty()).then_some((OBJECT, arns))
    }
}

/// The tags an object is created with.
pub(super) fn marked(tags: &Tags, token: &Token) -> Option<Vec<Tag>> {
    let mark = token.tag(tags).map(|(key, value)| Tag::builder().key(key).value(value).build());
    let tags: Vec<_> = list(tags).unwrap_or_default().into_iter().chain(mark).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Tags to set; the service refuses an empty list.
fn list(tags: &Tags) -> Option<Vec<Tag>> {
    let tags = tags.iter().filter(|(key, _)| !is_reserved(key));
    let tags: Vec<_> = tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!tags.is_empty()).then_some(tags)
}

#[cfg(test)]
mod tests {
    use crate::elbv2::testing::{reply, wait};
    use crate::testing::Server;

    #[tokio::test]
    async fn only_what_changed_is_sent() {
        let server = Server::start(|fields| reply(&fields["Action"], "")).await;
        let clients = server.clients();
        let from =
            [("Name", "a"), ("old", "x"), ("same", "s")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let to = [("Name", "b"), ("same", "s")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        clients.elbv2().retag("arn:x", &from, &to, &wait()).await.unwrap();
        clients.elbv2().retag("arn:x", &to, &to, &wait()).await.unwrap();
        let requests = server.requests();
        assert_eq!(server.actions(), ["AddTags", "RemoveTags"]);
        assert_eq!(requests[0]["Tags.member.1.Key"], "Name");
        assert_eq!(requests[0]["Tags.member.1.Value"], "b");
        assert!(!requests[0].contains_key("Tags.member.2.Key"));
        assert_eq!(requests[1]["TagKeys.member.1"], "old");
    }

    #[tokio::test]
    async fn the_services_own_tags_are_not_shown() {
        let body = "<TagDescriptions><member><ResourceArn>arn:x</ResourceArn><Tags>
            <member><Key>aws:cloudformation:stack-name</Key><Value>s</Value></member>
            <member><Key>Name</Key><Value>k8s</Value></member></Tags></member></TagDescriptions>";
        let server = Server::start(move |_| reply("DescribeTags", body)).await;
        let clients = server.clients();
        let tags = clients.elbv2().tags("arn:x").await.unwrap();
        assert_eq!(tags, [("Name".to_owned(), "k8s".to_owned())].into());
    }
}

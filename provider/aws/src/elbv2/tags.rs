//! Tags of load balancers, target groups and listeners.

use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::Elbv2;
use crate::error::IgnoreNotFound;
use crate::tags::{collect, is_reserved};
use crate::{Result, TagChange, Tags, Wait, failed};

impl Elbv2<'_> {
    /// The tags of an object, without those reserved for the service itself. An object that is gone has none.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn tags(&self, arn: &str) -> Result<Tags> {
        let request = self.sdk().await?.describe_tags().resource_arns(arn);
        let reply = request.send().await.map_err(failed("elasticloadbalancing:DescribeTags"));
        let descriptions =
            reply.ignore_not_found()?.and_then(|reply| reply.tag_descriptions).unwrap_or_default();
        let tags = descriptions.into_iter().flat_map(|description| description.tags.unwrap_or_default());
        Ok(collect(tags.map(|tag| (tag.key, tag.value))))
    }

    /// Makes the tags of an object those of `to`, given that they are those of `from`.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the object for two minutes.
    pub async fn retag(&self, arn: &str, from: &Tags, to: &Tags, wait: &Wait) -> Result<()> {
        let TagChange { set, remove } = TagChange::between(from, to);
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

/// The tags an object is created with; the service refuses an empty list.
pub(super) fn list(tags: &Tags) -> Option<Vec<Tag>> {
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

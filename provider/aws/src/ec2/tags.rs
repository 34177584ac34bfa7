//! Tags of EC2 objects.

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};

use super::Ec2;
use crate::creation::Token;
use crate::tags::{collect, is_reserved};
use crate::{Result, TagChange, Tags, Wait, failed};

/// The property by which objects are found that a creation has made.
pub(super) const MARK: &str = "tag:groundup:create-token";

impl Ec2<'_> {
    /// Makes the tags of an object those of `to`, given that they are those of `from`. Tags of others stay.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not know the object for two minutes.
    pub async fn retag(&self, id: &str, from: &Tags, to: &Tags, wait: &Wait) -> Result<()> {
        let TagChange { set, remove } = TagChange::between(&self.clients.ignored_tags().without(from), to);
        let client = self.sdk().await?;
        if !set.is_empty() {
            let create = || async {
                let request = client.create_tags().resources(id).set_tags(Some(list(&set)));
                request.send().await.map_err(failed("ec2:CreateTags"))
            };
            wait.retry_new(&format!("tags of {id}"), create).await?;
        }
        if !remove.is_empty() {
            let keys = remove.iter().map(|key| Tag::builder().key(key).build()).collect();
            let request = client.delete_tags().resources(id).set_tags(Some(keys));
            request.send().await.map_err(failed("ec2:DeleteTags"))?;
        }
        Ok(())
    }
}

/// The tags an object is created with. The token is for objects that are created by themselves.
pub(super) fn specification(
    kind: ResourceType,
    tags: &Tags,
    token: Option<&Token>,
) -> Option<Vec<TagSpecification>> {
    let mark = token.and_then(|token| token.tag(tags));
    let mut tags = list(tags);
    tags.extend(mark.map(|(key, value)| Tag::builder().key(key).value(value).build()));
    (!tags.is_empty())
        .then(|| vec![TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()])
}

/// The tags of an object as the service reports them, without those reserved for itself.
pub(super) fn from_sdk(tags: Option<Vec<Tag>>) -> Tags {
    collect(tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)))
}

fn list(tags: &Tags) -> Vec<Tag> {
    let tags = tags.iter().filter(|(key, _)| !is_reserved(key));
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

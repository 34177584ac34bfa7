//! Machine images.

use aws_sdk_ec2::Client;

use super::{Condition, Ec2, PAGE, any_of, tags};
use crate::batch::{Described, Key};
use crate::{Error, Result, Tags, failed};

/// A machine image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The id, which begins with `ami-`.
    pub id: String,
    /// The name its owner gave it.
    pub name: Option<String>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// The account that owns it.
    pub owner_id: String,
    /// `amazon`, `aws-marketplace` or `self`, where there is such a name for the owner.
    pub owner_alias: Option<String>,
    /// When it was made, as `2025-08-21T04:51:23.000Z`.
    pub creation_date: String,
    /// When it will be hidden from lists.
    pub deprecation_time: Option<String>,
    /// `x86_64`, `arm64`, ...
    pub architecture: Option<String>,
    /// `available`, `pending`, `failed`, ...
    pub state: Option<String>,
    /// Whether every account may launch it.
    pub public: bool,
    /// The name and prefix of its location.
    pub location: Option<String>,
    /// `machine`, `kernel` or `ramdisk`.
    pub image_type: Option<String>,
    /// What it is billed as, such as `Linux/UNIX`.
    pub platform_details: Option<String>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Option<String>,
    /// `xen` or `ovm`.
    pub hypervisor: Option<String>,
    /// `legacy-bios`, `uefi` or `uefi-preferred`.
    pub boot_mode: Option<String>,
    /// Whether enhanced networking is on.
    pub ena_support: Option<bool>,
    /// `v2.0` when instances shall demand session tokens at the metadata service.
    pub imds_support: Option<String>,
    /// The device of the root volume, such as `/dev/sda1`.
    pub root_device_name: Option<String>,
    /// `ebs` or `instance-store`.
    pub root_device_type: Option<String>,
    /// The devices an instance starts with.
    pub block_devices: Vec<ImageBlockDevice>,
    /// The tags this account sees.
    pub tags: Tags,
}

/// A device an instance starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageBlockDevice {
    /// The device name, such as `/dev/sda1`.
    pub device_name: String,
    /// The name of an instance store volume.
    pub virtual_name: Option<String>,
    /// The snapshot the volume is made from.
    pub snapshot_id: Option<String>,
    /// The size in GiB.
    pub volume_size: Option<i32>,
    /// `gp3`, `gp2`, ...
    pub volume_type: Option<String>,
    /// Operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
    /// Whether the volume is encrypted.
    pub encrypted: Option<bool>,
    /// Whether the volume goes with the instance.
    pub delete_on_termination: Option<bool>,
}

/// What to look for among the images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageQuery {
    /// Accounts, or `self`, `amazon`, `aws-marketplace`; empty means anybody.
    pub owners: Vec<String>,
    /// Accounts that may launch it, or `self`, `all`; empty means no condition.
    pub executable_users: Vec<String>,
    /// Whether to list images that their owners have deprecated.
    pub include_deprecated: bool,
    /// Conditions that all must hold.
    pub conditions: Vec<Condition>,
}

const ID: &str = "image-id";

impl Ec2<'_> {
    /// The images that match.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn images(&self, query: &ImageQuery) -> Result<Vec<Image>> {
        let not_empty = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        let filters = query.conditions.iter().map(Condition::to_sdk).collect();
        let request = self.sdk().await?.describe_images();
        let pages = request
            .set_owners(not_empty(&query.owners))
            .set_executable_users(not_empty(&query.executable_users))
            .include_deprecated(query.include_deprecated)
            .set_filters(Some(filters))
            .into_paginator()
            .page_size(PAGE)
            .items()
            .send();
        let images = pages.collect::<std::result::Result<Vec<_>, _>>().await;
        Ok(images.map_err(failed("ec2:DescribeImages"))?.into_iter().map(from_sdk).collect())
    }

    /// The image of that id, deprecated or not.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn image(&self, id: &str) -> Result<Option<Image>> {
        self.one(&self.reads().images, ID, id).await
    }

    /// The name of the device an instance of the image boots from.
    ///
    /// # Errors
    ///
    /// When the region has no such image, or the image no root device.
    pub(super) async fn root_device_name(&self, image_id: &str) -> Result<String> {
        // An image never changes its root device, so two hundred nodes of an image ask for it once.
        let known = self.reads().root_devices().get(image_id).cloned();
        if let Some(name) = known {
            return Ok(name);
        }
        let reason = match self.image(image_id).await? {
            Some(Image { root_device_name: Some(name), .. }) => {
                self.reads().root_devices().insert(image_id.to_owned(), name.clone());
                return Ok(name);
            }
            Some(_) => "the image names no root device",
            None => "the region has no such image, or the account may not use it",
        };
        let what = format!("looking up the root device of image {image_id}");
        Err(Error::Failed { what, reason: reason.into() })
    }
}

impl Described for Image {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_images().include_deprecated(true).filters(any_of(property, values));
        let pages = request.into_paginator().page_size(PAGE).items().send();
        let found = pages.try_collect().await.map_err(failed("ec2:DescribeImages"))?;
        Ok(found.into_iter().map(from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }
}

impl Image {
    /// The device that an instance of the image boots from.
    #[must_use]
    pub fn root_device(&self) -> Option<&ImageBlockDevice> {
        self.block_devices.iter().find(|device| Some(&device.device_name) == self.root_device_name.as_ref())
    }
}

fn from_sdk(image: aws_sdk_ec2::types::Image) -> Image {
    Image {
        id: image.image_id.unwrap_or_default(),
        name: image.name,
        description: image.description,
        owner_id: image.owner_id.unwrap_or_default(),
        owner_alias: image.image_owner_alias,
        creation_date: image.creation_date.unwrap_or_default(),
        deprecation_time: image.deprecation_time,
        architecture: image.architecture.map(|word| word.as_str().to_owned()),
        state: image.state.map(|word| word.as_str().to_owned()),
        public: image.public.unwrap_or_default(),
        location: image.image_location,
        image_type: image.image_type.map(|word| word.as_str().to_owned()),
        platform_details: image.platform_details,
        virtualization_type: image.virtualization_type.map(|word| word.as_str().to_owned()),
        hypervisor: image.hypervisor.map(|word| word.as_str().to_owned()),
        boot_mode: image.boot_mode.map(|word| word.as_str().to_owned()),
        ena_support: image.ena_support,
        imds_support: image.imds_support.map(|word| word.as_str().to_owned()),
        root_device_name: image.root_device_name,
        root_device_type: image.root_device_type.map(|word| word.as_str().to_owned()),
        block_devices: image
            .block_device_mappings
            .unwrap_or_default()
            .into_iter()
            .map(block_device)
            .collect(),
        tags: tags::from_sdk(image.tags),
    }
}

fn block_device(mapping: aws_sdk_ec2::types::BlockDeviceMapping) -> ImageBlockDevice {
    let ebs = mapping.ebs;
    let ebs = ebs.as_ref();
    ImageBlockDevice {
        device_name: mapping.device_name.unwrap_or_default(),
        virtual_name: mapping.virtual_name,
        snapshot_id: ebs.and_then(|ebs| ebs.snapshot_id.clone()),
        volume_size: ebs.and_then(|ebs| ebs.volume_size),
        volume_type: ebs.and_then(|ebs| ebs.volume_type.as_ref()).map(|word| word.as_str().to_owned()),
        iops: ebs.and_then(|ebs| ebs.iops),
        throughput: ebs.and_then(|ebs| ebs.throughput),
        encrypted: ebs.and_then(|ebs| ebs.encrypted),
        delete_on_termination: ebs.and_then(|ebs| ebs.delete_on_termination),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Server, ec2_reply};

    #[tokio::test]
    async fn all_pages_are_read() {
        let server = Server::start(|request| {
            let second = request.contains_key("NextToken");
            let (id, token) = if second { ("ami-2", "") } else { ("ami-1", "<nextToken>t</nextToken>") };
            ec2_reply(
                "DescribeImages",
                &format!("<imagesSet><item><imageId>{id}</imageId></item></imagesSet>{token}"),
            )
        })
        .await;
        let query = ImageQuery { owners: vec!["099720109477".into()], ..ImageQuery::default() };
        let images = server.clients().ec2().images(&query).await.unwrap();
        assert_eq!(images.iter().map(|image| &*image.id).collect::<Vec<_>>(), ["ami-1", "ami-2"]);
        assert_eq!(server.requests()[0]["Owner.1"], "099720109477");
    }

    #[tokio::test]
    async fn a_missing_image_is_named() {
        let server = Server::start(|_| ec2_reply("DescribeImages", "<imagesSet/>")).await;
        let error = server.clients().ec2().root_device_name("ami-1").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "looking up the root device of image ami-1 failed: the region has no such image, or the account may not use it"
        );
    }
}

//! `groundup_ami`: looks up the machine image to launch.

mod name_pattern;

use std::collections::BTreeMap;

use aws::Arn;
use aws::ec2::{Image, ImageBlockDevice, ImageQuery};
use tfplugin::prelude::*;

use self::name_pattern::NamePattern;
use super::filter::Filter;
use crate::Client;
use crate::common::tags::Tags;

/// A machine image, found by its owner and properties.
///
/// With `most_recent` the result changes whenever the owner publishes an image, and every instance whose `ami` it is
/// would be replaced: write `lifecycle { ignore_changes = [ami] }` in the instance, or name the image exactly.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Ami {
    /// Take the most recent image although anybody may be its owner.
    #[attr(optional)]
    allow_unsafe_filter: Attr<bool>,
    /// Processor architecture, such as `x86_64` or `arm64`.
    #[attr(computed)]
    architecture: Attr<String>,
    /// ARN of the image.
    #[attr(computed)]
    arn: Attr<String>,
    /// Devices that an instance of the image starts with.
    #[attr(computed)]
    block_device_mappings: Attr<Vec<BlockDeviceMapping>>,
    /// How it boots: `legacy-bios`, `uefi` or `uefi-preferred`.
    #[attr(computed)]
    boot_mode: Attr<String>,
    /// When it was made.
    #[attr(computed)]
    creation_date: Attr<String>,
    /// When its owner hides it from lists.
    #[attr(computed)]
    deprecation_time: Attr<String>,
    /// What its owner says about it.
    #[attr(computed)]
    description: Attr<String>,
    /// Whether enhanced networking is on.
    #[attr(computed)]
    ena_support: Attr<bool>,
    /// Only images that these accounts may launch; `self` and `all` are understood.
    #[attr(optional)]
    executable_users: Attr<Vec<String>>,
    /// Condition on the images, such as `name` with a pattern. All have to hold.
    #[attr(block = "set")]
    filter: Attr<Vec<Filter>>,
    /// Hypervisor, `xen` or `ovm`.
    #[attr(computed)]
    hypervisor: Attr<String>,
    /// Identifier of the image, which begins with `ami-`.
    #[attr(computed)]
    id: Attr<String>,
    /// Identifier of the image, as `id`.
    #[attr(computed)]
    image_id: Attr<String>,
    /// Owner and name in one.
    #[attr(computed)]
    image_location: Attr<String>,
    /// Name for the owner, such as `amazon` or `self`, where there is one.
    #[attr(computed)]
    image_owner_alias: Attr<String>,
    /// Kind of the image, mostly `machine`.
    #[attr(computed)]
    image_type: Attr<String>,
    /// `v2.0` when instances of it demand session tokens at the metadata service.
    #[attr(computed)]
    imds_support: Attr<String>,
    /// Also look at images that their owners have deprecated.
    #[attr(optional)]
    include_deprecated: Attr<bool>,
    /// Of several images take the one made last. Without it several images are an error.
    #[attr(optional)]
    most_recent: Attr<bool>,
    /// Name of the image.
    #[attr(computed)]
    name: Attr<String>,
    /// Regular expression that the name has to match in some part. It is applied to what the filters leave.
    #[attr(optional)]
    name_regex: Attr<Parsed<NamePattern>>,
    /// The account that owns the image.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Only images of these owners: account numbers, or `self`, `amazon`, `aws-marketplace`. Anybody may publish an
    /// image under any name, so name the owner; Canonical's is `099720109477`.
    #[attr(optional, check = |list| owners(list))]
    owners: Attr<Vec<String>>,
    /// What it is billed as, such as `Linux/UNIX`.
    #[attr(computed)]
    platform_details: Attr<String>,
    /// Whether every account may launch it.
    #[attr(computed)]
    public: Attr<bool>,
    /// Name of the root device, such as `/dev/sda1`.
    #[attr(computed)]
    root_device_name: Attr<String>,
    /// Kind of the root device, `ebs` or `instance-store`.
    #[attr(computed)]
    root_device_type: Attr<String>,
    /// Snapshot that the root volume is made from.
    #[attr(computed)]
    root_snapshot_id: Attr<String>,
    /// State of the image, mostly `available`.
    #[attr(computed)]
    state: Attr<String>,
    /// Tags of the image that this account sees.
    #[attr(computed)]
    tags: Attr<Tags>,
    /// Virtualization, `hvm` or `paravirtual`.
    #[attr(computed)]
    virtualization_type: Attr<String>,
}

/// A device that an instance starts with.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct BlockDeviceMapping {
    /// Name of the device.
    #[attr(computed)]
    device_name: Attr<String>,
    /// The volume: `delete_on_termination`, `encrypted`, `iops`, `snapshot_id`, `throughput`, `volume_size` and
    /// `volume_type` as far as the image says.
    #[attr(computed)]
    ebs: Attr<BTreeMap<String, String>>,
    /// Name of an instance store volume.
    #[attr(computed)]
    virtual_name: Attr<String>,
}

impl DataSource for Ami {
    const TYPE: &'static str = "ami";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        let unsafe_is_meant = self.allow_unsafe_filter.is_unknown() || self.allow_unsafe_filter.or(false);
        if self.most_recent.or(false) && !unsafe_is_meant && !self.names_its_source() {
            check.error(
                "most_recent",
                "Image of Unknown Origin",
                "Anybody may publish an image under any name, and the most recent one of anybody would be taken here. \
                 Set `owners`, or `allow_unsafe_filter = true` if this is meant.",
            );
        }
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Look Up Image";
        let aws = cx.client.aws();
        let images = aws.ec2().images(&self.query()).await.during(SUMMARY)?;
        let mut image = self.choose(images)?;
        image.tags = aws.ignored_tags().without(&image.tags);
        let arn = Arn::new("ec2", aws.region().await.during(SUMMARY)?, "", format!("image/{}", image.id));
        self.arn = arn.to_string().into();
        self.fill(image);
        Ok(self)
    }
}

impl Ami {
    /// Whether the owner or the image itself is given.
    fn names_its_source(&self) -> bool {
        let names_source = |filter: &Filter| match &filter.name {
            Attr::Known(name) => ["image-id", "owner-id", "owner-alias"].contains(&name.as_str()),
            _ => true,
        };
        let owners = match &self.owners {
            Attr::Known(owners) => !owners.is_empty(),
            owners => owners.is_set(),
        };
        owners || self.filter.is_unknown() || self.filter.known().into_iter().flatten().any(names_source)
    }

    fn query(&self) -> ImageQuery {
        ImageQuery {
            owners: self.owners.or_default(),
            executable_users: self.executable_users.or_default(),
            include_deprecated: self.include_deprecated.or(false),
            conditions: Filter::conditions(&self.filter),
        }
    }

    /// The one image that is meant.
    fn choose(&self, mut images: Vec<Image>) -> Result<Image> {
        if let Some(pattern) = self.name_regex.known() {
            images.retain(|image| image.name.as_deref().is_some_and(|name| pattern.matches(name)));
        }
        images.sort_by(|one, other| (&one.creation_date, &one.id).cmp(&(&other.creation_date, &other.id)));
        let count = images.len();
        let names: Vec<_> =
            images.iter().rev().take(5).map(|image| format!("{} ({})", image.id, label(image))).collect();
        match images.pop() {
            None => Err(Error::new(
                "No Matching Image",
                format!(
                    "The region has no image that the account may use with {}. Owners withdraw old images; \
                     `include_deprecated = true` also finds those that are only deprecated.",
                    self.asked_for()
                ),
            )),
            Some(_) if count > 1 && !self.most_recent.or(false) => Err(Error::new(
                "Several Matching Images",
                format!(
                    "{count} images have {}: {}{}. Set `most_recent = true`, or be more specific.",
                    self.asked_for(),
                    names.join(", "),
                    if count > names.len() { ", …" } else { "" },
                ),
            )),
            Some(image) => Ok(image),
        }
    }

    /// The conditions, in words.
    fn asked_for(&self) -> String {
        let query = self.query();
        let mut asked = Vec::new();
        if !query.owners.is_empty() {
            asked.push(format!("owners {}", query.owners.join(", ")));
        }
        if !query.executable_users.is_empty() {
            asked.push(format!("executable users {}", query.executable_users.join(", ")));
        }
        for condition in query.conditions {
            asked.push(format!("{} = {}", condition.name, condition.values.join(" or ")));
        }
        if let Some(pattern) = self.name_regex.known() {
            asked.push(format!("a name that matches /{}/", pattern.text()));
        }
        if asked.is_empty() { "no condition at all".into() } else { asked.join("; ") }
    }

    fn fill(&mut self, image: Image) {
        let root = image.root_device();
        self.root_snapshot_id = root.and_then(|device| device.snapshot_id.clone()).into();
        self.block_device_mappings = image.block_devices.into_iter().map(mapping).collect::<Vec<_>>().into();
        self.architecture = image.architecture.into();
        self.boot_mode = image.boot_mode.into();
        self.creation_date = image.creation_date.into();
        self.deprecation_time = image.deprecation_time.into();
        self.description = image.description.into();
        self.ena_support = image.ena_support.into();
        self.hypervisor = image.hypervisor.into();
        self.id = image.id.clone().into();
        self.image_id = image.id.into();
        self.image_location = image.location.into();
        self.image_owner_alias = image.owner_alias.into();
        self.image_type = image.image_type.into();
        self.imds_support = image.imds_support.into();
        self.name = image.name.into();
        self.owner_id = image.owner_id.into();
        self.platform_details = image.platform_details.into();
        self.public = image.public.into();
        self.root_device_name = image.root_device_name.into();
        self.root_device_type = image.root_device_type.into();
        self.state = image.state.into();
        self.tags = image.tags.into_iter().map(|(key, value)| (key, value.into())).collect::<Tags>().into();
        self.virtualization_type = image.virtualization_type.into();
    }
}

fn label(image: &Image) -> &str {
    image.name.as_deref().unwrap_or("without a name")
}

fn mapping(device: ImageBlockDevice) -> BlockDeviceMapping {
    let ebs = [
        ("delete_on_termination", device.delete_on_termination.map(|delete| delete.to_string())),
        ("encrypted", device.encrypted.map(|encrypted| encrypted.to_string())),
        ("iops", device.iops.map(|iops| iops.to_string())),
        ("snapshot_id", device.snapshot_id),
        ("throughput", device.throughput.map(|throughput| throughput.to_string())),
        ("volume_size", device.volume_size.map(|size| size.to_string())),
        ("volume_type", device.volume_type),
    ];
    let ebs: BTreeMap<_, _> =
        ebs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    BlockDeviceMapping {
        device_name: device.device_name.into(),
        ebs: ebs.into(),
        virtual_name: device.virtual_name.into(),
    }
}

fn owners(owners: &[String]) -> Result<(), String> {
    let is_owner = |owner: &str| {
        let account = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
        account || ["self", "amazon", "aws-marketplace", "aws-backup-vault"].contains(&owner)
    };
    match owners.iter().find(|owner| !is_owner(owner)) {
        Some(owner) => Err(format!(
            "{owner:?} is no owner: give the twelve digits of an account, `self`, `amazon` or `aws-marketplace`."
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;

//! Importing: what an instance seems to have been configured with.

use aws::ec2::{self, Image, InstanceState, Volume};
use tfplugin::prelude::*;

use super::observe::root_volume;
use super::user_data::Encoded;
use super::{Instance, MetadataOptions, RootBlockDevice};
use crate::Client;
use crate::common::tags;

const SUMMARY: &str = "Unable to Import Instance";

impl Instance {
    /// Fills what is not part of the description of an instance, and decides which blocks to fill.
    ///
    /// A block in the state and none in the configuration is a change to plan, and so is the opposite. So a block is
    /// filled when the instance differs from what its image gives: then somebody configured it.
    pub(super) async fn take_imported(&mut self, seen: &ec2::Instance, cx: &Cx<Client>) -> Result<()> {
        let ec2 = cx.client.aws().ec2();
        // A stopped instance does not tell whether it was launched with a public address.
        if seen.public_ip.is_some() || seen.state == InstanceState::Running {
            self.associate_public_ip_address = seen.public_ip.is_some().into();
        }
        self.disable_api_termination = ec2.api_termination_disabled(&seen.id).await.during(SUMMARY)?.into();
        let behavior = ec2.shutdown_behavior(&seen.id).await.during(SUMMARY)?;
        self.instance_initiated_shutdown_behavior = behavior.and_then(|word| word.parse().ok()).into();
        self.take_imported_credits(seen, cx).await?;
        if let Some(data) = ec2.user_data(&seen.id).await.during(SUMMARY)? {
            self.user_data = String::from_utf8(data.clone()).ok().into();
            self.user_data_base64 = Parsed::of(Encoded::new(data)).into();
        }
        let image = ec2.image(&seen.image_id).await.during(SUMMARY)?.unwrap_or_default();
        if differs_in_metadata(&seen.metadata_options, &image) {
            self.metadata_options = vec![MetadataOptions::default()].into();
        }
        let defaults = tags::all(&cx.client.default_tags().clone().into());
        if let Some((_, volume)) = root_volume(seen, cx).await?
            && (differs_in_volume(&volume, &image) || volume.tags != defaults)
        {
            self.root_block_device = vec![RootBlockDevice::default()].into();
        }
        Ok(())
    }
}

fn differs_in_metadata(seen: &ec2::MetadataOptions, image: &Image) -> bool {
    let (tokens, hops) =
        if image.imds_support.as_deref() == Some("v2.0") { ("required", 2) } else { ("optional", 1) };
    let differs = |seen: &Option<String>, given: &str| seen.as_deref().is_some_and(|seen| seen != given);
    differs(&seen.http_endpoint, "enabled")
        || differs(&seen.http_tokens, tokens)
        || seen.http_put_response_hop_limit.is_some_and(|seen| seen != hops)
        || differs(&seen.http_protocol_ipv6, "disabled")
        || differs(&seen.instance_metadata_tags, "disabled")
}

/// Whether it is encrypted does not count: the account may decide that.
fn differs_in_volume(volume: &Volume, image: &Image) -> bool {
    let Some(given) = image.root_device() else { return true };
    let differs = |seen: Option<i32>, given: Option<i32>| given.is_some() && seen != given;
    differs(volume.size, given.volume_size)
        || differs(volume.iops, given.iops)
        || differs(volume.throughput, given.throughput)
        || given.volume_type.is_some() && volume.volume_type != given.volume_type
}

#[cfg(test)]
mod tests {
    use aws::ec2::ImageBlockDevice;

    use super::*;

    #[test]
    fn what_the_image_gives_was_not_configured() {
        let options = |tokens: &str, hops| ec2::MetadataOptions {
            http_endpoint: Some("enabled".into()),
            http_tokens: Some(tokens.into()),
            http_put_response_hop_limit: Some(hops),
            ..ec2::MetadataOptions::default()
        };
        let plain = Image::default();
        let strict = Image { imds_support: Some("v2.0".into()), ..Image::default() };
        assert!(!differs_in_metadata(&options("optional", 1), &plain));
        assert!(differs_in_metadata(&options("required", 1), &plain));
        assert!(!differs_in_metadata(&options("required", 2), &strict));
        assert!(differs_in_metadata(&options("optional", 2), &strict));
    }

    #[test]
    fn a_volume_like_that_of_the_image_was_not_configured() {
        let device = ImageBlockDevice {
            device_name: "/dev/sda1".into(),
            volume_size: Some(8),
            volume_type: Some("gp3".into()),
            ..ImageBlockDevice::default()
        };
        let image = Image {
            root_device_name: Some("/dev/sda1".into()),
            block_devices: vec![device],
            ..Image::default()
        };
        let volume = Volume {
            size: Some(8),
            volume_type: Some("gp3".into()),
            iops: Some(3000),
            encrypted: Some(true),
            ..Volume::default()
        };
        assert!(!differs_in_volume(&volume, &image));
        assert!(differs_in_volume(&Volume { size: Some(20), ..volume.clone() }, &image));
        assert!(differs_in_volume(&volume, &Image::default()));
    }
}

//! The `root_block_device` block.

mod performance;

use aws::Arn;
use aws::ec2::{RootDevice, RootVolume, Volume, VolumeChange};
use tfplugin::prelude::*;

use super::observe::Take;
use crate::Client;
use crate::common::tags::{self, Tags};

string_enum! {
    /// Types of volumes that an instance can boot from.
    pub(crate) enum VolumeType {
        Gp3 = "gp3",
        Gp2 = "gp2",
        Io2 = "io2",
        Io1 = "io1",
        Standard = "standard",
    }
}

/// The volume that the instance boots from. What is not set is as in the image.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct RootBlockDevice {
    /// Whether the volume goes when the instance goes.
    #[attr(optional, default = true)]
    pub(super) delete_on_termination: Attr<bool>,
    /// Name of the device, such as `/dev/sda1`.
    #[attr(computed, keep)]
    device_name: Attr<String>,
    /// Whether the volume is encrypted. A change replaces the instance.
    #[attr(optional, computed, keep)]
    pub(super) encrypted: Attr<bool>,
    /// Input and output operations a second, for the types `gp3`, `io1` and `io2`.
    #[attr(optional, computed, keep)]
    pub(super) iops: Attr<i32>,
    /// ARN of the KMS key to encrypt with; `encrypted` has to be true. A change replaces the instance.
    #[attr(optional, computed, keep, check = key)]
    pub(super) kms_key_id: Attr<Parsed<Arn>>,
    /// Tags of the volume.
    #[attr(optional)]
    pub(super) tags: Attr<Tags>,
    /// Tags of the volume with the provider's default tags.
    #[attr(computed)]
    pub(super) tags_all: Attr<Tags>,
    /// MiB a second, for the type `gp3`.
    #[attr(optional, computed, keep, check = |rate| throughput(*rate))]
    pub(super) throughput: Attr<i32>,
    /// Identifier of the volume.
    #[attr(computed, keep)]
    volume_id: Attr<String>,
    /// Size in GiB. It can grow in place, and never shrink; the file system has to be grown from within.
    #[attr(optional, computed, keep, check = |size| check_size(*size))]
    pub(super) volume_size: Attr<i32>,
    /// Type of the volume: `gp3`, `gp2`, `io2`, `io1` or `standard`.
    #[attr(optional, computed, keep)]
    pub(super) volume_type: Attr<VolumeType>,
}

impl RootBlockDevice {
    pub(super) fn validate(&self, check: &mut Check, path: &Path) {
        if let Some(volume_type) = self.volume_type.known().copied() {
            self.validate_kinds(volume_type, check, path);
            for (name, problem) in performance::problems(volume_type, self) {
                check.error(path.attr(name), "Invalid Attribute Value", problem);
            }
        }
        self.validate_key(check, path);
    }

    /// Whether the type takes the arguments that are set, and has those it needs.
    fn validate_kinds(&self, volume_type: VolumeType, check: &mut Check, path: &Path) {
        let mut only = |name: &str, set: bool, types: &[VolumeType]| {
            if set && !types.contains(&volume_type) {
                let types: Vec<_> = types.iter().map(|kind| format!("`{kind}`")).collect();
                let detail = format!(
                    "`{name}` is only for volumes of type {}, not `{volume_type}`.",
                    types.join(", ")
                );
                check.error(path.attr(name), "Conflicting Arguments", detail);
            }
        };
        only("iops", self.iops.known().is_some(), &[VolumeType::Gp3, VolumeType::Io2, VolumeType::Io1]);
        only("throughput", self.throughput.known().is_some(), &[VolumeType::Gp3]);
        if matches!(volume_type, VolumeType::Io1 | VolumeType::Io2) && self.iops.is_null() {
            let detail = format!("A volume of type `{volume_type}` needs `iops`.");
            check.error(path.attr("iops"), "Missing Argument", detail);
        }
    }

    fn validate_key(&self, check: &mut Check, path: &Path) {
        if self.kms_key_id.known().is_some() && !self.encrypted.is_unknown() && !self.encrypted.or(false) {
            let detail = "A key needs a volume to encrypt: set `encrypted = true`.";
            check.error(path.attr("kms_key_id"), "Conflicting Arguments", detail);
        }
        tags::validate_at(check, &path.attr("tags"), &self.tags);
    }

    /// What to ask for at launch.
    pub(super) fn launch(&self) -> RootVolume {
        RootVolume {
            size: self.volume_size.known().copied(),
            volume_type: self.volume_type.known().map(ToString::to_string),
            iops: self.iops.known().copied(),
            throughput: self.throughput.known().copied(),
            encrypted: self.encrypted.or(false),
            kms_key_id: self.kms_key_id.known().map(ToString::to_string),
            delete_on_termination: self.delete_on_termination.known().copied(),
        }
    }

    /// What to change about the volume so that it is as wanted here.
    pub(super) fn change(&self, current: &Volume) -> VolumeChange {
        let differs = |wanted: &Attr<i32>, current: Option<i32>| {
            wanted.known().copied().filter(|wanted| current != Some(*wanted))
        };
        let volume_type = self.volume_type.known().map(ToString::to_string);
        VolumeChange {
            size: differs(&self.volume_size, current.size),
            volume_type: volume_type.filter(|wanted| current.volume_type.as_ref() != Some(wanted)),
            iops: differs(&self.iops, current.iops),
            throughput: differs(&self.throughput, current.throughput),
        }
    }

    /// Records that a volume has been changed to be as wanted.
    pub(super) fn take_change(&mut self, wanted: &Self) {
        let number = |done: &mut Attr<i32>, wanted: &Attr<i32>| {
            if wanted.known().is_some() {
                done.clone_from(wanted);
            }
        };
        number(&mut self.volume_size, &wanted.volume_size);
        number(&mut self.iops, &wanted.iops);
        number(&mut self.throughput, &wanted.throughput);
        if wanted.volume_type.known().is_some() {
            self.volume_type.clone_from(&wanted.volume_type);
        }
    }

    /// Takes over what AWS tells.
    pub(super) fn take(&mut self, take: Take, device: &RootDevice, volume: &Volume) {
        take.reported(&mut self.delete_on_termination, device.delete_on_termination);
        take.reported(&mut self.device_name, Some(device.name.clone()));
        take.reported(&mut self.volume_id, Some(volume.id.clone()));
        take.reported(&mut self.encrypted, volume.encrypted);
        take.reported(&mut self.iops, volume.iops);
        let key = volume.kms_key_id.clone().and_then(|arn| Parsed::new(arn).ok());
        take.reported(&mut self.kms_key_id, key);
        take.reported(&mut self.throughput, volume.throughput);
        take.reported(&mut self.volume_size, volume.size);
        take.reported(
            &mut self.volume_type,
            volume.volume_type.as_deref().and_then(|word| word.parse().ok()),
        );
    }

    /// Takes over the tags that AWS tells.
    pub(super) fn take_tags(&mut self, volume: &Volume, cx: &Cx<Client>) {
        tags::read(&mut self.tags, &mut self.tags_all, volume.tags.clone(), cx);
    }
}

fn key(arn: &Parsed<Arn>) -> Result<(), String> {
    if arn.service == "kms" && arn.resource.starts_with("key/") {
        return Ok(());
    }
    Err("The ARN of a KMS key is needed, which looks like `arn:aws:kms:region:account:key/id`; AWS reports nothing else, \
         so an alias would differ for ever."
        .into())
}

fn check_size(size: i32) -> Result<(), String> {
    if size >= 1 { Ok(()) } else { Err(format!("A volume has at least 1 GiB, not {size}.")) }
}

fn throughput(throughput: i32) -> Result<(), String> {
    if throughput >= 125 {
        Ok(())
    } else {
        Err(format!("The throughput is at least 125 MiB a second, not {throughput}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(device: &RootBlockDevice) -> Vec<String> {
        let mut check = Check::default();
        device.validate(&mut check, &Path::from("root_block_device").index(0));
        check.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect()
    }

    #[test]
    fn arguments_have_to_fit_the_type() {
        let device = RootBlockDevice {
            volume_type: VolumeType::Gp2.into(),
            iops: 4000.into(),
            throughput: 250.into(),
            kms_key_id: Attr::parse("arn:aws:kms:us-east-2:123456789012:key/k").unwrap(),
            ..RootBlockDevice::default()
        };
        assert_eq!(
            problems(&device),
            [
                "root_block_device[0].iops",
                "root_block_device[0].throughput",
                "root_block_device[0].kms_key_id"
            ]
        );
        let device = RootBlockDevice { volume_type: VolumeType::Io2.into(), ..RootBlockDevice::default() };
        assert_eq!(problems(&device), ["root_block_device[0].iops"]);
        let device = RootBlockDevice { throughput: 250.into(), ..RootBlockDevice::default() };
        assert_eq!(problems(&device), Vec::<String>::new());
    }

    #[test]
    fn only_differences_are_asked_for() {
        let device = RootBlockDevice {
            volume_size: 30.into(),
            volume_type: VolumeType::Gp3.into(),
            iops: Attr::Unknown,
            ..RootBlockDevice::default()
        };
        let current =
            Volume { size: Some(20), volume_type: Some("gp3".into()), iops: Some(3000), ..Volume::default() };
        assert_eq!(device.change(&current), VolumeChange { size: Some(30), ..VolumeChange::default() });
        assert!(device.change(&Volume { size: Some(30), ..current }).is_empty());
    }

    #[test]
    fn an_alias_is_no_key() {
        let arn = |text| Parsed::<Arn>::new(text).unwrap();
        assert!(key(&arn("arn:aws:kms:us-east-2:123456789012:key/k")).is_ok());
        assert!(key(&arn("arn:aws:kms:us-east-2:123456789012:alias/k")).is_err());
    }
}

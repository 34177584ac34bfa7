//! What a volume of some type and size can do.
//!
//! Upper limits that AWS has raised before are left to it; ratios and lower limits have always held.

use tfplugin::prelude::*;

use super::{RootBlockDevice, VolumeType};

/// What a gp3 volume does without being asked.
const GP3_IOPS: i32 = 3000;

/// What is wrong, by attribute.
pub(super) fn problems(volume_type: VolumeType, device: &RootBlockDevice) -> Vec<(&'static str, String)> {
    // Least operations, operations for each GiB, least size in GiB.
    let (least, ratio, smallest) = match volume_type {
        VolumeType::Gp3 => (GP3_IOPS, 500, 1),
        VolumeType::Io2 => (100, 1000, 4),
        VolumeType::Io1 => (100, 50, 4),
        VolumeType::Gp2 | VolumeType::Standard => return Vec::new(),
    };
    let (size, iops) = (device.volume_size.known().copied(), device.iops.known().copied());
    let mut found = Vec::new();
    if let Some(size) = size.filter(|size| *size < smallest) {
        found.push((
            "volume_size",
            format!("A volume of type `{volume_type}` has at least {smallest} GiB, not {size}."),
        ));
    }
    if let Some(iops) = iops.filter(|iops| *iops < least) {
        found.push((
            "iops",
            format!("A volume of type `{volume_type}` has at least {least} operations a second, not {iops}."),
        ));
    }
    if let (Some(size), Some(iops)) = (size, iops)
        && iops > least.max(size.saturating_mul(ratio))
    {
        found.push(("iops", format!(
            "A volume of type `{volume_type}` has at most {ratio} operations a second for each GiB; {iops} need {} GiB.",
            (iops + ratio - 1) / ratio
        )));
    }
    found.extend(throughput(volume_type, device).map(|problem| ("throughput", problem)));
    found
}

/// A gp3 volume moves a quarter of a MiB with each operation.
fn throughput(volume_type: VolumeType, device: &RootBlockDevice) -> Option<String> {
    let iops = match device.iops {
        Attr::Known(iops) => iops,
        Attr::Null => GP3_IOPS,
        Attr::Unknown => return None,
    };
    let throughput = *device.throughput.known()?;
    (volume_type == VolumeType::Gp3 && throughput > iops / 4).then(|| {
        format!(
            "{iops} operations a second carry at most {} MiB a second; {throughput} need `iops = {}`.",
            iops / 4,
            throughput.saturating_mul(4)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(
        volume_type: VolumeType,
        size: i32,
        iops: i32,
        throughput: Attr<i32>,
    ) -> Vec<(&'static str, String)> {
        let device = RootBlockDevice {
            volume_size: size.into(),
            iops: iops.into(),
            throughput,
            ..RootBlockDevice::default()
        };
        problems(volume_type, &device)
    }

    #[test]
    fn what_aws_sells_is_fine() {
        for (volume_type, size, iops, throughput) in [
            (VolumeType::Gp3, 1, 3000, Attr::Null),
            (VolumeType::Gp3, 20, 10_000, 1000.into()),
            (VolumeType::Gp3, 400, 80_000, 2000.into()),
            (VolumeType::Io1, 100, 5000, Attr::Null),
            (VolumeType::Io2, 256, 256_000, Attr::Null),
        ] {
            let text = format!("{volume_type} {size} {iops}");
            assert_eq!(told(volume_type, size, iops, throughput), [], "{text}");
        }
    }

    #[test]
    fn every_contradiction_is_told() {
        assert_eq!(
            told(VolumeType::Gp3, 10, 6000, 2000.into()),
            [
                ("iops", "A volume of type `gp3` has at most 500 operations a second for each GiB; 6000 need 12 GiB.".into()),
                ("throughput", "6000 operations a second carry at most 1500 MiB a second; 2000 need `iops = 8000`.".into()),
            ]
        );
        assert_eq!(
            told(VolumeType::Io1, 2, 50, Attr::Null),
            [
                ("volume_size", "A volume of type `io1` has at least 4 GiB, not 2.".into()),
                ("iops", "A volume of type `io1` has at least 100 operations a second, not 50.".to_owned()),
            ]
        );
        let device = RootBlockDevice { throughput: 800.into(), ..RootBlockDevice::default() };
        assert_eq!(
            problems(VolumeType::Gp3, &device),
            [(
                "throughput",
                "3000 operations a second carry at most 750 MiB a second; 800 need `iops = 3200`.".into()
            )]
        );
    }
}

use std::collections::BTreeSet;

use super::*;

fn image(id: &str, name: &str, date: &str) -> Image {
    Image { id: id.into(), name: Some(name.into()), creation_date: date.into(), ..Image::default() }
}

fn noble() -> Vec<Image> {
    vec![
        image("ami-1", "noble-20250821.1", "2025-08-22T00:00:00.000Z"),
        image("ami-2", "noble-20250821", "2025-08-21T00:00:00.000Z"),
        image("ami-3", "noble-minimal-20250901", "2025-09-01T00:00:00.000Z"),
    ]
}

fn ami() -> Ami {
    Ami {
        owners: vec!["099720109477".to_owned()].into(),
        filter: vec![Filter {
            name: "name".to_owned().into(),
            values: BTreeSet::from(["noble-*".to_owned()]).into(),
        }]
        .into(),
        ..Ami::default()
    }
}

fn detail(result: Result<Image>) -> String {
    result.unwrap_err().diagnostics()[0].detail.clone()
}

#[test]
fn the_date_decides_and_not_the_name() {
    let ami = Ami { most_recent: true.into(), name_regex: Attr::parse(r"^noble-\d").unwrap(), ..ami() };
    assert_eq!(ami.choose(noble()).unwrap().id, "ami-1");
}

#[test]
fn several_images_are_an_error_that_lists_them() {
    let detail = detail(ami().choose(noble()));
    assert!(
        detail.starts_with(
            "3 images have owners 099720109477; name = noble-*: ami-3 (noble-minimal-20250901), "
        ),
        "{detail}"
    );
}

#[test]
fn no_image_is_an_error_that_repeats_the_conditions() {
    let ami = Ami { name_regex: Attr::parse("jammy").unwrap(), most_recent: true.into(), ..ami() };
    let detail = detail(ami.choose(noble()));
    assert!(detail.contains("owners 099720109477; name = noble-*; a name that matches /jammy/"), "{detail}");
}

#[test]
fn an_image_of_anybody_is_refused() {
    let told = |ami: Ami| {
        let mut check = Check::default();
        ami.validate(&mut check);
        check.iter().count()
    };
    let anybody = Ami { owners: Attr::Null, most_recent: true.into(), ..ami() };
    assert_eq!(told(anybody.clone()), 1);
    assert_eq!(told(Ami { allow_unsafe_filter: true.into(), ..anybody.clone() }), 0);
    assert_eq!(told(Ami { owners: Attr::Unknown, ..anybody.clone() }), 0);
    assert_eq!(told(Ami { most_recent: Attr::Null, ..anybody.clone() }), 0);
    let by_id = Filter { name: "image-id".to_owned().into(), values: Attr::Unknown };
    assert_eq!(told(Ami { filter: vec![by_id].into(), ..anybody }), 0);
}

#[test]
fn owners_are_accounts_or_words() {
    assert!(owners(&["099720109477".into(), "self".into()]).is_ok());
    assert!(owners(&["canonical".into()]).unwrap_err().contains("\"canonical\""));
}

#[test]
fn the_root_snapshot_is_that_of_the_root_device() {
    let device = |name: &str, snapshot: &str| ImageBlockDevice {
        device_name: name.into(),
        snapshot_id: Some(snapshot.into()),
        volume_size: Some(8),
        ..ImageBlockDevice::default()
    };
    let image = Image {
        root_device_name: Some("/dev/sda1".into()),
        block_devices: vec![device("/dev/sdb", "snap-2"), device("/dev/sda1", "snap-1")],
        ..image("ami-1", "n", "d")
    };
    let mut ami = ami();
    ami.fill(image);
    assert_eq!(ami.root_snapshot_id, "snap-1".into());
    let ebs = ami.block_device_mappings.known().unwrap()[0].ebs.known().unwrap();
    assert_eq!(ebs["volume_size"], "8");
    assert_eq!(ami.deprecation_time, Attr::Null);
}

use super::*;

fn told(instance: &Instance) -> Vec<(String, String)> {
    let mut check = Check::default();
    instance.validate(&mut check);
    check.iter().map(|told| (told.path.as_ref().unwrap().to_string(), told.summary.clone())).collect()
}

#[test]
fn time_limits_are_documented() {
    crate::common::wait::assert_documented::<Instance>(INSTANCE);
}

#[test]
fn user_data_has_one_form() {
    let instance = Instance {
        user_data: "#!/bin/sh".into(),
        user_data_base64: Attr::parse("IyEvYmluL3No").unwrap(),
        ..Instance::default()
    };
    assert_eq!(told(&instance), [("user_data_base64".into(), "Conflicting Arguments".into())]);
}

#[test]
fn user_data_that_nobody_acts_upon_is_warned_about() {
    let plain = Instance { user_data: "name=worker-0|pod-cidr=172.20.0.0/24".into(), ..Instance::default() };
    assert_eq!(told(&plain), [("user_data".into(), "User Data of Unknown Format".into())]);
    let encoded = Instance { user_data_base64: Attr::parse("bmFtZT0=").unwrap(), ..Instance::default() };
    assert_eq!(told(&encoded), [("user_data_base64".into(), "User Data of Unknown Format".into())]);
    assert_eq!(told(&Instance { user_data: "#cloud-config\n".into(), ..Instance::default() }), []);
    assert_eq!(told(&Instance { user_data: Attr::Unknown, ..Instance::default() }), []);
}

#[test]
fn types_and_profiles_are_names() {
    for good in ["t3.small", "u-6tb1.metal", "m7g.16xlarge"] {
        assert!(instance_type(good).is_ok(), "{good}");
    }
    for bad in ["", "t3", "T3.small", ".small", "t3. small"] {
        assert!(instance_type(bad).is_err(), "{bad}");
    }
    assert!(profile("node").is_ok());
    assert!(profile("arn:aws:iam::123456789012:instance-profile/node").is_err());
}

#[test]
fn user_data_is_known_in_either_form() {
    let none = Instance::default();
    assert_eq!(none.user_data_bytes(), Some(Vec::new()));
    let encoded = Instance { user_data_base64: Attr::parse("YQ==").unwrap(), ..Instance::default() };
    assert_eq!(encoded.user_data_bytes(), Some(b"a".to_vec()));
    assert_eq!(Instance { user_data: Attr::Unknown, ..encoded }.user_data_bytes(), None);
}

fn seen() -> aws::ec2::Instance {
    aws::ec2::Instance {
        id: "i-0123456789abcdef0".into(),
        owner_id: None,
        image_id: "ami-01234567".into(),
        instance_type: "t3.small".into(),
        state: aws::ec2::InstanceState::Running,
        state_reason: None,
        availability_zone: Some("us-east-2a".into()),
        vpc_id: Some("vpc-01234567".into()),
        subnet_id: Some("subnet-01234567".into()),
        private_ip: Some("172.31.0.10".into()),
        private_dns: Some("ip-172-31-0-10.us-east-2.compute.internal".into()),
        public_ip: None,
        public_dns: None,
        key_name: None,
        iam_instance_profile: None,
        monitoring: false,
        ebs_optimized: false,
        metadata_options: aws::ec2::MetadataOptions::default(),
        metadata_options_pending: false,
        primary_interface_id: Some("eni-01234567".into()),
        interfaces: 1,
        security_group_ids: vec!["sg-01234567".into()],
        source_dest_check: true,
        root_device: None,
        tags: aws::Tags::new(),
    }
}

#[test]
fn carrying_out_a_plan_fills_only_what_it_left_open() {
    let mut planned = Instance {
        source_dest_check: false.into(),
        private_ip: Attr::Unknown,
        public_ip: Attr::Unknown,
        key_name: Attr::Unknown,
        vpc_security_group_ids: Attr::Unknown,
        instance_type: "t3.large".into(),
        ..Instance::default()
    };
    planned.take(Take::Unknown, &seen()).unwrap();
    assert_eq!(planned.source_dest_check, false.into());
    assert_eq!(planned.instance_type, "t3.large".into());
    assert_eq!(planned.private_ip, Parsed::of(Ipv4Addr::new(172, 31, 0, 10)).into());
    assert_eq!(planned.public_ip, "".into());
    assert_eq!(planned.key_name, Attr::Null);
    assert_eq!(planned.vpc_security_group_ids, BTreeSet::from(["sg-01234567".parse().unwrap()]).into());
}

#[test]
fn reading_shows_drift_but_not_in_the_intent() {
    let mut state = Instance {
        source_dest_check: false.into(),
        associate_public_ip_address: true.into(),
        public_ip: "203.0.113.1".into(),
        instance_state: "running".into(),
        ..Instance::default()
    };
    let stopped = aws::ec2::Instance { state: aws::ec2::InstanceState::Stopped, ..seen() };
    state.take(Take::Everything, &stopped).unwrap();
    assert_eq!(state.source_dest_check, true.into());
    assert_eq!(state.instance_state, "stopped".into());
    assert_eq!(state.public_ip, "".into());
    assert_eq!(state.associate_public_ip_address, true.into());
}

//! Where credentials come from, and which of them win.

use std::fs;

use super::{NOBODY, caller, provider, with_keys, without_keys};
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;
use crate::support::wayside::Saying;

const CONFIG: &str = r"
[default]
region = us-east-2

[profile base]
aws_access_key_id = base
aws_secret_access_key = secret

[profile role]
role_arn = arn:aws:iam::222222222222:role/r
role_session_name = profile
source_profile = base

[profile chain]
role_arn = arn:aws:iam::333333333333:role/r
role_session_name = profile
source_profile = role

[profile environment]
role_arn = arn:aws:iam::444444444444:role/r
role_session_name = profile
credential_source = Environment

[profile process]
credential_process = /bin/sh credentials.sh
";

const PROCESS: &str =
    r#"echo '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t"}'"#;

fn role(account: &str, session: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/r/{session}")
}

fn with_files(block: &str, environment: &[(&str, &str)]) -> Terraform {
    let terraform = provider(block, environment);
    fs::create_dir(terraform.path(".aws")).unwrap();
    terraform.write(".aws/config", CONFIG);
    terraform.write("credentials.sh", PROCESS);
    terraform
}

#[test]
fn profiles_of_each_kind() {
    let moto = Moto::start();
    let profile = |name: &str| caller(&with_files(&format!("  profile = {name:?}"), &with_keys(&moto)));
    assert_eq!(profile("base"), NOBODY);
    assert_eq!(profile("process"), NOBODY);
    assert_eq!(profile("role"), role("222222222222", "profile"));
    assert_eq!(profile("chain"), role("333333333333", "profile"));
    assert_eq!(profile("environment"), role("444444444444", "profile"));
}

/// The configuration wins over the environment, and that over the files.
#[test]
fn who_wins() {
    let moto = Moto::start();
    let in_environment = |name: &'static str, mut environment: Vec<(&'static str, &'static str)>| {
        environment.push((name, "role"));
        environment
    };
    let address: &'static str = moto.address().to_owned().leak();
    let none = || vec![("AWS_ENDPOINT_URL", address)];
    let keys = || {
        let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        none().into_iter().chain(keys).chain([("AWS_REGION", "us-east-2")]).collect::<Vec<_>>()
    };
    let region = ("AWS_REGION", "us-east-2");
    // The keys of the environment come before a profile that the environment names, as in all tools of AWS.
    assert_eq!(caller(&with_files("", &in_environment("AWS_PROFILE", keys()))), NOBODY);
    assert_eq!(caller(&with_files("  profile = \"role\"", &keys())), role("222222222222", "profile"));
    let by_keys = "  profile = \"role\"\n  access_key = \"k\"\n  secret_key = \"s\"";
    assert_eq!(caller(&with_files(by_keys, &keys())), NOBODY);
    for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let mut environment = in_environment(name, none());
        environment.push(region);
        assert_eq!(caller(&with_files("", &environment)), role("222222222222", "profile"), "{name}");
    }
    // Files elsewhere, below the home directory.
    let block = "  region = \"us-east-2\"\n  profile = \"role\"\n  shared_config_files = [\"~/elsewhere\"]";
    let terraform = provider(block, &none());
    terraform.write("elsewhere", CONFIG);
    assert_eq!(caller(&terraform), role("222222222222", "profile"));
}

/// The services section of the shared file, and what leaves it out.
#[test]
fn addresses_of_the_shared_file() {
    let moto = Moto::start();
    let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_PROFILE", "local")];
    let terraform = provider("", &keys);
    fs::create_dir(terraform.path(".aws")).unwrap();
    let config = format!(
        "[profile local]\nregion = us-east-2\nservices = here\n[services here]\nsts =\n  endpoint_url = {0}\nec2 =\n  \
         endpoint_url = {0}\n",
        moto.address()
    );
    terraform.write(".aws/config", &config);
    assert_eq!(caller(&terraform), NOBODY);
    // Ignored, the service of AWS itself is meant: here behind a proxy where nobody is.
    let ignoring = keys.into_iter().chain([("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]);
    let ignoring: Vec<_> = ignoring.chain([("HTTPS_PROXY", "http://127.0.0.1:1")]).collect();
    let terraform = provider("", &ignoring);
    fs::create_dir(terraform.path(".aws")).unwrap();
    terraform.write(".aws/config", &config);
    let told = super::unusable(&terraform);
    assert!(
        told.contains(
            "https://sts.us-east-2.amazonaws.com through the proxy http://127.0.0.1:1 of HTTPS_PROXY"
        ),
        "{told}"
    );
}

#[test]
fn a_container() {
    let moto = Moto::start();
    let keys =
        r#"{"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "Expiration": "2100-01-01T00:00:00Z"}"#;
    let service = Saying::start(keys);
    let uri = format!("http://{}/credentials", service.address);
    let mut environment = without_keys(&moto);
    environment.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri));
    assert_eq!(caller(&provider("", &environment)), NOBODY);
}

/// The role of the machine, and its region.
#[test]
fn an_instance() {
    let moto = Moto::start();
    let environment = [
        ("AWS_ENDPOINT_URL", moto.address()),
        ("AWS_EC2_METADATA_DISABLED", "false"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", moto.address()),
    ];
    let terraform = provider("", &environment);
    let zones = "data \"groundup_availability_zones\" \"these\" {}\n\noutput \"zones\" {\n  value = \
                 data.groundup_availability_zones.these.names\n}\n";
    terraform.write("zones.tf", zones);
    assert_eq!(caller(&terraform), NOBODY);
    assert_eq!(terraform.state().output("zones")[0], "us-east-1a");

    let block =
        format!("  ec2_metadata_service_endpoint = {:?}\n  skip_metadata_api_check = true", moto.address());
    let skipping = provider(&block, &[environment[0], environment[1], ("AWS_REGION", "us-east-2")]);
    let told = super::unusable(&skipping);
    assert!(told.ends_with("not asked, because of `skip_metadata_api_check`"), "{told}");
}

//! What is told when AWS is not reached.

use std::fs;
use std::time::{Duration, Instant};

use super::{provider, told, unusable, with_keys};
use crate::support::moto::Moto;
use crate::support::wayside::Silent;

/// Everything that is needed, and nobody there.
const NOWHERE: [(&str, &str); 4] = [
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    ("AWS_REGION", "us-east-2"),
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
];

#[test]
fn no_credentials_anywhere() {
    let terraform = provider("", &NOWHERE[..2]);
    assert_eq!(
        unusable(&terraform),
        "No AWS credentials were found. Looked at:\n  - AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: not set\n  - \
         AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN: not set\n  - the AWS profile `default`: there is none\n  - \
         AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI: not set\n  - the instance \
         metadata service: not asked, because of AWS_EC2_METADATA_DISABLED"
    );
}

/// However many objects want it: what is missing is missing once.
#[test]
fn a_missing_region_once() {
    let terraform = provider("", &NOWHERE[2..]);
    let vpcs =
        "resource \"groundup_vpc\" \"these\" {\n  count      = 12\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    terraform.write("main.tf", vpcs);
    assert_eq!(
        unusable(&terraform),
        "No AWS region is configured: set `region` in the provider configuration, the environment variable \
         AWS_REGION, or `region` in the profile `default`."
    );
}

#[test]
fn a_region_that_does_not_exist() {
    let reason = "`us-esat-2` is not the name of an AWS region such as `us-east-2`. Did you mean `us-east-2`? Where \
                  another service stands in for AWS, set `skip_region_validation`.";
    let terraform = provider("  region = \"us-esat-2\"", &NOWHERE);
    assert_eq!(told(&terraform), ("Unknown Region".to_owned(), reason.to_owned()));
    let terraform = provider("", &[NOWHERE[0], ("AWS_REGION", "us-esat-2"), NOWHERE[2], NOWHERE[3]]);
    assert_eq!(unusable(&terraform), format!("AWS_REGION names a region that does not exist: {reason}"));
}

#[test]
fn half_a_pair_of_keys() {
    let terraform = provider("", &NOWHERE[..3]);
    assert_eq!(
        unusable(&terraform),
        "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: the access key id and the secret access key \
         belong together."
    );
}

#[test]
fn shared_files_that_do_not_help() {
    let terraform = provider("  profile = \"prod\"", &NOWHERE[..2]);
    let (config, credentials) = (terraform.path(".aws/config"), terraform.path(".aws/credentials"));
    fs::create_dir(terraform.path(".aws")).unwrap();
    terraform.write(".aws/config", "[profile test]\nregion = us-east-2\n[default]\nregion = us-east-2\n");
    let looked = format!("Looked into {} and {}.", config.display(), credentials.display());
    assert_eq!(
        unusable(&terraform),
        format!(
            "`profile` names the AWS profile `prod`, which does not exist. {looked} There are: `default`, `test`."
        )
    );
    terraform.write(".aws/credentials", "[test]\naws_access_key_id\n");
    assert_eq!(
        unusable(&terraform),
        format!(
            "The shared AWS file {}, line 2, cannot be used: Expected an '=' sign defining a property.",
            credentials.display()
        )
    );
    fs::write(&credentials, b"[test]\n\xff\n").unwrap();
    assert_eq!(
        unusable(&terraform),
        format!(
            "The shared AWS file {}, line 2, cannot be used: it is not a text in UTF-8.",
            credentials.display()
        )
    );
    terraform.write("provider.tf", "provider \"groundup\" {\n  shared_config_files = [\"~/nowhere\"]\n}\n");
    assert_eq!(
        unusable(&terraform),
        format!(
            "The shared AWS file {} cannot be used: No such file or directory (os error 2).",
            terraform.path("nowhere").display()
        )
    );
    fs::remove_file(&credentials).unwrap();
    terraform.write("provider.tf", "provider \"groundup\" {\n  profile = \"test\"\n}\n");
    assert_eq!(
        unusable(&terraform),
        "The AWS profile `test` gives no credentials: it holds neither keys nor a way to get some."
    );
    terraform.write(".aws/config", "[profile test]\nsso_session = corp\n");
    let told = unusable(&terraform);
    assert!(
        told.starts_with("The AWS profile `test` gives no credentials: it logs in through a browser;"),
        "{told}"
    );
}

#[test]
fn a_token_that_is_not_there() {
    let role = ("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/ci");
    let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token");
    let terraform = provider("", &[NOWHERE[0], NOWHERE[1], role, token]);
    assert_eq!(
        unusable(&terraform),
        "The web identity token of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read: /nonexistent/token: No such file or \
         directory (os error 2)."
    );
}

#[test]
fn nobody_at_the_endpoint() {
    let started = Instant::now();
    let told = unusable(&provider("", &NOWHERE));
    let expected = "The AWS credentials from the environment could not be checked: sts:GetCallerIdentity: no connection \
                    to http://127.0.0.1:1: Connection refused (os error 111)";
    assert!(told.starts_with(expected), "{told}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn nobody_at_the_proxy() {
    // AWS itself is behind the proxy: it is not asked by another way.
    let told = unusable(&provider("  https_proxy = \"http://user:hunter2@127.0.0.1:1\"", &NOWHERE[1..]));
    let expected = "The AWS credentials from the environment could not be checked: sts:GetCallerIdentity: no connection \
                    to https://sts.us-east-2.amazonaws.com through the proxy http://127.0.0.1:1 of `https_proxy`: \
                    Connection refused (os error 111)";
    assert!(told.starts_with(expected), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    let terraform = provider("  http_proxy = \"socks5://127.0.0.1:1\"", &NOWHERE);
    let reason = "a proxy speaks `http` or `https`, not `socks5`.";
    assert_eq!(self::told(&terraform), ("Invalid Proxy".to_owned(), reason.to_owned()));
}

#[test]
fn certificates_that_are_none() {
    let terraform = provider("  custom_ca_bundle = \"~/ca.pem\"", &NOWHERE);
    let path = terraform.path("ca.pem");
    let expected = |reason: &str| {
        let detail =
            format!("The certificates of `custom_ca_bundle` cannot be used: {}: {reason}.", path.display());
        ("Invalid Certificates".to_owned(), detail)
    };
    assert_eq!(told(&terraform), expected("No such file or directory (os error 2)"));
    terraform.write("ca.pem", "hello\n");
    assert_eq!(told(&terraform), expected("it holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)"));
}

/// Where there is no instance metadata service, and where something stands in its place that does not answer.
#[test]
fn a_machine_that_is_no_instance() {
    let silent = Silent::start();
    let endpoint = format!("http://{}", silent.address);
    for (endpoint, reason) in [
        (
            "http://127.0.0.1:1",
            "no connection to http://127.0.0.1:1: Connection refused (os error 111)".to_owned(),
        ),
        (&*endpoint, format!("{endpoint} gave no answer within 5s")),
    ] {
        let block = format!("  ec2_metadata_service_endpoint = \"{endpoint}\"");
        let terraform = provider(&block, &[NOWHERE[0], NOWHERE[1], ("AWS_EC2_METADATA_DISABLED", "false")]);
        let started = Instant::now();
        let told = unusable(&terraform);
        assert!(told.ends_with(&format!("\n  - the instance metadata service: {reason}")), "{told}");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    }
}

#[test]
fn the_wrong_account() {
    let moto = Moto::start();
    let account =
        "The AWS credentials from the environment belong to the account 123456789012, which is not allowed:";
    let terraform = provider("  allowed_account_ids = [\"111111111111\"]", &with_keys(&moto));
    assert_eq!(unusable(&terraform), format!("{account} `allowed_account_ids` has only 111111111111."));
    let terraform = provider("  forbidden_account_ids = [\"123456789012\"]", &with_keys(&moto));
    assert_eq!(unusable(&terraform), format!("{account} `forbidden_account_ids` has 123456789012."));
    let both = "  allowed_account_ids = [\"1\"]\n  forbidden_account_ids = [\"123456789012\"]";
    let errors = provider(both, &with_keys(&moto)).plan().failed().errors();
    let summaries: Vec<_> = errors.iter().map(|told| &*told.summary).collect();
    assert!(summaries.contains(&"Invalid Account") && summaries.len() >= 2, "{errors:?}");
}

/// Keys that AWS does not know: told by the Security Token Service, or by whoever is asked first.
#[test]
fn keys_of_nobody() {
    let moto = Moto::start_strict();
    let told = unusable(&provider("", &with_keys(&moto)));
    let expected = "The AWS credentials from the environment could not be checked: sts:GetCallerIdentity: \
                    InvalidClientTokenId: The security token included in the request is invalid. (HTTP 403";
    assert!(told.starts_with(expected), "{told}");
    assert!(told.contains("The service does not know these credentials."), "{told}");

    let terraform = provider("  skip_credentials_validation = true", &with_keys(&moto));
    terraform.write("main.tf", "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    let errors = terraform.apply().failed().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let expected =
        "ec2:CreateVpc: AuthFailure: AWS was not able to validate the provided access credentials (HTTP 401";
    assert!(errors[0].detail.starts_with(expected), "{errors:?}");
}

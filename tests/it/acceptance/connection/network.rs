//! Proxies, and certificates of private authorities.

use super::{NOBODY, caller, provider, unusable};
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;
use crate::support::wayside::{HOST, Proxy, Secured};

/// The emulator behind a proxy, plain and with TLS, under a name that only the proxy knows.
struct Behind {
    proxy: Proxy,
    secured: Secured,
    _moto: Moto,
}

impl Behind {
    fn start() -> Self {
        let moto = Moto::start();
        let service = moto.address().trim_start_matches("http://").parse().unwrap();
        let secured = Secured::start(service);
        Self { proxy: Proxy::start(service, secured.address), secured, _moto: moto }
    }

    /// A provider that takes `endpoint` for AWS.
    fn provider(&self, endpoint: &str, block: &str, environment: &[(&str, &str)]) -> Terraform {
        let fixed = [
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_REGION", "us-east-2"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        let terraform = provider(block, &[&fixed, environment].concat());
        terraform.write("ca.pem", &self.secured.authority);
        terraform
    }

    fn url(&self) -> String {
        format!("http://user:hunter2@{}", self.proxy.address)
    }
}

#[test]
fn a_proxy_forwards_what_is_plain() {
    let behind = Behind::start();
    let endpoint = format!("http://{HOST}");
    let block = format!("  http_proxy = {:?}", behind.url());
    assert_eq!(caller(&behind.provider(&endpoint, &block, &[])), NOBODY);
    assert_eq!(caller(&behind.provider(&endpoint, "", &[("HTTP_PROXY", &behind.url())])), NOBODY);
    let heads = behind.proxy.heads();
    assert!(!heads.is_empty());
    for head in heads {
        assert!(head.starts_with(&format!("POST http://{HOST}/ HTTP/1.1\r\n")), "{head}");
        assert!(
            head.to_lowercase().contains("\r\nproxy-authorization: basic dxnlcjpodw50zxiy\r\n"),
            "{head}"
        );
    }
}

#[test]
fn some_hosts_are_reached_without_a_proxy() {
    let behind = Behind::start();
    // An address of this machine that does not look like one.
    let endpoint = "http://0.0.0.0:1";
    let block = format!("  http_proxy = {:?}", behind.url());
    assert_eq!(caller(&behind.provider(endpoint, &block, &[])), NOBODY);
    for (block, environment) in [
        (format!("{block}\n  no_proxy = \"example.test, 0.0.0.0\""), &[][..]),
        (block, &[("NO_PROXY", "0.0.0.0/8")][..]),
    ] {
        let told = unusable(&behind.provider(endpoint, &block, environment));
        assert!(told.contains(&format!("no connection to {endpoint}: Connection refused")), "{told}");
    }
}

#[test]
fn a_proxy_makes_tunnels_for_what_is_secure() {
    let behind = Behind::start();
    let endpoint = format!("https://{HOST}");
    let bundle = "  custom_ca_bundle = \"~/ca.pem\"";
    let block = format!("{bundle}\n  https_proxy = {:?}", behind.url());
    assert_eq!(caller(&behind.provider(&endpoint, &block, &[])), NOBODY);
    // A proxy in the configuration is meant for both, as in hashicorp/aws.
    let block = format!("{bundle}\n  http_proxy = {:?}", behind.url());
    assert_eq!(caller(&behind.provider(&endpoint, &block, &[])), NOBODY);
    for head in behind.proxy.heads() {
        assert!(head.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{head}");
        assert!(
            head.to_lowercase().contains("\r\nproxy-authorization: basic dxnlcjpodw50zxiy\r\n"),
            "{head}"
        );
    }
}

#[test]
fn certificates_are_verified() {
    let behind = Behind::start();
    let endpoint = format!("https://{}", behind.secured.address);
    let told = unusable(&behind.provider(&endpoint, "", &[]));
    let expected = format!(
        "The AWS credentials from the environment could not be checked: sts:GetCallerIdentity: no secure connection to \
         {endpoint}: invalid peer certificate: UnknownIssuer"
    );
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(caller(&behind.provider(&endpoint, "  custom_ca_bundle = \"~/ca.pem\"", &[])), NOBODY);
    // Whom the system trusts is trusted.
    let system = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&system, &behind.secured.authority).unwrap();
    let system = system.path().to_str().unwrap();
    assert_eq!(caller(&behind.provider(&endpoint, "", &[("SSL_CERT_FILE", system)])), NOBODY);
    assert_eq!(caller(&behind.provider(&endpoint, "", &[("AWS_CA_BUNDLE", "~/ca.pem")])), NOBODY);

    let terraform = behind.provider(&endpoint, "  insecure = true", &[]);
    let warnings = terraform.apply().succeeded().warnings();
    assert!(warnings.iter().all(|told| told.summary == "Certificates Are Not Verified"), "{warnings:?}");
    assert_eq!((warnings.is_empty(), caller(&terraform).as_str()), (false, NOBODY));
}

/// Who calls, and where: seen by a proxy that stands for all of AWS.
#[test]
fn addresses_follow_the_switches() {
    let behind = Behind::start();
    for (switch, host) in [
        ("", "sts.us-east-2.amazonaws.com"),
        ("use_fips_endpoint = true", "sts-fips.us-east-2.amazonaws.com"),
        ("use_dualstack_endpoint = true", "sts.us-east-2.api.aws"),
        ("sts_region = \"us-west-2\"", "sts.us-west-2.amazonaws.com"),
        ("endpoints {\n sts = \"https://sts.example.test\"\n}", "sts.example.test"),
    ] {
        let block = format!("  insecure = true\n  https_proxy = {:?}\n  {switch}", behind.url());
        let environment =
            [("AWS_REGION", "us-east-2"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        assert_eq!(caller(&provider(&block, &environment)), NOBODY);
        let last = behind.proxy.heads().pop().unwrap();
        assert!(last.starts_with(&format!("CONNECT {host}:443 HTTP/1.1\r\n")), "{switch}: {last}");
    }
}

#[test]
fn the_caller_names_itself() {
    let behind = Behind::start();
    let block = format!("  http_proxy = {:?}", behind.url());
    let environment = [("TF_APPEND_USER_AGENT", "pipeline/7 nightly"), ("AWS_SDK_UA_APP_ID", "tests")];
    let endpoint = format!("http://{HOST}");
    assert_eq!(caller(&behind.provider(&endpoint, &block, &environment)), NOBODY);
    let head = behind.proxy.heads().pop().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for agent in [
        &format!("lib/groundup/{version} "),
        "lib/Terraform/1.",
        "lib/pipeline/7 ",
        "lib/nightly ",
        "app/tests",
    ] {
        assert!(head.contains(agent), "{agent}: {head}");
    }
}

//! What gives access to AWS is in no log and no error.

use super::{provider, with_keys, without_keys};
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

const SECRETS: [&str; 5] = [
    "zebra-secret-key",
    "zebra-session-token",
    "zebra-external-id",
    "zebra.identity.token",
    "zebra-password",
];

fn logging(block: &str, mut environment: Vec<(&str, &str)>) -> Terraform {
    environment.extend([("TF_LOG", "TRACE"), ("RUST_BACKTRACE", "full"), ("TF_LOG_PATH", "trace.log")]);
    provider(block, &environment)
}

#[track_caller]
fn assert_silent(terraform: &Terraform, said: &str) {
    let log = terraform.read("trace.log");
    assert!(log.contains("[TRACE]") && log.contains("aws"), "the log is one of everything");
    for secret in SECRETS {
        assert!(!log.contains(secret) && !said.contains(secret), "{secret} is told");
    }
}

#[test]
fn are_not_told() {
    let moto = Moto::start();
    let roles = "  access_key = \"zebra-key-id\"
  secret_key = \"zebra-secret-key\"
  token      = \"zebra-session-token\"
  http_proxy = \"http://user:zebra-password@127.0.0.1:1\"
  assume_role {
    role_arn    = \"arn:aws:iam::222222222222:role/first\"
    external_id = \"zebra-external-id\"
  }";
    let token = "  assume_role_with_web_identity {
    role_arn           = \"arn:aws:iam::222222222222:role/ci\"
    web_identity_token = \"zebra.identity.token\"
  }";
    for terraform in [logging(roles, with_keys(&moto)), logging(token, without_keys(&moto))] {
        assert_silent(&terraform, &terraform.apply().succeeded().explain());
    }
    // Neither does a failure tell them.
    let nowhere = |moto: &'static str| vec![("AWS_ENDPOINT_URL", moto), ("AWS_REGION", "us-east-2")];
    for (block, address) in
        [(roles, "http://127.0.0.1:1"), (token, "http://127.0.0.1:1"), (roles, "http://[::1]:1")]
    {
        let terraform = logging(block, nowhere(address));
        assert_silent(&terraform, &terraform.plan().failed().explain());
    }
}

//! How the provider reaches AWS: settings, credentials, roles, what stands on the way, and what is told when it does
//! not get there.

mod failures;
mod network;
mod roles;
mod secrets;
mod sources;
mod tags;

use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

/// Asks who one is: the smallest thing there is to do with AWS.
const WHO: &str = r#"
data "groundup_caller_identity" "this" {}

output "arn" {
  value = data.groundup_caller_identity.this.arn
}
"#;

/// The account of whoever has keys that the emulator does not know.
const NOBODY: &str = "arn:aws:sts::123456789012:user/moto";

/// A provider block in an environment.
fn provider(block: &str, environment: &[(&str, &str)]) -> Terraform {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let terraform = Terraform::new().with_environment(environment.collect());
    terraform.write("provider.tf", &format!("provider \"groundup\" {{\n{block}\n}}\n"));
    terraform.write("main.tf", WHO);
    terraform
}

/// An environment that takes the emulator for AWS, and has no credentials.
fn without_keys(moto: &Moto) -> Vec<(&str, &str)> {
    vec![("AWS_ENDPOINT_URL", moto.address()), ("AWS_REGION", "us-east-2")]
}

fn with_keys(moto: &Moto) -> Vec<(&str, &str)> {
    let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    without_keys(moto).into_iter().chain(keys).collect()
}

/// Who the provider is for AWS.
#[track_caller]
fn caller(terraform: &Terraform) -> String {
    terraform.apply().succeeded();
    terraform.state().output("arn").as_str().unwrap().to_owned()
}

/// The one error of a plan.
#[track_caller]
fn told(terraform: &Terraform) -> (String, String) {
    let run = terraform.plan().failed();
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{}", run.explain());
    (errors[0].summary.clone(), errors[0].detail.clone())
}

#[track_caller]
fn unusable(terraform: &Terraform) -> String {
    let (summary, detail) = told(terraform);
    assert_eq!(summary, "AWS Cannot Be Used", "{detail}");
    detail
}

//! Roles that are assumed: each account of the emulator is a world of its own.

use super::{caller, provider, unusable, with_keys, without_keys};
use crate::support::moto::Moto;

const ROLE: &str = "  assume_role {
    role_arn     = \"arn:aws:iam::222222222222:role/first\"
    session_name = \"tests\"
    external_id  = \"hunter2\"
    duration     = \"1h\"
  }";

#[test]
fn a_chain() {
    let moto = Moto::start();
    assert_eq!(
        caller(&provider(ROLE, &with_keys(&moto))),
        "arn:aws:sts::222222222222:assumed-role/first/tests"
    );
    let second = "  assume_role {\n    role_arn     = \"arn:aws:iam::333333333333:role/second\"\n    session_name = \
                  \"tests\"\n  }";
    let terraform = provider(&format!("{ROLE}\n{second}"), &with_keys(&moto));
    terraform.write("vpc.tf", "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.9.0.0/16\"\n}\n");
    assert_eq!(caller(&terraform), "arn:aws:sts::333333333333:assumed-role/second/tests");
    // What is made there is not here.
    let arn = terraform.state().attributes("groundup_vpc.this")["arn"].as_str().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:ec2:us-east-2:333333333333:vpc/"), "{arn}");
    assert!(moto.inventory().iter().all(|id| !arn.ends_with(id.as_str())));
    terraform.plan().is_empty();
}

#[test]
fn a_token_of_a_pipeline() {
    let moto = Moto::start();
    let role = "arn:aws:iam::222222222222:role/ci";
    let expected = "arn:aws:sts::222222222222:assumed-role/ci/tests";
    let block = format!(
        "  assume_role_with_web_identity {{\n    role_arn                = {role:?}\n    session_name            = \
         \"tests\"\n    web_identity_token_file = \"~/token\"\n  }}"
    );
    let terraform = provider(&block, &without_keys(&moto));
    terraform.write("token", "eyJhbGciOiJub25lIn0.e30.\n");
    assert_eq!(caller(&terraform), expected);

    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "eyJhbGciOiJub25lIn0.e30.").unwrap();
    let mut environment = without_keys(&moto);
    environment.extend([
        ("AWS_ROLE_ARN", role),
        ("AWS_ROLE_SESSION_NAME", "tests"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
    ]);
    assert_eq!(caller(&provider("", &environment)), expected);
}

#[test]
fn what_cannot_be_a_role() {
    let moto = Moto::start();
    let wrong = ROLE.replace(":role/first", ":user/first").replace("1h", "1m");
    let errors = provider(&wrong, &with_keys(&moto)).plan().failed().errors();
    let told: Vec<_> = errors.iter().map(|told| told.line).collect();
    assert_eq!(told, [3, 6], "{errors:?}");
    // Without credentials nobody assumes anything.
    let told = unusable(&provider(ROLE, &without_keys(&moto)));
    let expected = "The role arn:aws:iam::222222222222:role/first could not be assumed (session `tests`): No AWS \
                    credentials were found. Looked at:";
    assert!(told.starts_with(expected), "{told}");
}

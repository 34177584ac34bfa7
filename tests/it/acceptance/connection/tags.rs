//! Tags of the provider, and tags of others.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{provider, with_keys};
use crate::support::moto::Moto;

const IGNORING: &str = "  default_tags {
    tags = {
      Owner = \"default\"
      Team  = \"default\"
    }
  }

  ignore_tags {
    keys         = [\"LastSeen\"]
    key_prefixes = [\"kubernetes.io/\"]
  }";

const OBJECTS: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.0.0.0/16"
  tags = {
    Owner = "resource"
  }
}

resource "groundup_nlb_target_group" "this" {
  name        = "nodes"
  port        = 6443
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = groundup_vpc.this.id
}
"#;

#[test]
fn of_others_stay() {
    let moto = Moto::start();
    let mut environment = with_keys(&moto);
    environment.push(("TF_AWS_DEFAULT_TAGS_Team", "environment"));
    environment.push(("TF_AWS_DEFAULT_TAGS_Stage", "environment"));
    environment.push(("TF_AWS_IGNORE_TAGS_KEYS", "Cost, Audit"));
    let terraform = provider(IGNORING, &environment);
    terraform.write("main.tf", OBJECTS);
    terraform.apply().succeeded();
    let vpc = terraform.state().attributes("groundup_vpc.this");
    let all = json!({"Owner": "resource", "Team": "default", "Stage": "environment"});
    assert_eq!((&vpc["tags"], &vpc["tags_all"]), (&json!({"Owner": "resource"}), &all));

    // Others leave their marks.
    let id = vpc["id"].clone();
    let theirs = ["LastSeen", "kubernetes.io/cluster/a", "Audit"];
    let list =
        |keys: &[&str]| -> Vec<_> { keys.iter().map(|key| json!({"Key": key, "Value": "x"})).collect() };
    moto.call("ec2.create_tags", &json!({"Resources": [id], "Tags": list(&theirs)}));
    let group = terraform.state().attributes("groundup_nlb_target_group.this");
    moto.call("elbv2.add_tags", &json!({"ResourceArns": [group["arn"]], "Tags": list(&theirs)}));
    terraform.plan().is_empty();

    // What is ours changes, and theirs stay.
    terraform.write("main.tf", &OBJECTS.replace("\"resource\"", "\"changed\""));
    terraform.write(
        "provider.tf",
        &format!("provider \"groundup\" {{\n{}\n}}\n", IGNORING.replace("Team ", "Unit ")),
    );
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let all = ["Audit", "LastSeen", "Owner", "Stage", "Team", "Unit", "kubernetes.io/cluster/a"];
    let seen = moto.call("ec2.describe_vpcs", &json!({"VpcIds": [id]}));
    assert_eq!(keys(&seen["Vpcs"][0]["Tags"]), all.into());
    let seen = moto.call("elbv2.describe_tags", &json!({"ResourceArns": [group["arn"]]}));
    assert_eq!(keys(&seen["TagDescriptions"][0]["Tags"]), all.into());
}

/// The keys of tags, without what the provider marks its objects with.
fn keys(tags: &Value) -> BTreeSet<&str> {
    let keys = tags.as_array().unwrap().iter().map(|tag| tag["Key"].as_str().unwrap());
    keys.filter(|key| *key != "groundup:create-token").collect()
}

/// Who sets a tag and ignores it means one of the two.
#[test]
fn set_and_ignored() {
    let moto = Moto::start();
    let terraform = provider(IGNORING, &with_keys(&moto));
    terraform.write("main.tf", &OBJECTS.replace("Owner =", "LastSeen ="));
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        (&*errors[0].summary, errors[0].line, &*errors[0].detail),
        (
            "Ignored Tag",
            5,
            "The provider's `ignore_tags` leaves the tag \"LastSeen\" to others, so it cannot be set here. Remove the \
             tag, or narrow `ignore_tags`."
        )
    );
    terraform.write("main.tf", OBJECTS);
    let ignoring = IGNORING.replace("\"LastSeen\"", "\"Owner\"");
    terraform.write("provider.tf", &format!("provider \"groundup\" {{\n{ignoring}\n}}\n"));
    let errors = terraform.plan().failed().errors();
    assert!(errors.iter().any(|told| told.summary == "Ignored Tag" && told.line <= 5), "{errors:?}");
}

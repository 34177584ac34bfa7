//! Instances that change in place: the id stays, nothing is left to do, and what somebody changes is changed back.

use serde_json::{Value, json};

use super::scenario::{Life, Scenario};
use crate::support::moto::Moto;
use crate::support::terraform::Terraform;

const SUBNET: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id                  = groundup_vpc.this.id
  cidr_block              = "10.1.0.0/24"
  map_public_ip_on_launch = true
}
"#;

/// An instance that has these arguments besides those it needs.
fn instance(arguments: &str) -> String {
    let instance_type = if arguments.contains("instance_type") { "" } else { "instance_type = \"t3.small\"" };
    format!(
        "resource \"groundup_instance\" \"this\" {{\n ami = \"ami-0a1b2c3d4e5f24002\"\n {instance_type}\n \
         subnet_id = groundup_subnet.this.id\n private_ip = \"10.1.0.10\"\n {arguments}\n}}\n"
    )
}

fn begin(arguments: &str, expected: &Value) -> Life {
    Scenario::aws("groundup_instance.this", SUBNET).begin(&instance(arguments), expected)
}

/// The parameters that name the instance, and more.
fn of(instance: &Value, more: &Value) -> Value {
    let mut parameters = json!({"InstanceId": instance["id"]});
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    parameters
}

#[test]
fn type_and_user_data_take_one_stop() {
    let life = begin("user_data = \"#!/bin/sh\\n\"", &json!({"instance_state": "running"}));
    let mut addresses = Vec::new();
    life.and(|_, instance| addresses.push(instance["public_ip"].clone()))
        .change(
            &instance("instance_type = \"t3.medium\"\n user_data = \"#!/bin/bash\\n\""),
            &json!({"instance_type": "t3.medium", "user_data": "#!/bin/bash\n", "instance_state": "running"}),
        )
        .and(|_, instance| {
            let (before, now) = (&addresses[0], &instance["public_ip"]);
            assert_ne!(now, "", "it has a public address again");
            assert_ne!(now, before, "which is another");
            assert_eq!(instance["private_ip"], "10.1.0.10");
        })
        .see(
            "ec2.describe_instance_attribute",
            |instance| of(instance, &json!({"Attribute": "userData"})),
            |seen| assert_eq!(seen["UserData"]["Value"], "IyEvYmluL2Jhc2gK"),
        )
        .replace(
            &instance("user_data = \"#!/bin/sh\\n\"\n user_data_replace_on_change = true"),
            &json!({"user_data": "#!/bin/sh\n"}),
        )
        .end();
}

#[test]
fn what_was_stopped_stays_stopped() {
    begin("", &json!({"instance_state": "running", "associate_public_ip_address": true}))
        .meanwhile("ec2.stop_instances", |instance| json!({"InstanceIds": [instance["id"]]}))
        .change(
            &instance("instance_type = \"t3.medium\""),
            &json!({"instance_type": "t3.medium", "instance_state": "stopped", "public_ip": ""}),
        )
        .end();
}

#[test]
fn switches() {
    let on = r#"
        disable_api_termination              = true
        instance_initiated_shutdown_behavior = "terminate"
        monitoring                           = true
        source_dest_check                    = false

        credit_specification {
          cpu_credits = "standard"
        }

        root_block_device {
          volume_size = 8
        }"#;
    let off = r#"
        disable_api_termination              = false
        instance_initiated_shutdown_behavior = "stop"
        monitoring                           = false
        source_dest_check                    = true

        credit_specification {
          cpu_credits = "unlimited"
        }

        root_block_device {
          volume_size = 8
        }"#;
    let expected = |on: bool| {
        json!({
            "disable_api_termination": on,
            "instance_initiated_shutdown_behavior": if on { "terminate" } else { "stop" },
            "monitoring": on,
            "source_dest_check": !on,
            "credit_specification": [{"cpu_credits": if on { "standard" } else { "unlimited" }}],
        })
    };
    begin(on, &expected(true))
        .change(&instance(off), &expected(false))
        .change(&instance(on), &expected(true))
        .drift("ec2.modify_instance_attribute", |instance| {
            of(instance, &json!({"DisableApiTermination": {"Value": false}}))
        })
        .drift("ec2.modify_instance_attribute", |instance| {
            of(instance, &json!({"InstanceInitiatedShutdownBehavior": {"Value": "stop"}}))
        })
        .drift("ec2.unmonitor_instances", |instance| json!({"InstanceIds": [instance["id"]]}))
        .drift("ec2.modify_instance_credit_specification", |instance| {
            json!({"InstanceCreditSpecifications": [{"InstanceId": instance["id"], "CpuCredits": "unlimited"}]})
        })
        .import("id")
        .change(&instance(off), &expected(false))
        .end();
}

#[test]
fn metadata_options() {
    let options =
        |options: &str| instance(&format!("metadata_options {{\n {}\n }}", options.replace(';', "\n")));
    let told = |endpoint: &str, tokens: &str, hops: u8, tags: &str| {
        json!({"metadata_options": [{
            "http_endpoint": endpoint, "http_tokens": tokens, "http_put_response_hop_limit": hops,
            "instance_metadata_tags": tags,
        }]})
    };
    Scenario::aws("groundup_instance.this", SUBNET)
        .begin(&options("http_tokens = \"required\""), &told("enabled", "required", 1, "disabled"))
        .change(
            &options(
                "http_tokens = \"required\"; http_put_response_hop_limit = 2; instance_metadata_tags = \"enabled\"",
            ),
            &told("enabled", "required", 2, "enabled"),
        )
        .drift("ec2.modify_instance_metadata_options", |instance| {
            of(instance, &json!({"HttpTokens": "optional", "HttpPutResponseHopLimit": 64}))
        })
        .change(&options("http_endpoint = \"disabled\""), &told("disabled", "required", 2, "enabled"))
        .drift("ec2.modify_instance_metadata_options", |instance| of(instance, &json!({"HttpEndpoint": "enabled"})))
        .change(
            &options("http_endpoint = \"enabled\"; http_tokens = \"optional\""),
            &told("enabled", "optional", 2, "enabled"),
        )
        .end();
}

#[test]
fn root_volume() {
    let volume = |arguments: &str| {
        instance(&format!("root_block_device {{\n volume_size = {}\n }}", arguments.replace(';', "\n")))
    };
    let tags = |name: &str| json!({"Name": name});
    Scenario::aws("groundup_instance.this", SUBNET)
        .begin(
            &volume("20; volume_type = \"gp3\"; tags = { Name = \"a\" }"),
            &json!({"root_block_device": [{"volume_size": 20, "tags_all": tags("a"), "delete_on_termination": true}]}),
        )
        .keep_at("/root_block_device/0/volume_id", |life| {
            life.change(
                &volume(
                    "40; volume_type = \"gp3\"; iops = 4000; throughput = 500; tags = { Name = \"b\" }; \
                     delete_on_termination = false",
                ),
                &json!({"root_block_device": [{
                    "volume_size": 40, "iops": 4000, "throughput": 500, "tags_all": tags("b"),
                    "delete_on_termination": false,
                }]}),
            )
            .drift("ec2.create_tags", |instance| {
                let volume = &instance["root_block_device"][0]["volume_id"];
                json!({"Resources": [volume], "Tags": [{"Key": "Name", "Value": "other"}]})
            })
            .drift("ec2.modify_instance_attribute", |instance| {
                let device = json!({"DeviceName": "/dev/sda1", "Ebs": {"DeleteOnTermination": true}});
                of(instance, &json!({"BlockDeviceMappings": [device]}))
            })
            .change(
                &volume("40; volume_type = \"io2\"; iops = 5000"),
                &json!({"root_block_device": [{"volume_type": "io2", "iops": 5000, "delete_on_termination": true}]}),
            )
        })
        .and(|terraform, _| {
            terraform.write("resource.tf", &volume("30; volume_type = \"io2\"; iops = 5000"));
            let errors = terraform.plan().failed().errors();
            assert_eq!(errors.len(), 1, "{errors:?}");
            assert_eq!(
                errors[0].detail,
                "The root volume has 40 GiB, and a volume never shrinks. Set `volume_size` to 40 or more. A smaller \
                 volume needs another instance: `terraform taint` this one, and it will be replaced."
            );
            terraform.succeed(&["taint", "groundup_instance.this"]);
        })
        .replace(
            &volume("30; volume_type = \"io2\"; iops = 5000"),
            &json!({"root_block_device": [{"volume_size": 30}]}),
        )
        .end();
}

#[test]
fn instance_profile() {
    let profile =
        |argument: &str| instance(&format!("{argument}\n root_block_device {{\n volume_size = 8\n }}"));
    let scenario = Scenario::aws("groundup_instance.this", SUBNET);
    for name in ["one", "two"] {
        scenario.call("iam.create_instance_profile", &json!({"InstanceProfileName": name}));
    }
    scenario
        .begin(&profile(""), &json!({"iam_instance_profile": null}))
        .change(&profile("iam_instance_profile = \"one\""), &json!({"iam_instance_profile": "one"}))
        .change(&profile("iam_instance_profile = \"two\""), &json!({"iam_instance_profile": "two"}))
        .import("id")
        .change(&profile("iam_instance_profile = \"\""), &json!({"iam_instance_profile": ""}))
        .replace(
            &profile("iam_instance_profile = \"one\"\n ebs_optimized = true"),
            &json!({"iam_instance_profile": "one", "ebs_optimized": true}),
        )
        .end();
}

/// An address that no instance can have is told before anything is created, be the subnet planned or there.
#[test]
fn addresses_that_cannot_be_had() {
    const INSTANCES: &str = r#"
resource "groundup_instance" "outside" {
  ami           = "ami-0a1b2c3d4e5f24002"
  instance_type = "t3.small"
  subnet_id     = groundup_subnet.this.id
  private_ip    = "10.1.1.10"
}

resource "groundup_instance" "reserved" {
  ami           = "ami-0a1b2c3d4e5f24002"
  instance_type = "t3.small"
  subnet_id     = groundup_subnet.this.id
  private_ip    = "10.1.0.3"
}

resource "groundup_instance" "twice" {
  for_each      = toset(["a", "b"])
  ami           = "ami-0a1b2c3d4e5f24002"
  instance_type = "t3.small"
  subnet_id     = groundup_subnet.this.id
  private_ip    = "10.1.0.10"
  tags          = { Name = each.key }
}
"#;
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    terraform.write("given.tf", SUBNET);
    terraform.write("instances.tf", INSTANCES);
    let told = |outside: &str| {
        let mut errors = terraform.plan().failed().errors();
        errors.sort_by_key(|error| error.line);
        let lines: Vec<_> = errors.iter().map(|error| error.line).collect();
        assert_eq!(lines, [6, 13, 21], "{errors:#?}");
        assert_eq!(errors[0].detail, outside);
        assert_eq!(
            errors[1].detail,
            "AWS keeps the first four addresses and the last one of 10.1.0.0/24; 10.1.0.3 is one of them."
        );
        let twice = ["\"a\" and \"b\"", "\"b\" and \"a\""].map(|names| {
            format!("10.1.0.10 is planned for two instances: {names}. Give one of them another address.")
        });
        assert!(twice.contains(&errors[2].detail), "{}", errors[2].detail);
    };
    told("10.1.1.10 is not in its subnet, which spans 10.1.0.0/24.");
    terraform.succeed(&["apply", "-input=false", "-auto-approve", "-target=groundup_subnet.this"]);
    let subnet = terraform.state().attributes("groundup_subnet.this");
    told(&format!("10.1.1.10 is not in 10.1.0.0/24, the range of {}.", subnet["id"].as_str().unwrap()));
    // Terraform plans before it destroys, unless it is told not to look.
    terraform.destroy().failed();
    terraform.succeed(&["destroy", "-input=false", "-auto-approve", "-refresh=false"]);
    assert_eq!(terraform.state().count(), 0);
}

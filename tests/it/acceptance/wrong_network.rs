//! Mistakes in networks are told before anything is changed, and nothing is called a mistake that may be right.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::moto::Moto;
use crate::support::run::{Run, Told};
use crate::support::terraform::Terraform;

const VPC: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}
"#;

fn subnet(name: &str, cidr: &str, arguments: &str) -> String {
    format!(
        "resource \"groundup_subnet\" \"{name}\" {{\n vpc_id = groundup_vpc.this.id\n cidr_block = \"{cidr}\"\n{arguments}\n}}\n"
    )
}

fn details(told: &[Told]) -> BTreeSet<&str> {
    told.iter().map(|told| told.detail.as_str()).collect()
}

#[track_caller]
fn assert_errors(run: &Run, expected: &[&str]) {
    let errors = run.errors();
    assert_eq!(details(&errors), expected.iter().copied().collect(), "{}", run.explain());
}

#[test]
fn by_itself() {
    let terraform = Terraform::new();
    terraform.write(
        "main.tf",
        r#"
        resource "groundup_security_group" "this" {
          vpc_id = "vpc-01234567"
          ingress {
            protocol    = "tcp"
            from_port   = 443
            to_port     = 80
            cidr_blocks = ["10.0.0.0/8"]
          }
          ingress {
            protocol  = "-1"
            from_port = 80
            to_port   = 0
            self      = true
          }
          egress {
            protocol  = "udp"
            from_port = 53
            to_port   = 53
          }
          egress {
            protocol    = "icmp"
            from_port   = -1
            to_port     = 3
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        resource "groundup_default_security_group" "this" {
          egress {
            protocol    = "tcp"
            from_port   = 1
            to_port     = 2
            cidr_blocks = ["10.0.0.1/8"]
          }
        }
        resource "groundup_route_table" "this" {
          vpc_id = "subnet-01234567"
          route {
            cidr_block     = "0.0.0.0/0"
            gateway_id     = "igw-01234567"
            nat_gateway_id = "nat-01234567"
          }
          route {
            gateway_id = "igw-01234567"
          }
          route {
            cidr_block           = "10.0.0.0/8"
            network_interface_id = "i-01234567"
          }
        }
        resource "groundup_vpc_dhcp_options" "this" {
          domain_name = "https://example"
          ntp_servers = ["time.example"]
        }
        resource "groundup_subnet" "this" {
          vpc_id            = "vpc-01234567"
          cidr_block        = "10.0.0.0/29"
          availability_zone = "use2-az1"
        }
        "#,
    );
    assert_errors(
        &terraform.plan().failed(),
        &[
            "The last port, 80, comes before the first one, 443.",
            "A rule for all protocols is one for all ports: `from_port` is 0, not 80.",
            "One of `cidr_blocks`, `ipv6_cidr_blocks`, `prefix_list_ids`, `security_groups` and `self` is required: a \
             rule lets somebody through.",
            "All ICMP types have all codes: with `from_port = -1`, 3 has to be -1 too.",
            "\"10.0.0.1/8\" has bits set behind its prefix: the network is `10.0.0.0/8`.",
            "\"subnet-01234567\" is not the id of a VPC: it has the form `vpc-` and 8 or 17 hexadecimal digits; this is the \
             id of a subnet.",
            "A route has one target: `nat_gateway_id` cannot be set together with `gateway_id`.",
            "A route has one destination: one of `cidr_block`, `ipv6_cidr_block`, `destination_prefix_list_id` is \
             required.",
            "\"i-01234567\" is not the id of a network interface: it has the form `eni-` and 8 or 17 hexadecimal digits; this \
             is the id of an instance.",
            "\"https://example\" is no domain name.",
            "\"time.example\" is no IP address.",
            "10.0.0.0/29 has a prefix length of 29; AWS allows 16 to 28.",
            "\"use2-az1\" is the id of a zone, which is what `availability_zone_id` takes.",
        ],
    );
}

/// What cannot work beside objects that exist is an error; what may give way in the same apply is a warning.
#[test]
fn beside_others() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    let gateway = "resource \"groundup_internet_gateway\" \"this\" {\n vpc_id = groundup_vpc.this.id\n}\n";
    terraform.write("vpc.tf", &[VPC, gateway, &subnet("first", "10.1.5.0/24", "")].concat());
    terraform.apply().succeeded();
    let id = |address: &str| terraform.state().attributes(address)["id"].as_str().unwrap().to_owned();
    let vpc = id("groundup_vpc.this");
    moto.call("ec2.create_subnet", &json!({"VpcId": vpc, "CidrBlock": "10.1.6.0/24"}));
    let foreign = moto.call(
        "ec2.describe_subnets",
        &json!({"Filters": [{"Name": "cidr-block", "Values": ["10.1.6.0/24"]}]}),
    );
    let foreign = foreign["Subnets"][0]["SubnetId"].as_str().unwrap().to_owned();
    let table = r#"
        resource "groundup_route_table" "this" {
          vpc_id = groundup_vpc.this.id
          route {
            cidr_block = "10.1.9.0/24"
            gateway_id = groundup_internet_gateway.this.id
          }
        }"#;
    terraform.write("wrong.tf", &[subnet("beside_foreign", "10.1.6.0/25", ""), table.to_owned()].concat());
    let run = terraform.plan().succeeded();
    let warnings = run.warnings();
    let expected = [
        format!(
            "10.1.6.0/25 shares addresses with 10.1.6.0/24 of subnet {foreign}, which is there already: AWS refuses the \
             new subnet unless that one is gone before."
        ),
        "10.1.9.0/24 lies in the range of the VPC, 10.1.0.0/16. Packets within a VPC take its `local` route, and AWS \
         refuses to lead them through a gateway."
            .to_owned(),
    ];
    assert_eq!(details(&warnings), expected.iter().map(String::as_str).collect(), "{}", run.explain());

    // Which of two subnets is planned first, nobody knows: the second is told about the other.
    let wrong = [subnet("outside", "10.2.0.0/24", ""), subnet("beside_first", "10.1.5.128/25", "")];
    terraform.write("wrong.tf", &wrong.concat());
    let run = terraform.plan().failed();
    let errors = run.errors();
    let mut told = details(&errors);
    let siblings = [("10.1.5.0/24", "10.1.5.128/25"), ("10.1.5.128/25", "10.1.5.0/24")].map(|(one, other)| {
        let detail = format!(
            "{one} shares addresses with {other}, which another subnet of this VPC has. AWS takes one of them only."
        );
        told.remove(detail.as_str())
    });
    assert_eq!(siblings.iter().filter(|found| **found).count(), 1, "{}", run.explain());
    let outside = format!("10.2.0.0/24 is not part of VPC {vpc}, which spans 10.1.0.0/16.");
    assert_eq!(told, [outside.as_str()].into(), "{}", run.explain());

    // Terraform plans before it destroys, as it validates: what cannot work goes first, or the plan is spared.
    moto.call("ec2.delete_subnet", &json!({"SubnetId": foreign}));
    terraform.destroy().failed();
    terraform.write("wrong.tf", "");
    terraform.destroy().succeeded();
    assert_eq!(terraform.state().count(), 0);
}

/// What cannot work is told before anything is made.
#[test]
fn in_a_new_vpc() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    let wrong = [
        subnet("outside", "10.2.0.0/24", ""),
        subnet("a", "10.1.0.0/24", ""),
        subnet("b", "10.1.0.0/25", ""),
    ];
    terraform.write("main.tf", &format!("{VPC}{}", wrong.concat()));
    let errors = terraform.plan().failed().errors();
    let summaries: BTreeSet<_> = errors.iter().map(|told| told.summary.as_str()).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(summaries, ["Overlapping Subnets", "Subnet Outside Its VPC"].into(), "{errors:?}");
}

#[test]
fn zone_of_another_region() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    let zone = "availability_zone = \"eu-central-1a\"";
    terraform.write("main.tf", &format!("{VPC}{}", subnet("this", "10.1.0.0/24", zone)));
    assert_errors(
        &terraform.plan().failed(),
        &["eu-central-1a is no zone of the region us-east-2, in which this provider configuration works."],
    );
}

/// What is planned by another configuration of the provider is not known to this one: it has to be applied first.
#[test]
fn what_another_configuration_plans_comes_first() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    terraform.write(
        "main.tf",
        r#"
        provider "groundup" {
          region = "us-east-2"
        }
        provider "groundup" {
          alias  = "other"
          region = "us-east-2"
        }
        resource "groundup_vpc" "this" {
          cidr_block = "10.1.0.0/16"
        }
        resource "groundup_vpc" "other" {
          provider   = groundup.other
          cidr_block = "10.2.0.0/16"
        }
        resource "groundup_subnet" "this" {
          for_each   = { a = groundup_vpc.this, b = groundup_vpc.other }
          vpc_id     = each.value.id
          cidr_block = cidrsubnet(each.value.cidr_block, 8, 1)
        }
        "#,
    );
    assert_errors(
        &terraform.plan().failed(),
        &[
            "10.2.1.0/24 is not part of its VPC, which spans 10.1.0.0/16. A VPC that another configuration (alias) of the \
           provider creates has to be applied first, with `-target`.",
        ],
    );
    terraform.succeed(&["apply", "-auto-approve", "-input=false", "-target=groundup_vpc.other"]);
    assert!(terraform.apply().succeeded().errors().is_empty());
    terraform.plan().is_empty();
    terraform.destroy().succeeded();
}

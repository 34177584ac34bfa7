//! Answers that nobody gets: no orphan, no duplicate.

use std::fs;

use tests::fault_proxy::{Effect, Kind, Rule};

use super::scenario::{Scenario, Verdict, World, contains, ensure};

/// Every kind of object.
const EVERYTHING: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
  tags       = { Name = "k8s" }
}

resource "groundup_vpc_dhcp_options" "this" {
  domain_name = "us-east-2.compute.internal"
}

resource "groundup_vpc_dhcp_options_association" "this" {
  vpc_id          = groundup_vpc.this.id
  dhcp_options_id = groundup_vpc_dhcp_options.this.id
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route_table" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_route" "this" {
  route_table_id         = groundup_route_table.this.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = groundup_internet_gateway.this.id
}

resource "groundup_subnet" "this" {
  vpc_id            = groundup_vpc.this.id
  cidr_block        = "10.1.0.0/24"
  availability_zone = "us-east-2a"
}

resource "groundup_route_table_association" "this" {
  route_table_id = groundup_route_table.this.id
  subnet_id      = groundup_subnet.this.id
}

resource "groundup_security_group" "this" {
  vpc_id      = groundup_vpc.this.id
  name_prefix = "k8s-"
}

resource "groundup_vpc_security_group_ingress_rule" "this" {
  security_group_id = groundup_security_group.this.id
  cidr_ipv4         = "10.1.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 6443
  to_port           = 6443
}

resource "groundup_vpc_security_group_egress_rule" "this" {
  security_group_id = groundup_security_group.this.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "groundup_key_pair" "this" {
  key_name_prefix = "k8s-"
  public_key      = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEn8hlXbUTYbBoVcqGbOcbuvJq8QDBUWrc2mTm0ikR7e k8s"
}

resource "groundup_instance" "this" {
  ami                    = "ami-0a1b2c3d4e5f24002"
  instance_type          = "t3.small"
  subnet_id              = groundup_subnet.this.id
  vpc_security_group_ids = [groundup_security_group.this.id]
  key_name               = groundup_key_pair.this.key_name
}

resource "groundup_nlb" "this" {
  name            = "api"
  subnets         = [groundup_subnet.this.id]
  security_groups = [groundup_security_group.this.id]
  depends_on      = [groundup_internet_gateway.this]
}

resource "groundup_nlb_target_group" "this" {
  name_prefix = "api-"
  port        = 6443
  protocol    = "TCP"
  vpc_id      = groundup_vpc.this.id
}

resource "groundup_nlb_target_group_attachment" "this" {
  target_group_arn = groundup_nlb_target_group.this.arn
  target_id        = groundup_instance.this.id
}

resource "groundup_nlb_listener" "this" {
  load_balancer_arn = groundup_nlb.this.arn
  port              = 6443
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = groundup_nlb_target_group.this.arn
  }
}
"#;

/// The calls that make all that, in the order in which one needs the other.
const CREATIONS: [&[&str]; 4] = [
    &["CreateVpc", "CreateDhcpOptions", "ImportKeyPair"],
    &[
        "CreateSubnet",
        "CreateInternetGateway",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateTargetGroup",
    ],
    &[
        "CreateRoute",
        "AssociateRouteTable",
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RunInstances",
        "CreateLoadBalancer",
    ],
    &["CreateListener"],
];

/// Calls that may be made again, because they change nothing then.
const REPEATABLE: [&str; 3] = ["AttachInternetGateway", "AssociateDhcpOptions", "RegisterTargets"];

const VPC: &str = "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.1.0.0/16\"\n}\n";

fn creations() -> impl Iterator<Item = &'static str> {
    CREATIONS.into_iter().flatten().copied()
}

/// Each creation was called once, and what AWS holds is what the state says.
fn is_made_once(world: &World) -> Verdict {
    for action in creations() {
        world.called(action, 1)?;
    }
    let (state, made) = (world.terraform.state().text, world.made());
    // What comes with a VPC is not in the state by itself, nor are the interface and the volume of an instance.
    let own = ["vpc-", "dopt-", "igw-", "subnet-", "key-", "k8s-", "i-", "arn:"];
    let lost: Vec<_> = made
        .iter()
        .filter(|id| own.iter().any(|prefix| id.starts_with(prefix)) && !state.contains(id.as_str()))
        .collect();
    ensure(lost.is_empty(), || format!("made, but not recorded: {lost:?}"))
}

fn journal_is_empty(world: &World) -> Verdict {
    let left: Vec<_> = fs::read_dir(world.terraform.path(".terraform/groundup"))
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    ensure(left.is_empty(), || format!("the journal still has {left:?}"))
}

#[test]
fn lost_answers_leave_no_orphan_and_no_duplicate() {
    let lost = |action: &str| Rule::first(1, action, Effect::LoseResponse);
    Scenario::given(EVERYTHING)
        .rules(creations().chain(REPEATABLE).map(lost))
        .proves(&["lost-response"])
        .run(|world| {
            world.apply()?;
            is_made_once(world)?;
            world.is_settled()?;
            journal_is_empty(world)?;
            let state = world.terraform.state().text;
            ensure(!state.contains("create-token"), || "the token is in the state".into())?;
            world.end()
        });
}

#[test]
fn a_killed_apply_leaves_no_orphan_and_no_duplicate() {
    Scenario::given(EVERYTHING).proves(&["journal"]).run(|world| {
        for creations in CREATIONS {
            let held = |action: &&str| Rule::first(1, action, Effect::Hold { milliseconds: 60_000 });
            world.proxy.set_rules(&creations.iter().map(held).collect::<Vec<_>>());
            let apply = world.terraform.start("apply");
            for action in creations {
                world.wait_for(action, 1)?;
            }
            apply.kill_everybody();
        }
        world.proxy.set_rules(&[]);
        world.apply()?;
        is_made_once(world)?;
        world.is_settled()?;
        journal_is_empty(world)?;
        world.end()
    });
}

#[test]
fn a_lost_launch_that_is_not_visible_yet_is_repeated_with_its_token() {
    let machine = "
resource \"groundup_instance\" \"this\" {
          ami           = \"ami-0a1b2c3d4e5f24002\"
          instance_type = \"t3.small\"
        }\n";
    Scenario::given(machine)
        .rules([
            Rule::first(1, "RunInstances", Effect::LoseResponse),
            Rule::hidden(Kind::Instance, "RunInstances", 8),
            Rule::Tokens,
        ])
        .proves(&["client-token"])
        .run(|world| {
            world.apply()?;
            world.called("RunInstances", 2)?;
            world.is_settled()?;
            world.end()
        });
}

#[test]
fn an_orphan_that_nobody_remembers_is_named() {
    let network = format!(
        "{VPC}resource \"groundup_subnet\" \"this\" {{
          vpc_id     = groundup_vpc.this.id
          cidr_block = \"10.1.0.0/24\"
        }}\n"
    );
    Scenario::given(&network)
        .rules([Rule::first(1, "CreateSubnet", Effect::Hold { milliseconds: 60_000 })])
        .run(|world| {
            let apply = world.terraform.start("apply");
            world.wait_for("CreateSubnet", 1)?;
            apply.kill_everybody();
            fs::remove_dir_all(world.terraform.path(".terraform/groundup"))
                .map_err(|error| error.to_string())?;
            let run = world.apply_fails()?;
            let orphan = world.made().into_iter().find(|id| id.starts_with("subnet-")).unwrap_or_default();
            let import = format!("`terraform import groundup_subnet.NAME {orphan}`");
            contains(&run.errors()[0].detail, &import)
        });
}

#[test]
fn a_creation_in_doubt_is_told_and_taken_over_by_the_next_apply() {
    let impatient = "provider \"groundup\" {\n alias = \"once\"\n region = \"us-east-2\"\n max_retries = 0\n}
        resource \"groundup_vpc\" \"this\" {\n  provider = groundup.once\n  cidr_block = \"10.1.0.0/16\"\n}\n";
    Scenario::given(impatient)
        .rules([Rule::first(1, "CreateVpc", Effect::LoseResponse), Rule::hidden(Kind::Vpc, "CreateVpc", 6)])
        .run(|world| {
            let detail = world.apply_fails()?.errors()[0].detail.clone();
            contains(
                &detail,
                "The VPC may have been made all the same, with the tag groundup:create-token = ",
            )?;
            contains(&detail, "The next apply in this folder looks for it and takes it over.")?;
            contains(&detail, "`terraform import groundup_vpc.NAME ID`")?;
            world.apply()?;
            world.called("CreateVpc", 1)?;
            world.is_settled()?;
            world.end()
        });
}

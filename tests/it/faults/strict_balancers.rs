//! Load balancers of a service that writes in its own way and gives each name once.

use tests::fault_proxy::Rule;

use super::scenario::{Scenario, ensure};

const BALANCER: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}

resource "groundup_nlb" "this" {
  name    = "api"
  subnets = [groundup_subnet.this.id]
}

resource "groundup_nlb_target_group" "this" {
  for_each    = toset(["a", "b"])
  name        = each.key
  port        = 6443
  protocol    = "TCP"
  vpc_id      = groundup_vpc.this.id
  target_type = "ip"
}

resource "groundup_nlb_target_group_attachment" "this" {
  target_group_arn = groundup_nlb_target_group.this["a"].arn
  target_id        = "10.1.0.10"
}
"#;

/// The load balancer with a listener of that action.
fn listener(action: &str) -> String {
    format!(
        r#"{BALANCER}
        resource "groundup_nlb_listener" "this" {{
          load_balancer_arn = groundup_nlb.this.arn
          port              = 6443
          protocol          = "TCP"

          default_action {{
            type = "forward"
            {action}
          }}
        }}"#
    )
}

const TO_A: &str = "target_group_arn = groundup_nlb_target_group.this[\"a\"].arn";
const TO_A_AS_A_SHARE: &str =
    "forward {\n target_group {\n arn = groundup_nlb_target_group.this[\"a\"].arn\n}\n}";
const TO_BOTH: &str =
    "forward {\n target_group {\n arn = groundup_nlb_target_group.this[\"a\"].arn\n weight = 9\n}
    target_group {\n arn = groundup_nlb_target_group.this[\"b\"].arn\n}\n}";

/// ARNs say `net`, and an action with one target group is told in both forms, whichever was asked for.
#[test]
fn the_service_has_its_own_way_to_write() {
    const LISTENER: &str = "groundup_nlb_listener.this";
    Scenario::given(&listener(TO_A)).rules(Rule::strict()).run(|world| {
        world.apply()?;
        world.is_settled()?;
        let arn = world.terraform.state().attributes(LISTENER)["arn"].as_str().unwrap().to_owned();
        ensure(arn.contains(":listener/net/api/"), || format!("the ARN is {arn}"))?;
        for action in [TO_A_AS_A_SHARE, TO_BOTH, TO_A] {
            world.write(&listener(action));
            world.apply()?;
            world.is_settled()?;
            let now = world.terraform.state().attributes(LISTENER)["arn"].as_str().unwrap().to_owned();
            ensure(now == arn, || format!("{action}: another listener"))?;
        }
        for address in [LISTENER, "groundup_nlb.this", "groundup_nlb_target_group_attachment.this"] {
            let id = world.terraform.state().attributes(address)["id"].as_str().unwrap().to_owned();
            world.terraform.import_again(address, &id);
        }
        world.is_settled()?;
        world.end()
    });
}

/// A second object of a name is told at the name, with the way to take the first one over.
#[test]
fn a_name_is_not_shared() {
    let second = |kind: &str, arguments: &str| {
        format!(
            "{BALANCER}\nresource \"groundup_{kind}\" \"second\" {{\n{arguments}\n
             depends_on = [groundup_nlb.this, groundup_nlb_target_group.this]\n}}\n"
        )
    };
    let group = "name = \"a\"\n port = 6443\n protocol = \"TCP\"\n vpc_id = groundup_vpc.this.id\n target_type = \"ip\"";
    for (kind, arguments) in
        [("nlb", "name = \"api\"\n subnets = [groundup_subnet.this.id]"), ("nlb_target_group", group)]
    {
        Scenario::given(&second(kind, arguments)).rules(Rule::strict()).run(|world| {
            let failed = world.apply_fails()?;
            let [error] = failed.errors().try_into().map_err(|errors| format!("{errors:?}"))?;
            let advice = format!("`terraform import groundup_{kind}.NAME arn:aws:elasticloadbalancing:");
            ensure(error.detail.contains(&advice), || format!("it says {}", error.detail))?;
            ensure(error.line > 0, || "it is at no line".into())?;
            world.end()
        });
    }
}

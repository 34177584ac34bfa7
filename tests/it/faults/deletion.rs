//! Deletions that something is in the way of.

use tests::fault_proxy::{Effect, Rule};

use super::scenario::Scenario;

const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "groundup_internet_gateway" "this" {
  vpc_id = groundup_vpc.this.id
}

resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.1.0.0/24"
}

resource "groundup_security_group" "this" {
  vpc_id = groundup_vpc.this.id
}
"#;

#[test]
fn a_blocked_deletion_is_repeated() {
    let deletions = "DeleteSubnet|DeleteSecurityGroup|DetachInternetGateway|DeleteVpc";
    Scenario::given(NETWORK)
        .rules([Rule::each(2, deletions, Effect::dependency_violation())])
        .proves(&["blocked-deletion"])
        .run(|world| {
            world.apply()?;
            world.end()?;
            world.called(deletions, 12)
        });
}

//! New objects that AWS does not know everywhere at once.

use tests::fault_proxy::{Kind, Rule};

use super::scenario::Scenario;

#[test]
fn a_new_vpc_may_hide() {
    Scenario::given("resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.1.0.0/16\"\n}\n")
        .rules([Rule::hidden(Kind::Vpc, "CreateVpc", 2)])
        .proves(&["visibility"])
        .run(|world| {
            world.apply()?;
            world.is_settled()?;
            world.end()
        });
}

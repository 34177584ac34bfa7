//! A service that is busy, or behind something that is broken.

use tests::fault_proxy::{Effect, Rule};

use super::scenario::{Scenario, World, contains};

const VPC: &str = "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.1.0.0/16\"\n}\n";

#[test]
fn a_throttled_call_is_repeated() {
    Scenario::given(VPC)
        .rules([
            Rule::first(2, "CreateVpc", Effect::throttle()),
            Rule::first(1, "Describe*", Effect::throttle()),
        ])
        .proves(&["throttled-retry"])
        .run(|world: &World| {
            world.apply()?;
            world.called("CreateVpc", 3)?;
            world.is_settled()
        });
}

#[test]
fn a_page_in_place_of_an_answer_is_looked_behind() {
    Scenario::given(VPC)
        .rules([Rule::first(2, "DescribeVpcs", Effect::server_error())])
        .proves(&["throttled-retry"])
        .run(|world| {
            world.apply()?;
            world.is_settled()
        });
}

#[test]
fn a_page_that_stays_is_shown() {
    Scenario::given("data \"groundup_availability_zones\" \"all\" {}\n")
        .rules([Rule::always("DescribeAvailabilityZones", Effect::server_error())])
        .run(|world| {
            world.write(
                "provider \"groundup\" {\n alias = \"once\"\n region = \"us-east-2\"\n max_retries = 0\n}
                data \"groundup_availability_zones\" \"all\" {\n provider = groundup.once\n}\n",
            );
            let run = world.apply_fails()?;
            contains(&run.errors()[0].detail, "500 Internal Server Error")?;
            contains(&run.errors()[0].detail, "(HTTP 500)")?;
            world.called("DescribeAvailabilityZones", 1)
        });
}

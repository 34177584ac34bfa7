//! `groundup_vpc_security_group_egress_rule`: what may go out.

use aws::ec2::Direction;
use tfplugin::prelude::*;

use super::security_group_rule::{Rule, rule_resource};
use crate::Client;

rule_resource! {
    /// A rule that lets something out from the members of a security group: to a network, a prefix list, or the members
    /// of a security group.
    VpcSecurityGroupEgressRule, "vpc_security_group_egress_rule", Direction::Egress
}

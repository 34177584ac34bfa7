//! `groundup_vpc_security_group_ingress_rule`: what may come in.

use aws::ec2::Direction;
use tfplugin::prelude::*;

use super::security_group_rule::{Rule, rule_resource};
use crate::Client;

rule_resource! {
    /// A rule that lets something in to the members of a security group: from a network, a prefix list, or the members
    /// of a security group.
    VpcSecurityGroupIngressRule, "vpc_security_group_ingress_rule", Direction::Ingress
}

"""Where moto differs from AWS and a user would notice."""

from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
from moto.ec2.models.security_groups import SecurityGroupRule

# The description of a rule that refers to a group is told like that of any other rule.
SecurityGroupRule.description = property(
    lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
)

associate = DHCPOptionsSetBackend.associate_dhcp_options


def associate_dhcp_options(self, dhcp_options, vpc) -> None:
    """The options that the VPC had so far are free to be deleted."""
    self.disassociate_dhcp_options(vpc)
    associate(self, dhcp_options, vpc)


DHCPOptionsSetBackend.associate_dhcp_options = associate_dhcp_options

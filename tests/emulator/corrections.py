"""Where moto differs from AWS and a user would notice."""

import base64

from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses import instances
from moto.ec2.responses.dhcp_options import DHCPOptions

# The description of a rule that refers to a group is told like that of any other rule.
SecurityGroupRule.description = property(
    lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
)

modify_rules = SecurityGroupBackend.modify_security_group_rules


def modify_security_group_rules(self, group_id, rules) -> None:
    """Peers of every kind can be changed, not only IPv4 networks."""
    modify_rules(self, group_id, rules)
    group = self.get_security_group_by_name_or_id(group_id)
    for rule_id, new in rules.items():
        rule = group.get_rule(rule_id)
        if new.get("ReferencedGroupId"):
            rule.source_group["GroupId"] = new["ReferencedGroupId"]
        if new.get("CidrIpv6"):
            rule.ip_range["CidrIpv6"] = new["CidrIpv6"]
        if new.get("PrefixListId"):
            rule.prefix_list_id = new["PrefixListId"]


SecurityGroupBackend.modify_security_group_rules = modify_security_group_rules

associate = DHCPOptionsSetBackend.associate_dhcp_options


def associate_dhcp_options(self, dhcp_options, vpc) -> None:
    """The options that the VPC had so far are free to be deleted."""
    self.disassociate_dhcp_options(vpc)
    associate(self, dhcp_options, vpc)


DHCPOptionsSetBackend.associate_dhcp_options = associate_dhcp_options

parse = instances.parse_user_data


def parse_user_data(value):
    """A change of user data arrives decoded, and is not decoded once more."""
    return parse(base64.b64encode(value).decode() if isinstance(value, bytes) else value)


instances.parse_user_data = parse_user_data

create_dhcp_options = DHCPOptions.create_dhcp_options


def create_dhcp_options_with_tags(self):
    """Tags that are asked for with new options are set."""
    result = create_dhcp_options(self)
    for specification in self._get_param("TagSpecifications", []):
        for tag in specification.get("Tags") or []:
            result.result["DhcpOptions"].add_tag(tag["Key"], tag.get("Value", ""))
    return result


DHCPOptions.create_dhcp_options = create_dhcp_options_with_tags


def _tell_life_of_token() -> None:
    """The instance metadata service tells how long its token lives; a client that asks for one needs to know."""
    from moto.instance_metadata.responses import InstanceMetadataResponse

    answer = InstanceMetadataResponse.metadata_response

    def metadata_response(request, full_url, headers):
        status, told, body = answer(request, full_url, headers)
        if full_url.endswith("/latest/api/token"):
            told = {**told, "x-aws-ec2-metadata-token-ttl-seconds": "21600"}
        return status, told, body

    InstanceMetadataResponse.metadata_response = staticmethod(metadata_response)


_tell_life_of_token()

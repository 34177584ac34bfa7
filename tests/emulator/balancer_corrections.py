"""Where moto's load balancers differ from AWS and a user would notice: moto knows the application load balancer best."""

from moto.elbv2 import responses
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

PROTOCOLS = ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"]

modify_listener = ELBv2Backend.modify_listener


def modify_network_listener(self, arn, port=None, protocol=None, ssl_policy=None, certificates=None, actions=None):
    """A network load balancer has other protocols, and TLS alone has a certificate and a policy."""
    if protocol not in PROTOCOLS:
        return modify_listener(self, arn, port, protocol, ssl_policy, certificates, actions)
    listener = modify_listener(self, arn, port, "TCP", ssl_policy, certificates, actions)
    listener.protocol = protocol
    if protocol != "TLS":
        listener.certificate, listener.certificates = None, []
        listener.ssl_policy, listener.alpn_policy = None, []
    elif certificates:
        listener.certificate = certificates[0]["CertificateArn"]
        listener.certificates = [listener.certificate]
    return listener


ELBv2Backend.modify_listener = modify_network_listener

answer_modify_listener = responses.ELBV2Response.modify_listener


def modify_listener_with_preference(self):
    """The preference among application protocols can be changed."""
    arn, preference = self._get_param("ListenerArn"), self._get_param("AlpnPolicy")
    answer = answer_modify_listener(self)
    if preference:
        self.elbv2_backend.describe_listeners(None, [arn])[0].alpn_policy = preference
    return answer


responses.ELBV2Response.modify_listener = modify_listener_with_preference

answer_modify_target_group = responses.ELBV2Response.modify_target_group


def modify_network_target_group(self):
    """The check of a TCP group can be an HTTP one, with status codes."""
    answer = answer_modify_target_group(self)
    group, codes = self.elbv2_backend.target_groups[self._get_param("TargetGroupArn")], self._get_param("Matcher.HttpCode")
    if group.health_check_protocol == "TCP":
        group.matcher = group.health_check_path = None
    elif codes:
        group.matcher = {"HttpCode": codes}
    return answer


responses.ELBV2Response.modify_target_group = modify_network_target_group

answer_set_security_groups = responses.ELBV2Response.set_security_groups


def set_security_groups(self):
    """Whether the rules apply to traffic through endpoint services is remembered."""
    answer = answer_set_security_groups(self)
    rules = self._get_param("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    if rules:
        balancer = self.elbv2_backend.load_balancers[self._get_param("LoadBalancerArn")]
        balancer.enforce_security_group_inbound_rules_on_private_link_traffic = rules
    return answer


responses.ELBV2Response.set_security_groups = set_security_groups

set_subnets = ELBv2Backend.set_subnets


def set_network_subnets(self, arn, subnets, subnet_mappings):
    """A network load balancer serves a single availability zone too."""
    balancer = self.load_balancers.get(arn)
    given = [*subnets, *(mapping["SubnetId"] for mapping in subnet_mappings)]
    if balancer is None or balancer.type != "network" or len(given) > 1:
        return set_subnets(self, arn, subnets, subnet_mappings)
    balancer.subnets = [self.ec2_backend.get_subnet(subnet) for subnet in given]
    return balancer.availability_zones


ELBv2Backend.set_subnets = set_network_subnets

delete_load_balancer = ELBv2Backend.delete_load_balancer


def delete_unprotected_load_balancer(self, arn):
    """Protection from deletion protects."""
    balancer = self.load_balancers.get(arn)
    if isinstance(balancer, FakeLoadBalancer) and balancer.attrs.get("deletion_protection.enabled") == "true":
        message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        raise ELBClientError("OperationNotPermitted", message)
    return delete_load_balancer(self, arn)


ELBv2Backend.delete_load_balancer = delete_unprotected_load_balancer

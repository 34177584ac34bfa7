"""Where moto's instances differ from AWS's and a user would notice."""

import threading

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
from moto.ec2.models.instances import Instance, InstanceBackend, MetadataOptions
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.instances import InstanceResponse

request_ip = Subnet.request_ip


def request_ip_or_refuse(self, ip, instance) -> None:
    """An address that cannot be had is refused, and is no failure of the service."""
    host = int(self.cidr.network_address.__class__(ip)) - int(self.cidr.network_address)
    if not 0 <= host < self.cidr.num_addresses:
        raise EC2ClientError("InvalidParameterValue", f"Address {ip} does not fall within the subnet's address range")
    if host < 4 or host == self.cidr.num_addresses - 1:
        raise EC2ClientError("InvalidParameterValue", f"Address {ip} is in subnet's reserved address range")
    if ip in self._subnet_ips:
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {ip} is in use.")
    request_ip(self, ip, instance)


Subnet.request_ip = request_ip_or_refuse

modify_instance_attribute = InstanceBackend.modify_instance_attribute


def modify_stopped(self, instance_id, key, value):
    """Some attributes are those of a stopped instance only."""
    instance = self.get_instance(instance_id)
    if key in ("instance_type", "user_data") and instance.state != "stopped":
        raise EC2ClientError(
            "IncorrectInstanceState",
            f"The instance '{instance_id}' is not in the 'stopped' state.",
        )
    return modify_instance_attribute(self, instance_id, key, value)


InstanceBackend.modify_instance_attribute = modify_stopped


def modify_metadata_options(self, instance_id, **options):
    """An option that is not sent stays as it is."""
    del options["dry_run"]
    names = {
        "http_tokens": "HttpTokens",
        "hop_limit": "HttpPutResponseHopLimit",
        "http_endpoint": "HttpEndpoint",
        "http_protocol": "HttpProtocolIpv6",
        "metadata_tags": "InstanceMetadataTags",
    }
    instance = self.get_instance(instance_id)
    before = instance.metadata_options
    merged = {
        "HttpTokens": before.http_tokens,
        "HttpPutResponseHopLimit": before.http_put_response_hop_limit,
        "HttpEndpoint": before.http_endpoint,
        "HttpProtocolIpv6": before.http_protocol_ipv6,
        "InstanceMetadataTags": before.instance_metadata_tags,
    }
    merged.update({names[name]: value for name, value in options.items() if value is not None})
    instance.metadata_options = MetadataOptions(merged)
    return instance.metadata_options


InstanceBackend.modify_instance_metadata_options = modify_metadata_options

replace_profile = IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association


def replace_iam_instance_profile_association(self, *arguments, **options):
    """The instance tells its new profile."""
    association = replace_profile(self, *arguments, **options)
    association.instance.iam_instance_profile = {
        "Arn": association.iam_instance_profile.arn,
        "Id": association.association_id,
    }
    return association


IamInstanceProfileAssociationBackend.replace_iam_instance_profile_association = (
    replace_iam_instance_profile_association
)

asked = threading.local()


def add_block_device(
    self, size, device_path, snapshot_id, encrypted, delete_on_termination, kms_key_id, volume_type
) -> None:
    """A volume of a launch is as fast as was asked for."""
    ebs = asked.devices.get(device_path, {})
    volume = self.ec2_backend.create_volume(
        size=size,
        zone_name=self._placement.zone,
        snapshot_id=snapshot_id,
        encrypted=encrypted,
        kms_key_id=kms_key_id,
        volume_type=volume_type,
        iops=ebs.get("Iops"),
        throughput=ebs.get("Throughput"),
    )
    self.ec2_backend.attach_volume(volume.id, self.id, device_path, delete_on_termination)


Instance.add_block_device = add_block_device

run_instances = InstanceResponse.run_instances


def run_as_asked(self):
    """A launch may protect from termination and choose credits, like a later change."""
    devices = self._get_param("BlockDeviceMappings", [])
    asked.devices = {device["DeviceName"]: device.get("Ebs", {}) for device in devices}
    reply = run_instances(self)
    for instance in reply.result.instances:
        instance.disable_api_termination = self._get_param("DisableApiTermination") or False
        usual = "standard" if instance.instance_type.startswith("t2.") else "unlimited"
        instance.cpu_credits = self._get_param("CreditSpecification.CpuCredits") or usual
    return reply


def describe_instance_credit_specifications(self):
    """The credits are those that were asked for."""
    instances = self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))
    told = [{"InstanceId": instance.id, "CpuCredits": instance.cpu_credits} for instance in instances]
    return ActionResult({"InstanceCreditSpecifications": told})


def modify_instance_credit_specification(self):
    """moto has no such call."""
    wanted = self._get_param("InstanceCreditSpecifications", [])
    for item in wanted:
        self.ec2_backend.get_instance(item["InstanceId"]).cpu_credits = item["CpuCredits"]
    told = [{"InstanceId": item["InstanceId"]} for item in wanted]
    return ActionResult({"SuccessfulInstanceCreditSpecifications": told})


def monitor(state):
    """moto has no such calls."""

    def respond(self):
        instances = self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))
        for instance in instances:
            instance.monitoring_state = state
        told = [{"InstanceId": instance.id, "Monitoring": {"State": state}} for instance in instances]
        return ActionResult({"InstanceMonitorings": told})

    return respond


respond_modify = InstanceResponse.modify_instance_attribute


def modify_shutdown_behavior(self):
    """What becomes of an instance that shuts itself down can be changed like the other attributes."""
    behavior = self._get_param("InstanceInitiatedShutdownBehavior.Value")
    if behavior is None:
        return respond_modify(self)
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    instance.instance_initiated_shutdown_behavior = behavior
    return EmptyResult()


InstanceResponse.run_instances = run_as_asked
InstanceResponse.describe_instance_credit_specifications = describe_instance_credit_specifications
InstanceResponse.modify_instance_credit_specification = modify_instance_credit_specification
InstanceResponse.monitor_instances = monitor("enabled")
InstanceResponse.unmonitor_instances = monitor("disabled")
InstanceResponse.modify_instance_attribute = modify_shutdown_behavior

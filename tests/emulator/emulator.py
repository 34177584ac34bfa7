"""AWS for the tests and the demo: moto on a free port of this machine, with current images and AWS's checks.

The first line on standard output is the address. After that each line on standard input is one call in the words
of boto3, `{"service": "ec2", "operation": "describe_vpcs", "parameters": {}}`, and is answered by one line,
`{"result": …}` or `{"error": {"Code": …, "Message": …}}`. The end of standard input ends the emulator: it never
outlives its user.
"""

import json
import os
import pathlib
import sys

# Nobody's profile, region or proxy has a say here; and moto reads its settings when it is imported.
for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
    del os.environ[name]
os.environ["MOTO_AMIS_PATH"] = str(pathlib.Path(__file__).with_name("images.json"))
os.environ["MOTO_ENABLE_AMI_VALIDATION"] = "true"
os.environ["MOTO_ENABLE_KEYPAIR_VALIDATION"] = "true"
os.environ["MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION"] = "true"

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, ParamValidationError  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

import balancer_corrections  # noqa: E402, F401
import corrections  # noqa: E402, F401
import corrections_instances  # noqa: E402, F401

REGION = "us-east-2"


class Caller:
    """Makes calls in the words of boto3."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.clients = {}

    def client(self, service: str):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.address,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.clients[service]

    def answer(self, line: str) -> dict:
        call = json.loads(line)
        operation = getattr(self.client(call["service"]), call["operation"])
        try:
            return {"result": operation(**call.get("parameters", {}))}
        except ClientError as error:
            return {"error": error.response["Error"]}
        except ParamValidationError as error:
            return {"error": {"Code": "ParamValidation", "Message": str(error)}}


def main() -> None:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    caller = Caller(f"http://{host}:{port}")
    # The first call to a service imports it, for a second; nobody should measure that.
    caller.client("ec2").describe_vpcs()
    caller.client("elbv2").describe_load_balancers()
    print(caller.address, flush=True)
    for line in sys.stdin:
        print(json.dumps(caller.answer(line), default=str), flush=True)
    server.stop()


if __name__ == "__main__":
    main()

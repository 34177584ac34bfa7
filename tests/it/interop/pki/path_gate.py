"""Verifies chains with pyca/cryptography, a strict verifier written in Rust.

Standard input is a JSON object with `time` in seconds and `chains`: a list of objects with `name`, `leaf`, `intermediates`
and `root`, each certificate base64 of DER, and either `server` (one of the names it is asked for, with `kind` DNS or IP) or
nothing for a client. Standard output is a JSON object of name to null or the reason of a refusal.
"""

import base64
import datetime
import ipaddress
import json
import sys

from cryptography import x509
from cryptography.x509 import verification


def load(text):
    return x509.load_der_x509_certificate(base64.b64decode(text))


def verdict(chain, time):
    builder = verification.PolicyBuilder().store(verification.Store([load(chain["root"])])).time(time)
    leaf, intermediates = load(chain["leaf"]), [load(text) for text in chain["intermediates"]]
    try:
        if "server" not in chain:
            builder.build_client_verifier().verify(leaf, intermediates)
        elif chain["kind"] == "IP":
            address = x509.IPAddress(ipaddress.ip_address(chain["server"]))
            builder.build_server_verifier(address).verify(leaf, intermediates)
        else:
            builder.build_server_verifier(x509.DNSName(chain["server"])).verify(leaf, intermediates)
    except (verification.VerificationError, ValueError) as error:
        return str(error)
    return None


question = json.load(sys.stdin)
time = datetime.datetime.fromtimestamp(question["time"], datetime.timezone.utc).replace(tzinfo=None)
json.dump({chain["name"]: verdict(chain, time) for chain in question["chains"]}, sys.stdout)

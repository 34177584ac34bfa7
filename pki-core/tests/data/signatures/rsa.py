"""Writes rsa.json. Needs the packages `cryptography` and `cryptography_vectors` (50.0.2 was used). See README.md."""

import json
import pathlib
import re

import cryptography_vectors
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HASH = {2048: "SHA256", 3072: "SHA384", 4096: "SHA512"}


def private_key(n, e, d):
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    public = rsa.RSAPublicNumbers(e, n)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


groups, fields = [], {}
name = "asymmetric/RSA/FIPS_186-2/SigGen15_186-2.txt"
with cryptography_vectors.open_vector_file(name, "r") as file:
    lines = [line.strip() for line in file]
for line in lines:
    if match := re.fullmatch(r"\[mod = (\d+)\]", line):
        bits = int(match[1])
    elif match := re.fullmatch(r"(\w+) = (\w+)", line):
        fields[match[1]] = match[2]
        if match[1] == "d" and bits in HASH:
            key = private_key(*(int(fields[field], 16) for field in "ned"))
            groups.append({"key": key.decode(), "hash": HASH[bits], "cases": []})
        if match[1] == "S" and bits in HASH and fields["SHAAlg"] == HASH[bits]:
            groups[-1]["cases"].append({"message": fields["Msg"], "signature": fields["S"]})
pathlib.Path(__file__).with_name("rsa.json").write_text(json.dumps(groups, indent=1) + "\n")
print([len(group["cases"]) for group in groups])

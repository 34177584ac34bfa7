"""Writes vectors.json. Needs Python 3.10 and the package `cryptography` (50.0.2 was used). See README.md."""

import base64
import datetime
import hashlib
import hmac
import ipaddress
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SALT = b"groundup pki seed v1"
SEED = bytes(range(32))
OTHER_SEED = hashlib.sha256(b"another seed").digest()
ORDER = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
INPUTS = [
    (SEED, "prod/ca", 1),
    (SEED, "prod/ca", 2),
    (SEED, "prod/apiserver", 1),
    (SEED, "caf\u00e9/\u8282\u70b9", 4294967295),
    (OTHER_SEED, "x" * 255, 10),
]


def hkdf(seed, info, length):
    """RFC 5869 in its own words."""
    prk = hmac.new(SALT, seed, hashlib.sha256).digest()
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
        counter += 1
    return output[:length]


def derive(algorithm, seed, label, generation):
    length = {"P-256": 48, "P-384": 72}.get(algorithm, 32)
    info = algorithm.encode() + b"\0" + label.encode() + b"\0" + str(generation).encode()
    return hkdf(seed, info, length)


def private_key(algorithm, seed, label, generation):
    bits = derive(algorithm, seed, label, generation)
    if algorithm == "Ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(bits)
    number = int.from_bytes(bits, "big") % (ORDER[algorithm] - 1) + 1
    return ec.derive_private_key(number, {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}[algorithm])


def signing(algorithm):
    """The hash, and RFC 6979 where signing would otherwise be random."""
    if algorithm == "Ed25519":
        return {"algorithm": None}
    hash = {"P-256": hashes.SHA256(), "P-384": hashes.SHA384()}[algorithm]
    return {"algorithm": hash, "ecdsa_deterministic": True}


def subject():
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes", _type=_ASN1Type.PrintableString)]
    )


def names():
    return x509.SubjectAlternativeName(
        [x509.DNSName("kubernetes"), x509.IPAddress(ipaddress.ip_address("10.32.0.1"))]
    )


def certificate(algorithm, key):
    """A self-signed certificate for a server, made on 2026-01-01 for 365 days."""
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    usage = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
         "crl_sign", "encipher_only", "decipher_only"], False)
    builder = (
        x509.CertificateBuilder(subject_name=subject(), issuer_name=subject(), public_key=key.public_key())
        .serial_number(int.from_bytes(bytes(range(1, 21)), "big"))
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365, seconds=-1))
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(names(), critical=False)
    )
    return builder.sign(key, **signing(algorithm)).public_bytes(Encoding.DER)


def request(algorithm, key):
    builder = x509.CertificateSigningRequestBuilder(subject_name=subject()).add_extension(names(), critical=False)
    return builder.sign(key, **signing(algorithm)).public_bytes(Encoding.DER)


def vector(algorithm, seed, label, generation):
    inputs = {"algorithm": algorithm, "seed": seed.hex(), "label": label, "generation": generation}
    if algorithm in ("secretbox", "aes-256"):
        return inputs | {"key": base64.b64encode(derive(algorithm, seed, label, generation)).decode()}
    key = private_key(algorithm, seed, label, generation)
    traditional = PrivateFormat.PKCS8 if algorithm == "Ed25519" else PrivateFormat.TraditionalOpenSSL
    return inputs | {
        "key": key.private_bytes(Encoding.PEM, traditional, NoEncryption()).decode(),
        "spki": key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex(),
        "certificate": certificate(algorithm, key).hex(),
        "request": request(algorithm, key).hex(),
    }


vectors = [
    vector(algorithm, *inputs)
    for algorithm in ["P-256", "P-384", "Ed25519", "secretbox", "aes-256"]
    for inputs in INPUTS
]
path = pathlib.Path(__file__).with_name("vectors.json")
path.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

"""Makes the certificates of the tests of chain verification, most of which this library refuses to issue.

The result is checked in; run this again only to add one (with pyca/cryptography 50): python3 verify.py > verify.pem
"""

import subprocess
import tempfile
from datetime import datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as purpose

SERIAL = iter(range(1, 1000))


def day(text):
    return datetime.fromisoformat(text)


def name(common):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def show(label, signed):
    print(label, signed.public_bytes(serialization.Encoding.PEM).decode(), sep="\n")


def usages(*names):
    every = ("digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
             "crl_sign encipher_only decipher_only").split()
    return x509.KeyUsage(**{usage: usage in names for usage in every})


class Pair:
    """A certificate with its key, printed under a label."""

    def __init__(self, label, common, issuer=None, *, ca=False, path=None, key=None, usage=None, purposes=(),
                 names=(), start="2026-01-01", end="2036-01-01", extra=(), hash=hashes.SHA256(), signature=None):
        self.name = name(common)
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        issuer = issuer or self
        usage = usage or (("key_cert_sign", "crl_sign") if ca else ("digital_signature",))
        builder = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(issuer.name)
            .public_key(self.key.public_key()).serial_number(next(SERIAL))
            .not_valid_before(day(start)).not_valid_after(day(end))
            .add_extension(x509.BasicConstraints(ca, path), critical=True)
            .add_extension(usages(*usage), critical=True)
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical)
        options = {} if signature is None else {"rsa_padding": signature}
        self.certificate = builder.sign(issuer.key, hash, **options)
        show(label, self.certificate)

    def crl(self, label, *revoked, signer=None, start="2026-01-01", end="2027-01-01"):
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(self.name)
            .last_update(day(start)).next_update(day(end))
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for pair in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(pair.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(day("2026-03-01")).build())
        show(f"{label} list", builder.sign((signer or self).key, hashes.SHA256()))


def version_1(label, common, issuer):
    """OpenSSL 3.0 makes a certificate of version 1 where there are no extensions; pyca makes none at all."""
    with tempfile.TemporaryDirectory() as folder:
        pem, key = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        Path(folder, "ca.pem").write_bytes(issuer.certificate.public_bytes(pem))
        Path(folder, "ca.key").write_bytes(issuer.key.private_bytes(pem, key, serialization.NoEncryption()))
        openssl = lambda command: subprocess.run(
            ["sh", "-c", command], cwd=folder, check=True, capture_output=True, text=True).stdout
        openssl(f"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -subj '/CN={common}' -out r")
        print(label, openssl("openssl x509 -req -in r -CA ca.pem -CAkey ca.key -set_serial 99 -days 3000"), sep="\n")


DNS, IP = x509.DNSName, lambda text: x509.IPAddress(ip_address(text))
BOTH = (purpose.SERVER_AUTH, purpose.CLIENT_AUTH)

root = Pair("root", "Root", ca=True, path=1)
middle = Pair("middle", "Middle", root, ca=True, path=0)
leaf = Pair("leaf", "leaf", middle, purposes=BOTH, names=[DNS("a.example"), DNS("*.b.example"), IP("10.0.0.1")],
            start="2026-02-01", end="2027-02-01")
Pair("nameless", "nameless.example", middle, purposes=BOTH)
Pair("server", "server", middle, purposes=[purpose.SERVER_AUTH], names=[DNS("s.example")])
Pair("any", "any", middle, purposes=[purpose.ANY_EXTENDED_KEY_USAGE], names=[DNS("s.example")])
Pair("unrestricted", "unrestricted", middle, names=[DNS("s.example")])
Pair("encipher", "encipher", middle, usage=["data_encipherment"], purposes=BOTH, names=[DNS("s.example")])
Pair("critical", "critical", middle, purposes=BOTH, names=[DNS("s.example")],
     extra=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)])

version_1("version-1", "version 1", middle)

# Authorities that must not be relied on, each with a leaf.
for label, common, options in [
    ("ended", "Ended", {"end": "2026-02-01"}),
    ("servers-only", "Servers Only", {"purposes": [purpose.SERVER_AUTH]}),
    ("no-authority", "No Authority", {"ca": False}),
    ("cannot-sign", "Cannot Sign", {"usage": ["crl_sign"]}),
    ("constrained", "Constrained", {"extra": [(x509.NameConstraints(
        [DNS("example.com"), x509.IPAddress(ip_network("10.0.0.0/8"))], [DNS("secret.example.com")]), True)]}),
]:
    authority = Pair(label, common, root, **{"ca": True, **options})
    Pair(f"{label}-leaf", f"below {common}", authority, purposes=BOTH, names=[DNS("s.example")])
Pair("constrained-good", "inside", authority, purposes=BOTH, names=[DNS("a.example.com"), IP("10.1.2.3")])
Pair("constrained-secret", "secret", authority, purposes=BOTH, names=[DNS("a.secret.example.com")])

# Path lengths: of an intermediate, and of the root.
deep = Pair("deep", "Deep", middle, ca=True)
Pair("deep-leaf", "below Deep", deep, purposes=BOTH, names=[DNS("s.example")])
wide = Pair("wide", "Wide", root, ca=True)
wider = Pair("wider", "Wider", wide, ca=True)
Pair("wider-leaf", "below Wider", wider, purposes=BOTH, names=[DNS("s.example")])

# Roots that look like the root, or end.
Pair("root-anew", "Root", ca=True, path=1)
Pair("root-ended", "Root", ca=True, path=1, key=root.key, end="2026-05-01")
Pair("root-no-authority", "Root", key=root.key)
Pair("root-clients", "Root", ca=True, key=root.key, purposes=[purpose.CLIENT_AUTH])
Pair("alone", "alone", purposes=BOTH, names=[DNS("alone.example")])

# Signatures.
Pair("sha3", "sha3", middle, purposes=BOTH, hash=hashes.SHA3_256())
for hash in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
    bits = hash.digest_size * 8
    rsa_root = Pair(f"rsa-{bits}-root", "RSA Root", ca=True, key=rsa.generate_private_key(65537, 2048), hash=hash)
    Pair(f"rsa-{bits}", "rsa", rsa_root, purposes=BOTH, hash=hash)
    pss = padding.PSS(padding.MGF1(hash), padding.PSS.DIGEST_LENGTH)
    Pair(f"pss-{bits}", "pss", rsa_root, purposes=BOTH, hash=hash, signature=pss)
for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
    ec_root = Pair(f"{curve.name}-root", "EC Root", ca=True, key=ec.generate_private_key(curve))
    for hash in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
        Pair(f"{curve.name}-{hash.digest_size * 8}", "ec", ec_root, purposes=BOTH, hash=hash)

# Revocation.
root.crl("root")
root.crl("root-revokes-middle", middle)
middle.crl("middle")
middle.crl("middle-revokes-leaf", leaf)
middle.crl("middle-old", end="2026-02-01")
middle.crl("middle-forged", signer=root)
blind = Pair("blind", "Blind", root, ca=True, path=0, usage=["key_cert_sign"])
Pair("blind-leaf", "below Blind", blind, purposes=BOTH)
blind.crl("blind")

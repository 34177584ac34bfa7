#!/usr/bin/env python3
"""Writes RSA keys with known weaknesses and faults, for make.sh. Needs nothing but Python."""

import base64
import random

random.seed(1)
E = 65537


def is_prime(n):
    if any(n % p == 0 for p in (2, 3, 5, 7, 11, 13)):
        return n in (2, 3, 5, 7, 11, 13)
    r = ((n - 1) & -(n - 1)).bit_length() - 1
    for _ in range(20):
        x = pow(random.randrange(2, n - 1), n >> r, n)
        if x not in (1, n - 1) and not any((x := x * x % n) == n - 1 for _ in range(r - 1)):
            return False
    return True


def next_prime(n):
    n |= 1
    while not (is_prime(n) and (n - 1) % E):
        n += 2
    return n


def prime(bits=1024):
    return next_prime(random.getrandbits(bits) | 3 << bits - 2)


def der(tag, content):
    n = len(content)
    length = bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8)
    return bytes([tag]) + length + content


def integers(*numbers):
    return der(0x30, b"".join(der(2, n.to_bytes(n.bit_length() // 8 + 1)) for n in numbers))


def write(name, label, content):
    with open(name, "w") as file:
        print(f"-----BEGIN {label}-----", file=file)
        text = base64.b64encode(content).decode()
        print(*(text[i : i + 64] for i in range(0, len(text), 64)), sep="\n", file=file)
        print(f"-----END {label}-----", file=file)


def private(name, p, q, phi=None, e=E, d=None, dp=None):
    d = d or pow(e, -1, phi or (p - 1) * (q - 1))
    numbers = integers(0, p * q, e, d, p, q, dp or d % (p - 1), d % (q - 1), pow(q, -1, p))
    write(name, "RSA PRIVATE KEY", numbers)


def public(name, n):
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    write(name, "PUBLIC KEY", der(0x30, algorithm + der(3, b"\0" + integers(n, E))))


def roca_prime(primorial, bits=1024):
    while True:
        k = random.getrandbits(bits - primorial.bit_length()) | 3 << bits - primorial.bit_length() - 2
        p = k * primorial + pow(E, random.getrandbits(64), primorial)
        if p.bit_length() == bits and is_prime(p):
            return p


primorial = 1
for n in range(2, 702):
    if all(n % d for d in range(2, n)):
        primorial *= n
public("weak-roca.pem", roca_prime(primorial) * roca_prime(primorial))

p = prime()
public("weak-close-primes.pem", p * next_prime(p + 2))
private("weak-close-primes-private.pem", p, next_prime(p + (1 << 900)))
q = prime()
small = 2
while True:
    small += 1
    try:
        e = pow(small, -1, (p - 1) * (q - 1))
    except ValueError:
        continue
    break
private("refused-rsa-large-exponent.pem", p, q, e=e, d=small)
private("damaged-rsa-crt.pem", p, q, dp=12345)
private("damaged-rsa-exponent.pem", p, q, d=pow(E, -1, (p - 1) * (q - 1)) ^ 2)
# "Primes" that are none, with exponents that fit to them.
r, s = prime(512), prime(512)
private("damaged-rsa-composite.pem", p, r * s if (r * s).bit_length() == 1024 else r * prime(513))

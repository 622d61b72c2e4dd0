"""Signing keys in minisign form (https://jedisct1.github.io/minisign/, file format section): Ed25519, a key id, a text file each.

The secret key file is written with minisign's "no password" form and is itself sealed to the operator before it touches a disk.
"""

from __future__ import annotations

import base64
import hashlib
import os

_ALGORITHM = b"Ed"
_NO_KDF = b"\x00\x00"
_CHECKSUM = b"B2"


def generate() -> tuple[str, str]:
    """Make a key pair. Returns the texts of the secret and the public key file."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    seed, public = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    key_id = os.urandom(8)
    secret = seed + public
    checksum = hashlib.blake2b(_ALGORITHM + key_id + secret, digest_size=32).digest()
    body = _ALGORITHM + _NO_KDF + _CHECKSUM + bytes(32) + bytes(8) + bytes(8) + key_id + secret + checksum
    shown = key_id[::-1].hex().upper()
    return (
        f"untrusted comment: minisign secret key {shown}\n{base64.b64encode(body).decode()}\n",
        f"untrusted comment: minisign public key {shown}\n{base64.b64encode(_ALGORITHM + key_id + public).decode()}\n",
    )

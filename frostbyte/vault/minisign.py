"""Signing keys in minisign form (https://jedisct1.github.io/minisign/, file format section): Ed25519, a key id, a text file each.

The secret key file is written with minisign's "no password" form and is itself sealed to the operator before it touches a disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os

from frostbyte.errors import Damaged

_ALGORITHM = b"Ed"
_PREHASHED = b"ED"
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


def sign(data: bytes, secret_key: str, comment: str) -> str:
    """The text of a signature file (prehashed form) over `data` and the trusted comment, one line of text.

    `secret_key` is a secret key file's text as `generate` writes it. Raises Damaged where it is none.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        body = base64.b64decode(secret_key.splitlines()[1], validate=True)
    except (IndexError, binascii.Error) as error:
        raise Damaged("the signing key is no minisign secret key") from error
    if len(body) != 158 or not body.startswith(_ALGORITHM + _NO_KDF):
        raise Damaged("the signing key is no minisign secret key without a password")
    key_id, seed = body[54:62], body[62:94]
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signature = private.sign(hashlib.blake2b(data, digest_size=64).digest())
    overall = private.sign(signature + comment.encode())
    return (
        f"untrusted comment: signature of minisign key {key_id[::-1].hex().upper()}\n"
        f"{base64.b64encode(_PREHASHED + key_id + signature).decode()}\n"
        f"trusted comment: {comment}\n{base64.b64encode(overall).decode()}\n"
    )


def verify(data: bytes, signature_file: bytes, public_key: str, *, what: str) -> str:
    """The trusted comment of a signature over `data` by the public key (the second line of its file). Raises Damaged."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = base64.b64decode(public_key, validate=True)
        lines = signature_file.decode("utf-8").splitlines()
        signed = base64.b64decode(lines[1], validate=True)
        comment = lines[2].removeprefix("trusted comment: ")
        overall = base64.b64decode(lines[3], validate=True)
    except (IndexError, ValueError) as error:
        raise Damaged(f"the signature of the {what} is none of minisign's form") from error
    if len(key) != 42 or len(signed) != 74 or signed[:2] not in (_ALGORITHM, _PREHASHED):
        raise Damaged(f"the signature of the {what} is none of minisign's form")
    if signed[2:10] != key[2:10]:
        raise Damaged(f"the {what} were signed with another key ({signed[9:1:-1].hex().upper()})")
    message = hashlib.blake2b(data, digest_size=64).digest() if signed[:2] == _PREHASHED else data
    try:
        public = Ed25519PublicKey.from_public_bytes(key[10:])
        public.verify(signed[10:], message)
        public.verify(overall, signed[10:] + comment.encode())
    except (InvalidSignature, ValueError) as error:
        raise Damaged(f"the {what} are not what was signed") from error
    return comment

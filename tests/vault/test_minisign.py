"""Signing keys are minisign's: the bytes its format names, and a public key that checks what the secret key signs."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from frostbyte.vault import minisign


def body(text: str, kind: str) -> bytes:
    comment, line, rest = text.split("\n")
    assert comment.startswith(f"untrusted comment: minisign {kind} key ")
    assert rest == ""
    return base64.b64decode(line, validate=True)


def test_the_public_key_is_algorithm_key_id_and_key() -> None:
    _, text = minisign.generate()
    public = body(text, "public")
    assert len(public) == 2 + 8 + 32
    assert public[:2] == b"Ed"
    assert text.split("\n")[0].endswith(f"{int.from_bytes(public[2:10], 'little'):016X}")


def test_the_secret_key_is_minisigns_without_a_password() -> None:
    secret_text, public_text = minisign.generate()
    secret, public = body(secret_text, "secret"), body(public_text, "public")
    assert len(secret) == 2 + 2 + 2 + 32 + 8 + 8 + 8 + 64 + 32
    assert secret[:6] == b"Ed\x00\x00B2"
    assert not any(secret[6:54])
    key_id, key, checksum = secret[54:62], secret[62:126], secret[126:]
    assert key_id == public[2:10]
    assert key[32:] == public[10:]
    assert checksum == hashlib.blake2b(b"Ed" + key_id + key, digest_size=32).digest()


def test_what_the_secret_key_signs_the_public_key_checks() -> None:
    secret_text, public_text = minisign.generate()
    private = Ed25519PrivateKey.from_private_bytes(body(secret_text, "secret")[62:94])
    Ed25519PublicKey.from_public_bytes(body(public_text, "public")[10:]).verify(private.sign(b"manifest"), b"manifest")


def test_no_two_are_the_same() -> None:
    assert len({minisign.generate()[0] for _ in range(20)}) == 20

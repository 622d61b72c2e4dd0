"""The door to age (pyrage): identities, recipients, and small secrets sealed to them.

An identity is the secret half (`AGE-SECRET-KEY-1...`), a recipient the public half (`age1...`). The operator's identity opens a
tenant's identity, and that opens the tenant's data key: re-wrapping either is a matter of milliseconds, however large the vault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyrage  # type: ignore[import-untyped]  # it ships no types; this door gives it some

from frostbyte.errors import Damaged, KeyRefused

_WRONG_KEY = "No matching keys found"


def generate_identity() -> tuple[str, str]:
    """A fresh X25519 identity and its recipient."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """The recipient that belongs to an identity. Raises KeyRefused."""
    return str(_identity(identity).to_public())


def is_recipient(text: str) -> bool:
    """Whether `text` is an age recipient."""
    try:
        pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        return False
    return True


def seal_bytes(data: bytes, recipients: Sequence[str]) -> bytes:
    """`data` as an age file that any one recipient's identity opens. Raises KeyRefused for a bad or missing recipient."""
    if not recipients:
        raise KeyRefused("no recipient was given to seal a key to")
    try:
        return bytes(pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(text.strip()) for text in recipients]))
    except pyrage.RecipientError as error:
        raise KeyRefused("a recipient is not an age recipient", hint="it begins with age1") from error


def open_bytes(data: bytes, identity: str, *, what: str = "key file") -> bytes:
    """The bytes of an age file. Raises KeyRefused when not sealed to this identity, Damaged when it is no whole age file."""
    try:
        return bytes(pyrage.decrypt(data, [_identity(identity)]))
    except pyrage.DecryptError as error:
        if _WRONG_KEY in str(error):
            raise KeyRefused(f"the identity given does not open the {what}") from error
        raise Damaged(f"the {what} is damaged: {error}") from error


def seal_with_passphrase(data: bytes, passphrase: str) -> bytes:
    """`data` as an age file under a passphrase (scrypt; about a second)."""
    if not passphrase:
        raise KeyRefused("an empty passphrase was given")
    return bytes(pyrage.passphrase.encrypt(data, passphrase))


def open_with_passphrase(data: bytes, passphrase: str, *, what: str = "key file") -> bytes:
    """The bytes of an age file under a passphrase. Raises KeyRefused: age cannot tell a wrong one from a changed header."""
    try:
        return bytes(pyrage.passphrase.decrypt(data, passphrase))
    except pyrage.DecryptError as error:
        raise KeyRefused(f"the passphrase does not open the {what}") from error


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise KeyRefused("the identity given is not an age identity", hint="it begins with AGE-SECRET-KEY-1") from error

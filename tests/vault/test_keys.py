"""Keys open for whom they were sealed, and a wrong key is told from a damaged file."""

from __future__ import annotations

import base64

import pytest

from frostbyte.errors import Damaged, KeyRefused
from frostbyte.vault import keys

CHEAP = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBFV096eDJub2R2M0UxNHZTdjUvRUlBIDEKQlFZU2Q1eUR3R09YSnA3bldKaXVnanRYejd5TUthQkNx"
    "SHRpYmF3TTNHNAotLS0gcmdrVFZYQWpSWTFQcVVid0t6ai93RW41a1VDYjdrSUtEa3lzMVhKRDhncwrXRxWsBFQtcepEKkaYhsMj3EMc+beRVT1tZC0VxuDR"
    "rjfz57O+Iw=="
)


def test_any_one_of_the_recipients_opens() -> None:
    pairs = [keys.generate_identity() for _ in range(2)]
    sealed = keys.seal_bytes(b"secret", [recipient for _, recipient in pairs])
    assert b"secret" not in sealed
    for identity, recipient in pairs:
        assert keys.recipient_of(identity) == recipient
        assert keys.open_bytes(sealed, identity + "\n") == b"secret"


def test_another_identity_is_refused() -> None:
    sealed = keys.seal_bytes(b"secret", [keys.generate_identity()[1]])
    with pytest.raises(KeyRefused, match="does not open the key file dek"):
        keys.open_bytes(sealed, keys.generate_identity()[0], what="key file dek")


@pytest.mark.parametrize("damage", ["cut", "flip", "append", "empty", "text"])
def test_a_changed_file_is_damaged(damage: str) -> None:
    identity, recipient = keys.generate_identity()
    sealed = keys.seal_bytes(b"secret" * 100, [recipient])
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    damaged = {"cut": sealed[:-1], "flip": flipped, "append": sealed + b"x", "empty": b"", "text": b"text"}[damage]
    with pytest.raises(Damaged):
        keys.open_bytes(damaged, identity)


@pytest.mark.parametrize("text", ["", "nonsense", "AGE-SECRET-KEY-1ABC"])
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused, match="not an age identity"):
        keys.recipient_of(text)


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"], [""]])
def test_sealing_to_nobody_is_refused(recipients: list[str]) -> None:
    with pytest.raises(KeyRefused):
        keys.seal_bytes(b"secret", recipients)


def test_recipients_are_told_from_other_text() -> None:
    identity, recipient = keys.generate_identity()
    assert keys.is_recipient(recipient)
    assert not keys.is_recipient(identity)


def test_a_passphrase_opens_what_it_sealed() -> None:
    sealed = keys.seal_with_passphrase(b"secret", "correct horse")
    assert keys.open_with_passphrase(sealed, "correct horse") == b"secret"


def test_a_wrong_or_empty_passphrase_is_refused() -> None:
    # Sealed with a work factor of 2, which a test can pay; the product's own costs about a second.
    assert keys.open_with_passphrase(CHEAP, "correct horse") == b"secret"
    with pytest.raises(KeyRefused, match="does not open the key file"):
        keys.open_with_passphrase(CHEAP, "wrong")
    with pytest.raises(KeyRefused):
        keys.seal_with_passphrase(b"secret", "")

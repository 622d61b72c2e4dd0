"""UTF-16 and UTF-32 without a mark: taken where certain and then read as written, else refused."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.intake.libmagic import sniff
from frostbyte.intake.textual import TextCheck, foreign_kind
from frostbyte.intake.wide import unmarked
from frostbyte.parse.encoding import decode
from tests.wild.texts import TEXTS

WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_any_script_is_taken_and_read_as_written(language: str, encoding: str) -> None:
    text = TEXTS[language][0]
    data = text.encode(encoding)
    check = TextCheck(len(data))
    check.feed(data)
    assert check.finish() is None
    assert foreign_kind(data, sniff(data)) is None
    assert unmarked(data, len(data)) == encoding
    assert decode(data).text == text


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("language", TEXTS)
def test_of_a_short_text_nothing_is_read_wrong(language: str, encoding: str) -> None:
    """It may be refused, for want of certainty, and never taken for what it is not."""
    for length in range(1, 60):
        text = TEXTS[language][0][:length]
        data = text.encode(encoding)
        told = unmarked(data, len(data))
        assert told in (None, encoding)
        if told is not None:
            assert decode(data).text == text


@pytest.mark.parametrize("width", ["<H", ">H", "<I", ">I"])
def test_numbers_are_no_text(width: str) -> None:
    numbers = random.Random(7)
    for most in (40, 255, 1000, 60_000):
        data = b"".join(struct.pack(width, numbers.randrange(most)) for _ in range(400))
        check = TextCheck(len(data))
        check.feed(data)
        assert check.finish() is not None


@given(st.binary(min_size=32, max_size=2000))
def test_chance_is_no_wide_text(data: bytes) -> None:
    told = unmarked(data, len(data))
    if told is not None:
        assert decode(data).encoding == told


def test_a_plain_text_with_a_stray_control_character_is_no_wide_text() -> None:
    data = b"words of one byte a letter \x01 and more of them, even in number "
    assert len(data) % 2 == 0
    assert unmarked(data, len(data)) is None
    assert unmarked(data.replace(b"\x01", b"\0"), len(data)) is None


def test_what_follows_the_first_block_has_to_be_text_too() -> None:
    data = (TEXTS["russian"][0] * 20).encode("utf-16-le")
    check = TextCheck(len(data) + 4)
    check.feed(data)
    check.feed("\ue000\uffff".encode("utf-16-le"))
    assert "the first bytes promise wide characters" in (check.finish() or "")

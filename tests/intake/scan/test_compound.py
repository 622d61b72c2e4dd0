from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.intake.scan import compound

from . import making

FILE = making.compound({"short": b"abc" * 30, "long": b"0123456789" * 700}, bytes(range(16)))


def test_streams_of_both_kinds_are_read_whole() -> None:
    entries = {entry.name: entry for entry in compound.streams(FILE)}
    assert entries["short"].data == b"abc" * 30
    assert entries["long"].data == b"0123456789" * 700
    assert entries["Root Entry"].is_storage
    assert entries["Root Entry"].class_id == "03020100-0504-0706-0809-0a0b0c0d0e0f"


@given(st.binary(max_size=9000).map(lambda more: FILE[:400] + more), st.integers(0, len(FILE)))
@settings(max_examples=60, deadline=None)
def test_a_broken_file_has_fewer(data: bytes, cut: int) -> None:
    assert sum(len(entry.data) for entry in compound.streams(data)) <= len(data) * 200
    assert sum(1 for _ in compound.streams(FILE[:cut])) <= 3


def test_macros_are_unpacked() -> None:
    source = b'Attribute VB_Name = "A"\r\n' + b"x" * 9000
    assert list(compound.macro_source(b"junk" + making.compressed(source))) == [source]


@pytest.mark.parametrize(
    ("packed", "plain"),
    [  # the examples of [MS-OVBA] 3.2
        ("0119b000616263646566676800696a6b6c6d6e6f70007172737475762e", "abcdefghijklmnopqrstuv."),
        ("012fb00023616161626364658261 00f00000".replace(" ", ""), None),
        ("0103b002614500", "a" * 73),
    ],
)
def test_the_specification_s_examples(packed: str, plain: str | None) -> None:
    found = compound.decompressed(bytes.fromhex(packed)).decode("latin-1")
    assert found == plain if plain else found.startswith("#aaabcde")

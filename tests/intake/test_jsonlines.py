"""JSON Lines that someone else wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import UsageError
from frostbyte.intake import jsonlines

Write = Callable[[str, bytes], Path]


def test_objects_come_with_the_numbers_of_their_lines(write: Write) -> None:
    path = write("a.jsonl", b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"b": "\\ud800 \xe2\x80\xa8"}')
    assert list(jsonlines.read(path)) == [(1, {"a": 1}), (4, {"b": "\ud800 \u2028"})]
    assert list(jsonlines.read(write("empty.jsonl", b""))) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"a": "caf\xe9"}', "line 2 is not UTF-8"),
        (b"\0\0", "line 2 is not JSON"),
        (b"words", "line 2 is not JSON"),
        (b'{"a": NaN}', "line 2 is not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "line 2 is not JSON"),
        (b"[" * 100_000, "line 2 is not JSON"),
        (b"[1]", "line 2 is not an object"),
    ],
)
def test_a_line_that_is_no_object_is_named(write: Write, line: bytes, said: str) -> None:
    path = write("a.jsonl", b'{"a": 1}\n' + line + b"\n")
    with pytest.raises(UsageError, match=re.escape(f"{str(path)!r} {said}")):
        list(jsonlines.read(path))


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(UsageError, match="line 1 is not JSON"):
        list(jsonlines.read(Path("/dev/zero")))


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "is a directory"), (tmp_path / "absent", "no such file")):
        with pytest.raises(UsageError, match=said):
            list(jsonlines.read(path))

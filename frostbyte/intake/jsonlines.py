"""JSON Lines that someone else wrote: an object a line, or the number of the line that is none.

For the commands that try the program's parts on rows they are given. The path is the operator's own, so a pipe is read too.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from frostbyte.errors import UsageError

MAX_LINE: Final = 64 * 1024 * 1024
"""Longest line read, in bytes."""


def read(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of every line that is not blank, one at a time. Raises UsageError naming the file and line at fault.

    Strings may hold half a surrogate pair, for contract rows ask what becomes of one.
    """
    number = 0
    try:
        with path.open("rb") as lines:
            while line := lines.readline(MAX_LINE):
                number += 1
                if line.strip():
                    yield number, _object(line if number > 1 else line.removeprefix(BOM_UTF8), f"{str(path)!r} line {number}")
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {(error.strerror or 'input/output error').lower()}") from error


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"), parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not JSON") from error
    if not isinstance(row, dict):
        raise UsageError(f"{where} is not an object")
    return row


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")

"""Text for a terminal. What comes from outside is made safe to print: a file name, an id or a passage may hold what repaints a
terminal or turns its text.
"""

from __future__ import annotations

import json
import re
from typing import Any
from unicodedata import category, east_asian_width

from frostbyte.contract.characters import shows_itself

_BEYOND_ASCII = re.compile("[\x7f-\U0010ffff]")


def visible(text: str) -> str:
    r"""The text with every character that does not show itself as an escape: `\x9b`, `\u202e`.

    That is controls (newline and tab too), direction marks, other format characters, lone surrogates and unassigned ones. Spaces
    of any width stay.
    """
    return text if text.isprintable() else "".join(c if shows_itself(c) else _escape(c) for c in text)


def visible_lines(text: str) -> str:
    """The same, for a message of the program that may have several lines."""
    return "\n".join(map(visible, text.split("\n")))


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide East Asian character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else 0 if category(c) in ("Mn", "Me") else 1 for c in text)


def fitted(text: str, width: int, *, pad: bool = False) -> str:
    """The text on one line, safe to print, cut to `width` columns where it is longer; `pad`: filled up to it."""
    most = 4 * width + 80  # of a long text no more is looked at
    line = visible(" ".join(text[:most].split()))
    if columns(line) > width or len(text) > most:
        room, end = width - 3, 0
        while end < len(line) and (room := room - columns(line[end])) >= 0:
            end += 1
        line = line[:end].rstrip() + "..."
    return line + " " * (width - columns(line)) if pad else line


def amount(number: int, noun: str) -> str:
    """`1 page`, `2 pages`, `1,200 characters`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def json_text(data: Any, indent: int | None = None) -> str:
    """JSON of `data` that a terminal shows as it is: the same value, with characters that do not show themselves escaped."""
    return _BEYOND_ASCII.sub(_json_escape, json.dumps(data, ensure_ascii=False, indent=indent))


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _json_escape(match: re.Match[str]) -> str:
    character = match[0]
    if shows_itself(character):
        return character
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]  # DEL is ASCII: `dumps` leaves it

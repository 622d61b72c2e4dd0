"""Objects of a PDF that are written plainly, read token by token: what pypdf makes of the same bytes, without its read a byte.

Only what pypdf reads in one way is read here. A comment, an escape that is not whole, a name with `#`, a key given twice, a
stream, anything broken or very large: each is left to pypdf, so that a damaged file means the same as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    create_string_object,
)

LONGEST = 256 * 1024
"""Bytes of an object that are read here, which keeps it within pypdf's own limits too."""
LOOKED_AHEAD = 100
"""Bytes that a token which is none stands for at least; no token looks further than a few thousand bytes, in C."""
_DEEPEST = 20

_SPACE = rb"[\0\t\n\f\r ]{0,40}"
_LETTERS = rb"[!\"$&'*-.0-;=?-Z\\^-z|~]"
_ESCAPE = rb"\\(?:[nrtbf()\\]|[0-3][0-7][0-7]|[0-7][0-7]?(?![0-7]))"
_NAMED = _LETTERS + rb"{1,127}(?:#[0-9A-Fa-f]{2}" + _LETTERS + rb"{0,127}){0,12}"
_TOKEN = re.compile(
    _SPACE + rb"(?:/(" + _NAMED + rb")(?=[\t\n\f\r ()<>\[\]/])"
    rb"|(\d{1,8})[ \t\n\r](\d{1,5})[ \t\n\r]R(?=[\0\t\n\f\r ()<>\[\]/])"  # a reference
    rb"|([+-]?\d{1,19})(?=[\0\t\n\f\r ()<>\[\]/])"  # a whole number
    rb"|([+-]?(?:\d{1,19}\.\d{0,19}|\.\d{1,19}))(?=[\0\t\n\f\r ()<>\[\]/])"
    rb"|(\[|<<)|(\]|>>)"
    rb"|\(([^()\\]{0,4000}+)\)|<([0-9A-Fa-f]{0,8000}+)>"
    rb"|(\()"  # a string with escapes or brackets in it
    rb"|(true|false|null)(?=[\0\t\n\f\r ()<>\[\]/]))"
)
_NAME, _REFERENCE, _WHOLE, _REAL, _OPEN, _CLOSE, _STRING, _HEX, _BRACKETED = 1, 3, 4, 5, 6, 7, 8, 9, 10
"""Groups of a token, each the last one in its alternative; what is none of these is a word."""
_BRACKETS = re.compile(rb"((?:[^()\\]|" + _ESCAPE + rb"|\((?:[^()\\]|" + _ESCAPE + rb")*+\))*+)\)")
_MOST_BRACKETED = 4000
_HEADER = re.compile(_SPACE + rb"(\d{1,8})[ \t\n\r](\d{1,5})[ \t\n\r]obj" + _SPACE + rb"(?=[^\0\t\n\f\r ])")
_END = re.compile(_SPACE + rb"endobj")
_REFERENCE_SOMEHOW = re.compile(rb"[+-]?\d+\s+\d+\s+R")
_NO_STREAM = re.compile(_SPACE + rb"(?![s\0\t\n\f\r ])")
_ODD_INDEX = re.compile(rb"[^\d\t\n\f\r ]|\d{10}")
"""What a plain index of packed objects has not: other separators, and long numbers."""
_CODES = re.compile(rb"#(..)")
_ESCAPES = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3})")
_MEANT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"(": b"(", b")": b")", b"\\": b"\\"}


class Found(NamedTuple):
    """An array or dictionary, or None where it is left to pypdf; where reading ended, and after how many tokens."""

    made: Any
    end: int
    tokens: int
    strings: bool
    """A string is in it."""


def header(data: bytes, start: int) -> tuple[int, int, int] | None:
    """The number and the generation of the object that begins at `start`, and where its value begins; None if unplain."""
    found = _HEADER.match(data, start) if 0 <= start < len(data) else None
    return (int(found[1]), int(found[2]), found.end()) if found else None


def packed(
    data: bytes, first: int, count: int, is_known: Callable[[int], bool], owner: Any, names: dict[bytes, Any]
) -> list[tuple[int, Any]] | None:
    """The objects of an unpacked object stream with their numbers, in their order: None where one is not written plainly.

    The values begin at `first`, their index is at the start of `data`. An object that is known is not read: its value is None.
    """
    index = data[:first].split()[: 2 * count]
    if len(index) < 2 * count or not b"".join(index).isdigit() or _ODD_INDEX.search(data, 0, first):
        return None
    if count and data[first - 1] not in b"\t\n\f\r " and data[first : first + 1] not in (b"<", b"["):
        return None  # the index may go on, or its last number may
    found: list[tuple[int, Any]] = []
    last, most = -1, 2 * len(data)
    for number, offset in zip(map(int, index[::2]), map(int, index[1::2]), strict=True):
        if offset <= last or most < 0:
            return None
        last, value = offset, None
        if not is_known(number):
            one = read(data, first + offset, owner, names, encrypted=False, packed=True)
            most -= one.end - first - offset
            value = one.made
            if value is None:
                return None
        found.append((number, value))
    return found


def read(data: bytes, start: int, owner: Any, names: dict[bytes, Any], *, encrypted: bool, packed: bool = False) -> Found:
    """The array or dictionary that is plainly written at `start`.

    `owner` is the reader that references ask; `names` keeps the names of a file that were met. Strings of an `encrypted` file
    stay bytes, for the one who decrypts them. A `packed` object may be a number or a string too, and no word follows it.
    """
    position, end = start, min(len(data), start + LONGEST)
    match = _TOKEN.match
    within: list[tuple[list[Any], bytes]] = []
    items: list[Any] = []
    tokens, strings = 0, False
    made: Any
    while token := match(data, position, end):
        tokens += 1
        position = token.end()
        group = token.lastindex
        if group == _OPEN:
            if len(within) == _DEEPEST:
                break
            within.append((items, token[_OPEN]))
            items = []
            continue
        if not within and not (packed and group in (_REAL, _STRING, _HEX, _WHOLE)):
            break
        if not within and group == _WHOLE and _REFERENCE_SOMEHOW.match(data, token.start(_WHOLE), position + 20):
            break
        if group == _NAME:
            name = token[_NAME]
            made = names.get(name)
            if made is None:
                try:
                    said = _CODES.sub(_coded, name).decode() if b"#" in name else name.decode("ascii")
                except UnicodeDecodeError:
                    break
                made = names[name] = NameObject("/" + said)
        elif group == _REFERENCE:
            made = IndirectObject(int(token[2]), int(token[3]), owner)
        elif group == _WHOLE:
            made = NumberObject(token[_WHOLE])
        elif group == _REAL:
            made = FloatObject(token[_REAL])
        elif group == _CLOSE:
            outer, opened = within.pop()
            made = _closed(items, opened, token[_CLOSE])
            if made is None:
                break
            if not within:
                made = made if (_NO_STREAM if packed else _END).match(data, position) else None
                return Found(made, position, tokens, strings)
            items = outer
        elif group in (_STRING, _HEX, _BRACKETED):
            said = token[group]
            if group == _HEX:
                said = bytes.fromhex((said + b"0" * (len(said) % 2)).decode("ascii"))
            elif group == _BRACKETED:
                whole = _BRACKETS.match(data, position, min(end, position + _MOST_BRACKETED))
                if whole is None:
                    break
                position = whole.end()
                said = _ESCAPES.sub(_unescaped, whole[1])
            made = ByteStringObject(said) if encrypted else create_string_object(said)
            strings = True
        else:
            made = NullObject() if token[0].endswith(b"null") else BooleanObject(token[0].endswith(b"true"))
        if not within:
            return Found(made, position, tokens, strings)
        items.append(made)
    return Found(None, position, tokens, strings)


def _closed(items: list[Any], opened: bytes, closed: bytes) -> Any:
    """The array or dictionary of these items; None for one that does not close as it opened, or whose keys are not as due."""
    if opened == b"[":
        return ArrayObject(items) if closed == b"]" else None
    keys = items[::2]
    if closed != b">>" or len(items) % 2 or any(type(key) is not NameObject for key in keys):
        return None
    made = DictionaryObject(zip(keys, items[1::2], strict=True))
    return made if len(made) == len(keys) else None


def _unescaped(found: re.Match[bytes]) -> bytes:
    return _MEANT.get(found[1]) or bytes([int(found[1], 8)])


def _coded(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])

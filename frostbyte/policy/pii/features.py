"""Words of a text as the tagger sees them: spans, and for each word the rows of one table of learnt values.

No dictionary and no list of names: a word is its hashed form, beginning, ending and shape, so that a name nobody has seen still
has features that names have. The recipe that trains the tagger (packaging/tagger) calls this same code.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

ROWS = 32768
"""Rows of the table of values that hashes point into."""
COLUMNS = 9
"""Hashes for each word."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\-\u2010\u2011][^\W\d_]+)*|\d+|\n|[^\w\s]|_")
_LONG = 64


def words(text: str) -> list[tuple[int, int]]:
    """Spans (code points) of a text's words: runs of letters (hyphens and apostrophes in them), of digits, marks, line ends."""
    return [match.span() for match in _WORD.finditer(text)]


def features(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """For each word `COLUMNS` numbers below `ROWS`. The last tells what is before it: nothing, a blank, several, a line end."""
    rows = []
    before = 0
    for start, end in spans:
        gap = 0 if start == before and before else 1 if start - before == 1 else 2
        if start == 0 or text[start - 1] == "\n":
            gap = 3
        rows.append((*_form(text[start : min(end, start + _LONG)]), _row(8, str(gap))))
        before = end
    return rows


@lru_cache(maxsize=65536)
def _form(word: str) -> tuple[int, ...]:
    lower = word.lower()
    plain = _plain(lower)
    shape = _shape(word)
    if word[0].isdigit():
        lower = plain = f"{len(word)}#" if len(word) > 2 else word
    return (
        _row(0, lower),
        _row(1, plain),
        _row(2, plain[:3]),
        _row(3, plain[-3:]),
        _row(4, plain[-2:] + shape),
        _row(5, shape),
        _row(6, plain[:4]),
        _row(7, plain[-4:]),
    )


def _row(kind: int, value: str) -> int:
    return crc32(value.encode("utf-8", "surrogatepass"), kind * 0x9E3779B1 & 0xFFFFFFFF) % ROWS


def _plain(word: str) -> str:
    """Without accents: a name is often written both ways."""
    if word.isascii():
        return word
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark)) or word


def _shape(word: str) -> str:
    """`Xx-Xx` for Anne-Marie, `d4` for 1952, `X1` for initials; runs are cut short."""
    if word[0].isdigit():
        return f"d{min(len(word), 8)}"
    kinds = ["X" if mark.isupper() else "x" if mark.isalpha() else mark for mark in word[:24]]
    out = [kinds[0]] + [kind for last, kind in pairwise(kinds) if kind != last]
    return "".join(out[:6]) + (str(len(word)) if len(word) <= 3 else "")

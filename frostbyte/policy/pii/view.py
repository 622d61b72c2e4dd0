"""A text as the recognisers see it: folded, with its table columns, and with the way back to the original offsets.

Folding undoes what hides personal data from a pattern without changing what a reader sees: digits and dashes of other scripts,
no-break spaces and full-width forms become ASCII, one character for one; invisible characters (soft hyphens from PDFs,
zero-width spaces) are taken out, and only then is a map of offsets kept.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from frostbyte.policy.injection import lower

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]")
_DELIMITER = re.compile(r"[\t|]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_COLUMNS = 512
_ROW = 400


def _fold_table() -> dict[int, str]:
    table = dict.fromkeys((8208, 8209, 8210, 8211, 8212, 8213, 8722, 65123, 65293), "-")
    table |= dict.fromkeys((160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
    for code in range(0x80, sys.maxunicode + 1):
        if 0xFF01 <= code <= 0xFF5E and code != 0xFF0D:
            table[code] = chr(code - 0xFEE0)
        elif unicodedata.category(chr(code)) == "Nd":
            table[code] = str(unicodedata.decimal(chr(code)))
    return table


class View:
    """`text` is what patterns are matched on; `original(start, end)` gives offsets (code points) in the text handed in."""

    _fold: dict[int, str] | None = None

    def __init__(self, original: str) -> None:
        self._offsets: list[int] | None = None
        if original.isascii():
            self.text = original
            return
        if View._fold is None:
            View._fold = _fold_table()
        folded = original.translate(View._fold)
        if _INVISIBLE.search(folded):
            hidden = {match.start() for match in _INVISIBLE.finditer(folded)}
            self._offsets = [at for at in range(len(folded)) if at not in hidden]
            folded = _INVISIBLE.sub("", folded)
        self.text = folded

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of a non-empty span of `text`."""
        if self._offsets is None:
            return start, end
        return self._offsets[start], self._offsets[end - 1] + 1

    @cached_property
    def words(self) -> str:
        """`text` as labels are looked for in it, at the same offsets: `date_of_birth` is three words."""
        return self.text.replace("_", " ")

    def may_hold(self, stems: tuple[str, ...]) -> bool:
        """False where none of the lower-case literals occurs, and so no pattern of which every match holds one can match."""
        return any(stem in self._lowered for stem in stems)

    @cached_property
    def _lowered(self) -> str:
        return lower(self.words)

    @cached_property
    def columns(self) -> list[Column]:
        """Columns of every run of lines with tabs or bars; the first line of a run is its header."""
        return list(_columns(self.text)) if _DELIMITER.search(self.text) else []

    def in_row(self, at: int) -> bool:
        """True when the line around `at` is a table row: it has a tab within a few hundred code points."""
        left = self.text.rfind("\n", max(0, at - _ROW), at)
        right = self.text.find("\n", at, at + _ROW)
        return self.text.find("\t", left + 1 if left >= 0 else max(0, at - _ROW), right if right >= 0 else at + _ROW) >= 0

    def back(self, at: int, reach: int) -> int:
        """Where to begin looking for words before `at`: `reach` code points back, in a table row no further than its start."""
        floor = max(0, at - reach)
        line = self.text.rfind("\n", floor, at)
        return line + 1 if line >= 0 and self.in_row(at) else floor

    def cells_under(self, label: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Spans of the cells, header apart, of every column whose header matches `label`."""
        for column in self.columns:
            if label.search(column.header):
                yield from column.cells


@dataclass(frozen=True)
class Column:
    """A table column: header text and the spans of the cells below it, blanks trimmed, empty ones left out."""

    header: str
    cells: tuple[tuple[int, int], ...]


def _columns(text: str) -> Iterator[Column]:
    headers: list[str] = []
    cells: list[list[tuple[int, int]]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        if _DELIMITER.search(line):
            spans = _cells(line, position)
            if headers:
                for number, span in enumerate(spans[: len(headers)]):
                    if span[0] < span[1]:
                        cells[number].append(span)
            else:
                headers = [_spaced(text[start : min(end, start + 200)]) for start, end in spans]
                cells = [[] for _ in spans]
        else:
            yield from (Column(header, tuple(below)) for header, below in zip(headers, cells, strict=True))
            headers, cells = [], []
        position += len(line)
    yield from (Column(header, tuple(below)) for header, below in zip(headers, cells, strict=True))


def _spaced(header: str) -> str:
    """A header as words: data exports write `PhoneNumber` and `phone_number`."""
    return _HUMP.sub(" ", header).replace("_", " ")


def _cells(line: str, position: int) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for match in _DELIMITER.finditer(line):
        spans.append((start, match.start()))
        start = match.end()
        if len(spans) == _MAX_COLUMNS:
            break
    spans.append((start, len(line)))
    trimmed = []
    for left, right in spans:
        cell = line[left:right]
        lead = len(cell) - len(cell.lstrip())
        trimmed.append((position + left + lead, position + left + max(lead, len(cell.rstrip()))))
    return trimmed

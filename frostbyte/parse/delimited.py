"""CSV and its relatives: one file, one table.

The separator is found by reading the head of the file with each candidate and seeing which gives rows of one width. The page
text is the table as the chunker sees it (cells by tabs, rows by newlines), not the file's own quoting.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Literal

from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.elements import Reading, Warning
from frostbyte.parse.encoding import decode
from frostbyte.parse.pages import PageWriter

MAX_CELLS = 5_000_000
_SEPARATORS = ",;\t|"
_HEAD_CHARACTERS = 1 << 16
_HEAD_ROWS = 200
_QUOTINGS: tuple[Literal[0, 3], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
_FIELD_LIMIT = 1 << 28
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_VALUE = re.compile(
    r"[-+(]?[$€£¥]?\s*\d[\d\s.,'%]*[)%]?(?:[eE][-+]?\d+)?(?:\s?[$€£¥%])?"  # amounts
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.Z+-]+)?|\d{1,2}:\d\d(?::\d\d)?"  # dates and times
)


def read(path: str) -> Reading:
    """Read a CSV file of any encoding and separator into one table. Raises ParseFailed over MAX_CELLS cells."""
    decoded = decode(Path(path).read_bytes())
    warnings = []
    if not decoded.certain:
        warnings.append(Warning("ENCODING_GUESSED"))
    if decoded.replaced:
        warnings.append(Warning("CHARACTERS_REPLACED"))
    text = decoded.text.replace("\0", "\ufffd")
    declared = _DECLARED.match(text)
    if declared is not None:
        text = text[declared.end() :]
    separator = declared[1] if declared is not None else _separator(text)
    rows, quotes_held = _rows(text, separator)
    if not quotes_held:
        warnings.append(Warning("QUOTES_IGNORED"))
    if len({len(row) for row in rows}) > 1:
        warnings.append(Warning("RAGGED_ROWS"))
    writer = PageWriter()
    writer.add_table(rows, has_header=has_header(rows))
    return Reading(writer.pages, tuple(writer.elements), warnings=tuple(warnings), reader_version=f"{PARSER_VERSION} csv")


def has_header(rows: list[list[str]]) -> bool:
    """True where the first row reads like names: every cell filled, no number, date or repetition, and there is a second row."""
    first = [cell.strip() for cell in rows[0]] if len(rows) > 1 else []
    names = [cell for cell in first if cell]
    return len(names) > 0 and len(set(names)) == len(first) and not any(_VALUE.fullmatch(cell) for cell in names)


def _rows(text: str, separator: str) -> tuple[list[list[str]], bool]:
    """Rows that hold something, and whether the quotes made sense; where they do not, they are read as letters."""
    for quoting in _QUOTINGS:
        try:
            return _parsed(text, separator, quoting), quoting == csv.QUOTE_MINIMAL
        except csv.Error:
            continue
    raise ParseFailed("the table could not be read", reason="PARSER_ERROR", detail="CSV_UNREADABLE")


def _parsed(text: str, separator: str, quoting: Literal[0, 3], *, limit: int | None = None) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = 0
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=separator, quoting=quoting, strict=quoting == csv.QUOTE_MINIMAL
        )
        for row in reader:
            if any(cell and not cell.isspace() for cell in row):
                rows.append(row)
                cells += len(row)
            if cells > MAX_CELLS:
                raise ParseFailed("the table has too many cells", reason="PARSER_ERROR", detail="TOO_MANY_CELLS")
            if limit is not None and len(rows) >= limit:
                break
    finally:
        csv.field_size_limit(before)
    return rows


def _separator(text: str) -> str:
    """The candidate under which most rows share one width over 1; a comma where none does."""
    head = text[:_HEAD_CHARACTERS]
    best, best_score = ",", 0.0
    for candidate in _SEPARATORS:
        if candidate not in head:
            continue
        rows: list[list[str]] = []
        for quoting in _QUOTINGS:
            try:
                rows = _parsed(head, candidate, quoting, limit=_HEAD_ROWS)
                break
            except csv.Error:
                # The head may end inside a quoted cell, or the quotes mean nothing.
                continue
        widths = Counter(map(len, rows))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (count / len(rows)) * (1 + min(width, 10) / 100) if width > 1 else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best

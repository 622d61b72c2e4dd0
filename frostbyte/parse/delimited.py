"""CSV and its relatives: one file, one table.

Lines above the table, such as the title of a report, are paragraphs. The separator is found by reading the head of the file with
each candidate and seeing which gives rows of one width. The page text is the table as the chunker sees it (cells by tabs, rows by
newlines), not the file's own quoting.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.elements import Reading, Warning
from frostbyte.parse.encoding import decode
from frostbyte.parse.pages import PageWriter

MAX_CELLS = 6_000_000
_SEPARATORS = ",;\t|"
_HEAD_CHARACTERS = 1 << 16
_HEAD_ROWS = 200
_MAX_LINES_ABOVE = 20
_PROSE = 0.02
_NO_SEPARATOR = "\t"
_FIELD_LIMIT = 1 << 28
_DECLARED = re.compile(r"\"?sep=([^\"'\\\r\n])\"?(?:\r\n?|\n)", re.IGNORECASE)
_DECIMAL = re.compile(r"\s*[-+]?\d+,\d+\s*")
# The first row and the start of the second: each cell between apostrophes.
_APOSTROPHES = re.compile(r"'[^'\r\n]*'(?:[,;\t|]'[^'\r\n]*')*[\r\n]+'")
_FORMULA_SIGNS = frozenset("=+-@")
_FORMULA = re.compile(r"=\s*\S|[+@-]\s*(?:[A-Za-z_.]+\(|[\w.\\]+\|)")
"""What a spreadsheet program would compute, or run, on opening the file; here it is text. A number with its sign is none."""
_VALUE = re.compile(
    r"[-+(]?[$€£¥]?\s*\d[\d\s.,'%]*[)%]?(?:[eE][-+]?\d+)?(?:\s?[$€£¥%])?"  # amounts
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.Z+-]+)?|\d{1,2}:\d\d(?::\d\d)?"  # dates and times
)


def read(path: str) -> Reading:
    """Read a CSV file of any encoding and separator into one table. Raises ParseFailed over MAX_CELLS cells."""
    decoded = decode(Path(path).read_bytes())
    warnings = list(decoded.warnings)
    table = table_of(decoded.text.replace("\0", "\ufffd"))
    rows = table.rows
    if not table.quotes_held:
        warnings.append(Warning("QUOTES_IGNORED"))
    above = lines_above(table)
    if len({len(row) for row in rows[above:]}) > 1:
        warnings.append(Warning("RAGGED_ROWS"))
    if formulas := sum(len(cell) for row in rows for cell in row if cell[:1] in _FORMULA_SIGNS and _FORMULA.match(cell)):
        warnings.append(Warning("FORMULA_TEXT", 1, "", formulas))
    writer = PageWriter()
    for row in rows[:above]:
        # The comma of a sentence stood between its halves.
        writer.add("paragraph", (table.separator if table.separator == "," else " ").join(row).strip(" ,"))
    writer.add_table(rows[above:], has_header=has_header(rows[above:]))
    return Reading(writer.pages, tuple(writer.elements), warnings=tuple(warnings), reader_version=f"{PARSER_VERSION} csv")


@dataclass(frozen=True)
class Table:
    """Rows that hold something. `quotes_held`: the quotes made sense; else they are read as letters."""

    rows: list[list[str]]
    separator: str
    quotes_held: bool = True


def table_of(text: str) -> Table:
    """The table that is the text of a file. Raises ParseFailed over MAX_CELLS cells."""
    declared = _DECLARED.match(text)
    if declared is not None:
        text = text[declared.end() :]
    return _table(text, declared[1] if declared is not None else _separator(text))


def lines_above(table: Table) -> int:
    """How many leading rows are a report's title and notes, not its table: they hold one cell, or do not reach its width."""
    width, count = Counter(map(len, table.rows)).most_common(1)[0] if table.rows else (0, 0)
    if width < 2 or count < 2 or count * 2 < len(table.rows):
        return 0
    above = 0
    for row in table.rows[:_MAX_LINES_ABOVE]:
        filled = sum(1 for cell in row if cell.strip())
        is_prose = table.separator == "," and len(row) < width and any(cell.startswith(" ") for cell in row[1:])
        if filled > 1 and not is_prose and (len(row) == width or filled * 2 > width):
            break
        above += 1
    rest = table.rows[above : above + _HEAD_ROWS]
    padded = any(len(row) >= width for row in table.rows[:above])
    return above if len(rest) > 1 and (has_header(rest) or not padded) else 0


def has_header(rows: list[list[str]]) -> bool:
    """True where the first row reads like names: every cell filled, no number, date or repetition, and there is a second row."""
    first = [cell.strip() for cell in rows[0]] if len(rows) > 1 else []
    names = [cell for cell in first if cell]
    return len(names) > 0 and len(set(names)) == len(first) and not any(map(is_value, names))


def is_value(cell: str) -> bool:
    """An amount, a date or a time: what a header does not hold."""
    return _VALUE.fullmatch(cell) is not None


@dataclass(frozen=True)
class _Quoting:
    quote: str | None = '"'
    escape: str | None = None


_QUOTED, _ESCAPED, _UNQUOTED = _Quoting(), _Quoting(escape="\\"), _Quoting(None)


def _table(text: str, separator: str) -> Table:
    if _APOSTROPHES.match(text):
        quoted = _attempt(text, separator, _Quoting("'"))
        if quoted is not None:
            return Table(quoted, separator)
    for quoting in (_QUOTED, _ESCAPED) if "\\" in text else (_QUOTED,):
        rows = _attempt(text, separator, quoting)
        if rows is not None:
            break
    else:
        cut = _attempt(text + '"', separator, _QUOTED)
        if cut is not None and cut and "\n" not in cut[-1][-1]:
            return Table(cut, separator)  # the file ends inside its last cell
        plain = _attempt(text, separator, _UNQUOTED)
        if plain is None:
            raise ParseFailed("the table could not be read", reason="PARSER_ERROR", detail="CSV_UNREADABLE")
        return Table(plain, separator, quotes_held=False)
    if f"\\{separator}" in text or "\\\n" in text or "\\\r" in text:
        # A backslash before a separator may be part of a path, or mean that it is a letter: the widths of the rows tell.
        escaped = _attempt(text, separator, _ESCAPED)
        if escaped is not None and _strays(escaped) < _strays(rows):
            rows = escaped
    return Table(rows, separator)


def _attempt(text: str, separator: str, quoting: _Quoting, *, limit: int | None = None) -> list[list[str]] | None:
    """The rows, or None where the quotes do not make sense."""
    try:
        return _parsed(text, separator, quoting, limit=limit)
    except csv.Error:
        return None


def _parsed(text: str, separator: str, quoting: _Quoting, *, limit: int | None = None) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = 0
    before = csv.field_size_limit(_FIELD_LIMIT)
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=separator,
            quotechar=quoting.quote,
            escapechar=quoting.escape,
            quoting=csv.QUOTE_MINIMAL if quoting.quote else csv.QUOTE_NONE,
            strict=quoting.quote is not None,
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


def _strays(rows: list[list[str]]) -> int:
    """Rows of another width than most."""
    return len(rows) - max(Counter(map(len, rows)).values(), default=0)


def _separator(text: str) -> str:
    """The candidate under which most rows share one width over 1; a comma where none does."""
    head = text[:_HEAD_CHARACTERS]
    best, best_score = ",", 0.0
    for candidate in _SEPARATORS:
        if candidate not in head:
            continue
        quotings = (_Quoting("'"), _QUOTED) if _APOSTROPHES.match(text) else (_QUOTED, _ESCAPED)
        # The head may end inside a quoted cell, or the quotes mean nothing.
        tried = (_attempt(head, candidate, quoting, limit=_HEAD_ROWS) for quoting in (*quotings, _UNQUOTED))
        rows = next((found for found in tried if found is not None), [])
        widths = Counter(map(len, rows))
        if candidate == "," and _is_decimal_column(rows):
            best = best if best_score else _NO_SEPARATOR
            continue
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = (count / len(rows)) * (1 + min(width, 10) / 100) if width > 1 else 0.0
        # A comma in prose has a blank after it; a separator seldom has.
        cells = [cell for row in rows for cell in row[1:]]
        score -= _PROSE * sum(cell.startswith(" ") for cell in cells) / len(cells) if cells else 0.0
        if score > best_score:
            best, best_score = candidate, score
    return best


def _is_decimal_column(rows: list[list[str]]) -> bool:
    """One column of numbers with decimal commas under its name."""
    parts = [row for row in rows if len(row) > 1]
    return (
        len(rows) > 0
        and len(rows[0]) == 1
        and len(parts) > 0
        and all(len(row) == 2 and _DECIMAL.fullmatch(",".join(row)) for row in parts)
    )

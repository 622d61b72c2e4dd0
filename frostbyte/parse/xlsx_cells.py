"""The cells of a worksheet as people see them, streamed: shared strings, number formats, dates, hidden rows and columns.

A sheet is never held as a tree: rows come out as `{column: text}` and only filled cells exist, whatever addresses a file claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from frostbyte.errors import ParseFailed
from frostbyte.parse.ooxml import Node, first
from frostbyte.parse.xlsx_formats import Mask, masks
from frostbyte.parse.xlsx_styles import Looks

MAX_CELLS = 2_000_000
"""Filled cells of a workbook; more is refused rather than cut."""
MAX_COLUMN = 16_384
MAX_ROW = 1_048_576
MAX_CHARACTERS = 20_000_000
"""Text of a workbook: a few shared strings, each shown in thousands of cells, must not grow without bound."""

_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_DAY_1900, _LAST_DAY_1904 = ((datetime(9999, 12, 31) - epoch).days for epoch in (_EPOCH_1900, _EPOCH_1904))
_BUILTIN_DATES = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "time"),
    22: "datetime",
    46: "elapsed",
}
_BUILTIN_PERCENT = (9, 10)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_MAX_CODE = 1024
_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_INTEGER = re.compile(r"-?\d{1,18}")
_TEXT_TYPES = ("s", "str", "inlineStr")
_LEAST_HEIGHT, _LEAST_WIDTH = 1.0, 0.3
"""Points and characters: a row or column below is a line, and nothing in it can be read."""
_ACTIVE_FORMULA = re.compile(
    r"\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|RUN|IMAGE|FILTERXML|SQL\.REQUEST)\s*\(|^[\w.\\:-]{1,40}\|", re.IGNORECASE
)
_LINK_FORMULA = re.compile(r"\bHYPERLINK\s*\(", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Handler of `sharedStrings.xml`: texts in order, phonetic guides left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._in_text = False
        self._phonetic = 0
        self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "x:t":
            self._in_text = self._phonetic == 0
        elif name == "x:rPh":
            self._phonetic += 1

    def end(self, name: str) -> None:
        if name == "x:t":
            self._in_text = False
        elif name == "x:rPh":
            self._phonetic -= 1
        elif name == "x:si":
            self.texts.append(_unescaped("".join(self._parts)))
            self._parts = []

    def data(self, text: str) -> None:
        if self._in_text:
            self._characters += len(text)
            if self._characters > MAX_CHARACTERS:
                raise too_large()
            self._parts.append(text)


class Formats:
    """How a cell's style shows a number: as it is, as a date or time, as a percentage, with its currency or unit."""

    def __init__(self, styles: Node | None, *, from_1904: bool) -> None:
        self._epoch = _EPOCH_1904 if from_1904 else _EPOCH_1900
        self._last = _LAST_DAY_1904 if from_1904 else _LAST_DAY_1900
        codes = {node.get("numFmtId", ""): node.get("formatCode", "") for node in _children(styles, "x:numFmts")}
        ids = [xf.get("numFmtId", "0") for xf in _children(styles, "x:cellXfs") if xf.tag == "x:xf"]
        self._kinds = [_kind(format_id, codes) for format_id in ids]
        of_code = {format_id: masks(code[:_MAX_CODE]) for format_id, code in codes.items()}
        self._masks = [() if kind else of_code.get(i, ()) for i, kind in zip(ids, self._kinds, strict=True)]

    def show(self, value: str, style: str) -> str:
        """The text of a stored number under the style of that index."""
        known = style.isdecimal() and len(style) < 9 and int(style) < len(self._kinds)
        kind = self._kinds[int(style)] if known else ""
        try:
            number = float(value)
        except ValueError:
            return value
        if kind == "percent":
            return f"{number * 100:.15g}%"
        if kind:
            shown = self._moment(number, kind)
            if shown is not None:
                return shown
        sections = self._masks[int(style)] if known and not kind else ()
        return _masked(value, number, sections) if sections else _plain(value, number)

    def _moment(self, number: float, kind: str) -> str | None:
        if not 0 <= number < self._last + 1:  # NaN fails this too
            return None
        if kind == "elapsed":
            seconds = round(number * 86_400)
            return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
        if kind == "time" and number >= 1:
            kind = "datetime"
        # Day 60 is 29 February 1900, which never was; days before it are one off from the epoch that fits all later ones.
        early = timedelta(days=1) if self._epoch is _EPOCH_1900 and number < 60 else timedelta()
        seconds = min(round(number * 86_400), int(self._last + 1) * 86_400 - 1)  # the last half second is not the year 10000
        moment = self._epoch + early + timedelta(seconds=seconds)
        if kind == "time":
            return moment.strftime("%H:%M:%S")
        return moment.strftime("%Y-%m-%d") if kind == "date" else moment.isoformat()


def _plain(value: str, number: float) -> str:
    if _INTEGER.fullmatch(value):
        return value  # long account numbers are not rounded
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"


def _masked(value: str, number: float, sections: tuple[Mask, ...]) -> str:
    position = 1 if number < 0 else 2 if number == 0 else 0
    mask = sections[position] if position < len(sections) else sections[0]
    plain = _plain(value, number) if not mask.scale else _plain("", number / 1000**mask.scale)
    if not mask.has_number:
        return mask.before
    return f"-{mask.show(plain[1:])}" if plain.startswith("-") else mask.show(plain)


def _kind(format_id: str, codes: dict[str, str]) -> str:
    code = codes.get(format_id)
    if code is None:
        number = int(format_id) if format_id.isdecimal() and len(format_id) < 9 else 0
        return "percent" if number in _BUILTIN_PERCENT else _BUILTIN_DATES.get(number, "")
    code = code.partition(";")[0]
    if _ELAPSED.search(code):
        return "elapsed"
    plain = _LITERALS.sub("", code).lower().replace("general", "").replace("standard", "").replace("am/pm", "").replace("a/p", "")
    has_date, has_time = any(c in plain for c in "yd"), any(c in plain for c in "hs")
    if has_date or has_time or "m" in plain:
        return "datetime" if has_date and has_time else "time" if has_time else "date"
    return "percent" if "%" in plain else ""


@dataclass
class Sheet:
    """Handler of a worksheet part. `rows`: (row number, {column: text}) of visible filled cells, in order of the file.

    A row whose filled cells are all hidden is there with no cells: it parts no table in two.
    """

    strings: list[str]
    formats: Formats
    looks: Looks
    cells_left: int = MAX_CELLS
    characters_left: int = MAX_CHARACTERS
    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    hidden_rows: dict[int, int] = field(default_factory=dict)
    """Characters left out of each hidden row; so too the next two, by column and by cell."""
    left_columns: dict[int, int] = field(default_factory=dict)
    left_cells: dict[str, int] = field(default_factory=dict)
    unseen: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells among `rows` that cannot be seen, and how they are hidden."""
    filled: list[str] = field(default_factory=list)
    """Areas to which a conditional format may give another ground."""
    active_formulas: dict[str, int] = field(default_factory=dict)
    link_formulas: int = 0
    prompts: int = 0
    """Characters of the messages and lists of data validation."""
    formula_without_value: bool = False
    margins: bool = False
    """The sheet has a printed header or footer."""

    def __post_init__(self) -> None:
        self._row = 0
        self._column = 0
        self._row_hidden = False
        self._filled = False
        self._cells: dict[int, str] = {}
        self._type = ""
        self._style = ""
        self._value: list[str] = []
        self._inline: list[str] = []
        self._into: list[str] | None = None
        self._formula = False
        self._phonetic = 0
        self._in_margins = False
        self._code: list[str] = []
        self._choices: list[str] | None = None
        self._area = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "x:c":
                self._column = _column(attributes.get("r", ""), self._column + 1)
                self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
                self._value, self._inline, self._formula, self._code = [], [], False, []
            case "x:v":
                self._into = self._value
            case "x:t":
                self._into = self._inline if self._phonetic == 0 else None
            case "x:f":
                self._formula = True
                self._into = self._code
            case "x:dataValidation":
                self.prompts += sum(len(attributes.get(key, "")) for key in ("prompt", "promptTitle", "error", "errorTitle"))
            case "x:formula1":
                self._choices = self._into = []
            case "x:conditionalFormatting":
                self._area = attributes.get("sqref", "")
            case "x:cfRule":
                if attributes.get("dxfId", "") in self.looks.filling or attributes.get("type") in ("colorScale", "dataBar"):
                    self.filled += self._area.split()
            case "x:row":
                stated = attributes.get("r", "")
                self._row = int(stated) if stated.isdecimal() and len(stated) < 9 else self._row + 1
                hidden = attributes.get("hidden", "0") in ("1", "true")
                height = _number(attributes.get("ht"))
                self._row_hidden = hidden or (height is not None and height < _LEAST_HEIGHT and "customHeight" in attributes)
                self._column, self._cells, self._filled = 0, {}, False
            case "x:col":
                width = _number(attributes.get("width"))
                if attributes.get("hidden", "0") in ("1", "true") or (width is not None and width < _LEAST_WIDTH):
                    low, high = _number(attributes.get("min")), _number(attributes.get("max"))
                    if low is not None and high is not None:
                        self.hidden_columns.append(range(int(low), min(int(high), MAX_COLUMN) + 1))
            case "x:rPh":
                self._phonetic += 1
            case "x:headerFooter":
                self._in_margins = True

    def end(self, name: str) -> None:
        match name:
            case "x:v" | "x:t" | "x:f":
                self._into = None
            case "x:formula1":
                choices = "".join(self._choices or ()).strip()
                self.prompts += len(choices) if choices.startswith('"') else 0
                self._choices = self._into = None
            case "x:c":
                self._cell()
            case "x:row":
                if self._filled:
                    self.rows.append((min(self._row, MAX_ROW), self._cells))
                self._cells = {}
            case "x:rPh":
                self._phonetic -= 1
            case "x:headerFooter":
                self._in_margins = False

    def data(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)
        elif self._in_margins and text.strip():
            self.margins = True

    def _cell(self) -> None:
        value = "".join(self._value)
        text = self._text(value)
        if self._formula:
            self._check_formula("".join(self._code))
            if not value and not self._inline:
                self.formula_without_value = True
        if not text.strip():
            return
        self._filled = True
        look = self.looks.of(self._style)
        if self._row_hidden:
            self.hidden_rows[self._row] = self.hidden_rows.get(self._row, 0) + len(text)
        elif any(self._column in columns for columns in self.hidden_columns):
            self.left_columns[self._column] = self.left_columns.get(self._column, 0) + len(text)
        elif look.texts if self._type in _TEXT_TYPES else look.numbers and self._type not in ("b", "e"):
            self.left_cells[f"{letters(self._column)}{self._row}"] = len(text)
        else:
            if look.kind:
                self.unseen[min(self._row, MAX_ROW), self._column] = look.kind
            self.cells_left -= 1
            self.characters_left -= len(text)
            if self.cells_left < 0 or self.characters_left < 0:
                raise too_large()
            self._cells[self._column] = text

    def _check_formula(self, code: str) -> None:
        """Name a formula that fetches or runs something; what others compute with is theirs, only their values are read."""
        at = f"{letters(self._column)}{self._row}"
        if _ACTIVE_FORMULA.search(code):
            self.active_formulas[at] = len(code)
        elif _LINK_FORMULA.search(code):
            self.link_formulas += len(code)

    def _text(self, value: str) -> str:
        match self._type:
            case "s":
                index = value.strip()
                known = index.isdecimal() and len(index) < 9 and int(index) < len(self.strings)
                return self.strings[int(index)] if known else ""
            case "inlineStr":
                return _unescaped("".join(self._inline))
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(value.strip(), value)
            case "str" | "e" | "d":
                return _unescaped(value)
            case _:
                return self.formats.show(value.strip(), self._style) if value.strip() else ""


def too_large() -> ParseFailed:
    """The workbook is over a limit of this module."""
    return ParseFailed("the workbook holds too much", reason="PARSER_ERROR", detail="WORKBOOK_TOO_LARGE")


def _children(root: Node | None, name: str) -> list[Node]:
    node = first(root, name)
    return list(node) if node is not None else []


def letters(column: int) -> str:
    """The name of a column: A for 1, AA for 27."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def area(reference: str) -> tuple[range, range]:
    """The rows and columns of `B2:D9`, or of one cell; empty ones where it is neither."""
    ends = [_ADDRESS.fullmatch(end) for end in reference.replace("$", "").split(":")]
    if not 1 <= len(ends) <= 2 or any(end is None for end in ends):
        return range(0), range(0)
    rows = [int(end[2]) for end in ends if end]
    columns = [_column(end[1], 0) for end in ends if end]
    return range(rows[0], rows[-1] + 1), range(columns[0], columns[-1] + 1)


def _column(reference: str, default: int) -> int:
    column = 0
    for letter in reference[:3]:
        if not ("A" <= letter.upper() <= "Z"):
            break
        column = column * 26 + ord(letter.upper()) - ord("A") + 1
    return min(column, MAX_COLUMN) or default


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is None or abs(value) < 1e9 else None


def _unescaped(text: str) -> str:
    """`_x000D_` and its like are how a sheet stores what XML cannot; line ends become newlines."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")

"""From words with boxes to blocks in reading order. Pure geometry: no format, no library, no I/O.

Words: a *segment* is a stretch of words on one line without a gap; a *line* is the segments that share a baseline inside
one column; a *block* is the lines of one paragraph, heading, list item or table. PDF text and OCR both come through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from frostbyte.parse.hyphens import join_lines

_BULLET = re.compile(
    r"^(?:[•‣◦▪▫●○■□☐☑☒❍❑❒◆◇⬧⧫⬥►▶✓✔✗❖➢➔\ue000-\uf8ff]|[-–—*·](?=\s)"  # private use: the bullets of symbol fonts
    r"|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,5})[.)](?=\s)|\((?:\d{1,3}|[a-z])\)(?=\s))\s*\S"
)
_LEADER = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{6,})\s*\S{0,8}$")
_LEADING = ("....", ". . . . ", "……", "______")
"""What every leader holds: looked for first, for most lines hold none of it."""
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？")


class Segment:
    """A stretch of one line. Points or pixels, origin top left. `size` is the font size, or the line height of an OCR line.

    `words` are its words with their left and right edges, in the order of the text; empty where only the whole is known (OCR).
    """

    # No named tuple: what is compiled (packaging/compile_modules.py) reads a class's numbers as they are, not by a lookup.
    __slots__ = ("bold", "size", "text", "words", "x0", "x1", "y0", "y1")

    def __init__(
        self,
        text: str,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        size: float,
        bold: bool = False,
        words: tuple[tuple[str, float, float], ...] = (),
    ) -> None:
        self.text = text
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.size, self.bold, self.words = size, bold, words

    def __eq__(self, other: object) -> bool:
        """True for the same text at the same place: what is drawn twice, to look bold, is one."""
        return (
            isinstance(other, Segment)
            and self.x0 == other.x0
            and self.y0 == other.y0
            and self.x1 == other.x1
            and self.y1 == other.y1
            and self.text == other.text
            and self.size == other.size
            and self.bold == other.bold
            and self.words == other.words
        )

    def __hash__(self) -> int:
        return hash((self.text, self.x0, self.y0))


class Line:
    """Segments of one line of one column, left to right."""

    __slots__ = ("bold", "segments", "size", "x0", "x1", "y0", "y1")

    def __init__(
        self, segments: tuple[Segment, ...], x0: float, y0: float, x1: float, y1: float, size: float, bold: bool
    ) -> None:
        self.segments = segments
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.size, self.bold = size, bold

    @property
    def text(self) -> str:
        """The line's text; segments of a right-to-left line are joined from the right."""
        if len(self.segments) == 1:
            return self.segments[0].text
        parts = [s.text for s in self.segments]
        if sum(map(_is_rtl, parts)) * 2 > len(parts):
            parts.reverse()
        return " ".join(parts)


@dataclass(frozen=True)
class Block:
    """Lines that belong together. `kind` is text, list_item or table; headings are told by whoever knows the whole document."""

    kind: str
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    lines: int = 1
    cells: tuple[tuple[str, ...], ...] | None = None
    has_header: bool = True


@dataclass
class Region:
    """A stretch of the page read on its own: loose segments and blocks already made (ruled tables)."""

    segments: list[Segment]
    fixed: list[Block] = field(default_factory=list)


Aligned = Callable[[Sequence[Line]], list[tuple[int, int, Block]]]
"""Finds tables among lines: (first line, line after the last, the table)."""


def segments_of(words: Iterable[tuple[str, float, float, float, float, float, bool, int]]) -> list[Segment]:
    """Join words (text, x0, y0, x1, y1, size, bold, turn), given in the order they were written, to segments.

    Those that do not stand upright, whose turn is not 0, are left out. The order inside a segment is the order given, so
    right-to-left text keeps its logical order.
    """
    result: list[Segment] = []
    texts: list[str] = []
    edges: list[tuple[str, float, float]] = []
    x0 = y0 = x1 = y1 = size = 0.0
    last_x0 = last_x1 = 0.0
    characters = bold_characters = 0
    led = False

    def flush() -> None:
        if texts:
            result.append(Segment(" ".join(texts), x0, y0, x1, y1, size, bold_characters * 2 > characters, tuple(edges)))

    for text, wx0, wy0, wx1, wy1, wsize, wbold, turn in words:
        if turn:
            continue
        joined = False
        if texts:  # asked of every word: min and max would be half of the work
            scale = wsize if wsize > size else size
            gap = last_x0 - wx1 if last_x0 - wx1 > wx0 - last_x1 else wx0 - last_x1
            if -0.8 * scale < gap < scale:
                overlap = (wy1 if wy1 < y1 else y1) - (wy0 if wy0 > y0 else y0)
                least = wy1 - wy0 if wy1 - wy0 < y1 - y0 else y1 - y0
                joined = overlap > 0.5 * least and (wx0 >= last_x0 - 0.3 * scale or bool(_RTL.search(text)) or _is_rtl(texts[-1]))
        if joined:
            texts.append(text)
            edges.append((text, wx0, wx1))
            x0 = wx0 if wx0 < x0 else x0
            y0 = wy0 if wy0 < y0 else y0
            x1 = wx1 if wx1 > x1 else x1
            y1 = wy1 if wy1 > y1 else y1
            if led or (wsize > size and len(text) > 2):
                size, led = wsize, False
        else:
            flush()
            texts = [text]
            edges = [(text, wx0, wx1)]
            x0, y0, x1, y1, size = wx0, wy0, wx1, wy1, wsize
            led = not text.isalnum() and len(text) <= 2  # by a bullet, which may be larger than what is behind it
            characters = bold_characters = 0
        last_x0, last_x1 = wx0, wx1
        characters += len(text)
        bold_characters += len(text) * wbold
    flush()
    return result


def blocks_of(
    segments: Sequence[Segment],
    fixed: Sequence[Block] = (),
    *,
    tables: Aligned | None = None,
    compounds: Collection[str] = (),
) -> list[Block]:
    """Blocks in reading order. `fixed` blocks (ruled tables) are placed among the text; `tables` finds aligned tables.

    `compounds` are words whose hyphen is their own (`compounds_of`).
    """
    result: list[Block] = []
    for region in _regions(Region(list(segments), list(fixed))):
        result += _blocks_of_region(region, tables, compounds)
    return result


# Columns


def _regions(region: Region, depth: int = 0) -> list[Region]:
    """Cut a region into columns and bands until neither is found."""
    if depth > 8 or len(region.segments) < 8:
        return [region]
    gutter = _gutter(region.segments)
    if gutter is None:
        return [region]
    left_edge, right_edge = gutter
    middle = (left_edge + right_edge) / 2

    def crosses(x0: float, x1: float) -> bool:
        return x0 < middle - 1 and x1 > middle + 1

    # What crosses the gutter (a title, a wide table) parts the page into bands, each read column by column.
    items: list[tuple[float, float, Segment | Block]] = [(s.y0, s.y1, s) for s in region.segments]
    items += [(b.y0, b.y1, b) for b in region.fixed]
    spanning = sorted((i for i in items if crosses(i[2].x0, i[2].x1)), key=lambda i: i[0])
    others = [i for i in items if not crosses(i[2].x0, i[2].x1)]
    result: list[Region] = []
    position = 0
    while others or position < len(spanning):
        limit = spanning[position][0] if position < len(spanning) else float("inf")
        above = [i for i in others if (i[0] + i[1]) / 2 < limit + 0.5]
        if above:
            others = [i for i in others if not (i[0] + i[1]) / 2 < limit + 0.5]
            result += _regions(_region(i[2] for i in above if (i[2].x0 + i[2].x1) / 2 <= middle), depth + 1)
            result += _regions(_region(i[2] for i in above if (i[2].x0 + i[2].x1) / 2 > middle), depth + 1)
        if position >= len(spanning):
            break
        band = [spanning[position]]
        position += 1
        # Neighbouring lines that all cross are one band, unless column text lies between them.
        while position < len(spanning) and not any(
            band[-1][1] - 1 < (i[0] + i[1]) / 2 < spanning[position][0] + 0.5 for i in others
        ):
            band.append(spanning[position])
            position += 1
        bottom = max(i[1] for i in band)
        held = [(i, (i[0] + i[1]) / 2 <= bottom and _is_beside(i, band)) for i in others]
        others = [i for i, beside in held if not beside]
        result.append(_region([*[i[2] for i in band], *[i[2] for i, beside in held if beside]]))
    return [r for r in result if r.segments or r.fixed]


def _is_beside(item: tuple[float, float, Segment | Block], band: Sequence[tuple[float, float, Segment | Block]]) -> bool:
    middle = (item[0] + item[1]) / 2
    return any(top <= middle <= bottom for top, bottom, _ in band)


def _region(items: Iterable[Segment | Block]) -> Region:
    region = Region([])
    for item in items:
        if isinstance(item, Block):
            region.fixed.append(item)
        else:
            region.segments.append(item)
    return region


def _gutter(segments: Sequence[Segment]) -> tuple[float, float] | None:
    """The widest white strip that parts running text into columns, or None.

    A table has white strips too; columns of prose differ in that their lines are long and fill the column.
    """
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    if right - left <= 0:
        return None
    size = median(s.size for s in segments)
    in_order = sorted(segments, key=_place)
    events: list[tuple[float, int]] = []
    for segment in segments:
        events.append((segment.x0, 1))
        events.append((segment.x1, -1))
    events.sort()
    allowed = max(2, len(segments) // 6)
    best: tuple[float, float] | None = None
    best_score = 0.0
    depth = 0
    for (x, step), (following, _) in pairwise(events):
        depth += step
        if depth > allowed or following - x < 0.5 * size:
            continue
        middle = (x + following) / 2
        if not left + 0.12 * (right - left) < middle < right - 0.12 * (right - left):
            continue
        score = (following - x) / (1 + depth)
        if score > best_score and _parts_prose(in_order, middle, depth):
            best, best_score = (x, following), score
    return best


def _parts_prose(segments: Sequence[Segment], middle: float, crossing: int) -> bool:
    sides = [s for s in segments if s.x1 <= middle + 1], [s for s in segments if s.x0 >= middle - 1]
    if any(len(side) < 3 for side in sides) or crossing * 3 > len(sides[0]) + len(sides[1]):
        return False
    for side in sides:
        width = max(s.x1 for s in side) - min(s.x0 for s in side)
        # By letters first: a list or a form has many short lines, and still most of its text in long ones. What is filled counts,
        # not where a line ends, for the rows of a table reach as far with white between the cells; such rows tell nothing.
        lines = [
            (len(ln.text), sum(s.x1 - s.x0 for s in ln.segments), sum(len(s.text) > 3 for s in ln.segments))
            for ln in _lines_of_sorted(side)
        ]
        running = [(letters, filled) for letters, filled, parts in lines if parts < 2 or filled >= 0.8 * width]
        long = [letters for letters, filled in running if letters >= 18 and filled >= 0.55 * width]
        if width <= 0 or len(long) < 3 or sum(long) * 2 < sum(n for n, _ in running) or len(long) * 3 < len(running):
            return False
    return True


# Lines and paragraphs


def lines_of(segments: Iterable[Segment]) -> list[Line]:
    """Lines from top to bottom; segments whose heights overlap by half share a line."""
    return _lines_of_sorted(sorted(segments, key=_place))


def _place(segment: Segment) -> tuple[float, float]:
    return (segment.y0 + segment.y1) / 2, segment.x0


def _lines_of_sorted(segments: Iterable[Segment]) -> list[Line]:
    rows: list[tuple[list[Segment], float, float]] = []
    for segment in segments:
        if rows:
            row, top, bottom = rows[-1]
            overlap = min(bottom, segment.y1) - max(top, segment.y0)
            if overlap > 0.5 * min(bottom - top, segment.y1 - segment.y0):
                row.append(segment)
                continue
        rows.append(([segment], segment.y0, segment.y1))
    result = []
    for row, top, bottom in rows:
        if len(row) == 1:
            only = row[0]
            result.append(Line((only,), only.x0, top, only.x1, bottom, only.size, only.bold and only.text != ""))
            continue
        row.sort(key=lambda s: s.x0)
        weight = sum(len(s.text) for s in row)
        bold = sum(len(s.text) for s in row if s.bold) * 2 > weight
        size = max((s.size for s in row if len(s.text) > 2 or s.text.isalnum()), default=row[0].size)
        result.append(Line(tuple(row), row[0].x0, top, max(s.x1 for s in row), bottom, size, bold))
    return result


def _blocks_of_region(region: Region, tables: Aligned | None, compounds: Collection[str]) -> list[Block]:
    lines = lines_of(region.segments)
    found = tables(lines) if tables is not None else []
    result: list[Block] = []
    position = 0
    for start, end, table in [*found, (len(lines), len(lines), None)]:
        result += _paragraphs(lines[position:start], region.fixed, compounds)
        if table is not None:
            result.append(table)
        position = end
    for block in region.fixed:
        place = next((i for i, other in enumerate(result) if (other.y0 + other.y1) / 2 > block.y0), len(result))
        result.insert(place, block)
    return result


def _paragraphs(lines: Sequence[Line], fixed: Sequence[Block], compounds: Collection[str]) -> list[Block]:
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    pitches = [
        below.y1 - above.y1
        for above, below in pairwise(lines)
        if abs(above.size - below.size) < 0.15 * above.size and 0.7 * above.size < below.y1 - above.y1 < 2.6 * above.size
    ]
    pitch = median(pitches) if pitches else None
    groups: list[list[Line]] = []
    for line in lines:
        between = groups and any(groups[-1][-1].y1 - 2 <= (b.y0 + b.y1) / 2 <= line.y0 + 2 for b in fixed)
        if not groups or between or _starts_block(groups[-1], line, pitch, left, right):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_block(group, compounds) for group in groups]


def _starts_block(group: Sequence[Line], line: Line, pitch: float | None, left: float, right: float) -> bool:
    above = group[-1]
    size = max(above.size, line.size)
    distance = line.y1 - above.y1
    if abs(above.size - line.size) > 0.12 * size or distance > 1.35 * max(pitch or 0.0, size) or distance > 2.8 * size:
        return True
    if _BULLET.match(line.text) or has_leader(above.text):
        return True
    short = above.x1 < right - 0.2 * (right - left)
    listed = _BULLET.match(group[0].text) is not None
    if above.bold != line.bold and short and not listed:
        return True
    if listed:
        # A line back at the bullet's edge is something else where the item's lines hang, or the last had room left.
        hanging = len(group) > 1 and group[1].x0 > group[0].x0 + 0.5 * size
        return line.x0 < group[0].x0 + 0.3 * size and (hanging or short)
    ended = above.text.rstrip("\"'”’)]").endswith(_SENTENCE_ENDS)
    indented = line.x0 > above.x0 + 0.9 * size and line.x0 < left + 0.25 * (right - left)
    if indented and (len(group) > 1 or ended):
        return True
    return ended and short


def _block(group: Sequence[Line], compounds: Collection[str]) -> Block:
    texts = [line.text for line in group]
    weight = sum(map(len, texts))
    kind = "list_item" if _BULLET.match(texts[0]) else "text"
    return Block(
        kind=kind,
        text=join_lines(texts, compounds),
        x0=min(line.x0 for line in group),
        y0=min(line.y0 for line in group),
        x1=max(line.x1 for line in group),
        y1=max(line.y1 for line in group),
        size=max(line.size for line in group),
        bold=sum(len(t) for t, line in zip(texts, group, strict=True) if line.bold) * 2 > weight,
        lines=len(group),
    )


def moved(block: Block, x0: float, y0: float, x1: float, y1: float) -> Block:
    """The block with another rectangle, for text that was laid out on a turned page."""
    return replace(block, x0=x0, y0=y0, x1=x1, y1=y1)


def has_leader(text: str) -> bool:
    """True where the text ends in the dots before a page number, as in a table of contents, or in a line to write on."""
    return any(part in text for part in _LEADING) and _LEADER.search(text) is not None


def _is_rtl(text: str) -> bool:
    return not text.isascii() and len(_RTL.findall(text)) * 2 > len(text)

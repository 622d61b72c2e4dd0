"""From segments to blocks in reading order: columns, then lines, then paragraphs. Pure geometry: no format, no library, no I/O.

A *block* is the lines of one paragraph, heading, list item or table; segments and lines are those of `lines.py`. PDF text and OCR
both come through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from frostbyte.parse.hyphens import join_lines
from frostbyte.parse.lines import Line, Segment, by_height, lines_of, lines_of_sorted

_BULLET = re.compile(
    r"^(?:[•‣◦▪▫●○■□☐☑☒❍❑❒◆◇⬧⧫⬥►▶✓✔✗❖➢➔\ue000-\uf8ff]|[-–—*·](?=\s)"  # private use: the bullets of symbol fonts
    r"|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,5})[.)](?=\s)|\((?:\d{1,3}|[a-z])\)(?=\s))\s*\S"
)
_LEADER = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{6,})\s*\S{0,8}$")
_LEADING = ("....", ". . . . ", "……", "______")
"""What every leader holds: looked for first, for most lines hold none of it."""
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？")


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
    in_order = sorted(segments, key=by_height)
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
            for ln in lines_of_sorted(side)
        ]
        running = [(letters, filled) for letters, filled, parts in lines if parts < 2 or filled >= 0.8 * width]
        long = [letters for letters, filled in running if letters >= 18 and filled >= 0.55 * width]
        if width <= 0 or len(long) < 3 or sum(long) * 2 < sum(n for n, _ in running) or len(long) * 3 < len(running):
            return False
    return True


# Lines and paragraphs


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

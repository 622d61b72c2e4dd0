"""Columns and rows of a table told by its words alone, where no rule says so. Pure geometry.

Words: a *column* is a stretch of x that the lines of a table share, white on both sides; a *cell line* is what one line holds in
one column; a *row* is one line, or several where cells are wrapped. A wrapped line is known by its neighbour: its first word had
no room in the line above.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from frostbyte.parse.lines import Line, Segment

Span = tuple[float, float]

_RIVER = 0.38
"""Of the font size: white that parts two columns where words on its side stand in line. A blank between words is narrower."""
_SNAP = 1.2
"""Points: edges this close are in line."""
MAX_COLUMNS = 1000
"""Into which one stretch is cut; more are a drawing made of letters."""


class CellLine:
    """What one line holds in one column. `first` is the width of its first word."""

    __slots__ = ("bold", "first", "text", "x0", "x1")

    def __init__(self, text: str, x0: float, x1: float, first: float, bold: bool) -> None:
        self.text, self.x0, self.x1, self.first, self.bold = text, x0, x1, first, bold

    @property
    def is_number(self) -> bool:
        return is_number(self.text)


class _Word:
    __slots__ = ("bold", "text", "x0", "x1")

    def __init__(self, text: str, x0: float, x1: float, bold: bool) -> None:
        self.text, self.x0, self.x1, self.bold = text, x0, x1, bold


def is_number(text: str) -> bool:
    """True where half of the marks are digits, as in amounts, dates and shares."""
    digits = sum(c.isdigit() for c in text)
    return digits > 0 and digits * 2 >= len(text.replace(" ", ""))


def columns(lines: Sequence[Line]) -> list[Span]:
    """Spans of x that the words share over most lines. A segment over several columns (a heading) does not join them."""
    body = _body(lines)
    full = [line for line in body if len(line.segments) >= 2]
    found = _covered([(s.x0, s.x1) for line in full for s in line.segments], len(full) // 8)
    blanks = [b[1] - a[2] for line in lines for s in line.segments for a, b in pairwise(s.words) if b[1] > a[2]]
    least = _RIVER * median(line.size for line in lines)
    blank = median(blanks) if blanks else least
    result: list[Span] = []
    for span in found:
        own = [[w for w in _words_of(line) if span[0] - 1 <= (w.x0 + w.x1) / 2 <= span[1] + 1] for line in body]
        result += _parted(own, span, least, blank)
    return _with_heads(result, [_words_of(line) for line in lines])


def _body(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines below the heads, which may stand to the other side than what is below; all, where no numbers tell them apart."""
    first = next((i for i, line in enumerate(lines) if any(c.isdigit() for c in line.text)), 0)
    body = lines[first:]
    return body if first <= 3 and sum(len(line.segments) >= 2 for line in body) >= 2 else lines


def _with_heads(spans: Sequence[Span], lines: Sequence[Sequence[_Word]]) -> list[Span]:
    """Join a column that only the first lines have to the neighbour that begins below: a head set left over numbers set right."""
    result: list[Span] = []
    places: list[list[int]] = []
    for span in spans:
        own = [i for i, row in enumerate(lines) if any(span[0] - 0.5 <= (w.x0 + w.x1) / 2 <= span[1] + 0.5 for w in row)]
        if result and own and places[-1] and (places[-1][-1] < own[0] or own[-1] < places[-1][0]):
            result[-1] = (result[-1][0], span[1])
            places[-1] = sorted({*places[-1], *own})
        else:
            result.append(span)
            places.append(own)
    return result


def cell_lines(line: Line, spans: Sequence[Span]) -> dict[int, CellLine]:
    """What the line holds in each column; a phrase that runs over several stands in the first of them."""
    found: dict[int, list[_Word]] = {}
    for segment in line.segments:
        group: list[_Word] = []
        place = -1
        for word in _split(segment):
            wide = not group or word.x0 - group[-1].x1 >= _RIVER * 0.8 * segment.size
            column = _column_of(word, spans, place if not wide else -1)
            if group and column != place and wide:
                found.setdefault(place, []).extend(group)
                group = []
            if not group:
                place = column
            group.append(word)
        if group:
            found.setdefault(place, []).extend(group)
    return {column: _cell_line(words) for column, words in found.items()}


def rows(lines: Sequence[Line], cells: Sequence[dict[int, CellLine]]) -> list[list[int]]:
    """The lines of each row, by number: wrapped lines are put to the line they continue."""
    if not lines:
        return []
    widths: dict[int, float] = {}
    for line in cells:
        for column, cell in line.items():
            widths[column] = max(widths.get(column, 0.0), cell.x1 - cell.x0)
    first = min(widths, default=0)
    pitches = [below.y1 - above.y1 for above, below in pairwise(lines)]
    wrapped = [
        pitch
        for i, pitch in enumerate(pitches, start=1)
        if first not in cells[i]
        and cells[i]
        and set(cells[i]) < set(cells[i - 1]) | set(cells[i])
        and all(c in cells[i - 1] and _is_wrapped(cells[i - 1][c], cells[i][c], widths[c], lines[i].size) for c in cells[i])
    ]
    opened = [pitch for i, pitch in enumerate(pitches, start=1) if first in cells[i] and len(cells[i]) > 1]
    inner = median(wrapped) if wrapped else None
    between = median(opened) if opened else None
    apart = inner is not None and between is not None and between >= 1.1 * inner
    limit = (inner + between) / 2 if apart and inner is not None and between is not None else None
    result: list[list[int]] = [[0]]
    for i in range(1, len(lines)):
        held: dict[int, CellLine] = {}
        for j in result[-1]:
            held.update(cells[j])
        if _continues(held, cells[i], widths, pitches[i - 1], limit, inner, lines[i].size, first):
            result[-1].append(i)
        else:
            result.append([i])
    return result


def _continues(
    held: dict[int, CellLine],
    line: dict[int, CellLine],
    widths: dict[int, float],
    pitch: float,
    limit: float | None,
    inner: float | None,
    size: float,
    first: int,
) -> bool:
    """True where `line` goes on with the row that holds `held` so far."""
    if limit is not None and pitch > limit:
        return False
    if inner is None and pitch > 1.6 * size:
        return False
    if any(
        column not in held or (cell.is_number and held[column].is_number) or cell.bold != held[column].bold
        for column, cell in line.items()
    ):
        return False
    fits = all(_is_wrapped(held[column], cell, widths[column], size) for column, cell in line.items())
    if limit is not None and pitch <= limit:
        return fits or (first not in line and len(line) * 2 <= len(held))
    return fits and len(line) < max(2, len(held))


def _is_wrapped(above: CellLine, below: CellLine, width: float, size: float) -> bool:
    held = above.x1 - above.x0
    return held >= 0.4 * width and held + 0.25 * size + below.first > width


def _split(segment: Segment) -> list[_Word]:
    if not segment.words:
        return [_Word(segment.text, segment.x0, segment.x1, segment.bold)]
    return [_Word(text, x0, x1, segment.bold) for text, x0, x1 in segment.words]


def _words_of(line: Line) -> list[_Word]:
    return [word for segment in line.segments for word in _split(segment)]


def _cell_line(words: Sequence[_Word]) -> CellLine:
    text = " ".join(w.text for w in words)
    bold = sum(w.bold for w in words) * 2 > len(words)
    return CellLine(text, min(w.x0 for w in words), max(w.x1 for w in words), words[0].x1 - words[0].x0, bold)


def _covered(spans: Sequence[Span], allowed: int) -> list[Span]:
    """Where more than `allowed` of the spans lie."""
    events = sorted([(x0, 1) for x0, _ in spans] + [(x1, -1) for _, x1 in spans])
    result: list[Span] = []
    depth, begin = 0, None
    for x, step in events:
        depth += step
        if depth > allowed and begin is None:
            begin = x
        elif depth <= allowed and begin is not None:
            result.append((begin, x))
            begin = None
    return [s for s in result if s[1] - s[0] > 0.5]


def _parted(lines: Sequence[Sequence[_Word]], span: Span, least: float, blank: float) -> list[Span]:
    """Cut a column wherever a river runs through it."""
    result: list[Span] = []
    waiting = [(lines, span)]
    while waiting:
        lines, (x0, x1) = waiting.pop()
        filled = [line for line in lines if line]
        river = _river(filled, least, blank) if len(result) + len(waiting) < MAX_COLUMNS else None
        if river is None:
            result.append((x0, x1))
            continue
        left, right = river
        middle = (left + right) / 2
        waiting.append(([[w for w in line if (w.x0 + w.x1) / 2 > middle] for line in filled], (right, x1)))
        waiting.append(([[w for w in line if (w.x0 + w.x1) / 2 <= middle] for line in filled], (x0, left)))
    return result


def _river(lines: Sequence[Sequence[_Word]], least: float, blank: float) -> Span | None:
    """The first strip of white, `least` wide, between words that stand in line on one of its sides.

    One no wider than a blank between words has to part most of the lines.
    """
    if len(lines) < 2:
        return None
    strips = _covered([(w.x0, w.x1) for line in lines for w in line], len(lines) // 10)
    for (_, x0), (x1, end) in pairwise(strips):
        if x1 - x0 < least:
            continue
        middle = (x0 + x1) / 2
        if all(len(w.text) == 1 and not w.text.isalnum() for line in lines for w in line if x1 - 0.5 <= w.x0 <= end):
            continue  # the sign of a unit behind its number
        before = [max([w.x1 for w in line if w.x1 <= middle + 0.5], default=None) for line in lines]
        after = [min([w.x0 for w in line if w.x0 >= middle - 0.5], default=None) for line in lines]
        both = sum(1 for b, a in zip(before, after, strict=True) if b is not None and a is not None)
        if both < (2 if x1 - x0 > 1.25 * blank else max(3, 0.5 * len(lines))):
            continue
        if _in_line([b for b in before if b is not None]) or _in_line([a for a in after if a is not None]):
            return x0, x1
    return None


def _in_line(edges: Sequence[float]) -> bool:
    middle = median(edges)
    return sum(1 for edge in edges if abs(edge - middle) <= _SNAP) >= 0.75 * len(edges)


def _column_of(word: _Word, spans: Sequence[Span], going_on: int) -> int:
    """The column the word overlaps most. One in the white before a column is the head of it, unless a phrase is `going_on`."""
    x0, x1 = word.x0, word.x1
    overlaps = [(x1 if x1 < right else right) - (x0 if x0 > left else left) for left, right in spans]  # asked of every word
    best = max(overlaps)
    if best > 0:
        return overlaps.index(best)
    if going_on >= 0:
        return going_on
    return next((column for column, span in enumerate(spans) if span[0] >= word.x0), len(spans) - 1)

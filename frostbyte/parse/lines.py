"""Words with boxes joined to segments and lines. Pure geometry: no format, no library, no I/O.

A *segment* is a stretch of words on one line without a gap; a *line* is the segments that share a baseline inside one column. PDF
text and OCR both come through here, on their way to the blocks of `layout.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


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


def lines_of(segments: Iterable[Segment]) -> list[Line]:
    """Lines from top to bottom; segments whose heights overlap by half share a line."""
    return lines_of_sorted(sorted(segments, key=by_height))


def by_height(segment: Segment) -> tuple[float, float]:
    """What segments are sorted by, from top to bottom and left to right."""
    return (segment.y0 + segment.y1) / 2, segment.x0


def lines_of_sorted(segments: Iterable[Segment]) -> list[Line]:
    """`lines_of`, for segments sorted `by_height` already."""
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


def _is_rtl(text: str) -> bool:
    return not text.isascii() and len(_RTL.findall(text)) * 2 > len(text)

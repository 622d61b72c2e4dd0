"""Page headers and page footers: lines that stand at the same place of several pages, page numbers told as one. Pure geometry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from frostbyte.parse.lines import Segment

_EDGE = (0.1, 0.9)
"""Of the page's height: page headers stand above the one, page footers below the other."""
_LONE = 0.85
"""A page number may stand so high where nothing stands beside or below it; anywhere where it counts the pages besides."""
_BESIDE = 3
"""A line with more parts is a table's row, page number or not."""
_COUNTED = 4
"""Pages on which a number counts them: those of a table's rows, or of headings, do so by chance."""
_NEAR = 8.0
"""Points that a title's place may differ from page to page."""

_Key = tuple[bool, str]
"""Whether at the page's foot, and the text, a sign for any number in place of each; no text where only the number can tell."""

_ROMAN = re.compile(r"[ivxlc]{1,7}")
_PAGE_NUMBER = re.compile(r"[^\w#]*(?:page|seite|p\.?)?[^\w#]*#[^\w#]*(?:(?:of|von|/|-|–)[^\w#]*#)?[^\w#]*", re.IGNORECASE)
"""A sign for any number stands in place of each. An amount such as #,#.# is none."""


def find(pages: Sequence[Sequence[Segment]], heights: Sequence[float]) -> list[tuple[list[Segment], list[Segment]]]:
    """For each page, given its segments and its height, those of its page header and those of its page footer."""
    found: list[tuple[list[Segment], list[Segment]]] = [([], []) for _ in pages]
    candidates = [_candidates(segments, height) if segments else [] for segments, height in zip(pages, heights, strict=True)]
    count = sum(map(bool, pages))
    if count < 2:
        return found
    places: dict[_Key, list[float]] = {}
    for of_page in candidates:
        for _, key, place in of_page:
            if key[1]:
                places.setdefault(key, []).append(place)
    needed = 2 if count == 2 else 3
    running = {key: median(ys) for key, ys in places.items() if len(ys) >= needed}
    said = Counter(
        (key, told) for page, of_page in enumerate(candidates) for line, key, _ in of_page for told in _told(line.text, page)
    )
    counted = Counter(
        (key[0], offset) for page, of_page in enumerate(candidates) for line, key, _ in of_page for offset in _offset(line, page)
    )
    rising = {key for key in running if _PAGE_NUMBER.fullmatch(key[1]) and _is_rising(key, candidates)}
    for page, (of_page, marked) in enumerate(zip(candidates, found, strict=True)):
        for segment, key, place in of_page:
            if key[0] and any(counted[key[0], offset] >= _COUNTED for offset in _offset(segment, page)):
                marked[key[0]].append(segment)
            elif key not in running or abs(place - running[key]) > _NEAR:
                continue
            elif key in rising or any(said[key, told] >= needed for told in _told(segment.text, page)):
                marked[key[0]].append(segment)
    # What stands left or right of a page number belongs to it, such as a chapter's title that comes once.
    for page, (segments, marked) in enumerate(zip(pages, found, strict=True)):
        for foot, lines in zip((False, True), marked, strict=True):
            numbers = [s for s in lines if any(counted[foot, offset] >= _COUNTED for offset in _offset(s, page))]
            for line in [_in_line(number, segments) for number in numbers]:
                lines += [s for s in line if s not in lines and len(line) <= _BESIDE]
    return found


def _told(text: str, page: int) -> list[object]:
    """What several pages have to share: the very text, or how far one of its numbers is from the page's place in the document.

    Lines that differ in a number which counts no pages are headings of the same kind ("Item 2", "Item 7") or rows of a table.
    """
    numbers = [int(n) for n in re.findall(r"\d{1,6}", text)]
    return [re.sub(r"\s", "", text) if numbers else "", *((at, n - page) for at, n in enumerate(numbers))]


def _is_rising(key: _Key, candidates: Sequence[Sequence[tuple[Segment, _Key, float]]]) -> bool:
    """True for page numbers that rise from page to page, if not by one: pages taken from a longer document."""
    found = (re.findall(r"\d{1,6}", line.text) for of_page in candidates for line, of, _ in of_page if of == key)
    return all(int(before[0]) < int(after[0]) for before, after in pairwise(filter(None, found)))


def _offset(segment: Segment, page: int) -> list[int]:
    """How far a page number is from the page's place in the document; nothing for what is no page number."""
    return [int(n) - page for n in re.findall(r"\d{1,6}", segment.text)[:1] if _PAGE_NUMBER.fullmatch(_plain(segment.text))]


def _plain(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _candidates(segments: Sequence[Segment], height: float) -> list[tuple[Segment, _Key, float]]:
    """Lines at a page's edges: whether at its foot, with the text without its numbers, and how far from that edge they stand."""
    result = []
    lowest = max(s.y0 for s in segments)
    for segment in segments:
        above, below = segment.y1 < _EDGE[0] * height, segment.y0 > _EDGE[1] * height
        lone = not above and not below and segment.y0 == lowest and len(_in_line(segment, segments)) == 1
        if not (above or below or lone):
            continue
        text = _plain(segment.text)
        text = "#" if _ROMAN.fullmatch(text) else text
        if _PAGE_NUMBER.fullmatch(text) or (any(c.isalpha() for c in text) and not lone):
            high = lone and segment.y0 <= _LONE * height
            result.append((segment, (not above, "" if high else text), segment.y0 if above else height - segment.y0))
    return result


def _in_line(segment: Segment, those: Sequence[Segment]) -> list[Segment]:
    y0, y1 = segment.y0, segment.y1
    return [s for s in those if min(y1, s.y1) - max(y0, s.y0) > 0.5 * min(y1 - y0, s.y1 - s.y0)]

"""What stands across the border of two chunks: a number cut in half, a label in one and its value in the next.

The chunker may cut anywhere within a long passage, and drops the blank at the cut. So the text around every border is looked
at once more, joined with nothing and joined with a blank; findings are clipped to the chunks they touch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Found = TypeVar("Found")

REACH = 160
"""Code points on either side of a border."""
_JOINERS = ("", " ")


@dataclass(frozen=True)
class Piece:
    """Part of a find that lies in one chunk: the chunk's index and code-point offsets in its text."""

    chunk: int
    start: int
    end: int


def across(
    texts: Sequence[str], look: Callable[[str, str], Iterable[tuple[int, int, Found]]]
) -> Iterator[tuple[tuple[Piece, ...], Found]]:
    """Run `look` (text, joiner -> start, end, what) around every border; give each find with the pieces it leaves in the chunks.

    Finds that touch the edge of a window may be halves of something else and are left out: the chunk's own look has them.
    """
    for joiner in _JOINERS:
        joined = joiner.join(texts)
        starts = []
        position = 0
        for text in texts:
            starts.append(position)
            position += len(text) + len(joiner)
        for left, right in _windows(starts, len(joined)):
            for start, end, found in look(joined[left:right], joiner):
                if (start == 0 and left > 0) or (end == right - left and right < len(joined)):
                    continue
                pieces = tuple(_pieces(texts, starts, left + start, left + end))
                if pieces:
                    yield pieces, found


def _windows(starts: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Stretches of `REACH` around every border; those that meet are one, so that short chunks are read once, not many times."""
    current: tuple[int, int] | None = None
    for border in starts[1:]:
        left, right = max(0, border - REACH), min(size, border + REACH)
        if current and left <= current[1]:
            current = (current[0], right)
            continue
        if current:
            yield current
        current = (left, right)
    if current:
        yield current


def _pieces(texts: Sequence[str], starts: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    chunk = max(0, bisect_right(starts, start) - 1)
    while chunk < len(texts) and starts[chunk] < end:
        left, right = max(start, starts[chunk]) - starts[chunk], min(end, starts[chunk] + len(texts[chunk])) - starts[chunk]
        if left < right:
            yield Piece(chunk, left, right)
        chunk += 1

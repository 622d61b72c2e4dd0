"""Which items of two sequences are the same, in order: the longest run of sameness that can be found in bounded time.

Items that occur once on both sides are anchors (the idea of Bram Cohen's patience diff); what lies between two anchors is
searched the same way, and exactly where it is short. Hostile input cannot make it slow: past a bound it finds less.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

_EXACT = 10_000
"""A stretch without anchors is compared exactly up to so many pairs of items; beyond, only its ends are."""

_LOOKS = 64
"""How often each item may be looked at, all in all."""

_Range = tuple[int, int, int, int]


def aligned(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of positions of equal items, both rising."""
    pairs: list[tuple[int, int]] = []
    todo: list[_Range] = [(0, len(before), 0, len(after))]
    left = _LOOKS * (len(before) + len(after))
    while todo:
        low, high, start, end = todo.pop()
        left -= high - low + end - start
        while low < high and start < end and before[low] == after[start]:
            pairs.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and before[high - 1] == after[end - 1]:
            high, end = high - 1, end - 1
            pairs.append((high, end))
        if low == high or start == end or left < 0:
            continue
        anchors = _anchors(before, after, (low, high, start, end))
        if anchors:
            pairs += anchors
            edges = [(low - 1, start - 1), *anchors, (high, end)]
            todo += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges)]
        elif (high - low) * (end - start) <= _EXACT:
            matcher = SequenceMatcher(None, before[low:high], after[start:end], autojunk=False)
            for block in matcher.get_matching_blocks():
                pairs += [(low + block.a + i, start + block.b + i) for i in range(block.size)]
    return sorted(pairs)


def gaps(before: int, after: int, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[range, range]]:
    """What lies between aligned pairs, of sequences of these lengths: positions on either side, not both empty."""
    at = (0, 0)
    for pair in [*pairs, (before, after)]:
        if at != pair:
            yield range(at[0], pair[0]), range(at[1], pair[1])
        at = (pair[0] + 1, pair[1] + 1)


def _anchors(before: Sequence[Hashable], after: Sequence[Hashable], limits: _Range) -> list[tuple[int, int]]:
    """The longest rising choice of the items that occur once on both sides."""
    low, high, start, end = limits
    once = {item for item, times in Counter(before[low:high]).items() if times == 1}
    twice = {item for item, times in Counter(after[start:end]).items() if times > 1}
    where = {after[i]: i for i in range(start, end) if after[i] in once and after[i] not in twice}
    unique = [(i, where[before[i]]) for i in range(low, high) if before[i] in where]
    tails: list[int] = []
    tops: list[int] = []
    previous: list[int] = []
    for number, (_, position) in enumerate(unique):
        length = bisect_left(tails, position)
        previous.append(tops[length - 1] if length else -1)
        tails[length : length + 1] = [position]
        tops[length : length + 1] = [number]
    chosen: list[tuple[int, int]] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chosen.append(unique[at])
        at = previous[at]
    return chosen[::-1]

"""Aligning two sequences: what is paired is equal and in order, and nothing makes it slow."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse.alignment import aligned, gaps

ITEMS = st.lists(st.integers(0, 6), max_size=40)


@given(ITEMS, ITEMS)
def test_pairs_are_equal_rise_and_leave_gaps_that_cover_the_rest(before: list[int], after: list[int]) -> None:
    pairs = aligned(before, after)
    assert all(before[i] == after[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    rest = list(gaps(len(before), len(after), pairs))
    assert sorted([i for i, _ in pairs] + [i for left, _ in rest for i in left]) == list(range(len(before)))
    assert sorted([j for _, j in pairs] + [j for _, right in rest for j in right]) == list(range(len(after)))
    assert all(left or right for left, right in rest)


@given(st.lists(st.integers(), unique=True, max_size=40), st.data())
def test_deletions_and_insertions_among_different_items_are_found_exactly(items: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items)))
    after = [item for item, keep in zip(items, kept, strict=True) if keep]
    assert [items[i] for i, _ in aligned(items, after)] == after
    assert [items[j] for _, j in aligned(after, items)] == after


def test_the_longest_order_of_anchors_is_kept() -> None:
    assert aligned("xabcde", "abcdex") == [(i + 1, i) for i in range(5)]
    assert aligned("aab", "aacb") == [(0, 0), (1, 1), (2, 3)]
    assert aligned("xyxy1", "yxyx1") == [(0, 1), (1, 2), (2, 3), (4, 4)]


def test_long_and_repetitive_sequences_are_compared_in_bounded_work() -> None:
    """Counted, not timed: each item is looked at a bounded number of times."""
    looks = 0

    class Item:
        def __init__(self, value: int) -> None:
            self.value = value

        def __hash__(self) -> int:
            return hash(self.value)

        def __eq__(self, other: object) -> bool:
            nonlocal looks
            looks += 1
            return isinstance(other, Item) and self.value == other.value

    size = 3000
    shapes = [
        ([n % 7 for n in range(size)], [n % 5 for n in range(size)]),
        ([0, 1] * (size // 2), [1, 0, 0] * (size // 3)),
        (list(range(size)), list(range(size))[::-1]),
        ([*range(size // 2), *range(size // 2)], [*range(size // 2)][::-1] * 2),
    ]
    for before, after in shapes:
        looks = 0
        pairs = aligned([Item(n) for n in before], [Item(n) for n in after])
        assert all(before[i] == after[j] for i, j in pairs)
        assert looks < 200 * size

"""Fusion and order: every score in 0..1, ties the same every time, and neither side lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from frostbyte.retrieve.ranking import MODES, fuse, rank
from frostbyte.vault.vectors import ANY, Filter, Hit

HITS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(-1, 40, allow_nan=False), max_size=12)


class Listed:
    """An index that answers from two lists."""

    def __init__(self, near: dict[str, float], words: dict[str, float]) -> None:
        self._near, self._words = near, words

    def search_vector(self, vector: NDArray[np.float32], k: int, where: Filter = ANY) -> list[Hit]:
        return _best(self._near, k)

    def search_text(self, query: str, k: int, where: Filter = ANY) -> list[Hit]:
        return _best(self._words, k)


def _best(scores: dict[str, float], k: int) -> list[Hit]:
    return [Hit(chunk, score) for chunk, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))][:k]


def _zero(text: str) -> NDArray[np.float32]:
    return np.zeros(768, np.float32)


@given(near=HITS, words=HITS, k=st.integers(1, 8))
def test_every_mode_gives_scores_in_order_between_0_and_1(near: dict[str, float], words: dict[str, float], k: int) -> None:
    for mode in MODES:
        ranked = rank(Listed(near, words), "q", _zero, mode=mode, k=k)
        scores = [score for _, score in ranked]
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)
        assert len({chunk for chunk, _ in ranked}) == len(ranked) <= k


def test_a_chunk_both_sides_found_beats_one_that_a_single_side_found() -> None:
    near = {"both": 0.8, "near": 0.81, "far": 0.1}
    words = {"both": 9.0, "words": 9.5, "few": 0.5}
    ranked = rank(Listed(near, words), "q", _zero, mode="hybrid", k=3)
    assert ranked[0][0] == "both"
    assert {chunk for chunk, _ in ranked[1:]} == {"near", "words"}


def test_without_a_word_in_common_the_vectors_decide_alone() -> None:
    assert fuse([("a", 0.7), ("b", -0.2)], []) == {"a": 0.7, "b": 0.0}


def test_equal_scores_are_ordered_by_chunk_id() -> None:
    ranked = rank(Listed({"b": 0.5, "a": 0.5, "c": 0.5}, {}), "q", _zero, mode="vector", k=3)
    assert [chunk for chunk, _ in ranked] == ["a", "b", "c"]

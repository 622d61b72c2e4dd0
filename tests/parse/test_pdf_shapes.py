"""What is computed by loops in C is what NumPy computes, to the bit, for any numbers a document can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from frostbyte.parse import pdf_calls, pdf_shapes

needs_compiled = pytest.mark.skipif(pdf_calls.library() is None, reason="nothing is compiled here")
NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 0.5, 0.8, 1.0, 3.9, 4.0, 72.0, float("nan"), float("inf"), float("-inf"), 3e38, -3e38]),
    st.integers(-20, 20).map(float),
    st.floats(width=32),
)
MOVE, LINE, CURVE = 2, 0, 1


def numbers(*shape: int) -> st.SearchStrategy[Any]:
    return arrays(np.float32, shape, elements=NUMBERS)


@st.composite
def page_letters(draw: st.DrawFn) -> tuple[Any, Any]:
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    return draw(numbers(sum(lengths), 4)), np.cumsum([0, *lengths[:-1]])


@needs_compiled
@given(page_letters())
def test_words_are_the_same(of: tuple[Any, Any]) -> None:
    letters, begins = of
    extents, odd = pdf_shapes.words(letters, begins)
    others, other = pdf_shapes._words(letters, begins)
    assert np.array_equal(odd, other)
    assert np.array_equal(extents, others, equal_nan=True)


@needs_compiled
@given(st.integers(0, 5).flatmap(lambda n: numbers(n, 4)), st.integers(0, 5).flatmap(lambda n: numbers(n, 4)))
def test_overlaps_are_the_same(areas: Any, texts: Any) -> None:
    areas, texts = areas.astype(np.float64), texts.astype(np.float64)
    for one, other in zip(pdf_shapes.overlaps(areas, texts), pdf_shapes._overlaps(areas, texts), strict=True):
        assert one.tolist() == other.tolist()


@st.composite
def page_paths(draw: st.DrawFn) -> pdf_shapes.Paths:
    counts = np.array(draw(st.lists(st.integers(2, 6), min_size=1, max_size=5)))
    total = int(counts.sum())
    kinds = draw(arrays(np.int32, total, elements=st.sampled_from([MOVE, LINE, LINE, CURVE])))
    closes = draw(arrays(np.int32, total, elements=st.integers(0, 1)))
    matrices = draw(st.one_of(st.just(np.tile([1.0, 0, 0, 1, 0, 0], (len(counts), 1))), numbers(len(counts), 6)))
    unstroked = draw(arrays(np.bool_, len(counts)))
    points = draw(numbers(total, 2))
    return pdf_shapes.Paths(points, kinds, closes, counts, matrices.astype(np.float64), unstroked, MOVE, LINE)


@needs_compiled
@given(page_paths())
def test_lines_are_the_same(of: pdf_shapes.Paths) -> None:
    for one, other in zip(pdf_shapes.lines(of), pdf_shapes._lines(of), strict=True):
        assert np.array_equal(one, other, equal_nan=True)


def test_a_word_is_odd_where_its_letters_are_parted_or_on_two_lines() -> None:
    row = [[0, 10, 5, 0], [5, 10, 9, 0], [9.7, 10, 14, 0]]
    letters = np.array([*row, [14, 10, 19, 0], [19.9, 10, 24, 0], [24, 30, 29, 20]], dtype=np.float32)
    for begins, odd in (([0], [True]), ([0, 4], [False, True]), ([0, 4, 5], [False, False, False])):
        extents, found = pdf_shapes.words(letters, np.array(begins))
        assert found.tolist() == odd
        assert extents[0].tolist() == letters[begins, 0].tolist()


def test_areas_and_texts_that_only_touch_do_not_overlap() -> None:
    areas = np.array([[0.0, 0, 10, 10], [10, 0, 20, 10], [float("nan"), 0, 9, 9]])
    area, text = pdf_shapes.overlaps(areas, np.array([[1.0, 1, 10, 2], [9, 9, 11, 11]]))
    assert list(zip(area.tolist(), text.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_an_outline_that_is_closed_has_a_line_more() -> None:
    points = np.array([[0, 0], [9, 0], [9, 9], [50, 50], [70, 50]], dtype=np.float32)
    kinds, closes = np.array([MOVE, LINE, LINE, MOVE, LINE], np.int32), np.array([0, 0, 1, 0, 0], np.int32)
    for unstroked in (True, False):
        one, matrices = np.array([5]), np.array([[1.0, 0, 0, 1, 0, 0]])
        paths = pdf_shapes.Paths(points, kinds, closes, one, matrices, np.array([unstroked]), MOVE, LINE)
        x, y, fills = pdf_shapes.lines(paths)
        assert x.tolist() == [[0, 9], [9, 9], [9, 0], [50, 70]]
        assert y.tolist() == [[0, 0], [0, 9], [9, 0], [50, 50]]
        assert fills.tolist() == [unstroked, unstroked, unstroked, False], "a line as thin as a rule is no area"

"""The error rate is Levenshtein's, and the pages that it is taken on are what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .scores import distance, error_rate, words_found
from .texts import COLUMNS, FOREIGN, INVOICE, SHEETS

WORDS = st.text("abc ", max_size=12)


def plain_distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, left in enumerate(a):
        following = [i + 1]
        for j, right in enumerate(b):
            following.append(min(following[-1] + 1, row[j + 1] + 1, row[j] + (left != right)))
        row = following
    return row[-1]


@given(WORDS, WORDS)
def test_the_distance_is_the_one_by_the_book(a: str, b: str) -> None:
    assert distance(a, b) == plain_distance(a, b)


@pytest.mark.parametrize(
    ("found", "truth", "rate"),
    [
        ("cold store", "cold store", 0.0),
        ("cold\n store", "cold store", 0.0),
        ("coldstore", "cold store", 0.1),
        ("", "cold store", 1.0),
        ("O’Brien – “no”", 'O\'Brien - "no"', 0.0),
        ("noise", "", 1.0),
    ],
)
def test_blanks_count_and_kinds_of_quotes_do_not(found: str, truth: str, rate: float) -> None:
    assert error_rate(found, truth) == rate


def test_words_count_in_any_order_and_as_often_as_they_are_written() -> None:
    assert words_found("store cold the", "the cold store") == 1.0
    assert words_found("the cold stare", "the cold store the") == 0.5


def test_the_truth_is_the_page_in_reading_order() -> None:
    assert "Subtotal 1,502.80 Sales tax 8.25 % 123.98 Total due 1,626.78 Please pay" in INVOICE.truth
    assert COLUMNS.truth.index("receive them by post") < COLUMNS.truth.index("From the first of April")
    assert len({sheet.name for sheet in (*SHEETS, *FOREIGN)}) == len(SHEETS) + len(FOREIGN)

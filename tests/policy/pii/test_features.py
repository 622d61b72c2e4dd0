"""Words and their hashes never change under a model that is already trained on them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.policy.pii.features import COLUMNS, ROWS, features, words

TEXT = "O'Brien-Smith, 12\nM\u00fcller"


def test_words_are_letters_digits_marks_and_line_ends() -> None:
    assert [TEXT[start:end] for start, end in words(TEXT)] == ["O'Brien-Smith", ",", "12", "\n", "M\u00fcller"]
    assert words("") == words(" \t ") == []


def test_features_are_what_the_model_was_trained_on() -> None:
    assert [sum(row) for row in features(TEXT, words(TEXT))] == [158405, 152652, 131734, 162404, 165953]


def test_a_name_without_its_accents_shares_most_of_its_features() -> None:
    (plain,), (accented,) = (features(text, words(text)) for text in ("Muller", "M\u00fcller"))
    assert sum(a == b for a, b in zip(plain, accented, strict=True)) >= COLUMNS - 1


@given(st.text(max_size=200))
def test_every_word_has_its_row(text: str) -> None:
    spans = words(text)
    rows = features(text, spans)
    assert len(rows) == len(spans)
    assert all(len(row) == COLUMNS and min(row) >= 0 and max(row) < ROWS for row in rows)
    assert all(0 <= start < end <= len(text) for start, end in spans)

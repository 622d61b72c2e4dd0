"""Which reading of a text is of a language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse.alphabets import fit, fit_of_set


@pytest.mark.parametrize(
    ("right", "encoding", "misread"),
    [
        ("Der Käufer zahlt für größere Mängel.", "cp1252", "cp850"),
        ("Spółka zastrzega sobie prawo do odsetek.", "cp1250", "cp1252"),
        ("Общество сохраняет право на проценты.", "cp1251", "koi8_r"),
        ("החברה שומרת לעצמה את הזכות לריבית.", "cp1255", "cp1251"),
        ("La società è responsabile della qualità.", "cp1252", "cp1251"),
        ("Qualità – più o meno", "mac_roman", "cp850"),
    ],
)
def test_the_right_reading_fits_better_than_a_neighbours(right: str, encoding: str, misread: str) -> None:
    assert fit(right) > fit(right.encode(encoding).decode(misread, "replace")) + 0.1


def test_letters_of_a_large_set_inside_latin_words_speak_against_it() -> None:
    chinese = "公司保留收取逾期利息的权利。"
    assert fit_of_set(chinese, "gb18030") > 1.0
    latin = "Käufer für größere Mängel".encode("cp1252").decode("gb18030", "replace")
    assert fit_of_set(latin, "gb18030") < 0.75
    assert fit_of_set("plain", "gb18030") == 0.0


@given(st.text())
def test_any_text_has_a_fit(text: str) -> None:
    assert fit(text) < 2
    assert fit_of_set(text, "cp932") < 2

"""Text from outside on a terminal: nothing in it acts, everything in it shows."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.cli.terminal import columns, fitted, json_text, visible

DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
CONTROLS = "".join(map(chr, (*range(32), *range(0x7F, 0xA0))))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name.pdf", "plain name.pdf"),
        ("\x9b31mred", r"\x9b31mred"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("two\nlines\t.", r"two\x0alines\x09."),
        ("tag \U000e0041 lone \udcff", r"tag \U000e0041 lone \udcff"),
        ("Zürich 東京　本社 №\u00a01 e\u0301 🧊", "Zürich 東京　本社 №\u00a01 e\u0301 🧊"),
    ],
)
def test_what_does_not_show_itself_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_and_no_direction_mark_gets_through() -> None:
    for text in (visible(CONTROLS + DIRECTION), json_text({"k": CONTROLS + DIRECTION})):
        assert not set(text) & set(CONTROLS + DIRECTION)


@given(st.text(st.characters(exclude_categories=())))
def test_json_for_a_terminal_is_the_same_value(text: str) -> None:
    shown = json_text({text: [text]})
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert json.loads(shown) == {text: [text]}


@given(st.text(st.characters(exclude_categories=())), st.integers(4, 60))
def test_a_fitted_text_takes_its_columns_and_no_more(text: str, width: int) -> None:
    assert columns(fitted(text, width)) <= width
    assert columns(fitted(text, width, pad=True)) == width
    assert fitted(text, width).isprintable() or " " in fitted(text, width)


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert fitted("two  words\n東京", 14) == "two words 東京"
    assert fitted("two  words\n東京", 13) == "two words..."
    assert fitted("e\u0301" * 4, 4) == "e\u0301" * 4

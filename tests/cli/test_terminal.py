"""Text from outside on a terminal: nothing in it acts, everything in it shows."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.cli.terminal import json_text, visible

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

"""Letters of symbol fonts."""

from __future__ import annotations

import pytest

from frostbyte.parse.docx_symbols import UNKNOWN, letter, plain


@pytest.mark.parametrize(
    ("code", "font", "expected"),
    [
        (0xF06D, "Symbol", "μ"),
        (0x6D, "symbol ", "μ"),
        (0xF0B0, "Symbol", "°"),
        (0xF0A3, "Symbol", "≤"),
        (0xF0E5, "Symbol", "∑"),
        (0xF0DE, "Symbol", "⇒"),
        (0xF0FC, "Wingdings", "✓"),
        (0xF041, "Wingdings", UNKNOWN),
        (0xF0FC, "Webdings", UNKNOWN),
        (0xE000, "Symbol", UNKNOWN),
    ],
)
def test_a_letter_is_what_its_font_shows(code: int, font: str, expected: str) -> None:
    assert letter(code, font) == expected


def test_text_of_other_fonts_is_left_alone() -> None:
    assert plain("a \uf06d", "Calibri") == "a \uf06d"
    assert plain("a \uf06d", "Symbol") == "a μ"

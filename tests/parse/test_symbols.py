"""Letters of symbol fonts."""

from __future__ import annotations

import pytest

from frostbyte.parse.symbols import UNKNOWN, family, letter, plain, shown


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Wingdings-Regular", "wingdings"),
        ("ABCDEF+Wingdings", "wingdings"),
        ("Wingdings2", "wingdings2"),
        ("SymbolMT", "symbol"),
        ("Symbol,Bold", "symbol"),
        ("Symbola", ""),
        ("SegoeUISymbol", ""),
        ("Helvetica", ""),
    ],
)
def test_a_family_of_signs_is_known_by_its_name(name: str, expected: str) -> None:
    assert family(name) == expected


@pytest.mark.parametrize(
    ("letters", "of", "expected"),
    [
        ("xo\xfe\xa8", "wingdings", "☒☐☑☐"),
        ("\u0178\uf0a7", "wingdings", "•▪"),
        ("y", "wingdings", UNKNOWN),
        ("R", "wingdings2", UNKNOWN),
        ("\u2713\u2022", "wingdings", "\u2713\u2022"),
        ("\u03c9\xb5/\uf0b7", "symbol", "\u03c9\xb5/•"),
    ],
)
def test_letters_of_a_pdf_are_signs_in_such_a_font(letters: str, of: str, expected: str) -> None:
    assert shown(letters, of) == expected

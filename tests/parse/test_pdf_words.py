"""The words of one page: letters cut at white space, with size, weight, turn and place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from frostbyte.parse.pdf_page import PageContent
from frostbyte.parse.pdf_words import clean
from frostbyte.parse.pdfium import PdfFile

Text = Callable[..., str]
Saved = Callable[..., str]


def test_words_have_size_weight_and_place(content: Callable[..., PageContent], text: Text) -> None:
    plain, bold = content(text(100, 700, "cold", size=10), text(100, 650, "STORE", size=24, font="F2")).words
    assert (plain.text, plain.size, plain.bold, plain.turn) == ("cold", 10, False, 0)
    assert (bold.text, bold.size, bold.bold) == ("STORE", 24, True)
    assert plain.x0 == pytest.approx(100, abs=1)
    assert plain.y0 < 92 < plain.y1 + 0.1


def test_size_is_that_on_the_page_and_not_beside_the_font(content: Callable[..., PageContent]) -> None:
    scaled, inside = content(
        "BT /F1 1 Tf 12 0 0 12 72 700 Tm (scaled) Tj ET", "q 2 0 0 2 0 0 cm BT /F1 8 Tf 36 200 Td (inside) Tj ET Q"
    ).words
    assert scaled.size == pytest.approx(12)
    assert inside.size == pytest.approx(16, rel=0.15)


def test_lam_and_alef_in_one_glyph_are_in_the_order_they_are_read(pdf: Any, saved: Saved) -> None:
    """Drawn from left to right as a page shows it: noon, the ligature of lam and alef with hamza below, beh."""
    codes = pdf.stream(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        "3 beginbfchar <61> <0628> <62> <06440625> <63> <0646> endbfchar endcmap end"
    )
    font = pdf.add(f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode {codes} 0 R >>")
    drawn = pdf.stream("BT /F9 12 Tf 72 700 Td (cba) Tj ET")
    resources = f"/Resources << /Font << /F9 {font} 0 R >> >>"
    pdf.page_object(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {drawn} 0 R {resources} >>")
    with PdfFile(saved(pdf.bytes())) as document:
        (word,) = document.page(0).words
    assert word.text == "\u0628\u0644\u0625\u0646"


@pytest.mark.parametrize(("matrix", "turn"), [("0 1 -1 0", 270), ("0 -1 1 0", 90), ("-1 0 0 -1", 180)])
def test_turned_writing_carries_its_turn(content: Callable[..., PageContent], matrix: str, turn: int) -> None:
    (word,) = content(f"BT /F1 12 Tf {matrix} 300 400 Tm (turned) Tj ET").words
    assert word.turn == turn


@pytest.mark.parametrize(
    ("text_in", "text_out"),
    [
        ("plain", "plain"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\ud83d", "a\ufffd"),
        ("bell\x07", "bell\ufffd"),
        ("del\x7f\x85", "del\ufffd\ufffd"),
        ("soft\u00ad", "soft\u00ad"),
    ],
)
def test_text_can_be_written_down_whatever_the_file_says(text_in: str, text_out: str) -> None:
    cleaned = clean(text_in)
    assert cleaned == text_out
    cleaned.encode("utf-8")


def test_letters_that_nobody_can_name_are_counted(pdf: Any, saved: Saved) -> None:
    pdf.page("BT /F1 12 Tf 72 700 Td (\x01\x02known) Tj ET")
    with PdfFile(saved(pdf.bytes())) as document:
        page = document.page(0)
    assert "".join(w.text for w in page.words).endswith("known")
    assert page.unmapped == sum(w.text.count("\ufffd") for w in page.words)


@pytest.mark.parametrize("code", ["0041", "E0E0", "FFFE", "0000", "D83DDE00", "DE00"])
def test_what_a_font_says_of_one_letter_does_not_shift_the_others(pdf: Any, saved: Saved, code: str) -> None:
    """Private use, no letter at all, one beyond the first plane, half of one: each is one letter, and those after it stay."""
    codes = pdf.stream(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        f"3 beginbfchar <61> <006C> <62> <{code}> <63> <0072> endbfchar endcmap end"
    )
    font = pdf.add(f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode {codes} 0 R >>")
    drawn = pdf.stream("BT /F9 12 Tf 72 700 Td (abc ccc) Tj ET")
    resources = f"/Resources << /Font << /F9 {font} 0 R >> >>"
    pdf.page_object(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {drawn} 0 R {resources} >>")
    with PdfFile(saved(pdf.bytes())) as document:
        first, second = document.page(0).words
    assert (first.text[0], first.text[-1], second.text) == ("l", "r", "rrr")
    assert first.x1 < second.x0


def test_letters_of_a_font_of_signs_are_what_they_show(pdf: Any, saved: Saved) -> None:
    """A form's boxes as filings have them: the letters x and \xa8, in Wingdings; letters behind them are left alone."""
    font = pdf.add("<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Wingdings /Encoding /WinAnsiEncoding >>")
    plain = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    drawn = pdf.stream(
        "BT /F8 12 Tf 72 700 Td (Yes ) Tj /F9 12 Tf (x) Tj /F8 12 Tf ( xo No ) Tj /F9 12 Tf (\xa8) Tj /F8 12 Tf (xo) Tj "
        "0 -20 Td /F9 12 Tf (Jones) Tj ET"
    )
    resources = f"/Resources << /Font << /F8 {plain} 0 R /F9 {font} 0 R >> >>"
    pdf.page_object(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {drawn} 0 R {resources} >>")
    with PdfFile(saved(pdf.bytes())) as document:
        page = document.page(0)
    assert [w.text for w in page.words] == ["Yes", "☒", "xo", "No", "☐xo", "□☐■□⬧"]
    assert page.unmapped == 2, "so that a page of writing in a font of that name is read by its looks"

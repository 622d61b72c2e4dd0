"""Rules, pictures and boxes of one page, as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from frostbyte.parse import pdf_page
from frostbyte.parse.pdf_page import PageContent
from frostbyte.parse.pdfium import PdfFile

Text = Callable[..., str]
Saved = Callable[..., str]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_follow_the_rotation_of_the_page(content: Callable[..., PageContent], text: Text, rotation: int) -> None:
    page = content(text(100, 700, "corner", size=10), "100 600 m 300 600 l S", entries=f"/Rotate {rotation}")
    word, rule = page.words[0], page.rules[0]
    assert (page.width, page.height) == ((612, 792) if rotation % 180 == 0 else (792, 612))
    start = {0: (100, 92), 90: (700, 100), 180: (512, 700), 270: (92, 512)}[rotation]  # of the writing, as shown
    assert min(abs(word.x0 - start[0]), abs(word.x1 - start[0])) < 4
    assert min(abs(word.y0 - start[1]), abs(word.y1 - start[1])) < 4
    expected = {0: (100, 192, 300, 192), 90: (600, 100, 600, 300), 180: (312, 600, 512, 600), 270: (192, 312, 192, 512)}[rotation]
    assert tuple(rule) == pytest.approx((*expected, False), abs=0.1)


def test_lines_boxes_and_thin_fills_are_rules_and_slopes_are_not(content: Callable[..., PageContent]) -> None:
    page = content("10 10 m 110 10 l S", "10 20 100 50 re S", "10 90 100 0.4 re f", "10 100 m 50 140 l S", "5 5 m 6 5 l S")
    flat = [r for r in page.rules if r.y0 == r.y1]
    upright = [r for r in page.rules if r.x0 == r.x1]
    assert len(flat) == 5  # a line, two sides of the box, two sides of the thin fill
    assert len(upright) == 2
    assert len(page.rules) == 7


def test_forms_are_opened_with_their_matrix(pdf: Any, saved: Saved, text: Text) -> None:
    picture = pdf.picture(bytes(48), 4, 4)
    inner = pdf.stream(
        "q 10 0 0 10 0 0 cm /I0 Do Q 0 0 m 50 0 l S",
        "/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Matrix [1 0 0 1 20 30] "
        f"/Resources << /XObject << /I0 {picture} 0 R >> >>",
    )
    pdf.page("q 2 0 0 2 100 200 cm /I0 Do Q", pictures=[inner])
    with PdfFile(saved(pdf.bytes())) as document:
        page = document.page(0)
    assert tuple(page.pictures[0]) == pytest.approx((140, 792 - 280, 160, 792 - 260), abs=0.1)
    assert tuple(page.rules[0]) == pytest.approx((140, 792 - 260, 240, 792 - 260, False), abs=0.1)


def test_forms_inside_forms_have_an_end(pdf: Any, saved: Saved) -> None:
    deepest = pdf.stream("0 0 m 50 0 l S", "/Type /XObject /Subtype /Form /BBox [0 0 100 100]")
    for _ in range(pdf_page.MAX_FORM_DEPTH + 4):
        deepest = pdf.stream(
            "/I0 Do", f"/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /I0 {deepest} 0 R >> >>"
        )
    pdf.page("/I0 Do", pictures=[deepest])
    with PdfFile(saved(pdf.bytes())) as document:
        page = document.page(0)
    assert page.capped
    assert page.rules == []


def test_more_objects_than_are_looked_at_is_said(
    content: Callable[..., PageContent], text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_page, "MAX_OBJECTS", 3)
    page = content(*(f"10 {10 + n} m 110 {10 + n} l S" for n in range(5)), text(72, 700, "still read"))
    assert page.capped
    assert len(page.rules) == 3
    assert [w.text for w in page.words] == ["still", "read"]

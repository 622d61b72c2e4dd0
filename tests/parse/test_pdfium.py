"""Opening a PDF and drawing its pages: what is refused, and how much is ever drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from frostbyte.errors import ParseFailed
from frostbyte.parse import pdfium
from frostbyte.parse.pdfium import PageFailed, PdfFile

Text = Callable[..., str]
Saved = Callable[..., str]


def test_a_file_that_has_no_name_is_opened_by_its_descriptor(pdf: Any, text: Text) -> None:
    pdf.page(text(72, 700, "In memory."))
    descriptor = os.memfd_create("document")
    os.write(descriptor, pdf.bytes())
    with PdfFile(f"/proc/self/fd/{descriptor}") as document:
        assert len(document) == 1
        assert [w.text for w in document.page(0).words] == ["In", "memory."]
    os.close(descriptor)


def test_a_file_that_is_not_there_is_a_failure_with_a_reason(tmp_path: Any) -> None:
    with pytest.raises(ParseFailed) as caught:
        PdfFile(str(tmp_path / "none.pdf"))
    assert (caught.value.reason, caught.value.detail) == ("FILE_CORRUPTED", "UNREADABLE")


def test_a_page_that_cannot_be_loaded_is_a_page_failure(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(72, 700, "Whole."))
    pdf.page_object("(this is no page)")
    with PdfFile(saved(pdf.bytes())) as document:
        assert document.page(0).words
        for call in (lambda: document.page(1), lambda: document.render(1, 72)):
            with pytest.raises(PageFailed) as caught:
                call()
            assert caught.value.args == ("PAGE_UNREADABLE",)


def test_a_page_is_drawn_in_rgb_at_the_scale_that_was_asked_for(pdf: Any, saved: Saved) -> None:
    pdf.page("1 0 0 rg 0 0 100 50 re f", size=(100, 100))
    with PdfFile(saved(pdf.bytes())) as document:
        pixels, scale = document.render(0, 144)
    assert scale == 2
    assert pixels.shape == (200, 200, 3)
    assert pixels[150, 100].tolist() == [255, 0, 0]  # PDF's lower half is the picture's
    assert pixels[50, 100].tolist() == [255, 255, 255]


@pytest.mark.parametrize("size", [(14_400, 14_400), (2_000, 2), (612, 792)])
def test_however_large_the_page_the_picture_is_bounded(pdf: Any, saved: Saved, size: tuple[float, float]) -> None:
    pdf.page(size=size)
    with PdfFile(saved(pdf.bytes())) as document:
        pixels, _ = document.render(0, 300)
    assert pixels.shape[0] * pixels.shape[1] <= 1.01 * pdfium.MAX_RENDER_PIXELS


def test_a_page_too_long_to_draw_is_a_page_failure(pdf: Any, saved: Saved) -> None:
    pdf.page(size=(14_400, 1))
    with PdfFile(saved(pdf.bytes())) as document, pytest.raises(PageFailed, match="PAGE_SIZE"):
        document.render(0, 300)


def test_what_pdfium_sees_of_scripts_attachments_and_forms(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(72, 700, "Plain."))
    with PdfFile(saved(pdf.bytes())) as document:
        assert (document.javascript_actions, document.attachments, document.has_xfa) == (0, 0, False)
    pdf.catalog = (
        "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >> /AcroForm << /XFA [(a) (b)] /Fields [] >>"
    )
    with PdfFile(saved(pdf.bytes())) as document:
        assert (document.javascript_actions, document.has_xfa) == (1, True)

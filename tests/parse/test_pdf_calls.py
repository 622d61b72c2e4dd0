"""pdfium answers the same whether its handles are pointers or numbers, and whether one is asked about or many."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest

from frostbyte.parse import pdf_calls, pdf_shapes
from frostbyte.parse.pdf_calls import Calls, address_of


def test_numbers_get_the_answers_that_pointers_get(pdf: Any, saved: Callable[..., str]) -> None:
    pdf.page("BT /F1 11 Tf 72 700 Td (Two) Tj ET 10 10 200 20 re f")
    document = pypdfium2.PdfDocument(saved(pdf.bytes()))
    page = document[0]
    calls, number = Calls(raw), address_of(page.raw)
    assert calls.FPDFPage_CountObjects(number) == raw.FPDFPage_CountObjects(page.raw) == 2
    for place in range(2):
        pointer, one = raw.FPDFPage_GetObject(page.raw, place), calls.FPDFPage_GetObject(number, place)
        assert one == address_of(pointer)
        assert calls.FPDFPageObj_GetType(one) == raw.FPDFPageObj_GetType(pointer)
        sides, others = ([ctypes.c_float() for _ in range(4)] for _ in range(2))
        assert calls.FPDFPageObj_GetBounds(one, *map(ctypes.byref, sides))
        assert raw.FPDFPageObj_GetBounds(pointer, *others)
        assert [side.value for side in sides] == [side.value for side in others]
    page.close()
    document.close()


def test_no_handle_is_none_and_what_pdfium_lacks_is_an_error() -> None:
    calls = Calls(raw)
    assert calls.FPDFPage_GetObject(None, 0) is None
    assert address_of(raw.FPDFPage_GetObject(None, 0)) == 0
    assert calls.FPDF_PAGEOBJ_FORM == raw.FPDF_PAGEOBJ_FORM
    with pytest.raises(AttributeError):
        calls.FPDFPage_NoSuchThing  # noqa: B018


PAGE = """BT /F1 11 Tf 72 700 Td (Two words) Tj ET q 10 10 100 15 re W n 0.2 0.4 1 rg 10 10 200 20 re f Q 3 w 5 5 m 90 5 l S
/P <</MCID 0>> BDC BT /F1 9 Tf 72 600 Td (marked) Tj ET EMC"""


@pytest.mark.parametrize("compiled", [True, False])
def test_many_get_the_answers_that_each_gets(pdf: Any, saved: Callable[..., str], compiled: bool) -> None:
    """Every form of function there is a loop for, on a page with texts, paths, a clip and a mark."""
    pdf.page(PAGE)
    document = pypdfium2.PdfDocument(saved(pdf.bytes()))
    page = document[0]
    text_page = page.get_textpage()
    calls, holder, letters = Calls(raw, compiled=compiled), address_of(page.raw), address_of(text_page.raw)
    places = np.arange(calls.FPDFPage_CountObjects(holder))
    found = calls.each("FPDFPage_GetObject", holder, places)
    assert found.tolist() == [calls.FPDFPage_GetObject(holder, place) for place in range(4)]
    types = calls.each("FPDFPageObj_GetType", found)
    assert types.tolist() == [raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_TEXT]
    bounds, matrices, colours = np.zeros((4, 4), np.float32), np.zeros((4, 6), np.float32), np.zeros((4, 4), np.uint32)
    assert calls.each("FPDFPageObj_GetBounds", found, out=bounds).tolist() == [1] * 4
    assert calls.each("FPDFPageObj_GetMatrix", found, out=matrices).tolist() == [1] * 4
    assert calls.each("FPDFPageObj_GetFillColor", found, out=colours).tolist() == [1] * 4
    assert bounds[1].tolist() == [10, 10, 210, 30]
    assert colours[1].tolist() == [51, 102, 255, 255]
    assert matrices[0].tolist() == [1, 0, 0, 1, 72, 700]
    modes = np.zeros((2, 2), np.int32)
    assert calls.each("FPDFPath_GetDrawMode", found[1:3], out=modes).tolist() == [1, 1]
    assert modes.tolist() == [[raw.FPDF_FILLMODE_WINDING, 0], [0, 1]]
    assert calls.each("FPDFPageObj_GetMark", found[3:], np.zeros(1)).tolist() == [calls.FPDFPageObj_GetMark(found[3].item(), 0)]
    assert calls.each("FPDFPageObj_GetMark", found[:1], np.zeros(1)).tolist() == [0], "no such mark: null"
    clip = calls.each("FPDFPageObj_GetClipPath", found[1:2])
    corners = calls.each("FPDFClipPath_GetPathSegment", np.repeat(clip, 3), np.zeros(3), also=2)
    assert corners.tolist() == [calls.FPDFClipPath_GetPathSegment(clip[0].item(), 0, 2)] * 3
    indices = np.array([0, 4, 9])
    assert calls.each("FPDFText_GetFontSize", letters, indices).tolist()[:2] == [11.0, 11.0]
    boxes = np.zeros((3, 4), np.float32)
    assert calls.each("FPDFText_GetLooseCharBox", letters, indices, out=boxes).tolist() == [1] * 3
    one = raw.FS_RECTF()
    assert raw.FPDFText_GetLooseCharBox(text_page, 4, ctypes.byref(one))
    assert boxes[1].tolist() == [one.left, one.top, one.right, one.bottom]
    assert calls.each("FPDFPageObj_GetType", found[:0]).tolist() == []
    for at, out in ((places[:2], None), (None, bounds[:2]), (None, bounds.T), (None, bounds[:, :2])):
        with pytest.raises(ValueError, match="FPDFPageObj_GetBounds"):
            calls.each("FPDFPageObj_GetBounds", found, at, out=out)
    text_page.close()
    page.close()
    document.close()


def test_what_is_in_c_is_compiled_where_it_can_be_and_without_a_warning(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    assert pdf_calls.library() is not None, "./run compiles it"
    warnings = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes")
    sources = sorted(pdf_calls.COMPILED.parent.glob("*.c"))
    assert len(sources) == 2
    for source in sources:
        subprocess.run([compiler, "-std=c11", "-Werror", *warnings, "-c", source, "-o", tmp_path / "one.o"], check=True)


def test_without_the_compiled_file_the_answers_are_the_same(
    pdf: Any, saved: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from frostbyte.parse import pdf as reader

    pdf.page(PAGE)
    path = saved(pdf.bytes())
    fast = reader.read(path)
    monkeypatch.setattr(pdf_calls, "library", lambda: None)
    monkeypatch.setattr(pdf_shapes, "_library", lambda: None)
    assert reader.read(path) == fast
    assert "Two words" in fast.pages[0].text

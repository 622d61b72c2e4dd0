"""pdfium answers the same whether its handles are pointers or numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

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

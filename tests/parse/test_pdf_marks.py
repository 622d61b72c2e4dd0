"""Marks of objects, one inside the other, and which of them say that an object is part of a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw

from frostbyte.parse import pdf_marks
from frostbyte.parse.pdf_calls import Calls, address_of

TEXT = "BT /F1 11 Tf 72 {} Td (Text) Tj ET"
PAGE = "\n".join(
    [
        TEXT.format(700),
        f"/P <</MCID 0>> BDC {TEXT.format(680)} EMC",
        f"/OC /L0 BDC {TEXT.format(660)} EMC",
        f"/P <</MCID 1>> BDC /OC /L0 BDC {TEXT.format(640)} EMC {TEXT.format(620)} EMC",
        f"/OCX /L0 BDC {TEXT.format(600)} EMC",
        f"/OC BMC {TEXT.format(580)} EMC",
    ]
)


def test_every_level_of_marks_is_given_and_layers_are_told(pdf: Any, saved: Callable[..., str]) -> None:
    layer = pdf.add("<< /Type /OCG /Name (Layer) >>")
    content = pdf.stream(PAGE)
    pdf.page_object(
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R "
        f"/Resources << /Font << /F1 3 0 R >> /Properties << /L0 {layer} 0 R >> >> >>"
    )
    document = pypdfium2.PdfDocument(saved(pdf.bytes()))
    page = document[0]
    calls, holder = Calls(raw), address_of(page.raw)
    found = calls.each("FPDFPage_GetObject", holder, np.arange(calls.FPDFPage_CountObjects(holder)))
    assert [having.tolist() for having, _ in pdf_marks.levels(calls, found)] == [[1, 2, 3, 4, 5, 6], [3]]
    assert all(marks.all() for _, marks in pdf_marks.levels(calls, found))
    assert pdf_marks.layered(calls, found).tolist() == [False, False, True, True, False, False, True]
    assert list(pdf_marks.levels(calls, found[:0])) == []
    page.close()
    document.close()

"""Paths become straight lines on the page, each drawn or the edge of an area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import pytest

from frostbyte.parse import pdf_paths
from frostbyte.parse.pdf_calls import Calls, address_of

IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("drawn", "lines", "fill"),
    [
        ("10 20 m 110 20 l S", [((10, 20), (110, 20))], False),
        ("10 20 100 50 re f", [((10, 20), (10, 70)), ((10, 70), (110, 70)), ((110, 70), (110, 20)), ((110, 20), (10, 20))], True),
        ("10 20 100 1 re f", [((10, 20), (10, 21)), ((10, 21), (110, 21)), ((110, 21), (110, 20)), ((110, 20), (10, 20))], False),
        ("10 20 m 30 60 60 60 90 20 c S", [], False),
    ],
    ids=["stroke", "area", "thin_area_is_a_line", "curve"],
)
def test_a_path_is_its_straight_lines(pdf: Any, saved: Callable[..., str], drawn: str, lines: list[Any], fill: bool) -> None:
    pdf.page(drawn)
    document = pypdfium2.PdfDocument(saved(pdf.bytes()))
    page = document[0]
    calls = Calls(raw)
    found = calls.each("FPDFPage_GetObject", address_of(page.raw), np.arange(1))
    modes = pdf_paths.draw_modes(calls, found)
    assert modes.tolist() == [[drawn.endswith("f"), drawn.endswith("S"), True]]
    ((x, y, fills),) = pdf_paths.edges(calls, found, modes, IDENTITY)
    told = list(zip(zip(x[:, 0], y[:, 0], strict=True), zip(x[:, 1], y[:, 1], strict=True), strict=True))
    assert {frozenset(line) for line in told} == {frozenset(line) for line in lines}
    assert (fills == fill).all()
    ((x, y, _),) = pdf_paths.edges(calls, found, modes, (2.0, 0.0, 0.0, 2.0, 5.0, 0.0))
    assert list(zip(x[:, 0], y[:, 0], strict=True)) == [(2 * a[0] + 5, 2 * a[1]) for a, _ in told]
    page.close()
    document.close()

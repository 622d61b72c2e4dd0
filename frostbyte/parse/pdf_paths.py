"""Straight lines of a PDF's paths, and the matrices that take them to the page, read through pdfium's own handles."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

from frostbyte.parse.pdf_calls import Calls

Point = tuple[float, float]
MAX_PATH_SEGMENTS = 4_000
MIN_RULE = 4.0
"""Points; a shorter line is a piece of a drawing or the end of a thick one."""


def edges(raw: Calls, found: int, matrix: tuple[float, ...]) -> Iterator[tuple[Point, Point, bool]]:
    """The lines of the path `found`, whose matrix to the page is given: both ends, and whether it is a filled area's edge.

    A filled box is a line drawn with a brush where it is thin, else a background. Curves are left out.
    """
    count = raw.FPDFPath_CountSegments(found)
    if not 2 <= count <= MAX_PATH_SEGMENTS:
        return
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    drawn = bool(not raw.FPDFPath_GetDrawMode(found, ctypes.byref(mode), ctypes.byref(stroke)) or stroke.value)
    x, y = ctypes.c_float(), ctypes.c_float()
    x_at, y_at = ctypes.byref(x), ctypes.byref(y)
    start = last = (0.0, 0.0)
    outline: list[tuple[Point, Point]] = []
    for position in range(count):
        segment = raw.FPDFPath_GetPathSegment(found, position)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x_at, y_at)
        point = apply(matrix, x.value, y.value)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            yield from _outline(outline, drawn)
            outline = []
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            outline.append((last, point))
        last = point
        if raw.FPDFPathSegment_GetClose(segment) and point != start:
            outline.append((point, start))
    yield from _outline(outline, drawn)


def _outline(lines: list[tuple[Point, Point]], drawn: bool) -> Iterator[tuple[Point, Point, bool]]:
    fill = False
    if lines and not drawn:
        xs, ys = [p[0] for line in lines for p in line], [p[1] for line in lines for p in line]
        fill = min(max(xs) - min(xs), max(ys) - min(ys)) >= MIN_RULE
    for a, b in lines:
        yield a, b, fill


def apply(m: tuple[float, ...], x: float, y: float) -> Point:
    """The point taken through the matrix."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def multiply(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """First `a`, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )

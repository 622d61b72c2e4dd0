"""Straight lines of a PDF's paths, and the matrices that take them to the page, read through pdfium's own handles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from frostbyte.parse.pdf_calls import Calls
from frostbyte.parse.pdf_shapes import Lines, Paths, lines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

Point = tuple[float, float]
MAX_PATH_SEGMENTS = 4_000
_AT_ONCE = 50_000
"""Segments read together: enough to be fast, few enough to take little memory."""


def draw_modes(raw: Calls, found: Handles) -> NDArray[np.bool_]:
    """For each path of `found`: whether it is filled, whether its line is drawn, whether that could be told; (paths, 3)."""
    import numpy as np

    modes = np.zeros((len(found), 2), dtype=np.int32)
    told = raw.each("FPDFPath_GetDrawMode", found, out=modes)
    return np.column_stack((modes != 0, told != 0))


def edges(raw: Calls, found: Handles, modes: NDArray[np.bool_], matrix: tuple[float, ...]) -> Iterator[Lines]:
    """The lines of the paths `found`, which have those `draw_modes`, of a form whose matrix to the page is given; some at a time.

    Gives x and y of both ends, each of shape (lines, 2), and whether each line is a filled area's edge: a filled box is a line
    drawn with a brush where it is thin, else a background. Curves are left out.
    """
    import numpy as np

    counts = raw.each("FPDFPath_CountSegments", found).astype(np.int64)
    usable = np.flatnonzero((counts >= 2) & (counts <= MAX_PATH_SEGMENTS))
    portions = np.cumsum(counts[usable]) // _AT_ONCE
    for portion in range(int(portions[-1]) + 1 if len(portions) else 0):  # nearly always one
        chosen = usable[portions == portion]
        yield _edges(raw, found[chosen], counts[chosen], modes[chosen], matrix)


def _edges(raw: Calls, found: Handles, counts: NDArray[np.int64], modes: NDArray[np.bool_], matrix: tuple[float, ...]) -> Lines:
    import numpy as np

    total = int(counts.sum())
    path = np.repeat(np.arange(len(found)), counts)
    segments = raw.each("FPDFPath_GetPathSegment", found[path], np.arange(total) - (np.cumsum(counts) - counts)[path])
    kinds, closes = raw.each("FPDFPathSegment_GetType", segments), raw.each("FPDFPathSegment_GetClose", segments)
    points = np.zeros((total, 2), dtype=np.float32)
    raw.each("FPDFPathSegment_GetPoint", segments, out=points)
    own = np.zeros((len(found), 6), dtype=np.float32)
    own[raw.each("FPDFPageObj_GetMatrix", found, out=own) == 0] = (1, 0, 0, 1, 0, 0)
    with np.errstate(all="ignore"):
        matrices = np.stack(multiply(own.astype(np.float64).T, matrix), axis=1)
    unstroked = ~(modes[:, 1] | ~modes[:, 2])
    move, line = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_LINETO
    return lines(Paths(points, kinds, closes, counts, matrices, unstroked, move, line))


def multiply(a: Any, b: Any) -> tuple[Any, ...]:
    """First `a`, then `b`. Six numbers each, or six arrays of them."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )

"""Straight lines of a PDF's paths, and the matrices that take them to the page, read through pdfium's own handles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from frostbyte.parse.pdf_calls import Calls

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

Point = tuple[float, float]
MAX_PATH_SEGMENTS = 4_000
MIN_RULE = 4.0
"""Points; a shorter line is a piece of a drawing or the end of a thick one."""
_AT_ONCE = 50_000
"""Segments read together: enough to be fast, few enough to take little memory."""


def draw_modes(raw: Calls, found: Handles) -> NDArray[np.bool_]:
    """For each path of `found`: whether it is filled, whether its line is drawn, whether that could be told; (paths, 3)."""
    import numpy as np

    modes = np.zeros((len(found), 2), dtype=np.int32)
    told = raw.each("FPDFPath_GetDrawMode", found, out=modes)
    return np.column_stack((modes != 0, told != 0))


def edges(
    raw: Calls, found: Handles, modes: NDArray[np.bool_], matrix: tuple[float, ...]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]]:
    """The lines of the paths `found`, which have those `draw_modes`, of a form whose matrix to the page is given; some at a time.

    Gives x and y of both ends, each of shape (lines, 2), and whether each line is a filled area's edge: a filled box is a line
    drawn with a brush where it is thin, else a background. Curves are left out.
    """
    import numpy as np

    counts = raw.each("FPDFPath_CountSegments", found).astype(np.int64)
    usable = np.flatnonzero((counts >= 2) & (counts <= MAX_PATH_SEGMENTS))
    portions = np.cumsum(counts[usable]) // _AT_ONCE
    for portion in np.unique(portions):
        chosen = usable[portions == portion]
        yield _edges(raw, found[chosen], counts[chosen], modes[chosen], matrix)


def _edges(
    raw: Calls, found: Handles, counts: NDArray[np.int64], modes: NDArray[np.bool_], matrix: tuple[float, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    import numpy as np

    total = int(counts.sum())
    begins = np.cumsum(counts) - counts
    path = np.repeat(np.arange(len(found)), counts)
    segments = raw.each("FPDFPath_GetPathSegment", found[path], np.arange(total) - begins[path])
    kinds = raw.each("FPDFPathSegment_GetType", segments)
    closes = raw.each("FPDFPathSegment_GetClose", segments) != 0
    points = np.zeros((total, 2), dtype=np.float32)
    raw.each("FPDFPathSegment_GetPoint", segments, out=points)
    own = np.zeros((len(found), 6), dtype=np.float32)
    own[raw.each("FPDFPageObj_GetMatrix", found, out=own) == 0] = (1, 0, 0, 1, 0, 0)
    with np.errstate(all="ignore"):
        whole = multiply(own.astype(np.float64).T, matrix)
        x, y = apply([value[path] for value in whole], *points.astype(np.float64).T)
    # Every segment's line comes from where the one before ended; where it closes its outline, another goes to where that began.
    place = np.arange(total)
    moves = kinds == raw.FPDF_SEGMENT_MOVETO
    start = np.maximum.accumulate(np.where(moves, place, -1))
    start[start < begins[path]] = -1
    before = np.where(place == begins[path], -1, place - 1)
    x_of, y_of = np.append(x, 0.0), np.append(y, 0.0)  # at -1: a path that does not begin with a move starts at the origin
    lines = kinds == raw.FPDF_SEGMENT_LINETO
    closing = closes & ((x != x_of[start]) | (y != y_of[start]))
    ends = np.concatenate((np.column_stack((before, place))[lines], np.column_stack((place, start))[closing]))
    owner = np.concatenate((place[lines], place[closing]))
    ordered = np.argsort(owner, kind="stable")
    ends, owner = ends[ordered], owner[ordered]
    x, y = x_of[ends], y_of[ends]
    return x, y, _fills(x, y, (np.cumsum(moves) + path)[owner], ~(modes[:, 1] | ~modes[:, 2])[path[owner]])


def _fills(
    x: NDArray[np.float64], y: NDArray[np.float64], outline: NDArray[np.int64], unstroked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which lines are edges of an area: those of an outline that is not drawn itself and no thinner than a rule is long."""
    import numpy as np

    if not len(x):
        return np.zeros(0, dtype=bool)
    first = np.flatnonzero(np.diff(outline, prepend=-1))
    sizes = [np.maximum.reduceat(v.max(axis=1), first) - np.minimum.reduceat(v.min(axis=1), first) for v in (x, y)]
    broad: NDArray[np.bool_] = np.minimum(*sizes) >= MIN_RULE
    fills: NDArray[np.bool_] = unstroked & np.repeat(broad, np.diff(first, append=len(x)))
    return fills


def apply(m: Sequence[Any], x: Any, y: Any) -> tuple[Any, Any]:
    """The point taken through the matrix. Numbers, or arrays of them."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


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

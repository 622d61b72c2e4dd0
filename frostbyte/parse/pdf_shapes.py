"""Boxes and lines of a PDF page, many at once. Pure geometry: in loops of `pdf_shapes.c` where that was compiled (`pdf_calls.py`
says when), else by NumPy, with the same answers to the bit.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from frostbyte.parse import pdf_calls
from frostbyte.parse.pdf_calls import place_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Lines = tuple["NDArray[np.float64]", "NDArray[np.float64]", "NDArray[np.bool_]"]


class Paths(NamedTuple):
    """Paths as pdfium tells them: of each segment its point, its kind and whether it closes its outline; of each path how many
    segments it has, its matrix (all of shape (paths, 6)) and whether its line is not drawn; the kinds that move and draw.
    """

    points: NDArray[np.float32]
    kinds: NDArray[np.int32]
    closes: NDArray[np.int32]
    counts: NDArray[np.int64]
    matrices: NDArray[np.float64]
    unstroked: NDArray[np.bool_]
    move: int
    line: int


CLOSE = 0.8
"""Points: letters further apart may be two words."""
MIN_RULE = 4.0
"""Points; a shorter line is a piece of a drawing or the end of a thick one, an outline as thin as that a line itself."""
_POINTER, _COUNT = ctypes.c_void_p, ctypes.c_long
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "words": (None, [_POINTER, _COUNT, _POINTER, _COUNT, ctypes.c_double, _POINTER, _POINTER]),
    "overlaps": (_COUNT, [_POINTER, _COUNT, _POINTER, _COUNT, _POINTER, _POINTER]),
    "lines": (_COUNT, [*[_POINTER] * 5, _COUNT, _POINTER, ctypes.c_int, ctypes.c_int, ctypes.c_double, _POINTER, _POINTER]),
}


def words(letters: NDArray[np.float32], begins: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Each word's least left, least bottom, most right and most top, of shape (4, words), and whether it may be more than letters
    in a row: parted, on several lines, without a place. Says so too often rather than too seldom, of one letter never.

    `letters` are left, top, right and bottom, of shape (letters, 4) and without gaps; `begins` says where each word does.
    """
    import numpy as np

    library = _library()
    if library is None:
        return _words(letters, begins)
    extents, odd = np.empty((4, len(begins))), np.empty(len(begins), dtype=bool)
    library.words(place_of(letters), len(letters), place_of(begins), len(begins), CLOSE, place_of(extents), place_of(odd))
    return extents, odd


def _words(letters: NDArray[np.float32], begins: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    import numpy as np

    boxes = letters.T.astype(np.float64, order="C")
    left, top, right, bottom = boxes
    odd: NDArray[np.bool_] = np.array(~np.isfinite(boxes).all(axis=0))
    with np.errstate(invalid="ignore"):
        gap = np.maximum(left[1:] - right[:-1], left[:-1] - right[1:])
        odd[1:] |= odd[:-1] | (gap > CLOSE) | (bottom[1:] > top[:-1]) | (top[1:] < bottom[:-1])
    counted = np.cumsum(odd)
    least, most = np.minimum.reduceat(boxes, begins, axis=1), np.maximum.reduceat(boxes, begins, axis=1)
    return np.stack((least[0], least[3], most[2], most[1])), counted[np.append(begins[1:], len(odd)) - 1] > counted[begins]


def overlaps(areas: NDArray[np.float64], texts: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which areas and texts share more than an edge, a pair in each place. Boxes of shape (n, 4) without gaps between them; one
    with NaN overlaps nothing.
    """
    import numpy as np

    library = _library()
    if library is None:
        return _overlaps(areas, texts)
    area, text = np.empty((2, len(areas) * len(texts)), dtype=np.int64)
    found = library.overlaps(place_of(areas), len(areas), place_of(texts), len(texts), place_of(area), place_of(text))
    return area[:found], text[:found]


def _overlaps(areas: NDArray[np.float64], texts: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    import numpy as np

    left, top, right, bottom = areas.T[:, :, None]
    x0, y0, x1, y1 = texts.T
    area, text = np.nonzero((left < x1) & (x0 < right) & (top < y1) & (y0 < bottom))
    return area, text


def lines(paths: Paths) -> Lines:
    """Straight lines of paths: x and y of both ends, each of shape (lines, 2), and whether it is the edge of a filled area.

    A segment's line comes from where the one before ended; where it closes its outline, another goes to where that began. A path
    that does not begin with a move starts at the origin. An area's edges are lines of an outline that is not drawn itself and not
    as thin as a rule.
    """
    import numpy as np

    library = _library()
    if library is None:
        return _lines(paths)
    most = 2 * len(paths.points)
    ends, fills = np.empty((most, 4)), np.empty(most, dtype=bool)
    arrays: tuple[NDArray[Any], ...] = paths[:5]
    told = (len(paths.counts), place_of(paths.unstroked), paths.move, paths.line, MIN_RULE)
    found = library.lines(*map(place_of, arrays), *told, place_of(ends), place_of(fills))
    return ends[:found, :2], ends[:found, 2:], fills[:found]


def _lines(paths: Paths) -> Lines:
    import numpy as np

    points, kinds, closes, counts, matrices, unstroked, move, line = paths
    path, place = np.repeat(np.arange(len(counts)), counts), np.arange(len(points))
    begins = (np.cumsum(counts) - counts)[path]
    with np.errstate(all="ignore"):
        x, y = apply(matrices[path].T, *points.astype(np.float64).T)
    moves = kinds == move
    start = np.maximum.accumulate(np.where(moves, place, -1))
    start[start < begins] = -1
    before = np.where(place == begins, -1, place - 1)
    x_of, y_of = np.append(x, 0.0), np.append(y, 0.0)  # at -1
    drawn = kinds == line
    closing = (closes != 0) & ((x != x_of[start]) | (y != y_of[start]))
    ends = np.concatenate((np.column_stack((before, place))[drawn], np.column_stack((place, start))[closing]))
    owner = np.concatenate((place[drawn], place[closing]))
    ordered = np.argsort(owner, kind="stable")
    ends, owner = ends[ordered], owner[ordered]
    x, y = x_of[ends], y_of[ends]
    if not len(owner):
        return x, y, np.zeros(0, dtype=bool)
    outline = (np.cumsum(moves) + path)[owner]
    first = np.flatnonzero(np.diff(outline, prepend=-1))
    with np.errstate(all="ignore"):
        sizes = [np.maximum.reduceat(v.max(axis=1), first) - np.minimum.reduceat(v.min(axis=1), first) for v in (x, y)]
    broad = np.minimum(*sizes) >= MIN_RULE
    return x, y, unstroked[path[owner]] & np.repeat(broad, np.diff(first, append=len(x)))


def apply(m: Sequence[Any] | NDArray[Any], x: Any, y: Any) -> tuple[Any, Any]:
    """The point taken through the matrix. Numbers, or arrays of them."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


@cache
def _library() -> Any:
    library = pdf_calls.library()
    for name, (answer, parameters) in _FUNCTIONS.items() if library is not None else ():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, parameters
    return library

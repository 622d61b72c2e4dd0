"""Which text of a PDF page may be hidden by its clip, by what is drawn over it or by what lies under it. Pure geometry.

May suspect too much, never too little: `pdf_sight.py` decides by drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from frostbyte.parse.pdf_shapes import overlaps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUSPECT_DISTANCE = 64
"""Of 255: colours nearer than this in every channel may be hard to tell apart."""
_TOLERANCE = 1.5
_PAIRS_AT_ONCE = 1_000_000
"""Of an area and a text, compared together: enough to be fast, few enough to take little memory."""
Rect = tuple[float, float, float, float]
WHITE = 0xFFFFFF
UNKNOWN = -1
KINDS = ("", "transparent", "colour", "clipped", "covered", "layer")
"""How a text may be hidden, "" where it is seen. Arrays hold places in it, which are compared faster than words."""
SEEN, TRANSPARENT, COLOUR, CLIPPED, COVERED, LAYER = range(len(KINDS))


class Cover(NamedTuple):
    """A filled area or picture: its place in drawing order, and its colour where it is one plain rectangle, else -1."""

    order: int
    box: Rect
    colour: int


@dataclass(frozen=True)
class Texts:
    """Text objects as met in drawing order, one in each row."""

    found: NDArray[np.uint64]
    order: NDArray[np.int64]
    colour: NDArray[np.int64]
    kind: NDArray[np.int64]
    """How the object itself says that it may not be seen, as a place in KINDS."""
    frame: NDArray[np.float64]
    """What its clip leaves of the page, of shape (n, 4); infinite for all of it."""
    form: NDArray[np.int64]
    """Which of the forms opened so far it is in, for the matrix that takes it to the page."""
    layered: NDArray[np.bool_]
    """Whether it may belong to a layer, which may be off."""

    def __len__(self) -> int:
        return len(self.found)

    def chosen(self, those: NDArray[Any]) -> Texts:
        """Those of them, named by truth."""
        if not those.any():
            return Texts(*(value[:0] for value in self.__dict__.values()))
        return Texts(*(value[those] for value in self.__dict__.values()))


def kinds_of(texts: Texts, boxes: NDArray[np.float64], covers: Sequence[Cover]) -> NDArray[np.int64]:
    """For each text how it may be hidden by its clip, by what is drawn over it or by what lies under it, as a place in KINDS.

    `boxes` are those of the texts, of shape (n, 4).
    """
    import numpy as np

    under = np.full(len(texts), WHITE)
    covered = np.zeros(len(texts), dtype=bool)
    areas = np.array([cover.box for cover in covers]).reshape(-1, 4)
    orders, colours = (np.array([cover[column] for cover in covers], dtype=np.int64) for column in (0, 2))
    step = max(1, _PAIRS_AT_ONCE // max(1, len(texts)))
    for start in range(0, len(covers), step):
        area, text = overlaps(areas[start : start + step], boxes)
        left, top, right, bottom = areas[start + area].T
        x0, y0, x1, y1 = boxes[text].T
        order, colour = orders[start + area], colours[start + area]
        # What is drawn below a line may touch the tails of its letters.
        edge = 0.2 * np.maximum(np.minimum(x1 - x0, y1 - y0), 0.0)
        over = (texts.order[text] < order) & (left < x1 - edge) & (x0 + edge < right) & (top < y1 - edge) & (y0 + edge < bottom)
        covered[text[over]] = True
        below = texts.order[text] > order
        slack = _TOLERANCE
        around = (left - slack <= x0) & (top - slack <= y0) & (x1 <= right + slack) & (y1 <= bottom + slack)
        around &= colour != UNKNOWN
        mixed = ~around & ((colour == UNKNOWN) | near(texts.colour[text], colour))
        told = below & (around | mixed)
        under[text[told]] = np.where(around, colour, UNKNOWN)[told]  # of several the last counts, drawn over the others
    alike = (under == UNKNOWN) | near(texts.colour, under)
    clipped = ~holds(texts.frame.T, boxes.T)
    return np.where(clipped, CLIPPED, np.where(covered, COVERED, np.where(alike, COLOUR, SEEN)))


def near(a: Any, b: Any) -> Any:
    """Whether two colours, or arrays of them, are alike in every channel."""
    red, green, blue = ((a >> shift & 255) - (b >> shift & 255) for shift in (16, 8, 0))
    return (abs(red) < SUSPECT_DISTANCE) & (abs(green) < SUSPECT_DISTANCE) & (abs(blue) < SUSPECT_DISTANCE)


def meeting(a: Sequence[Any] | NDArray[Any], b: Sequence[Any] | NDArray[Any]) -> tuple[Any, Any, Any, Any]:
    """What boxes share, four arrays each or four numbers for one of them; upside down where that is nothing, NaN where one is."""
    import numpy as np

    return np.maximum(a[0], b[0]), np.maximum(a[1], b[1]), np.minimum(a[2], b[2]), np.minimum(a[3], b[3])


def holds(outer: Sequence[Any] | NDArray[Any], inner: Sequence[Any] | NDArray[Any]) -> Any:
    """Whether `inner` lies in `outer`, or a hair outside. Four numbers each, or four arrays of them."""
    return (
        (outer[0] - _TOLERANCE <= inner[0])
        & (outer[1] - _TOLERANCE <= inner[1])
        & (inner[2] <= outer[2] + _TOLERANCE)
        & (inner[3] <= outer[3] + _TOLERANCE)
    )

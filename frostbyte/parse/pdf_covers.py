"""Which text of a PDF page may be hidden by its clip, by what is drawn over it or by what lies under it. Pure geometry.

May suspect too much, never too little: `pdf_sight.py` decides by drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

SUSPECT_DISTANCE = 64
"""Of 255: colours nearer than this in every channel may be hard to tell apart."""
_TOLERANCE = 1.5
Rect = tuple[float, float, float, float]
WHITE = 0xFFFFFF
UNKNOWN = -1


class Cover(NamedTuple):
    """A filled area or picture: its place in drawing order, and its colour where it is one plain rectangle, else -1."""

    order: int
    box: Rect
    colour: int


class Text(NamedTuple):
    """A text object as met in drawing order; `frame` is what its clip leaves of the page, where that is not all."""

    found: int
    order: int
    matrix: tuple[float, ...]
    colour: int
    kind: str
    frame: Rect | None


def kinds_of(texts: Sequence[Text], boxes: Sequence[Rect], covers: Sequence[Cover]) -> list[str]:
    """For each text object how it may be hidden by its clip, by what is drawn over it or by what lies under it; "" for not."""
    import numpy as np

    box = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    x0, y0, x1, y1 = box[:, 0], box[:, 1], box[:, 2], box[:, 3]
    inset = 0.2 * np.maximum(np.minimum(x1 - x0, y1 - y0), 0.0)  # what is drawn below a line may touch the tails of its letters
    order = np.array([text.order for text in texts], dtype=np.int64)
    colour = np.array([text.colour for text in texts], dtype=np.int64)
    under = np.full(len(texts), WHITE)
    covered = np.zeros(len(texts), dtype=bool)
    for cover in covers:
        left, top, right, bottom = cover.box
        met = np.flatnonzero((left < x1) & (x0 < right) & (top < y1) & (y0 < bottom))
        if not met.size:
            continue
        a0, b0, a1, b1, edge = x0[met], y0[met], x1[met], y1[met], inset[met]
        over = (order[met] < cover.order) & (left < a1 - edge) & (a0 + edge < right) & (top < b1 - edge) & (b0 + edge < bottom)
        covered[met[over]] = True
        meets = order[met] > cover.order
        slack = _TOLERANCE
        around = (left - slack <= a0) & (top - slack <= b0) & (a1 <= right + slack) & (b1 <= bottom + slack)
        if cover.colour != UNKNOWN:
            under[met[meets & around]] = cover.colour
            meets &= ~around & near(colour[met], cover.colour)
        under[met[meets]] = UNKNOWN
    alike = (under == UNKNOWN) | near(colour, under)
    kinds = np.where(covered, "covered", np.where(alike, "colour", "")).tolist()
    for index, text in enumerate(texts):
        if text.frame is not None and not holds(text.frame, boxes[index]):
            kinds[index] = "clipped"
    return list(kinds)


def near(a: Any, b: Any) -> Any:
    """Whether two colours, or arrays of them, are alike in every channel."""
    red, green, blue = ((a >> shift & 255) - (b >> shift & 255) for shift in (16, 8, 0))
    return (abs(red) < SUSPECT_DISTANCE) & (abs(green) < SUSPECT_DISTANCE) & (abs(blue) < SUSPECT_DISTANCE)


def meeting(a: Rect, b: Rect) -> Rect:
    """What two boxes share; upside down where that is nothing."""
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether `inner` lies in `outer`, or a hair outside."""
    return (
        outer[0] - _TOLERANCE <= inner[0]
        and outer[1] - _TOLERANCE <= inner[1]
        and inner[2] <= outer[2] + _TOLERANCE
        and inner[3] <= outer[3] + _TOLERANCE
    )

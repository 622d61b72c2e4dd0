"""What one PDF page holds: words with boxes, ruling lines, pictures. Reads through the raw pdfium handle that `pdfium.py` opens.

Every rectangle that leaves this module is in PDF points with the origin at the top left of the page as it is shown
(crop box and /Rotate applied), so the rest of the room never meets PDF's own coordinate system. Words come in the order
pdfium found them in the content stream; `layout.py` decides the reading order.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from frostbyte.parse import pdf_actual, pdf_paths, pdf_shapes
from frostbyte.parse.pdf_calls import Calls, address_of, rows
from frostbyte.parse.pdf_sight import Sight
from frostbyte.parse.pdf_words import Word, WordReader, clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

MAX_OBJECTS = 50_000
"""Page objects looked at for rules and pictures. A page with more is a map or a drawing; its text is still read whole."""
MAX_FORM_DEPTH = 8
MAX_ANNOTATIONS = 10_000

_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Rule(NamedTuple):
    """A horizontal (`y0 == y1`) or vertical (`x0 == x1`) line. `fill`: not drawn, but the edge of a box filled with a colour."""

    x0: float
    y0: float
    x1: float
    y1: float
    fill: bool = False


class Picture(NamedTuple):
    """An image object's place on the page."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class PageContent:
    """What one page holds. Sizes in points, as shown."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    objects: int = 0
    hidden: list[tuple[str, Word]] = field(default_factory=list)
    """Words that a person cannot see, each with the way it is hidden (`pdf_sight`, or `tiny`, `off_page`); not in `words`."""
    sight_failed: bool = False
    """It could not be decided which words can be seen."""
    text_layer: bool = False
    """Invisible text over a picture: the text layer of a scan, made by somebody else's OCR."""
    unmapped: int = 0
    """Characters whose font does not say which letter they are."""
    capped: bool = False
    """More objects than MAX_OBJECTS; rules and pictures are those of the first ones."""


class Extraction:
    """One pass over one page, given pdfium's functions and pypdfium2's page and text page; holds the page's transform."""

    def __init__(self, raw: Calls, page: Any, text_page: Any, *, layers: bool = False) -> None:
        self._raw = raw
        self._page = page
        self._handle = address_of(text_page.raw)
        width, height = page.get_size()
        self._content = PageContent(width=width, height=height)
        left, bottom, right, top = page.get_bbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self._rotation = page.get_rotation() % 360
        self._letters: list[Handles] = []
        """All text objects, in drawing order; of letters, where each has its own."""
        self._sight = Sight(raw, page, self._bounds, self._shown, layers=layers)
        self._uprights: list[tuple[float, float, float]] | None = None

    def run(self) -> PageContent:
        content = self._content
        self._objects()
        self._notes()
        self._sight.decide(content.pictures)
        self._read()
        content.text_layer, content.sight_failed = self._sight.text_layer, self._sight.failed
        return content

    def _box(self, left: Any, bottom: Any, right: Any, top: Any) -> tuple[Any, Any, Any, Any]:
        """A rectangle of PDF's page space as shown: top-left origin, rotated with the page. Numbers, or arrays of them."""
        rotation = self._rotation
        if rotation == 0:
            return left - self._left, self._top - top, right - self._left, self._top - bottom
        if rotation == 90:
            return bottom - self._bottom, left - self._left, top - self._bottom, right - self._left
        if rotation == 180:
            return self._right - right, bottom - self._bottom, self._right - left, top - self._bottom
        return self._top - top, self._right - right, self._top - bottom, self._right - left

    # Words

    def _read(self) -> None:
        """The page's words: what its letters show, where /ActualText would have something else read; that is hidden text then."""
        import numpy as np

        raw, page, document = self._raw, address_of(self._page.raw), address_of(self._page.pdf.raw)
        lies = pdf_actual.replacements(raw, np.concatenate(self._letters)) if self._letters else []
        lies = pdf_actual.untrue(raw, document, page, lies) if lies else []
        if not lies:
            self._words(self._handle)
            return
        with pdf_actual.without(raw, document, lies):
            handle = raw.FPDFText_LoadPage(page)
        try:
            self._words(handle)
        finally:
            raw.FPDFText_ClosePage(handle)
        for text, _, found in lies:
            x0, y0, x1, y1 = np.nan_to_num(self._bounds(np.array(found[:1], dtype=np.uint64), _IDENTITY))[0].tolist()
            words = (Word(clean(word), x0, y0, x1, y1, 0.85 * (y1 - y0), False, 0) for word in text.split())
            self._content.hidden += [("replaced", word) for word in words]

    def _words(self, handle: int) -> None:
        content = self._content
        size = content.width, content.height
        reader = WordReader(self._raw, self._sight, size, self._rotation, self._box, self._ruled_off)
        reader.read(handle)
        content.words, content.hidden, content.unmapped = reader.words, reader.hidden, reader.unmapped

    def _ruled_off(self, rect: Sequence[float], left: float, right: float) -> bool:
        """True where a vertical rule stands between the word that ends at `left` or `right` and the character in `rect`."""
        if self._rotation:
            return False
        if self._uprights is None:
            self._uprights = sorted((r.x0, r.y0, r.y1) for r in self._content.rules if r.x0 == r.x1)
        low, high = sorted((right, rect[0]) if rect[0] > right else (rect[2], left))
        low, high, y = low - self._left, high - self._left, self._top - (rect[3] + rect[1]) / 2
        for x, y0, y1 in self._uprights[bisect_left(self._uprights, (low,)) :]:
            if x > high:
                return False
            if y0 <= y <= y1:
                return True
        return False

    # Objects

    def _objects(self) -> None:
        """Collect rules and pictures, and show every object to the sight.

        Objects are taken in drawing order, form objects opened, each with the matrix from its form to the page. A page can hold
        thousands of objects, one for every letter: their handles and kinds are asked for at once.
        """
        import numpy as np

        raw, content = self._raw, self._content
        page = address_of(self._page.raw)
        # Of each holder its objects, their kinds, the places of its forms (the last first) and how far it was looked at.
        stack: list[tuple[Handles, NDArray[np.int32], list[int], int, tuple[float, ...]]] = []

        def open_holder(get: str, holder: int, count: int, matrix: tuple[float, ...]) -> None:
            found = raw.each(get, holder, np.arange(min(count, MAX_OBJECTS + 1)))
            kinds = raw.each("FPDFPageObj_GetType", found)
            stack.append((found, kinds, np.flatnonzero(kinds == raw.FPDF_PAGEOBJ_FORM)[::-1].tolist(), 0, matrix))

        open_holder("FPDFPage_GetObject", page, raw.FPDFPage_CountObjects(page), _IDENTITY)
        while stack:
            found, kinds, forms, position, matrix = stack.pop()
            while position < len(found):
                until = min(forms.pop() if forms else len(found), position + MAX_OBJECTS - content.objects)
                self._show(found[position:until], kinds[position:until], matrix, in_form=bool(stack))
                content.objects += until - position
                position = until
                if position == len(found):
                    break
                if content.objects >= MAX_OBJECTS:
                    content.capped = True
                    return
                content.objects += 1
                inside = int(found[position])
                position += 1
                if len(stack) < MAX_FORM_DEPTH:
                    stack.append((found, kinds, forms, position, matrix))
                    inner = pdf_paths.multiply(self._matrix(inside), matrix)
                    open_holder("FPDFFormObj_GetObject", inside, raw.FPDFFormObj_CountObjects(inside), inner)
                    break
                content.capped = True

    def _show(self, found: Handles, kinds: NDArray[np.int32], matrix: tuple[float, ...], *, in_form: bool) -> None:
        """Show the sight objects that are no forms, in drawing order."""
        import numpy as np

        raw, sight = self._raw, self._sight
        orders = sight.orders(len(found)) + np.arange(len(found))
        text, path, image = raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE
        letters, drawn = kinds == text, kinds == path
        if letters.any():
            self._letters.append(found[letters])
            sight.texts(found[letters], orders[letters], matrix, in_form=in_form)
        if drawn.any():
            paths = found[drawn]
            modes = pdf_paths.draw_modes(raw, paths)
            sight.paths(paths, orders[drawn], matrix, filled=modes[:, 0], stroked=modes[:, 1])
            for edges in pdf_paths.edges(raw, paths, modes, matrix):
                self._rules(*edges)
        if len(others := np.flatnonzero(~(letters | drawn))):
            boxes = self._bounds(found[others], matrix)
            sight.pictures(boxes, orders[others].tolist())
            shown = boxes[(kinds[others] == image) & np.isfinite(boxes[:, 0])]
            self._content.pictures += [Picture(*box) for box in shown.tolist()]

    def _notes(self) -> None:
        """Show the sight what is stuck on the page and may cover its text: drawn shapes, stamps, marks for redaction."""
        import numpy as np

        raw, rect = self._raw, self._raw.FS_RECTF()
        shapes = (raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_POLYGON, raw.FPDF_ANNOT_INK)
        covering = (*shapes, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_REDACT, raw.FPDF_ANNOT_FREETEXT)
        page = address_of(self._page.raw)
        for position in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
            note = raw.FPDFPage_GetAnnot(page, position)
            if note:
                if raw.FPDFAnnot_GetSubtype(note) in covering and raw.FPDFAnnot_GetRect(note, ctypes.byref(rect)):
                    box = self._box(rect.left, rect.bottom, rect.right, rect.top)
                    self._sight.pictures(np.array([box]), [self._sight.orders(1)])
                raw.FPDFPage_CloseAnnot(note)

    def _matrix(self, found: int) -> tuple[float, ...]:
        matrix = self._raw.FS_MATRIX()
        if not self._raw.FPDFPageObj_GetMatrix(found, ctypes.byref(matrix)):
            return _IDENTITY
        return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def _bounds(self, found: Handles, matrix: tuple[float, ...]) -> NDArray[np.float64]:
        """The boxes of objects in a form with that matrix, of shape (n, 4), on the page as shown; NaN where there is none."""
        import numpy as np

        sides = np.zeros((len(found), 4), dtype=np.float32)
        known = self._raw.each("FPDFPageObj_GetBounds", found, out=sides) != 0
        places = sides.T.astype(np.float64, order="C")
        places[:, ~known] = np.nan
        left, bottom, right, top = places
        if matrix != _IDENTITY:
            with np.errstate(all="ignore"):
                corners = [pdf_shapes.apply(matrix, x, y) for x in (left, right) for y in (bottom, top)]
            xs, ys = np.array([x for x, _ in corners]), np.array([y for _, y in corners])
            left, bottom, right, top = xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0)
        return np.stack(self._box(left, bottom, right, top)).T

    def _shown(self, matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
        """A point of a form's space, whose matrix to the page is given, on the page as shown."""
        x, y = pdf_shapes.apply(matrix, x, y)
        return self._box(x, y, x, y)[:2]

    def _rules(self, x: NDArray[np.float64], y: NDArray[np.float64], fill: NDArray[np.bool_]) -> None:
        """Keep what is level or upright of lines given by both ends' places, each of shape (lines, 2)."""
        import numpy as np

        dx, dy = abs(x[:, 0] - x[:, 1]), abs(y[:, 0] - y[:, 1])
        # No point, no slope, no short side of a line drawn as a thin box.
        kept = ((dx < 0.6) != (dy < 0.6)) & (np.maximum(dx, dy) >= pdf_shapes.MIN_RULE)
        x, y = x[kept], y[kept]
        (xa, xb), (ya, yb) = x.T, y.T
        x0, y0, x1, y1 = self._box(np.minimum(xa, xb), np.minimum(ya, yb), np.maximum(xa, xb), np.maximum(ya, yb))
        level = x1 - x0 > y1 - y0
        middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
        sides = (
            np.where(level, x0, middle_x),
            np.where(level, middle_y, y0),
            np.where(level, x1, middle_x),
            np.where(level, middle_y, y1),
        )
        self._content.rules += rows(Rule, *(side.tolist() for side in sides), fill[kept].tolist())

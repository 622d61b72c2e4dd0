"""Which text of a PDF page leaves no mark on it: in the colour behind it, covered, clipped, transparent, on a layer that is off.

Two steps. Every text object is looked at cheaply, and becomes a *suspect* where anything could keep it from being seen: its
colour is near that of what lies under it (the page counts as white), something is drawn over it, a clip leaves it out. Where a
page has suspects it is drawn once with them and once without: text that changes no pixel is unseen, whatever the reason. The
first step may suspect too much, never too little; the second decides. Most pages have no suspect and are not drawn at all.

A scan's text layer is invisible too, and wanted: over a picture, and only where the picture shows something. That is no hidden
text; the page says OCR_TEXT_LAYER.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from frostbyte.parse import pdf_covers, pdf_marks
from frostbyte.parse.pdf_calls import Calls, rows
from frostbyte.parse.pdf_covers import KINDS, SEEN, UNKNOWN, WHITE, Cover, Rect, Texts, holds, kinds_of, meeting, near

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

SCALE = 1.5
"""Pixels for a point: letters of 4 points still leave marks."""
MAX_PIXELS = 6_000_000
MAX_COVERS = 5_000
"""Filled areas and pictures a page may have before all its text is suspect."""
MAX_GROUPS = 4
"""Colours of suspects told apart, so that black text over white text does not vouch for it; each costs one drawing."""
SEEN_DISTANCE = 12
INK_DISTANCE = 40
"""Of 255: how far lightest and darkest pixel of a word's place on a scan lie apart where something is printed."""
FAINT = 64
"""Of 255: text less opaque than this is suspect."""
_BROAD = 3.0
"""Points, in the space the line is drawn in: a thinner one strikes text through and does not cover it."""
_SCAN_SHARE = 0.5

_NOWHERE: Rect = (0.0, 0.0, 0.0, 0.0)
_EVERYWHERE: Rect = (float("-inf"), float("-inf"), float("inf"), float("inf"))


class Sight:
    """Collects a page's objects in drawing order, then tells which text is unseen. Boxes are as shown, in points."""

    def __init__(
        self,
        raw: Calls,
        page: Any,
        bounds: Callable[[Handles, tuple[float, ...]], NDArray[np.float64]],
        point: Callable[[tuple[float, ...], float, float], tuple[float, float]],
        *,
        layers: bool,
    ) -> None:
        """`bounds` gives the boxes of objects in a form with that matrix, of shape (n, 4), NaN where there is none; `point`
        takes a point of such a form to the page; `layers`: the document has some, which may be off."""
        self._raw, self._page, self._bounds, self._point = raw, page, bounds, point
        self._layers = layers
        self._width, self._height = page.get_size()
        self._order = 0
        self._matrices: list[tuple[float, ...]] = []
        self._texts: list[Texts] = []
        self._invisible: list[tuple[Texts, NDArray[np.int32]]] = []
        self._covers: list[Cover] = []
        self._frames: dict[int, Rect] = {}
        self._suspects: dict[int, tuple[Rect | None, str]] = {}
        self._groups: list[list[int]] = []
        self._unseen: dict[int, str] = {}
        self._layer: set[int] = set()
        self._filled: set[int] = set()
        self._drawn: NDArray[np.uint8] | None = None
        self._changed: dict[int, NDArray[np.bool_]] = {}
        self._scale = 0.0
        self.text_layer = False
        """Some invisible text is the text layer of a scan."""
        self.failed = False
        """The page could not be drawn, so that suspects could not be decided."""

    # What is on the page

    def orders(self, count: int) -> int:
        """The first of `count` places in drawing order, none given out before."""
        self._order += count
        return self._order - count + 1

    def texts(self, found: Handles, orders: NDArray[np.int64], matrix: tuple[float, ...], *, in_form: bool) -> None:
        """Text objects met at those places; a form may be on a layer as a whole.

        Some pages have one for every letter, so each question is asked for all at once.
        """
        import numpy as np

        if not len(found):
            return
        raw = self._raw
        modes = raw.each("FPDFTextObj_GetTextRenderMode", found)
        channels = np.zeros((len(found), 4), dtype=np.uint32)
        known = raw.each("FPDFPageObj_GetFillColor", found, out=channels) != 0
        if (stroked := modes == raw.FPDF_TEXTRENDERMODE_STROKE).any():
            lines = np.zeros((int(stroked.sum()), 4), dtype=np.uint32)
            known[stroked] = raw.each("FPDFPageObj_GetStrokeColor", found[stroked], out=lines) != 0
            channels[stroked] = lines
        colours = (channels[:, 0].astype(np.int64) << 16) | (channels[:, 1] << 8) | channels[:, 2]
        kinds = np.where(known, np.where(channels[:, 3] >= FAINT, SEEN, pdf_covers.TRANSPARENT), pdf_covers.COLOUR)
        if not self._matrices or self._matrices[-1] != matrix:
            self._matrices.append(matrix)
        forms = np.full(len(found), len(self._matrices) - 1)
        layered = np.full(len(found), self._layers and in_form)
        if self._layers and not in_form:
            layered = pdf_marks.layered(raw, found)
        texts = Texts(found, orders, colours, kinds, self._frames_of(found, matrix), forms, layered)
        unseen = (modes == raw.FPDF_TEXTRENDERMODE_INVISIBLE) | (modes == raw.FPDF_TEXTRENDERMODE_CLIP)
        if unseen.any():
            self._invisible.append((texts.chosen(unseen), modes[unseen]))
            texts = texts.chosen(~unseen)
        if len(texts):
            self._texts.append(texts)

    def paths(
        self,
        found: Handles,
        orders: NDArray[np.int64],
        matrix: tuple[float, ...],
        *,
        filled: NDArray[np.bool_],
        stroked: NDArray[np.bool_],
    ) -> None:
        """Path objects; only filled ones of some size, or broad strokes, can cover anything."""
        import numpy as np

        raw = self._raw
        boxes = self._on_page(self._bounds(found, matrix))
        large = (boxes[:, 2] - boxes[:, 0] >= 2.0) & (boxes[:, 3] - boxes[:, 1] >= 2.0)  # not so where there is none
        widths = np.zeros((len(found), 1), dtype=np.float32)
        broad = (raw.each("FPDFPageObj_GetStrokeWidth", found, out=widths) != 0) & (widths[:, 0] >= _BROAD)
        kept = np.flatnonzero(large & (filled | (stroked & broad)))
        if not len(kept):
            return
        found = found[kept]
        channels = np.zeros((len(kept), 4), dtype=np.uint32)
        known = filled[kept] & (raw.each("FPDFPageObj_GetFillColor", found, out=channels) != 0)
        frames = self._frames_of(found, matrix)
        segments = raw.each("FPDFPath_CountSegments", found)
        plain = known & (channels[:, 3] == 255) & (segments >= 4) & (segments <= 6) & (frames != _NOWHERE).any(axis=1)
        plain &= raw.each("FPDFPageObj_HasTransparency", found) == 0
        colours = np.where(plain, (channels[:, 0].astype(np.int64) << 16) | (channels[:, 1] << 8) | channels[:, 2], UNKNOWN)
        limited = np.where(plain[:, None], np.column_stack(meeting(boxes[kept].T, frames.T)), boxes[kept])
        opaque = ~(known & (channels[:, 3] == 0))
        boxes_of = map(tuple, limited[opaque].tolist())
        self._covers += rows(Cover, orders[kept][opaque].tolist(), boxes_of, colours[opaque].tolist())

    def pictures(self, boxes: NDArray[np.float64], orders: Iterable[int]) -> None:
        """Images, shadings or notes stuck on, in those boxes of shape (n, 4): they may have any colour."""
        for box, order in zip(self._on_page(boxes).tolist(), orders, strict=True):
            if box[0] == box[0]:  # NaN where it has no place
                self._covers.append(Cover(order, tuple(box), UNKNOWN))

    def _on_page(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        return np.column_stack(meeting(boxes.T, (0.0, 0.0, self._width, self._height)))

    def _frames_of(self, found: Handles, matrix: tuple[float, ...]) -> NDArray[np.float64]:
        """What the clips of objects leave of the page, of shape (n, 4): infinite for all of it, and nothing where a clip is no
        rectangle: drawing then decides.

        Objects drawn one after another share their clip's points, so that each clip is read once.
        """
        import numpy as np

        raw = self._raw
        frames = np.full((len(found), 4), _EVERYWHERE)
        clips = raw.each("FPDFPageObj_GetClipPath", found)
        counts = raw.each("FPDFClipPath_CountPaths", clips)
        for path in range(int(counts.max(initial=0))):
            having = np.flatnonzero(counts > path)
            starts = raw.each("FPDFClipPath_GetPathSegment", clips[having], np.full(len(having), path))
            different, firsts, which = np.unique(starts, return_index=True, return_inverse=True)
            for start, first in zip(different.tolist(), firsts.tolist(), strict=True):
                if start not in self._frames:
                    self._frames[start] = self._frame_of(int(clips[having[first]]), path, matrix)
            frames_of = [self._frames[start] for start in different.tolist()]
            if all(frame is _EVERYWHERE for frame in frames_of):
                continue  # nearly always: clipped to the page
            own = np.array(frames_of)[which]
            nowhere = (own == _NOWHERE).all(axis=1) | (frames[having] == _NOWHERE).all(axis=1)
            frames[having] = np.where(nowhere[:, None], _NOWHERE, np.column_stack(meeting(frames[having].T, own.T)))
        return frames

    def _frame_of(self, clip: int, path: int, matrix: tuple[float, ...]) -> Rect:
        raw = self._raw
        count = raw.FPDFClipPath_CountPathSegments(clip, path)
        if not 4 <= count <= 6:
            return _NOWHERE
        x, y = ctypes.c_float(), ctypes.c_float()
        corners = []
        for position in range(count):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, position), ctypes.byref(x), ctypes.byref(y))
            corners.append(self._point(matrix, x.value, y.value))
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        frame = (min(xs), min(ys), max(xs), max(ys))
        return _EVERYWHERE if holds(frame, (0.0, 0.0, self._width, self._height)) else frame

    # What of it is seen

    def decide(self, pictures: Iterable[Rect]) -> None:
        """Find the suspects and, where there are any, draw the page with and without them."""
        scans = list(pictures)
        self._find_suspects()
        boxes: dict[int, Rect] = {}
        for texts, modes in self._invisible:
            found = texts.found.tolist()
            self._unseen |= dict.fromkeys(found, "invisible")
            # Letters that are only an outline for what is drawn through them; seen where something is.
            self._filled |= set(texts.found[modes == self._raw.FPDF_TEXTRENDERMODE_CLIP].tolist())
            boxes |= {one: box for one, box in zip(found, self._boxes_of(texts), strict=True) if box}
        if not self._suspects and not self._filled and not (self._invisible and scans):
            return
        if not self._draw(gray=True):
            self.failed = True
            return
        if any(not self._changes(address, box) for address, (box, _) in self._suspects.items()):
            self._draw(gray=False)  # a colour may differ from another of the same brightness
        area = self._width * self._height
        wide = [s for s in scans if (s[2] - s[0]) * (s[3] - s[1]) > _SCAN_SHARE * area]
        for address, (box, kind) in self._suspects.items():
            if not self._changes(address, box):
                self._unseen[address] = kind
                if box and _within(box, wide):
                    self._layer.add(address)
        self._layer |= {address for address, box in boxes.items() if address in self._filled or _within(box, scans)}

    def _find_suspects(self) -> None:
        import numpy as np

        if not self._texts:
            return
        texts = self._texts[0]
        if len(self._texts) > 1:
            texts = Texts(*(np.concatenate([getattr(part, one.name) for part in self._texts]) for one in fields(Texts)))
        covers, texts = self._what_counts(texts)
        if not len(texts):
            return
        boxes: NDArray[np.float64] | None = None
        if len(covers) > MAX_COVERS:
            kinds = np.full(len(texts), pdf_covers.COVERED)
        elif covers or np.isfinite(texts.frame).any():
            boxes = self._bounds_of(texts)
            kinds = kinds_of(texts, boxes, covers)
        else:
            kinds = np.where(near(texts.colour, WHITE), pdf_covers.COLOUR, SEEN)
        kinds = np.where(texts.kind != SEEN, texts.kind, np.where((kinds == SEEN) & texts.layered, pdf_covers.LAYER, kinds))
        suspect = kinds != SEEN
        if boxes is not None:
            suspect &= boxes[:, 2] > boxes[:, 0]
        texts = replace(texts.chosen(suspect), kind=kinds[suspect])
        told = zip(texts.found.tolist(), self._boxes_of(texts), texts.kind.tolist(), strict=True)
        self._suspects = {found: (box, KINDS[kind]) for found, box, kind in told}
        self._groups = _groups(texts)

    def _what_counts(self, texts: Texts) -> tuple[list[Cover], Texts]:
        """The covers and texts that have to be compared.

        Most pages hold dark text on light areas of one colour: no area drawn before all text counts, and no text after all areas.
        """
        import numpy as np

        if texts.layered.any() or len(self._covers) > MAX_COVERS or np.isfinite(texts.frame).any():
            return self._covers, texts
        under = {WHITE, *(cover.colour for cover in self._covers)}
        colour = texts.colour  # the same for text after text
        different = np.array(list({int(colour[0]), *colour[1:][colour[1:] != colour[:-1]].tolist()}))
        if UNKNOWN in under or near(different, np.array(list(under))[:, None]).any():
            return self._covers, texts
        covers = [cover for cover in self._covers if cover.order > texts.order[0]]
        last = covers[-1].order if covers else 0
        return covers, texts.chosen((texts.order < last) | (texts.kind != SEEN))

    def _bounds_of(self, texts: Texts) -> NDArray[np.float64]:
        """The boxes of text objects, of shape (n, 4), NaN where there is none."""
        import numpy as np

        boxes = np.zeros((len(texts), 4))
        for form in np.unique(texts.form).tolist():
            of = texts.form == form
            boxes[of] = self._bounds(texts.found[of], self._matrices[form])
        return boxes

    def _boxes_of(self, texts: Texts) -> list[Rect | None]:
        return [(x0, y0, x1, y1) if x0 == x0 else None for x0, y0, x1, y1 in self._bounds_of(texts).tolist()]

    def _draw(self, *, gray: bool) -> bool:
        """Draw the page, then again without each group of suspects. False where it cannot be drawn."""
        import numpy as np

        self._scale = min(SCALE, (MAX_PIXELS / max(self._width * self._height, 1.0)) ** 0.5)
        if max(self._width, self._height) * self._scale > 20_000 or not (drawn := self._pixels(gray)).size:
            return False
        self._drawn = drawn
        for group in self._groups:
            for address in group:
                self._raw.FPDFPageObj_SetIsActive(address, False)
            without = self._pixels(gray)
            for address in group:
                self._raw.FPDFPageObj_SetIsActive(address, True)
            if without.shape != drawn.shape:
                return False
            changed = np.zeros(drawn.shape[:2], dtype=bool)
            for one, other in zip(np.moveaxis(drawn, 2, 0), np.moveaxis(without, 2, 0), strict=True):
                changed |= np.maximum(one, other) - np.minimum(one, other) >= SEEN_DISTANCE
            self._changed.update(dict.fromkeys(group, changed))
        return True

    def _pixels(self, gray: bool) -> NDArray[np.uint8]:
        import numpy as np
        from pypdfium2 import PdfiumError  # type: ignore[import-untyped]

        try:
            bitmap = self._page.render(scale=self._scale, may_draw_forms=False, grayscale=gray)
        except PdfiumError:
            return np.zeros((0, 0, 1), dtype=np.uint8)
        try:
            array = bitmap.to_numpy()
            pixels: NDArray[np.uint8] = array.reshape(*array.shape[:2], -1)[:, :, :3].copy()
            return pixels
        finally:
            bitmap.close()

    def _changes(self, address: int, box: Rect | None) -> bool:
        """Whether taking the suspect away changes a pixel in the box: all it covers, or one word's. True where it has none."""
        if box is None:
            return True
        y0, y1, x0, x1 = self._pixel_box(box, 1.0 / self._scale)  # a dash is thinner than a pixel
        return bool(self._changed[address][y0:y1, x0:x1].any())

    def _has_ink(self, box: Rect) -> bool:
        if self._drawn is None:
            return False
        y0, y1, x0, x1 = self._pixel_box(box, 0.5 * min(box[3] - box[1], box[2] - box[0]))
        there = self._drawn[y0:y1, x0:x1]
        return there.size > 0 and int(there.max()) - int(there.min()) >= INK_DISTANCE

    def _pixel_box(self, box: Rect, margin: float) -> tuple[int, int, int, int]:
        x0, y0, x1, y1 = (value * self._scale for value in (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
        return max(0, int(y0)), max(0, int(y1) + 1), max(0, int(x0)), max(0, int(x1) + 1)

    @property
    def unseen(self) -> bool:
        """Whether some text objects are hidden whole, so that letters of theirs may stand in one word with others."""
        return bool(self._unseen)

    @property
    def asked(self) -> set[int]:
        """The text objects whose words have to be asked for one by one; none of the others is hidden."""
        return self._unseen.keys() | self._layer | self._changed.keys()

    @property
    def tells(self) -> bool:
        """Whether letters have to be asked for one by one: some of the page's text is suspect or unseen."""
        return bool(self._unseen or self._suspects)

    def kind_of(self, address: int) -> str:
        """How the text object at that address is hidden whole, "" where it is not."""
        return self._unseen.get(address, "")

    def hidden(self, address: int, box: Rect) -> str:
        """How the word in that box, of the text object at that address, is hidden; "" where it is seen or a scan's text layer."""
        kind = self._unseen.get(address, "")
        if address in self._layer:
            # What stands over nothing printed is no text layer: a white picture is easily laid under anything.
            if self._has_ink(box):
                self.text_layer = self.text_layer or address not in self._filled
                return ""
            return kind
        if not kind and address in self._changed and not self._changes(address, box):
            return self._suspects[address][1]
        return kind


def _groups(texts: Texts) -> list[list[int]]:
    """Suspects by colour, the largest groups alone, the rest together."""
    by_colour: dict[int, list[int]] = {}
    for address, colour in zip(texts.found.tolist(), texts.colour.tolist(), strict=True):
        by_colour.setdefault(colour, []).append(address)
    groups = sorted(by_colour.values(), key=len, reverse=True)
    rest = [address for group in groups[MAX_GROUPS - 1 :] for address in group]
    return [group for group in (*groups[: MAX_GROUPS - 1], rest) if group]


def _within(box: Rect, pictures: Iterable[Rect]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(p[0] <= x <= p[2] and p[1] <= y <= p[3] for p in pictures)

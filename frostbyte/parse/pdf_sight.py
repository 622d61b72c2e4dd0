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
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

from frostbyte.parse.pdf_calls import Calls, places
from frostbyte.parse.pdf_covers import UNKNOWN, WHITE, Cover, Rect, Text, holds, kinds_of, meeting, near

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALE = 1.5
"""Pixels for a point: letters of 4 points still leave marks."""
MAX_PIXELS = 6_000_000
MAX_COVERS = 400
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
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Sight:
    """Collects a page's objects in drawing order, then tells which text is unseen. Boxes are as shown, in points."""

    def __init__(
        self,
        raw: Calls,
        page: Any,
        bounds: Callable[[int, tuple[float, ...]], Rect | None],
        point: Callable[[tuple[float, ...], float, float], tuple[float, float]],
        *,
        layers: bool,
    ) -> None:
        self._raw, self._page, self._bounds, self._point = raw, page, bounds, point
        self._layers = layers
        self._width, self._height = page.get_size()
        self._unseen_modes = frozenset((raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP))
        self._stroked = raw.FPDF_TEXTRENDERMODE_STROKE
        self._order = 0
        self._fill_of, self._stroke_of = raw.FPDFPageObj_GetFillColor, raw.FPDFPageObj_GetStrokeColor
        self._clip_of, self._count_paths = raw.FPDFPageObj_GetClipPath, raw.FPDFClipPath_CountPaths
        self._texts: list[tuple[int, int, tuple[float, ...], int, str, Rect | None]] = []  # of Text, which costs more to make
        self._invisible: list[Text] = []
        self._clipping = False
        self._covers: list[Cover] = []
        self._frames: dict[int, Rect | None] = {}
        self._red, self._green, self._blue, self._alpha = (ctypes.c_uint() for _ in range(4))
        self._channels = tuple(map(ctypes.byref, (self._red, self._green, self._blue, self._alpha)))
        self._suspects: dict[int, Text] = {}
        self._boxes: dict[int, Rect] = {}
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

    def texts(self, found: Sequence[int], orders: Sequence[int], matrix: tuple[float, ...]) -> None:
        """Text objects met at those places. Some pages have one for every letter, so each question is asked for all at once."""
        import numpy as np

        modes = list(map(self._raw.FPDFTextObj_GetTextRenderMode, found))
        if not self._unseen_modes.isdisjoint(modes):
            seen = [mode not in self._unseen_modes for mode in modes]
            for one, order, mode in zip(found, orders, modes, strict=True):
                if mode in self._unseen_modes:
                    self._invisible.append(Text(one, order, matrix, mode, "invisible", None))
            found, orders, modes = (list(compress(values, seen)) for values in (found, orders, modes))
        if not found:
            return
        channels = np.zeros((len(found), 4), dtype=np.uint32)
        columns = places(channels)
        known = list(map(self._fill_of, found, *columns))
        if self._stroked in modes:
            for place, mode in enumerate(modes):
                if mode == self._stroked:
                    known[place] = self._stroke_of(found[place], *(column[place] for column in columns))
        colours = (channels[:, 0] << 16 | channels[:, 1] << 8 | channels[:, 2]).tolist()
        if all(known) and int(channels[:, 3].min()) >= FAINT:
            kinds: Iterable[str] = repeat("", len(found))
        else:
            opaque = (channels[:, 3] >= FAINT).tolist()
            kinds = ["colour" if not told else "" if clear else "transparent" for told, clear in zip(known, opaque, strict=True)]
        clips = list(map(self._clip_of, found))
        frames: list[Rect | None] = [None] * len(found)
        for place, count in enumerate(map(self._count_paths, clips)):
            if count > 0:
                frames[place] = self._frame(clips[place], matrix)
                self._clipping = self._clipping or frames[place] is not None
        self._texts += zip(found, orders, repeat(matrix), colours, kinds, frames)

    def path(self, found: int, order: int, matrix: tuple[float, ...], *, filled: bool, stroked: bool) -> None:
        """A path object; only a filled one of some size, or a broad stroke, can cover anything."""
        raw = self._raw
        if len(self._covers) > MAX_COVERS or not (filled or (stroked and self._is_broad(found))):
            return
        box = self._on_page(self._bounds(found, matrix))
        if box is None or box[2] - box[0] < 2.0 or box[3] - box[1] < 2.0:
            return
        colour = UNKNOWN
        if filled and raw.FPDFPageObj_GetFillColor(found, *self._channels):
            if self._alpha.value == 0:
                return
            clip = raw.FPDFPageObj_GetClipPath(found)
            frame = self._frame(clip, matrix) if raw.FPDFClipPath_CountPaths(clip) > 0 else None
            plain = self._alpha.value == 255 and 4 <= raw.FPDFPath_CountSegments(found) <= 6
            if plain and not raw.FPDFPageObj_HasTransparency(found) and frame is not _NOWHERE:
                colour = self._red.value << 16 | self._green.value << 8 | self._blue.value
                box = box if frame is None else meeting(box, frame)
        self._covers.append(Cover(order, box, colour))

    def _is_broad(self, found: int) -> bool:
        width = ctypes.c_float()
        return bool(self._raw.FPDFPageObj_GetStrokeWidth(found, ctypes.byref(width))) and width.value >= _BROAD

    def picture(self, box: Rect | None, order: int) -> None:
        """An image, a shading or a note stuck on: it may have any colour."""
        box = self._on_page(box)
        if box is not None and len(self._covers) <= MAX_COVERS:
            self._covers.append(Cover(order, box, UNKNOWN))

    def _on_page(self, box: Rect | None) -> Rect | None:
        if box is None:
            return None
        return max(box[0], 0.0), max(box[1], 0.0), min(box[2], self._width), min(box[3], self._height)

    def _frame(self, clip: int, matrix: tuple[float, ...]) -> Rect | None:
        """What a clip leaves of the page: None for all of it, and nothing where it is no rectangle: drawing then decides.

        Objects drawn one after another share their clip's points, so that each clip is read once.
        """
        raw = self._raw
        frame: Rect | None = None
        for path in range(raw.FPDFClipPath_CountPaths(clip)):
            start = raw.FPDFClipPath_GetPathSegment(clip, path, 0)
            if start not in self._frames:
                self._frames[start] = self._frame_of(clip, path, matrix)
            one = self._frames[start]
            if one is not None:
                frame = one if frame is None else _NOWHERE if one is _NOWHERE else meeting(frame, one)
            if frame is _NOWHERE:
                break
        return frame

    def _frame_of(self, clip: int, path: int, matrix: tuple[float, ...]) -> Rect | None:
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
        return None if holds(frame, (0.0, 0.0, self._width, self._height)) else frame

    # What of it is seen

    def decide(self, pictures: Iterable[Rect]) -> None:
        """Find the suspects and, where there are any, draw the page with and without them."""
        scans = list(pictures)
        self._find_suspects()
        # Letters that are only an outline for what is drawn through them; seen where something is.
        filled = [text for text in self._invisible if text.colour == self._raw.FPDF_TEXTRENDERMODE_CLIP]
        self._filled = {text.found for text in filled}
        self._unseen = {text.found: text.kind for text in self._invisible}
        if not self._suspects and not filled and not (self._invisible and scans):
            return
        if not self._draw(gray=True):
            self.failed = True
            return
        if any(not self._changes(address) for address in self._suspects):
            self._draw(gray=False)  # a colour may differ from another of the same brightness
        area = self._width * self._height
        wide = [s for s in scans if (s[2] - s[0]) * (s[3] - s[1]) > _SCAN_SHARE * area]
        for address, text in self._suspects.items():
            box = self._box_of(address, text)
            if box is not None and not self._changes(address):
                self._unseen[address] = text.kind
                if _within(box, wide):
                    self._layer.add(address)
        for text in self._invisible:
            box = self._box_of(text.found, text)
            if box is not None and (text.found in self._filled or _within(box, scans)):
                self._layer.add(text.found)

    def _box_of(self, address: int, text: Text) -> Rect | None:
        if address not in self._boxes:
            box = self._bounds(text.found, text.matrix)
            if box is None:
                return None
            self._boxes[address] = box
        return self._boxes[address]

    def _find_suspects(self) -> None:
        covers, texts = self._what_counts()
        if not covers and not self._clipping:
            self._find_on_white()
        elif len(covers) > MAX_COVERS:
            self._suspects = {t.found: t._replace(kind=t.kind or "covered") for t in texts}
        else:
            boxes = self._all_bounds(texts)
            for text, box, kind in zip(texts, boxes, kinds_of(texts, boxes, covers), strict=True):
                if box[2] > box[0] and (kind := text.kind or kind or ("layer" if self._layers else "")):
                    self._suspects[text.found] = text._replace(kind=kind)
                    self._boxes[text.found] = box

    def _what_counts(self) -> tuple[list[Cover], list[Text]]:
        """The covers and texts that have to be compared.

        Most pages hold dark text on light areas of one colour: no area drawn before all text counts, and no text after all areas.
        """
        colours = {entry[3] for entry in self._texts}
        plain = not any(near(colour, WHITE) for colour in colours) and not any(
            cover.colour == UNKNOWN or any(near(cover.colour, colour) for colour in colours) for cover in self._covers
        )
        if not plain or self._clipping or self._layers or len(self._covers) > MAX_COVERS:
            return self._covers, list(map(Text._make, self._texts))
        first = self._texts[0][1] if self._texts else self._order
        covers = [cover for cover in self._covers if cover.order > first]
        last = covers[-1].order if covers else 0
        return covers, [Text._make(entry) for entry in self._texts if entry[1] < last or entry[4]]

    def _find_on_white(self) -> None:
        """The suspects of a page that holds nothing but text and lines, all of it on white."""
        alike: dict[int, bool] = {}
        for entry in self._texts:
            colour, kind = entry[3], entry[4]
            if colour not in alike:
                alike[colour] = near(colour, WHITE)
            if kind or alike[colour] or self._layers:
                text = Text._make(entry)
                self._suspects[text.found] = text._replace(kind=kind or ("colour" if alike[colour] else "layer"))

    def _all_bounds(self, texts: Sequence[Text]) -> list[Rect]:
        """The boxes of all text objects, as `bounds` gives them, with no more work than one call for most."""
        sides = tuple(ctypes.c_float() for _ in range(4))
        left, bottom, right, top = sides
        references = tuple(map(ctypes.byref, sides))
        get, point, upright = self._raw.FPDFPageObj_GetBounds, self._point, self._page.get_rotation() % 360 == 0
        x, y = point(_IDENTITY, 0.0, 0.0)
        boxes = []
        for text in texts:
            if not upright or text.matrix != _IDENTITY:
                boxes.append(self._bounds(text.found, text.matrix) or _NOWHERE)
            elif get(text.found, *references):
                boxes.append((x + left.value, y - top.value, x + right.value, y - bottom.value))
            else:
                boxes.append(_NOWHERE)
        return boxes

    def _draw(self, *, gray: bool) -> bool:
        """Draw the page, then again without each group of suspects. False where it cannot be drawn."""
        import numpy as np

        self._scale = min(SCALE, (MAX_PIXELS / max(self._width * self._height, 1.0)) ** 0.5)
        if max(self._width, self._height) * self._scale > 20_000 or not (drawn := self._pixels(gray)).size:
            return False
        self._drawn = drawn
        for group in _groups(self._suspects):
            for address in group:
                self._raw.FPDFPageObj_SetIsActive(self._suspects[address].found, False)
            without = self._pixels(gray)
            for address in group:
                self._raw.FPDFPageObj_SetIsActive(self._suspects[address].found, True)
            if without.shape != drawn.shape:
                return False
            distance = np.where(drawn > without, drawn - without, without - drawn)
            changed: NDArray[np.bool_] = distance.max(axis=2) >= SEEN_DISTANCE
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

    def _changes(self, address: int, box: Rect | None = None) -> bool:
        """Whether taking the suspect away changes a pixel, of all it covers or of one word's box."""
        box = box or self._box_of(address, self._suspects[address])
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
            return self._suspects[address].kind
        return kind


def _groups(suspects: dict[int, Text]) -> list[list[int]]:
    """Suspects by colour, the largest groups alone, the rest together."""
    by_colour: dict[int, list[int]] = {}
    for address, text in suspects.items():
        by_colour.setdefault(text.colour, []).append(address)
    groups = sorted(by_colour.values(), key=len, reverse=True)
    rest = [address for group in groups[MAX_GROUPS - 1 :] for address in group]
    return [group for group in (*groups[: MAX_GROUPS - 1], rest) if group]


def _within(box: Rect, pictures: Iterable[Rect]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(p[0] <= x <= p[2] and p[1] <= y <= p[3] for p in pictures)

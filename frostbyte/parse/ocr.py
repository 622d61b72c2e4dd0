"""OCR: pixels to lines and words with boxes and confidences.

A page is read upright (turned by quarters where it does not stand so) and long strips in pieces. A line whose ink was mostly not
read is left out and counted: `OcrResult.unread` says how much of the page's writing is missing, and the page's confidence falls
with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from frostbyte.errors import ParseFailed
from frostbyte.parse import layout, ocr_engine, pdf_tables
from frostbyte.parse.elements import Box, Element, ReadWord
from frostbyte.parse.layout import Block
from frostbyte.parse.lines import Segment
from frostbyte.parse.ocr_engine import Found, Written

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOW_CONFIDENCE = 0.85
"""Confidence of a page below which its text carries LOW_OCR_CONFIDENCE: about every seventh word is likely to be wrong."""
DOUBTFUL = 0.6
"""Confidence below which a page may stand on its head."""
MIN_LINE_CONFIDENCE = 0.6
"""Lines whose letters are less sure on average are left out: specks, rulings, unknown letters; of real text little is right."""
MIN_LINE_READ = 0.6
"""Lines of whose ink less was read are left out: what stands between unknown letters is no text."""
SURE_TURN = 0.9
"""Confidence at which a page that could not be read as it stood may be called turned."""
MUCH_UNREAD = 0.1
"""Share of a page's writing; where more was not read, the page carries WRITING_NOT_READ."""
BLANK_CONTRAST = 32
"""Of 255; an image whose lightest and darkest values differ by less shows nothing."""

_BAND_SIZE = 0.72
"""Height of letters by thickness of the line as it is found."""
_LEAST_SKEW, _MOST_SKEW = 0.003, 0.2
"""Radians. Below, lines of a page's width stay in place; above, it is a slanted page and no skewed one."""
_WORD = 8
"""Letters of a word at most, where its confidence is reckoned."""
_SAMPLE = 12
"""Lines that are read to tell which way is up; the longest ones."""
_STRIP = 2.6
"""Longer side by shorter side of a picture that is read in pieces, so that its lines are not lost on the small copy."""
_PIECE = (1.3, 1.9)
"""Where a piece may end, in shorter sides: at the emptiest row between."""

_TOKEN = re.compile(r"\S+")

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class OcrWord:
    """A word as read; pixels, origin top left. `confidence` is the chance that all its letters are right."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


@dataclass(frozen=True)
class OcrLine:
    """A line as read; pixels, origin top left. `size` is the height of its letters' band, `ink` its length in pixels of ink,
    `confidence` the mean of its letters'.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    confidence: float
    ink: float = 0.0
    read: float = 1.0
    slope: float = 0.0
    """The angle in radians by which the line falls to the right."""
    words: tuple[OcrWord, ...] = ()

    @property
    def trust(self) -> float:
        """The mean confidence of its words, by their lengths."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters if letters else 0.0

    @property
    def is_text(self) -> bool:
        """False for what is no writing, or writing that the models cannot read."""
        return bool(self.text) and self.confidence >= MIN_LINE_CONFIDENCE and self.read >= MIN_LINE_READ


@dataclass(frozen=True)
class OcrResult:
    """Lines from top to bottom, and how much to trust them: the share of the writing that stands in words likely to be right,
    ink that was not read counting as wrong.

    `turn` is how far the image had to be turned clockwise to stand upright (0, 90, 180, 270 degrees); the lines' boxes are
    those of the upright image of `width` x `height` pixels, and `restored` brings one back. `unread` is the share of the ink
    in lines that was not read (0.0 where there is no line).
    """

    lines: tuple[OcrLine, ...]
    confidence: float
    width: int
    height: int
    turn: int = 0
    unread: float = 0.0

    @property
    def skew(self) -> float:
        """The angle in radians by which the page's lines fall to the right; 0.0 where it is too small to matter."""
        slopes = [line.slope for line in self.lines if line.x1 - line.x0 > 4 * line.size]
        angle = median(slopes) if slopes else 0.0
        return angle if _LEAST_SKEW < abs(angle) < _MOST_SKEW else 0.0

    def restored(self, x0: float, y0: float, x1: float, y1: float) -> Rectangle:
        """A box of the upright image as a box of the image that was given."""
        if self.turn == 90:
            return y0, self.width - x1, y1, self.width - x0
        if self.turn == 180:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 270:
            return self.height - y1, x0, self.height - y0, x1
        return x0, y0, x1, y1

    @property
    def found_any(self) -> bool:
        """True where there is writing, read or not."""
        return bool(self.lines) or self.unread > 0

    @property
    def doubts(self) -> tuple[str, ...]:
        """The warnings that a page read so has to carry."""
        found = []
        if not self.found_any:
            found.append("NO_TEXT")
        if self.unread > MUCH_UNREAD:
            found.append("WRITING_NOT_READ")
        if self.found_any and self.confidence < LOW_CONFIDENCE:
            found.append("LOW_OCR_CONFIDENCE")
        if self.turn:
            found.append("PAGE_TURNED")
        return tuple(found)


failures = 0
"""How often the engine failed in this process. The worker takes a change as a sign that this process may be worn out."""

on_page: Callable[[], None] | None = None
"""Called after every image read. The worker tells its parent by it that a long scan is still getting on."""


def recognise(pixels: NDArray[np.uint8], known: Sequence[Rectangle] = ()) -> OcrResult:
    """Read an RGB image (height, width, 3), turned by quarters where it does not stand upright.

    `known` are boxes of text that is known already; lines that they cover are not read. Raises ParseFailed with reason
    OCR_FAILED.
    """
    global failures
    try:
        return _recognise(pixels, known)
    except ParseFailed:
        raise
    except Exception as error:  # the engine, OpenCV and onnxruntime share no base class
        failures += 1
        raise ParseFailed("ocr failed", reason="OCR_FAILED", detail="ENGINE") from error
    finally:
        if on_page is not None:
            on_page()


def version() -> str:
    """Library and version, e.g. `rapidocr 3.10.0`."""
    return ocr_engine.version()


def segments(result: OcrResult, scale: float) -> list[Segment]:
    """The lines for `layout`, in units of which one is `scale` pixels; level, where the page is skewed."""
    level = -result.skew
    found = []
    for line in result.lines:
        x0, y0, x1, y1 = line.x0, line.y0, line.x1, line.y1
        if level:
            x, y = _rotated(result, (x0 + x1) / 2, (y0 + y1) / 2, level)
            x0, x1 = x - (x1 - x0) / 2, x + (x1 - x0) / 2
            y0, y1 = y - line.size / _BAND_SIZE / 2, y + line.size / _BAND_SIZE / 2
        found.append(Segment(line.text, x0 / scale, y0 / scale, x1 / scale, y1 / scale, line.size / scale))
    return found


def blocks(result: OcrResult, scale: float) -> list[Block]:
    """The lines as blocks in reading order, laid out upright, with their boxes where they are in the image that was given."""
    found = []
    for block in layout.blocks_of(segments(result, scale), tables=pdf_tables.aligned):
        box = block.x0 * scale, block.y0 * scale, block.x1 * scale, block.y1 * scale
        if result.skew:
            corners = [_rotated(result, x, y, result.skew) for x in box[::2] for y in box[1::2]]
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            box = min(xs), min(ys), max(xs), max(ys)
        found.append(layout.moved(block, *(v / scale for v in result.restored(*box))))
    return found


def _rotated(result: OcrResult, x: float, y: float, angle: float) -> tuple[float, float]:
    """A point turned clockwise about the middle of the page."""
    dx, dy = x - result.width / 2, y - result.height / 2
    sine, cosine = math.sin(angle), math.cos(angle)
    return result.width / 2 + dx * cosine - dy * sine, result.height / 2 + dx * sine + dy * cosine


def placed_words(result: OcrResult, scale: float, elements: Sequence[Element]) -> tuple[ReadWord, ...]:
    """The words at their places in the page's text, given the page's elements in order, which lie where `scale` puts them.

    Layout moves lines about and joins what was cut at a line's end, so words are looked up in the element around them, each
    once; halves of a joined word have no place of their own.
    """
    waiting: list[tuple[OcrWord, Box]] = []
    for line in result.lines:
        for word in line.words:
            box = Box(*(round(v / scale, 1) for v in result.restored(word.x0, word.y0, word.x1, word.y1)))
            waiting.append((word, box))
    placed: list[ReadWord] = []
    for element in elements:
        around = element.box
        if around is None:
            continue
        inside: dict[str, list[int]] = {}
        for index, (word, box) in enumerate(waiting):
            x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            if around.x0 - 1 <= x <= around.x1 + 1 and around.y0 - 1 <= y <= around.y1 + 1:
                inside.setdefault(word.text, []).append(index)
        used: set[int] = set()
        for match in _TOKEN.finditer(element.text):
            if same := inside.get(match.group()):
                used.add(same[0])
                word, box = waiting[same.pop(0)]
                start = element.page_start + match.start()
                placed.append(ReadWord(start, element.page_start + match.end(), box, word.confidence))
        waiting = [entry for index, entry in enumerate(waiting) if index not in used]
    return tuple(placed)


def _recognise(pixels: NDArray[np.uint8], known: Sequence[Rectangle]) -> OcrResult:
    import numpy as np

    height, width = int(pixels.shape[0]), int(pixels.shape[1])
    if int(pixels.max(initial=0)) - int(pixels.min(initial=255)) < BLANK_CONTRAST:
        return OcrResult((), 0.0, width, height)
    found = [line for line in _find(pixels) if not _is_known(line.box(), known)]
    if known:
        return _result([_line(line, ocr_engine.read(line)) for line in found], width, height, 0)
    sample = _sample(found)
    tried = {0: (found, sample)}
    if _is_doubtful(sample):
        for turn in (90, 270, 180) if _is_tall(sample) else (180, 90, 270):
            other = _find(np.ascontiguousarray(np.rot90(pixels, -turn // 90)))
            tried[turn] = other, _sample(other)
            if not _is_doubtful(tried[turn][1]):
                break
    turn = _upright(tried)
    found, sample = tried[turn]
    lines = [sample.get(index) or _line(line, ocr_engine.read(line)) for index, line in enumerate(found)]
    if turn in (90, 270):
        width, height = height, width
    return _result(lines, width, height, turn)


def _result(lines: Sequence[OcrLine], width: int, height: int, turn: int) -> OcrResult:
    ink = sum(line.ink for line in lines)
    kept = tuple(line for line in lines if line.is_text)
    read = sum(line.ink * line.read for line in kept)
    sure = sum(line.ink * line.read * line.trust for line in kept)
    if not ink:
        return OcrResult(kept, min((line.trust for line in kept), default=0.0), width, height, turn)
    return OcrResult(kept, min(1.0, max(0.0, sure / ink)), width, height, turn, max(0.0, 1.0 - read / ink))


# Finding lines


def _find(pixels: NDArray[np.uint8]) -> list[Found]:
    """Lines of a picture; of a long strip piece by piece, cut where nothing stands."""
    import numpy as np

    height, width = pixels.shape[:2]
    if max(height, width) <= _STRIP * min(height, width) or max(height, width) <= ocr_engine.DETECTION_SIDES[0]:
        return ocr_engine.find(pixels)
    along = 0 if height > width else 1
    grey = pixels[:, :, 1]
    spread = grey.max(axis=1 - along).astype(np.int16) - grey.min(axis=1 - along)
    least, most = (max(1, round(share * min(height, width))) for share in _PIECE)
    result: list[Found] = []
    start = 0
    while start < len(spread):
        end = len(spread)
        if end - start > most:
            window = spread[start + least : start + most]
            empty = np.flatnonzero(window == window.min())
            end = start + least + int(empty[len(empty) // 2])
        piece = np.ascontiguousarray(pixels[start:end] if along == 0 else pixels[:, start:end])
        dx, dy = (0, start) if along == 0 else (start, 0)
        for line in ocr_engine.find(piece):
            result.append(replace(line, corners=tuple((x + dx, y + dy) for x, y in line.corners)))
        start = end
    return result


def _is_known(box: Rectangle, known: Sequence[Rectangle]) -> bool:
    """True where known text covers half of the box."""
    x0, y0, x1, y1 = box
    covered = sum(max(0.0, min(x1, kx1) - max(x0, kx0)) * max(0.0, min(y1, ky1) - max(y0, ky0)) for kx0, ky0, kx1, ky1 in known)
    return covered > 0.3 * max(1.0, (x1 - x0) * (y1 - y0))


# Which way is up


def _sample(found: Sequence[Found]) -> dict[int, OcrLine]:
    """The longest lines, read."""
    chosen = sorted(range(len(found)), key=lambda index: (-found[index].length, index))[:_SAMPLE]
    return {index: _line(found[index], ocr_engine.read(found[index])) for index in chosen}


def _upright(tried: dict[int, tuple[list[Found], dict[int, OcrLine]]]) -> int:
    """The turn at which the page reads best. Some letters of scripts that are not known look, upside down, like ones that are:
    a page is turned only where it then reads surely, or clearly better, and where it was not simply unknown letters before.
    """
    results = {turn: _result(list(sample.values()), 0, 0, 0) for turn, (_, sample) in tried.items()}
    weights = {turn: _weight(sample) for turn, (_, sample) in tried.items()}
    best = max(tried, key=lambda turn: (weights[turn], -turn))
    if weights[best] <= 1.5 * weights[0]:
        return 0
    unknown = results[0].unread > 0.5 and not _is_tall(tried[0][1])
    return best if results[best].confidence >= (SURE_TURN if unknown else 0.0) else 0


def _is_doubtful(sample: dict[int, OcrLine]) -> bool:
    """True where the page may lie on its side or stand on its head: unsure lines, or most of them taller than wide."""
    lines = list(sample.values())
    return bool(lines) and (_is_tall(sample) or _result(lines, 0, 0, 0).confidence < DOUBTFUL)


def _is_tall(sample: dict[int, OcrLine]) -> bool:
    return sum(map(_runs_down, sample.values())) * 2 > len(sample)


def _runs_down(line: OcrLine) -> bool:
    return line.y1 - line.y0 > 1.5 * (line.x1 - line.x0)


def _weight(sample: dict[int, OcrLine]) -> float:
    """How much was read, and how surely; unsure letters count for little, and lines that run downwards for less."""
    return sum(
        len(line.text) * (line.confidence * line.read) ** 4 * (0.5 if _runs_down(line) else 1.0) for line in sample.values()
    )


# Lines and words


def _line(found: Found, written: Written) -> OcrLine:
    text = " ".join("".join(letter.text for letter in written.letters).split())
    confidence = sum(letter.confidence for letter in written.letters) / len(written.letters) if written.letters else 0.0
    return OcrLine(
        text,
        *found.box(),
        size=_BAND_SIZE * found.band,
        confidence=min(1.0, confidence),
        ink=written.ink * found.length,
        read=written.read if text else 0.0,
        slope=found.slope,
        words=_words(found, written),
    )


def _words(found: Found, written: Written) -> tuple[OcrWord, ...]:
    """Words between the blanks that were read, each as wide as its ink."""
    result = []
    bounds = [0.0, *(letter.place for letter in written.letters if letter.text.isspace()), 1.0]
    for start, end in pairwise(bounds):
        letters = [letter for letter in written.letters if start <= letter.place <= end and not letter.text.isspace()]
        if not letters:
            continue
        inked = [(a, b) for a, b in written.inked if start <= (a + b) / 2 <= end]
        left = min([a for a, _ in inked] + [letters[0].place])
        right = max([b for _, b in inked] + [letters[-1].place])
        text = "".join(letter.text for letter in letters)
        result.append(OcrWord(text, *found.box(left, right), confidence=_all_right([letter.confidence for letter in letters])))
    return tuple(result)


def _all_right(chances: Sequence[float]) -> float:
    """The chance that a word is right. A stretch without blanks (Chinese, a rule of dots) counts as words of usual length."""
    usual = min(len(chances), _WORD) / len(chances)
    return min(1.0, math.prod(chances) ** usual)

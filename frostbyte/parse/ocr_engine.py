"""The two steps of OCR: where lines stand on a picture, and what each says, letter by letter. The one door to rapidocr.

The models lie in rapidocr's wheel. Every model path is given explicitly and checked before the engine is made, because
rapidocr downloads a model that it does not find; onnxruntime's telemetry is switched off before its import.

rapidocr's parts are called one by one and its models' answers decoded here, since what it hands out itself leaves out what has
to be known: how sure each letter is, where it stands, and whether the ink of a line was read at all. A letter that is not in the
model's alphabet (Cyrillic, Arabic, Hebrew, ...) is no doubtful letter to the model, it is nothing: a page of them reads as a few
points and commas at high confidence.
"""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from frostbyte.errors import ParseFailed
from frostbyte.parse.downloads import without_requests

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",  # named though unused, so that no path is left to a download
    "Rec": "PP-OCRv6_rec_small.onnx",
}
DETECTION_SIDES = (1280, 2048)
"""Lines are found on a copy whose longer side is the first of these and read from the full picture: half the memory and time,
the same text. The finer copy is looked at where the lines were too thin on the first, or where there were none.
"""
COARSE_SIDE = 640
"""The copy looked at where there were no lines on the first: a line alone on its page is found on a coarse one only."""
_THIN = 12.0
"""Pixels of the copy; lines thinner than this run into each other or are missed."""
_MAX_RATIO = 100.0
"""Width by height of a line given to the reader; its memory grows with it. A longer one is squeezed: a rule, no writing."""
_REACH = 0.5
"""Of the line's height: how far from a letter's place its ink may lie."""


Corners = tuple[tuple[float, float], ...]


class Letter(NamedTuple):
    """A letter as read; `place` is its middle along the line, from 0 to 1."""

    text: str
    place: float
    confidence: float


@dataclass(frozen=True)
class Found:
    """A line's place: four corners, the first at the line's beginning, clockwise; and its pixels, cut out and level."""

    corners: Corners
    pixels: NDArray[np.uint8]
    is_tall: bool
    """True where the cut-out was turned by a quarter, the line being higher than wide."""

    @property
    def band(self) -> float:
        """Thickness of the line in pixels."""
        return max(1.0, _sides(self.corners)[0 if self.is_tall else 1])

    @property
    def length(self) -> float:
        """Length of the line in pixels."""
        return max(1.0, _sides(self.corners)[1 if self.is_tall else 0])

    @property
    def slope(self) -> float:
        """The angle in radians by which the line falls to the right; 0.0 for one that runs downwards."""
        (ax, ay), (bx, by), _, _ = self.corners
        return 0.0 if self.is_tall else math.atan2(by - ay, bx - ax)

    def box(self, start: float = 0.0, end: float = 1.0) -> tuple[float, float, float, float]:
        """The upright rectangle around the part of the line from `start` to `end` (0 to 1)."""
        a, b, c, d = self.corners
        edges = ((a, d), (b, c)) if self.is_tall else ((a, b), (d, c))
        points = [(p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share) for p, q in edges for share in (start, end)]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class Written:
    """What a line says. `inked` are the stretches along the line (0 to 1) that bear ink; `read` the share of the ink that
    letters were found for.
    """

    letters: tuple[Letter, ...]
    inked: tuple[tuple[float, float], ...]
    read: float

    @property
    def ink(self) -> float:
        """The share of the line's length that bears ink."""
        return sum(end - start for start, end in self.inked)


def _sides(corners: Corners) -> tuple[float, float]:
    """Width and height of a slanted box."""
    (ax, ay), (bx, by), _, (dx, dy) = corners
    return math.hypot(bx - ax, by - ay), math.hypot(dx - ax, dy - ay)


_engine: Any = None


def find(pixels: NDArray[np.uint8]) -> list[Found]:
    """Lines of an RGB picture, roughly from top to bottom."""
    longer = max(pixels.shape[:2])
    found: list[Found] = []
    for side in DETECTION_SIDES:
        finer = _find(pixels, side)
        if not finer and not found and longer > COARSE_SIDE:
            finer = [line for line in _find(pixels, COARSE_SIDE) if _is_word(line)]
        found = finer if len(finer) >= len(found) else found
        bands = [line.band for line in found if line.length > 3 * line.band]
        if longer <= side or (bands and median(bands) * side / longer >= _THIN):
            break
    return found


def _is_word(line: Found) -> bool:
    """Whether a word can be read there: on a coarse copy a frame or a drawing looks like writing, and reads as a 1."""
    return line.length > 2 * line.band and sum(letter.text.isalnum() for letter in read(line).letters) >= 3


def _find(pixels: NDArray[np.uint8], side: int) -> list[Found]:
    engine = _load()  # first: it says how rapidocr may be imported
    import numpy as np
    from PIL import Image
    from rapidocr.main import RapidOCRError
    from rapidocr.utils.process_img import get_rotate_crop_image, map_boxes_to_original

    engine.text_det.limit_side_len = side
    # rapidocr takes an array as OpenCV keeps it, blue first. It shrinks by leaving out; by averaging, noise goes and lines stay.
    picture: Any = np.ascontiguousarray(pixels[:, :, ::-1])
    small, share = picture, side / max(picture.shape[:2])
    if share < 1:
        size = (max(1, round(picture.shape[1] * share)), max(1, round(picture.shape[0] * share)))
        small = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))
    padded, steps = engine.preprocess_img(small)
    try:
        _, detected = engine.detect_and_crop(padded, steps)
    except RapidOCRError:
        return []  # its word for a picture without lines
    boxes = map_boxes_to_original(detected.boxes, steps, *small.shape[:2])
    boxes = boxes * np.array([picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]])
    result = []
    for box in boxes.astype(np.float32):
        corners = tuple((float(x), float(y)) for x, y in box)
        across, down = _sides(corners)
        if min(across, down) >= 2:
            result.append(Found(corners, get_rotate_crop_image(picture, box), int(down) >= 1.5 * int(across)))
    return result


def read(line: Found) -> Written:
    """One line at a time: in a batch a line's reading would depend on how long its neighbours are."""
    import numpy as np

    reader = _load().text_rec
    _, height, least = reader.rec_image_shape[:3]
    ratio = min(_MAX_RATIO, line.pixels.shape[1] / line.pixels.shape[0])
    prepared = reader.resize_norm_img(line.pixels, max(least / height, ratio))
    width = min(prepared.shape[2], int(np.ceil(height * ratio)))
    chances = reader.session(prepared[np.newaxis].astype(np.float32))[0]
    best, sure = chances.argmax(axis=1), chances.max(axis=1)
    kept = best != 0  # the model's sign for no letter
    kept[1:] &= best[1:] != best[:-1]  # a letter that reaches over several steps
    alphabet = reader.postprocess_op.character
    steps = np.flatnonzero(kept)
    places = (steps + 0.5) * (prepared.shape[2] / len(best))
    letters = tuple(
        Letter(str(alphabet[best[step]]), min(1.0, float(place) / width), float(sure[step]))
        for step, place in zip(steps, places, strict=True)
    )
    ink = _ink(prepared[:, :, :width].mean(axis=0))
    reached = np.zeros(width, dtype=bool)
    for letter in letters:
        if not letter.text.isspace():
            middle = letter.place * width
            reached[max(0, int(middle - _REACH * height)) : int(middle + _REACH * height) + 1] = True
    share = float((ink & reached).sum() / ink.sum()) if ink.any() else 1.0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ink, [False])).astype(np.int8)))
    stretches = tuple((float(a) / width, float(b) / width) for a, b in edges.reshape(-1, 2))
    return Written(letters, stretches, share)


def _ink(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which columns of a line's picture bear ink: enough of what is on the rarer side of the middle between dark and light."""
    import numpy as np

    low, high = float(grey.min()), float(grey.max())
    if high - low < 0.1:
        return np.zeros(grey.shape[1], dtype=bool)
    dark = grey < (low + high) / 2
    if dark.mean() > 0.5:
        dark = ~dark
    columns: NDArray[np.bool_] = dark.sum(axis=0) >= max(1, grey.shape[0] // 10)
    return columns


def version() -> str:
    """Library and version, e.g. `rapidocr 3.10.0`."""
    from importlib.metadata import version as installed

    return f"rapidocr {installed('rapidocr')}"


def _load() -> Any:
    global _engine
    if _engine is None:
        _engine = _make()
    return _engine


def _make() -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        with without_requests():
            import rapidocr

        folder = Path(rapidocr.__file__).parent / "models"
        missing = [name for name in MODELS.values() if not (folder / name).is_file()]
        if missing:
            raise ParseFailed(f"the ocr model {missing[0]!r} is missing", reason="OCR_FAILED", detail="MODEL_MISSING")
        parameters: dict[str, Any] = {f"{part}.model_path": str(folder / name) for part, name in MODELS.items()}
        parameters |= {
            "Global.log_level": "critical",
            "Global.max_side_len": 100_000,  # the caller bounds pixels; a long strip is not made narrow for its length
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDES[0],
            # The classifier for lines upside down turned upright ones; whole pages are turned instead (recognise).
            "Global.use_cls": False,
            "Global.model_root_dir": str(folder),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(4, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        with without_requests():  # its parts are imported when they are made
            engine: Any = rapidocr.RapidOCR(params=parameters)
            engine._load_det_model()
            engine._load_rec_model()
    except ParseFailed:
        raise
    except Exception as error:  # import errors of OpenCV's libraries, broken models: all mean that there is no OCR
        raise ParseFailed("the ocr engine could not be started", reason="OCR_FAILED", detail="ENGINE") from error
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine

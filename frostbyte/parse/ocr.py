"""OCR: pixels to lines with boxes and confidences. The one door to rapidocr.

The models lie in rapidocr's wheel. Every model path is given explicitly and checked before the engine is made, because
rapidocr downloads a model that it does not find; onnxruntime's telemetry is switched off before its import.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed
from frostbyte.parse import layout, pdf_tables
from frostbyte.parse.downloads import without_requests
from frostbyte.parse.layout import Block, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOW_CONFIDENCE = 0.75
"""Mean confidence of a page below which its text carries LOW_OCR_CONFIDENCE."""
MIN_LINE_CONFIDENCE = 0.5
"""Lines below this are specks and rulings more often than text; rapidocr's own default."""

BLANK_CONTRAST = 32
"""Of 255; an image whose lightest and darkest values differ by less shows nothing."""

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",  # named though unused, so that no path is left to a download
    "Rec": "PP-OCRv6_rec_small.onnx",
}


@dataclass(frozen=True)
class OcrLine:
    """A line as read; pixels, origin top left. `size` is the height of its letters' band."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    confidence: float


@dataclass(frozen=True)
class OcrResult:
    """Lines from top to bottom, and their mean confidence weighted by length (0.0 where there is no line).

    `turn` is how far the image had to be turned clockwise to stand upright (0, 90, 180, 270 degrees); the lines' boxes are
    those of the upright image of `width` x `height` pixels, and `restored` brings one back.
    """

    lines: tuple[OcrLine, ...]
    confidence: float
    width: int
    height: int
    turn: int = 0

    def restored(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of the upright image as a box of the image that was given."""
        if self.turn == 90:
            return y0, self.width - x1, y1, self.width - x0
        if self.turn == 180:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 270:
            return self.height - y1, x0, self.height - y0, x1
        return x0, y0, x1, y1


failures = 0
"""How often the engine failed in this process. The worker takes a change as a sign that this process may be worn out."""

on_page: Callable[[], None] | None = None
"""Called after every image read. The worker tells its parent by it that a long scan is still getting on."""

_engine: Any = None


def recognise(pixels: NDArray[np.uint8]) -> OcrResult:
    """Read an RGB image (height, width, 3), turned by quarters where it does not stand upright.

    Raises ParseFailed with reason OCR_FAILED.
    """
    try:
        return _upright(pixels)
    finally:
        if on_page is not None:
            on_page()


def _upright(pixels: NDArray[np.uint8]) -> OcrResult:
    import numpy as np

    if int(pixels.max(initial=0)) - int(pixels.min(initial=255)) < BLANK_CONTRAST:
        return OcrResult((), 0.0, int(pixels.shape[1]), int(pixels.shape[0]))
    result = _recognise(pixels, 0)
    if not _is_doubtful(result):
        return result
    turned = [result]
    for turn in (90, 270, 180) if _is_tall(result) else (180, 90, 270):
        turned.append(_recognise(np.ascontiguousarray(np.rot90(pixels, -turn // 90)), turn))
        if not _is_doubtful(turned[-1]) and _weight(turned[-1]) >= _weight(result):
            break
    best = max(turned, key=_weight)
    return best if not _is_doubtful(best) or _weight(best) > 1.5 * _weight(result) else result


def _is_doubtful(result: OcrResult) -> bool:
    """True where the page may lie on its side or stand on its head: unsure lines, or most of them taller than wide."""
    if not result.lines:
        return False
    return result.confidence < LOW_CONFIDENCE or _is_tall(result)


def _is_tall(result: OcrResult) -> bool:
    tall = sum(1 for line in result.lines if line.y1 - line.y0 > 1.5 * (line.x1 - line.x0) and len(line.text) > 2)
    return tall * 2 > len(result.lines)


def _weight(result: OcrResult) -> float:
    """How much was read, and how surely; unsure letters count for little, and lines that run downwards for less."""
    return sum(
        len(line.text) * line.confidence**4 * (0.5 if line.y1 - line.y0 > 1.5 * (line.x1 - line.x0) else 1.0)
        for line in result.lines
    )


def _recognise(pixels: NDArray[np.uint8], turn: int) -> OcrResult:
    global failures
    engine = _load()
    height, width = int(pixels.shape[0]), int(pixels.shape[1])
    try:
        # rapidocr takes an array as OpenCV keeps it, blue first.
        output = engine(pixels[:, :, ::-1])
    except Exception as error:  # the engine, OpenCV and onnxruntime share no base class
        failures += 1
        raise ParseFailed("ocr failed", reason="OCR_FAILED", detail="ENGINE") from error
    boxes, texts, scores = (getattr(output, name, None) for name in ("boxes", "txts", "scores"))
    lines = []
    if boxes is not None and texts is not None and scores is not None:
        for box, text, score in zip(boxes, texts, scores, strict=True):
            cleaned = " ".join(str(text).split())
            if not cleaned:
                continue
            xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
            band = max(1.0, ((ys[3] - ys[0]) ** 2 + (xs[3] - xs[0]) ** 2) ** 0.5)
            lines.append(OcrLine(cleaned, min(xs), min(ys), max(xs), max(ys), 0.72 * band, float(score)))
    letters = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / letters if letters else 0.0
    return OcrResult(tuple(lines), min(1.0, max(0.0, confidence)), width, height, turn)


def segments(result: OcrResult, scale: float) -> list[Segment]:
    """The lines for `layout`, in units of which one is `scale` pixels."""
    return [
        Segment(line.text, line.x0 / scale, line.y0 / scale, line.x1 / scale, line.y1 / scale, line.size / scale)
        for line in result.lines
    ]


def blocks(result: OcrResult, scale: float) -> list[Block]:
    """The lines as blocks in reading order, laid out upright, with their boxes where they are in the image that was given."""
    laid = layout.blocks_of(segments(result, scale), tables=pdf_tables.aligned)
    return [
        layout.moved(b, *(v / scale for v in result.restored(b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale)))
        for b in laid
    ]


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
        missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
        if missing:
            raise ParseFailed(f"the ocr model {missing[0]!r} is missing", reason="OCR_FAILED", detail="MODEL_MISSING")
        parameters: dict[str, Any] = {f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()}
        parameters |= {
            "Global.log_level": "critical",
            "Global.text_score": MIN_LINE_CONFIDENCE,
            "Global.max_side_len": 4000,
            # Lines are found on a small copy and read from the full picture: half the memory and time, the same text.
            "Det.limit_type": "max",
            "Det.limit_side_len": 1280,
            # The classifier for lines upside down turned upright ones; whole pages are turned instead (recognise).
            "Global.use_cls": False,
            # One line at a time: in a batch a line's reading would depend on how long its neighbours are.
            "Rec.rec_batch_num": 1,
            "Global.model_root_dir": str(folder),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(4, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        with without_requests():  # its parts are imported when they are made
            engine = rapidocr.RapidOCR(params=parameters)
    except ParseFailed:
        raise
    except Exception as error:  # import errors of OpenCV's libraries, broken models: all mean that there is no OCR
        raise ParseFailed("the ocr engine could not be started", reason="OCR_FAILED", detail="ENGINE") from error
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine

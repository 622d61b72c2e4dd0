"""OCR: pixels to lines with boxes and confidences. The one door to rapidocr.

The models lie in rapidocr's wheel. Every model path is given explicitly and checked before the engine is made, because
rapidocr downloads a model that it does not find; onnxruntime's telemetry is switched off before its import.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOW_CONFIDENCE = 0.75
"""Mean confidence of a page below which its text carries LOW_OCR_CONFIDENCE."""
MIN_LINE_CONFIDENCE = 0.5
"""Lines below this are specks and rulings more often than text; rapidocr's own default."""

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
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
    """Lines from top to bottom, and their mean confidence weighted by length (1.0 where there is no line)."""

    lines: tuple[OcrLine, ...]
    confidence: float


_engine: Any = None


def recognise(pixels: NDArray[np.uint8]) -> OcrResult:
    """Read an RGB image (height, width, 3). Raises ParseFailed with reason OCR_FAILED."""
    engine = _load()
    try:
        # rapidocr takes an array as OpenCV keeps it, blue first.
        output = engine(pixels[:, :, ::-1])
    except Exception as error:  # the engine, OpenCV and onnxruntime share no base class
        raise ParseFailed("ocr failed", reason="OCR_FAILED", detail="ENGINE") from error
    boxes, texts, scores = output.boxes, output.txts, output.scores
    if boxes is None or texts is None or scores is None:
        return OcrResult((), 1.0)
    lines = []
    for box, text, score in zip(boxes, texts, scores, strict=True):
        cleaned = " ".join(str(text).split())
        if not cleaned:
            continue
        xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
        band = max(1.0, ((ys[3] - ys[0]) ** 2 + (xs[3] - xs[0]) ** 2) ** 0.5)
        lines.append(OcrLine(cleaned, min(xs), min(ys), max(xs), max(ys), 0.72 * band, float(score)))
    weight = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / weight if weight else 1.0
    return OcrResult(tuple(lines), min(1.0, max(0.0, confidence)))


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
        import rapidocr

        folder = Path(rapidocr.__file__).parent / "models"
        missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
        if missing:
            raise ParseFailed(f"the ocr model {missing[0]!r} is missing", reason="OCR_FAILED", detail="MODEL_MISSING")
        parameters: dict[str, Any] = {f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()}
        parameters |= {
            "Global.log_level": "critical",
            "Global.text_score": MIN_LINE_CONFIDENCE,
            "Global.model_root_dir": str(folder),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(4, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        engine = rapidocr.RapidOCR(params=parameters)
    except ParseFailed:
        raise
    except Exception as error:  # import errors of OpenCV's libraries, broken models: all mean that there is no OCR
        raise ParseFailed("the ocr engine could not be started", reason="OCR_FAILED", detail="ENGINE") from error
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine

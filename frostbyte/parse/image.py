"""PNG and TIFF: every page's pixels, read by OCR. The one door to Pillow.

Sizes are checked from the header, before a pixel is decoded. A TIFF page that cannot be decoded is dropped with a reason; the
others are read. `Page.text` is the page's blocks in reading order, joined by newlines, as for PDF.
"""

from __future__ import annotations

import warnings as python_warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed
from frostbyte.parse import ocr
from frostbyte.parse.elements import Box, Dropped, Element, Page, Reading, Warning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS = 100_000_000
"""Pixels of one page as stored: A3 at 600 dpi is 70 million. More is refused before decoding."""
MAX_SIDE = 60_000
OCR_PIXELS = 12_000_000
"""Pixels given to OCR; a larger page is scaled down first."""
MAX_FRAMES = 500


def read(path: str) -> Reading:
    """Read the image at `path`. Raises ParseFailed (FILE_CORRUPTED; PARSER_ERROR with detail IMAGE_TOO_LARGE; OCR_FAILED)."""
    import PIL
    from PIL import Image, ImageFile, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if Path(path).stat().st_size == 0:
        raise ParseFailed("the file is empty", reason="FILE_CORRUPTED", detail="EMPTY_FILE")
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")  # Pillow warns of odd metadata; the bomb warning is an error by _check_size
        try:
            with Image.open(path, formats=("PNG", "TIFF")) as image:
                reading = _Frames(image, f"pillow {PIL.__version__}, {ocr.version()}").read()
        except Image.DecompressionBombError as error:
            raise ParseFailed("the image is too large", detail="IMAGE_TOO_LARGE") from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise ParseFailed("the image could not be opened", reason="FILE_CORRUPTED", detail="NOT_AN_IMAGE") from error
    return reading


class _Frames:
    """The frames of one open image, one after the other."""

    def __init__(self, image: Any, version: str) -> None:
        self._image = image
        self._version = version
        self._pages: list[Page] = []
        self._elements: list[Element] = []
        self._dropped: list[Dropped] = []
        self._warnings: list[Warning] = []

    def read(self) -> Reading:
        failed = 0
        too_large = False
        number = 0
        while self._seek(number):
            number += 1
            if number > MAX_FRAMES:
                self._dropped.append(Dropped("page", number, "PAGE_LIMIT"))
                self._warnings.append(Warning("PAGE_LIMIT"))
                break
            try:
                self._frame(number)
            except _FrameFailed as error:
                failed += 1
                reason = str(error.args[0])
                too_large = too_large or reason == "IMAGE_TOO_LARGE"
                self._dropped.append(Dropped("page", number, reason))
                self._pages.append(Page(number, ""))
            if self._image.format != "TIFF":
                if getattr(self._image, "n_frames", 1) > 1:
                    self._dropped.append(Dropped("page", 1, "ANIMATION_FRAMES"))
                break
        if failed == len(self._pages):
            if too_large:
                raise ParseFailed("the image is too large", detail="IMAGE_TOO_LARGE")
            raise ParseFailed("no page could be decoded", reason="FILE_CORRUPTED", detail="NO_READABLE_PAGE")
        return Reading(
            pages=tuple(self._pages),
            elements=tuple(self._elements),
            dropped=tuple(self._dropped),
            warnings=tuple(self._warnings),
            reader_version=self._version,
        )

    def _seek(self, index: int) -> bool:
        if index == 0:
            return True
        try:
            self._image.seek(index)
        except EOFError:
            return False
        except Exception:  # a broken directory of a later page: what Pillow raises depends on the damage
            self._dropped.append(Dropped("page", index + 1, "PAGE_UNREADABLE"))
            return False
        return True

    def _frame(self, number: int) -> None:
        pixels, scale = _pixels(self._image)
        result = ocr.recognise(pixels)
        if not result.lines:
            self._warnings.append(Warning("NO_TEXT", number))
        elif result.confidence < ocr.LOW_CONFIDENCE:
            self._warnings.append(Warning("LOW_OCR_CONFIDENCE", number))
        if result.turn:
            self._warnings.append(Warning("PAGE_TURNED", number))
        position = 0
        texts = []
        for block in ocr.blocks(result, scale):
            kind = block.kind if block.kind in ("table", "list_item") else "paragraph"
            box = Box(round(block.x0, 1), round(block.y0, 1), round(block.x1, 1), round(block.y1, 1))
            end = position + len(block.text)
            self._elements.append(
                Element(kind, block.text, number, position, end, box, None, block.cells, block.has_header)  # type: ignore[arg-type]
            )
            texts.append(block.text)
            position = end + 1
        height, width = (float(round(side / scale)) for side in pixels.shape[:2])
        confidence = result.confidence if result.lines else None
        self._pages.append(Page(number, "\n".join(texts), width, height, confidence))


class _FrameFailed(Exception):
    """One frame could not be decoded; `args[0]` is a fixed word."""


def _pixels(image: Any) -> tuple[NDArray[np.uint8], float]:
    """The current frame as RGB on white, upright, at most OCR_PIXELS; and how much smaller it was made (1.0 = not at all)."""
    import numpy as np
    from PIL import Image, ImageOps

    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _FrameFailed("IMAGE_TOO_LARGE")
    try:
        image.load()
        frame = ImageOps.exif_transpose(image.copy())
        if frame.mode.startswith(("I", "F")):
            frame = _eight_bits(frame)
        if frame.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in frame.info:
            frame = frame.convert("RGBA")
            paper = Image.new("RGBA", frame.size, (255, 255, 255, 255))
            frame = Image.alpha_composite(paper, frame)
        frame = frame.convert("RGB")
        scale = 1.0
        if width * height > OCR_PIXELS:
            scale = (OCR_PIXELS / (width * height)) ** 0.5
            size = (max(1, round(frame.size[0] * scale)), max(1, round(frame.size[1] * scale)))
            frame = frame.resize(size, Image.Resampling.BOX)
        return np.asarray(frame, dtype=np.uint8), scale
    except Image.DecompressionBombError as error:
        raise _FrameFailed("IMAGE_TOO_LARGE") from error
    except MemoryError:
        raise
    except Exception as error:  # decoders raise whatever the damage leads to; the frame is dropped with a reason
        raise _FrameFailed("PAGE_UNREADABLE") from error


def _eight_bits(frame: Any) -> Any:
    """Sixteen-bit, integer and float pixels stretched to eight bits; Pillow's own conversion clips them to white."""
    import numpy as np
    from PIL import Image

    values = np.asarray(frame, dtype=np.float64)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if high > low:
        values = (values - low) * (255.0 / (high - low))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))

"""PNG and TIFF: every page's pixels, read by OCR. The one door to Pillow.

Sizes are checked from the header, before a pixel is decoded. A TIFF page that cannot be decoded is dropped with a reason; the
others are read. `Page.text` is the page's blocks in reading order, joined by newlines, as for PDF.
"""

from __future__ import annotations

import math
import warnings as python_warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed
from frostbyte.parse import image_texts, ocr
from frostbyte.parse.elements import Box, Dropped, Element, Page, Property, Reading, Warning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS = 100_000_000
"""Pixels of one page as stored: A3 at 600 dpi is 70 million. More is refused before decoding."""
MAX_SIDE = 60_000
OCR_PIXELS = 12_000_000
"""Pixels given to OCR; a larger page is scaled down first."""
MAX_FRAMES = 500
_BAND = 256
"""Rows converted at a time."""
_ORIENTATION = 0x0112
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""What undoes each orientation that EXIF knows, by Pillow's numbers (Image.Transpose); TIFF's own is undone as it is decoded."""


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
        self._properties: list[Property] = []

    def read(self) -> Reading:
        failed = 0
        too_large = False
        if self._image.format == "PNG":
            self._beside(1)
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
            properties=tuple(self._properties),
            reader_version=self._version,
        )

    def _beside(self, number: int) -> None:
        found = image_texts.beside(self._image, number)
        self._properties += found.properties
        if found.left_out:
            self._dropped.append(Dropped("metadata", number, "METADATA_TEXT", characters=found.left_out))
        if found.position:
            self._dropped.append(Dropped("metadata", number, "GPS_POSITION"))
        if found.damaged:
            self._warnings.append(Warning("PROPERTIES_UNREADABLE", number))

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
        if self._image.format == "TIFF":
            self._beside(number)
        pixels, scale = _pixels(self._image)
        result = ocr.recognise(pixels)
        if result.unread > ocr.MUCH_UNREAD:
            self._dropped.append(Dropped("text", number, "WRITING_NOT_READ"))
        self._warnings += [Warning(code, number) for code in result.doubts]
        position = 0
        texts = []
        elements = []
        for block in ocr.blocks(result, scale):
            kind = block.kind if block.kind in ("table", "list_item") else "paragraph"
            box = Box(round(block.x0, 1), round(block.y0, 1), round(block.x1, 1), round(block.y1, 1))
            end = position + len(block.text)
            elements.append(
                Element(kind, block.text, number, position, end, box, None, block.cells, block.has_header)  # type: ignore[arg-type]
            )
            texts.append(block.text)
            position = end + 1
        self._elements += elements
        words = ocr.placed_words(result, scale, elements)
        height, width = (float(round(side / scale)) for side in pixels.shape[:2])
        confidence = result.confidence if result.found_any else None
        self._pages.append(Page(number, "\n".join(texts), width, height, confidence, words))


class _FrameFailed(Exception):
    """One frame could not be decoded; `args[0]` is a fixed word."""


def _pixels(image: Any) -> tuple[NDArray[np.uint8], float]:
    """The current frame as RGB on white, upright, at most OCR_PIXELS; and how much smaller it was made (1.0 = not at all).

    Converted and made smaller band by band, so that beside the frame as stored no second one of its size is held.
    """
    import numpy as np
    from PIL import Image

    if image.size[0] * image.size[1] > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _FrameFailed("IMAGE_TOO_LARGE")
    try:
        image.load()
        width, height = image.size
        scale = min(1.0, (OCR_PIXELS / (width * height)) ** 0.5)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        span = _span(image)
        frame = Image.new("RGB", size)
        for start in range(0, size[1], _BAND):
            end = min(size[1], start + _BAND)
            top, bottom = start * height / size[1], end * height / size[1]
            first, last = math.floor(top), min(height, math.ceil(bottom))
            band = _on_paper(image.crop((0, first, width, last)), span)
            if scale < 1:
                place = (0, top - first, width, bottom - first)
                band = band.resize((size[0], end - start), Image.Resampling.BOX, box=place)
            frame.paste(band, (0, start))
        turn = _TURNS.get(image.getexif().get(_ORIENTATION))
        if turn is not None:
            frame = frame.transpose(Image.Transpose(turn))
        return np.asarray(frame, dtype=np.uint8), scale
    except Image.DecompressionBombError as error:
        raise _FrameFailed("IMAGE_TOO_LARGE") from error
    except MemoryError:
        raise
    except Exception as error:  # decoders raise whatever the damage leads to; the frame is dropped with a reason
        raise _FrameFailed("PAGE_UNREADABLE") from error


def _on_paper(frame: Any, span: tuple[float, float] | None) -> Any:
    """Pixels of any kind as RGB, on white where they are not opaque."""
    from PIL import Image

    if span is not None:
        frame = _eight_bits(frame, *span)
    if frame.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        paper = Image.new("RGBA", frame.size, (255, 255, 255, 255))
        frame = Image.alpha_composite(paper, frame)
    return frame.convert("RGB")


def _span(image: Any) -> tuple[float, float] | None:
    """The least and the greatest value of sixteen-bit, integer and float pixels; None for pixels of eight bits."""
    import numpy as np

    if not image.mode.startswith(("I", "F")):
        return None
    low, high = math.inf, -math.inf
    for start in range(0, image.size[1], _BAND):
        values = _finite(image.crop((0, start, image.size[0], min(image.size[1], start + _BAND))))
        low, high = min(low, float(np.min(values))), max(high, float(np.max(values)))
    return low, high


def _finite(frame: Any) -> NDArray[np.float64]:
    import numpy as np

    return np.nan_to_num(np.asarray(frame, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _eight_bits(frame: Any, low: float, high: float) -> Any:
    """Pixels between `low` and `high` stretched to eight bits; Pillow's own conversion clips them to white."""
    import numpy as np
    from PIL import Image

    values = _finite(frame)
    if high > low:
        values = (values - low) * (255.0 / (high - low))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))

"""Pages drawn from known text, as a scanner would deliver them: drawn once at 600 dpi, then made smaller and worse."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.ocr.texts import Block, Sheet

MASTER_DPI = 600
PAPER = (8.27, 11.69)
"""A4 in inches."""
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))

Image.MAX_IMAGE_PIXELS = None


class FontMissing(Exception):
    """None of a sheet's fonts is installed."""


def find_font(names: tuple[str, ...]) -> Path:
    """The file of the first family that is installed. Raises FontMissing."""
    for name in names:
        for folder in FONT_FOLDERS:
            for path in sorted(folder.rglob(f"{name}.[to]tf")):
                return path
    raise FontMissing(names[0])


def draw(sheet: Sheet, dpi: int = MASTER_DPI) -> Image.Image:
    """The page in grey."""
    return _Pen(sheet, dpi).page


class _Pen:
    """Lays one sheet's blocks on paper."""

    def __init__(self, sheet: Sheet, dpi: int) -> None:
        self._unit = dpi / 72
        self.page = Image.new("L", (round(PAPER[0] * dpi), round(PAPER[1] * dpi)), 255)
        self._draw = ImageDraw.Draw(self.page)
        path = str(find_font(sheet.fonts))
        self._font = ImageFont.truetype(path, round(sheet.size * self._unit))
        self._title = ImageFont.truetype(path, round(1.5 * sheet.size * self._unit))
        self._pitch = 1.35 * sheet.size * self._unit
        self._left, self._right = 64 * self._unit, self.page.width - 64 * self._unit
        self._full = self._left, self._right
        self._y = 64 * self._unit
        self._column = self._bottom = 0.0
        for block in sheet.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        left, right = self._full
        if block.kind == "columns":
            gap = 20 * self._unit
            if not self._column:
                self._column = self._y
                self._right = (left + right - gap) / 2
            else:
                self._bottom, self._y = self._y, self._column
                self._left, self._right = (left + right + gap) / 2, right
        elif block.kind == "wide":
            self._y = max(self._y, self._bottom)
            self._left, self._right = self._full
        elif block.kind == "table":
            self._table(block)
        else:
            font = self._title if block.kind == "title" else self._font
            pitch = self._pitch * (1.5 if block.kind == "title" else 1)
            for line in self._broken(block.text, font):
                self._draw.text((self._left, self._y), line, fill=0, font=font)
                self._y += pitch
            self._y += 0.7 * self._pitch

    def _broken(self, text: str, font: Any) -> Iterator[str]:
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and self._draw.textlength(longer, font=font) > self._right - self._left:
                yield line
                longer = word
            line = longer
        if line:
            yield line

    def _table(self, block: Block) -> None:
        columns = len(block.rows[0])
        width = (self._right - self._left) / (columns + 1)
        for row in block.rows:
            for column, cell in enumerate(row):
                x = self._left
                if column:
                    x += (column + 2) * width - self._draw.textlength(cell, font=self._font)
                self._draw.text((x, self._y), cell, fill=0, font=self._font)
            self._y += 1.2 * self._pitch
        self._y += 0.7 * self._pitch


def _worn(image: Image.Image, seed: int) -> Image.Image:
    """Blur as of a lens out of focus, then the noise of a sensor; the width of the blur grows with the resolution."""
    blurred = image.filter(ImageFilter.GaussianBlur(image.width / PAPER[0] / 300 * 1.6))
    noise = np.random.default_rng(seed).normal(0.0, 22.0, (image.height, image.width))
    return Image.fromarray((np.asarray(blurred, dtype=np.float64) * 0.8 + 30 + noise).clip(0, 255).astype(np.uint8))


def _noisy(image: Image.Image, seed: int) -> Image.Image:
    """Far out of focus, and noise that hides small print."""
    blurred = image.filter(ImageFilter.GaussianBlur(image.width / PAPER[0] / 300 * 2.6))
    noise = np.random.default_rng(seed).normal(0.0, 40.0, (image.height, image.width))
    return Image.fromarray((np.asarray(blurred, dtype=np.float64) * 0.7 + 40 + noise).clip(0, 255).astype(np.uint8))


def _pressed(image: Image.Image, seed: int) -> Image.Image:
    """JPEG at a quality at which rings show around the letters."""
    memory = io.BytesIO()
    image.save(memory, "JPEG", quality=15)
    return Image.open(memory).convert("L")


def _skewed(image: Image.Image, seed: int) -> Image.Image:
    angle = random.Random(seed).choice((-1, 1)) * (1 + seed % 3 / 2)
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def _turned(quarter: int) -> Callable[[Image.Image, int], Image.Image]:
    return lambda image, seed: image.rotate(90 * quarter, expand=True)


def _faint(image: Image.Image, seed: int) -> Image.Image:
    """Grey letters on grey paper, as of a toner that runs out."""
    return image.point(lambda value: 150 + value * 70 // 255)


def _fax(image: Image.Image, seed: int) -> Image.Image:
    return image.point(lambda value: 255 if value > 140 else 0).convert("1").convert("L")


@dataclass(frozen=True)
class Condition:
    """What is done to a page before it is read."""

    name: str
    dpi: int
    change: Callable[[Image.Image, int], Image.Image] | None = None

    def apply(self, master: Image.Image, seed: int) -> Image.Image:
        image = master.resize(
            (master.width * self.dpi // MASTER_DPI, master.height * self.dpi // MASTER_DPI), Image.Resampling.BOX
        )
        return self.change(image, seed) if self.change else image


CONDITIONS = (
    Condition("300 clean", 300),
    Condition("150 clean", 150),
    Condition("100 clean", 100),
    Condition("50 clean", 50),
    Condition("300 noise+blur", 300, _worn),
    Condition("150 noise+blur", 150, _worn),
    Condition("100 noise+blur", 100, _worn),
    Condition("75 noise+blur", 75, _worn),
    Condition("150 heavy noise", 150, _noisy),
    Condition("150 jpeg", 150, _pressed),
    Condition("300 skewed", 300, _skewed),
    Condition("200 black/white", 200, _fax),
    Condition("200 faint", 200, _faint),
    Condition("300 turned 90", 300, _turned(1)),
    Condition("300 turned 180", 300, _turned(2)),
    Condition("150 turned 270", 150, _turned(3)),
)

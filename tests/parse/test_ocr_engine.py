"""The engine's two steps by themselves: lines found, letters with places, and how much of the ink was read."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from frostbyte.parse import ocr_engine
from frostbyte.parse.ocr_engine import Found


def drawn(*lines: str) -> NDArray[np.uint8]:
    page = Image.new("RGB", (600, 40 + 60 * len(lines)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((20, 25 + 60 * number), line, fill="black", font=ImageFont.load_default(28))
    return np.asarray(page)


def text(line: Found) -> str:
    return "".join(letter.text for letter in ocr_engine.read(line).letters)


def test_lines_are_found_where_they_stand_and_read_letter_by_letter() -> None:
    first, second = ocr_engine.find(drawn("Delivery note 4711", "Bay 12"))
    assert (text(first), text(second)) == ("Delivery note 4711", "Bay 12")
    assert first.box()[:2] == pytest.approx((20, 27), abs=10)
    assert first.length > 5 * first.band
    assert not first.is_tall
    written = ocr_engine.read(first)
    places = [letter.place for letter in written.letters]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)
    assert written.read == 1.0
    assert 0.5 < written.ink < 1.0  # all but the white between the letters


@pytest.mark.parametrize(("place", "points"), [((120, 160), 9), ((620, 1100), 14)])
def test_a_short_line_alone_on_a_page_is_found(place: tuple[int, int], points: int) -> None:
    """At 200 dpi; the detector sees none there on the copies that it finds full pages on."""
    page = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(page).text(place, "Exhibit A", fill=(40, 40, 40), font=ImageFont.load_default(points * 200 / 72))
    (line,) = ocr_engine.find(np.asarray(page))
    assert text(line) == "Exhibit A"


def test_what_looks_like_writing_on_the_coarse_copy_alone_has_to_be_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame or a drawing looks so there, and reads as "1" or "1)"."""
    page = Image.new("RGB", (1654, 2339), "white")
    ImageDraw.Draw(page).text((620, 1100), "1)", fill="black", font=ImageFont.load_default(60))
    pixels = np.asarray(page)
    assert len(ocr_engine._find(pixels, ocr_engine.COARSE_SIDE)) == 1
    finer = ocr_engine._find
    monkeypatch.setattr(ocr_engine, "_find", lambda pixels, side: finer(pixels, side) if side == ocr_engine.COARSE_SIDE else [])
    assert ocr_engine.find(pixels) == []


def test_a_line_that_runs_downwards_is_cut_out_level() -> None:
    (line,) = ocr_engine.find(np.ascontiguousarray(np.rot90(drawn("Delivery note 4711"), 3)))
    assert line.is_tall
    assert line.length > 5 * line.band
    start, end = line.box(0.0, 0.1), line.box(0.9, 1.0)
    assert start[3] < end[1]  # its beginning is at the top
    assert text(line) == "Delivery note 4711"


def test_ink_without_letters_is_counted_as_not_read() -> None:
    (line,) = ocr_engine.find(drawn("Delivery note 4711"))
    pixels = line.pixels.copy()
    half = pixels.shape[1] // 2
    pixels[:, half:] = 255
    for x in range(half, pixels.shape[1] - 14, 24):
        pixels[6:-6, x : x + 14] = 0  # blocks, which are no letters
    written = ocr_engine.read(Found(line.corners, pixels, is_tall=False))
    assert 0.3 < written.read < 0.8


def test_a_line_longer_than_any_writing_costs_no_more_memory_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    widths = []
    reader = ocr_engine._load().text_rec
    session = reader.session

    def watched(prepared: NDArray[np.float32]) -> object:
        widths.append(prepared.shape[3])
        return session(prepared)

    monkeypatch.setattr(reader, "session", watched)
    rule = np.full((3, 6000, 3), 255, dtype=np.uint8)
    rule[1] = 0
    ocr_engine.read(Found(((0, 0), (6000, 0), (6000, 3), (0, 3)), rule, is_tall=False))
    assert widths == [4800]


def test_small_print_on_a_large_page_is_looked_for_more_finely(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Image.new("RGB", (4000, 2000), "white")
    pen = ImageDraw.Draw(page)
    for number in range(30):
        pen.text(
            (100 + number % 2 * 2000, 100 + 22 * (number // 2)),
            f"{number} small print",
            fill="black",
            font=ImageFont.load_default(18),
        )
    sides = []
    find = ocr_engine._find
    monkeypatch.setattr(ocr_engine, "_find", lambda pixels, side: sides.append(side) or find(pixels, side))
    found = ocr_engine.find(np.asarray(page))
    assert sides == [1280, 2048]
    assert sorted(text(line) for line in found) == sorted(f"{number} small print" for number in range(30))


def test_a_picture_without_lines_has_none() -> None:
    assert ocr_engine.find(np.full((200, 300, 3), 255, dtype=np.uint8)) == []

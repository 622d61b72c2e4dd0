"""OCR with the real engine: English with its spaces, pages turned, nothing fetched, failures with a reason."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from frostbyte.errors import ParseFailed
from frostbyte.parse import ocr, ocr_engine
from frostbyte.parse.elements import Box, Element

Pixels = NDArray[np.uint8]
LINES = (
    "The cold store is checked twice a day, at 07:15 and 19:45.",
    "Order 4711 arrived on 3 March 2026 with 12 boxes.",
    "Signed: M. Ellison",
)


@pytest.fixture(scope="module")
def page(new_pdf: Any, text: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Pixels:
    """Three lines as a picture at 150 dpi."""
    from frostbyte.parse.pdfium import PdfFile

    writer = new_pdf()
    writer.page(*(text(30, 170 - 40 * i, line, size=12) for i, line in enumerate(LINES)), size=(400, 210))
    path = tmp_path_factory.mktemp("ocr") / "page.pdf"
    path.write_bytes(writer.bytes())
    with PdfFile(str(path)) as document:
        pixels, _ = document.render(0, 150)
    return pixels


def test_lines_are_read_in_order_with_spaces_and_boxes(page: Pixels) -> None:
    result = ocr.recognise(page)
    assert tuple(line.text for line in result.lines) == LINES
    assert result.turn == 0
    assert result.confidence > 0.95
    scale = 150 / 72
    first = result.lines[0]
    assert first.x0 == pytest.approx(30 * scale, abs=8)
    assert first.y1 == pytest.approx((210 - 168) * scale, abs=8)
    assert first.size == pytest.approx(12 * scale, rel=0.35)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_is_read_upright_and_its_boxes_lie_on_the_page_as_given(page: Pixels, turns: int) -> None:
    given = np.ascontiguousarray(np.rot90(page, turns))
    result = ocr.recognise(given)
    assert " ".join(line.text for line in result.lines) == " ".join(LINES)
    assert result.turn == 90 * turns  # counter-clockwise turns are undone clockwise
    upright = ocr.recognise(page).lines[0]
    height, width = page.shape[:2]
    corners = {  # of the upright box, on the picture that was given
        1: (upright.y0, width - upright.x1, upright.y1, width - upright.x0),
        2: (width - upright.x1, height - upright.y1, width - upright.x0, height - upright.y0),
        3: (height - upright.y1, upright.x0, height - upright.y0, upright.x1),
    }
    line = result.lines[0]
    assert result.restored(line.x0, line.y0, line.x1, line.y1) == pytest.approx(corners[turns], abs=6)
    first = ocr.blocks(result, 2.0)[0]
    assert first.x0 == pytest.approx(corners[turns][0] / 2, abs=30)


def test_words_stand_where_they_were_written_also_on_a_turned_page(page: Pixels) -> None:
    result = ocr.recognise(page)
    words = [word for line in result.lines for word in line.words]
    assert [word.text for word in words] == " ".join(LINES).split()
    assert all(0.8 < word.confidence <= 1 for word in words)
    for line in result.lines:
        assert all(a.x1 <= b.x0 + 1 for a, b in pairwise(line.words))
        assert all(line.x0 <= w.x0 < w.x1 <= line.x1 and line.y0 <= w.y0 < w.y1 <= line.y1 for w in line.words)
        first = page[int(line.y0) : int(line.y1), int(line.words[0].x0) : int(line.words[0].x1)]
        assert first.min() < 100  # there is ink in the box
    turned = ocr.recognise(np.ascontiguousarray(np.rot90(page)))
    elements, start = [], 7
    for block in ocr.blocks(turned, 2.0):
        elements.append(Element("paragraph", block.text, 1, start, start + len(block.text), box(block)))
        start += len(block.text) + 1
    placed = ocr.placed_words(turned, 2.0, elements)
    text = " " * 7 + " ".join(element.text for element in elements)
    assert [text[w.page_start : w.page_end] for w in placed] == " ".join(LINES).split()
    width = page.shape[1]
    assert placed[0].box.y1 * 2 == pytest.approx(width - words[0].x0, abs=6)


def box(block: Any) -> Box:
    return Box(block.x0, block.y0, block.x1, block.y1)


def test_a_word_that_is_joined_over_two_lines_has_no_place_and_the_others_do() -> None:
    def line(y: float, *texts: str) -> ocr.OcrLine:
        words = tuple(ocr.OcrWord(t, 40.0 * i, y, 40.0 * i + 30, y + 10, 0.9) for i, t in enumerate(texts))
        return ocr.OcrLine(" ".join(texts), 0, y, 120, y + 10, 10, 0.9, words=words)

    result = ocr.OcrResult((line(0, "the", "tem-"), line(12, "perature", "the")), 0.9, 200, 30)
    element = Element("paragraph", "the temperature the", 1, 0, 19, Box(0, 0, 120, 22))
    placed = ocr.placed_words(result, 1.0, [element])
    assert [(w.page_start, w.page_end, w.box.y0) for w in placed] == [(0, 3, 0), (16, 19, 12)]


def invented_writing() -> Pixels:
    """Two lines in letters that nobody knows, each of three strokes."""
    chance = random.Random(4)
    drawn = Image.new("RGB", (760, 160), "white")
    pen = ImageDraw.Draw(drawn)
    letters = [
        [(chance.choice("la"), [chance.randint(0, 22 if k % 2 else 15) for k in range(4)]) for _ in range(3)] for _ in range(14)
    ]
    for top in (30, 95):
        left = 20
        while left < 720:
            for _ in range(chance.randint(3, 8)):
                for kind, (a, b, c, d) in chance.choice(letters):
                    if kind == "l":
                        pen.line((left + a, top + b, left + c, top + d), fill="black", width=3)
                    else:
                        place = (left + min(a, c), top + min(b, d), left + max(a, c) + 6, top + max(b, d) + 6)
                        pen.arc(place, chance.randint(0, 90), 300, fill="black", width=3)
                left += 20
            left += 14
    return np.asarray(drawn)


def test_a_skewed_page_is_laid_out_level_and_its_boxes_lie_on_the_page_as_given() -> None:
    sheet = Image.new("L", (1000, 500), 255)
    pen = ImageDraw.Draw(sheet)
    rows = [("Pressure gauge", "12", "84.50"), ("Fitting", "48", "3.15"), ("Seal", "60", "0.87"), ("Freight", "1", "46.00")]
    for number, row in enumerate(rows):
        for x, cell in zip((40, 520, 860), row, strict=True):
            pen.text((x, 150 + 44 * number), cell, fill=0, font=ImageFont.load_default(26))
    skewed = np.asarray(sheet.rotate(-3, Image.Resampling.BICUBIC, fillcolor=255).convert("RGB"))
    result = ocr.recognise(skewed)
    assert math.degrees(result.skew) == pytest.approx(3, abs=0.7)
    (table,) = ocr.blocks(result, 1.0)
    assert table.cells == tuple(rows)
    dark = np.argwhere(skewed[:, :, 0] < 128)
    assert (table.y0, table.x0) == pytest.approx(dark.min(axis=0), abs=20)
    assert (table.y1, table.x1) == pytest.approx(dark.max(axis=0), abs=20)


def test_writing_in_unknown_letters_is_said_and_not_made_up() -> None:
    unknown = invented_writing()
    result = ocr.recognise(unknown)
    assert result.lines == ()
    assert result.turn == 0
    assert result.unread == 1.0
    assert result.doubts == ("WRITING_NOT_READ", "LOW_OCR_CONFIDENCE")


def test_lines_that_are_known_stay_beside_writing_that_is_not(page: Pixels) -> None:
    unknown = invented_writing()
    both = np.full((page.shape[0] + unknown.shape[0], max(page.shape[1], unknown.shape[1]), 3), 255, dtype=np.uint8)
    both[: page.shape[0], : page.shape[1]] = page
    both[page.shape[0] :, : unknown.shape[1]] = unknown
    result = ocr.recognise(both)
    assert tuple(line.text for line in result.lines) == LINES
    assert 0.2 < result.unread < 0.7
    assert result.confidence == pytest.approx(1 - result.unread, abs=0.05)
    assert "WRITING_NOT_READ" in result.doubts


def test_text_that_is_known_already_is_not_read_again(page: Pixels) -> None:
    first = ocr.recognise(page).lines[0]
    result = ocr.recognise(page, [(first.x0, first.y0, first.x1, first.y1)])
    assert tuple(line.text for line in result.lines) == LINES[1:]


def test_a_page_that_is_read_badly_has_a_confidence_that_says_so(page: Pixels) -> None:
    small = Image.fromarray(page).resize((page.shape[1] // 4, page.shape[0] // 4), Image.Resampling.BOX)  # 37 dpi
    noise = np.random.default_rng(1).normal(0, 20, (small.height, small.width, 1))
    result = ocr.recognise((np.asarray(small) + noise).clip(0, 255).astype(np.uint8))
    assert tuple(line.text for line in result.lines) != LINES
    assert result.confidence < ocr.LOW_CONFIDENCE
    assert "LOW_OCR_CONFIDENCE" in result.doubts


def test_a_long_strip_is_read_in_pieces(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a copy of it all the letters would be a few pixels high."""
    monkeypatch.setattr(ocr_engine, "DETECTION_SIDES", ocr_engine.DETECTION_SIDES[:1])
    small = np.asarray(Image.fromarray(page).resize((page.shape[1] // 2, page.shape[0] // 2), Image.Resampling.BOX))
    strip = np.concatenate([small] * 20)
    lines = ocr.recognise(strip).lines
    assert [line.text for line in lines] == list(LINES) * 20
    assert [line.y0 for line in lines] == sorted(line.y0 for line in lines)
    assert len(ocr_engine.find(strip)) < 60


def test_a_chain_without_blanks_is_not_doubted_for_its_length() -> None:
    assert ocr._all_right([0.99] * 3) == pytest.approx(0.99**3)
    assert ocr._all_right([0.99] * 40) == pytest.approx(0.99**8)


def test_the_same_picture_gives_the_same_result(page: Pixels) -> None:
    assert ocr.recognise(page) == ocr.recognise(page)


@pytest.mark.parametrize("shade", [0, 200, 255])
def test_a_blank_page_has_no_lines(shade: int) -> None:
    assert ocr.recognise(np.full((300, 200, 3), shade, dtype=np.uint8)).lines == ()


def test_every_page_read_is_told(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(ocr, "on_page", lambda: told.append(1))
    ocr.recognise(page)
    ocr.recognise(np.zeros((4, 4, 3), dtype=np.uint8))
    assert told == [1, 1]


@pytest.fixture
def fresh_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_engine, "_engine", None)


@pytest.mark.usefixtures("fresh_engine")
def test_a_missing_model_is_a_failure_and_never_a_download(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ocr_engine.MODELS, "Rec", "no_such_model.onnx")
    with pytest.raises(ParseFailed) as caught:
        ocr.recognise(page)
    assert (caught.value.reason, caught.value.detail) == ("OCR_FAILED", "MODEL_MISSING")


@pytest.mark.usefixtures("fresh_engine")
def test_an_engine_that_fails_is_a_failure_with_its_reason(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails:
        def __getattr__(self, name: str) -> None:
            raise RuntimeError("out of memory in node Conv_12")

    monkeypatch.setattr(ocr_engine, "_engine", Fails())
    monkeypatch.setattr(ocr, "failures", 0)
    with pytest.raises(ParseFailed) as caught:
        ocr.recognise(page)
    assert (caught.value.reason, caught.value.detail, ocr.failures) == ("OCR_FAILED", "ENGINE", 1)


PROOF = """
import socket, sys
def refuse(*_, **__):
    raise SystemExit("a socket was opened")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
sys.addaudithook(lambda event, args: refuse() if event.startswith("socket.connect") or event == "socket.getaddrinfo" else None)
import numpy as np
from frostbyte.parse import ocr
pixels = np.full((64, 400, 3), 255, dtype=np.uint8)
pixels[20:44, 20:380:9] = 0
ocr.recognise(pixels)
"""


def test_nothing_is_fetched_written_or_said(tmp_path: Path, repository: Path) -> None:
    """The engine from a cold start, in a process that ends at the first attempt to reach anybody; CI is unset, for telemetry
    keeps quiet under it.
    """
    home = tmp_path / "home"
    home.mkdir()
    environment = {"HOME": str(home), "PYTHONPATH": str(repository), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
    assert "CI" not in environment
    done = subprocess.run([sys.executable, "-c", PROOF], env=environment, cwd=tmp_path, capture_output=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert [str(p) for p in tmp_path.rglob("*")] == [str(home)]

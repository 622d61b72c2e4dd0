"""OCR with the real engine: English with its spaces, pages turned, nothing fetched, failures with a reason."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from frostbyte.errors import ParseFailed
from frostbyte.parse import ocr

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
    monkeypatch.setattr(ocr, "_engine", None)


@pytest.mark.usefixtures("fresh_engine")
def test_a_missing_model_is_a_failure_and_never_a_download(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ocr._MODELS, "Rec", "no_such_model.onnx")
    with pytest.raises(ParseFailed) as caught:
        ocr.recognise(page)
    assert (caught.value.reason, caught.value.detail) == ("OCR_FAILED", "MODEL_MISSING")


@pytest.mark.usefixtures("fresh_engine")
def test_an_engine_that_fails_is_a_failure_with_its_reason(page: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("out of memory in node Conv_12")

    monkeypatch.setattr(ocr, "_engine", fails)
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

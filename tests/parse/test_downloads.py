"""OCR starts without a network client: nothing of urllib3 is loaded, and a download that is tried fails at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from frostbyte.parse.downloads import PACKAGE, without_requests

SCRIPT = """
import sys
from frostbyte.parse import ocr_engine
engine = ocr_engine._make()
assert type(engine).__name__ == "RapidOCR", engine
loaded = sorted({name.split(".")[0] for name in sys.modules} & {"requests", "urllib3", "ssl", "http", "certifi"})
assert not loaded, loaded
from rapidocr.utils.download_file import DownloadFile
import logging
try:
    DownloadFile._make_http_request("https://example.invalid/model.onnx", logging.getLogger("x"))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_the_ocr_engine_starts_without_a_network_client() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "left out of this program" in ended.stdout


def test_the_placeholder_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    with without_requests():
        import requests

        assert issubclass(requests.RequestException, Exception)
        with pytest.raises(AttributeError, match="left out"):
            requests.get("https://example.invalid")
    assert PACKAGE not in sys.modules


def test_what_was_imported_before_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PACKAGE, pytest)
    with without_requests():
        assert sys.modules[PACKAGE] is pytest
    assert sys.modules[PACKAGE] is pytest

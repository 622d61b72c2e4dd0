"""The bundled libmagic, alone: no system library, no environment, any thread."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frostbyte.errors import HostRefused
from frostbyte.intake import libmagic

from .. import tracing

SAMPLES = {
    b"%PDF-1.4\n": "application/pdf",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "image/png",
    b"II*\0": "image/tiff",
    b"hi there\n": "text/plain",
}


@pytest.mark.parametrize(
    ("data", "mime"), [*SAMPLES.items(), (b"", "application/x-empty"), (b"BM8\0", "application/octet-stream")]
)
def test_it_names_beginnings(data: bytes, mime: str) -> None:
    assert libmagic.sniff(data) == mime


def test_only_the_beginning_is_looked_at() -> None:
    assert libmagic.sniff(b"a" * libmagic.HEAD_BYTES + b"\0\1\2") == "text/plain"


def test_any_thread_may_ask() -> None:
    work = list(SAMPLES.items()) * 100
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda pair: libmagic.sniff(pair[0]), work)) == [mime for _, mime in work]


def test_it_uses_the_wheels_library_and_leaves_the_process_as_it_was() -> None:
    """In a fresh process: the one libmagic mapped is the wheel's, and neither ctypes nor the environment is touched."""
    program = (
        "import ctypes, os; before = dict(os.environ); init = ctypes.CDLL.__init__\n"
        "from frostbyte.intake import libmagic; libmagic.sniff(b'x')\n"
        "assert dict(os.environ) == before and ctypes.CDLL.__init__ is init\n"
        "print(*{line.split()[-1] for line in open('/proc/self/maps') if 'libmagic' in line}, sep='\\n')"
    )
    environment = {**os.environ, "MAGIC": "/nonexistent", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    mapped = done.stdout.split()
    assert mapped
    assert all(Path(name).parent.name == "pylibmagic" for name in mapped)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_database_but_the_wheels_is_looked_for(tmp_path: Path) -> None:
    """Not one below /tmp either, where the library's own default was on the machine that built it: anybody could make it."""
    log = tmp_path / "log"
    line = [sys.executable, "-c", "from frostbyte.intake import libmagic; libmagic.sniff(b'x')"]
    environment = {**os.environ, "MAGIC": "/nonexistent/magic", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(tracing.command(log, "openat,open,stat,newfstatat,access", line), check=True, env=environment)
    seen = log.read_text(errors="replace")
    databases = set(re.findall(r'"([^"]*(?:/misc/magic|\.mgc)[^"]*)"', seen))
    assert {Path(name).parent.name for name in databases} == {"pylibmagic"}
    assert "/nonexistent" not in seen


def test_without_its_database_nothing_is_admitted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libmagic, "_folder", lambda: tmp_path)
    libmagic._open.cache_clear()
    try:
        with pytest.raises(HostRefused):
            libmagic.sniff(b"x")
    finally:
        libmagic._open.cache_clear()


def test_the_version_is_the_one_the_rules_were_tried_with() -> None:
    assert libmagic.version() == 541

"""Files of every kind that intake meets, made on the spot."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.formats import DOCX, XLSX
from frostbyte.contract.receipts import ManifestFile

TYPES = "[Content_Types].xml"
MAIN = {DOCX: ("word/document.xml", DOCX + ".main+xml"), XLSX: ("xl/workbook.xml", XLSX + ".main+xml")}


def content_types(overrides: Mapping[str, str], defaults: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a `[Content_Types].xml` part."""
    entries = [f'<Default Extension="{ext}" ContentType="{kind}"/>' for ext, kind in (defaults or {}).items()]
    entries += [f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items()]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{space}">{"".join(entries)}</Types>'.encode()


def zipped(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these parts in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def package(mime: str, extra: Mapping[str, bytes] | None = None, **types: str) -> bytes:
    """A small Office package of this platform type, with further parts and content types."""
    part, kind = MAIN[mime]
    listed = {f"/{part}": kind} | {f"/{name.replace('__', '/')}": value for name, value in types.items()}
    return zipped({TYPES: content_types(listed), "_rels/.rels": b"<r/>", part: b"<w/>", **(extra or {})})


@contextmanager
def opened(data: bytes) -> Iterator[tuple[int, int]]:
    """An open descriptor over these bytes and their number."""
    descriptor = os.memfd_create("test")
    try:
        os.write(descriptor, data)
        yield descriptor, len(data)
    finally:
        os.close(descriptor)


def entry(data: bytes, filename: str = "a.txt", mime: str = "text/plain", **changes: Any) -> ManifestFile:
    """The manifest entry that describes these bytes truly, but for the changes."""
    described = {
        "file_id": "file_001",
        "filename": filename,
        "mime_type": mime,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return ManifestFile.from_json({**described, **changes})


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """`path` without any permission, and this process without a superuser's right to look anyway."""
    mode, user = path.stat().st_mode, os.geteuid()
    path.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(user)
        path.chmod(mode)


class Make:
    """The builders above, for tests: a folder of tests is no package to import from."""

    content_types = staticmethod(content_types)
    zipped = staticmethod(zipped)
    package = staticmethod(package)
    opened = staticmethod(opened)
    entry = staticmethod(entry)
    unreadable = staticmethod(unreadable)


@pytest.fixture
def common_place() -> Iterator[Path]:
    """A folder that any user may enter, so that a test run as root can look at it as nobody; gone after the test."""
    with tempfile.TemporaryDirectory(prefix="frostbyte-test-intake-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write a file below the test's folder, making folders on the way."""

    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return written

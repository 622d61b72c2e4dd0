"""Bombs at the limits: what is just under one is read, what is one past it is refused or cut by name, with the true constants."""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract import formats
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, image, ooxml, parse_file, pdf, xlsx_cells
from frostbyte.parse.worker import Worker

from .office_files import NAMESPACES, docx, p, xlsx


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as started:
        yield started


def ending(worker: Worker, path: str | Path, mime: str) -> CanonicalDocument | str | None:
    """The document, or the detail it is refused with."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return worker.parse(descriptor, ParseJob("file-1", "acme", mime, digest), 120)
    except ParseFailed as failure:
        return failure.detail
    finally:
        os.close(descriptor)


def is_read(worker: Worker, path: str | Path, mime: str) -> bool:
    return isinstance(ending(worker, path, mime), CanonicalDocument)


def with_part(path: str, name: str, content: bytes, packed: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path, "a", packed) as archive:
        archive.writestr(name, content)
    return path


def test_parts_of_a_package(worker: Worker, tmp_path: Path) -> None:
    path = docx(tmp_path, p("Goods received in full."))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(len(archive.namelist()), ooxml.MAX_PARTS):
            archive.writestr(f"word/media/{number}.bin", b"")
    assert is_read(worker, path, formats.DOCX)
    assert ending(worker, with_part(path, "word/media/last.bin", b""), formats.DOCX) == "TOO_MANY_PARTS"


def ratio_of(path: str, name: str) -> tuple[int, int]:
    with zipfile.ZipFile(path) as archive:
        found = archive.getinfo(name)
    return found.file_size, found.compress_size


def test_the_ratio_of_a_part(worker: Worker, tmp_path: Path) -> None:
    """A part whose size stands exactly at the limit is read; one byte more of it, packed as small, is refused."""
    body = f"<w:document {NAMESPACES}><w:body>{p('Goods received in full.')}<w:sectPr/>".encode()
    close = b"</w:body></w:document>"
    noise = hashlib.shake_128(b"noise").hexdigest(8000).encode()
    for more, refused in ((0, False), (1, True)):
        path = docx(tmp_path, "")
        with zipfile.ZipFile(path) as archive:
            others = {name: archive.read(name) for name in archive.namelist() if name != "word/document.xml"}
        # White space packs to next to nothing, so the size is searched for at which the part meets the limit.
        blanks = 1_600_000
        for _ in range(40):
            part = body + b"<!--" + noise + b"-->" + b" " * blanks + close
            packer = zlib.compressobj(wbits=-15)
            packed = len(packer.compress(part) + packer.flush())
            step = ooxml.MAX_RATIO * packed + more - len(part)
            if step == 0:
                break
            blanks += step
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**others, "word/document.xml": part}.items():
                archive.writestr(name, content)
        size, compressed = ratio_of(path, "word/document.xml")
        assert size > ooxml.RATIO_GRACE_BYTES
        assert size - ooxml.MAX_RATIO * compressed == more
        assert (ending(worker, path, formats.DOCX) == "COMPRESSION_BOMB") is refused


def test_the_size_of_a_part(worker: Worker, tmp_path: Path) -> None:
    """Stored, so that no ratio is in the way."""
    body = f"<w:document {NAMESPACES}><w:body>{p('Goods received in full.')}".encode()
    close = b"</w:body></w:document>"
    for more in (0, 1):
        path = docx(tmp_path, "")
        with zipfile.ZipFile(path) as archive:
            others = {name: archive.read(name) for name in archive.namelist() if name != "word/document.xml"}
        blank = b" " * (ooxml.MAX_PART_BYTES + more - len(body) - len(close))
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in {**others, "word/document.xml": body + blank + close}.items():
                archive.writestr(name, content)
        ended = ending(worker, path, formats.DOCX)
        assert ended == "PART_TOO_LARGE" if more else isinstance(ended, CanonicalDocument)


def test_the_depth_of_a_part(worker: Worker, tmp_path: Path) -> None:
    # Above the nest stand the document and its body.
    for depth, refused in ((ooxml.MAX_DEPTH - 2, False), (ooxml.MAX_DEPTH - 1, True)):
        path = docx(tmp_path, p("Goods received in full.") + "<w:x>" * depth + "</w:x>" * depth)
        assert (ending(worker, path, formats.DOCX) == "XML_TOO_DEEP") is refused


@pytest.mark.parametrize("entities", [0, 1])
def test_entities_of_a_part(worker: Worker, tmp_path: Path, entities: int) -> None:
    """The limit is none at all."""
    path = docx(tmp_path, "")
    declared = "<!DOCTYPE a [" + '<!ENTITY e "x">' * entities + "]>" if entities else ""
    with zipfile.ZipFile(path) as archive:
        others = {name: archive.read(name) for name in archive.namelist() if name != "word/document.xml"}
    text = f'<?xml version="1.0"?>{declared}<w:document {NAMESPACES}><w:body>{p("Goods received.")}</w:body></w:document>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**others, "word/document.xml": text.encode()}.items():
            archive.writestr(name, content)
    ended = ending(worker, path, formats.DOCX)
    assert ended == "DOCUMENT_TYPE_DECLARATION" if entities else isinstance(ended, CanonicalDocument)


def test_the_text_of_a_workbook(worker: Worker, tmp_path: Path) -> None:
    """One long string shown in many cells: a small file, a long text."""
    shown, length = 1000, xlsx_cells.MAX_CHARACTERS // 1000
    for more in (0, 1):
        cells = "".join(f'<x:row r="{n}"><x:c r="A{n}" t="s"><x:v>0</x:v></x:c></x:row>' for n in range(1, shown + 1 + more))
        path = xlsx(tmp_path, f"<x:sheetData>{cells}</x:sheetData>", strings=["word " * (length // 5 - 1) + "words"])
        ended = ending(worker, path, formats.XLSX)
        assert ended == "WORKBOOK_TOO_LARGE" if more else isinstance(ended, CanonicalDocument)


def test_the_pages_of_a_pdf(new_pdf: Any, text: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here and with a limit of fifty: the true one, five thousand, takes twenty seconds."""
    monkeypatch.setattr(pdf, "MAX_PAGES", 50)
    for more in (0, 1):
        writer = new_pdf()
        first = writer.page(text(72, 700, "The first sheet."))
        writer._pages = [first] * (pdf.MAX_PAGES + more)
        path = tmp_path / "a.pdf"
        path.write_bytes(writer.bytes())
        document = parse_file(str(path), ParseJob("file-1", "acme", formats.PDF, "0" * 64))
        assert document.stats.page_count == pdf.MAX_PAGES
        assert [entry.reason for entry in document.stats.dropped_content if entry.reason == "PAGE_LIMIT"] == ["PAGE_LIMIT"] * more


@pytest.mark.parametrize("more", [0, 1])
def test_the_pixels_of_a_picture(worker: Worker, tmp_path: Path, more: int) -> None:
    height = 2000
    width = image.MAX_PIXELS // height + more
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
        )
    )
    # A blank page under the limit is decoded to its end and then holds no text.
    assert ending(worker, path, formats.PNG) == ("IMAGE_TOO_LARGE" if more else "NO_CONTENT")

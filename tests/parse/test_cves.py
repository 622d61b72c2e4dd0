"""A file for each parser vulnerability that taught the field something; every one ends in bounded time, with a reason if at all.

The flaws were in libraries of which some are used here and some are not. What counts is that the file as a stranger would send
it, read by the real fenced child, is a document or a failure in the contract's words.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from frostbyte.contract import formats
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob
from frostbyte.parse.worker import Worker

Text = Callable[..., str]
TIMEOUT_S = 60.0
SHOWN = "The cold store is checked twice a day."
REASONS = ("FILE_CORRUPTED", "UNSUPPORTED_FORMAT", "OCR_FAILED", "PARSER_ERROR")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as started:
        yield started


def ending(worker: Worker, data: bytes, mime: str = formats.PDF) -> CanonicalDocument | ParseFailed:
    """What the child makes of the file. A child that crashed, or took a minute, is no ending."""
    descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(descriptor, data)
        return worker.parse(descriptor, ParseJob("file-1", "acme", mime, hashlib.sha256(data).hexdigest()), TIMEOUT_S)
    except ParseFailed as failure:
        ended = failure
    finally:
        os.close(descriptor)
    assert ended.reason in REASONS
    assert ended.detail not in ("CRASH", "TIMEOUT", "BAD_ANSWER")
    return ended


def read(worker: Worker, data: bytes, mime: str = formats.PDF) -> str:
    document = ending(worker, data, mime)
    assert isinstance(document, CanonicalDocument), document
    return document.normalised


class Payload:
    """What a pickle would do to who loads it."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._mark,))


def test_cve_2025_64512_a_cmap_named_by_a_path_is_never_loaded(worker: Worker, pdf: Any, tmp_path: Path) -> None:
    """pdfminer.six: /Encoding of a CID font names a file by its path, which was unpickled."""
    mark, pickled = tmp_path / "mark", tmp_path / "evil.pickle.gz"
    pickled.write_bytes(zlib.compress(pickle.dumps(Payload(mark)), wbits=31))
    name = "".join(f"#{byte:02x}" for byte in str(tmp_path / "evil").encode())
    descendant = pdf.add(
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Made /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Made /Flags 4 >> >>"
    )
    font = pdf.add(f"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /{name} /DescendantFonts [{descendant} 0 R] >>")
    drawn = pdf.stream(f"BT /F9 11 Tf 72 700 Td <00410042> Tj ET BT /F1 11 Tf 72 650 Td ({SHOWN}) Tj ET")
    pdf.page_object(
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {drawn} 0 R "
        f"/Resources << /Font << /F1 3 0 R /F9 {font} 0 R >> >> >>"
    )
    assert SHOWN in read(worker, pdf.bytes())
    assert not mark.exists()


def test_cve_2025_66516_entities_of_an_xfa_form_bring_nothing_in(worker: Worker, pdf: Any, text: Text, tmp_path: Path) -> None:
    """Tika: an XFA form inside a PDF declares an external entity, and the file it names became text."""
    secret = tmp_path / "secret"
    secret.write_text("identity of the operator")
    xfa = pdf.stream(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><field name="a"><value><text>&e;</text></value></field>'
        "</template></xdp:xdp>"
    )
    pdf.catalog = f"/AcroForm << /Fields [] /XFA {xfa} 0 R >>"
    pdf.page(text(72, 700, SHOWN))
    found = read(worker, pdf.bytes())
    assert SHOWN in found
    assert "identity of the operator" not in found


def test_cve_2026_28351_runs_that_inflate_to_gigabytes(worker: Worker, pdf: Any, text: Text) -> None:
    """pypdf: RunLengthDecode without a limit; chained with Flate, a small file fills the memory."""
    pairs = zlib.compress(b"\x81 " * (16 << 20), 9)  # 16 million runs of 128 spaces: 2 GB
    bomb = pdf.stream(pairs, "/Filter [/FlateDecode /RunLengthDecode]")
    pdf.page(text(72, 700, SHOWN))
    pdf.page_object(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {bomb} 0 R >>")
    ended = ending(worker, pdf.bytes())
    assert isinstance(ended, CanonicalDocument) or ended.detail == "MEMORY_LIMIT"


def test_cve_2026_27888_an_xfa_form_that_inflates_to_gigabytes(worker: Worker, pdf: Any, text: Text) -> None:
    """pypdf: the streams of an XFA form were inflated without a limit."""
    once = zlib.compress(bytes(96 << 20), 9)
    xfa = pdf.stream(zlib.compress(once, 9), "/Filter [/FlateDecode /FlateDecode]")
    pdf.catalog = f"/AcroForm << /Fields [] /XFA [(template) {xfa} 0 R (datasets) {xfa} 0 R] >>"
    pdf.page(text(72, 700, SHOWN))
    assert SHOWN in read(worker, pdf.bytes())


@pytest.mark.parametrize("broken", ["<< " * 3000, "[" * 3000, "<< /A " * 400 + "(never closed", "<< /Kids [3 0 R"])
def test_cve_2026_33699_objects_nested_or_cut_off_do_not_loop(worker: Worker, pdf: Any, text: Text, broken: str) -> None:
    """pypdf: outside strict mode, an object that hits a limit while it is read was read again and again."""
    pdf.catalog = "/Outlines 6 0 R /Names 6 0 R"
    pdf.add(broken)
    pdf.page(text(72, 700, SHOWN))
    assert SHOWN in read(worker, pdf.bytes())


def test_sections_that_name_each_other_as_earlier_do_not_loop(worker: Worker, pdf: Any, text: Text) -> None:
    """pypdf, CVE-2026-27628: a cross-reference section whose /Prev is itself."""
    pdf.page(text(72, 700, SHOWN))
    data = bytes(pdf.bytes())
    start = data.rindex(b"\nxref") + 1
    looped = data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)
    assert SHOWN in read(worker, looped)


def test_cve_2026_112393_odd_tags_of_a_tiff_are_read_and_never_written(worker: Worker) -> None:
    """Pillow: saving a TIFF again with tags from the file. Nothing here saves a picture; reading it must be harmless too."""
    image = Image.new("L", (400, 60), 255)
    ImageDraw.Draw(image).text((8, 8), "Delivery note 4711", fill=0, font_size=32)
    buffer = io.BytesIO()
    tags: dict[int, Any] = {270: "x" * 60_000, 315: "y" * 10_000, 65000: b"\xff" * 60_000, 65001: tuple(range(5000))}
    image.save(buffer, "TIFF", tiffinfo=tags)
    whole = buffer.getvalue()
    assert "4711" in read(worker, whole, formats.TIFF)
    # The same with counts and places that lie, entry by entry of the directory.
    directory = int.from_bytes(whole[4:8], "little")
    count = int.from_bytes(whole[directory : directory + 2], "little")
    for at in range(0, count, 5):
        entry = directory + 2 + 12 * at
        ending(worker, whole[: entry + 4] + b"\xff\xff\xff\x7f" + whole[entry + 8 :], formats.TIFF)
        ending(worker, whole[: entry + 8] + b"\xf0\xff\xff\xff" + whole[entry + 12 :], formats.TIFF)

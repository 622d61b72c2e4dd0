"""What lies packed in a file, piece by piece, for the rules to look at: parts of packages, streams, macros, scripts, actions.

A *piece* is a run of bytes with a `kind`, a `name` and a `depth`: how many containers it lies in. Kinds:

    file         the file itself, or a container inside another     name: ""
    part         a part of a zip archive or Office package          name: its path in lower case
    fields       the field codes of a Word part, and what is linked name: the part's path
    listing      a compound file's directory as text                name: the part's path
    stream       a stream of a compound file                        name: its name in lower case
    macro        unpacked VBA source                                name: the stream's name in lower case
    pdf_stream   a stream of a PDF, decoded                         name: "embedded_file", "font", "image", "jbig2", or ""
    pdf_action   an action of a PDF with what it refers to          name: what starts it (`pdf`)
    pdf_script   the text of a script of a PDF                      name: ""
    pdf_objects  the dictionaries of a PDF, names unescaped         name: ""
    unopened     why something was not looked into (`unopened`)     name: the part's path

All of it is bounded. What goes past a bound was not scanned, which is an error about the file and never "clean".
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import compound, pdf, place, unopened
from frostbyte.intake.scan.decrypted import decrypted_pdf

WINDOW: Final = 16 * 1024 * 1024
"""A part longer than this is looked at in windows of this size."""
OVERLAP: Final = 4096
MOST_DEPTH: Final = 4
MOST_PARTS: Final = 30_000
MOST_BYTES: Final = 2 * 1024 * 1024 * 1024
"""Unpacked bytes of one file."""
MOST_PART_BYTES: Final = 1024 * 1024 * 1024
"""Unpacked bytes of one part; the parsers take half of that."""
_WHOLE: Final = 64 * 1024 * 1024
"""A container inside a container is unpacked up to this size."""

_ZIP, _PDF = b"PK\x03\x04", b"%PDF-"
_ZIP_END, _ZIP_END_WITHIN = b"PK\x05\x06", 22 + 65_535
_FIELD = re.compile(rb"<(?:\w+:)?(?:instrText|delInstrText)\b[^>]*>([^<]*)<|\b(?:\w+:)?instr=\"([^\"]*)\"")
_EXPECTED_ERRORS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A run of bytes to match rules against; of the file itself `data` is None, for it is matched where it lies.

    `place` says where in the file it stands (`place`), and is not for the rules.
    """

    kind: str
    name: str
    depth: int
    data: bytes | None
    place: str = field(default="", compare=False)


@dataclass
class _Left:
    """What may still be unpacked."""

    bytes: int = MOST_BYTES
    parts: int = MOST_PARTS

    def take(self, count: int, parts: int = 0) -> None:
        self.bytes -= count
        self.parts -= parts
        if self.bytes < 0 or self.parts < 0:
            raise ScanFailed("the file unpacks to more than is scanned", about_file=True)


def top(head: bytes) -> str:
    """What a file is for the rules, by its beginning: pdf, zip, ole, image or text."""
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(compound.MAGIC):
        return "ole"
    if _PDF in head[:1024]:
        return "pdf"
    return "image" if head.startswith((b"\x89PNG", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")) else "text"


def pieces(data: pdf.Data) -> Iterator[Piece]:
    """The pieces of a file, itself first. Raises ScanFailed about the file where a bound ends the search."""
    yield Piece("file", "", 0, None)
    yield from _inside(data, 0, _Left(), "")


def _inside(data: pdf.Data, depth: int, left: _Left, name: str, at: str = "") -> Iterator[Piece]:
    """What a container at the place `at` holds. Anything else holds nothing."""
    kind = top(data[:1024])
    # A file can be several at once: an archive is found by its end, whatever stands before it.
    archive = kind == "zip" or data.find(_ZIP_END, max(0, len(data) - _ZIP_END_WITHIN)) >= 0
    if (archive or kind in ("ole", "pdf")) and depth >= MOST_DEPTH:
        raise ScanFailed("the file holds files in files, deeper than is scanned", about_file=True)
    if archive:
        yield from _parts(data, depth, left, at)
    if kind == "ole":
        yield from _compound(data[:], depth, left, name, at)
    elif kind == "pdf":
        yield from _pdf(data, depth, left, name, at)
    elif not archive:
        yield from _packed(data, depth, left, name, at)


def _packed(data: pdf.Data, depth: int, left: _Left, name: str, at: str) -> Iterator[Piece]:
    """What is packed in another way than the containers: gzip is unpacked, anything else is said to be unopened."""
    head = data[: unopened.LOOKED_AT]
    if form := unopened.archive(head):
        yield Piece("unopened", name, depth, form.encode(), at)
    elif unopened.is_gzip(head):
        if depth >= MOST_DEPTH:
            raise ScanFailed("the file holds files in files, deeper than is scanned", about_file=True)
        inner = unopened.gunzip(data[:], _WHOLE)
        if inner is None:
            yield Piece("unopened", name, depth, b"gzip", at)
            return
        left.take(len(inner), 1)
        if len(inner) > _WHOLE:
            raise ScanFailed("a file inside the file is larger than is scanned", about_file=True)
        yield Piece("part", name, depth + 1, inner, at)
        yield from _inside(inner, depth + 1, left, name, at)


def _parts(data: pdf.Data, depth: int, left: _Left, at: str) -> Iterator[Piece]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data[:]))
    except _EXPECTED_ERRORS:
        return  # no reader can open it; its bytes as they lie are looked at as a file
    with archive:
        members = archive.infolist()
        left.take(0, len(members))
        for number, member in enumerate(members, start=1):
            if not member.is_dir():
                where = place.within(at, place.part(member.filename.lower(), number))
                yield from _part(archive, member, depth + 1, left, where)


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int, left: _Left, at: str) -> Iterator[Piece]:
    name = member.filename.lower()
    if reason := unopened.zip_part(member):
        yield Piece("unopened", name, depth, reason.encode(), at)
    whole: list[bytes] | None = []
    codes, tail, size = bytearray(), b"", 0
    container = False
    try:
        with archive.open(member) as stream:
            while block := stream.read(WINDOW):
                container = container or (size == 0 and _is_container(block))
                size += len(block)
                left.take(len(block))
                if size > MOST_PART_BYTES:
                    raise ScanFailed("a part of the file unpacks to more than is scanned", about_file=True)
                window = tail[-OVERLAP:] + block
                tail = (tail + block[-_ZIP_END_WITHIN:])[-_ZIP_END_WITHIN:]
                if whole is not None and size <= _WHOLE:
                    whole.append(block)
                else:
                    whole = None
                yield Piece("part", name, depth, window, at)
                if name.endswith((".xml", ".rels")):
                    codes += b"".join(a or b for a, b in _FIELD.findall(window))[:WINDOW]
    except _EXPECTED_ERRORS:
        pass  # damaged: what came out before was looked at, and a reader gets no further either; else it was named above
    if not size:
        yield Piece("part", name, depth, b"", at)  # its name may be all that is wanted of it
    if codes:
        yield Piece("fields", name, depth, html.unescape(codes.decode("utf-8", "replace")).encode(), at)
    if whole:
        yield from _inside(b"".join(whole), depth, left, name, at)
    elif size > _WHOLE and (container or _ZIP_END in tail):
        raise ScanFailed("a file inside the file is larger than is scanned", about_file=True)


def _is_container(block: bytes) -> bool:
    head = block[: unopened.LOOKED_AT]
    return top(head[:1024]) in ("zip", "ole", "pdf") or unopened.is_gzip(head) or unopened.archive(head) is not None


def _compound(data: bytes, depth: int, left: _Left, name: str, at: str) -> Iterator[Piece]:
    listing = []
    entries = list(compound.streams(data))
    left.take(sum(len(entry.data) for entry in entries), len(entries))
    for entry in entries:
        listing.append(f"{'storage' if entry.is_storage else 'stream'} {entry.class_id} {len(entry.data)} {entry.name.lower()}\n")
    yield Piece("listing", name, depth, "".join(listing).encode(), at)
    if unopened.compound_is_encrypted(entries):
        yield Piece("unopened", name, depth, unopened.ENCRYPTED.encode(), at)
    for number, entry in enumerate(entries, start=1):
        if entry.is_storage:
            continue
        stream, where = entry.name.lower(), place.within(at, f"stream {number}")
        yield Piece("stream", stream, depth + 1, entry.data, where)
        for source in compound.macro_source(entry.data):
            left.take(len(source), 1)
            yield Piece("macro", stream, depth + 1, source, where)
        yield from _inside(entry.data, depth + 1, left, stream, where)
        if stream.endswith("ole10native") and (packed := compound.native_data(entry.data)):
            yield from _inside(packed, depth + 1, left, stream, where)


def _pdf(data: pdf.Data, depth: int, left: _Left, name: str, at: str) -> Iterator[Piece]:
    yield from _objects(data, depth, left, at)
    if unopened.pdf_is_encrypted(data):
        plain = decrypted_pdf(data[:])
        if plain is None:
            yield Piece("unopened", name, depth, unopened.ENCRYPTED.encode(), at)
        else:
            left.take(len(plain))
            yield from _objects(plain, depth, left, at)


def _objects(data: pdf.Data, depth: int, left: _Left, at: str) -> Iterator[Piece]:
    document = pdf.read(data)
    left.take(0, len(document.objects))
    for number, (name, decoded) in enumerate(document.streams(), start=1):
        where = place.within(at, f"PDF stream {number}")
        left.take(len(decoded))
        yield Piece("pdf_stream", name, depth + 1, decoded, where)
        if name == "embedded_file":
            yield from _inside(decoded, depth + 1, left, "", where)
    yield Piece("pdf_objects", "", depth, document.dictionaries(), place.within(at, "PDF objects"))
    for number, (name, text) in enumerate(document.actions(), start=1):
        left.take(len(text), 1)
        yield Piece("pdf_action", name, depth, text, place.within(at, f"PDF action {number}"))
    for number, text in enumerate(document.scripts(), start=1):
        left.take(len(text), 1)
        yield Piece("pdf_script", "", depth, text, place.within(at, f"PDF script {number}"))

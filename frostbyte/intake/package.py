"""What an Office package really is, read from its content types and not from byte order (rulings D2 and D3).

A .docx or .xlsx is a zip archive whose part `[Content_Types].xml` names the kind of every other part. Only the central
directory and that one part are read, within fixed bounds, by code that allocates nothing on the archive's word: an entry
count, a size or a compression ratio in a hostile file is a claim, never a loop bound or a buffer size.

Words: a *part* is an archive member; the *main part* is the one whose content type makes the package a document or workbook.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from xml.parsers import expat

from frostbyte.contract.formats import DOCX, XLSX

CONTENT_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
_MACRO_WORDS: Final = ("macroenabled", "macrosheet", "vbaproject", "vbadata")
_OTHER_MAIN: Final = ("presentationml.", "wordprocessingml.template.main", "spreadsheetml.template.main")

_MAX_DIRECTORY: Final = 8 * 1024 * 1024
_MAX_PARTS: Final = 20_000
_MAX_CONTENT_TYPES: Final = 4 * 1024 * 1024
_MAX_WALK: Final = 2 * 1024 * 1024
_TAIL: Final = 22 + 65_535
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_END64_LOCATOR: Final = struct.Struct("<4sIQI")
_END64: Final = struct.Struct("<4sQHHIIQQQQ")


@dataclass(frozen=True)
class Package:
    """What a zip archive is: `mime` a platform type, or None with `problem` saying why it is not one."""

    mime: str | None
    problem: str | None
    truncated: bool = False
    """No central directory: judged by what its beginning shows; the parser has the last word (contract: parse_failed)."""


@dataclass(frozen=True)
class _Part:
    name: str
    flags: int
    method: int
    compressed: int
    offset: int


@dataclass(frozen=True)
class _Kind:
    """A content type and what it is given to: one part, or every part with an extension (some writers type the main part so)."""

    name: str
    part: str | None
    extension: str | None

    def covers(self, names: set[str]) -> bool:
        if self.part is not None:
            return self.part in names
        return any(name.endswith(f".{self.extension}") and name != CONTENT_TYPES.lower() for name in names)


class _Broken(Exception):
    """The archive contradicts itself."""


def inspect(fd: int, size: int) -> Package:
    """Look at the archive in the open file `fd` of `size` bytes. Raises OSError where reading fails."""
    try:
        parts = _directory(fd, size)
        if parts is None:
            return _inspect_beginning(fd, size)
        return _inspect_parts(fd, parts)
    except _Broken as fault:
        return Package(None, f"a damaged or deceptive archive: {fault}")


def _inspect_parts(fd: int, parts: list[_Part]) -> Package:
    names = {part.name.lower() for part in parts}
    found = [part for part in parts if part.name.lower() == CONTENT_TYPES.lower()]
    if not found:
        return Package(None, "an archive without content types, not an Office package")
    if len(found) > 1:
        raise _Broken("two lists of content types")
    types = _read_types(_member(fd, found[0]))
    problem = _macros(names, types)
    if problem is not None:
        return Package(None, problem)
    mains = {_MAIN[kind.name] for kind in types if kind.name in _MAIN and kind.covers(names)}
    if len(mains) == 1 and not any(word in kind.name for kind in types for word in _OTHER_MAIN):
        return Package(mains.pop(), None)
    return Package(None, "an Office package of another kind")


def _inspect_beginning(fd: int, size: int) -> Package:
    """A cut-off download: local headers from the start, as far as they reach."""
    names: set[str] = set()
    types: list[_Kind] = []
    for part in _walk(fd, size):
        names.add(part.name.lower())
        if part.name.lower() == CONTENT_TYPES.lower() and not types:
            try:
                types = _read_types(_member(fd, part))
            except _Broken:
                continue
    problem = _macros(names, types)
    if problem is not None:
        return Package(None, problem, truncated=True)
    mains = {_MAIN[kind.name] for kind in types if kind.name in _MAIN}
    if not types:
        folders = {DOCX: "word/", XLSX: "xl/"}
        mains = {mime for mime, folder in folders.items() if any(name.startswith(folder) for name in names)}
    if len(mains) == 1:
        return Package(mains.pop(), None, truncated=True)
    return Package(None, "an incomplete archive that shows no document or workbook", truncated=True)


def _macros(names: set[str], types: list[_Kind]) -> str | None:
    if any(word in kind.name for kind in types for word in _MACRO_WORDS):
        return "a macro-enabled package"
    # Named so by every program that writes one; a list of content types that hides it does not make it less of a macro.
    if any(name.rsplit("/", 1)[-1] in ("vbaproject.bin", "vbadata.xml") for name in names):
        return "a macro-enabled package"
    return None


# --- zip -----------------------------------------------------------------------------------------------------------------


def _directory(fd: int, size: int) -> list[_Part] | None:
    """Every part the central directory names, or None where there is no central directory."""
    start = max(0, size - _TAIL)
    tail = os.pread(fd, size - start, start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return None
    _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, at)
    end = start + at
    if count == 0xFFFF or length == 0xFFFFFFFF or offset == 0xFFFFFFFF:
        end, length, offset = _directory64(fd, end)
    if length > _MAX_DIRECTORY:
        raise _Broken("more parts than any Office package has")
    # Where an archive follows other bytes, its offsets are short by that much; python-docx and openpyxl correct them likewise.
    shift = end - length - offset
    if shift < 0:
        raise _Broken("its directory is not where it says")
    parts = list(islice(_central(os.pread(fd, length, offset + shift), shift), _MAX_PARTS + 1))
    if len(parts) > _MAX_PARTS:
        raise _Broken("more parts than any Office package has")
    return parts


def _directory64(fd: int, end: int) -> tuple[int, int, int]:
    locator = os.pread(fd, _END64_LOCATOR.size, end - _END64_LOCATOR.size) if end >= _END64_LOCATOR.size else b""
    if not locator.startswith(b"PK\x06\x07") or len(locator) < _END64_LOCATOR.size:
        raise _Broken("a zip64 directory is announced and missing")
    _, _, at, _ = _END64_LOCATOR.unpack(locator)
    record = os.pread(fd, _END64.size, at) if at < end else b""
    if not record.startswith(b"PK\x06\x06") or len(record) < _END64.size:
        raise _Broken("a zip64 directory is announced and missing")
    *_, length, offset = _END64.unpack(record)
    return at, length, offset


def _central(raw: bytes, shift: int) -> Iterator[_Part]:
    at = 0
    while at < len(raw):
        if len(raw) - at < _CENTRAL.size or not raw.startswith(b"PK\x01\x02", at):
            raise _Broken("its directory has a hole")
        field = _CENTRAL.unpack_from(raw, at)
        flags, method, compressed, offset = field[3], field[4], field[8], field[16]
        names, extras, comments = field[10], field[11], field[12]
        begin = at + _CENTRAL.size
        if begin + names > len(raw):
            raise _Broken("its directory is cut off")
        name = _name(raw[begin : begin + names], flags)
        extra = raw[begin + names : begin + names + extras]
        if compressed == 0xFFFFFFFF or offset == 0xFFFFFFFF:
            compressed, offset = _wide(extra, field[9] == 0xFFFFFFFF, compressed, offset)
        yield _Part(name, flags, method, compressed, offset + shift)
        at = begin + names + extras + comments


def _wide(extra: bytes, skip_first: bool, compressed: int, offset: int) -> tuple[int, int]:
    """The zip64 values of an entry: original size, compressed size and offset, each present only where its field is full."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            values = [value for (value,) in struct.iter_unpack("<Q", extra[at + 4 : at + 4 + length - length % 8])]
            values = values[1:] if skip_first else values
            if compressed == 0xFFFFFFFF and values:
                compressed = values.pop(0)
            if offset == 0xFFFFFFFF and values:
                offset = values.pop(0)
            return compressed, offset
        at += 4 + length
    raise _Broken("a zip64 entry without its sizes")


def _walk(fd: int, size: int) -> Iterator[_Part]:
    """Parts by their local headers from the file's start, until the chain ends or cannot be followed."""
    at = 0
    for _ in range(_MAX_PARTS):
        head = os.pread(fd, _LOCAL.size, at)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            return
        _, _, flags, method, _, _, _, compressed, _, names, extras = _LOCAL.unpack(head)
        raw = os.pread(fd, names, at + _LOCAL.size)
        if len(raw) < names:
            return
        yield _Part(_name(raw, flags), flags, method, compressed, at)
        if flags & 0x8 and compressed == 0:  # sizes follow the data: nothing says how far to go
            return
        at += _LOCAL.size + names + extras + compressed
        if at >= min(size, 1 << 40):
            return


def _member(fd: int, part: _Part) -> bytes:
    """The bytes of a small part. Raises _Broken for an encrypted, oversized, cut-off or mislabelled one."""
    head = os.pread(fd, _LOCAL.size, part.offset) if part.offset < 1 << 62 else b""
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise _Broken("its directory points at no part")
    field = _LOCAL.unpack(head)
    raw_name = os.pread(fd, field[9], part.offset + _LOCAL.size)
    if _name(raw_name, field[2]).lower() != part.name.lower():
        raise _Broken("its directory and its parts disagree on a name")
    if (part.flags | field[2]) & 0x1:
        raise _Broken("its content types are encrypted")
    begin = part.offset + _LOCAL.size + field[9] + field[10]
    if part.method == 0:
        if part.compressed > _MAX_CONTENT_TYPES:
            raise _Broken("its content types are too long")
        data = os.pread(fd, part.compressed, begin)
        if len(data) < part.compressed:
            raise _Broken("its content types are cut off")
        return data
    if part.method != 8:
        raise _Broken("its content types are packed in an unknown way")
    # Sizes in the directory are claims and may be absent in a streamed local header: inflate until the stream itself ends.
    inflater = zlib.decompressobj(-15)
    packed = os.pread(fd, min(part.compressed or _MAX_WALK, _MAX_WALK), begin)
    try:
        data = inflater.decompress(packed, _MAX_CONTENT_TYPES)
    except zlib.error as error:
        raise _Broken("its content types do not unpack") from error
    if not inflater.eof:
        raise _Broken("its content types are cut off or too long")
    return data


def _name(raw: bytes, flags: int) -> str:
    text = raw.decode("utf-8", "replace") if flags & 0x800 else raw.decode("cp437")
    return text.replace("\\", "/").lstrip("/")


# --- content types -------------------------------------------------------------------------------------------------------


def _read_types(data: bytes) -> list[_Kind]:
    """Every content type of the package, all lower case. Refuses a DOCTYPE, which no writer needs and entity tricks do."""
    types: list[_Kind] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").strip().lower()
        element = tag.rsplit(" ", 1)[-1]
        if element == "Override":
            types.append(_Kind(kind, attributes.get("PartName", "").lower().lstrip("/"), None))
        elif element == "Default":
            types.append(_Kind(kind, None, attributes.get("Extension", "").lower()))

    def doctype(*_: object) -> None:
        raise _Broken("its content types declare entities")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding the declaration made up
        raise _Broken("its content types are not XML") from error
    return types

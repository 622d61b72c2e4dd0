"""What cannot be looked into: archives of forms that are not unpacked here, and what is encrypted.

A scan that could not look is never "clean" (pledge; ruling C13): each of these becomes a piece of its own, which the rules find.
ClamAV names the same things (`Heuristics.Encrypted.*`) where it is told to.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any, Final

from frostbyte.intake.scan.compound import Stream

ENCRYPTED: Final = "encrypted"
METHOD: Final = "method"
"""A zip part packed by a method that is not unpacked here."""

# Beginnings as the forms' specifications and `file` give them: (offset, bytes, name).
_ARCHIVES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"MSCF\0\0\0\0", "cab"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"xar!\0\x1c", "xar"),
    (0x8001, b"CD001", "iso9660"),
)
# Those whose letters could stand in a text ask for more than the letters.
_MORE: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "bzip2"),
    (re.compile(rb"[^\0].{256}ustar(?:\0|  \0)", re.DOTALL), "tar"),
    (re.compile(rb".{4}\0.{2}\*\*ACE\*\*", re.DOTALL), "ace"),
    (re.compile(rb".{2}-lh[\dx]-.{13}[\0-\3]", re.DOTALL), "lha"),
)
_GZIP: Final = b"\x1f\x8b\x08"
LOOKED_AT: Final = 0x8001 + 5
"""Bytes of a part's beginning that `archive` needs."""

_PDF_ENCRYPT = re.compile(
    rb"/" + rb"".join(b"(?:%c|#%02x)" % (c, c) if c != 0x6E else b"(?:n|#6[eE])" for c in b"Encrypt") + rb"(?=[\s\0<\d])"
)
_FILEPASS, _BOF = 0x002F, 0x0809


def archive(head: bytes) -> str | None:
    """The form of an archive that is not unpacked here, by its beginning; None for anything else. gzip is unpacked (`gunzip`)."""
    for offset, magic, name in _ARCHIVES:
        if head.startswith(magic, offset):
            return name
    return next((name for pattern, name in _MORE if pattern.match(head)), None)


def is_gzip(head: bytes) -> bool:
    """Whether a part is packed by gzip, as compressed metafiles (EMZ, WMZ) are."""
    return head.startswith(_GZIP)


def gunzip(data: bytes, most: int) -> bytes | None:
    """What is packed, all members of it, at most `most` bytes and one more; None where it is not gzip to its end."""
    out = bytearray()
    while data and len(out) <= most:
        unpack = zlib.decompressobj(wbits=31)
        try:
            out += unpack.decompress(data, most + 1 - len(out))
        except zlib.error:
            return None
        if len(out) <= most and not unpack.eof:
            return None
        data = unpack.unused_data.lstrip(b"\0")
        if not data.startswith(_GZIP):
            break
    return bytes(out)


def zip_part(member: zipfile.ZipInfo) -> str | None:
    """Why a part of a zip archive cannot be unpacked: encrypted (the old way, AES, strong), or of a method not ours."""
    if member.flag_bits & 0x41 or member.compress_type == 99:
        return ENCRYPTED
    ours = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    return None if member.compress_type in ours else METHOD


def compound_is_encrypted(streams: Iterable[Stream]) -> bool:
    """Whether a compound file is a locked Office document: [MS-OFFCRYPTO] 2.3 of today's formats, [MS-DOC] 2.5.2 (fEncrypted),
    [MS-XLS] 2.4.117 (FilePass), [MS-PPT] 2.3.2 (headerToken) of the old ones.
    """
    for stream in streams:
        name, data = stream.name.lower(), stream.data
        if name in ("encryptedpackage", "drmencrypteddatatransform", "encryptedsummary"):
            return True
        if name == "worddocument" and len(data) >= 12 and struct.unpack_from("<H", data, 10)[0] & 0x0100:
            return True
        if name in ("workbook", "book") and _has_file_pass(data):
            return True
        if name == "current user" and data[12:16] == b"\xdf\xc4\xd1\xf3":
            return True
    return False


def _has_file_pass(data: bytes) -> bool:
    """FilePass stands among the first records of a workbook, before anything that it locks."""
    at = 0
    for _ in range(64):
        if at + 4 > len(data):
            return False
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _FILEPASS:
            return True
        if at == 0 and kind & 0xFF != _BOF & 0xFF:
            return False
        at += 4 + length
    return False


def pdf_is_encrypted(data: Any) -> bool:
    """Whether a PDF (bytes or a map of them) names an encryption dictionary; the name may be escaped, and is never packed."""
    return _PDF_ENCRYPT.search(data) is not None

"""Small files that hold what the rules look for, made here: compound files, packages, PDFs. No program in them runs."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
DOS_WORDS = b"This program cannot be run in " + b"DOS mode"
PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 0x80) + bytes(64) + b"PE\0\0\x64\x86\x03\0" + bytes(400)


def compound(streams: dict[str, bytes], class_id: bytes = bytes(16)) -> bytes:
    """A compound file with these streams; short ones in the mini stream, as [MS-CFB] wants."""
    mini, body = b"", b""
    mini_table: list[int] = []
    table: list[int] = []

    def place(data: bytes) -> int:
        nonlocal body
        first, count = len(table), max(1, -(-len(data) // 512))
        table.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        body += data.ljust(count * 512, b"\0")
        return first

    entries = []
    for name, data in streams.items():
        if len(data) < 4096:
            first, count = len(mini_table), -(-len(data) // 64)
            mini_table.extend([*range(first + 1, first + count), 0xFFFFFFFE][:count])
            mini += data.ljust(count * 64, b"\0")
        else:
            first = place(data)
        entries.append(_entry(name, 2, bytes(16), first, len(data)))
    root = place(mini)
    directory = place(b"".join([_entry("Root Entry", 5, class_id, root, len(mini)), *entries]))
    mini_at = place(struct.pack(f"<{len(mini_table)}I", *mini_table))
    at = len(table)
    table.append(0xFFFFFFFD)
    packed = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    assert len(packed) == 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, mini_at, 1, 0xFFFFFFFE, 0)
    return header + struct.pack("<I", at) + b"\xff" * 432 + body + packed


def _entry(name: str, kind: int, class_id: bytes, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return entry + class_id + bytes(20) + struct.pack("<IQ", start, size)


def compressed(source: bytes) -> bytes:
    """VBA source as a compressed container of literals."""
    out = b"\x01"
    for at in range(0, len(source), 3600):
        chunk = source[at : at + 3600]
        packed = b"".join(b"\0" + chunk[n : n + 8] for n in range(0, len(chunk), 8))
        out += struct.pack("<H", 0xB000 | len(packed) - 1) + packed
    return out


def macros(source: bytes) -> bytes:
    return compound({"ThisDocument": b"\x07" * 40 + compressed(b'Attribute VB_Name = "ThisDocument"\r\n' + source)})


def package(**parts: bytes) -> bytes:
    """A zip archive; `__` in a name stands for a slash and `_dot_` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, text) for n, text in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def stream(data: bytes, words: bytes = b"", *, flate: bool = True) -> bytes:
    packed = zlib.compress(data) if flate else data
    return b"<< %s %s >>\nstream\n%s\nendstream" % (words, b"/Filter /FlateDecode" if flate else b"", packed)

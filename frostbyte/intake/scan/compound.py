"""Compound files (OLE2, [MS-CFB]) and the macros in them ([MS-OVBA]): streams by name, VBA source text.

A hostile file's sector chains may loop, overlap or lead nowhere, so a chain ends at its first repeated or missing sector, and
what was read by then is what there is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_ENTRIES: Final = 20_000
_SPECIAL: Final = 0xFFFFFFFA
_MOST_SOURCE: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class Stream:
    """A stream or, with `is_storage`, a folder of them. `class_id` is lower-case hex with hyphens."""

    name: str
    data: bytes
    class_id: str
    is_storage: bool


def streams(data: bytes) -> Iterator[Stream]:
    """Every entry of the directory, in its order. Raises nothing: a broken file has fewer."""
    if len(data) < 512 or not data.startswith(MAGIC):
        return
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if not 7 <= shift <= 16 or not 4 <= mini_shift <= shift:
        return
    directory_at, cutoff, mini_at = struct.unpack_from("<I4xII", data, 48)
    difat_at, difat_count = struct.unpack_from("<II", data, 68)
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table_sectors = list(struct.unpack_from("<109I", data, 76))
    for _ in range(min(difat_count, len(data) // size)):
        if difat_at >= _SPECIAL or len(part := sector(difat_at)) < size:
            break
        *more, difat_at = struct.unpack(f"<{size // 4}I", part)
        table_sectors += more
    table = _numbers(b"".join(sector(n) for n in table_sectors[: len(data) // size + 1] if n < _SPECIAL))

    def chain(first: int, links: tuple[int, ...]) -> Iterator[int]:
        seen: set[int] = set()
        while first < len(links) and first not in seen:
            seen.add(first)
            yield first
            first = links[first]

    def read(first: int) -> bytes:
        return b"".join(sector(n) for n in chain(first, table))

    entries = read(directory_at)[: _MOST_ENTRIES * 128]
    mini_table = _numbers(read(mini_at))
    container = b""
    for at in range(0, len(entries) - 127, 128):
        entry = entries[at : at + 128]
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, count = struct.unpack_from("<IQ", entry, 116)
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if kind == 5:
            container = read(start)
        elif kind == 2:
            count = min(count & 0xFFFFFFFF, len(data))
            if count < cutoff:
                step = 1 << mini_shift
                body = b"".join(container[n * step : (n + 1) * step] for n in chain(start, mini_table))
            else:
                body = read(start)
            yield Stream(name, body[:count], _class_id(entry[80:96]), is_storage=False)
            continue
        if kind in (1, 5):
            yield Stream(name, b"", _class_id(entry[80:96]), is_storage=True)


def native_data(stream: bytes) -> bytes:
    """The file in an `Ole10Native` stream, as the packager writes it ([MS-OLEDS] 2.3.6 around its label, path and command)."""
    at = 6
    for _ in range(2):  # label and path, each ended by a zero
        end = stream.find(b"\0", at)
        if end < 0:
            return b""
        at = end + 1
    at += 4
    if at + 4 > len(stream):
        return b""
    at += 4 + struct.unpack_from("<I", stream, at)[0]  # the temporary path, with its length
    if at + 4 > len(stream):
        return b""
    (size,) = struct.unpack_from("<I", stream, at)
    return stream[at + 4 : at + 4 + size]


def macro_source(stream: bytes) -> Iterator[bytes]:
    """The source text of the VBA module in a stream, where it holds one: unpacked from each place such a text can begin."""
    at = -1
    while (at := stream.find(b"\x00Attribut", at + 1)) >= 0:
        if at >= 3 and stream[at - 3] == 1:
            yield decompressed(stream[at - 3 :])


def decompressed(packed: bytes) -> bytes:
    """A compressed container ([MS-OVBA] 2.4.1) as far as it can be unpacked, at most 16 MB of it."""
    out, at = bytearray(), 1
    while at + 2 <= len(packed) and len(out) < _MOST_SOURCE:
        (header,) = struct.unpack_from("<H", packed, at)
        if header >> 12 & 7 != 3:
            break
        end = min(len(packed), at + (header & 0xFFF) + 3)
        at += 2
        if not header & 0x8000:
            out += packed[at:end]
            at = end
            continue
        began = len(out)
        while at < end:
            flags = packed[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(packed[at])
                    at += 1
                    continue
                if at + 2 > end or len(out) == began:
                    return bytes(out)
                (token,) = struct.unpack_from("<H", packed, at)
                at += 2
                bits = max(4, (len(out) - began - 1).bit_length())
                back = (token >> (16 - bits)) + 1
                if back > len(out) - began:
                    return bytes(out)
                for _ in range((token & 0xFFFF >> bits) + 3):
                    out.append(out[-back])
        at = end
    return bytes(out)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _class_id(raw: bytes) -> str:
    first, second, third = struct.unpack("<IHH", raw[:8])
    return f"{first:08x}-{second:04x}-{third:04x}-{raw[8:10].hex()}-{raw[10:].hex()}"

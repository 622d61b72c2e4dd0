"""Changes to a file that leave enough of it whole to reach the parser behind the first check: by bytes, and by structure.

Every change draws from the `random.Random` it is given and from nothing else, so that a case is known by its number.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

LONGEST = 4_000_000
"""Bytes a changed file may have; what grows past it is cut."""

_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"9" * 40, b"1e308", b"-0.0", b"NaN")
_TEXTS = (
    "",
    "0",
    "-1",
    "1",
    "2147483648",
    "9" * 30,
    "NaN",
    "true",
    "A1:XFD1048576",
    "ZZZZ99999999",
    "../../x",
    "rId1",
    "\u202e",
    "𝛼" * 50,
)
_BYTES = (b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\r", b"\n", b'"', b"\\", b"<", b"]]>", b"%", b"\x80")

Change = Callable[[bytes, random.Random], bytes]


def by_bytes(data: bytes, numbers: random.Random) -> bytes:
    """Some of: bits turned, bytes set, a stretch cut out, doubled, moved or repeated, the end cut off."""
    changed = bytearray(data)
    for _ in range(numbers.choice((1, 1, 2, 4, 16))):
        if not changed:
            break
        at = numbers.randrange(len(changed))
        end = min(len(changed), at + numbers.choice((1, 4, 32, 512)))
        match numbers.randrange(7):
            case 0:
                changed[at] ^= 1 << numbers.randrange(8)
            case 1:
                changed[at : at + 1] = numbers.choice(_BYTES)
            case 2:
                del changed[at:end]
            case 3:
                changed[at:at] = changed[at:end] * numbers.choice((1, 2, 50))
            case 4:
                other = numbers.randrange(len(changed))
                changed[other:other] = changed[at:end]
            case 5:
                changed[at:end] = numbers.randbytes(end - at)
            case _:
                del changed[numbers.randrange(len(changed) // 2, len(changed)) :]
    return bytes(changed[:LONGEST])


def spliced(data: bytes, other: bytes, numbers: random.Random) -> bytes:
    """The beginning of one file and the end of another."""
    return (data[: numbers.randrange(len(data) + 1)] + other[numbers.randrange(len(other) + 1) :])[:LONGEST]


def xml(data: bytes, numbers: random.Random) -> bytes:
    """An XML part with attributes, texts and elements changed; it stays well-formed where it was read as XML."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError):
        return by_bytes(data, numbers)
    try:
        _change_tree(root, numbers)
        return ElementTree.tostring(root, encoding=numbers.choice(("utf-8", "utf-8", "utf-16")))[:LONGEST]
    except (RecursionError, ValueError, TypeError):  # too deep to be written, or no text of XML
        return data


def _change_tree(root: ElementTree.Element, numbers: random.Random) -> None:
    for _ in range(numbers.choice((1, 2, 3, 8))):
        elements = list(root.iter())
        parent, other = numbers.choice(elements), numbers.choice(elements)
        match numbers.randrange(9):
            case 0 | 1:
                if parent.attrib:
                    parent.set(numbers.choice(list(parent.attrib)), numbers.choice(_TEXTS))
            case 2:
                if parent.attrib:
                    del parent.attrib[numbers.choice(list(parent.attrib))]
            case 3:
                parent.text = numbers.choice((*_TEXTS, other.text))
            case 4:
                if len(parent):
                    del parent[numbers.randrange(len(parent))]
            case 5:  # the same element twice: ids and references that were one are two
                if len(parent):
                    parent.insert(0, parent[numbers.randrange(len(parent))])
            case 6:
                parent.tag, other.tag = other.tag, parent.tag
            case 7:
                parent.extend([ElementTree.fromstring(ElementTree.tostring(other)) for _ in range(numbers.choice((1, 3)))])
            case _:  # one thing inside itself, deeper than any program writes it
                inner = ElementTree.Element(parent.tag, parent.attrib)
                for _ in range(numbers.choice((20, 200, 600))):
                    deeper = ElementTree.Element(parent.tag, parent.attrib)
                    deeper.append(inner)
                    inner = deeper
                parent.append(inner)
        if len(elements) > 40_000:
            break


def archive(data: bytes, numbers: random.Random) -> bytes:
    """A zip archive written anew with valid checksums: parts changed, left out, doubled, exchanged, renamed, packed otherwise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            parts = [(entry.filename, source.read(entry)) for entry in source.infolist() if entry.file_size < LONGEST]
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError):
        return by_bytes(data, numbers)
    for _ in range(numbers.choice((1, 1, 1, 2, 4))):
        if not parts:
            break
        at = numbers.randrange(len(parts))
        name, content = parts[at]
        kind = numbers.randrange(12)
        if kind < 8:
            parts[at] = (
                name,
                xml(content, numbers) if name.endswith((".xml", ".rels")) and kind < 7 else by_bytes(content, numbers),
            )
        elif kind == 8:
            del parts[at]
        elif kind == 9:
            parts[at] = (name, numbers.choice(parts)[1])
        elif kind == 10:
            parts[at] = (
                numbers.choice((name.upper(), "/" + name, "../" + name, name.replace("/", "\\"), name[:-1])) or "x",
                content,
            )
        else:
            parts.insert(numbers.randrange(len(parts) + 1), (name, numbers.choice(parts)[1]))
    result = io.BytesIO()
    packed = numbers.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
    with zipfile.ZipFile(result, "w", packed) as target:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # no clock: the same case, the same bytes
            entry.compress_type = packed
            target.filelist = (
                [one for one in target.filelist if one.filename != name] if numbers.random() < 0.5 else target.filelist
            )
            target.NameToInfo.pop(name, None)  # two parts of one name are what is wanted; the library would warn
            target.writestr(entry, content)
    return result.getvalue()[:LONGEST]


_OBJECT = re.compile(rb"(?<!\d)(\d{1,7}) (\d{1,5}) obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"\bstream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_TOKEN = re.compile(rb"/[^\s/<>\[\]()]+|[-+]?\d*\.?\d+|\[|\]|<<|>>|\([^()]*\)|\b[A-Za-z*']{1,3}\b")
_REFERENCE = re.compile(rb"\b(\d+) (\d+) R\b")


def pdf(data: bytes, numbers: random.Random) -> bytes:
    """A PDF with objects and streams changed inside, streams unpacked for it and packed again, and offsets that fit again."""
    objects = [(match[1], match[2], match[3]) for match in _OBJECT.finditer(data)]
    if not objects or b"trailer" not in data:
        return _pdf_in_place(data, numbers)
    for _ in range(numbers.choice((1, 1, 2, 4))):
        at = numbers.randrange(len(objects))
        number, generation, body = objects[at]
        match numbers.randrange(8):
            case 0:
                body = numbers.choice(objects)[2]
            case 1:
                target = numbers.choice((number, b"0", b"99999999", numbers.choice(objects)[0]))
                body = _REFERENCE.sub(lambda m, t=target: t + b" 0 R" if numbers.random() < 0.5 else m[0], body)
            case 2:
                del objects[at]
                if not objects:
                    return by_bytes(data, numbers)
                continue
            case _:
                body = _object(body, numbers)
        objects[at] = (number, generation, body)
    result, offsets = bytearray(data[:8] + b"\n%\xe2\xe3\xcf\xd3\n"), []
    for number, generation, body in objects:
        offsets.append((int(number), int(generation), len(result)))
        result += number + b" " + generation + b" obj" + body + b"endobj\n"
    start = len(result)
    for number, generation, offset in offsets:
        result += b"" if result.endswith(b"xref\n") else b"xref\n" * (not result[start:])
        result += b"%d 1\n%010d %05d n \n" % (number, offset, generation)
    trailer = data[data.rindex(b"trailer") :].partition(b"startxref")[0]
    return bytes(result + trailer + b"startxref\n%d\n%%%%EOF\n" % start)[:LONGEST]


def _pdf_in_place(data: bytes, numbers: random.Random) -> bytes:
    """For files with cross-reference streams: one object changed where it stands; readers have to find the others anew."""
    objects = list(_OBJECT.finditer(data))
    if not objects:
        return by_bytes(data, numbers)
    one = numbers.choice(objects)
    return (data[: one.start(3)] + _object(one[3], numbers) + data[one.end(3) :])[:LONGEST]


def _object(body: bytes, numbers: random.Random) -> bytes:
    stream = _STREAM.search(body)
    if stream is None or numbers.random() < 0.3:
        head, tail = (body, b"") if stream is None else (body[: stream.start()], body[stream.start() :])
        return _tokens(head, numbers) + tail
    content, packed = stream[1], False
    if b"FlateDecode" in body[: stream.start()]:
        unpacker = zlib.decompressobj()
        try:
            content, packed = unpacker.decompress(content, LONGEST), True
        except zlib.error:
            return by_bytes(body, numbers)
    content = _tokens(content, numbers) if numbers.random() < 0.7 else by_bytes(content, numbers)
    content = zlib.compress(content) if packed else content
    head = re.sub(rb"/Length \d+( \d+ R)?", b"/Length %d" % len(content), body[: stream.start()])
    return head + b"stream\n" + content + b"\nendstream" + body[stream.end() :]


def _tokens(text: bytes, numbers: random.Random) -> bytes:
    """PDF syntax with a few tokens put wrong, left out, doubled or exchanged."""
    tokens = list(_TOKEN.finditer(text))
    for _ in range(numbers.choice((1, 2, 6)) if tokens else 0):
        one = numbers.choice(tokens)
        other = numbers.choice(tokens)[0]
        new = numbers.choice((b"", other, one[0] * 2, numbers.choice(_NUMBERS), b"(" * 40, b"[" * 300, b"<<" * 300, b"q " * 3000))
        if one[0][:1].isdigit() and numbers.random() < 0.7:
            new = numbers.choice(_NUMBERS)
        text = text[: one.start()] + new + text[one.end() :]
        tokens = list(_TOKEN.finditer(text[:200_000]))
        if not tokens:
            break
    return text


def delimited(data: bytes, numbers: random.Random) -> bytes:
    """Rows and quotes of a text put wrong, another delimiter, another encoding, a line without end."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(numbers.choice((1, 2, 4))):
        lines = text.split("\n")
        at = numbers.randrange(len(lines))
        match numbers.randrange(10):
            case 0:
                lines[at] = lines[at].replace(
                    numbers.choice(',;\t| "'), numbers.choice(('"', ";", "\t", "|", '""', '"\n"', "\r"))
                )
            case 1:
                lines[at] += numbers.choice((",", ";", '"')) * numbers.choice((1, 100, 20_000))
            case 2:
                lines.insert(
                    at, numbers.choice(('"', "", "\x0c", "\x1c\x1d\x1e", "\u2028\u2029\x85", "a" * 200_000, "sep=;", "=1+1"))
                )
            case 3:
                lines = lines[:at] + lines[at : at + 20] * numbers.choice((2, 50)) + lines[at:]
            case 4:
                del lines[at]
            case 5:
                lines = [line.replace(",", numbers.choice((";", "\t", "|", ":"))) for line in lines]
            case 6:
                lines[at] = "".join(numbers.sample(lines[at], len(lines[at])))
            case 7:
                lines[at] += numbers.choice(
                    ("\u0301" * 500, "\u202e\u2066", "\ufeff", "契約", "🧊" * 30, "\u00ad", "\ufdd0\U0010ffff")
                )
            case 8:
                lines[at] = "# " * numbers.choice((1, 50, 5000)) + lines[at]
            case _:
                numbers.shuffle(lines)
        text = numbers.choice(("\n", "\n", "\r\n", "\r")).join(lines)[:LONGEST]
    encoding = numbers.choice(
        ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp1252", "shift_jis", "gb18030", "cp1251")
    )
    result = text.encode("utf-8", "surrogateescape") if encoding == "utf-8" else text.encode(encoding, "replace")
    return by_bytes(result, numbers) if numbers.random() < 0.3 else result[:LONGEST]


def png(data: bytes, numbers: random.Random) -> bytes:
    """A PNG with chunks changed, unpacked pixels among them, left out or doubled, and with the checksums they need."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return by_bytes(data, numbers)
    for _ in range(numbers.choice((1, 1, 2, 3))):
        place = numbers.randrange(len(chunks))
        kind, content = chunks[place]
        match numbers.randrange(7):
            case 0:
                header = bytearray(chunks[0][1])
                where = numbers.choice((0, 4, 8, 9, 12))
                header[where : where + (4 if where < 8 else 1)] = (
                    struct.pack(">I", numbers.choice((0, 1, 2, 7000, 40_000, 2**31 - 1, 2**32 - 1)))
                    if where < 8
                    else bytes([numbers.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))])
                )
                chunks[0] = (chunks[0][0], bytes(header))
            case 1:
                del chunks[place]
            case 2:
                chunks.insert(numbers.randrange(len(chunks) + 1), (kind, content))
            case 3:
                new = numbers.choice((b"iTXt", b"zTXt", b"iCCP", b"eXIf", b"acTL", b"fcTL", b"PLTE", b"tRNS", b"pHYs", b"gAMA"))
                chunks.insert(1, (new, numbers.randbytes(numbers.choice((0, 4, 9, 26, 300)))))
            case 4 if kind == b"IDAT":
                try:
                    content = zlib.compress(by_bytes(zlib.decompressobj().decompress(content, LONGEST), numbers))
                except zlib.error:
                    content = by_bytes(content, numbers)
                chunks[place] = (kind, content)
            case _:
                chunks[place] = (kind, by_bytes(content, numbers))
        if not chunks:
            return b"\x89PNG\r\n\x1a\n"
    return data[:8] + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def tiff(data: bytes, numbers: random.Random) -> bytes:
    """A TIFF with entries of its first directories changed: tag, type, count or value."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8 or data[2:4] in (b"\x2b\0", b"\0\x2b"):
        return by_bytes(data, numbers)
    changed = bytearray(data)
    (at,) = struct.unpack(order + "I", data[4:8])
    for _ in range(numbers.choice((1, 1, 2, 4))):
        if at + 2 > len(data):
            break
        (count,) = struct.unpack(order + "H", data[at : at + 2])
        place = at + 2 + 12 * numbers.randrange(max(count, 1))
        if place + 12 > len(changed):
            break
        match numbers.randrange(5):
            case 0:
                changed[place : place + 2] = struct.pack(
                    order + "H", numbers.choice((254, 256, 258, 259, 262, 266, 273, 274, 277, 279, 317, 322, 338))
                )
            case 1:
                changed[place + 2 : place + 4] = struct.pack(order + "H", numbers.choice((0, 1, 2, 3, 4, 5, 12, 13, 16, 255)))
            case 2:
                changed[place + 4 : place + 8] = struct.pack(order + "I", numbers.choice((0, 1, 2, 65_536, 2**31, 2**32 - 1)))
            case 3:
                changed[place + 8 : place + 12] = struct.pack(
                    order + "I", numbers.choice((0, 1, 8, at, 65_535, 2**31, 2**32 - 1))
                )
            case _:  # the next directory is this one, or nowhere
                end = at + 2 + 12 * count
                changed[end : end + 4] = struct.pack(order + "I", numbers.choice((at, 2, len(data) - 1, 2**32 - 1)))
    return by_bytes(bytes(changed), numbers) if numbers.random() < 0.2 else bytes(changed)


def manifest(data: bytes, numbers: random.Random) -> bytes:
    """A JSON text with values exchanged for others of any kind, keys doubled, nesting without end."""
    text = data.decode("utf-8", "surrogateescape")
    values = [
        "null",
        "true",
        "-1",
        "1e999",
        "NaN",
        "9" * 5000,
        '"\\ud800"',
        '"\\u0000"',
        '""',
        "[]",
        "{}",
        "[" * 5000,
        '"' + "a" * 5000 + '"',
    ]
    for _ in range(numbers.choice((1, 1, 2, 4))):
        found = list(re.finditer(r'"[^"]*"|-?\d+(?:\.\d+)?|[\[\]{},:]', text))
        if not found:
            break
        one, other = numbers.choice(found), numbers.choice(found)
        text = text[: one.start()] + numbers.choice((*values, other[0], "", one[0] * 2)) + text[one.end() :]
    result = text.encode("utf-8", "surrogateescape")
    return by_bytes(result, numbers) if numbers.random() < 0.3 else result


def structured(data: bytes, numbers: random.Random, others: Sequence[bytes], own: Change) -> bytes:
    """One changed file: mostly by the structure of its family, sometimes by bytes alone, sometimes of two files."""
    drawn = numbers.random()
    if drawn < 0.12:
        return by_bytes(data, numbers)
    if drawn < 0.16:
        return spliced(data, numbers.choice(others), numbers)
    return own(data, numbers)

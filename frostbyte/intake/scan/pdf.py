"""A PDF as a malware rule sees it: its streams decoded, its dictionaries unescaped, its actions with what they refer to.

No parser: objects are found by their words wherever they lie, for what a hostile file's tables leave out a lenient reader may
still find. Streams are decoded by the filters a script or a file can hide behind; those of pictures alone are left as they are.
"""

from __future__ import annotations

import binascii
import mmap
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from frostbyte.errors import ScanFailed

Data = bytes | mmap.mmap

MOST_DECODED: Final = 64 * 1024 * 1024
"""Bytes of one decoded stream. More is refused but of a picture, where what is beyond is pixels."""
_MOST_LZW: Final = 4 * 1024 * 1024
_MOST_TEXT: Final = 64 * 1024
_MOST_ACTIONS: Final = 5_000
_MOST_FILTERS: Final = 8

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})[\s\0]+\d{1,5}[\s\0]+obj\b")
_STREAM = re.compile(rb"\bstream(?:\r\n|\n|\r)?")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/([^\s\0()<>\[\]{}/%]*)")
_REFERENCE = re.compile(rb"(\d{1,10})[\s\0]+\d{1,5}[\s\0]+R\b")
_FILTER = re.compile(rb"/(?:Filter|F)[\s\0]*(\[[^\]]*\]|/[^\s\0()<>\[\]{}/%]+|\d+[\s\0]+\d+[\s\0]+R)")
_FOLLOWED = re.compile(rb"/(?:JS|Next|Win|S|F|Names|Kids|JavaScript|OpenAction|AA|A|" rb"O|C|WC|WS|DS|WP|DP|PO|PC|PV|PI)[\s\0]*"
                       rb"(\[[^\]]*\]|\d+[\s\0]+\d+[\s\0]+R)")  # fmt: skip
_AUTOMATIC = re.compile(rb"/(O|C|WC|WS|DS|WP|DP|PO|PC|PV|PI)(?=[\s\0<\d])")
_SCRIPT = re.compile(rb"/JS[\s\0]*(\(|<(?!<)|\d+[\s\0]+\d+[\s\0]+R)")
_STRING_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class Object:
    """A numbered object: its text without a stream's bytes, names unescaped, and where those lie if it has any."""

    text: bytes
    packed: tuple[int, int] | None = None


@dataclass
class Document:
    """The objects of a file by number, the last one of each; and those that are not reached by number any more."""

    data: Data
    objects: list[Object] = field(default_factory=list)
    by_number: dict[int, Object] = field(default_factory=dict)

    def streams(self) -> Iterator[tuple[str, bytes]]:
        """Every stream decoded, with what it is; object streams give their objects besides. Raises ScanFailed for a bomb."""
        for entry in list(self.objects):
            if entry.packed is None:
                continue
            name = _stream_name(entry.text)
            decoded = self.decoded(entry)
            if re.search(rb"/Type[\s\0]*/ObjStm\b", entry.text):
                self._add_packed_objects(entry.text, decoded)
            yield name, decoded

    def dictionaries(self) -> bytes:
        """The text of all objects, one after the other, at most MOST_DECODED of it."""
        return b"\n".join(entry.text for entry in self.objects)[:MOST_DECODED]

    def decoded(self, entry: Object) -> bytes:
        """The stream of an object, each of its filters undone as far as that goes."""
        at, stop = entry.packed or (0, 0)
        data = bytes(self.data[at:stop])
        is_picture = _stream_name(entry.text) in ("image", "jbig2")
        for name in self._filters(entry.text):
            undo = _FILTERS.get(name)
            if undo is None:
                return data
            decoded = undo(data)
            if not decoded and data:
                return data  # encrypted, or not what it says: its bytes as they are
            data = decoded
            if len(data) >= MOST_DECODED and not is_picture:
                raise ScanFailed("a stream of the file unpacks to more than is scanned", about_file=True)
        return data

    def actions(self) -> Iterator[tuple[str, bytes]]:
        """What starts without being asked for, and what a click starts: (`open`, `document_script`, `page`, `click`), text."""
        found = 0
        for entry in self.objects:
            for name, text in self._actions_of(entry.text):
                yield name, self._expanded(text)
                found += 1
                if found > _MOST_ACTIONS:
                    return

    def scripts(self) -> Iterator[bytes]:
        """The text of every script, decoded to UTF-8."""
        found = 0
        for entry in self.objects:
            for match in _SCRIPT.finditer(entry.text):
                yield self._script(entry.text, match)
                found += 1
                if found > _MOST_ACTIONS:
                    return

    def _script(self, text: bytes, match: re.Match[bytes]) -> bytes:
        opening = match[1]
        if opening == b"(":
            return _as_text(_literal(text, match.end()))
        if opening == b"<":
            return _as_text(_from_hex(text[match.end() : match.end() + MOST_DECODED]))
        target = self._target(opening)
        if target is None:
            return b""
        if target.packed is not None:
            return _as_text(self.decoded(target))
        at = target.text.find(b"(")
        if at >= 0:
            return _as_text(_literal(target.text, at + 1))
        return _as_text(_from_hex(target.text.partition(b"<")[2]))

    def _actions_of(self, text: bytes) -> Iterator[tuple[str, bytes]]:
        if b"/OpenAction" in text:
            for match in re.finditer(rb"/OpenAction(?=[\s\0<\[\d])", text):
                yield "open", _value(text, match.end())
        if b"/JavaScript" in text:
            for match in re.finditer(rb"/JavaScript[\s\0]*(?=<<|\d+[\s\0]+\d+[\s\0]+R)", text):
                yield "document_script", _value(text, match.end())
        if b"/AA" in text:
            for match in re.finditer(rb"/AA(?=[\s\0<\d])", text):
                triggers = _value(text, match.end())
                if reference := _REFERENCE.match(triggers):
                    target = self._target(reference[0])
                    triggers = b"" if target is None else target.text
                for trigger in _AUTOMATIC.finditer(triggers):
                    yield "page", _value(triggers, trigger.end())
        if b"/A" in text:
            for match in re.finditer(rb"/A(?=[\s\0]*(?:<<|\d+[\s\0]+\d+[\s\0]+R))", text):
                yield "click", _value(text, match.end())

    def _expanded(self, text: bytes) -> bytes:
        """An action's text, followed by that of the objects it refers to, each once."""
        out, seen, waiting = bytearray(), set[int](), [text]
        while waiting and len(out) < _MOST_TEXT:
            text = waiting.pop(0)[:_MOST_TEXT]
            out += text + b"\n"
            direct = _REFERENCE.match(text.strip())
            values = [direct[0]] if direct else [match[1] for match in _FOLLOWED.finditer(text)]
            for value in values:
                for reference in _REFERENCE.finditer(value):
                    number = int(reference[1])
                    if number not in seen and number in self.by_number:
                        seen.add(number)
                        waiting.append(self.by_number[number].text)
        return bytes(out)

    def _target(self, reference: bytes) -> Object | None:
        return self.by_number.get(int(reference.split()[0].strip(b"\0")))

    def _filters(self, text: bytes) -> list[bytes]:
        match = _FILTER.search(text)
        if match is None:
            return []
        value = match[1]
        if value[:1].isdigit():
            target = self._target(value)
            value = b"" if target is None else target.text
        return _NAME.findall(value)[:_MOST_FILTERS]

    def _add_packed_objects(self, text: bytes, decoded: bytes) -> None:
        if re.search(rb"/Predictor[\s\0]*1[0-5]", text):
            columns = re.search(rb"/Columns[\s\0]*(\d{1,6})", text)
            decoded = _unpredicted(decoded, int(columns[1]) if columns else 1)
        first = re.search(rb"/First[\s\0]*(\d{1,9})", text)
        if first is None:
            return
        begin = int(first[1])
        numbers = decoded[:begin].split()
        places = [(int(n), int(at)) for n, at in zip(numbers[::2], numbers[1::2], strict=False) if n.isdigit() and at.isdigit()]
        for index, (number, at) in enumerate(places):
            end = places[index + 1][1] if index + 1 < len(places) else len(decoded)
            self.add(number, Object(_unescaped(decoded[begin + at : begin + end if end > at else None])))

    def add_loose(self, at: int, stop: int) -> None:
        """What stands between objects: trailers, whose dictionaries may hold the catalog itself."""
        if self.data.find(b"<<", at, stop) >= 0:
            self.objects.append(Object(_unescaped(self.data[at : min(stop, at + MOST_DECODED)])))

    def add(self, number: int, entry: Object) -> None:
        self.objects.append(entry)
        self.by_number[number] = entry


def read(data: Data) -> Document:
    """The objects of a PDF, found by their words."""
    document = Document(data)
    matches = list(_OBJECT.finditer(data))
    after_stream = after_object = 0
    for index, match in enumerate(matches):
        if match.start() < after_stream:
            continue  # looks like an object, inside a stream
        document.add_loose(after_object, match.start())
        limit = matches[index + 1].start() if index + 1 < len(matches) else len(data)
        end = _find(data, b"endobj", match.end(), limit)
        packed = None
        if stream := _STREAM.search(data, match.end(), end):
            after_stream = _find(data, b"endstream", stream.end(), len(data))
            packed, end = (stream.end(), after_stream), stream.start()
        document.add(int(match[1]), Object(_unescaped(data[match.end() : min(end, match.end() + MOST_DECODED)]), packed))
        after_object = max(end, after_stream)
    document.add_loose(after_object, len(data))
    return document


def _find(data: Data, word: bytes, start: int, stop: int) -> int:
    at = data.find(word, start, stop)
    return stop if at < 0 else at


def _unescaped(text: bytes) -> bytes:
    """Names with their #xx written out. Strings change with them, which loses no rule its match."""
    return _ESCAPED.sub(lambda match: bytes((int(match[1], 16),)), text) if b"#" in text else text


def _stream_name(text: bytes) -> str:
    if b"JBIG2Decode" in text:
        return "jbig2"
    if re.search(rb"/Type[\s\0]*/EmbeddedFile\b", text):
        return "embedded_file"
    if re.search(rb"/Subtype[\s\0]*/Image\b", text):
        return "image"
    return "font" if re.search(rb"/Length1\b|/FontFile", text) else ""


def _value(text: bytes, at: int) -> bytes:
    """The value that begins at `at`: a dictionary or array to its end, a reference or a word; strings in it do not count."""
    while at < len(text) and text[at : at + 1] in b" \t\r\n\0\f":
        at += 1
    opening = text[at : at + 2] if text[at : at + 2] == b"<<" else text[at : at + 1]
    if opening not in (b"<<", b"["):
        match = re.compile(rb"\d+[\s\0]+\d+[\s\0]+R|[^\s\0<>\[\]()]+").match(text, at)
        return match[0] if match else b""
    depth, position = 0, at
    for token in re.compile(rb"\\.|<<|>>|[\[\]()]", re.DOTALL).finditer(text, at, at + _MOST_TEXT):
        word = token[0]
        position = token.end()
        if word in (b"<<", b"[", b"("):
            depth += 1
        elif word in (b">>", b"]", b")"):
            depth -= 1
            if depth <= 0:
                break
    return text[at:position]


def _literal(text: bytes, at: int) -> bytes:
    """The literal string whose opening bracket lies before `at`."""
    out, depth = bytearray(), 1
    for token in re.compile(rb"\\([0-7]{1,3}|\r\n|.)|[()]|[^\\()]+", re.DOTALL).finditer(text, at):
        word = token[0]
        if word == b"(":
            depth += 1
        elif word == b")":
            depth -= 1
            if not depth:
                break
        elif word.startswith(b"\\"):
            escaped = token[1]
            if escaped[:1].isdigit() and escaped[:1] < b"8":
                out.append(int(escaped, 8) & 0xFF)
            elif escaped not in (b"\n", b"\r", b"\r\n"):
                out += _STRING_ESCAPES.get(escaped, escaped)
            continue
        out += word
    return bytes(out)


def _as_text(data: bytes) -> bytes:
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace").encode()
    return data


# Filters


def _inflated(data: bytes) -> bytes:
    """As far as it goes: before damage, byte by byte."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpack, out, step, at = zlib.decompressobj(window), bytearray(), 1 << 16, 0
        while at < len(data) and not unpack.eof and len(out) < MOST_DECODED:
            before, size = unpack.copy(), len(out)
            try:
                block = data[at : at + step]
                while block and len(out) < MOST_DECODED:
                    out += unpack.decompress(block, MOST_DECODED - len(out))
                    block = unpack.unconsumed_tail
            except zlib.error:
                if step == 1:
                    break
                unpack, step = before, 1
                del out[size:]
                continue
            at += step
        if out:
            return bytes(out)
    return b""


def _from_hex(data: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.partition(b">")[0])
    return binascii.unhexlify(digits + b"0" * (len(digits) % 2))


def _from_ascii85(data: bytes) -> bytes:
    out, group = bytearray(), list[int]()
    for byte in data.partition(b"~")[0].removeprefix(b"<"):
        if byte == 0x7A and not group:
            out += bytes(4)
        elif 33 <= byte <= 117:
            group.append(byte - 33)
            if len(group) == 5:
                out += _ascii85_group(group)
                group = []
    if len(group) > 1:
        out += _ascii85_group(group + [84] * (5 - len(group)))[: len(group) - 1]
    return bytes(out)


def _ascii85_group(group: list[int]) -> bytes:
    number = 0
    for digit in group:
        number = number * 85 + digit
    return (number & 0xFFFFFFFF).to_bytes(4, "big")


def _from_runs(data: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(data) and data[at] != 128 and len(out) < MOST_DECODED:
        length = data[at]
        out += data[at + 1 : at + 2 + length] if length < 128 else data[at + 1 : at + 2] * (257 - length)
        at += 2 + length if length < 128 else 2
    return bytes(out)


def _from_lzw(data: bytes) -> bytes:
    table: list[bytes] = []
    out, bits, held, width, last = bytearray(), 0, 0, 9, b""
    for byte in data:
        bits, held = (bits << 8 | byte) & 0xFFFFFF, held + 8
        if held < width:
            continue
        held -= width
        code = bits >> held & (1 << width) - 1
        if code == 257 or len(out) > _MOST_LZW:
            break
        if code == 256 or not table:
            table, width, last = [bytes((n,)) for n in range(256)] + [b"", b""], 9, b""
            if code == 256:
                continue
        word = table[code] if code < len(table) else last + last[:1]
        out += word
        if last and len(table) < 4096:
            table.append(last + word[:1])
        last = word
        width = min(12, max(9, (len(table) + 1).bit_length()))
    return bytes(out)


def _unpredicted(data: bytes, columns: int) -> bytes:
    """PNG prediction undone for rows of bytes."""
    out, above = bytearray(), bytearray(columns)
    for at in range(0, len(data), columns + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + columns])
        for n in range(len(row)):
            left, up, corner = (row[n - 1], above[n], above[n - 1]) if n else (0, above[n], 0)
            guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind if kind < 5 else 0]
            row[n] = (row[n] + guess) & 0xFF
        out += row
        above = row + bytearray(columns - len(row))
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


_FILTERS: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"FlateDecode": _inflated, b"Fl": _inflated, b"ASCIIHexDecode": _from_hex, b"AHx": _from_hex,
    b"ASCII85Decode": _from_ascii85, b"A85": _from_ascii85, b"RunLengthDecode": _from_runs, b"RL": _from_runs,
    b"LZWDecode": _from_lzw, b"LZW": _from_lzw,
}  # fmt: skip
"""Name to what undoes it, in full or as far as it goes. Those of pictures (DCT, JPX, CCITT, JBIG2) are left as they are."""

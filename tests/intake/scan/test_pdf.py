from __future__ import annotations

import base64
import zlib

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import pdf

from . import making

TEXT = b"What is hidden is said. " * 20


def _runs(data: bytes) -> bytes:
    return b"".join(bytes((len(data[n : n + 100]) - 1,)) + data[n : n + 100] for n in range(0, len(data), 100)) + b"\x80"


def _lzw(data: bytes) -> bytes:
    """Each byte as a code of nine bits, the table cleared before it grows."""
    codes = [code for n in range(0, len(data), 200) for code in (256, *data[n : n + 200])] + [257]
    bits = "".join(f"{code:09b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[n : n + 8], 2) for n in range(0, len(bits), 8))


@pytest.mark.parametrize(
    ("filters", "packed"),
    [
        (b"/FlateDecode", zlib.compress(TEXT)),
        (b"[/Fl]", zlib.compress(TEXT)),
        (b"/ASCIIHexDecode", TEXT.hex().encode() + b">"),
        (b"/ASCII85Decode", base64.a85encode(TEXT) + b"~>"),
        (b"/RunLengthDecode", _runs(TEXT)),
        (b"/LZWDecode", _lzw(TEXT)),
        (b"[/AHx /FlateDecode]", zlib.compress(TEXT).hex().encode() + b">"),
        (b"/Fl#61teDecode", zlib.compress(TEXT)),
        (b"2 0 R", zlib.compress(TEXT)),
    ],
)
def test_filters_are_undone(filters: bytes, packed: bytes) -> None:
    document = pdf.read(making.pdf(b"<< /Filter %s >>\nstream\n%s\nendstream" % (filters, packed), b"/FlateDecode"))
    assert [data.rstrip(b"\n") for _, data in document.streams()] == [TEXT]


def test_a_damaged_stream_gives_what_came_before() -> None:
    packed = zlib.compress(bytes(range(256)) * 200 + TEXT)
    document = pdf.read(making.pdf(b"<< /Filter /FlateDecode >>\nstream\n%s\nendstream" % packed[:200]))
    assert next(document.streams())[1].startswith(bytes(range(100)))


def test_a_bomb_is_refused_and_a_large_picture_is_not() -> None:
    bomb = zlib.compress(bytes(pdf.MOST_DECODED + 1))
    with pytest.raises(ScanFailed, match="unpacks to more") as caught:
        list(pdf.read(making.pdf(b"<< /Filter /FlateDecode >>\nstream\n%s\nendstream" % bomb)).streams())
    assert caught.value.about_file
    picture = b"<< /Subtype /Image /Filter /FlateDecode >>\nstream\n%s\nendstream" % bomb
    assert [name for name, _ in pdf.read(making.pdf(picture)).streams()] == ["image"]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (b"(a\\(b\\)\\141\\n)", b"a(b)a\n"),
        (b"<61 62 63>", b"abc"),
        (b"<feff00610062>", b"ab"),
        (b"(\xfe\xff\0a\0b)", b"ab"),
    ],
)
def test_scripts_are_decoded(script: bytes, text: bytes) -> None:
    assert list(pdf.read(making.pdf(b"<< /S /JavaScript /JS %s >>" % script)).scripts()) == [text]
    by_number = making.pdf(b"<< /S /JavaScript /JS 2 0 R >>", script)
    assert list(pdf.read(by_number).scripts()) == [text]


def test_actions_that_lead_in_a_circle_end() -> None:
    document = pdf.read(making.pdf(b"<< /OpenAction 2 0 R >>", b"<< /S /Named /Next 3 0 R >>", b"<< /S /GoTo /Next 2 0 R >>"))
    ((name, text),) = document.actions()
    assert name == "open"
    assert text.count(b"/GoTo") == 1

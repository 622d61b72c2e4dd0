"""A file read plainly is the file that pypdf reads; whatever is done is work, and comes to an end."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from pypdf.generic import IndirectObject

from frostbyte.parse import pdf_reader
from tests.parse.test_pdf_objects import parts

Text = Callable[..., str]


def opened(data: bytes, most: int = 10**9, *, plainly: bool = True) -> pdf_reader.Reader:
    work = pdf_reader.Work(most)
    return pdf_reader.Reader(pdf_reader.Counted(io.BytesIO(data), work), data if plainly else b"", work)


def every(reader: pypdf.PdfReader, count: int = 60) -> list[Any]:
    """All objects, asked for from the last to the first."""
    return [parts(reader.get_object(number)) for number in range(count, 0, -1)]


def packed(objects: dict[int, bytes], *, container: int = 10, head: bytes = b"", offset: int = 0) -> bytes:
    """A file whose objects beside its own three are packed in one stream, found by a cross-reference stream."""
    body, index = b"", b""
    for number, value in objects.items():
        index += b"%d %d " % (number, len(body) + offset)
        body += value + b" "
    unpacked = zlib.compress(head + index + body)
    first = len(head) + len(index)
    out = b"%PDF-1.5\n"
    places = {}
    for number, value in (
        (1, b"<< /Type /Catalog /Pages 4 0 R >>"),
        (
            container,
            b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\nstream\n"
            % (len(objects), first, len(unpacked)),
        ),
    ):
        places[number] = len(out)
        out += b"%d 0 obj\n%s" % (number, value) + (unpacked + b"\nendstream" if number == container else b"") + b"\nendobj\n"
    entries = b""
    for number in range(12):
        kind, one, two = (1, places[number], 0) if number in places else (2, container, 0) if number in objects else (0, 0, 0)
        entries += bytes([kind]) + one.to_bytes(4, "big") + bytes([two])
    start = len(out)
    out += b"11 0 obj\n<< /Type /XRef /Size 12 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(entries)
    return out + entries + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % start


PAGES = {
    4: b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
    5: b"<< /Type /Page /Parent 4 0 R /Annots [6 0 R] >>",
    6: b"[(a) 7]",
    7: b"8",
}


def test_a_file_is_read_as_pypdf_reads_it(pdf: Any, text: Text) -> None:
    pdf.page(text(72, 700, "A page."), entries="/Annots [<< /Type /Annot /Contents (a \\(b\\)) >> 9 0 R]")
    pdf.add("<< /A 1 /A 2 >>")
    pdf.add("[1 0 R % a comment\n]")
    pdf.add("(a string)")
    data = pdf.bytes()
    theirs = pypdf.PdfReader(io.BytesIO(data))
    ours = opened(data)
    assert every(ours) == every(theirs) == every(opened(data, plainly=False))
    assert ours.xref == theirs.xref
    assert list(ours.resolved_objects) == list(theirs.resolved_objects)
    assert [page.indirect_reference.idnum for page in ours.pages] == [p.indirect_reference.idnum for p in theirs.pages]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "objects",
    [
        PAGES,
        {**PAGES, 8: b"% a comment"},  # one that is left to pypdf, and with it all
        {**PAGES, 8: b"(open"},
        {**PAGES, 8: b"<< /A 1 /A 2 >>"},
        {**PAGES, 8: b"/A", 9: b"5 0 R"},
        {**PAGES, 10: b"<< /A 1 >>"},  # packed in itself
        {},
    ],
)
def test_packed_objects_are_what_pypdf_unpacks(objects: dict[int, bytes]) -> None:
    for head in (b"", b"4 99999 "):
        data = packed(objects, head=head)
        theirs = pypdf.PdfReader(io.BytesIO(data))
        ours = opened(data)
        for number in (5, 4, 8, 9, 3, 6):
            said = []
            for reader in (theirs, ours):
                try:
                    said.append(parts(reader.get_object(number)))
                except Exception as error:
                    said.append(type(error))
            assert said[0] == said[1]
        assert list(ours.resolved_objects) == list(theirs.resolved_objects)


def test_plain_objects_are_not_read_by_pypdf(pdf: Any, text: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a pypdf that asks in other ways than these is noticed."""
    pdf.page(text(72, 700, "A page."))
    read: list[int] = []
    for data in (pdf.bytes(), packed(PAGES)):
        reader = opened(data)
        reader.get_object(10)
        with monkeypatch.context() as patch:
            patch.setattr(pdf_reader.Counted, "read", lambda _, size=-1: read.append(size))
            assert len(reader.pages) == 1
        assert read == []


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_encrypted_file_is_read_as_pypdf_reads_it(pdf: Any, text: Text, algorithm: str) -> None:
    pdf.page(text(72, 700, "A page."), entries="/Annots [<< /Type /Annot /Contents (a \\(b\\)) >>]")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf.bytes()))
    writer.encrypt("user", "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    theirs = pypdf.PdfReader(io.BytesIO(out.getvalue()))
    ours = opened(out.getvalue())
    with pytest.raises(pypdf.errors.FileNotDecryptedError):
        opened(out.getvalue()).pages[0]
    for reader in (theirs, ours):
        reader.decrypt("user")
    assert every(ours) == every(theirs)
    assert "a (b)" in str(every(ours))


def asked(reader: pdf_reader.Reader, number: int) -> int:
    """How often the object can be asked for before the work is used up."""
    for times in range(10_000):
        try:
            reader.get_object(IndirectObject(number, 0, reader))
        except pdf_reader.GaveUp:
            return times
        except Exception:
            reader._known_objects.clear()
    return 10_000


def test_plain_objects_are_work(pdf: Any, text: Text) -> None:
    numbers = [pdf.add(f"[{'(as long as it is) ' * 500}]") for _ in range(40)]
    pdf.page(text(72, 700, "A page."))
    data = pdf.bytes()
    most = pdf_reader.PLAIN * len(data)

    def left(most: int) -> int:
        reader = opened(data, most)
        for number in numbers * 3:
            reader.get_object(IndirectObject(number, 0, reader))
        return reader._work.left

    assert 0 < left(2 * most) < most
    assert left(2 * most) == left(2 * most)
    with pytest.raises(pdf_reader.GaveUp):
        left(most)


def test_objects_that_are_broken_near_their_end_are_work_each_time(pdf: Any, text: Text) -> None:
    broken = pdf.add(f"[{'(as long as it is) ' * 500} (never ends")
    pdf.page(text(72, 700, "A page."))
    assert asked(opened(pdf.bytes(), 10**8), broken) < 100


def test_packed_objects_are_work_before_they_are_read() -> None:
    reader = opened(packed({**PAGES, 8: b"(" + b"a" * 1_000_000 + b")"}), 50_000_000)
    with pytest.raises(pdf_reader.GaveUp):
        reader.get_object(5)


def test_packed_objects_that_cannot_be_unpacked_are_work() -> None:
    data = packed(PAGES).replace(b"/FlateDecode", b"/NoSuchCodec")
    reader = opened(data, 20 * pdf_reader.UNREADABLE)
    assert asked(reader, 5) < 20

"""Documents for the parser's tests, written byte by byte, so that each test says what is in its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from frostbyte.parse.pdf_page import PageContent
from frostbyte.parse.pdfium import PdfFile


@dataclass
class PdfWriter:
    """The least PDF that holds what a test needs. Coordinates as in PDF: points, origin bottom left.

    Fonts: F1 Helvetica, F2 Helvetica-Bold, F3 Courier. Objects 1 to 5 are the catalog, the pages and the fonts.
    """

    catalog: str = ""
    """Entries added to the catalog."""
    _objects: list[bytes] = field(default_factory=lambda: [b""] * 5)
    _pages: list[int] = field(default_factory=list)

    def add(self, body: str | bytes) -> int:
        """A further object; returns its number."""
        self._objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self._objects)

    def stream(self, data: str | bytes, entries: str = "") -> int:
        """A stream object; returns its number."""
        raw = data.encode("latin-1") if isinstance(data, str) else data
        return self.add(f"<< /Length {len(raw)} {entries} >>\nstream\n".encode("latin-1") + raw + b"\nendstream")

    def picture(self, rgb: bytes, width: int, height: int) -> int:
        """An image object of 8-bit RGB samples."""
        entries = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceRGB"
        return self.stream(rgb, entries)

    def page(self, *content: str, size: tuple[float, float] = (612, 792), entries: str = "", pictures: Sequence[int] = ()) -> int:
        """A page of the content given; `pictures` are named /I0, /I1, ... Returns the page's object number."""
        drawn = self.stream("\n".join(content))
        named = " ".join(f"/I{i} {number} 0 R" for i, number in enumerate(pictures))
        number = self.add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents {drawn} 0 R {entries} "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> /XObject << {named} >> >> >>"
        )
        self._pages.append(number)
        return number

    def page_object(self, body: str) -> None:
        """A page whose object is exactly this, broken or not."""
        self._pages.append(self.add(body))

    def bytes(self) -> bytes:
        """The whole file."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._objects[0] = f"<< /Type /Catalog /Pages 2 0 R {self.catalog} >>".encode("latin-1")
        self._objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode("latin-1")
        for place, name in enumerate(("Helvetica", "Helvetica-Bold", "Courier"), start=2):
            self._objects[place] = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode(
                "latin-1"
            )
        result = bytearray(b"%PDF-1.7\n")
        offsets = []
        for number, body in enumerate(self._objects, start=1):
            offsets.append(len(result))
            result += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(result)
        result += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode()
        result += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
        result += f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(result)


def _text(x: float, y: float, words: str, size: float = 11, font: str = "F1", mode: int = 0) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {mode} Tr {x} {y} Td ({escaped}) Tj ET"


@pytest.fixture
def pdf() -> PdfWriter:
    """An empty PDF to add pages to."""
    return PdfWriter()


@pytest.fixture(scope="session")
def new_pdf() -> type[PdfWriter]:
    """The writer itself, for tests that make many files."""
    return PdfWriter


@pytest.fixture(scope="session")
def text() -> Callable[..., str]:
    """`text(x, y, words, size=11, font="F1", mode=0)`: page content that draws one line."""
    return _text


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., str]:
    """`saved(bytes, name="a.pdf")`: the bytes as a file; returns its path."""

    def save(data: bytes, name: str = "a.pdf") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return save


@pytest.fixture
def content(pdf: PdfWriter, saved: Callable[..., str]) -> Callable[..., PageContent]:
    """The first page of a file that holds what is drawn."""

    def of(*drawn: str, **options: Any) -> PageContent:
        pdf.page(*drawn, **options)
        with PdfFile(saved(pdf.bytes())) as document:
            return document.page(0)

    return of

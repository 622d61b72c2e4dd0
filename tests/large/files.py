"""Large files made here, the same on every machine: a filing of many dense pages, a PDF of pictures, a long CSV, a batch."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_SENTENCES = (
    "the of and to in for company net revenue income operating segment fiscal year ended december compared with "
    "increase decrease primarily due higher lower costs expenses interest tax rate assets liabilities cash flows "
    "financing activities shareholders equity stock repurchase dividends amortization goodwill impairment pension "
    "benefit obligations fair value hedging currency "
)
WORDS = _SENTENCES.split()


class PdfFile:
    """A PDF written to disk object by object; Helvetica is F1."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self._file.write(b"%PDF-1.7\n")
        self._places: dict[int, int] = {}
        self._pages: list[int] = []
        self._next = 4

    def stream(self, content: bytes, entries: str = "") -> int:
        """A stream object; its number."""
        return self._object(f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream")

    def page(self, content: bytes, picture: int | None = None) -> None:
        """A page of letter size."""
        drawn = self.stream(content)
        pictures = f"/XObject << /I {picture} 0 R >>" if picture else ""
        self._pages.append(
            self._object(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {drawn} 0 R "
                f"/Resources << /Font << /F1 3 0 R >> {pictures} >> >>".encode()
            )
        )

    def close(self) -> None:
        """Write what holds the pages together."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(b"<< /Type /Catalog /Pages 2 0 R >>", 1)
        self._object(f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode(), 2)
        self._object(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>", 3)
        start, size = self._file.tell(), self._next
        self._file.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        self._file.write(b"".join(f"{self._places[number]:010d} 00000 n \n".encode() for number in range(1, size)))
        self._file.write(f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
        self._file.close()

    def _object(self, body: bytes, number: int | None = None) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._places[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        return number


def filing(path: Path, pages: int, seed: int = 1) -> None:
    """A dense annual report: about 3,700 letters on a page, every third page half a table of figures."""
    rng, pdf = random.Random(seed), PdfFile(path)
    for number in range(1, pages + 1):
        pdf.page("\n".join(_page(rng, number)).encode())
    pdf.close()


def _page(rng: random.Random, number: int) -> Iterator[str]:
    yield f"BT /F1 8 Tf 40 770 Td (Annual report) Tj ET BT /F1 8 Tf 300 20 Td ({number}) Tj ET"
    y = 750
    yield f"BT /F1 14 Tf 40 {y} Td (Note {number}. {' '.join(rng.choices(WORDS, k=4)).title()}) Tj ET"
    table = number % 3 == 0
    for line in range(24 if table else 58):
        y -= 12
        words = " ".join(rng.choices(WORDS, k=13))[:96]
        yield f"BT /F1 9 Tf 40 {y} Td ({words}{'.' if line % 6 == 5 else ''}) Tj ET"
    for _ in range(26 if table else 0):
        y -= 13
        yield f"BT /F1 9 Tf 40 {y} Td ({' '.join(rng.choices(WORDS, k=3)).capitalize()}) Tj ET"
        for column in range(4):
            yield f"BT /F1 9 Tf {300 + 70 * column} {y} Td ({rng.randrange(100, 99999):,}) Tj ET"
        yield f"40 {y - 3} m 570 {y - 3} l S"


def pictures(path: Path, size_bytes: int, seed: int = 2) -> None:
    """A PDF of about so many bytes: pages of text over pictures that do not compress, 8 MB each."""
    rng, pdf, side = random.Random(seed), PdfFile(path), 1633
    for number in range(1, size_bytes // (side * side * 3) + 2):
        entries = f"/Type /XObject /Subtype /Image /Width {side} /Height {side} /BitsPerComponent 8 /ColorSpace /DeviceRGB"
        picture = pdf.stream(rng.randbytes(side * side * 3), entries)
        words = [" ".join(rng.choices(WORDS, k=13)) for _ in range(12)]
        lines = [f"BT /F1 9 Tf 40 {760 - 12 * at} Td ({line}) Tj ET" for at, line in enumerate(words)]
        title, drawn = f"BT /F1 12 Tf 40 780 Td (Plate {number}) Tj ET", "q 500 0 0 500 50 60 cm /I Do Q"
        pdf.page("\n".join((title, *lines, drawn)).encode(), picture)
    pdf.close()


def drawings(path: Path, pages: int, seed: int) -> None:
    """A small PDF whose pages are slow to read and say little: a title each, and 2,500 strokes drawn 16 times."""
    rng, pdf = random.Random(seed), PdfFile(path)
    ends = ((rng.randrange(40, 570), rng.randrange(40, 740)) for _ in range(2500))
    strokes = "\n".join(f"{x} {y} m {x + 9} {y + 7} l S" for x, y in ends)
    form = pdf.stream(strokes.encode(), "/Type /XObject /Subtype /Form /BBox [0 0 612 792]")
    for number in range(1, pages + 1):
        title = f"BT /F1 10 Tf 40 770 Td (Drawing {seed}, sheet {number} of {pages}) Tj ET"
        pdf.page("\n".join((title, *(f"q 1 0 0 1 {at} {at} cm /I Do Q" for at in range(16)))).encode(), form)
    pdf.close()


def table(path: Path, rows: int, seed: int = 3) -> None:
    """A CSV of so many rows and a header."""
    rng = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(["id", "date", "item", "quantity", "price"])
        for number in range(rows):
            item = " ".join(rng.choices(WORDS, k=3))
            out.writerow([number, f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}", item, number % 97, f"{number % 1000}.50"])


def batch(folder: Path, files: int, seed: int = 4) -> None:
    """A folder of small files of three kinds."""
    folder.mkdir()
    rng = random.Random(seed)
    for number in range(files):
        stem = folder / f"file-{number:04}"
        if number % 4 == 0:
            filing(stem.with_suffix(".pdf"), 1, seed=1000 + number)
        elif number % 4 == 1:
            table(stem.with_suffix(".csv"), 15, seed=1000 + number)
        else:
            prose = " ".join(rng.choices(WORDS, k=120))
            stem.with_suffix(".txt").write_text(f"Record {number}.\n\n{prose}.\n", encoding="utf-8")

"""A small writer of PDF 1.4: headings, paragraphs, lists, ruled tables, an outline. For the example drop, so that its PDFs
need no PDF library and come out the same byte for byte. Text is set in the standard Helvetica, WinAnsi encoded.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 612, 792, 64  # US letter, points
_REGULAR, _BOLD = "F1", "F2"


class Pdf:
    """Set text from the top down; a page is begun when the last is full. `bytes()` gives the file."""

    def __init__(self, title: str, footer: str, *, outline: bool) -> None:
        self._title, self._footer, self._outlined = title, footer, outline
        self._pages: list[list[str]] = []
        self._outline: list[tuple[str, int, float]] = []
        self._y = 0.0
        self.new_page()

    def new_page(self) -> None:
        self._pages.append([])
        self._y = HEIGHT - MARGIN

    def heading(self, text: str, level: int = 1) -> None:
        size = {1: 18, 2: 13.5}[level]
        self._room(size * 4)
        self._y -= size * (0.4 if level == 1 else 0.9)
        self._outline.append((text, len(self._pages) - 1, self._y + size))
        self._line(MARGIN, text, _BOLD, size)
        self._y -= size * 0.5

    def paragraph(self, text: str) -> None:
        for line in textwrap.wrap(text, 92):
            self._room(14)
            self._line(MARGIN, line, _REGULAR, 10.5)
        self._y -= 8

    def items(self, items: Sequence[str], *, numbered: bool = False) -> None:
        for number, item in enumerate(items, 1):
            mark = f"{number}." if numbered else "\u2022"
            for i, line in enumerate(textwrap.wrap(item, 86)):
                self._room(14)
                if i == 0:
                    self._text(MARGIN + 10, self._y - 10.5, mark, _REGULAR, 10.5)
                self._line(MARGIN + 28, line, _REGULAR, 10.5)
        self._y -= 8

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Row 0 is the header. Every cell is ruled."""
        height = 18
        self._room(height * len(rows) + 8)
        for r, row in enumerate(rows):
            x = float(MARGIN)
            for cell, width in zip(row, widths, strict=True):
                self._pages[-1].append(f"0.6 w {x:.1f} {self._y - height:.1f} {width} {height} re S")
                self._text(x + 5, self._y - 12.5, cell, _BOLD if r == 0 else _REGULAR, 9.5)
                x += width
            self._y -= height
        self._y -= 12

    def _line(self, x: float, text: str, font: str, size: float) -> None:
        self._y -= size
        self._text(x, self._y, text, font, size)
        self._y -= size * 0.3

    def _text(self, x: float, y: float, text: str, font: str, size: float) -> None:
        self._pages[-1].append(f"BT /{font} {size} Tf {x:.1f} {y:.1f} Td ({_escape(text)}) Tj ET")

    def _room(self, points: float) -> None:
        if self._y - points < MARGIN:
            self.new_page()

    def __bytes__(self) -> bytes:
        count = len(self._pages)
        first_page, bookmarks = 5, self._outline if self._outlined else []
        root_of_outline = first_page + 2 * count
        kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(count))
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R{f' /Outlines {root_of_outline} 0 R /PageMode /UseOutlines' if bookmarks else ''} >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        ]
        for number, page in enumerate(self._pages, 1):
            footer = _escape(f"{self._footer} - page {number} of {count}")
            body = "\n".join([*page, f"BT /F1 8 Tf {MARGIN} 36 Td ({footer}) Tj ET"])
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {len(objects) + 2} 0 R "
                "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
            )
            objects.append(f"<< /Length {len(body.encode('cp1252'))} >>\nstream\n{body}\nendstream")
        if bookmarks:
            first, last = root_of_outline + 1, root_of_outline + len(bookmarks)
            objects.append(f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(bookmarks)} >>")
            for i, (text, page_index, y) in enumerate(bookmarks):
                near = f" /Prev {first + i - 1} 0 R" if i else ""
                near += f" /Next {first + i + 1} 0 R" if first + i < last else ""
                target = f"[{first_page + 2 * page_index} 0 R /XYZ {MARGIN} {y:.1f} 0]"
                objects.append(f"<< /Title ({_escape(text)}) /Parent {root_of_outline} 0 R{near} /Dest {target} >>")
        objects.append(f"<< /Title ({_escape(self._title)}) /CreationDate (D:20250401090000Z) >>")
        return _assemble(objects)


def _assemble(objects: Sequence[str]) -> bytes:
    """Number the objects from 1 and write the cross-reference table. Object 1 is the catalogue, the last the information."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

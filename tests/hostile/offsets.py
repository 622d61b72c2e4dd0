"""Do a document's offsets lead back to its source? Checked without the assembler: against the reader's pages, and for PDF
against what pypdfium2 itself says stands inside each box.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from frostbyte.contract import formats
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.parse import READERS
from frostbyte.parse.assemble import assemble
from frostbyte.parse.elements import Reading

_EDGE = 2.0
"""Points or pixels by which a box may miss its page: glyphs do."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(path: Path, mime: str) -> tuple[Reading, CanonicalDocument]:
    """The reader's pages and the document made of them. Raises ParseFailed."""
    module, function = READERS[mime]
    reading = cast(Reading, getattr(importlib.import_module(module), function)(str(path)))
    return reading, assemble(reading, file_id="file-1", tenant_id="acme", raw_sha256="0" * 64)


def faults(reading: Reading, document: CanonicalDocument) -> Iterator[str]:
    """What does not hold, in words, for every chunk, span and box."""
    text = document.normalised
    pages = {page.number: _UNSTORABLE.sub("\ufffd", page.text) for page in reading.pages}
    sizes = {page.number: (page.width, page.height) for page in reading.pages}
    for page in document.pages:
        if hashlib.sha256(pages[page.page].encode()).hexdigest() != page.text_sha256 or len(pages[page.page]) != page.characters:
            yield f"page {page.page} has another text"
    covered = [False] * len(text)
    # Lines and rules go on past a page's edge, and a cut-out of a larger sheet has whole columns there: those must say so.
    off = document.hidden
    for span in document.source_map:
        if span.page not in pages:
            yield f"page {span.page} of {len(pages)}"
            continue
        if text[span.start_char : span.end_char] != pages[span.page][span.page_start : span.page_end]:
            yield f"span {span.start_char}..{span.end_char} is not its page's text"
        covered[span.start_char : span.end_char] = [True] * (span.end_char - span.start_char)
        width, height = sizes[span.page]
        if span.bbox is not None and width is not None and height is not None:
            x0, y0, x1, y1 = span.bbox
            touches = x0 <= width + _EDGE and x1 >= -_EDGE and y0 <= height + _EDGE and y1 >= -_EDGE
            marked = any(
                one.kind == "off_page" and one.start_char < span.end_char and one.end_char > span.start_char for one in off
            )
            if not (x0 <= x1 and y0 <= y1 and (touches or marked)):
                yield f"box {span.bbox} past its page of {width} by {height}"
    at = 0
    for chunk in document.chunks:
        if (chunk.start_char, chunk.end_char) != (at, at + len(chunk.text)) or chunk.page not in pages:
            yield f"chunk {chunk.chunk_id} is not at {at}"
        at = chunk.end_char
    # What no span covers is what the chunker puts between elements and rows: line ends, and nothing else.
    if any(not held and letter != "\n" for held, letter in zip(covered, text, strict=True)):
        yield "text that no span leads back to the source"


def witnessed(path: Path, document: CanonicalDocument, most_pages: int = 3) -> tuple[int, int]:
    """PDF: of the words of upright pages with boxes, how many pypdfium2 finds inside the box, and how many there are."""
    import pypdfium2

    found = total = 0
    pdf = pypdfium2.PdfDocument(path)
    try:
        for info in document.pages[:most_pages]:
            page = pdf[info.page - 1]
            left, bottom, right, top = page.get_cropbox()
            plain = page.get_rotation() == 0 and info.ocr_confidence is None
            if not plain or abs((right - left) - (info.width or 0)) > 1 or abs((top - bottom) - (info.height or 0)) > 1:
                continue
            textpage = page.get_textpage()
            for span in document.source_map:
                if span.page != info.page or span.bbox is None:
                    continue
                x0, y0, x1, y1 = span.bbox
                inside = textpage.get_text_bounded(left + x0 - 1, top - y1 - 1, left + x1 + 1, top - y0 + 1)
                there = _letters(inside)
                words = document.normalised[span.start_char : span.end_char].split()
                total += len(words)
                found += sum(_letters(word) in there for word in words)
            textpage.close()
            page.close()
    finally:
        pdf.close()
    return found, total


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


MIMES = {ending: mime for mime, endings in formats.EXTENSIONS.items() for ending in endings}

"""What a format reader yields: elements in reading order, each tied to its place in the source.

A reader (`pdf.py`, `docx.py`, ...) turns bytes into a `Reading`. `chunking.py` and `assemble.py` turn a `Reading` into the
contract's canonical document; they know nothing of formats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["paragraph", "heading", "list_item", "table", "figure_caption", "header", "footer"]


@dataclass(frozen=True)
class Box:
    """A rectangle on a page: PDF points or image pixels, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Element:
    """One block of text. `page_start`/`page_end` are code-point offsets into that page's text (`Page.text`), and
    `pages[page-1].text[page_start:page_end]` equals `text`; for a table `text` is its rows, cells joined by tabs, rows by
    newlines.
    """

    kind: Kind
    text: str
    page: int
    page_start: int
    page_end: int
    box: Box | None = None
    level: int | None = None
    """Heading level, 1 = highest; None unless kind is heading."""
    cells: tuple[tuple[str, ...], ...] | None = None
    """Rows of cells, row 0 the header where there is one; None unless kind is table."""
    has_header: bool = True


@dataclass(frozen=True)
class Figure:
    """A picture on a page, not read as text. `after_element` is how many elements precede it in reading order."""

    page: int
    caption: str | None
    after_element: int
    box: Box | None = None


@dataclass(frozen=True)
class Dropped:
    """Content that was seen and not taken. `reason` is a fixed word, e.g. EMBEDDED_FILE, TRACKED_DELETION, HIDDEN_SHEET.

    `place` says where on the page, by number and never in the document's own words (`paragraph 12`, `row 7`); `characters` how
    much text it was, where it was counted.
    """

    element_type: str
    page: int
    reason: str
    place: str = ""
    characters: int = 0


@dataclass(frozen=True)
class Hidden:
    """A stretch of a page's text that was taken although the page does not show it. `kind` is a fixed word in lower case."""

    page: int
    page_start: int
    page_end: int
    kind: str


@dataclass(frozen=True)
class Property:
    """What a file says of itself beside its pages: title, author, keywords. `place` is a fixed word, perhaps with a number
    (`title`, `custom property 2`); `text` is as written, and no part of any page's text.
    """

    place: str
    text: str
    page: int = 1


@dataclass(frozen=True)
class Warning:
    """Something a reader of the report should know. `code` is a fixed word; never document text.

    `kind` says more where the code has kinds (how a text is hidden), `characters` how much text it is about.
    """

    code: str
    page: int | None = None
    kind: str = ""
    characters: int = 0


@dataclass(frozen=True)
class ReadWord:
    """A word that OCR read: `page_start`/`page_end` in its page's text, where it stands, and how sure it is (0 to 1)."""

    page_start: int
    page_end: int
    box: Box
    confidence: float


@dataclass(frozen=True)
class Page:
    """A page (PDF), sheet (XLSX), image, or the whole of a TXT, CSV or DOCX file between page breaks."""

    number: int
    text: str
    width: float | None = None
    height: float | None = None
    ocr_confidence: float | None = None
    """Confidence 0..1 where the page was read by OCR, else None."""
    words: tuple[ReadWord, ...] = ()
    """What OCR read, word by word, in the order of the text."""


@dataclass(frozen=True)
class Reading:
    """Everything a reader got from one file."""

    pages: tuple[Page, ...]
    elements: tuple[Element, ...]
    figures: tuple[Figure, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[Warning, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    """In order of page and place, not overlapping."""
    properties: tuple[Property, ...] = ()
    reader_version: str = field(default="")
    """Library and version that read the file, e.g. `pypdfium2 5.15.2`."""

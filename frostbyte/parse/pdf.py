"""PDF: words from pdfium, structure from geometry, warnings from pypdf, scanned pages from OCR.

`Page.text` is what this module defines it to be: the page's blocks in reading order, joined by newlines; the lines of a
paragraph are joined by spaces and words cut at a line's end are whole. Every element is a span of that text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from frostbyte.errors import ParseFailed
from frostbyte.parse import layout, pdf_active, pdf_tables, running_titles
from frostbyte.parse.elements import Box, Dropped, Element, Figure, Hidden, Kind, Page, Reading, Warning
from frostbyte.parse.hyphens import compounds_of
from frostbyte.parse.layout import Block
from frostbyte.parse.lines import Segment, segments_of
from frostbyte.parse.pdf_page import PageContent, Picture
from frostbyte.parse.pdf_words import Word
from frostbyte.parse.pdfium import PageFailed, PdfFile

if TYPE_CHECKING:
    from frostbyte.parse.ocr import OcrResult
    from frostbyte.parse.pdf_active import OutlineEntry

MAX_PAGES = 5_000
MAX_OCR_PAGES = 500
OCR_DPI = 200.0
STAMPED_LETTERS = 600
"""A page that is mostly picture and has fewer letters than this may be a scan with a stamp, a header or a page number over it."""
_MIN_PICTURE = 24.0
"""Points; a smaller picture is an icon or a piece of a line."""

_CAPTION = re.compile(r"(?i:fig(?:ure|\.)?|abb(?:ildung|\.)?|chart|plate)\s*[A-Z]?\d+(?:[-.]\d+)*\s*(?:[:.)–—|-]|[A-Z]|$)")
"""A caption, not a sentence about a figure: after the number comes a mark or a capital."""


@dataclass
class _Draft:
    """A page between the two passes."""

    number: int
    width: float
    height: float
    segments: list[Segment] = field(default_factory=list)
    tables: list[Block] = field(default_factory=list)
    hidden: list[tuple[str, Block]] = field(default_factory=list)
    turned: list[Block] = field(default_factory=list)
    """Text that does not stand upright, laid out already."""
    pictures: list[Picture] = field(default_factory=list)
    ocr: OcrResult | None = None
    ocr_scale: float = 1.0
    header: list[Segment] = field(default_factory=list)
    footer: list[Segment] = field(default_factory=list)


def read(path: str) -> Reading:
    """Read the PDF at `path`. Raises ParseFailed (FILE_CORRUPTED; PARSER_ERROR with detail ENCRYPTED; OCR_FAILED)."""
    with PdfFile(path) as document:
        findings = pdf_active.inspect(path)
        dropped, warnings = list(findings.dropped), list(findings.warnings)
        _note_by_pdfium(document, dropped)
        drafts = _drafts(document, dropped, warnings, layers=findings.layers)
        version = document.version
    found = running_titles.find([draft.segments for draft in drafts], [draft.height for draft in drafts])
    for draft, (header, footer) in zip(drafts, found, strict=True):
        draft.header, draft.footer = header, footer
        draft.segments = [s for s in draft.segments if s not in header and s not in footer]
    pages, elements, figures, hidden = _compose(drafts, findings.outline)
    return Reading(
        pages=tuple(pages),
        elements=tuple(elements),
        figures=tuple(figures),
        dropped=tuple(dropped),
        warnings=tuple(warnings),
        hidden=tuple(hidden),
        properties=tuple(findings.properties),
        reader_version=version,
    )


def _note_by_pdfium(document: PdfFile, dropped: list[Dropped]) -> None:
    """What pdfium itself sees, so that these are named even where pypdf gave up."""
    reasons = {entry.reason for entry in dropped}
    if document.javascript_actions and "JAVASCRIPT" not in reasons:
        dropped.append(Dropped("action", 1, "JAVASCRIPT"))
    if document.attachments and "EMBEDDED_FILE" not in reasons:
        dropped.append(Dropped("attachment", 1, "EMBEDDED_FILE"))
    if document.has_xfa and "XFA_FORM" not in reasons:
        dropped.append(Dropped("form", 1, "XFA_FORM"))


# First pass: what is on each page


def _drafts(document: PdfFile, dropped: list[Dropped], warnings: list[Warning], *, layers: bool) -> list[_Draft]:
    count = len(document)
    drafts: list[_Draft] = []
    scanned = failed = ocr_failed = 0
    for index in range(min(count, MAX_PAGES)):
        number = index + 1
        try:
            content = document.page(index, layers=layers)
            draft = _draft(number, content, warnings)
            if needs_ocr(content):
                scanned += 1
                if scanned > MAX_OCR_PAGES:
                    dropped.append(Dropped("page", number, "OCR_PAGE_LIMIT"))
                else:
                    _ocr(document, draft, content, dropped, warnings)
        except PageFailed as error:
            failed += 1
            dropped.append(Dropped("page", number, str(error.args[0])))
            draft = _Draft(number, 0.0, 0.0)
        except ParseFailed as error:
            ocr_failed += 1
            dropped.append(Dropped("page", number, error.reason))
        drafts.append(draft)
    if count > MAX_PAGES:
        dropped.append(Dropped("page", MAX_PAGES + 1, "PAGE_LIMIT"))
        warnings.append(Warning("PAGE_LIMIT"))
    if failed == len(drafts):
        raise ParseFailed("no page could be read", reason="FILE_CORRUPTED", detail="NO_READABLE_PAGE")
    if ocr_failed and not any(d.segments or d.tables or d.turned for d in drafts):
        raise ParseFailed("no page could be read by ocr", reason="OCR_FAILED", detail="ENGINE")
    return drafts


def _draft(number: int, content: PageContent, warnings: list[Warning]) -> _Draft:
    for condition, code in (
        (content.sight_failed, "HIDDEN_TEXT_UNCHECKED"),
        (content.text_layer, "OCR_TEXT_LAYER"),
        (content.unmapped > 0, "UNMAPPED_CHARACTERS"),
        (content.capped, "OBJECT_LIMIT"),
    ):
        if condition:
            warnings.append(Warning(code, number))
    draft = _Draft(number, content.width, content.height, pictures=_figures(content))
    draft.tables, loose = pdf_tables.ruled(content.words, content.rules)
    draft.segments = segments_of(loose)
    for turn in sorted({w.turn for w in loose} - {0}):
        draft.turned += _turned_blocks([w for w in loose if w.turn == turn], turn, content)
    _lay_hidden(content, draft, warnings)
    return draft


def _lay_hidden(content: PageContent, draft: _Draft, warnings: list[Warning]) -> None:
    """Hidden words by themselves, each way of hiding apart: they stay for the gates, never between words that are seen."""
    for kind in dict.fromkeys(kind for kind, _ in content.hidden):
        words = [word for of, word in content.hidden if of == kind]
        blocks = layout.blocks_of(segments_of(words))
        for turn in {w.turn for w in words} - {0}:
            blocks += _turned_blocks([w for w in words if w.turn == turn], turn, content)
        draft.hidden += [(kind, block) for block in blocks]
        warnings.append(Warning("HIDDEN_TEXT", draft.number, kind, sum(len(w.text) for w in words)))


def _turned_blocks(words: Sequence[Word], turn: int, content: PageContent) -> list[Block]:
    """Blocks of text that is written sideways: laid out as if the page were turned, then put back."""

    def upright(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if turn == 90:
            return y0, content.width - x1, y1, content.width - x0
        if turn == 270:
            return content.height - y1, x0, content.height - y0, x1
        return content.width - x1, content.height - y1, content.width - x0, content.height - y0

    def back(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if turn == 90:
            return content.width - y1, x0, content.width - y0, x1
        if turn == 270:
            return y0, content.height - x1, y1, content.height - x0
        return content.width - x1, content.height - y1, content.width - x0, content.height - y0

    segments = segments_of((w.text, *upright(w.x0, w.y0, w.x1, w.y1), w.size, w.bold, 0) for w in words)
    blocks = layout.blocks_of(segments, tables=pdf_tables.aligned)
    return [layout.moved(b, *back(b.x0, b.y0, b.x1, b.y1)) for b in blocks]


def _figures(content: PageContent) -> list[Picture]:
    result: list[Picture] = []
    area = max(1.0, content.width * content.height)
    for picture in content.pictures:
        x0, y0 = max(0.0, picture.x0), max(0.0, picture.y0)
        x1, y1 = min(content.width, picture.x1), min(content.height, picture.y1)
        if x1 - x0 < _MIN_PICTURE or y1 - y0 < _MIN_PICTURE or (x1 - x0) * (y1 - y0) > 0.85 * area:
            continue  # a bullet, or the page's background or scan
        if Picture(x0, y0, x1, y1) not in result:
            result.append(Picture(x0, y0, x1, y1))
    return result


def needs_ocr(content: PageContent) -> bool:
    """A page that shows something and says nothing, or whose letters cannot be told."""
    letters = sum([len(w.text) for w in content.words])
    if letters == 0:
        return content.objects > 0
    if content.unmapped * 2 > letters:
        return True
    # A page most of which is a picture, with little text over it: the text may be all there is, or a stamp on a scan.
    area = max(1.0, content.width * content.height)
    covered = max(((p.x1 - p.x0) * (p.y1 - p.y0) for p in content.pictures), default=0.0)
    return letters < STAMPED_LETTERS and covered > 0.5 * area


def _ocr(document: PdfFile, draft: _Draft, content: PageContent, dropped: list[Dropped], warnings: list[Warning]) -> None:
    from frostbyte.parse import ocr

    pixels, scale = document.render(draft.number - 1, OCR_DPI)
    legible = content.unmapped * 2 <= sum(len(w.text) for w in content.words)
    known = [(w.x0 * scale, w.y0 * scale, w.x1 * scale, w.y1 * scale) for w in content.words] if legible else []
    result = ocr.recognise(pixels, known)
    if known and not result.found_any:
        return  # a picture behind the text, without writing of its own
    warnings += [Warning(code, draft.number) for code in result.doubts]
    if result.unread > ocr.MUCH_UNREAD:
        dropped.append(Dropped("text", draft.number, "WRITING_NOT_READ"))
    if not result.found_any:
        return
    draft.ocr, draft.ocr_scale = result, scale
    if not known:
        draft.segments, draft.tables, draft.turned, draft.pictures = [], [], [], []
    if result.turn or result.skew:
        draft.turned += ocr.blocks(result, scale)
    else:
        draft.segments += ocr.segments(result, scale)


# Second pass: blocks, headings, text


def _compose(
    drafts: Sequence[_Draft], outline: Sequence[OutlineEntry]
) -> tuple[list[Page], list[Element], list[Figure], list[Hidden]]:
    texts = [[*(segment.text for segment in d.segments), *(table.text for table in d.tables)] for d in drafts]
    compounds = compounds_of(chain.from_iterable(texts))
    laid = [layout.blocks_of(d.segments, d.tables, tables=pdf_tables.aligned, compounds=compounds) + d.turned for d in drafts]
    headings = _Headings([b for blocks in laid for b in blocks], outline)
    pages: list[Page] = []
    elements: list[Element] = []
    figures: list[Figure] = []
    hidden: list[Hidden] = []
    for draft, blocks in zip(drafts, laid, strict=True):
        composed: list[tuple[Kind, Block, int | None]] = []
        composed += [("header", b, None) for b in layout.blocks_of(draft.header)]
        composed += [_classified(b, draft, headings) for b in blocks]
        composed += [("footer", b, None) for b in layout.blocks_of(draft.footer)]
        seen = len(composed)
        composed += [("paragraph", b, None) for _, b in draft.hidden]
        on_page: list[Element] = []
        position = 0
        for index, (kind, block, level) in enumerate(composed):
            if not block.text.strip():
                continue
            end = position + len(block.text)
            box = Box(*(round(v, 2) for v in (block.x0, block.y0, block.x1, block.y1)))
            on_page.append(Element(kind, block.text, draft.number, position, end, box, level, block.cells, block.has_header))
            if index >= seen:
                hidden.append(Hidden(draft.number, position, end, draft.hidden[index - seen][0]))
            position = end + 1
        text = "\n".join(e.text for e in on_page)
        pages.append(_page(draft, text, on_page))
        figures += _placed_figures(draft, on_page, len(elements))
        elements += on_page
    return pages, elements, figures, hidden


def _page(draft: _Draft, text: str, elements: Sequence[Element]) -> Page:
    if draft.ocr is None:
        return Page(draft.number, text, draft.width, draft.height)
    from frostbyte.parse import ocr

    words = ocr.placed_words(draft.ocr, draft.ocr_scale, elements)
    return Page(draft.number, text, draft.width, draft.height, draft.ocr.confidence, words)


def _classified(block: Block, draft: _Draft, headings: _Headings) -> tuple[Kind, Block, int | None]:
    if block.kind == "table":
        return "table", block, None
    if block.lines <= 12 and _CAPTION.match(block.text):
        return "figure_caption", block, None
    level = headings.level(block, draft.number)
    if level is not None:
        return "heading", block, level
    return ("list_item" if block.kind == "list_item" else "paragraph"), block, None


class _Headings:
    """Tells headings by size, weight and outline, measured against the whole document."""

    def __init__(self, blocks: Sequence[Block], outline: Sequence[OutlineEntry]) -> None:
        weights: Counter[float] = Counter()
        bold = total = 0
        for block in blocks:
            if block.kind != "table":
                weights[_half(block.size)] += len(block.text)
                total += len(block.text)
                bold += len(block.text) * block.bold
        self._body = weights.most_common(1)[0][0] if weights else 0.0
        self._bold_tells = bold * 2 < total
        self._outline: dict[int, dict[str, int]] = {}
        for e in outline:
            self._outline.setdefault(e.page, {})[_plain(e.title)] = min(e.depth, 3)
        self._levels = self._ranks(blocks)

    def _ranks(self, blocks: Sequence[Block]) -> dict[float, int]:
        """Level by size. Sizes used once, as on a cover, do not push the chapters' sizes down to the last level."""
        uses = Counter(_half(b.size) for b in blocks if self._is_large(b))
        sizes = sorted(uses, reverse=True)
        repeated = [size for size in sizes if uses[size] > 1]
        if len(sizes) <= 3 or not repeated:
            return {size: min(rank, 3) for rank, size in enumerate(sizes, start=1)}
        return {size: min(1 + sum(1 for other in repeated if other > size), 3) for size in sizes}

    def level(self, block: Block, page: int) -> int | None:
        """1 to 3, or None where the block is no heading."""
        if block.kind == "table" or block.lines > 4 or len(block.text) > 250 or layout.has_leader(block.text):
            return None
        if page in self._outline and (listed := self._outline[page].get(_plain(block.text))) is not None:
            return listed
        if self._is_large(block):
            return self._levels.get(_half(block.size), 3)
        if self._is_bold_title(block):
            return min(max(self._levels.values(), default=0) + 1, 3)
        return None

    def _is_large(self, block: Block) -> bool:
        return (
            block.kind != "table"
            and block.size >= 1.15 * self._body
            and block.lines <= 3
            and len(block.text) <= 200
            and _letters(block.text) >= 2
        )

    def _is_bold_title(self, block: Block) -> bool:
        return (
            self._bold_tells
            and block.bold
            and block.lines <= 2
            and len(block.text) <= 120
            and block.size >= 0.95 * self._body
            and _letters(block.text) >= 3
            and block.text[-1] not in ".,;:"
        )


def _half(size: float) -> float:
    return round(size * 2) / 2


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _placed_figures(draft: _Draft, on_page: Sequence[Element], before: int) -> list[Figure]:
    """The page's pictures, each after the last element that ends above its middle, with the nearest caption."""
    result = []
    captions = [e for e in on_page if e.kind == "figure_caption" and e.box is not None]
    for picture in draft.pictures:
        middle = (picture.y0 + picture.y1) / 2
        above = [i for i, e in enumerate(on_page, start=1) if e.box is not None and e.box.y1 <= middle and _share(e.box, picture)]
        near = [(_distance(c.box, picture), c) for c in captions if c.box is not None and _share(c.box, picture)]
        near = [(d, c) for d, c in near if d <= 72.0]
        caption = min(near, key=lambda pair: pair[0])[1] if near else None
        box = Box(*(round(v, 2) for v in picture))
        result.append(Figure(draft.number, caption.text if caption else None, before + (above[-1] if above else 0), box))
    return result


def _share(box: Box, picture: Picture) -> bool:
    return min(box.x1, picture.x1) > max(box.x0, picture.x0)


def _distance(box: Box, picture: Picture) -> float:
    return max(0.0, box.y0 - picture.y1, picture.y0 - box.y1)

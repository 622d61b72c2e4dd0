"""A reading and its chunks into the contract's canonical document.

The *normalised text* is the concatenation of the chunk texts; every offset here is a code point of it. The source map leads each
stretch of it back to a page, a span of that page's text and, where the reader knows one, a box.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from frostbyte.contract import ids
from frostbyte.contract.clock import timestamp
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.hashing import sha256_hex
from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.chunking import Piece, chunk
from frostbyte.parse.elements import Box, Dropped, Element, Figure, Hidden, Property, Reading, Warning

MAX_DROPPED_LISTED = 1000
"""Beyond this many, entries of dropped content are listed once for each kind, page and reason."""

MAX_PROPERTIES = 1000
MAX_PROPERTY_CHARACTERS = 200_000
"""Of what a file says of itself this much is kept and judged; a document that says more has a warning, PROPERTIES_CUT."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: not text in UTF-8, in SQL or in JSON. Replaced one for one, so no offset moves."""

_MARKED = ("list_item", "figure_caption", "header", "footer")
"""Kinds of elements that the source map names: the document's lists of sections and tables tell the others."""

_Span = tuple[int, int]


def assemble(reading: Reading, *, file_id: str, tenant_id: str, raw_sha256: str) -> CanonicalDocument:
    """Chunk a reading and fill every list of the canonical document.

    Raises ParseFailed: NO_CONTENT when there is no text at all (ruling E6), WRITING_NOT_READ when there is writing and OCR could
    read none of it, SPAN_MISMATCH when a reader's span is not its text,
    CHUNK_ID_COLLISION when two chunks share 48 bits of hash (ruling B2).
    """
    reading, replaced = _storable(_bounded(reading))
    _check_spans(reading)
    elements = reading.elements
    pieces = chunk(elements)
    if not pieces:
        unread = any(warning.code == "WRITING_NOT_READ" for warning in reading.warnings)
        detail = "WRITING_NOT_READ" if unread else "NO_CONTENT"
        raise ParseFailed("the document holds no text", reason="PARSER_ERROR", detail=detail)
    document = ids.doc_id(file_id)
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece.text))
    spans = _element_spans(pieces, starts)
    chunks = _chunks(pieces, starts, document, elements)
    sections = _sections(elements, spans, starts[-1])
    tables = _tables(elements, spans)
    figures = _figures(reading.figures, elements, spans)
    dropped = reading.dropped if len(reading.dropped) <= MAX_DROPPED_LISTED else _summed(reading.dropped)
    confidences = [page.ocr_confidence for page in reading.pages if page.ocr_confidence is not None]
    return CanonicalDocument.model_validate(
        {
            "doc_id": document,
            "file_id": file_id,
            "tenant_id": tenant_id,
            "sections": sections,
            "tables": tables,
            "figures": figures,
            "reading_order": _reading_order(sections, tables, figures, chunks),
            "chunks": chunks,
            "lineage": {
                "raw_sha256": raw_sha256,
                "stage1_parser_version": reading.reader_version or PARSER_VERSION,
                "stage2_parser_version": PARSER_VERSION,
                "parse_timestamp": timestamp(),
                "source_map": _source_map(pieces, starts, elements),
                "pages": [
                    {
                        "page": page.number,
                        "characters": len(page.text),
                        "text_sha256": sha256_hex(page.text.encode("utf-8")),
                        "width": page.width,
                        "height": page.height,
                        "ocr_confidence": page.ocr_confidence,
                        "ocr_words": [
                            {
                                "page_start": word.page_start,
                                "page_end": word.page_end,
                                "bbox": _box(word.box),
                                "confidence": round(word.confidence, 3),
                            }
                            for word in page.words
                        ],
                    }
                    for page in reading.pages
                ],
                "warnings": _warnings(reading, pieces, replaced),
                "hidden": _hidden(reading, pieces, starts),
                "properties": [{"page": item.page, "place": item.place, "text": item.text} for item in reading.properties],
                "left_out": [
                    _known({"index": index, "place": item.place, "characters": item.characters})
                    for index, item in enumerate(dropped)
                    if item.place or item.characters
                ],
            },
            "stats": {
                "page_count": len(reading.pages),
                "section_count": len(sections),
                "table_count": len(tables),
                "figure_count": len(figures),
                "chunk_count": len(chunks),
                "total_characters": starts[-1],
                "ocr_pages": len(confidences),
                "ocr_avg_confidence": round(fmean(confidences), 4) if confidences else None,
                "dropped_content": [
                    {"element_type": item.element_type, "page": item.page, "reason": item.reason} for item in dropped
                ],
            },
        }
    )


def _bounded(reading: Reading) -> Reading:
    """The reading with no more properties than are kept, each as it can be stored."""
    kept: list[Property] = []
    left = MAX_PROPERTY_CHARACTERS
    for item in reading.properties:
        if item.text and len(kept) < MAX_PROPERTIES and left > 0:
            kept.append(replace(item, text=_UNSTORABLE.sub("\ufffd", item.text[:left])))
            left -= len(item.text)
        elif item.text:
            left = -1
    warnings = reading.warnings if left >= 0 else (*reading.warnings, Warning("PROPERTIES_CUT"))
    return replace(reading, properties=tuple(kept), warnings=warnings)


def _storable(reading: Reading) -> tuple[Reading, bool]:
    """The reading with U+FFFD for every code point that cannot be stored, and whether there was one."""
    if all(map(_is_storable, (page.text for page in reading.pages))):
        return reading, False

    def clean(text: str) -> str:
        return _UNSTORABLE.sub("\ufffd", text)

    elements = tuple(
        replace(
            element,
            text=clean(element.text),
            cells=None if element.cells is None else tuple(tuple(map(clean, row)) for row in element.cells),
        )
        for element in reading.elements
    )
    figures = tuple(replace(figure, caption=clean(figure.caption) if figure.caption else None) for figure in reading.figures)
    pages = tuple(replace(page, text=clean(page.text)) for page in reading.pages)
    return replace(reading, pages=pages, elements=elements, figures=figures), True


def _is_storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode("utf-8")  # an encoder is quicker than _UNSTORABLE at finding what it cannot say
    except UnicodeEncodeError:
        return False


def _check_spans(reading: Reading) -> None:
    # A citation that points at the wrong place is worse than a failed parse.
    texts = {page.number: page.text for page in reading.pages}
    for element in reading.elements:
        if texts.get(element.page, "")[element.page_start : element.page_end] != element.text:
            raise ParseFailed("an element does not stand where its reader says", reason="PARSER_ERROR", detail="SPAN_MISMATCH")


def _element_spans(pieces: Sequence[Piece], starts: Sequence[int]) -> dict[int, _Span]:
    """Where each element stands in the normalised text, from its first chunk to its last; blank elements are absent."""
    spans: dict[int, _Span] = {}
    for piece, start in zip(pieces, starts, strict=False):
        for part in piece.parts:
            first = spans.get(part.element, (start + part.start, 0))[0]
            spans[part.element] = (first, start + part.end)
    return spans


def _headings(elements: Sequence[Element]) -> list[int | None]:
    """For each element the heading it stands under: itself for a heading, else the last one before it."""
    under: list[int | None] = []
    current: int | None = None
    for index, element in enumerate(elements):
        if element.kind == "heading" and element.text.strip():
            current = index
        under.append(current)
    return under


def _chunks(pieces: Sequence[Piece], starts: Sequence[int], document: str, elements: Sequence[Element]) -> list[dict[str, Any]]:
    under = _headings(elements)
    chunks: dict[str, dict[str, Any]] = {}
    for piece, start in zip(pieces, starts, strict=False):
        end = start + len(piece.text)
        # A chunk that opens with headings belongs to the innermost of them, else to the heading its first element stands under.
        opening = 0
        while opening + 1 < len(piece.kinds) and piece.kinds[opening : opening + 2] == ("heading", "heading"):
            opening += 1
        index = under[piece.parts[opening].element]
        heading = None if index is None else elements[index]
        chunk_id = ids.chunk_id(document, piece.page, start, end)
        if chunk_id in chunks:
            raise ParseFailed("two chunks have the same id", reason="PARSER_ERROR", detail="CHUNK_ID_COLLISION")
        chunks[chunk_id] = {
            "chunk_id": chunk_id,
            "text": piece.text,
            "page": piece.page,
            "start_char": start,
            "end_char": end,
            "element_type": piece.element_type,
            "metadata": {
                "section_title": None if heading is None else _title(heading),
                "heading_level": heading.level or 1 if heading is not None and piece.kinds[0] == "heading" else None,
            },
        }
    return list(chunks.values())


def _sections(elements: Sequence[Element], spans: dict[int, _Span], total: int) -> list[dict[str, Any]]:
    """A section reaches from its heading to the next heading of the same or a higher level."""
    sections: list[dict[str, Any]] = []
    open_sections: list[dict[str, Any]] = []
    for index, element in enumerate(elements):
        if element.kind != "heading" or index not in spans:
            continue
        start, level = spans[index][0], element.level or 1
        while open_sections and open_sections[-1]["level"] >= level:
            open_sections.pop()["end_char"] = start
        section = {
            "section_id": f"sec_{len(sections) + 1}",
            "title": _title(element),
            "level": level,
            "page": element.page,
            "start_char": start,
            "end_char": total,
        }
        sections.append(section)
        open_sections.append(section)
    return sections


def _tables(elements: Sequence[Element], spans: dict[int, _Span]) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = []
    for index, element in enumerate(elements):
        if element.kind != "table" or index not in spans:
            continue
        cells = [list(row) for row in element.cells or ()]
        tables.append(
            {
                "table_id": f"tbl_{len(tables) + 1}",
                "page": element.page,
                "rows": len(cells),
                "columns": max(map(len, cells), default=0),
                "cells": cells,
                "start_char": spans[index][0],
                "end_char": spans[index][1],
            }
        )
    return tables


def _figures(found: Sequence[Figure], elements: Sequence[Element], spans: dict[int, _Span]) -> list[dict[str, Any]]:
    """A figure spans its caption where that is an element beside it, else nothing at the place where it stands.

    A caption that is not an element is left out: the policy gates read the normalised text, and nothing may pass beside them.
    """
    ends = [0]
    for index in range(len(elements)):
        ends.append(max(ends[-1], spans[index][1]) if index in spans else ends[-1])
    figures: list[dict[str, Any]] = []
    for figure in found:
        after = min(max(figure.after_element, 0), len(elements))
        beside = (i for i in (after, after - 1) if 0 <= i < len(elements) and i in spans)
        own = next((i for i in beside if elements[i].kind == "figure_caption" and elements[i].text == figure.caption), None)
        start, end = spans[own] if own is not None else (ends[after], ends[after])
        figures.append(
            {
                "figure_id": f"fig_{len(figures) + 1}",
                "page": figure.page,
                "caption": None if own is None else figure.caption,
                "start_char": start,
                "end_char": end,
            }
        )
    return figures


def _reading_order(*groups: Sequence[dict[str, Any]]) -> list[str]:
    """All ids by where they start; what holds others (sections, tables, figures) comes before the chunk it starts with."""
    entries = [
        (item["start_char"], rank, next(value for key, value in item.items() if key.endswith("_id")))
        for rank, group in enumerate(groups)
        for item in group
    ]
    return [name for _, _, name in sorted(entries, key=lambda entry: entry[:2])]


def _source_map(pieces: Sequence[Piece], starts: Sequence[int], elements: Sequence[Element]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for piece, start in zip(pieces, starts, strict=False):
        for part in piece.parts:
            element = elements[part.element]
            entry = {
                "start_char": start + part.start,
                "end_char": start + part.end,
                "page": element.page,
                "page_start": element.page_start + part.source_start,
                "page_end": element.page_start + part.source_end,
                "bbox": _box(element.box),
                "element_id": f"el_{part.element + 1}",
            }
            if element.kind in _MARKED:
                entry["kind"] = element.kind
            entries.append(entry)
    return entries


def _hidden(reading: Reading, pieces: Sequence[Piece], starts: Sequence[int]) -> list[dict[str, Any]]:
    """The hidden stretches of the pages as stretches of the normalised text; a table's header row may show one several times."""
    on_page: dict[int, list[Hidden]] = {}
    for hidden in reading.hidden:
        on_page.setdefault(hidden.page, []).append(hidden)
    spans: list[dict[str, Any]] = []
    for piece, start in zip(pieces, starts, strict=False):
        for part in piece.parts:
            element = reading.elements[part.element]
            on_this = on_page.get(element.page)
            if not on_this:
                continue
            offset = start + part.start - element.page_start - part.source_start
            low, high = element.page_start + part.source_start, element.page_start + part.source_end
            for hidden in on_this[bisect_right(on_this, low, key=lambda entry: entry.page_end) :]:
                if hidden.page_start >= high:
                    break
                span = {"start_char": offset + max(hidden.page_start, low), "end_char": offset + min(hidden.page_end, high)}
                spans.append({**span, "page": hidden.page, "kind": hidden.kind})
    return spans


def _summed(dropped: Sequence[Dropped]) -> tuple[Dropped, ...]:
    """Entries of one kind, page and reason as one: no place is named any more, what was counted stays counted."""
    characters: dict[tuple[str, int, str], int] = {}
    for item in dropped:
        key = (item.element_type, item.page, item.reason)
        characters[key] = characters.get(key, 0) + item.characters
    return tuple(Dropped(*key, characters=count) for key, count in characters.items())


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known: an empty text, a count of nothing."""
    return {key: value for key, value in entry.items() if key in ("index", "code", "page") or value}


def _warnings(reading: Reading, pieces: Sequence[Piece], replaced: bool) -> list[dict[str, Any]]:
    warnings = [
        _known({"code": warning.code, "page": warning.page, "kind": warning.kind, "characters": warning.characters})
        for warning in dict.fromkeys(reading.warnings)
    ]
    warnings += [{"code": "TABLE_ROW_CUT", "page": page} for page in dict.fromkeys(p.page for p in pieces if p.cut_row)]
    if replaced:
        warnings.append({"code": "CHARACTERS_REPLACED", "page": None})
    return warnings


def _title(element: Element) -> str:
    return " ".join(element.text.split())


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else [box.x0, box.y0, box.x1, box.y1]

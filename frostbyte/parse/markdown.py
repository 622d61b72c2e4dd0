"""A canonical document as markdown, for people who want to see what was extracted. A preview: nothing is read back from it.

The text is a stranger's, and may end up on a terminal or in a browser: control characters, HTML and markdown marks in it are made
harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from frostbyte.contract.documents import CanonicalDocument, ParseWarning
from frostbyte.parse.blocks import blocks

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MAX_PLACES = 8
_MARKS = re.compile(r"[\\`*\[\]]")
"""What makes code, emphasis, links and pictures that a browser would fetch."""

_MARKS_AT_START = re.compile(r"^(\s*)(#{1,6}\s|>|\d+[.)]\s*$|={3,}|-{3,}|```|~~~)", re.MULTILINE)


def render(document: CanonicalDocument) -> str:
    """The document's text with headings, tables, figures and page marks, then what was left out and warned of."""
    blocks = [*_head(document), *_body(document), *_tail(document)]
    return "\n\n".join(blocks) + "\n"


def _head(document: CanonicalDocument) -> Iterator[str]:
    stats = document.stats
    yield (
        f"<!-- {document.doc_id}: {stats.page_count} pages, {stats.chunk_count} chunks, {stats.total_characters} characters; "
        f"read by {_plain(document.lineage.stage1_parser_version)} -->"
    )


def _body(document: CanonicalDocument) -> Iterator[str]:
    page = 0
    for block in blocks(document):
        if block.kind == "figure":
            yield f"*[figure on page {block.page}" + (f": {_safe(block.text)}]*" if block.text else "]*")
            continue
        if block.page != page:
            page = block.page
            yield f"<!-- page {page} -->"
        if block.cells is not None:
            yield _table(block.cells)
        elif block.level is not None:
            yield "#" * min(block.level, 6) + " " + _safe(" ".join(block.text.split()))
        else:
            yield _safe(block.text)


def _table(cells: Sequence[Sequence[str]]) -> str:
    columns = max(map(len, cells), default=0)
    rows = [[*row, *[""] * (columns - len(row))] for row in cells]
    lines = ["| " + " | ".join(_safe(cell).replace("\n", " ").replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * columns, *lines[1:]])


def _tail(document: CanonicalDocument) -> Iterator[str]:
    dropped: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for item in document.dropped:
        dropped.setdefault((item["reason"], item["element_type"], item["page"]), []).append(item)
    if dropped:
        lines = (f"- {reason}: {kind}, page {page}{_amount(items)}" for (reason, kind, page), items in dropped.items())
        yield "---\n\nLeft out:\n\n" + "\n".join(map(_plain, lines))
    if document.warnings:
        lines = (f"- {w.code}{f', page {w.page}' if w.page else ''}{_about(w)}" for w in document.warnings)
        yield "---\n\nWarnings:\n\n" + "\n".join(map(_plain, lines))


def _amount(items: Sequence[dict[str, Any]]) -> str:
    places = list(dict.fromkeys(item["place"] for item in items if "place" in item))
    characters = sum(item.get("characters", 0) for item in items)
    times = [f"{len(items)} times"] if len(items) > 1 else []
    size = [f"{characters} characters"] if characters else []
    more = ["..."] if len(places) > _MAX_PLACES else []
    said = ", ".join([*times, *size, *places[:_MAX_PLACES], *more])
    return f" ({said})" if said else ""


def _about(warning: ParseWarning) -> str:
    size = f"{warning.characters} characters" if warning.characters else ""
    said = ", ".join(part for part in (warning.kind or "", size) if part)
    return f" ({said})" if said else ""


def _safe(text: str) -> str:
    text = _MARKS.sub(r"\\\g<0>", _plain(text)).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKS_AT_START.sub(r"\1\\\2", text)


def _plain(text: str) -> str:
    """Without characters that steer a terminal or turn the direction of reading."""
    return _CONTROL.sub("\ufffd", text)

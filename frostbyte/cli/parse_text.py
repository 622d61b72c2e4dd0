"""What was extracted from a file, for people: page by page what stands where, then what was left out and what to do about it.

Texts are excerpts, one line each, safe to print; `--format markdown` has them whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from frostbyte.cli.terminal import amount, columns, fitted, visible

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument, PageInfo
    from frostbyte.parse.blocks import Block

_LABEL = 12
_LABELS = {"list_item": "list item", "figure_caption": "caption"}
_ROWS_SHOWN = 10
_COLUMNS_SHOWN = 12
_CELL_MOST, _CELL_LEAST = 60, 4
_PLACES_SHOWN = 10


def preview(document: CanonicalDocument) -> dict[str, Any]:
    """What the canonical document says in fixed words, explained: each thing left out, warned of and hidden."""
    from frostbyte.pipeline.remedies import explain

    def explained(entry: Mapping[str, Any], code: str) -> dict[str, Any]:
        message, remedy = explain(code)
        return {**entry, "message": message, "remediation": remedy}

    text = document.normalised
    return {
        "dropped": [explained(entry, entry["reason"]) for entry in document.dropped],
        "warnings": [explained(entry.to_json(), entry.code) for entry in document.warnings],
        "hidden": [{"page": h.page, "kind": h.kind, "text": text[h.start_char : h.end_char]} for h in document.hidden],
    }


def lines(document: CanonicalDocument, said: Mapping[str, Any], *, width: int, boxes: bool) -> Iterator[str]:
    """The preview's lines; `said` is what `preview` gave. `width`: columns of the terminal."""
    from frostbyte.parse.blocks import blocks

    stats = document.stats
    counted = (
        (stats.page_count, "page"),
        (stats.section_count, "section"),
        (stats.table_count, "table"),
        (stats.figure_count, "figure"),
        (stats.chunk_count, "chunk"),
        (stats.total_characters, "character"),
    )
    yield ", ".join(amount(number, noun) for number, noun in counted)
    yield f"read by {visible(document.lineage.stage1_parser_version)}"
    found: dict[int, list[Block]] = {}
    for block in blocks(document):
        found.setdefault(block.page, []).append(block)
    known = {page.page: page for page in document.pages}
    mentioned = {entry["page"] for entry in (*said["dropped"], *said["warnings"], *said["hidden"]) if entry.get("page")}
    by_page = {key: _by_page(said[key]) for key in ("hidden", "dropped", "warnings")}
    by_page["properties"] = _by_page(item.to_json() for item in document.lineage.properties)
    for number in sorted({*known, *found, *mentioned, *by_page["properties"]}):
        yield ""
        yield _page(number, known.get(number))
        for block in found.get(number, ()):
            yield from _block(block, width, boxes)
        yield from _remarks(by_page, number, width)
    if by_page["warnings"].get(0):
        yield ""
        yield "whole document"
        yield from _remarks(by_page, 0, width)
    yield from _advice(said, width)


def _by_page(entries: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """Entries by page, those of no page under 0."""
    pages: dict[int, list[Mapping[str, Any]]] = {}
    for entry in entries:
        pages.setdefault(entry.get("page") or 0, []).append(entry)
    return pages


def _page(number: int, page: PageInfo | None) -> str:
    said = [f"page {number}"]
    if page is not None:
        said.append(amount(page.characters, "character"))
        if page.width and page.height:
            said.append(f"{page.width:g} x {page.height:g}")
        if page.ocr_confidence is not None:
            said.append(f"read by OCR, confidence {page.ocr_confidence:.2f}")
    return "  ".join(said)


def label(block: Block) -> str:
    """What kind of element it is, in words."""
    return f"heading {block.level}" if block.level is not None else _LABELS.get(block.kind, block.kind)


def _block(block: Block, width: int, boxes: bool) -> Iterator[str]:
    if block.cells is not None:
        most = max(map(len, block.cells), default=0)
        yield _line(label(block), f"{amount(len(block.cells), 'row')}, {amount(most, 'column')}")
        yield from _table(block.cells, width - _LABEL - 4)
    else:
        size = f" ({amount(len(block.text), 'character')})"
        room = width - _LABEL - 4
        cut = columns(visible(" ".join(block.text.split()))) > room
        yield _line(label(block), fitted(block.text, room - len(size)) + size if cut else fitted(block.text, room))
    if boxes and block.box is not None:
        yield _line("", "box " + " ".join(f"{edge:.1f}" for edge in block.box))


def _table(cells: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The first rows and columns, aligned."""
    shown = [row[:_COLUMNS_SHOWN] for row in cells[:_ROWS_SHOWN]]
    count = max(map(len, shown), default=0)
    if not count:
        return
    rows = [[visible(" ".join(cell[:200].split())) for cell in [*row, *[""] * (count - len(row))]] for row in shown]
    widths = [min(max(columns(row[i]) for row in rows), _CELL_MOST) for i in range(count)]
    while sum(widths) > width - 3 * count - 1 and max(widths) > _CELL_LEAST:
        widths[widths.index(max(widths))] -= 1
    for row in rows:
        yield _line("", "| " + " | ".join(fitted(cell, size, pad=True) for cell, size in zip(row, widths, strict=True)) + " |")
    if len(cells) > len(shown):
        yield _line("", f"... {amount(len(cells) - len(shown), 'more row')}")
    if (most := max(map(len, cells))) > count:
        yield _line("", f"... {amount(most - count, 'more column')}")


def _remarks(by_page: Mapping[str, Mapping[int, Sequence[Mapping[str, Any]]]], page: int, width: int) -> Iterator[str]:
    """What the file says of itself (of most: beside page 1), and what is hidden, left out and warned of on one page."""
    for key, head, what in (("properties", "property", "place"), ("hidden", "hidden", "kind")):
        entries = by_page[key].get(page, ())
        for entry in entries[:_PLACES_SHOWN]:
            yield _line(head, fitted(f"{entry[what]}: {entry['text']}", width - _LABEL - 4))
        if (more := len(entries) - _PLACES_SHOWN) > 0:
            yield _line(head, f"... and {more:,} more")
    for code, what, entries in _groups(by_page["dropped"].get(page, ()), "reason", "element_type"):
        yield _line("left out", fitted(f"{code}: {what}{places(entries)}", 4 * width))
    for code, what, entries in _groups(by_page["warnings"].get(page, ()), "code", "kind"):
        yield _line("warning", fitted(f"{code}{f': {what}' if what else ''}{places(entries)}", 4 * width))


def _groups(entries: Iterable[Mapping[str, Any]], *keys: str) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        groups.setdefault((entry[keys[0]], entry.get(keys[1]) or ""), []).append(entry)
    for (code, what), found in groups.items():
        yield code, what, found


def places(entries: Sequence[Mapping[str, Any]]) -> str:
    """` (3 times, 40 characters, row 1, row 7)`: how often, how much and where, as far as it is known."""
    where = list(dict.fromkeys(entry["place"] for entry in entries if entry.get("place")))
    characters = sum(entry.get("characters") or 0 for entry in entries)
    said = [f"{len(entries)} times"] if len(entries) > 1 else []
    said += [amount(characters, "character")] if characters else []
    said += where[:_PLACES_SHOWN] + [f"and {len(where) - _PLACES_SHOWN:,} more"] * (len(where) > _PLACES_SHOWN)
    return f" ({', '.join(said)})" if said else ""


def _advice(said: Mapping[str, Any], width: int) -> Iterator[str]:
    """Every code once: what it means, and what to do."""
    codes = {entry.get("reason") or entry["code"]: entry for entry in (*said["dropped"], *said["warnings"])}
    if not codes:
        return
    yield ""
    yield "what it means, and what to do"
    for code, entry in codes.items():
        yield f"  {code}: {visible(entry['message'])}"
        yield f"    do: {visible(entry['remediation'])}"


def _line(head: str, text: str) -> str:
    return f"  {head:<{_LABEL}}  {text}".rstrip()

"""Elements into chunks, by the rules of the server's engine (chunking_rules.json), so that chunk ids equal the server's.

Words used here. A *block* is one element as the rules see it. A *run* is the blocks that will make one chunk. A *piece* is a
chunk before it has an id. A *part* says which stretch of which element stands where in a piece: it ties a chunk to its source.

The rules: elements are joined by a blank line up to 1500 code points; a run longer than 1200 takes no further element; a heading
starts a new run; a run under 400 is merged with the next where both fit; an element over 1500 stands alone and is cut at the last
white space at or before 1500, which is dropped. A table stands alone.

The house departs from the engine in two places (contracts README, ruling E1):
- a long table is cut between rows only, and each piece after the first repeats the header row. The header is left out where it
  and one row do not fit in 1500 together, or where it alone is over 750. A single row over 1500 is the one thing that is cut: at
  the last tab (between cells), else at white space, else hard; `Piece.cut_row` says so.
- text is taken as the reader gave it. The engine folds every run of white space inside an element to one space; `from_engine`
  does that too, because parity asks for it, but a document keeps its line breaks, so that a chunk equals its source code point
  for code point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from frostbyte.contract import ids
from frostbyte.parse.elements import Element, Kind

MAX_CHARACTERS = 1500
NEW_AFTER = 1200
COMBINE_UNDER = 400
SEPARATOR = "\n\n"
REPEATED_HEADER_MAX = MAX_CHARACTERS // 2
"""A longer header row is not repeated: a table of short rows under it would grow without bound."""

_ENGINE_KINDS: dict[str, Kind] = {
    "Title": "heading",
    "ListItem": "list_item",
    "Table": "table",
    "TableChunk": "table",
    "FigureCaption": "figure_caption",
    "Header": "header",
    "Footer": "footer",
}
"""Engine categories that are more than a paragraph; every other one (NarrativeText, Address, Image, ...) is a paragraph."""


class Part(NamedTuple):
    """`piece.text[start:end]` is `elements[element].text[source_start:source_end]`, in code points.

    `repeated` marks a table's header row shown again, which an earlier piece already holds.
    """

    element: int
    start: int
    end: int
    source_start: int
    source_end: int
    repeated: bool = False


class Piece(NamedTuple):
    """A chunk without its id. `page` is the first element's; `kinds` are those of the elements in it, in order."""

    text: str
    page: int
    kinds: tuple[Kind, ...]
    parts: tuple[Part, ...]
    cut_row: bool = False

    @property
    def element_type(self) -> str:
        """The contract's word: what all elements are, else paragraph (also for page headers and footers)."""
        first = self.kinds[0]
        same = self.kinds.count(first) == len(self.kinds)
        return first if same and first not in ("header", "footer") else "paragraph"


class _Block(NamedTuple):
    element: int
    kind: Kind
    text: str
    page: int | None
    size: int
    """Length the fitting rules count; the engine counts before it folds white space, so it can exceed `len(text)`."""
    source_start: int = 0
    rows: tuple[int, ...] = ()
    """Lengths of the table's rows, which one newline each joins."""
    has_header: bool = False


def chunk(elements: Sequence[Element]) -> list[Piece]:
    """Cut elements in reading order into pieces. Blank elements are left out, white space around an element's text likewise.

    The joined texts of the pieces are the document's normalised text.
    """
    return list(_pieces(_block(index, element) for index, element in enumerate(elements) if element.text.strip()))


def from_engine(elements: Iterable[Mapping[str, Any]], *, file_id: str) -> dict[str, Any]:
    """The contract's `chunking` answer for engine elements `{category, text, page_number}`: `{doc_id, chunks}`."""
    document = ids.doc_id(file_id)
    start, chunks = 0, []
    for piece in _pieces(_engine_block(index, element) for index, element in enumerate(elements)):
        end = start + len(piece.text)
        chunks.append(
            {
                "chunk_id": ids.chunk_id(document, piece.page, start, end),
                "text": piece.text,
                "page": piece.page,
                "start_char": start,
                "end_char": end,
                "element_type": piece.element_type,
            }
        )
        start = end
    return {"doc_id": document, "chunks": chunks}


def _block(index: int, element: Element) -> _Block:
    lead = len(element.text) - len(element.text.lstrip()) if element.kind != "table" else 0
    text = element.text.strip() if element.kind != "table" else element.text
    rows: tuple[int, ...] = ()
    if element.kind == "table":
        lengths = tuple(sum(map(len, row)) + max(len(row) - 1, 0) for row in element.cells or ())
        # Cells that are not exactly the text (a reader that laid the table out otherwise) leave its lines as its rows.
        exact = "\n".join("\t".join(row) for row in element.cells or ()) == element.text
        rows = lengths if exact else tuple(map(len, element.text.split("\n")))
    return _Block(index, element.kind, text, element.page, len(text), lead, rows, element.has_header)


def _engine_block(index: int, element: Mapping[str, Any]) -> _Block:
    raw = element["text"] or ""
    text = " ".join(raw.split())
    return _Block(index, _ENGINE_KINDS.get(element["category"], "paragraph"), text, element.get("page_number"), len(raw))


def _pieces(blocks: Iterable[_Block]) -> Iterator[Piece]:
    for run in _merged(_runs(blocks)):
        filled = [block for block in run if block.text]
        if not filled:
            continue
        page = next((block.page for block in run if block.page is not None), None) or 1
        if filled[0].kind == "table":
            yield from _table_pieces(filled[0], page)
        elif len(filled) == 1:
            yield from _cut_pieces(filled[0], page)
        else:
            yield _joined_piece(filled, page)


def _runs(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    run: list[_Block] = []
    size = 0
    for block in blocks:
        separator = len(SEPARATOR) if size else 0
        fits = block.kind != "table" and run and run[-1].kind != "table" and size <= NEW_AFTER
        # An empty block (a page break) takes no separator but is measured against the limit as if it did, as the engine does.
        if run and (block.kind == "heading" or not fits or size + separator + block.size > MAX_CHARACTERS):
            yield run
            run, size, separator = [], 0, 0
        run.append(block)
        size += separator + block.size if block.size else 0
    if run:
        yield run


def _merged(runs: Iterable[list[_Block]]) -> Iterator[list[_Block]]:
    held: list[_Block] = []
    held_size = 0
    for run in runs:
        size = _joined_length(run)
        both = held_size + size + (len(SEPARATOR) if held_size and size else 0)
        if held and (held[0].kind == "table" or run[0].kind == "table" or held_size >= COMBINE_UNDER or both > MAX_CHARACTERS):
            yield held
            held, held_size = run, size
        else:
            held, held_size = held + run, both
    if held:
        yield held


def _joined_length(run: Sequence[_Block]) -> int:
    lengths = [len(block.text) for block in run if block.text]
    return sum(lengths) + len(SEPARATOR) * max(len(lengths) - 1, 0)


def _joined_piece(blocks: Sequence[_Block], page: int) -> Piece:
    parts: list[Part] = []
    at = 0
    for block in blocks:
        parts.append(Part(block.element, at, at + len(block.text), block.source_start, block.source_start + len(block.text)))
        at += len(block.text) + len(SEPARATOR)
    text = SEPARATOR.join(block.text for block in blocks)
    return Piece(text, page, tuple(block.kind for block in blocks), tuple(parts))


def _cut_pieces(block: _Block, page: int) -> Iterator[Piece]:
    for start, end in _cuts(block.text, 0, len(block.text), tabs_first=False):
        yield _piece_of(block, page, [(start, end)])


def _table_pieces(block: _Block, page: int) -> Iterator[Piece]:
    if len(block.text) <= MAX_CHARACTERS:
        yield _piece_of(block, page, [(0, len(block.text))])
        return
    rows = _row_spans(block)
    header = rows[0] if block.has_header and len(rows) > 1 and rows[0][1] <= REPEATED_HEADER_MAX else None
    at = 0
    while at < len(rows):
        start, end = rows[at]
        repeat = at > 0 and header is not None and header[1] + 1 + end - start <= MAX_CHARACTERS
        room = MAX_CHARACTERS - (header[1] + 1 if header is not None and repeat else 0)
        at += 1
        while at < len(rows) and rows[at][1] - start <= room:
            end = rows[at][1]
            at += 1
        if end - start > MAX_CHARACTERS:
            for cut in _cuts(block.text, start, end, tabs_first=True):
                yield _piece_of(block, page, [cut], cut_row=True)
        elif block.text[start:end].strip():
            yield _piece_of(block, page, [header, (start, end)] if header is not None and repeat else [(start, end)])


def _row_spans(block: _Block) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = 0
    for length in block.rows or (len(block.text),):
        spans.append((at, at + length))
        at += length + 1
    return spans


def _piece_of(block: _Block, page: int, spans: Sequence[tuple[int, int]], *, cut_row: bool = False) -> Piece:
    parts: list[Part] = []
    at = 0
    for position, (start, end) in enumerate(spans):
        source = block.source_start
        parts.append(Part(block.element, at, at + end - start, source + start, source + end, position < len(spans) - 1))
        at += end - start + 1
    return Piece("\n".join(block.text[start:end] for start, end in spans), page, (block.kind,), tuple(parts), cut_row)


def _cuts(text: str, start: int, end: int, *, tabs_first: bool) -> Iterator[tuple[int, int]]:
    """Spans of `text[start:end]` of at most 1500, cut at white space, which no span holds at its ends."""
    while end - start > MAX_CHARACTERS:
        # White space exactly at the limit counts: the span before it is then full.
        window = text[start : start + MAX_CHARACTERS + 1]
        at = window.rfind("\t") if tabs_first else -1
        if at < 1:
            at = next((i for i in range(MAX_CHARACTERS, 0, -1) if window[i].isspace()), MAX_CHARACTERS)
        stop = start + at
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop > start:
            yield start, stop
        start += at
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end

"""A canonical document's elements again, in reading order: what a preview shows and a comparison compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from frostbyte.contract.documents import CanonicalDocument, Figure, SourceSpan, Table


@dataclass(frozen=True)
class Block:
    """One element, whole again where it was cut for its chunks.

    `kind`: heading, paragraph, table, list_item, figure_caption, header, footer or figure. `text` of a table: rows joined by
    newlines, cells by tabs; of a figure: its caption. `start` and `end`: its stretch of the normalised text. `level` of a
    heading, `cells` of a table and `box` (x0, y0, x1, y1) are None where there is none.
    """

    kind: str
    page: int
    text: str
    start: int
    end: int
    level: int | None = None
    cells: tuple[tuple[str, ...], ...] | None = None
    box: tuple[float, ...] | None = None


def blocks(document: CanonicalDocument) -> Iterator[Block]:
    """Every element of the document. A figure stands where its caption does, or where it was among the text."""
    text = document.normalised
    levels = {section.start_char: section.level for section in document.sections}
    tables = sorted(document.tables, key=lambda table: table.start_char)
    figures = sorted(document.figures, key=lambda figure: figure.start_char)
    shown = table = 0
    done = 0
    for run in _runs(document.source_map):
        start, end = run[0].start_char, run[-1].end_char
        if start < done:
            continue  # the rest of a table, which is whole already
        while shown < len(figures) and figures[shown].start_char <= start:
            yield _figure(figures[shown])
            shown += 1
        while table < len(tables) and tables[table].end_char <= start:
            table += 1
        box = tuple(run[0].bbox) if run[0].bbox is not None else None
        if table < len(tables) and tables[table].start_char <= start:
            yield _table(tables[table], box)
            done = tables[table].end_char
        else:
            level = levels.get(start)
            kind = "heading" if level is not None else run[0].kind or "paragraph"
            yield Block(kind, run[0].page, _joined(run, text), start, end, level=level, box=box)
            done = end
    yield from map(_figure, figures[shown:])


def _runs(spans: Sequence[SourceSpan]) -> Iterator[list[SourceSpan]]:
    """Spans of one element that follow each other: the pieces of one that was too long for a chunk."""
    run: list[SourceSpan] = []
    for span in spans:
        if run and span.element_id != run[-1].element_id:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _joined(run: Sequence[SourceSpan], text: str) -> str:
    """The pieces end to end, with a space where white space was cut away between them."""
    parts = [text[run[0].start_char : run[0].end_char]]
    for before, span in pairwise(run):
        parts += [" "] * (span.page_start > before.page_end)
        parts.append(text[span.start_char : span.end_char])
    return "".join(parts)


def _table(table: Table, box: tuple[float, ...] | None) -> Block:
    cells = tuple(map(tuple, table.cells))
    text = "\n".join("\t".join(row) for row in cells)
    return Block("table", table.page, text, table.start_char, table.end_char, cells=cells, box=box)


def _figure(figure: Figure) -> Block:
    return Block("figure", figure.page, figure.caption or "", figure.start_char, figure.end_char)

"""How two extractions differ, as JSON and for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from frostbyte.cli.parse_text import label, places
from frostbyte.cli.terminal import amount, fitted, visible
from frostbyte.parse.comparison import table_change
from frostbyte.pipeline.remedies import explain

if TYPE_CHECKING:
    from frostbyte.parse.blocks import Block
    from frostbyte.parse.comparison import Comparison, Pair, Remarks

_SHOWN = 100
"""Of each kind of difference so many are printed; JSON has them all."""

_WORDS_AROUND = 6


def as_json(found: Comparison, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The whole comparison as one value; `before` and `after` say what was compared."""
    return {
        "same": found.same,
        "before": {**before, "pages": found.pages[0], "characters": found.characters[0]},
        "after": {**after, "pages": found.pages[1], "characters": found.characters[1]},
        "unchanged": found.unchanged,
        "added": [_block(block) for block in found.added],
        "removed": [_block(block) for block in found.removed],
        "changed": [_changed(pair) for pair in found.changed],
        "moved": [{**_block(new), "page_before": old.page} for old, new in found.moved],
        "dropped": _remarks(found.dropped, "reason"),
        "warnings": _remarks(found.warnings, "code"),
        "hidden": asdict(found.hidden),
        "chunks": None if found.chunks is None else asdict(found.chunks),
    }


def lines(found: Comparison, before: Mapping[str, Any], after: Mapping[str, Any], *, width: int) -> Iterator[str]:
    """The comparison for people: what is marked `-` is in the earlier extraction, `+` in the later."""
    for mark, side, number in (("---", before, 0), ("+++", after, 1)):
        size = f"{amount(found.pages[number], 'page')}, {amount(found.characters[number], 'character')}"
        yield visible(f"{mark} {side['filename']}  {size}, read by {side['reader']} ({side['parser']})")
        yield f"    {visible(side['doc_id'] + ', ' if side.get('doc_id') else '')}sha256 {side['sha256']}"
    yield from _section("changed", len(found.changed), (line for pair in found.changed for line in _change(pair, width)))
    for title, mark, several in (("added", "+", found.added), ("removed", "-", found.removed)):
        yield from _section(title, len(several), (_one(mark, block, width) for block in several))
    yield from _section("moved", len(found.moved), _moves(found.moved, width))
    for title, code, remarks in (("left out", "reason", found.dropped), ("warnings", "code", found.warnings)):
        marked = [*(("-", entry) for entry in remarks.removed), *(("+", entry) for entry in remarks.added)]
        yield from _section(title, len(marked), (_remark(mark, entry, entry[code], width) for mark, entry in marked))
    hidden = [*(("-", entry) for entry in found.hidden.removed), *(("+", entry) for entry in found.hidden.added)]
    shown = (_remark(mark, entry, f"{entry['kind']}: {entry['text']}", width) for mark, entry in hidden)
    yield from _section("hidden", len(hidden), shown)
    yield ""
    if found.chunks is not None:
        gone = f"{len(found.chunks.removed):,} gone, {len(found.chunks.added):,} new"
        yield f"chunks    {found.chunks.same:,} with the same id and text, {gone}"
    counts = ", ".join(f"{len(getattr(found, key)):,} {key}" for key in ("changed", "added", "removed", "moved"))
    yield f"elements  {found.unchanged:,} the same, {counts}"
    yield "the extractions are the same" if found.same else "the extractions differ"


def _section(title: str, number: int, found: Iterator[str]) -> Iterator[str]:
    if number:
        yield ""
        yield f"{title} ({number:,})"
        yield from islice(found, _SHOWN)
        if next(found, None) is not None:
            yield "  ... (--json has all)"


def _change(pair: Pair, width: int) -> Iterator[str]:
    old, new = pair
    was = f" (was {label(old)})" if label(old) != label(new) else ""
    page = f"page {new.page}" if old.page == new.page else f"page {old.page}, now {new.page}"
    yield f"  {page}, {label(new)}{was}"
    if old.cells is not None and new.cells is not None:
        change = table_change(old, new)
        for cell in change.cells:
            yield from _both(f"row {cell.row}, column {cell.column}: ", cell.before, cell.after, width)
        for mark, rows in (("-", change.rows_removed), ("+", change.rows_added)):
            yield from (f"    {mark} {fitted(f'row {number}: ' + ' | '.join(row), width - 6)}" for number, row in rows)
    elif old.text != new.text:
        yield from _both("", old.text, new.text, width)


def _both(place: str, before: str, after: str, width: int) -> Iterator[str]:
    """The stretch where two texts differ, with some words around it."""
    old, new = before.split(), after.split()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    for mark, words in (("-", old), ("+", new)):
        first, last = max(start - _WORDS_AROUND, 0), min(len(words) - end + _WORDS_AROUND, len(words))
        shown = " ".join(words[first:last])
        yield f"    {mark} {fitted(place + '... ' * (first > 0) + shown + ' ...' * (last < len(words)), width - 6)}"


def _one(mark: str, block: Block, width: int) -> str:
    size = f"{amount(len(block.cells), 'row')}: " if block.cells is not None else ""
    return f"  {mark} {fitted(f'page {block.page}, {label(block)}: {size}{block.text}', width - 4)}"


def _moves(moved: Sequence[Pair], width: int) -> Iterator[str]:
    """Neighbours that moved together from one page to another, as one line."""
    for (before, after), group in groupby(moved, key=lambda pair: (pair[0].page, pair[1].page)):
        pairs = list(group)
        where = f"page {before}, now {after}" if before != after else f"page {after}, in another order"
        what = f"{where}: {amount(len(pairs), 'element')}, the first is {label(pairs[0][1])} {pairs[0][1].text[:200]}"
        yield f"  {fitted(what, width - 2)}"


def _remark(mark: str, entry: Mapping[str, Any], what: str, width: int) -> str:
    page = f"page {entry['page']}, " if entry.get("page") else ""
    return f"  {mark} {fitted(page + what + places([entry]), width - 4)}"


def _block(block: Block) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": block.kind, "page": block.page}
    if block.level is not None:
        data["level"] = block.level
    return {**data, "cells": block.cells} if block.cells is not None else {**data, "text": block.text}


def _changed(pair: Pair) -> dict[str, Any]:
    old, new = pair
    data: dict[str, Any] = {"before": _block(old), "after": _block(new)}
    return {**data, "table": asdict(table_change(old, new))} if old.cells is not None and new.cells is not None else data


def _remarks(remarks: Remarks, code: str) -> dict[str, Any]:
    """Each with what it means and what to do."""

    def explained(entry: Mapping[str, Any]) -> dict[str, Any]:
        message, remedy = explain(entry[code])
        return {**entry, "message": message, "remediation": remedy}

    return {"added": list(map(explained, remarks.added)), "removed": list(map(explained, remarks.removed))}

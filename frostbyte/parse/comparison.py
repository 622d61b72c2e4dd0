"""How two extractions differ: of two files, or of one file then and now, after the parser changed.

Elements are compared in reading order. One whose text is the same but stands elsewhere is *moved*; one that is alike is
*changed*; the rest is *added* or *removed*. Boxes and versions are no differences.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from frostbyte.contract.documents import CanonicalDocument
from frostbyte.parse.alignment import aligned, gaps
from frostbyte.parse.blocks import Block, blocks

ALIKE = 0.5
"""Share of words two elements must have in common, at least, to be one that changed."""

_LOOKED_AT = 12
"""Of so many neighbours an element's new form is sought among."""

_FINE_KINDS = ("list_item", "figure_caption", "header", "footer")

Pair = tuple[Block, Block]


@dataclass(frozen=True)
class Remarks:
    """Entries of one kind (left out, warned of, hidden) that only one side has."""

    added: tuple[dict[str, Any], ...]
    removed: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Chunks:
    """Chunks of one document then and now: how many have the same id and text, and the ids of the others."""

    same: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """`added` is in the later extraction alone, `removed` in the earlier; pairs are (earlier, later).

    `pages` and `characters` are (earlier, later).
    """

    pages: tuple[int, int]
    characters: tuple[int, int]
    unchanged: int
    added: tuple[Block, ...]
    removed: tuple[Block, ...]
    changed: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    dropped: Remarks
    warnings: Remarks
    hidden: Remarks
    chunks: Chunks | None
    """None where the extractions are of two documents."""

    @property
    def same(self) -> bool:
        """True where nothing differs."""
        remarks = [side for side in (self.dropped, self.warnings, self.hidden, self.chunks) if side is not None]
        found = (self.added, self.removed, self.changed, self.moved, *((side.added or side.removed) for side in remarks))
        return not any(found) and self.pages[0] == self.pages[1]


@dataclass(frozen=True)
class CellChange:
    """Row and column count from 1, in the later table."""

    row: int
    column: int
    before: str
    after: str


@dataclass(frozen=True)
class TableChange:
    """How a table differs: cells, and rows as (number from 1, cells) that only one side has."""

    cells: tuple[CellChange, ...]
    rows_added: tuple[tuple[int, tuple[str, ...]], ...]
    rows_removed: tuple[tuple[int, tuple[str, ...]], ...]


def compare(before: CanonicalDocument, after: CanonicalDocument) -> Comparison:
    """What of `before` is no longer so in `after`."""
    old, new = _blocks(before, after), _blocks(after, before)
    pairs = aligned([_key(block) for block in old], [_key(block) for block in new])
    changed: list[Pair] = []
    moved: list[Pair] = []
    for i, j in pairs:
        if (old[i].kind, old[i].level) != (new[j].kind, new[j].level):
            changed.append((old[i], new[j]))
        elif old[i].page != new[j].page:
            moved.append((old[i], new[j]))
    elsewhere = _elsewhere(old, new, pairs)
    moved += [(old[i], new[j]) for i, j in elsewhere.items()]
    taken = set(elsewhere.values())
    added: list[Block] = []
    removed: list[Block] = []
    for left, right in gaps(len(old), len(new), pairs):
        gone = [old[i] for i in left if i not in elsewhere]
        come = [new[j] for j in right if j not in taken]
        for earlier, later in _alike(gone, come):
            if earlier is None:
                added += [later] if later is not None else []
            elif later is None:
                removed.append(earlier)
            else:
                changed.append((earlier, later))
    return Comparison(
        pages=(before.stats.page_count, after.stats.page_count),
        characters=(before.stats.total_characters, after.stats.total_characters),
        unchanged=len(new) - len(added) - len(changed) - len(moved),
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(sorted(changed, key=lambda pair: pair[1].start)),
        moved=tuple(sorted(moved, key=lambda pair: pair[1].start)),
        dropped=_remarks(before.dropped, after.dropped),
        warnings=_remarks([w.to_json() for w in before.warnings], [w.to_json() for w in after.warnings]),
        hidden=_remarks(_hidden(before), _hidden(after)),
        chunks=_chunks(before, after) if before.doc_id == after.doc_id else None,
    )


def table_change(before: Block, after: Block) -> TableChange:
    """How two tables differ, row by row. Raises ValueError for what is no table."""
    if before.cells is None or after.cells is None:
        raise ValueError("not two tables")
    cells: list[CellChange] = []
    come: list[tuple[int, tuple[str, ...]]] = []
    gone: list[tuple[int, tuple[str, ...]]] = []
    for left, right in gaps(len(before.cells), len(after.cells), aligned(before.cells, after.cells)):
        if len(left) == len(right) and all(len(before.cells[i]) == len(after.cells[j]) for i, j in zip(left, right, strict=True)):
            for i, j in zip(left, right, strict=True):
                both = zip(before.cells[i], after.cells[j], strict=True)
                cells += [CellChange(j + 1, n, old, new) for n, (old, new) in enumerate(both, 1) if old != new]
        else:
            gone += [(i + 1, before.cells[i]) for i in left]
            come += [(j + 1, after.cells[j]) for j in right]
    return TableChange(tuple(cells), tuple(come), tuple(gone))


def _blocks(document: CanonicalDocument, other: CanonicalDocument) -> list[Block]:
    """The elements, with kinds as fine as both documents tell them: one stored by an earlier version may not."""
    found = list(blocks(document))
    if _tells(other) or not _tells(document):
        return found
    return [replace(block, kind="paragraph") if block.kind in _FINE_KINDS else block for block in found]


def _tells(document: CanonicalDocument) -> bool:
    return any(span.kind is not None for span in document.source_map)


def _key(block: Block) -> tuple[str, str | tuple[tuple[str, ...], ...]]:
    """What makes two elements the same: tables their cells, all others their text."""
    if block.cells is not None:
        return "table", block.cells
    return ("figure" if block.kind == "figure" else "text"), block.text


def _elsewhere(old: Sequence[Block], new: Sequence[Block], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Elements with the same text out of order: position in the earlier document to that in the later one."""
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    free: defaultdict[object, list[int]] = defaultdict(list)
    for position in range(len(new) - 1, -1, -1):
        if position not in right:
            free[_key(new[position])].append(position)
    return {i: free[key].pop() for i in range(len(old)) if i not in left and free.get(key := _key(old[i]))}


def _alike(gone: Sequence[Block], come: Sequence[Block]) -> Iterator[tuple[Block | None, Block | None]]:
    """Elements of one gap with the form they have now, in order; None where there is none."""
    words = [Counter(block.text.split()) for block in come]
    at = 0
    for block in gone:
        mine = Counter(block.text.split())
        near = range(at, min(at + _LOOKED_AT, len(come)))
        shares = [_share(mine, words[j]) if (come[j].cells is None) is (block.cells is None) else 0.0 for j in near]
        if not shares or max(shares) < ALIKE:
            yield block, None
            continue
        found = at + shares.index(max(shares))
        yield from ((None, other) for other in come[at:found])
        yield block, come[found]
        at = found + 1
    yield from ((None, other) for other in come[at:])


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Words in common, of all words of both (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _chunks(before: CanonicalDocument, after: CanonicalDocument) -> Chunks:
    old, new = ({chunk.chunk_id: chunk.text for chunk in document.chunks} for document in (before, after))
    same = {name for name, text in new.items() if old.get(name) == text}
    return Chunks(len(same), tuple(n for n in new if n not in same), tuple(n for n in old if n not in same))


def _hidden(document: CanonicalDocument) -> list[dict[str, Any]]:
    text = document.normalised
    return [{"page": h.page, "kind": h.kind, "text": text[h.start_char : h.end_char]} for h in document.hidden]


def _remarks(before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> Remarks:
    old, new = (Counter(tuple(sorted(entry.items(), key=lambda item: item[0])) for entry in side) for side in (before, after))
    return Remarks(tuple(map(dict, (new - old).elements())), tuple(map(dict, (old - new).elements())))

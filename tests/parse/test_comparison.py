"""How two extractions differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from frostbyte.contract.documents import CanonicalDocument
from frostbyte.parse.assemble import assemble
from frostbyte.parse.blocks import Block, blocks
from frostbyte.parse.comparison import CellChange, compare, table_change
from frostbyte.parse.elements import Dropped, Hidden, Kind, Reading, Warning

from .office_files import reading, readings


def made(what: Reading, file_id: str = "f") -> CanonicalDocument:
    return assemble(what, file_id=file_id, tenant_id="acme", raw_sha256="0" * 64)


def parts(*texts: str) -> Reading:
    return reading(*(("paragraph", text) for text in texts))


@settings(max_examples=40)
@given(readings)
def test_an_extraction_is_the_same_as_itself(what: Reading) -> None:
    assume(any(element.text.strip() for element in what.elements))
    found = compare(made(what), made(what))
    assert found.same
    assert found.unchanged == len(list(blocks(made(what))))
    assert found.chunks is not None
    assert found.chunks.same == len(made(what).chunks)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 30)), min_size=1, max_size=25), st.data())
def test_every_element_of_both_sides_is_counted_once(spec: list[tuple[int, int]], data: st.DataObject) -> None:
    kinds: dict[int, Kind] = {1: "paragraph", 2: "heading", 3: "list_item"}

    def side(entries: list[tuple[int, int]]) -> CanonicalDocument:
        return made(reading(*((kinds[kind], f"words of number {word} and more") for kind, word in entries)))

    others = data.draw(st.lists(st.sampled_from(spec), min_size=1, max_size=25))
    before, after = side(spec), side(others)
    found = compare(before, after)
    both = found.unchanged + len(found.changed) + len(found.moved)
    assert both + len(found.added) == len(others)
    assert both + len(found.removed) == len(spec)
    assert found.same is (list(blocks(before)) == list(blocks(after)))


def test_what_was_added_removed_changed_and_moved_is_told_apart() -> None:
    stays = ("The first stays.", "So does the second.")
    before = made(parts(*stays, "Goods come back within 30 days.", "Gone for good, this one.", "Here, then there."))
    after = made(parts("Here, then there.", *stays, "Goods come back within 45 days.", "Quite new words appear."))
    found = compare(before, after)
    assert [b.text for b in found.added] == ["Quite new words appear."]
    assert [b.text for b in found.removed] == ["Gone for good, this one."]
    assert [(a.text, b.text) for a, b in found.changed] == [
        ("Goods come back within 30 days.", "Goods come back within 45 days.")
    ]
    assert [b.text for _, b in found.moved] == ["Here, then there."]
    assert (found.unchanged, found.same) == (2, False)


def test_another_page_is_a_move_and_another_kind_a_change() -> None:
    before = made(reading(("heading", "Terms"), ("paragraph", "The buyer pays."), ("list_item", "and waits")))
    turned = made(reading(("heading", "Terms"), None, ("paragraph", "The buyer pays."), ("list_item", "and waits")))
    found = compare(before, turned)
    assert [(a.page, b.page) for a, b in found.moved] == [(1, 2), (1, 2)]
    assert (found.pages, found.changed, found.same) == ((1, 2), (), False)
    other = compare(before, made(reading(("heading", ">Terms"), ("list_item", "The buyer pays."), ("list_item", "and waits"))))
    assert [(a.kind, a.level, b.kind, b.level) for a, b in other.changed] == [
        ("heading", 1, "heading", 2),
        ("paragraph", None, "list_item", None),
    ]


def test_an_extraction_that_does_not_tell_list_items_is_not_held_against_one_that_does() -> None:
    """Stored by an earlier version: its source map names no kinds."""
    now = made(reading(("paragraph", "To do:"), ("list_item", "wait")))
    then = now.to_json()
    for span in then["lineage"]["source_map"]:
        span.pop("kind", None)
    assert compare(CanonicalDocument.from_json(then), now).same


def test_what_is_left_out_hidden_or_warned_of_on_one_side_only_is_a_difference() -> None:
    plain = parts("Seen and hidden.")
    more = replace(
        plain,
        dropped=(Dropped("comment", 1, "COMMENT", "paragraph 1", 9), Dropped("comment", 1, "COMMENT", "paragraph 1", 9)),
        warnings=(Warning("TINY_TEXT", 1, "tiny", 4),),
        hidden=(Hidden(1, 9, 15, "tiny"),),
    )
    found = compare(made(plain), made(more))
    assert not found.same
    assert len(found.dropped.added) == 2
    assert found.dropped.added[0]["place"] == "paragraph 1"
    assert [entry["code"] for entry in found.warnings.added] == ["TINY_TEXT"]
    assert [entry["text"] for entry in found.hidden.added] == ["hidden"]
    back = compare(made(more), made(plain))
    assert (back.dropped.removed, back.dropped.added) == (found.dropped.added, ())
    one = compare(made(more), made(replace(more, dropped=more.dropped[:1])))
    assert len(one.dropped.removed) == 1


def test_other_chunks_of_the_same_elements_are_a_difference_of_one_document_only() -> None:
    now = made(parts("One.", "Two."))
    then = now.to_json()
    then["chunks"][0]["chunk_id"] = "chk_" + "0" * 12
    found = compare(CanonicalDocument.from_json(then), now)
    assert found.chunks is not None
    assert (found.chunks.same, found.chunks.added, found.chunks.removed) == (0, (now.chunks[0].chunk_id,), ("chk_" + "0" * 12,))
    assert not found.same
    other = compare(now, made(parts("One.", "Two."), file_id="g"))
    assert other.chunks is None
    assert other.same


def test_a_changed_table_is_told_by_rows_and_cells() -> None:
    rows = [["item", "price"], ["pump", "3"], ["glove", "4"], ["vial", "5"]]
    other = [["item", "price"], ["pump", "9"], ["vial", "5"], ["mask", "1"], ["cap", "2"]]
    found = compare(made(reading(rows)), made(reading(other)))
    ((old, new),) = found.changed
    change = table_change(old, new)
    assert change.cells == ()
    assert [row for _, row in change.rows_removed] == [("pump", "3"), ("glove", "4")]
    assert change.rows_added == ((2, ("pump", "9")), (4, ("mask", "1")), (5, ("cap", "2")))
    ((old, new),) = compare(made(reading(rows)), made(reading([*rows[:2], ["glove", "40"], rows[3]]))).changed
    assert table_change(old, new).cells == (CellChange(3, 2, "4", "40"),)
    with pytest.raises(ValueError, match="not two tables"):
        table_change(old, Block("paragraph", 1, "", 0, 0))

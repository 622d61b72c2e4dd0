"""The elements of a canonical document, put together again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings

from frostbyte.parse.assemble import assemble
from frostbyte.parse.blocks import Block, blocks
from frostbyte.parse.elements import Box, Figure, Reading

from .office_files import reading, readings


def made(what: Reading) -> list[Block]:
    return list(blocks(assemble(what, file_id="f", tenant_id="acme", raw_sha256="0" * 64)))


@settings(max_examples=60)
@given(readings)
def test_every_element_comes_back_with_its_kind_page_and_text(what: Reading) -> None:
    assume(any(element.text.strip() for element in what.elements))
    found = [block for block in made(what) if block.kind != "figure"]
    wanted = [element for element in what.elements if element.text.strip()]
    assert [(b.kind, b.page) for b in found] == [(e.kind, e.page) for e in wanted]
    for block, element in zip(found, wanted, strict=True):
        assert block.cells == element.cells
        assert block.text.split() == element.text.split()


def test_a_cut_paragraph_and_a_cut_table_are_whole_again() -> None:
    long = " ".join(["word"] * 700)
    cells = [["n", "v"], *([f"row{i}", "v" * 90] for i in range(40))]
    table, paragraph, after = made(reading(cells, ("paragraph", long), ("list_item", "after")))
    assert table.cells == tuple(map(tuple, cells))
    assert (paragraph.text, after.kind) == (long, "list_item")


def test_boxes_levels_and_figures_are_kept() -> None:
    what = reading(("heading", "Terms"), ("paragraph", "Seen."), None, ("footer", "page 2"))
    boxed = tuple(replace(element, box=Box(1, 2, 3, 4)) for element in what.elements)
    found = made(replace(what, elements=boxed, figures=(Figure(2, None, 2),)))
    assert [(b.kind, b.page, b.level, b.box) for b in found] == [
        ("heading", 1, 1, (1, 2, 3, 4)),
        ("paragraph", 1, None, (1, 2, 3, 4)),
        ("figure", 2, None, None),
        ("footer", 2, None, (1, 2, 3, 4)),
    ]

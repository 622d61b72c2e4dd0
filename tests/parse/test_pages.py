"""Page text laid down element by element."""

from __future__ import annotations

from hypothesis import given

from frostbyte.parse.elements import Reading
from frostbyte.parse.pages import PageWriter

from .office_files import readings


@given(readings)
def test_every_element_stands_where_it_says(what: Reading) -> None:
    for element in what.elements:
        assert what.pages[element.page - 1].text[element.page_start : element.page_end] == element.text


def test_elements_are_a_blank_line_apart_and_pages_may_be_empty() -> None:
    writer = PageWriter()
    writer.add("heading", "  Title ", level=2)
    writer.add("paragraph", " \n ")
    writer.add("paragraph", "text")
    writer.turn()
    writer.turn()
    writer.add("paragraph", "last")
    assert [page.text for page in writer.pages] == ["Title\n\ntext", "", "last"]
    assert [(e.text, e.level, e.page) for e in writer.elements] == [("Title", 2, 1), ("text", None, 1), ("last", None, 3)]


def test_cells_hold_no_tab_and_no_newline() -> None:
    writer = PageWriter()
    writer.add_table([["a\tb", "c\n\nd"], ["", " "]], has_header=False)
    writer.add_table([["", " "]], has_header=True)
    (table,) = writer.elements
    assert table.text == "a b\tc d\n\t"
    assert table.cells == (("a b", "c d"), ("", ""))
    assert not table.has_header


def test_soft_hyphens_and_ligatures_are_undone_and_other_letters_left() -> None:
    writer = PageWriter()
    writer.add("paragraph", "co\u00adoperation of\ufb01ce e\ufb03cient \u0132 ﷺ \u200b")
    writer.add_table([["\ufb02at\u00ad", "x"]], has_header=False)
    assert [element.text for element in writer.elements] == ["cooperation office efficient \u0132 ﷺ \u200b", "flat\tx"]

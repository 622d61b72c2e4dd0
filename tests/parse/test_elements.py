"""The form every reader keeps, held against each reader of office and text files with all kinds of content in one file."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.parse import READERS
from frostbyte.parse.elements import Element, Reading

from .office_files import docx, p, r, rows, tbl, xlsx


def _docx(folder: Path) -> str:
    body = (
        p("Title", properties='<w:outlineLvl w:val="0"/>') + p("text", r("hidden", "<w:vanish/>")) + tbl(["a\tb", "c"], ["d", ""])
    )
    picture = '<w:r><w:drawing><wp:docPr descr="duck"/><pic:pic/></w:drawing></w:r>'
    return docx(folder, body + p('<w:r><w:br w:type="page"/></w:r>', "next", picture) + p(r("tiny", '<w:sz w:val="1"/>')))


def _xlsx(folder: Path) -> str:
    hidden = '<x:cols><x:col min="1" max="1" hidden="1"/></x:cols>'
    return xlsx(folder, rows(["a", "b\nc"], [1, 2]), hidden + rows(["x", "y", "z"], ["1", "2", "3"]), attributes={2: ""})


def _csv(folder: Path) -> str:
    (folder / "made.csv").write_bytes("navn;sted\nKjøper;Ås\n1;2;3\n".encode("cp1252"))
    return str(folder / "made.csv")


def _txt(folder: Path) -> str:
    (folder / "made.txt").write_bytes("# Title\r\n\r\n- one\r\n- two\r\n\f  text of it.\r\nmore\r\n".encode("utf-16"))
    return str(folder / "made.txt")


@pytest.fixture(
    params=[(formats.DOCX, _docx), (formats.XLSX, _xlsx), (formats.CSV, _csv), (formats.TXT, _txt)], ids=lambda p: p[0][-8:]
)
def reading(request: pytest.FixtureRequest, tmp_path: Path) -> Reading:
    mime, write = request.param
    module, function = READERS[mime]
    read: Callable[[str], Reading] = getattr(importlib.import_module(module), function)
    return read(write(tmp_path))


def test_elements_stand_where_they_say_in_order(reading: Reading) -> None:
    assert reading.elements
    assert [page.number for page in reading.pages] == list(range(1, len(reading.pages) + 1))
    places = [(element.page, element.page_start, element.page_end) for element in reading.elements]
    assert places == sorted(places)
    for element in reading.elements:
        assert reading.pages[element.page - 1].text[element.page_start : element.page_end] == element.text
        assert element.text.strip()


def test_levels_and_cells_are_where_they_belong(reading: Reading) -> None:
    for element in reading.elements:
        assert (element.level is not None) == (element.kind == "heading")
        assert (element.cells is not None) == (element.kind == "table")
        if element.cells is not None:
            assert "\n".join("\t".join(row) for row in element.cells) == element.text


def test_figures_drops_and_warnings_name_pages_that_exist_and_hold_no_text(reading: Reading) -> None:
    numbers = {page.number for page in reading.pages}
    assert all(figure.page in numbers and 0 <= figure.after_element <= len(reading.elements) for figure in reading.figures)
    assert all(item.page in numbers and re.fullmatch("[A-Z_]+", item.reason) for item in reading.dropped)
    assert all(item.page in {None, *numbers} and re.fullmatch("[A-Z_]+", item.code) for item in reading.warnings)
    assert reading.reader_version


def test_an_element_is_a_value() -> None:
    assert Element("paragraph", "a", 1, 0, 1) == Element("paragraph", "a", 1, 0, 1)
    assert len({Element("paragraph", "a", 1, 0, 1), Element("paragraph", "a", 1, 0, 1)}) == 1
    with pytest.raises(AttributeError):
        Element("paragraph", "a", 1, 0, 1).text = "b"  # type: ignore[misc]

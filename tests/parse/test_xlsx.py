"""XLSX: sheets, tables and what was left out."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from frostbyte.errors import ParseFailed
from frostbyte.parse import xlsx, xlsx_cells
from frostbyte.parse.elements import Reading

from .office_files import NAMESPACES, links, rows
from .office_files import package as packed
from .office_files import xlsx as made


def read(folder: Path, *sheets: str, **more: object) -> Reading:
    return xlsx.read(made(folder, *sheets, **more))  # type: ignore[arg-type]


def kinds(found: Reading) -> list[tuple[str, str, int]]:
    return [(element.kind, element.text, element.page) for element in found.elements]


def drops(found: Reading) -> list[tuple[str, int, str]]:
    return [(item.element_type, item.page, item.reason) for item in found.dropped]


def test_a_workbook_of_another_program_is_read_whole(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Invoices"
    for line in (
        ["number", "date", "paid at", "amount", "share", "open"],
        [1234567890123456, datetime.date(2024, 2, 29), datetime.datetime(2024, 3, 1, 14, 30), 1250.5, 0.25, True],
    ):
        sheet.append(line)
    sheet["E2"].number_format = "0%"
    sheet["A2"].comment = Comment("ask Kari", "Ann")
    workbook.create_sheet("Other")["B3"] = "alone"
    secret = workbook.create_sheet("Secret")
    secret["A1"] = "not shown"
    secret.sheet_state = "hidden"
    workbook.save(tmp_path / "made.xlsx")
    found = xlsx.read(str(tmp_path / "made.xlsx"))
    assert kinds(found) == [
        ("heading", "Invoices", 1),
        (
            "table",
            "number\tdate\tpaid at\tamount\tshare\topen\n1234567890123456\t2024-02-29\t2024-03-01T14:30:00\t1250.5\t25%\tTRUE",
            1,
        ),
        ("heading", "Other", 2),
        ("paragraph", "alone", 2),
    ]
    assert found.elements[1].has_header
    assert drops(found) == [("comment", 1, "COMMENT"), ("sheet", 3, "HIDDEN_SHEET")]
    assert len(found.pages) == 3


def test_blank_rows_part_tables_and_blank_columns_go(tmp_path: Path) -> None:
    sheet = "<x:sheetData>" + rows(["a", "", "b"], [1, "", 2])[13:-14] + rows(["", "c", "d"], start=4)[13:-14] + "</x:sheetData>"
    assert kinds(read(tmp_path, sheet)) == [("heading", "Sheet1", 1), ("table", "a\tb\n1\t2", 1), ("table", "c\td", 1)]


def test_lone_cells_over_a_table_are_text_and_the_row_below_its_header(tmp_path: Path) -> None:
    found = read(tmp_path, rows(["Report 2024"], ["all regions"], ["team", "cups"], ["Blues", 1]))
    assert [kind for kind, _, _ in kinds(found)] == ["heading", "paragraph", "paragraph", "table"]
    assert found.elements[-1].has_header
    assert [k for k, _, _ in kinds(read(tmp_path, rows(["one"], ["two"], ["three"])))] == ["heading", "table"]


def test_rows_and_columns_that_are_hidden_are_left_out_by_name(tmp_path: Path) -> None:
    columns = '<x:cols><x:col min="2" max="2" hidden="1"/><x:col min="3" max="3" width="0"/></x:cols>'
    data = rows(["a", "b", "c", "d"], [1, 2, 3, 4], [5, 6, 7, 8]).replace('<x:row r="2">', '<x:row r="2" hidden="1">')
    found = read(tmp_path, columns + data)
    assert found.elements[-1].cells == (("a", "d"), ("5", "8"))
    assert drops(found) == [("table_row", 1, "HIDDEN_ROW"), ("table_column", 1, "HIDDEN_COLUMN")]
    empty = '<x:cols><x:col min="2" max="16384" hidden="1"/></x:cols>' + rows(["a"], ["b"])
    assert drops(read(tmp_path, empty)) == []


def test_a_merged_value_stands_once(tmp_path: Path) -> None:
    found = read(tmp_path, rows(["wide", "", "x"], ["a", "b", "c"]) + '<x:mergeCells><x:mergeCell ref="A1:B1"/></x:mergeCells>')
    assert found.elements[-1].cells == (("wide", "", "x"), ("a", "b", "c"))


def test_a_formula_gives_its_stored_value_and_a_warning_where_there_is_none(tmp_path: Path) -> None:
    cells = '<x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c r="B1"><x:f>NOW()</x:f></x:c>'
    found = read(tmp_path, f'<x:sheetData><x:row r="1">{cells}</x:row></x:sheetData>', rows(["x"]))
    assert [element.text for element in found.elements] == ["Sheet1", "2", "Sheet2", "x"]
    assert [(w.code, w.page) for w in found.warnings] == [("FORMULA_WITHOUT_VALUE", 1)]


def test_pictures_and_text_boxes_follow_the_tables(tmp_path: Path) -> None:
    def anchor(inner: str) -> str:
        return f"<xdr:twoCellAnchor>{inner}</xdr:twoCellAnchor>"

    body = "<xdr:txBody>" + "".join(f"<a:p><a:r><a:t>{t}</a:t></a:r></a:p>" for t in ("line one", "line two")) + "</xdr:txBody>"
    drawing = (
        f"<xdr:wsDr {NAMESPACES}>"
        + anchor('<xdr:pic><xdr:nvPicPr><xdr:cNvPr descr="a duck"/></xdr:nvPicPr></xdr:pic>')
        + anchor("<xdr:pic/>")
        + anchor(f"<xdr:sp>{body}</xdr:sp>")
        + anchor("<xdr:graphicFrame><a:graphic><c:chart/></a:graphic></xdr:graphicFrame>")
        + "</xdr:wsDr>"
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": links({"d": ("drawing", "../drawings/drawing1.xml")}),
        "xl/drawings/drawing1.xml": drawing,
    }
    found = read(tmp_path, rows(["a", "b"]), more=more)
    assert [(k, t) for k, t, _ in kinds(found)][1:] == [
        ("table", "a\tb"),
        ("figure_caption", "a duck"),
        ("paragraph", "line one\nline two"),
    ]
    assert [figure.caption for figure in found.figures] == ["a duck", None]
    assert drops(found) == [("chart", 1, "CHART_NOT_READ")]


def test_what_is_not_text_is_named(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {
        "xl/worksheets/_rels/sheet1.xml.rels": links({"o": ("oleObject", "../embeddings/x.bin"), "c": ("control", "../x.xml")})
    }
    to = {"v": ("vbaProject", "vbaProject.bin"), "e": ("externalLink", "externalLinks/externalLink1.xml")}
    margins = "<x:headerFooter><x:oddHeader>&amp;Lsecret</x:oddHeader></x:headerFooter>"
    found = read(tmp_path, rows(["a", "b"]) + margins, more=more, links_to=to)
    assert sorted(reason for _, _, reason in drops(found)) == [
        "ACTIVE_CONTENT",
        "EMBEDDED_FILE",
        "EXTERNAL_LINK",
        "MACRO",
        "PRINT_HEADER",
    ]


def test_a_sheet_that_is_a_chart_or_missing_is_named(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        rows(["a"]),
        "",
        "",
        links_to={"s2": ("chartsheet", "chartsheets/sheet1.xml"), "s3": ("worksheet", "worksheets/none.xml")},
    )
    assert drops(found) == [("chartsheet", 2, "CHART_NOT_READ"), ("sheet", 3, "SHEET_MISSING")]


@pytest.mark.parametrize("kind", ["", "what the file's author likes to say"])
def test_a_sheet_of_no_known_kind_is_named_by_our_word(tmp_path: Path, kind: str) -> None:
    found = read(tmp_path, rows(["a"]), "", links_to={"s2": (kind, "worksheets/sheet2.xml")})
    assert drops(found) == [("sheet", 2, "NOT_READ")]


def test_addresses_far_apart_cost_nothing(tmp_path: Path) -> None:
    far = '<x:sheetData><x:row r="1048576"><x:c r="XFD1048576"><x:v>7</x:v></x:c></x:row></x:sheetData>'
    assert kinds(read(tmp_path, far)) == [("heading", "Sheet1", 1), ("paragraph", "7", 1)]
    strewn = "".join(f'<x:row r="{i}"><x:c r="{_letters(i)}{i}"><x:v>{i}</x:v></x:c></x:row>' for i in range(1, 2500))
    found = read(tmp_path, f"<x:sheetData>{strewn}</x:sheetData>")
    assert [w.code for w in found.warnings] == ["SPARSE_TABLE"]
    assert len(found.pages[0].text) < 20_000


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def test_cells_and_text_are_bounded_over_all_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [rows(["a", "b"], ["c", "d"])] * 2
    monkeypatch.setattr(xlsx, "MAX_CELLS", 8)
    assert len(read(tmp_path, *sheets).elements) == 4
    monkeypatch.setattr(xlsx, "MAX_CELLS", 7)
    with pytest.raises(ParseFailed) as failure:
        read(tmp_path, *sheets)
    assert (failure.value.reason, failure.value.detail) == ("PARSER_ERROR", "WORKBOOK_TOO_LARGE")
    monkeypatch.setattr(xlsx, "MAX_CELLS", 8)
    monkeypatch.setattr(xlsx, "MAX_CHARACTERS", 7)
    with pytest.raises(ParseFailed):
        read(tmp_path, *sheets)


def test_one_string_shown_in_thousands_of_cells_does_not_grow_without_bound(tmp_path: Path) -> None:
    cells = "".join(f'<x:row r="{i}"><x:c r="A{i}" t="s"><x:v>0</x:v></x:c></x:row>' for i in range(1, 2000))
    with pytest.raises(ParseFailed) as failure:
        read(tmp_path, f"<x:sheetData>{cells}</x:sheetData>", strings=["x" * 30_000])
    assert failure.value.detail == "WORKBOOK_TOO_LARGE"
    assert xlsx_cells.MAX_CHARACTERS < 2000 * 30_000


def test_a_package_without_a_workbook_is_corrupted(tmp_path: Path) -> None:
    parts = {"_rels/.rels": links({"r": ("officeDocument", "xl/workbook.xml")}), "xl/workbook.xml": "<workbook/>"}
    with pytest.raises(ParseFailed) as failure:
        xlsx.read(packed(tmp_path / "made.xlsx", parts))
    assert (failure.value.reason, failure.value.detail) == ("FILE_CORRUPTED", "NO_WORKBOOK")


def grid(folder: Path, cells: dict[str, object]) -> list[tuple[str, str]]:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    for address, content in cells.items():
        workbook.active[address] = content
    workbook.save(folder / "made.xlsx")
    return [(e.kind, e.text) for e in xlsx.read(str(folder / "made.xlsx")).elements[1:]]


def test_tables_beside_each_other_are_two_where_their_rows_differ(tmp_path: Path) -> None:
    left = {"A1": "a", "B1": "b", "A2": 1, "B2": 2}
    right = {"D1": "p", "E1": "q", "D2": 3, "E2": 4, "D3": 5, "E3": 6}
    assert grid(tmp_path, left | right) == [("table", "a\tb\n1\t2"), ("table", "p\tq\n3\t4\n5\t6")]
    # Of the same rows they may be one table with a blank column; a single column may be a remark on each row.
    assert grid(tmp_path, left | {k: v for k, v in right.items() if k[1] != "3"}) == [("table", "a\tb\tp\tq\n1\t2\t3\t4")]
    assert grid(tmp_path, left | {"D2": "late"}) == [("table", "a\tb\t\n1\t2\tlate")]


def test_the_name_of_a_report_above_a_blank_row_is_text(tmp_path: Path) -> None:
    table = {"A4": "city", "B4": "sum", "A5": "Oslo", "B5": 5}
    assert grid(tmp_path, {"A1": "Sales", "A2": "as of May"} | table) == [
        ("paragraph", "Sales"),
        ("paragraph", "as of May"),
        ("table", "city\tsum\nOslo\t5"),
    ]
    assert grid(tmp_path, {"A1": "total", "A2": 7} | table)[0] == ("table", "total\n7")


def test_cells_strewn_over_a_sheet_are_read_in_little_time(tmp_path: Path) -> None:
    strewn = "".join(
        f'<x:row r="{n}"><x:c r="{get_column_letter(n * 2)}{n}"><x:v>{n}</x:v></x:c></x:row>' for n in range(1, 8000)
    )
    began = time.process_time()
    assert read(tmp_path, f"<x:sheetData>{strewn}</x:sheetData>").elements
    assert time.process_time() - began < 10

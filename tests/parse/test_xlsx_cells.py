"""Cell values as a sheet shows them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from frostbyte.parse import xlsx
from frostbyte.parse.xlsx_cells import Formats

from .office_files import xlsx as made


def cell(folder: Path, inner: str, **more: object) -> str:
    """The text of one cell, given as XML."""
    path = made(folder, f'<x:sheetData><x:row r="1">{inner}</x:row></x:sheetData>', **more)  # type: ignore[arg-type]
    elements = xlsx.read(path).elements
    return elements[-1].text if len(elements) > 1 else ""


def value(folder: Path, number: str, format_id: int, code: str = "", properties: str = "") -> str:
    formats = f'<x:numFmts><x:numFmt numFmtId="{format_id}" formatCode="{code}"/></x:numFmts>' if code else ""
    styles = f'{formats}<x:cellXfs><x:xf numFmtId="0"/><x:xf numFmtId="{format_id}"/></x:cellXfs>'
    return cell(folder, f'<x:c r="A1" s="1"><x:v>{number}</x:v></x:c>', styles=styles, properties=properties)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<x:c r="A1" t="s"><x:v>1</x:v></x:c>', "rich text"),
        ('<x:c r="A1" t="s"><x:v>99</x:v></x:c>', ""),
        ('<x:c r="A1" t="s"><x:v>-1</x:v></x:c>', ""),
        ('<x:c r="A1" t="str"><x:f>A</x:f><x:v>from a formula</x:v></x:c>', "from a formula"),
        ('<x:c r="A1" t="inlineStr"><x:is><x:t>in </x:t><x:rPh><x:t>not</x:t></x:rPh><x:t>line</x:t></x:is></x:c>', "in line"),
        ('<x:c r="A1" t="b"><x:v>0</x:v></x:c>', "FALSE"),
        ('<x:c r="A1" t="e"><x:v>#N/A</x:v></x:c>', "#N/A"),
        ('<x:c r="A1" t="d"><x:v>2024-01-31T00:00:00</x:v></x:c>', "2024-01-31T00:00:00"),
        ('<x:c r="A1"><x:v>1.0</x:v></x:c>', "1"),
        ('<x:c r="A1"><x:v>0.30000000000000004</x:v></x:c>', "0.3"),
        ('<x:c r="A1"><x:v>1E3</x:v></x:c>', "1000"),
        ('<x:c r="A1"><x:v>123456789012345678</x:v></x:c>', "123456789012345678"),
        ('<x:c r="A1"><x:v>n/a</x:v></x:c>', "n/a"),
        ('<x:c r="A1" t="str"><x:v>a_x000D_b_x0041_</x:v></x:c>', "a\nbA"),
        ('<x:c t="str"><x:v>without an address</x:v></x:c>', "without an address"),
        ('<x:c r="??" t="str"><x:v>with a bad one</x:v></x:c>', "with a bad one"),
        ('<x:c r="A1" s="4096"><x:v>5</x:v></x:c>', "5"),
    ],
)
def test_cell_types(tmp_path: Path, inner: str, expected: str) -> None:
    rich = "<x:si><x:r><x:t>rich </x:t></x:r><x:rPh><x:t>phonetic</x:t></x:rPh><x:r><x:t>text</x:t></x:r></x:si>"
    assert cell(tmp_path, inner, strings=["plain", rich]) == expected


@pytest.mark.parametrize(
    ("number", "format_id", "code", "expected"),
    [
        ("45351", 14, "", "2024-02-29"),
        ("45351.5", 22, "", "2024-02-29T12:00:00"),
        ("0.75", 20, "", "18:00:00"),
        ("1.25", 46, "", "30:00:00"),
        ("0.125", 10, "", "12.5%"),
        ("45351", 164, "yyyy\\-mm\\-dd", "2024-02-29"),
        ("45351.25", 165, "d/m/yy h:mm", "2024-02-29T06:00:00"),
        ("45351", 166, "[$-409]mmmm d", "2024-02-29"),
        ("45351", 167, "mmm", "2024-02-29"),
        ("0.5", 168, "hh:mm AM/PM", "12:00:00"),
        ("45351.5", 169, "hh:mm", "2024-02-29T12:00:00"),
        ("1.5", 170, "[h]:mm", "36:00:00"),
        ("12", 171, "0 &quot;days&quot;", "12 days"),
        ("12", 172, "[Red]#,##0", "12"),
        ("12", 173, "General", "12"),
        ("0.5", 174, "0.00%", "50%"),
        ("-5", 14, "", "-5"),
        ("99999999", 14, "", "99999999"),
        ("1", 14, "", "1900-01-01"),
        ("2958465", 14, "", "9999-12-31"),
        ("2958465.9999999", 22, "", "9999-12-31T23:59:59"),
        ("59", 14, "", "1900-02-28"),
        ("61", 14, "", "1900-03-01"),
    ],
)
def test_numbers_are_shown_by_their_format(tmp_path: Path, number: str, format_id: int, code: str, expected: str) -> None:
    assert value(tmp_path, number, format_id, code) == expected


def test_a_workbook_may_count_days_from_1904(tmp_path: Path) -> None:
    assert value(tmp_path, "43889", 14, properties='<x:workbookPr date1904="1"/>') == "2024-02-29"


@given(st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(9999, 12, 31)), st.booleans())
def test_any_moment_is_read_back_to_the_second(moment: datetime.datetime, from_1904: bool) -> None:
    moment = moment.replace(microsecond=0)
    if from_1904 and moment.year < 1904:
        return
    number = to_excel(moment, CALENDAR_MAC_1904) if from_1904 else to_excel(moment)
    formats = Formats(None, from_1904=from_1904)
    formats._kinds, formats._masks = ["datetime"], [()]
    assert formats.show(repr(number), "0") == moment.isoformat()


@example(float("nan"), "elapsed")
@example(1e300, "elapsed")
@example(2958465.9999999, "datetime")
@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["", "date", "time", "datetime", "elapsed", "percent"]))
def test_no_number_breaks_a_format(number: float, kind: str) -> None:
    formats = Formats(None, from_1904=False)
    formats._kinds, formats._masks = [kind], [()]
    assert formats.show(repr(number), "0")

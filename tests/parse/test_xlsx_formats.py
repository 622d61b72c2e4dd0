"""Number formats: the currency, unit or mask round a number is text people read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse.ooxml import Node
from frostbyte.parse.xlsx_cells import Formats
from frostbyte.parse.xlsx_formats import masks


def shown(code: str, value: str) -> str:
    styles = Node("x:styleSheet")
    formats, cells = Node("x:numFmts"), Node("x:cellXfs")
    formats.append(Node("x:numFmt", {"numFmtId": "164", "formatCode": code}))
    cells.append(Node("x:xf", {"numFmtId": "164"}))
    styles.extend((formats, cells))
    return Formats(styles, from_1904=False).show(value, "0")


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ('#,##0.00 "€"', "1250.5", "1250.5 €"),
        ("$#,##0.00;($#,##0.00)", "-1250.5", "-$1250.5"),
        ("[$kr-414] #,##0.00", "1250.5", "kr 1250.5"),
        ("[$£-809]#,##0.00", "-3", "-£3"),
        ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "0", "0 €"),
        ('0.0" kg"', "12.5", "12.5 kg"),
        ("0.0\\ \\k\\g", "12.5", "12.5 kg"),
        ('"Day "0', "4", "Day 4"),
        ("000\\-00\\-0000", "12345678", "012-34-5678"),
        ("00000", "7", "00007"),
        ("###-####", "5551234", "555-1234"),
        ("00", "1234", "1234"),
        ("00000", "7.5", "7.5"),
        ('#,##0,"K"', "1234567", "1234.567K"),
        ('"Yes";;"No"', "1", "Yes"),
        ('"Yes";;"No"', "0", "No"),
        ('"Yes";;"No"', "-1", "-1"),
        (";;;", "5", "5"),
        ('[>=1000]0,"K";0', "5", "5"),
        ("[Red]0.0;[Blue]-0.0", "-5", "-5"),
        ("0.00E+00", "1234567", "1234567"),
        ("# ?/?", "0.5", "0.5"),
        ("Standard", "5", "5"),
        ('General" m"', "5", "5 m"),
        ('0"d"', "3", "3d"),
        ('yyyy"年"m"月"', "45351", "2024-02-29"),
    ],
)
def test_what_a_format_puts_round_a_number_is_kept(code: str, value: str, expected: str) -> None:
    assert shown(code, value) == expected


@given(st.text(st.sampled_from('0#?.,;"\\_*[]$-E+%@ a€'), max_size=20), st.floats(allow_nan=True, allow_infinity=True))
def test_no_format_breaks_a_number(code: str, number: float) -> None:
    assert isinstance(shown(code, repr(number)), str)
    assert isinstance(masks(code), tuple)

"""What a cell style hides, told from number format, font and ground."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from frostbyte.parse.ooxml import Node
from frostbyte.parse.xlsx_styles import Look, Looks


def sheet(font: str = "", fill: str = "", code: str = "General") -> Node:
    """A style sheet whose style 0 has that font, ground and number format."""
    xml = (
        f'<r><numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts><fonts><font>{font}</font></fonts>'
        f"<fills><fill>{fill}</fill></fills>"
        '<cellXfs><xf numFmtId="170" fontId="0" fillId="0"/></cellXfs></r>'
    )
    root = ElementTree.fromstring(xml)
    for node in root.iter():
        node.tag = f"x:{node.tag}"
    return root


def solid(colour: str) -> str:
    return f'<patternFill patternType="solid"><fgColor {colour}/></patternFill>'


@pytest.mark.parametrize(
    ("font", "fill", "kind"),
    [
        ('<color rgb="FFFFFFFF"/>', "", "colour"),
        ('<color indexed="9"/>', "", "colour"),
        ('<color theme="0" tint="-0.05"/>', "", "colour"),
        ('<color theme="1" tint="1"/>', "", "colour"),
        ('<color rgb="FF112233"/>', solid('rgb="FF102030"'), "colour"),
        ('<color rgb="FFFFFFFF"/>', solid('rgb="FF102030"'), ""),
        ('<color rgb="FFFFFFFF"/>', solid('theme="4"'), ""),
        ('<color rgb="FFFFFFFF"/>', '<patternFill patternType="gray125"/>', ""),
        ('<color rgb="FFFFFFFF"/>', "<gradientFill/>", ""),
        ('<color theme="0" tint="-0.25"/>', "", ""),
        ('<color theme="4"/>', "", ""),
        ('<color rgb="no colour"/>', "", ""),
        ('<color theme="0" tint="NaN"/>', "", ""),
        ("", "", ""),
        ('<sz val="1"/>', "", "tiny"),
        ('<sz val="8"/>', "", ""),
        ('<sz val="large"/>', "", ""),
    ],
)
def test_letters_are_hidden_by_their_colour_or_size(font: str, fill: str, kind: str) -> None:
    assert Looks(sheet(font, fill)).of("0").kind == kind


@pytest.mark.parametrize(
    ("code", "numbers", "texts"),
    [
        (";;;", True, True),
        (";;;@", True, False),
        (";;", True, False),
        ("&quot;&quot;;&quot;&quot;;&quot;&quot;", True, False),
        ("0;-0;;@", False, False),
        ("General", False, False),
        ("0.00", False, False),
        ("0;0;0;", False, True),
    ],
)
def test_a_number_format_may_show_nothing(code: str, numbers: bool, texts: bool) -> None:
    assert Looks(sheet(code=code)).of("0") == Look("", numbers, texts)


@pytest.mark.parametrize("style", ["", "1", "-1", "x", "9" * 12])
def test_an_unknown_style_hides_nothing(style: str) -> None:
    assert Looks(sheet('<color rgb="FFFFFFFF"/>')).of(style) == Look()
    assert Looks(None).of(style) == Look()

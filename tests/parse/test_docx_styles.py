"""The style sheet and the numbering of a DOCX."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from frostbyte.parse.docx_styles import Numbering, Style, Styles, heading_level, is_caption, number_of, outline_of


def tree(xml: str) -> ElementTree.Element:
    """A tree with prefixed names, as `ooxml` gives it."""
    root = ElementTree.fromstring(f'<w:root xmlns:w="w">{xml}</w:root>')
    for node in root.iter():
        node.tag = node.tag.replace("{w}", "w:")
        for key in [key for key in node.attrib if key.startswith("{w}")]:
            node.set(key.replace("{w}", "w:"), node.attrib.pop(key))
    return root


def style(style_id: str, inner: str, kind: str = "paragraph") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{style_id}">{inner}</w:style>'


def test_properties_come_from_the_style_a_style_is_based_on() -> None:
    sheet = Styles(
        tree(
            style("A", '<w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr><w:rPr><w:b/></w:rPr>')
            + style("B", '<w:name w:val="mine"/><w:basedOn w:val="A"/><w:rPr><w:b w:val="0"/><w:vanish/></w:rPr>')
        )
    )
    assert sheet.style("A") == Style("heading 2", 1, ("7", 0), None, True)
    assert sheet.style("B") == Style("mine", 1, ("7", 0), True, False)
    assert sheet.style("none") == Style("none")


def test_styles_based_on_each_other_end() -> None:
    sheet = Styles(tree(style("A", '<w:basedOn w:val="B"/>') + style("B", '<w:basedOn w:val="A"/>')))
    assert sheet.style("A").outline is None


def test_the_default_paragraph_style_is_known() -> None:
    assert Styles(tree('<w:style w:type="paragraph" w:default="1" w:styleId="N"/>')).default == "N"
    assert Styles(None).default == ""


@pytest.mark.parametrize(
    ("name", "level"),
    [("heading 1", 1), ("Titre 2", 2), ("Überschrift 3", 3), ("標題 4", 4), ("Title", 1), ("Subtitle", 2), ("Body", None)],
)
def test_headings_are_known_by_name(name: str, level: int | None) -> None:
    found = Styles(tree(style("S", f'<w:name w:val="{name}"/>'))).style("S")
    assert heading_level(None, found) == level


def test_a_paragraph_overrules_its_style() -> None:
    assert heading_level(tree('<w:outlineLvl w:val="9"/>'), Style(outline=0)) is None
    assert heading_level(tree('<w:outlineLvl w:val="4"/>'), Style()) == 5
    assert outline_of(tree('<w:outlineLvl w:val="x"/>')) == 0
    assert outline_of(None) is None
    assert number_of(tree('<w:numPr><w:ilvl w:val="2"/><w:numId w:val="3"/></w:numPr>')) == ("3", 2)
    assert number_of(tree("<w:numPr/>")) is None


def test_captions_are_known_by_name() -> None:
    assert is_caption(Style("Caption"))
    assert is_caption(Style("Beschriftung"))
    assert not is_caption(Style("Normal"))


def numbering(levels: str, lists: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> Numbering:
    return Numbering(tree(f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{lists}'))


def level(index: int, form: str, text: str, start: int = 1, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{extra}</w:lvl>'
    )


@pytest.mark.parametrize(
    ("form", "start", "expected"),
    [
        ("decimal", 9, ["9)", "10)"]),
        ("decimalZero", 9, ["09)", "10)"]),
        ("lowerLetter", 26, ["z)", "aa)"]),
        ("upperLetter", 1, ["A)", "B)"]),
        ("lowerRoman", 3, ["iii)", "iv)"]),
        ("upperRoman", 1999, ["MCMXCIX)", "MM)"]),
        ("bullet", 1, ["", ""]),
        ("none", 1, ["", ""]),
        ("thaiCounting", 1, ["1)", "2)"]),
    ],
)
def test_numbers_are_written_as_printed(form: str, start: int, expected: list[str]) -> None:
    lists = numbering(level(0, form, "%1)", start))
    assert [lists.label(("1", 0)) for _ in range(2)] == expected


def test_deeper_levels_start_anew_under_each_number() -> None:
    lists = numbering(level(0, "upperRoman", "%1.") + level(1, "decimal", "%1.%2", extra="<w:isLgl/>"))
    assert [lists.label(("1", index)) for index in (0, 1, 1, 0, 1)] == ["I.", "1.1", "1.2", "II.", "2.1"]


def test_lists_of_one_kind_count_on_unless_one_states_its_start() -> None:
    first, second, third = (f'<w:num w:numId="{i}"><w:abstractNumId w:val="0"/>' for i in (1, 2, 3))
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    lists = numbering(level(0, "decimal", "%1."), f"{first}</w:num>{second}</w:num>{third}{start}</w:num>")
    assert [lists.label((number, 0)) for number in "12133"] == ["1.", "2.", "3.", "5.", "6."]


def test_an_unknown_list_has_no_labels() -> None:
    assert numbering("").label(("1", 0)) == ""
    assert Numbering(None).label(("9", 3)) == ""
    assert numbering(level(0, "decimal", "%1.")).label(("1", 8)) == ""

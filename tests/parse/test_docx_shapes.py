"""Text in a shape, or on a page with a background, is judged by the colour it really stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.parse import docx as reader
from frostbyte.parse.docx_shapes import hexadecimal
from frostbyte.parse.elements import Reading

from .office_files import NAMESPACES, docx, links, p, package, r, tbl

SECRET = "say nothing of this"
WHITE = '<w:color w:val="FFFFFF"/>'
BLUE = '<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>'
PALE = '<a:solidFill><a:srgbClr val="fefefe"/></a:solidFill>'
PICTURE = "<a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic>"


def drawing(inside: str, where: str = "anchor") -> str:
    return f"<w:r><w:drawing><wp:{where}>{inside}</wp:{where}></w:drawing></w:r>"


def box(fill: str, text: str = r(SECRET, WHITE), where: str = "anchor", style: str = "") -> str:
    """A run with a text box of today's kind."""
    return drawing(
        f"<a:graphic><a:graphicData><wps:wsp><wps:spPr>{fill}</wps:spPr>{style}<wps:txbx><w:txbxContent>{p(text)}</w:txbxContent>"
        "</wps:txbx></wps:wsp></a:graphicData></a:graphic>",
        where,
    )


def old_box(attributes: str, fill: str = "", text: str = r(SECRET, WHITE)) -> str:
    """A run with a text box of the kind before 2010."""
    return (
        f"<w:r><w:pict><v:shape {attributes}>{fill}<v:textbox><w:txbxContent>{p(text)}</w:txbxContent></v:textbox></v:shape>"
        "</w:pict></w:r>"
    )


def hidden(found: Reading) -> list[tuple[str, str]]:
    pages = {page.number: page.text for page in found.pages}
    return [(span.kind, pages[span.page][span.page_start : span.page_end]) for span in found.hidden]


@pytest.mark.parametrize(
    "body",
    [
        p(box(PALE)),
        p(box('<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>')),
        p(box('<a:solidFill><a:sysClr val="window" lastClr="FFFFFF"/></a:solidFill>')),
        p(box(BLUE, r(SECRET, '<w:color w:val="1F3864"/>'))),
        p(box("<a:noFill/>")),
        p(box("")),
        p(
            box("<a:noFill/>", r(SECRET, '<w:color w:val="1F3864"/>'), "inline"),
            properties='<w:shd w:val="clear" w:fill="1F3864"/>',
        ),
        p(old_box('id="a"')),
        p(old_box('fillcolor="#fff"')),
        p(old_box('fillcolor="#FEFEFE [3212]"')),
        p(old_box('filled="f"')),
        p(old_box('fillcolor="black"', '<v:fill color="white"/>')),
        tbl(["Shown", p(box(PALE))], ["1", "2"]),
    ],
)
def test_letters_of_the_colour_of_their_shape_are_marked(tmp_path: Path, body: str) -> None:
    found = reader.read(docx(tmp_path, p("Shown.") + body))
    assert hidden(found) == [("colour", SECRET)]
    assert [(w.code, w.characters) for w in found.warnings] == [("WHITE_TEXT", len(SECRET))]


@pytest.mark.parametrize(
    "body",
    [
        p(box(BLUE)),
        p(box('<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>')),
        p(box('<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="0"/></a:srgbClr></a:solidFill>')),
        p(box("<a:gradFill><a:gsLst/></a:gradFill>")),
        p(box("", style='<wps:style><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef></wps:style>')),
        p(box("<a:noFill/>", where="inline"), properties='<w:shd w:val="clear" w:fill="1F3864"/>'),
        p(drawing(PICTURE), box("<a:noFill/>")),
        p(box(BLUE, r("Shown.", WHITE)), box("<a:noFill/>")),
        p(old_box('fillcolor="#1F3864"')),
        p(old_box('fillcolor="#1f3864 [3204]"')),
        p(old_box('fillcolor="white"', '<v:fill type="gradient" color2="black"/>')),
        p(old_box('fillcolor="white"', '<v:fill opacity="0"/>')),
        p(old_box('fillcolor="no colour"')),
        p(old_box('filled="f"'), old_box('fillcolor="navy"', text=r("Shown.", WHITE))),
    ],
)
def test_letters_that_may_stand_out_from_their_shape_are_not_marked(tmp_path: Path, body: str) -> None:
    found = reader.read(docx(tmp_path, p("Shown.") + body))
    assert hidden(found) == []
    assert SECRET in found.pages[0].text


def test_a_box_in_a_page_header_is_judged_by_its_own_colour(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
    assert hidden(reader.read(docx(tmp_path, p("Shown.") + section, header1=p(box(BLUE))))) == []
    assert hidden(reader.read(docx(tmp_path, p("Shown.") + section, header1=p(box(PALE))))) == [("colour", SECRET)]


@pytest.mark.parametrize(
    ("shown", "colour", "expected"),
    [
        (True, "FFFFFF", []),
        (True, "1F3864", [("colour", SECRET)]),
        (False, "FFFFFF", [("colour", SECRET)]),
        (False, "1F3864", []),
    ],
)
def test_a_background_counts_where_the_document_has_it_shown(
    tmp_path: Path, shown: bool, colour: str, expected: list[tuple[str, str]]
) -> None:
    coloured = p(r(SECRET, f'<w:color w:val="{colour}"/>'))
    parts = {
        "_rels/.rels": links({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f'<w:document {NAMESPACES}><w:background w:color="1F3864"/><w:body>{coloured}</w:body></w:document>',
        "word/_rels/document.xml.rels": links({"rId2": ("settings", "settings.xml")}),
        "word/settings.xml": f"<w:settings {NAMESPACES}>{'<w:displayBackgroundShape/>' if shown else ''}</w:settings>",
    }
    assert hidden(reader.read(package(tmp_path / "a.docx", parts))) == expected


def test_what_is_no_colour_is_none() -> None:
    assert [hexadecimal(stated) for stated in ("1f3864", "auto", "12345", "１２３４５６", None)] == [
        "1F3864",
        None,
        None,
        None,
        None,
    ]

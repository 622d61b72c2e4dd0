"""What a DOCX keeps from its reader is named with its place and size; what is merely white on dark is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.parse import docx as reader
from frostbyte.parse.elements import Reading

from .office_files import NAMESPACES, docx, links, p, package, r, tbl

SECRET = "say nothing of this"
WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'


def read(folder: Path, body: str, **more: object) -> Reading:
    return reader.read(docx(folder, body, **more))  # type: ignore[arg-type]


def hidden(found: Reading) -> list[tuple[str, str]]:
    pages = {page.number: page.text for page in found.pages}
    return [(span.kind, pages[span.page][span.page_start : span.page_end]) for span in found.hidden]


def warned(found: Reading) -> list[tuple[str, int]]:
    return [(warning.code, warning.characters) for warning in found.warnings]


def dropped(found: Reading) -> list[tuple[str, str, str, int]]:
    return [(d.element_type, d.reason, d.place, d.characters) for d in found.dropped]


STYLES = (
    f'<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr>{WHITE}</w:rPr></w:style>'
    f'<w:style w:type="paragraph" w:styleId="Pale"><w:name w:val="Pale"/><w:rPr>{WHITE}</w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Paler"><w:name w:val="Paler"/><w:basedOn w:val="Pale"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Banner"><w:name w:val="Banner"/>'
    f"<w:pPr>{DARK}</w:pPr><w:rPr>{WHITE}</w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="Dust"><w:name w:val="Dust"/><w:rPr><w:sz w:val="2"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Bands"><w:name w:val="Bands"/><w:tblStylePr w:type="firstRow"><w:tcPr>'
    f"{DARK}</w:tcPr></w:tblStylePr></w:style>"
)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (p("Shown ", r(SECRET, WHITE)), "colour", "WHITE_TEXT"),
        (p("Shown ", r(SECRET, '<w:color w:val="FAFAFA"/>')), "colour", "WHITE_TEXT"),
        (p("Shown ", r(SECRET, '<w:rStyle w:val="Ghost"/>')), "colour", "WHITE_TEXT"),
        (p(SECRET, style="Paler"), "colour", "WHITE_TEXT"),
        (p("Shown ", r(SECRET, f'<w:color w:val="1F3864"/>{DARK}')), "colour", "WHITE_TEXT"),
        (p(r(SECRET, '<w:color w:val="1F3864"/>'), properties=DARK), "colour", "WHITE_TEXT"),
        (p("Shown ", r(SECRET, '<w:sz w:val="2"/>')), "tiny", "TINY_TEXT"),
        (p("Shown ", r(SECRET, '<w:rStyle w:val="Dust"/>')), "tiny", "TINY_TEXT"),
        (p("Shown ", r(SECRET, '<w:w w:val="1"/>')), "tiny", "TINY_TEXT"),
        (tbl(["Shown", p(r(SECRET, WHITE))], ["1", "2"]), "colour", "WHITE_TEXT"),
    ],
)
def test_letters_that_cannot_be_seen_stay_and_are_marked(tmp_path: Path, body: str, kind: str, code: str) -> None:
    found = read(tmp_path, body, styles=STYLES)
    assert hidden(found) == [(kind, SECRET)]
    assert warned(found) == [(code, len(SECRET))]
    assert SECRET in found.pages[0].text


@pytest.mark.parametrize(
    "body",
    [
        p("Shown ", r(SECRET, f"{WHITE}{DARK}")),
        p("Shown ", r(SECRET, f'{WHITE}<w:highlight w:val="black"/>')),
        p(SECRET, style="Banner"),
        p(r(SECRET, WHITE), properties=DARK),
        p("Shown ", r(SECRET, '<w:color w:val="auto"/>')),
        p("Shown ", r(SECRET, '<w:color w:val="A6A6A6"/>')),
        p("Shown ", r(SECRET, '<w:sz w:val="12"/>')),
        tbl([f"<w:tcPr>{DARK}</w:tcPr>" + p(r(SECRET, WHITE)), "Sum"], ["1", "2"]),
        tbl([p(r(SECRET, WHITE)), "Sum"], ["1", "2"]).replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="Bands"/></w:tblPr>'),
        tbl(["<w:tcPr>" + DARK.replace("1F3864", "D9D9D9") + "</w:tcPr>" + p(SECRET), "Sum"], ["1", "2"]),
    ],
)
def test_letters_that_can_be_seen_are_not_marked(tmp_path: Path, body: str) -> None:
    found = read(tmp_path, body, styles=STYLES)
    assert (hidden(found), warned(found)) == ([], [])


def test_hidden_text_in_a_note_or_page_header_marks_it_whole(tmp_path: Path) -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    found = read(tmp_path, p("Shown.", note), footnotes=f'<w:footnote w:id="2">{p("See ", r(SECRET, WHITE))}</w:footnote>')
    assert hidden(found) == [("colour", f"See {SECRET}")]


def test_left_out_text_has_its_paragraph_and_size(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        p("One.")
        + p("Two.", r(SECRET, "<w:vanish/>"), r("!!", "<w:vanish/>"))
        + p(
            "Three.",
            "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
            "<w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom>",
        ),
    )
    assert dropped(found) == [
        ("paragraph", "HIDDEN_TEXT", "paragraph 2", len(SECRET) + 2),
        ("paragraph", "TRACKED_DELETION", "paragraph 3", 8),
    ]


def test_what_tracked_changes_put_in_is_read_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, p("Pay ", f"<w:ins>{r('twice ')}</w:ins>", "at once", f"<w:moveTo>{r(' now')}</w:moveTo>"))
    assert found.pages[0].text == "Pay twice at once now"
    assert warned(found) == [("TRACKED_INSERTION", 10)]
    assert hidden(found) == []


def field(code: str) -> str:
    parts = ("begin", code, "separate", "shown", "end")
    return "".join(
        f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>'
        if part in ("begin", "separate", "end")
        else f"<w:r><w:instrText>{part}</w:instrText></w:r>"
        if part == code
        else r(part)
        for part in parts
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DDEAUTO c:\\windows\\system32\\cmd.exe /k", [("field", "ACTIVE_FIELD")]),
        (' INCLUDETEXT "https://example.org/a.docx" ', [("field", "ACTIVE_FIELD")]),
        (' HYPERLINK "https://example.org" ', [("link", "LINK_TARGET")]),
        (" QUOTE say_nothing_of_this ", [("field", "FIELD_CODE")]),
        (" ADDIN ZOTERO_ITEM {} ", [("field", "FIELD_CODE")]),
        (" PAGE ", []),
        (" REF _Ref123 \\h ", []),
        (' TOC \\o "1-3" ', []),
        (' HYPERLINK \\l "_Toc1" ', []),
        (" =SUM(ABOVE) ", []),
    ],
)
def test_what_a_field_holds_beside_what_it_shows_is_named(tmp_path: Path, code: str, expected: list[tuple[str, str]]) -> None:
    found = read(tmp_path, p("A ", field(code)))
    assert found.pages[0].text == "A shown"
    assert [(d.element_type, d.reason) for d in found.dropped] == expected
    again = read(tmp_path, p("A ", f"<w:fldSimple w:instr='{code}'>{r('shown')}</w:fldSimple>"))
    assert [(d.element_type, d.reason) for d in again.dropped] == expected


def test_where_a_link_leads_is_left_out_and_named_unless_it_stays_inside(tmp_path: Path) -> None:
    body = p('<w:hyperlink r:id="rId9">' + r("here") + "</w:hyperlink>") + p(
        '<w:hyperlink w:anchor="x">' + r("there") + "</w:hyperlink>"
    )
    found = read(tmp_path, body, links_to={"rId9": ("hyperlink", "https://example.org/", "External")})
    assert dropped(found) == [("link", "LINK_TARGET", "paragraph 1", 20)]


def test_a_description_of_a_picture_is_read_and_marked_as_not_shown(tmp_path: Path) -> None:
    picture = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A pump"/><a:graphic><a:graphicData><pic:pic/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    found = read(tmp_path, p("Look: ", picture))
    assert hidden(found) == [("alt_text", "A pump")]
    assert warned(found) == [("ALT_TEXT", 6)]


def test_templates_and_data_in_other_parts_of_the_package_are_named(tmp_path: Path) -> None:
    parts = {
        "_rels/.rels": links({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{p('Shown.')}</w:body></w:document>",
        "word/_rels/document.xml.rels": links({"rId2": ("settings", "settings.xml")}),
        "word/settings.xml": f"<w:settings {NAMESPACES}/>",
        "word/_rels/settings.xml.rels": links({"rId1": ("attachedTemplate", "https://example.org/a.dotm", "External")}),
        "customXml/item1.xml": "<data><note>say nothing</note></data>",
        "customXml/item2.xml": '<b:Sources xmlns:b="x" Style="APA"/>',
    }
    found = reader.read(package(tmp_path / "a.docx", parts))
    assert dropped(found) == [("template", "EXTERNAL_TEMPLATE", "", 0), ("custom_xml", "CUSTOM_XML", "", 11)]
    plain = {name: part for name, part in parts.items() if "item1" not in name and "settings.xml.rels" not in name}
    assert reader.read(package(tmp_path / "b.docx", plain)).dropped == ()

"""DOCX: what stands in the document, in order; and what was left out, by name."""

from __future__ import annotations

from pathlib import Path

import docx as python_docx
import pytest
from docx.enum.text import WD_BREAK

from frostbyte.errors import ParseFailed
from frostbyte.parse import docx
from frostbyte.parse.elements import Reading

from .office_files import docx as made
from .office_files import links, p, package, r, tbl

BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"
PAGE = '<w:r><w:br w:type="page"/></w:r>'


def read(folder: Path, body: str, **more: object) -> Reading:
    return docx.read(made(folder, body, **more))  # type: ignore[arg-type]


def kinds(found: Reading) -> list[tuple[str, str]]:
    return [(element.kind, element.text) for element in found.elements]


def drops(found: Reading) -> list[tuple[str, int, str]]:
    return [(item.element_type, item.page, item.reason) for item in found.dropped]


def test_a_document_of_another_program_is_read_whole(tmp_path: Path) -> None:
    document = python_docx.Document()
    document.add_heading("Master Terms", 0)
    document.add_heading("Payment", 1)
    document.add_paragraph("The buyer pays within thirty days.")
    document.add_paragraph("keep the receipts", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for i, cell in enumerate([*table.rows[0].cells, *table.rows[1].cells]):
        cell.text = f"cell {i}"
    document.add_paragraph("Late.").add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Annex", 2)
    document.sections[0].header.paragraphs[0].text = "ACME"
    document.sections[0].footer.paragraphs[0].text = "confidential"
    document.save(str(tmp_path / "made.docx"))
    found = docx.read(str(tmp_path / "made.docx"))
    assert [(e.kind, e.level, e.text, e.page) for e in found.elements] == [
        ("header", None, "ACME", 1),
        ("heading", 1, "Master Terms", 1),
        ("heading", 1, "Payment", 1),
        ("paragraph", None, "The buyer pays within thirty days.", 1),
        ("list_item", None, "keep the receipts", 1),
        ("table", None, "cell 0\tcell 1\ncell 2\tcell 3", 1),
        ("paragraph", None, "Late.", 1),
        ("heading", 2, "Annex", 2),
        ("footer", None, "confidential", 2),
    ]
    assert found.dropped == ()


def test_paragraphs_and_tables_keep_their_order(tmp_path: Path) -> None:
    found = read(tmp_path, p("one") + tbl(["a", "b"], ["c", "d"]) + p("two"))
    assert kinds(found) == [("paragraph", "one"), ("table", "a\tb\nc\td"), ("paragraph", "two")]


def test_content_controls_and_custom_markup_are_transparent(tmp_path: Path) -> None:
    body = f"<w:sdt><w:sdtContent>{p('inside')}<w:customXml>{tbl(['a', 'b'])}</w:customXml></w:sdtContent></w:sdt>"
    assert kinds(read(tmp_path, body)) == [("paragraph", "inside"), ("table", "a\tb")]


def test_pages_follow_the_marks_word_left(tmp_path: Path) -> None:
    found = read(
        tmp_path, p("one") + p(BREAK, "two") + p("two", BREAK, " and on") + p("three") + tbl([p(BREAK, "x"), p(BREAK, "y")])
    )
    assert [(e.text, e.page) for e in found.elements] == [("one", 1), ("two", 2), ("two and on", 2), ("three", 3), ("x\ty", 3)]
    assert len(found.pages) == 4


def test_an_explicit_break_and_the_mark_it_leaves_are_one_page(tmp_path: Path) -> None:
    found = read(tmp_path, p("one", PAGE) + p(BREAK, "two") + p(BREAK, "three"))
    assert [(e.text, e.page) for e in found.elements] == [("one", 1), ("two", 2), ("three", 3)]


def test_without_marks_explicit_breaks_and_sections_turn_pages(tmp_path: Path) -> None:
    section = "<w:sectPr/>"
    flowing = '<w:sectPr><w:type w:val="continuous"/></w:sectPr>'
    body = p("one", properties=section) + p("two", properties="<w:sectPr/>") + p("two") + flowing
    assert [(e.text, e.page) for e in read(tmp_path, body).elements] == [("one", 1), ("two", 2), ("two", 2)]
    body = p("one") + p("two", properties="<w:pageBreakBefore/>")
    assert [e.page for e in read(tmp_path, body).elements] == [1, 2]


def test_a_long_document_without_marks_says_that_its_pages_are_not_known(tmp_path: Path) -> None:
    assert [w.code for w in read(tmp_path, p("word " * 700)).warnings] == ["PAGES_NOT_RENDERED"]
    assert read(tmp_path, p("word " * 700) + p(BREAK, "x")).warnings == ()


def test_headings_are_known_by_outline_by_style_and_in_other_languages(tmp_path: Path) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="Überschrift 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H3"><w:name w:val="heading 3"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="H3"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    )
    body = p("a", style="berschrift2") + p("b", style="Own") + p("c", style="T") + p("d", properties='<w:outlineLvl w:val="0"/>')
    body += p("e", style="H3", properties='<w:outlineLvl w:val="9"/>') + p("f " * 200, style="H3")
    found = read(tmp_path, body, styles=styles)
    assert [(e.kind, e.level) for e in found.elements] == [
        ("heading", 2),
        ("heading", 3),
        ("heading", 1),
        ("heading", 1),
        ("paragraph", None),
        ("paragraph", None),
    ]


def test_bold_lines_are_headings_only_in_a_document_that_has_no_others(tmp_path: Path) -> None:
    bold = p(r("Payment Terms", "<w:b/>")) + p(r("Half", "<w:b/>"), " bold") + p("the buyer pays at once.")
    assert [e.kind for e in read(tmp_path, bold).elements] == ["heading", "paragraph", "paragraph"]
    real = p("Real", properties='<w:outlineLvl w:val="0"/>')
    assert [e.kind for e in read(tmp_path, real + bold).elements] == ["heading", "paragraph", "paragraph", "paragraph"]


def test_list_items_carry_the_number_that_is_printed(tmp_path: Path) -> None:
    def level(index: int, form: str, text: str) -> str:
        return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'

    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%1(%2)")}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "•")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    )

    def item(text: str, number: int, index: int = 0) -> str:
        return p(text, properties=f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{number}"/></w:numPr>')

    body = item("a", 1) + item("b", 1, 1) + item("c", 1, 1) + item("d", 1) + item("e", 1, 1) + item("f", 2) + item("g", 0)
    assert kinds(read(tmp_path, body, numbering=numbering)) == [
        ("list_item", "1. a"),
        ("list_item", "1(a) b"),
        ("list_item", "1(b) c"),
        ("list_item", "2. d"),
        ("list_item", "2(a) e"),
        ("list_item", "f"),
        ("paragraph", "g"),
    ]


def test_merged_cells_stand_once_and_columns_stay_in_line(tmp_path: Path) -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{p("wide")}</w:tc>'
    tall = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{p("tall")}</w:tc>'
    on = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{p('hidden below')}</w:tc>"

    def cell(text: str) -> str:
        return f"<w:tc>{p(text)}</w:tc>"

    body = f"<w:tbl><w:tr>{wide}{cell('c')}</w:tr><w:tr>{tall}{cell('x')}{cell('y')}</w:tr><w:tr>{on}{cell('z')}</w:tr></w:tbl>"
    (table,) = read(tmp_path, body).elements
    assert table.cells == (("wide", "", "c"), ("tall", "x", "y"), ("", "z"))


def test_a_table_in_a_cell_follows_the_one_it_stands_in(tmp_path: Path) -> None:
    found = read(tmp_path, tbl(["a", f"<w:p/>{tbl(['i', 'j'], ['k', 'l'])}{p('b')}"], ["c", "d"]))
    assert kinds(found) == [("table", "a\tb\nc\td"), ("table", "i\tj\nk\tl")]


def test_a_table_of_one_cell_is_a_frame_round_text(tmp_path: Path) -> None:
    found = read(tmp_path, tbl([p("Title", properties='<w:outlineLvl w:val="0"/>') + p("text")]))
    assert kinds(found) == [("heading", "Title"), ("paragraph", "text")]


def test_a_table_may_say_that_it_has_no_header_row(tmp_path: Path) -> None:
    plain = tbl(["a", "b"], ["c", "d"])
    without = plain.replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblLook w:firstRow="0"/></w:tblPr>')
    masked = plain.replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblLook w:val="0480"/></w:tblPr>')
    explicit = without.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    assert [e.has_header for e in read(tmp_path, plain + without + masked + explicit).elements] == [True, False, False, True]


def test_deleted_and_hidden_rows_are_left_out_by_name(tmp_path: Path) -> None:
    first, second, third = (tbl([c, c]).removeprefix("<w:tbl>").removesuffix("</w:tbl>") for c in "abc")
    deleted = second.replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")
    hidden = third.replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")
    found = read(tmp_path, f"<w:tbl>{first}{deleted}{first}{hidden}</w:tbl>")
    assert kinds(found) == [("table", "a\ta\na\ta")]
    assert drops(found) == [("table_row", 1, "TRACKED_DELETION"), ("table_row", 1, "HIDDEN_TEXT")]


def test_notes_follow_the_paragraph_that_refers_to_them_once(tmp_path: Path) -> None:
    refer = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    footnotes = (
        f'<w:footnote w:id="-1" w:type="separator">{p("----")}</w:footnote>'
        f'<w:footnote w:id="1">{p("the note", refer)}{p("goes on")}</w:footnote>'
        f'<w:footnote w:id="2">{p("nobody refers to it")}</w:footnote>'
    )
    endnotes = f'<w:endnote w:id="1">{p("at the end")}</w:endnote>'
    body = p("one", refer) + p("two", refer, '<w:r><w:endnoteReference w:id="1"/></w:r>')
    found = read(tmp_path, body, footnotes=footnotes, endnotes=endnotes)
    assert [text for _, text in kinds(found)] == ["one", "the note\ngoes on", "two", "at the end"]


def test_only_page_headers_that_are_shown_are_taken_each_once(tmp_path: Path) -> None:
    def section(extra: str = "", kind: str = "continuous") -> str:
        references = "".join(
            f'<w:headerReference w:type="{variant}" r:id="header{i}"/>'
            for i, variant in enumerate(("default", "first", "even"), 1)
        )
        return f'<w:sectPr>{references}<w:footerReference r:id="footer1"/><w:type w:val="{kind}"/>{extra}</w:sectPr>'

    parts = {f"header{i}": p(text) for i, text in enumerate(("every page", "first page", "even pages"), 1)}
    body = p("one", properties=section()) + p("two") + section()
    found = read(tmp_path, body, **parts, footer1=p("at the foot"))
    assert kinds(found) == [("header", "every page"), ("paragraph", "one"), ("footer", "at the foot"), ("paragraph", "two")]
    assert drops(found) == [("header", 1, "NOT_SHOWN")] * 2
    body = p("one") + section("<w:titlePg/>")
    found = read(tmp_path, body, **parts, footer1=p("at the foot"), settings="<w:evenAndOddHeaders/>")
    assert [text for _, text in kinds(found)] == ["every page", "first page", "even pages", "one", "at the foot"]


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{}"/><a:graphic><a:graphicData><pic:pic><pic:blipFill>'
    '<a:blip r:embed="{}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)


def test_pictures_are_figures_with_their_alternative_text_or_caption(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="caption"/></w:style>'
    body = p("before", PICTURE.format("a pump", "img")) + p(PICTURE.format("", "img")) + p("Figure 2: a seal", style="C")
    found = read(tmp_path, body, styles=styles, links_to={"img": ("image", "media/x.png")})
    assert kinds(found) == [("paragraph", "before"), ("figure_caption", "a pump"), ("figure_caption", "Figure 2: a seal")]
    assert [(figure.caption, figure.after_element) for figure in found.figures] == [("a pump", 1), ("Figure 2: a seal", 2)]
    assert found.dropped == ()


def test_a_picture_that_lies_elsewhere_is_never_fetched_and_named(tmp_path: Path) -> None:
    outside = {
        "img": ("image", "http://127.0.0.1:9/x.png", "External"),
        "tmpl": ("attachedTemplate", "file:///x.dotm", "External"),
    }
    found = read(tmp_path, p("text", PICTURE.format("", "img")), links_to=outside)
    assert drops(found) == [("link", 1, "EXTERNAL_LINK"), ("image", 1, "EXTERNAL_LINK")]


def test_text_boxes_are_read_once_after_their_paragraph(tmp_path: Path) -> None:
    box = f"<wps:txbx><w:txbxContent>{p('in the box')}</w:txbxContent></wps:txbx>"
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{p('in the box')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    run = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback>{old}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert kinds(read(tmp_path, p("text", run))) == [("paragraph", "text"), ("paragraph", "in the box")]
    assert kinds(read(tmp_path, p("text", f"<w:r>{old}</w:r>"))) == [("paragraph", "text"), ("paragraph", "in the box")]


def test_what_cannot_be_read_as_text_is_named(tmp_path: Path) -> None:
    body = p("text", "<w:r><w:object><o:OLEObject/></w:object></w:r>") + p("<w:r><w:drawing><c:chart/></w:drawing></w:r>")
    body += p('<w:r><w:commentReference w:id="1"/></w:r>') + f"<w:del>{p('gone')}</w:del>"
    found = read(tmp_path, body, links_to={"v": ("vbaProject", "vbaProject.bin"), "e": ("package", "embeddings/x.xlsx")})
    assert sorted(reason for _, _, reason in drops(found)) == [
        "CHART_NOT_READ",
        "COMMENT",
        "EMBEDDED_FILE",
        "EMBEDDED_FILE",
        "MACRO",
        "TRACKED_DELETION",
    ]


def test_a_package_without_a_document_is_corrupted(tmp_path: Path) -> None:
    path = package(tmp_path / "none.docx", {"_rels/.rels": '<Relationships xmlns="x"/>'})
    with pytest.raises(ParseFailed) as failure:
        docx.read(path)
    assert (failure.value.reason, failure.value.detail) == ("FILE_CORRUPTED", "NO_MAIN_PART")
    parts = {"_rels/.rels": links({"r": ("officeDocument", "word/document.xml")}), "word/document.xml": "<document/>"}
    with pytest.raises(ParseFailed) as failure:
        docx.read(package(tmp_path / "bodiless.docx", parts))
    assert (failure.value.reason, failure.value.detail) == ("FILE_CORRUPTED", "NO_DOCUMENT_BODY")

"""The visible text of a DOCX paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.parse import docx
from frostbyte.parse.elements import Reading

from .office_files import docx as made
from .office_files import p, r


def read(folder: Path, *runs: str, **more: str) -> Reading:
    return docx.read(made(folder, p(*runs), **more))


def text(found: Reading) -> str:
    return "\n\n".join(element.text for element in found.elements)


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (["a", "<w:r><w:tab/></w:r>", "b", "<w:r><w:br/></w:r>", "c", "<w:r><w:cr/></w:r>", "d"], "a\tb\nc\nd"),
        (["e<w:x/>"], "e<w:x/>"),
        (["non", "<w:r><w:noBreakHyphen/></w:r>", "stop", "<w:r><w:softHyphen/></w:r>", "ped"], "non\u2011stopped"),
        (["<w:hyperlink>" + r("link") + "</w:hyperlink>", "<w:ins>" + r(" inserted") + "</w:ins>"], "link inserted"),
        (["<w:sdt><w:sdtContent>" + r("control") + "</w:sdtContent></w:sdt>"], "control"),
        (['<w:r><w:sym w:font="Webdings" w:char="F0FC"/></w:r>', '<w:r><w:sym w:char="00B1"/></w:r>'], "\u25a1±"),
        (["<w:r><w:ruby><w:rt>" + r("kana") + "</w:rt><w:rubyBase>" + r("漢字") + "</w:rubyBase></w:ruby></w:r>"], "漢字"),
        (["<w:fldSimple w:instr='PAGE'>" + r("7") + "</w:fldSimple>"], "7"),
        (["over\nlines"], "over lines"),
    ],
)
def test_visible_text(tmp_path: Path, runs: list[str], expected: str) -> None:
    found = read(tmp_path, *runs)
    assert text(found) == expected
    assert found.dropped == ()


def test_a_field_shows_its_result_not_its_code(tmp_path: Path) -> None:
    code = "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
    inner = field("begin") + r("inner code") + field("separate") + r("inner result") + field("end")
    found = read(tmp_path, "see ", field("begin"), code, inner, field("separate"), "result", field("end"), " there")
    assert text(found) == "see result there"


def test_a_field_that_never_ends_hides_nothing_after_its_paragraph(tmp_path: Path) -> None:
    found = docx.read(made(tmp_path, p("one ", field("begin"), "code") + p("two")))
    assert text(found) == "one\n\ntwo"


def test_deletions_are_out_and_named_moves_count_once(tmp_path: Path) -> None:
    deleted = "<w:del><w:r><w:delText>was here</w:delText></w:r></w:del>"
    moved = "<w:moveFrom>" + r("moved") + "</w:moveFrom><w:moveTo>" + r("moved") + "</w:moveTo>"
    found = read(tmp_path, "kept ", deleted, moved)
    assert text(found) == "kept moved"
    assert [(d.element_type, d.reason) for d in found.dropped] == [("paragraph", "TRACKED_DELETION")]


def test_hidden_text_is_out_and_named_whether_by_itself_or_by_style(tmp_path: Path) -> None:
    styles = '<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles += '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles += '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="H"/></w:style>'
    body = p("a", r("b", "<w:vanish/>"), r("c", '<w:rStyle w:val="B"/>'), r("d", '<w:rStyle w:val="H"/><w:vanish w:val="0"/>'))
    body += p("e", r("f", '<w:vanish w:val="false"/>'), style="P")
    found = docx.read(made(tmp_path, body, styles=styles))
    assert text(found) == "ad\n\nf"
    assert [d.reason for d in found.dropped] == ["HIDDEN_TEXT", "HIDDEN_TEXT"]


def test_hidden_blanks_are_not_worth_a_word(tmp_path: Path) -> None:
    assert read(tmp_path, "a", r(" ", "<w:vanish/>")).dropped == ()


def test_text_that_cannot_be_seen_stays_for_the_gates_and_is_warned_of(tmp_path: Path) -> None:
    found = read(tmp_path, r("tiny", '<w:sz w:val="2"/>'), r(" white", '<w:color w:val="ffffff"/>'))
    assert text(found) == "tiny white"
    assert [w.code for w in found.warnings] == ["TINY_TEXT", "WHITE_TEXT"]
    shaded = read(tmp_path, r("white on black", '<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>'))
    assert shaded.warnings == ()


def test_formulas_are_written_on_one_line(tmp_path: Path) -> None:
    def m(name: str, inner: str) -> str:
        return f"<m:{name}>{inner}</m:{name}>"

    def t(letters: str) -> str:
        return m("r", m("t", letters))

    fraction = m("f", m("num", t("a")) + m("den", t("b")))
    power = m("sSup", m("e", t("x")) + m("sup", t("2")))
    index = m("sSub", m("e", t("y")) + m("sub", t("i")))
    root = m("rad", m("deg", "") + m("e", t("z")))
    assert text(read(tmp_path, m("oMath", power + t("+") + fraction + t("+") + index + t("+") + root))) == "x^2+(a)/(b)+y_i+√(z)"


def test_several_pictures_of_a_group_are_figures_of_their_own(tmp_path: Path) -> None:
    def picture(label: str) -> str:
        return f'<pic:pic><pic:nvPicPr><pic:cNvPr descr="{label}"/></pic:nvPicPr></pic:pic>'

    inner = f"<wp:docPr descr='both'/><wps:wgp>{picture('')}{picture('duck')}</wps:wgp>"
    group = f"<w:r><w:drawing><wp:anchor>{inner}</wp:anchor></w:drawing></w:r>"
    assert [figure.caption for figure in read(tmp_path, "x", group).figures] == ["both", "duck"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☒ agreed"),
        ('<w:checkBox><w:default w:val="0"/></w:checkBox>', "☐ agreed"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☒ agreed"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/><w:listEntry w:val="Yes"/></w:ddList>', "Yes agreed"),
        ('<w:ddList><w:listEntry w:val="No"/></w:ddList>', "No agreed"),
        ('<w:ddList><w:result w:val="7"/><w:listEntry w:val="No"/></w:ddList>', "agreed"),
    ],
)
def test_what_a_box_or_list_of_a_form_shows_is_text(tmp_path: Path, settings: str, expected: str) -> None:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{settings}</w:ffData></w:fldChar></w:r>'
    code = "<w:r><w:instrText> FORM </w:instrText></w:r>"
    assert text(read(tmp_path, begin, code, field("end"), " agreed")) == expected


def test_letters_of_symbol_fonts_are_the_letters_they_show(tmp_path: Path) -> None:
    micro = '<w:r><w:sym w:font="Symbol" w:char="F06D"/></w:r>'
    tick, box = (f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>' for code in ("F0FE", "F0A8"))
    assert text(read(tmp_path, "10 ", micro, "m ", tick, box)) == "10 μm ☑☐"
    private = r("\uf0b3 5 \uf070", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>')
    assert text(read(tmp_path, private)) == "≥ 5 π"

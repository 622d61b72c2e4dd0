"""Active and attached things in a PDF: each kind is named, and a file that cannot be looked through says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from frostbyte.parse import pdf as reader
from frostbyte.parse import pdf_active
from frostbyte.parse.elements import Dropped, Warning

Text = Callable[..., str]
Saved = Callable[..., str]

SCRIPT = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.mark.parametrize(
    ("catalog", "expected"),
    [
        (f"/OpenAction {SCRIPT}", {("action", "OPEN_ACTION"), ("action", "JAVASCRIPT")}),
        (f"/AA << /WC {SCRIPT} >>", {("action", "ADDITIONAL_ACTIONS"), ("action", "JAVASCRIPT")}),
        (f"/Names << /JavaScript << /Names [(a) {SCRIPT}] >> >>", {("action", "JAVASCRIPT")}),
        ("/OpenAction << /S /Launch /F (cmd.exe) >>", {("action", "OPEN_ACTION"), ("action", "LAUNCH_ACTION")}),
        (
            f"/OpenAction << /S /URI /URI (x) /Next [<< /S /GoTo /Next {SCRIPT} >>] >>",
            {("action", "OPEN_ACTION"), ("link", "LINK_TARGET"), ("action", "JAVASCRIPT")},
        ),
        ("/AcroForm << /XFA [(a) (b)] /Fields [] >>", {("form", "XFA_FORM")}),
        ("/Collection << /View /D >>", {("attachment", "PORTFOLIO")}),
    ],
)
def test_what_hangs_on_the_catalog_is_named(
    pdf: Any, text: Text, saved: Saved, catalog: str, expected: set[tuple[str, str]]
) -> None:
    pdf.catalog = catalog
    pdf.page(text(72, 700, "A page."))
    reading = reader.read(saved(pdf.bytes()))
    assert {(d.element_type, d.reason) for d in reading.dropped} == expected
    assert all(d.page == 1 for d in reading.dropped)
    assert reading.warnings == ()


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("/Subtype /FileAttachment", {("attachment", "EMBEDDED_FILE")}),
        ("/Subtype /RichMedia", {("multimedia", "RICH_MEDIA")}),
        ("/Subtype /3D", {("multimedia", "RICH_MEDIA")}),
        (f"/Subtype /Link /A {SCRIPT}", {("action", "JAVASCRIPT")}),
        ("/Subtype /Link /A << /S /SubmitForm >>", {("action", "SUBMIT_ACTION")}),
        ("/Subtype /Link /A << /S /URI /URI (x) >>", {("link", "LINK_TARGET")}),
        ("/Subtype /Link /A << /S /GoTo /D [0 /Fit] >>", set()),
        ("/Subtype /Square /Contents (a remark)", {("annotation", "COMMENT")}),
        ("/Subtype /Square", set()),
        ("/Subtype /FreeText /F 2 /Contents (say nothing)", {("annotation", "HIDDEN_ANNOTATION")}),
        ("/Subtype /FreeText /Contents (drawn on the page) /AP << /N << >> >>", set()),
        ("/Subtype /FreeText /Contents (drawn by viewers)", {("annotation", "NO_APPEARANCE")}),
        ("/Subtype /Widget /FT /Tx /F 2 /V (say nothing)", {("form_field", "HIDDEN_FIELD")}),
        ("/Subtype /Widget /FT /Tx /F 32 /Parent << /V (say nothing) >>", {("form_field", "HIDDEN_FIELD")}),
        ("/Subtype /Widget /FT /Tx /F 4 /V (seen) /AP << /N << >> >>", set()),
        ("/Subtype /Widget /FT /Tx /F 4 /V (drawn by viewers)", {("form_field", "NO_APPEARANCE")}),
        ("/Subtype /Widget /FT /Tx /F 2", set()),
        ("/Subtype /Widget /FT /Btn /F 2 /V /Off", set()),
        (f"/Subtype /Widget /AA << /K {SCRIPT} >>", {("action", "ADDITIONAL_ACTIONS"), ("action", "JAVASCRIPT")}),
        ("/Subtype /Highlight /Contents (a remark)", {("annotation", "COMMENT")}),
    ],
)
def test_what_hangs_on_a_page_is_named_with_its_page(
    pdf: Any, text: Text, saved: Saved, annotation: str, expected: set[tuple[str, str]]
) -> None:
    pdf.page(text(72, 700, "The first page."))
    pdf.page(text(72, 700, "The second."), entries=f"/Annots [<< /Type /Annot /Rect [0 0 9 9] {annotation} >>]")
    reading = reader.read(saved(pdf.bytes()))
    assert {(d.element_type, d.reason) for d in reading.dropped} == expected
    assert {d.page for d in reading.dropped} <= {2}


def test_every_embedded_file_is_counted(pdf: Any, text: Text, saved: Saved) -> None:
    stream = pdf.stream("secret", "/Type /EmbeddedFile")
    spec = pdf.add(f"<< /Type /Filespec /F (a.exe) /EF << /F {stream} 0 R >> >>")
    leaves = [pdf.add(f"<< /Names [({n}1) {spec} 0 R ({n}2) {spec} 0 R] /Limits [({n}1) ({n}2)] >>") for n in "ab"]
    pdf.catalog = f"/Names << /EmbeddedFiles << /Kids [{leaves[0]} 0 R {leaves[1]} 0 R] >> >>"
    pdf.page(text(72, 700, "See the attachments."))
    findings = pdf_active.inspect(saved(pdf.bytes()))
    assert findings.dropped == [Dropped("attachment", 1, "EMBEDDED_FILE")] * 4


def test_the_outline_gives_headings_their_level(pdf: Any, text: Text, saved: Saved) -> None:
    body = [text(72, 600 - 14 * n, "Nothing in this line is larger than the others.") for n in range(4)]
    page = pdf.page(text(72, 700, "Scope of the rules"), *body)
    root = len(pdf._objects) + 1
    pdf.add(f"<< /Type /Outlines /First {root + 1} 0 R /Last {root + 1} 0 R /Count 2 >>")
    pdf.add(
        f"<< /Title (Part one) /Parent {root} 0 R /Dest [{page} 0 R /Fit] /First {root + 2} 0 R /Last {root + 2} 0 R /Count 1 >>"
    )
    pdf.add(f"<< /Title (Scope of the Rules) /Parent {root + 1} 0 R /Dest [{page} 0 R /Fit] >>")
    pdf.catalog = f"/Outlines {root} 0 R"
    path = saved(pdf.bytes())
    assert [(e.title, e.page, e.depth) for e in pdf_active.inspect(path).outline] == [
        ("Part one", 1, 1),
        ("Scope of the Rules", 1, 2),
    ]
    assert [(e.kind, e.level) for e in reader.read(path).elements] == [("heading", 2), ("paragraph", None)]


def test_an_outline_that_loops_does_not_stop_the_check(pdf: Any, text: Text, saved: Saved) -> None:
    page = pdf.page(text(72, 700, "A page."))
    root = len(pdf._objects) + 1
    pdf.add(f"<< /Type /Outlines /First {root + 1} 0 R /Last {root + 1} 0 R >>")
    pdf.add(f"<< /Title (Round) /Parent {root} 0 R /Dest [{page} 0 R /Fit] /Next {root + 1} 0 R /First {root} 0 R >>")
    pdf.catalog = f"/Outlines {root} 0 R /OpenAction {SCRIPT}"
    findings = pdf_active.inspect(saved(pdf.bytes()))
    assert Dropped("action", 1, "JAVASCRIPT") in findings.dropped


def test_a_file_that_pypdf_cannot_read_is_read_and_called_unchecked(
    pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdf

    def broken(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr(pypdf.PdfReader, "read", broken)
    pdf.catalog = f"/Names << /JavaScript << /Names [(a) {SCRIPT}] >> >>"
    pdf.page(text(72, 700, "Still here."))
    reading = reader.read(saved(pdf.bytes()))
    assert reading.pages[0].text == "Still here."
    assert reading.warnings == (Warning("STRUCTURE_UNCHECKED"),)
    assert reading.dropped == (Dropped("action", 1, "JAVASCRIPT"),)  # by pdfium, which sees it too


def test_a_check_that_never_ends_is_given_up_after_the_same_work(
    pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = len(pdf._objects) + 1
    for level in range(8):  # each action leads to twenty, and each of those to the same twenty: 20 ** 8 ways
        pdf.add(f"<< /S /URI /URI (x{level}) /Next [{f'{first + level + 1} 0 R ' * 20}] >>")
    pdf.add(SCRIPT)
    pdf.catalog = f"/OpenAction {first} 0 R"
    pdf.page(text(72, 700, "Still here."))
    path = saved(pdf.bytes())
    monkeypatch.setattr(pdf_active, "MOST_WORK", 20_000_000)
    findings = pdf_active.inspect(path)
    assert not findings.checked
    assert findings.layers
    assert findings.warnings == [Warning("STRUCTURE_UNCHECKED")]
    again = pdf_active.inspect(path)
    assert len(again.dropped) > 1000
    assert again == findings


@pytest.mark.parametrize("in_memory", [10, pdf_active.IN_MEMORY_BYTES])
def test_reading_a_file_over_and_over_is_work(
    pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    pdf.page(text(72, 700, "Still here."), entries=f"/Annots [{' '.join(f'{n} 0 R' for n in range(5000, 5400))}]")
    path = saved(pdf.bytes() + b" " * 20_000)  # an object that is not there is looked for in the whole file
    monkeypatch.setattr(pdf_active, "IN_MEMORY_BYTES", in_memory)
    assert pdf_active.inspect(path).checked
    monkeypatch.setattr(pdf_active, "MOST_WORK", 400 * 20_000)
    assert not pdf_active.inspect(path).checked


def test_more_annotations_than_are_looked_at_means_unchecked(
    pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_active, "MAX_ANNOTATIONS", 3)
    links = "<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] >> " * 4
    pdf.page(text(72, 700, "A page."), entries=f"/Annots [{links}]")
    assert Warning("STRUCTURE_UNCHECKED") in pdf_active.inspect(saved(pdf.bytes())).warnings


def test_each_comment_link_and_hidden_field_has_its_size(pdf: Any, text: Text, saved: Saved) -> None:
    notes = (
        "/Subtype /Text /Contents (twelve signs)",
        "/Subtype /Text /Contents (six...)",
        "/Subtype /Popup /Contents (twelve signs)",
        "/Subtype /Link /A << /S /URI /URI (http://a.example) >>",
        "/Subtype /Widget /FT /Tx /F 2 /V (hush)",
    )
    listed = " ".join(f"<< /Type /Annot /Rect [0 0 9 9] {note} >>" for note in notes)
    pdf.page(text(72, 700, "A page."), entries=f"/Annots [{listed}]")
    assert [(d.reason, d.page, d.characters) for d in reader.read(saved(pdf.bytes())).dropped] == [
        ("COMMENT", 1, 12),
        ("COMMENT", 1, 6),
        ("LINK_TARGET", 1, 16),
        ("HIDDEN_FIELD", 1, 4),
    ]


@pytest.mark.parametrize(("catalog", "layers"), [("/OCProperties << /OCGs [] >>", True), ("", False)])
def test_whether_there_are_layers_is_known(pdf: Any, text: Text, saved: Saved, catalog: str, layers: bool) -> None:
    pdf.catalog = catalog
    pdf.page(text(72, 700, "A page."))
    assert pdf_active.inspect(saved(pdf.bytes())).layers is layers


def test_what_a_file_says_of_itself_is_listed_and_no_text(pdf: Any, text: Text, saved: Saved) -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description pdf:Keywords="in a tag" xmlns:pdf="http://a.example">'
        "<dc:title>A &amp; B</dc:title></rdf:Description></x:xmpmeta>"
    )
    pdf.catalog = f"/Metadata {pdf.stream(packet, '/Type /Metadata /Subtype /XML')} 0 R"
    info = pdf.add("<< /Title (A title) /CreationDate (D:20260102030405Z) /Client (Acme) /Author ( ) >>")
    pdf.page(text(72, 700, "Shown."))
    found = reader.read(saved(pdf.bytes().replace(b"/Root 1 0 R", b"/Root 1 0 R /Info %d 0 R" % info)))
    assert [(item.place, item.text) for item in found.properties] == [
        ("title", "A title"),
        ("custom property 3", "Client: Acme"),
        ("xmp", "in a tag\nA & B"),
    ]
    assert found.pages[0].text == "Shown."
    assert found.dropped == found.warnings == ()

"""PDF reading, from files written for each case: structure, spans, what is dropped and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as raw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.errors import ParseFailed
from frostbyte.parse import pdf as reader
from frostbyte.parse import pdf_active, pdfium
from frostbyte.parse.elements import Element, Reading

Text = Callable[..., str]
Saved = Callable[..., str]

PROSE = (
    "The cold store is checked twice a day and every reading is",
    "written down by the person on duty, who signs for it. A door",
    "that stays open for longer than two minutes is reported.",
)


def paragraph(text: Text, x: float, top: float, lines: tuple[str, ...] = PROSE, **style: Any) -> str:
    return "\n".join(text(x, top - 14 * i, line, **style) for i, line in enumerate(lines))


def read(path: str) -> Reading:
    """Read, and hold every element against its page."""
    reading = reader.read(path)
    for element in reading.elements:
        page = reading.pages[element.page - 1]
        assert page.number == element.page
        assert page.text[element.page_start : element.page_end] == element.text
    for page in reading.pages:
        spans = [e for e in reading.elements if e.page == page.number]
        assert "\n".join(e.text for e in spans) == page.text
    return reading


def kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(e.kind, e.text) for e in reading.elements]


def one(reading: Reading, kind: str) -> Element:
    (element,) = [e for e in reading.elements if e.kind == kind]
    return element


def test_lines_become_paragraphs_and_headings_have_levels(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(
        text(72, 720, "Storage rules", size=22, font="F2"),
        text(72, 680, "Temperature", size=15, font="F2"),
        paragraph(text, 72, 655),
        text(72, 590, "Doors", font="F2"),
        paragraph(text, 72, 570),
    )
    reading = read(saved(pdf.bytes()))
    assert kinds(reading) == [
        ("heading", "Storage rules"),
        ("heading", "Temperature"),
        ("paragraph", " ".join(PROSE)),
        ("heading", "Doors"),
        ("paragraph", " ".join(PROSE)),
    ]
    assert [e.level for e in reading.elements] == [1, 2, None, 3, None]
    assert reading.warnings == ()
    assert reading.dropped == ()
    assert (reading.pages[0].width, reading.pages[0].height) == (612, 792)


def test_boxes_are_points_from_the_top_left(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(100, 692, "Here", size=10))
    box = read(saved(pdf.bytes())).elements[0].box
    assert box is not None
    assert box.x0 == pytest.approx(100, abs=1)
    assert box.y0 < 792 - 692 < box.y1 + 1
    assert box.y1 - box.y0 < 14


def test_a_cropped_and_turned_page_is_read_as_it_is_shown(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(100, 692, "Here", size=10), entries="/CropBox [50 42 562 742] /Rotate 90")
    reading = read(saved(pdf.bytes()))
    assert (reading.pages[0].width, reading.pages[0].height) == (700, 512)
    box = reading.elements[0].box
    assert box is not None
    assert (box.x0, box.y0) == pytest.approx((692 - 42 - 2.5, 100 - 50), abs=3)


def test_columns_are_read_one_after_the_other(pdf: Any, text: Text, saved: Saved) -> None:
    left = tuple(f"Left column line {n} with enough words" for n in range(9))
    right = tuple(f"Right column line {n} has as many more" for n in range(9))
    lines = []
    for n in range(9):  # written line by line across both columns, as a table would be
        lines += [text(72, 680 - 14 * n, left[n], size=10), text(320, 680 - 14 * n, right[n], size=10)]
    pdf.page(text(72, 730, "A title over both of the columns of this page", size=18), *lines)
    joined = "\n".join(e.text for e in read(saved(pdf.bytes())).elements)
    assert joined.index("A title") < joined.index("Left column line 0")
    assert joined.index("Left column line 8") < joined.index("Right column line 0")


def test_a_word_cut_at_the_end_of_a_line_is_whole_again(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(paragraph(text, 72, 700, ("Every delivery is checked for its tempera-", "ture before it is signed for.")))
    assert "its temperature before" in read(saved(pdf.bytes())).elements[0].text


def test_list_items_stand_alone(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(
        text(72, 700, "\x95 Wear gloves when the freezer is open and keep"),
        text(82, 686, "the door shut"),
        text(72, 672, "\x95 Sign the list"),
        text(72, 658, "1. Count the boxes"),
    )
    items = [e.text for e in read(saved(pdf.bytes())).elements if e.kind == "list_item"]
    assert items == ["• Wear gloves when the freezer is open and keep the door shut", "• Sign the list", "1. Count the boxes"]


def test_running_titles_are_headers_and_footers(pdf: Any, text: Text, saved: Saved) -> None:
    for number in range(1, 5):
        body = f"What stands on page {number} and nowhere else in the file."
        pdf.page(text(72, 760, "Frost manual", size=9), text(72, 700, body), text(290, 30, f"Page {number} of 4", size=9))
    reading = read(saved(pdf.bytes()))
    assert [e.text for e in reading.elements if e.kind == "header"] == ["Frost manual"] * 4
    assert [e.text for e in reading.elements if e.kind == "footer"] == [f"Page {n} of 4" for n in range(1, 5)]
    assert len([e for e in reading.elements if e.kind == "paragraph"]) == 4


def test_a_ruled_table_has_its_cells(pdf: Any, text: Text, saved: Saved) -> None:
    rows = (("Item", "Count", "Place"), ("Vials", "12", "Shelf A"), ("Swabs", "", "Shelf B"))
    content = [paragraph(text, 72, 740)]
    for r in range(4):
        content.append(f"72 {660 - 20 * r} m 372 {660 - 20 * r} l S")
    for c in range(4):
        content.append(f"{72 + 100 * c} 660 m {72 + 100 * c} 600 l S")
    content += [
        text(76 + 100 * c, 646 - 20 * r, cell, size=10) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell
    ]
    content.append(paragraph(text, 72, 560))
    pdf.page(*content)
    reading = read(saved(pdf.bytes()))
    assert [e.kind for e in reading.elements] == ["paragraph", "table", "paragraph"]
    table = one(reading, "table")
    assert table.cells == rows
    assert table.has_header
    assert table.text == "Item\tCount\tPlace\nVials\t12\tShelf A\nSwabs\t\tShelf B"


def test_an_aligned_table_has_its_cells(pdf: Any, text: Text, saved: Saved) -> None:
    rows = (("Year", "Income", "Costs"), ("2021", "1,200", "900"), ("2022", "1,450", "980"), ("2023", "1,700", "1,010"))
    content = [text(72 + 120 * c, 700 - 15 * r, cell, size=10) for r, row in enumerate(rows) for c, cell in enumerate(row)]
    pdf.page(paragraph(text, 72, 770), *content, paragraph(text, 72, 620))
    assert one(read(saved(pdf.bytes())), "table").cells == rows


def test_a_picture_is_a_figure_with_its_caption(pdf: Any, text: Text, saved: Saved) -> None:
    picture = pdf.picture(bytes(range(48)), 4, 4)
    pdf.page(
        paragraph(text, 72, 740),
        "q 200 0 0 120 100 550 cm /I0 Do Q",
        text(100, 530, "Figure 2: The cold store from above"),
        paragraph(text, 72, 490),
        pictures=[picture],
    )
    reading = read(saved(pdf.bytes()))
    (figure,) = reading.figures
    assert figure.caption == "Figure 2: The cold store from above"
    assert figure.after_element == 1
    assert figure.box is not None
    assert (figure.box.x0, figure.box.y0, figure.box.x1, figure.box.y1) == pytest.approx((100, 122, 300, 242), abs=0.1)
    assert one(reading, "figure_caption").text == figure.caption


def test_a_sentence_about_a_figure_is_no_caption(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(72, 700, "Figure 2 shows the cold store as it was built."))
    assert [e.kind for e in read(saved(pdf.bytes())).elements] == ["paragraph"]


def test_what_is_typed_into_a_form_is_read(pdf: Any, text: Text, saved: Saved) -> None:
    look = pdf.stream(
        text(2, 4, "ACME Cold Chain"), "/Type /XObject /Subtype /Form /BBox [0 0 200 16] /Resources << /Font << /F1 3 0 R >> >>"
    )
    field = pdf.add(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (ACME Cold Chain) /Rect [150 694 350 710] /F 4 "
        f"/AP << /N {look} 0 R >> >>"
    )
    pdf.catalog = f"/AcroForm << /Fields [{field} 0 R] >>"
    pdf.page(text(72, 698, "Name:"), entries=f"/Annots [{field} 0 R]")
    assert "Name: ACME Cold Chain" in read(saved(pdf.bytes())).pages[0].text


def test_sideways_writing_is_read_along_its_line(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(paragraph(text, 72, 700), "BT /F1 11 Tf 0 1 -1 0 40 300 Tm (Printed along the margin) Tj ET")
    reading = read(saved(pdf.bytes()))
    last = reading.elements[-1]
    assert last.text == "Printed along the margin"
    assert last.box is not None
    assert last.box.y1 - last.box.y0 > last.box.x1 - last.box.x0


def test_a_broken_page_is_dropped_with_a_reason_and_the_others_are_read(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(72, 700, "The first page is whole."))
    pdf.page_object("(this is no page)")
    pdf.page(text(72, 700, "So is the third."))
    reading = read(saved(pdf.bytes()))
    assert [(d.element_type, d.page, d.reason) for d in reading.dropped] == [("page", 2, "PAGE_UNREADABLE")]
    assert [p.text for p in reading.pages] == ["The first page is whole.", "", "So is the third."]


def test_a_file_without_a_readable_page_is_corrupted(pdf: Any, saved: Saved) -> None:
    pdf.page_object("(this is no page)")
    with pytest.raises(ParseFailed) as caught:
        reader.read(saved(pdf.bytes()))
    assert (caught.value.reason, caught.value.detail) == ("FILE_CORRUPTED", "NO_READABLE_PAGE")


def test_pages_past_the_limit_are_named(pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    for number in range(3):
        pdf.page(text(72, 700, f"This is sheet {number}."))
    reading = read(saved(pdf.bytes()))
    assert len(reading.pages) == 2
    assert [(d.page, d.reason) for d in reading.dropped] == [(3, "PAGE_LIMIT")]
    assert [w.code for w in reading.warnings] == ["PAGE_LIMIT"]


@pytest.mark.parametrize(
    ("data", "detail"),
    [(b"", "EMPTY_FILE"), (b"%PDF-1.7\nnothing of the kind", "NOT_A_PDF"), (b"\x00" * 4096, "NOT_A_PDF")],
)
def test_what_is_no_pdf_is_corrupted(saved: Saved, data: bytes, detail: str) -> None:
    with pytest.raises(ParseFailed) as caught:
        reader.read(saved(data))
    assert (caught.value.reason, caught.value.detail, caught.value.transient) == ("FILE_CORRUPTED", detail, False)


def encrypted(data: bytes, user: str, owner: str, algorithm: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm=algorithm)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_owner_password_does_not_stop_reading(pdf: Any, text: Text, saved: Saved, algorithm: str) -> None:
    pdf.page(text(72, 700, "Printing is not allowed."))
    reading = read(saved(encrypted(pdf.bytes(), "", "owner", algorithm)))
    assert reading.pages[0].text == "Printing is not allowed."
    assert [w.code for w in reading.warnings] == ["ENCRYPTED_OWNER_ONLY"]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_user_password_is_a_failure_with_its_own_word(pdf: Any, text: Text, saved: Saved, algorithm: str) -> None:
    pdf.page(text(72, 700, "Closed."))
    with pytest.raises(ParseFailed) as caught:
        reader.read(saved(encrypted(pdf.bytes(), "user", "owner", algorithm)))
    assert (caught.value.reason, caught.value.detail) == ("PARSER_ERROR", "ENCRYPTED")
    pdf.page(text(72, 700, "Open to all."))
    read(saved(pdf.bytes(), "open.pdf"))
    assert raw.FPDF_GetLastError() != raw.FPDF_ERR_PASSWORD, (
        "a later document that fails without a word would be called encrypted"
    )


def test_a_scanned_page_is_read_by_ocr(pdf: Any, text: Text, saved: Saved) -> None:
    from frostbyte.parse.pdfium import PdfFile

    lines = ("Delivery note 4711", "Received twelve boxes of vaccine in good order.")
    pdf.page(*(text(40, 150 - 30 * i, line, size=14) for i, line in enumerate(lines)), size=(420, 200))
    with PdfFile(saved(pdf.bytes())) as native:
        pixels, _ = native.render(0, 150)
    scan = type(pdf)()
    picture = scan.picture(pixels.tobytes(), pixels.shape[1], pixels.shape[0])
    scan.page("q 420 0 0 200 0 0 cm /I0 Do Q", size=(420, 200), pictures=[picture])
    reading = read(saved(scan.bytes(), "scan.pdf"))
    assert " ".join(e.text for e in reading.elements) == " ".join(lines)
    confidence = reading.pages[0].ocr_confidence
    assert confidence is not None
    assert confidence > 0.9
    box = reading.elements[0].box
    assert box is not None
    assert (box.x0, box.y0) == pytest.approx((40, 38), abs=6)


STAMP = "Received 12 March 2026, Smith and Partners, exhibit 14, page 3 of 20"


def test_a_scan_under_a_stamp_is_read_and_so_is_each_page_by_what_it_is(pdf: Any, text: Text, saved: Saved) -> None:
    from frostbyte.parse.pdfium import PdfFile

    lines = ("Delivery note 4711", "Twelve boxes in good order.")
    pdf.page(*(text(40, 130 - 30 * i, line, size=14) for i, line in enumerate(lines)), size=(420, 200))
    with PdfFile(saved(pdf.bytes())) as native:
        pixels, _ = native.render(0, 150)
    scan = type(pdf)()
    picture = scan.picture(pixels.tobytes(), pixels.shape[1], pixels.shape[0])
    drawn = "q 420 0 0 200 0 0 cm /I0 Do Q"
    scan.page(drawn, text(40, 180, STAMP, size=9), size=(420, 200), pictures=[picture])
    scan.page(text(40, 150, "A page with a text of its own."), size=(420, 200))
    scan.page(drawn, size=(420, 200), pictures=[picture])
    reading = read(saved(scan.bytes(), "scan.pdf"))
    assert [" ".join(p.text.split()) for p in reading.pages] == [
        " ".join((STAMP, *lines)),
        "A page with a text of its own.",
        " ".join(lines),
    ]
    assert [p.ocr_confidence is None for p in reading.pages] == [False, True, False]
    words = reading.pages[0].words
    assert [reading.pages[0].text[w.page_start : w.page_end] for w in words] == " ".join(lines).split()  # the stamp is no OCR
    assert words[0].box.x0 == pytest.approx(40, abs=2)
    assert words[0].box.y1 - words[0].box.y0 == pytest.approx(14, abs=8)


def test_a_picture_without_writing_behind_a_text_changes_nothing(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(
        "q 420 0 0 200 0 0 cm /I0 Do Q", text(40, 150, STAMP), size=(420, 200), pictures=[pdf.picture(b"\x90\xc0\xf0" * 16, 4, 4)]
    )
    reading = read(saved(pdf.bytes()))
    assert reading.pages[0].text == STAMP
    assert reading.pages[0].ocr_confidence is None
    assert reading.warnings == ()


def test_a_large_file_is_read_piece_by_piece(pdf: Any, text: Text, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "IN_MEMORY_BYTES", 10)
    monkeypatch.setattr(pdf_active, "IN_MEMORY_BYTES", 10)
    pdf.catalog = "/OpenAction << /S /Launch /F (x) >>"
    pdf.page(text(72, 700, "Somewhere in a gigabyte."))
    reading = read(saved(pdf.bytes()))
    assert reading.pages[0].text == "Somewhere in a gigabyte."
    assert reading.warnings == ()
    assert {d.reason for d in reading.dropped} == {"OPEN_ACTION", "LAUNCH_ACTION"}
    with pytest.raises(ParseFailed):
        reader.read(saved(b"%PDF-1.7\nnothing of the kind"))


def test_an_empty_page_needs_no_ocr_and_no_warning(pdf: Any, text: Text, saved: Saved) -> None:
    pdf.page(text(72, 700, "Something."))
    pdf.page()
    reading = read(saved(pdf.bytes()))
    assert reading.pages[1].text == ""
    assert reading.pages[1].ocr_confidence is None
    assert reading.warnings == ()


WORDS = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12), min_size=1, max_size=8)


@given(lines=st.lists(WORDS, min_size=1, max_size=6))
@settings(max_examples=60)
def test_no_word_is_lost_and_every_span_holds(
    new_pdf: Any, text: Text, tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    writer = new_pdf()
    writer.page(*(text(50, 700 - 40 * i, " ".join(line), size=8) for i, line in enumerate(lines)))
    path = tmp_path_factory.getbasetemp() / "words.pdf"
    path.write_bytes(writer.bytes())
    got = "".join(e.text for e in read(str(path)).elements)
    assert "".join(got.split()) == "".join(word for line in lines for word in line)

"""Canonical documents keep the contract, whatever was read."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from frostbyte.contract import ids, schema
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.hashing import document_hash, sha256_hex
from frostbyte.contract.rules import broken_rules
from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.assemble import MAX_PROPERTIES, MAX_PROPERTY_CHARACTERS, assemble
from frostbyte.parse.elements import Box, Dropped, Element, Figure, Hidden, Page, Property, Reading, ReadWord, Warning

from .office_files import reading, readings


def made(what: Reading) -> CanonicalDocument:
    return assemble(what, file_id="file_1", tenant_id="acme", raw_sha256="0" * 64)


@settings(max_examples=120)
@given(readings)
def test_whatever_was_read_the_document_keeps_the_contract(what: Reading) -> None:
    if not any(element.text.strip() for element in what.elements):
        with pytest.raises(ParseFailed) as failure:
            made(what)
        assert (failure.value.reason, failure.value.detail) == ("PARSER_ERROR", "NO_CONTENT")
        return
    document = made(what)
    assert schema.validate("canonical_document", document.to_json()) == []
    assert broken_rules("canonical_document", document.to_json()) == []
    text = document.normalised
    for chunk in document.chunks:
        assert text[chunk.start_char : chunk.end_char] == chunk.text
    pages = {page.number: page.text for page in what.pages}
    for span in document.source_map:
        assert text[span.start_char : span.end_char] == pages[span.page][span.page_start : span.page_end]
    between = [text[a.end_char : b.start_char] for a, b in pairwise(document.source_map)]
    assert not "".join(between).strip()
    assert sorted(document.reading_order) == sorted(
        [c.chunk_id for c in document.chunks]
        + [s.section_id for s in document.sections]
        + [t.table_id for t in document.tables]
        + [f.figure_id for f in document.figures]
    )


def test_sections_reach_to_the_next_heading_of_their_level_or_higher() -> None:
    document = made(
        reading(
            ("paragraph", "preface"),
            ("heading", "One"),
            ("paragraph", "text"),
            ("heading", ">One.One"),
            ("paragraph", "more"),
            ("heading", "Two"),
            ("paragraph", "end"),
        )
    )
    text = document.normalised
    assert [(s.section_id, s.title, s.level) for s in document.sections] == [
        ("sec_1", "One", 1),
        ("sec_2", "One.One", 2),
        ("sec_3", "Two", 1),
    ]
    assert [text[s.start_char : s.end_char].split() for s in document.sections] == [
        ["One", "text", "One.One", "more"],
        ["One.One", "more"],
        ["Two", "end"],
    ]


def test_a_chunk_names_the_innermost_heading_it_opens_with_or_stands_under() -> None:
    document = made(
        reading(
            ("heading", "Handbook"),
            ("heading", ">Leave"),
            ("paragraph", "a " * 500),
            ("paragraph", "b " * 500),
            ("heading", "Pay"),
            [["c"], ["d"]],
        )
    )
    assert [(c.metadata.section_title, c.metadata.heading_level) for c in document.chunks] == [
        ("Leave", 2),
        ("Leave", None),
        ("Pay", 1),
        ("Pay", None),
    ]


def test_text_before_any_heading_has_no_section_title() -> None:
    chunk = made(reading(("paragraph", "text"))).chunks[0]
    assert (chunk.metadata.section_title, chunk.metadata.heading_level) == (None, None)


def test_a_table_that_was_cut_is_one_table_over_all_its_chunks() -> None:
    document = made(reading(("paragraph", "x"), [["n", "v"], *([str(i), "v" * 90] for i in range(50))], ("paragraph", "y")))
    (table,) = document.tables
    inside = [c for c in document.chunks if c.element_type == "table"]
    assert (table.rows, table.columns, len(inside) > 1) == (51, 2, True)
    assert (table.start_char, table.end_char) == (inside[0].start_char, inside[-1].end_char)
    assert document.reading_order.index("tbl_1") < document.reading_order.index(inside[0].chunk_id)


def test_a_figure_spans_its_caption_and_shows_no_text_that_the_gates_do_not_see() -> None:
    what = reading(("paragraph", "before"), ("figure_caption", "Figure 1: a pump"), ("paragraph", "after"))
    figures = (Figure(1, "Figure 1: a pump", 1), Figure(1, "SSN 123-45-6789", 1), Figure(1, None, 99))
    document = made(replace(what, figures=figures))
    own, foreign, last = document.figures
    assert document.normalised[own.start_char : own.end_char] == own.caption == "Figure 1: a pump"
    assert (foreign.caption, foreign.start_char == foreign.end_char) == (None, True)
    assert last.start_char == len(document.normalised)
    assert document.stats.figure_count == 3


def test_lineage_tells_how_the_text_came_about() -> None:
    what = reading(("paragraph", "one"), None, ("paragraph", "two"))
    pages = (replace(what.pages[0], ocr_confidence=0.5), replace(what.pages[1], ocr_confidence=0.75, width=612.0, height=792.0))
    document = made(replace(what, pages=pages, warnings=(Warning("LOW_CONFIDENCE", 1), Warning("LOW_CONFIDENCE", 1))))
    lineage = document.lineage
    assert (lineage.raw_sha256, lineage.stage1_parser_version, lineage.stage2_parser_version) == (
        "0" * 64,
        "test 1",
        PARSER_VERSION,
    )
    assert [(page.page, page.characters, page.text_sha256) for page in document.pages] == [
        (1, 3, sha256_hex(b"one")),
        (2, 3, sha256_hex(b"two")),
    ]
    assert (document.stats.page_count, document.stats.ocr_pages, document.stats.ocr_avg_confidence) == (2, 2, 0.625)
    assert [(w.code, w.page) for w in document.warnings] == [("LOW_CONFIDENCE", 1)]


def test_words_that_ocr_read_are_kept_with_their_places_and_boxes() -> None:
    page = Page(
        1, "cold store", 200.0, 100.0, 0.9, (ReadWord(0, 4, Box(1, 2, 30, 9), 0.98765), ReadWord(5, 10, Box(35, 2, 70, 9), 1))
    )
    document = made(Reading((page,), (Element("paragraph", "cold store", 1, 0, 10),)))
    document = CanonicalDocument.model_validate(json.loads(document.model_dump_json()))
    words = document.pages[0].ocr_words
    assert [(w.page_start, w.page_end, w.bbox, w.confidence) for w in words] == [
        (0, 4, [1, 2, 30, 9], 0.988),
        (5, 10, [35, 2, 70, 9], 1),
    ]
    assert schema.validate("canonical_document", document.to_json()) == []


def test_writing_that_could_not_be_read_is_another_failure_than_an_empty_file() -> None:
    for warnings, detail in (((Warning("WRITING_NOT_READ", 1),), "WRITING_NOT_READ"), ((Warning("NO_TEXT", 1),), "NO_CONTENT")):
        with pytest.raises(ParseFailed) as caught:
            made(Reading((Page(1, ""),), (), warnings=warnings))
        assert (caught.value.reason, caught.value.detail) == ("PARSER_ERROR", detail)


def test_the_same_reading_gives_the_same_document() -> None:
    first, second = (made(reading(("heading", "A"), ("paragraph", "b"), [["c", "d"]])).to_json() for _ in range(2))
    assert document_hash(first) == document_hash(second)
    assert first["doc_id"] == ids.doc_id("file_1")


def test_dropped_content_is_listed_and_a_flood_of_it_once_each() -> None:
    what = reading(("paragraph", "text"))
    some = made(replace(what, dropped=(Dropped("image", 1, "X"),) * 3))
    many = made(replace(what, dropped=(Dropped("image", 1, "X"), Dropped("image", 2, "X")) * 1000))
    assert [(d.element_type, d.page, d.reason) for d in some.stats.dropped_content] == [("image", 1, "X")] * 3
    assert [d.page for d in many.stats.dropped_content] == [1, 2]


def test_a_cut_row_is_warned_of_with_its_page() -> None:
    document = made(reading(("paragraph", "x"), None, [["h"], ["w " * 1000]]))
    assert [(w.code, w.page) for w in document.warnings] == [("TABLE_ROW_CUT", 2)]


def test_characters_that_cannot_be_stored_are_replaced_one_for_one() -> None:
    text = "a\x00b\ud800c"
    table = "x\ty\x00"
    page = Page(1, f"{text}\n\n{table}")
    elements = (
        Element("paragraph", text, 1, 0, 5),
        Element("table", table, 1, 7, 11, cells=(("x", "y\x00"),)),
    )
    document = made(Reading((page,), elements, reader_version="test"))
    assert [chunk.text for chunk in document.chunks] == ["a\ufffdb\ufffdc", "x\ty\ufffd"]
    assert document.tables[0].cells == [["x", "y\ufffd"]]
    assert [w.code for w in document.warnings] == ["CHARACTERS_REPLACED"]


def test_a_span_that_is_not_its_text_fails_the_parse() -> None:
    what = Reading((Page(1, "some text"),), (Element("paragraph", "text", 1, 4, 8),))
    with pytest.raises(ParseFailed) as failure:
        made(what)
    assert failure.value.detail == "SPAN_MISMATCH"


def test_two_chunks_of_one_id_fail_the_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "chunk_id", lambda *_: "chk_000000000000")
    with pytest.raises(ParseFailed) as failure:
        made(reading(("paragraph", "a"), [["b"]]))
    assert failure.value.detail == "CHUNK_ID_COLLISION"


@settings(max_examples=60)
@given(readings)
def test_hidden_stretches_are_found_again_in_the_text_of_the_chunks(what: Reading) -> None:
    words = [element for element in what.elements if element.text.strip()]
    if not words:
        return
    hidden = tuple(Hidden(e.page, e.page_start + 1, e.page_end, "colour") for e in words[::2] if len(e.text) > 1)
    document = made(replace(what, hidden=hidden))
    assert schema.validate("canonical_document", document.to_json()) == []
    found = "".join(document.normalised[span.start_char : span.end_char] for span in document.hidden)
    expected = "".join(element.text[1:] for element in words[::2])
    if not any(part.kind == "table" for part in words):  # a table's header row may be shown again
        assert "".join(found.split()) == "".join(expected.split())
    assert set("".join(found.split())) == set("".join(expected.split()))


def test_places_and_sizes_of_what_was_left_out_stay_with_their_entries() -> None:
    what = replace(
        reading(("paragraph", "text")),
        dropped=(Dropped("macro", 1, "MACRO"), Dropped("paragraph", 1, "HIDDEN_TEXT", "paragraph 3", 12)),
        warnings=(Warning("HIDDEN_TEXT", 1, "colour", 7), Warning("RAGGED_ROWS")),
    )
    document = made(what)
    assert document.dropped == [
        {"element_type": "macro", "page": 1, "reason": "MACRO"},
        {"element_type": "paragraph", "page": 1, "reason": "HIDDEN_TEXT", "place": "paragraph 3", "characters": 12},
    ]
    assert document.to_json()["lineage"]["warnings"] == [
        {"code": "HIDDEN_TEXT", "page": 1, "kind": "colour", "characters": 7},
        {"code": "RAGGED_ROWS", "page": None},
    ]


def test_too_many_entries_are_summed_by_kind_page_and_reason() -> None:
    many = tuple(Dropped("table_row", 1, "HIDDEN_ROW", f"row {n}", 2) for n in range(1200))
    document = made(replace(reading(("paragraph", "text")), dropped=many))
    assert document.dropped == [{"element_type": "table_row", "page": 1, "reason": "HIDDEN_ROW", "characters": 2400}]


@pytest.mark.parametrize(
    ("sizes", "kept", "cut"),
    [
        ([MAX_PROPERTY_CHARACTERS], [MAX_PROPERTY_CHARACTERS], False),
        ([MAX_PROPERTY_CHARACTERS - 1, 0, 2], [MAX_PROPERTY_CHARACTERS - 1, 1], True),
        ([MAX_PROPERTY_CHARACTERS, 1], [MAX_PROPERTY_CHARACTERS], True),
        ([MAX_PROPERTY_CHARACTERS + 1, 1], [MAX_PROPERTY_CHARACTERS], True),
        ([1] * MAX_PROPERTIES, [1] * MAX_PROPERTIES, False),
        ([1] * (MAX_PROPERTIES + 1), [1] * MAX_PROPERTIES, True),
    ],
)
def test_what_a_file_says_of_itself_is_bounded_and_a_cut_is_said(sizes: list[int], kept: list[int], cut: bool) -> None:
    said = tuple(Property("title", "x" * size) for size in sizes)
    lineage = made(replace(reading(("paragraph", "text")), properties=said)).lineage
    assert [len(item.text) for item in lineage.properties] == kept
    assert [item.code for item in lineage.warnings] == (["PROPERTIES_CUT"] if cut else [])


def test_a_property_that_cannot_be_stored_as_it_is_can_be_after() -> None:
    lineage = made(replace(reading(("paragraph", "text")), properties=(Property("title", "a\0b\ud800"),))).lineage
    assert [item.text for item in lineage.properties] == ["a\ufffdb\ufffd"]

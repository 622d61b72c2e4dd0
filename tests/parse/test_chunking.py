"""The chunking rules, at their edges and over random documents."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.parse.chunking import MAX_CHARACTERS, REPEATED_HEADER_MAX, Piece, chunk, from_engine
from frostbyte.parse.elements import Element, Reading

from .office_files import reading, readings


def texts(*blocks: tuple[str, int]) -> list[int]:
    return [len(piece.text) for piece in chunk(reading(*((kind, "x" * n) for kind, n in blocks)).elements)]  # type: ignore[misc]


def test_elements_join_by_a_blank_line_up_to_1500() -> None:
    assert texts(("paragraph", 1000), ("paragraph", 498)) == [1500]
    assert texts(("paragraph", 1000), ("paragraph", 499)) == [1000, 499]


def test_a_chunk_over_1200_takes_no_further_element() -> None:
    assert texts(("paragraph", 1200), ("paragraph", 50)) == [1252]
    assert texts(("paragraph", 1201), ("paragraph", 50)) == [1201, 50]


def test_a_heading_starts_a_chunk_unless_the_one_before_is_under_400() -> None:
    assert texts(("paragraph", 400), ("heading", 10), ("paragraph", 100)) == [400, 112]
    assert texts(("paragraph", 399), ("heading", 10), ("paragraph", 100)) == [513]


def test_small_sections_merge_only_while_they_fit_in_1500() -> None:
    assert texts(("paragraph", 399), ("heading", 10), ("paragraph", 1087)) == [1500]
    assert texts(("paragraph", 399), ("heading", 10), ("paragraph", 1088)) == [399, 1100]


def test_an_element_over_1500_is_cut_at_white_space_which_is_dropped() -> None:
    pieces = chunk(reading(("paragraph", "a" * 1490 + " \u00a0\n" + "b" * 20)).elements)
    assert [piece.text for piece in pieces] == ["a" * 1490, "b" * 20]
    assert texts(("paragraph", 3200)) == [1500, 1500, 200]
    at_the_limit = chunk(reading(("paragraph", "a" * 1500 + " " + "b")).elements)
    assert [len(piece.text) for piece in at_the_limit] == [1500, 1]


def test_the_page_is_that_of_the_first_element() -> None:
    pieces = chunk(reading(("paragraph", "one"), None, None, ("paragraph", "three")).elements)
    assert [(piece.text, piece.page) for piece in pieces] == [("one\n\nthree", 1)]


def test_line_breaks_and_blanks_inside_an_element_stay_as_they_are() -> None:
    assert chunk(reading(("paragraph", "a\n  b\t\tc")).elements)[0].text == "a\n  b\t\tc"


def test_a_chunk_has_the_type_of_its_elements_where_they_agree() -> None:
    def kind(*kinds: str) -> str:
        return chunk(reading(*((kind, "text") for kind in kinds)).elements)[0].element_type  # type: ignore[misc]

    assert kind("list_item", "list_item") == "list_item"
    assert kind("heading") == "heading"
    assert kind("figure_caption") == "figure_caption"
    assert kind("heading", "paragraph") == "paragraph"
    assert kind("header", "header") == "paragraph"
    assert kind("footer") == "paragraph"


def test_a_table_stands_alone() -> None:
    pieces = chunk(reading(("paragraph", "before"), [["a", "b"], ["1", "2"]], ("paragraph", "after")).elements)
    assert [(piece.element_type, piece.text) for piece in pieces] == [
        ("paragraph", "before"),
        ("table", "a\tb\n1\t2"),
        ("paragraph", "after"),
    ]


def test_every_piece_of_a_long_table_repeats_the_header_and_leads_to_it() -> None:
    made = reading([["number", "name"], *([str(i), "n" * 100] for i in range(60))])
    table = made.elements[0]
    pieces = chunk(made.elements)
    assert len(pieces) > 3
    assert [line for piece in pieces for line in piece.text.split("\n") if line != "number\tname"] == table.text.split("\n")[1:]
    for piece in pieces[1:]:
        header, body = piece.parts
        assert header.repeated
        assert not body.repeated
        assert piece.text.startswith("number\tname\n")
        assert (header.source_start, header.source_end) == (0, len("number\tname"))
    assert all(piece.element_type == "table" and not piece.cut_row for piece in pieces)
    full = chunk(reading([["h" * 90], *([f"{i:09}"] for i in range(500))]).elements)
    assert {len(piece.text) for piece in full[:-1]} == {90 + 141 * 10}


def test_a_header_row_that_leaves_no_room_is_not_repeated() -> None:
    wide = chunk(reading([["h" * (REPEATED_HEADER_MAX + 1)], *(["r" * 90] for _ in range(40))]).elements)
    assert sum(piece.text.count("h" * 700) for piece in wide) == 1
    tight = chunk(reading([["h" * 700], ["r" * 900], ["s" * 90], ["t" * 700]]).elements)
    assert [piece.text.replace("\n", "")[:1] for piece in tight] == ["h", "r", "h"]


def test_a_row_over_1500_is_cut_between_cells_and_says_so() -> None:
    pieces = chunk(reading([["name", "text"], ["a " * 400, "b " * 500], ["short", "row"]]).elements)
    cut = [piece for piece in pieces if piece.cut_row]
    assert [piece.text.strip() for piece in cut] == [("a " * 400).strip(), ("b " * 500).strip()]
    assert [piece.text for piece in pieces if not piece.cut_row] == ["name\ttext", "name\ttext\nshort\trow"]


def test_a_table_laid_out_by_its_reader_otherwise_is_cut_between_its_lines() -> None:
    text = "\n".join("word " * 30 for _ in range(20)).strip()
    element = Element("table", text, 1, 0, len(text), cells=(("not",), ("the", "text")), has_header=False)
    lines = [line for piece in chunk([element]) for line in piece.text.split("\n")]
    assert lines == text.split("\n")


def test_a_repeated_header_never_more_than_doubles_a_table() -> None:
    made = reading([["h" * REPEATED_HEADER_MAX], *([f"{i}"] for i in range(5000))])
    assert sum(len(piece.text) for piece in chunk(made.elements)) < 2.1 * len(made.elements[0].text)


@settings(max_examples=150)
@given(readings)
def test_whatever_the_document_pieces_are_its_text_and_lead_to_it(made: Reading) -> None:
    pieces = chunk(made.elements)
    covered: dict[int, set[int]] = defaultdict(set)
    for piece in pieces:
        assert 0 < len(piece.text) <= MAX_CHARACTERS
        for part in piece.parts:
            source = made.elements[part.element].text
            assert piece.text[part.start : part.end] == source[part.source_start : part.source_end]
            assert piece.page <= made.elements[part.element].page
            if not part.repeated:
                assert covered[part.element].isdisjoint(range(part.source_start, part.source_end))
                covered[part.element].update(range(part.source_start, part.source_end))
        assert piece.page == made.elements[piece.parts[0].element].page
    for index, element in enumerate(made.elements):
        lost = {at for at, letter in enumerate(element.text) if not letter.isspace()} - covered[index]
        assert not lost


@settings(max_examples=100)
@given(readings)
def test_no_table_is_cut_inside_a_row_that_fits(made: Reading) -> None:
    for piece in chunk(made.elements):
        element = made.elements[piece.parts[0].element]
        if element.kind != "table":
            continue
        rows = element.text.split("\n")
        if piece.cut_row:
            assert any(len(row) > MAX_CHARACTERS and piece.text in row for row in rows)
        else:
            assert all(line in rows for line in piece.text.split("\n"))
            assert all(_row_edges(element, part.source_start, part.source_end) for part in piece.parts)


def _row_edges(table: Element, start: int, end: int) -> bool:
    text = table.text
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")


_PLAIN = st.text("ab cé", min_size=1, max_size=900).map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["Title", "NarrativeText", "ListItem"]), _PLAIN), max_size=12))
def test_a_document_is_chunked_as_the_engine_chunks_its_elements(elements: list[tuple[str, str]]) -> None:
    kinds = {"Title": "heading", "NarrativeText": "paragraph", "ListItem": "list_item"}
    ours: list[Piece] = chunk(reading(*((kinds[category], text) for category, text in elements)).elements)  # type: ignore[misc]
    theirs = from_engine([{"category": c, "text": t, "page_number": 1} for c, t in elements], file_id="f")["chunks"]
    assert [piece.text for piece in ours] == [found["text"] for found in theirs]
    assert [piece.element_type for piece in ours] == [found["element_type"] for found in theirs]


def test_the_engine_folds_white_space_and_takes_the_first_page_that_is_given() -> None:
    answer = from_engine(
        [
            {"category": "PageBreak", "text": "", "page_number": None},
            {"category": "NarrativeText", "text": "  a\n\u00a0 b ", "page_number": None},
            {"category": "Footer", "text": "3", "page_number": 3},
        ],
        file_id="file_000",
    )
    assert [(c["text"], c["page"], c["start_char"], c["end_char"]) for c in answer["chunks"]] == [("a b\n\n3", 3, 0, 6)]
    assert answer["doc_id"] == "doc_330bebf86028"


def test_nothing_comes_of_nothing() -> None:
    assert chunk([]) == []
    assert chunk([Element("paragraph", " \n", 1, 0, 2)]) == []
    assert from_engine([{"category": "PageBreak", "text": "", "page_number": 1}], file_id="f")["chunks"] == []
